"""The assembled program as the HTTP side holds it: being built, ready, or failed; and the questions put to it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from api.errors import ApiError
from api.work import Desk, Work
from index.types import Hit
from qa.types import Answer, Question

if TYPE_CHECKING:
    from qa.assemble import Wenqu

T = TypeVar("T")
Build = Callable[[], "Wenqu"]
_WORKER_STOP_SECONDS = 10.0


class Found(NamedTuple):
    """The passages that are read for a question, and the question as understood."""

    hits: Sequence[Hit]
    question: str


class Asking(NamedTuple):
    """A question at work: what was found is known before the answer is.

    `found` is never set when the question fails before.
    """

    found: asyncio.Future[Found]
    work: Work[Answer]


class Service:
    """Builds the program in the background, so that the server answers /healthz at once."""

    def __init__(
        self,
        build: Build,
        concurrent_questions: int,
        max_waiting_questions: int = 100,
        request_timeout_seconds: float = 60.0,
    ) -> None:
        self._build = build
        self._wenqu: Wenqu | None = None
        self._failure: Exception | None = None
        self._desk = Desk(concurrent_questions, max_waiting_questions, request_timeout_seconds)

    @property
    def at_work(self) -> int:
        """How many questions are being answered."""
        return self._desk.at_work

    @property
    def waiting(self) -> int:
        """How many questions wait for their turn."""
        return self._desk.waiting

    def start(self, when_done: Callable[[Exception | None], None] | None = None) -> None:
        """Begin to build; `when_done` is called with the failure, or None."""

        def run() -> None:
            try:
                wenqu = self._build()
                wenqu.worker.start()
                self._wenqu = wenqu
            except Exception as failure:
                self._failure = failure
            if when_done is not None:
                when_done(self._failure)

        threading.Thread(target=run, name="wenqu-build", daemon=True).start()

    def stop(self) -> None:
        """Stop the worker and the threads that answer, and close the library; waits for what is at work.

        Call it from a thread, once.
        """
        self._desk.stop()
        if self._wenqu is not None:
            self._wenqu.worker.stop(_WORKER_STOP_SECONDS)
            self._wenqu.library.close()

    def ready(self) -> Wenqu:
        """The program. Raises ApiError 503 while it is being built, and when building failed."""
        if self._wenqu is not None:
            return self._wenqu
        if self._failure is not None:
            raise ApiError(503, "not_available", f"启动失败：{self._failure}")
        raise ApiError(503, "not_ready", "正在加载模型和索引，请稍候再试。")

    def begin(self, call: Callable[[], T]) -> Work[T]:
        """Let a search run among the questions. Raises ApiError 503 when too many wait already."""
        return self._desk.begin(call)

    def ask(self, question: Question) -> Asking:
        """Begin to answer. Raises ApiError 503 while the program is not ready, and when too many questions wait."""
        answerer = self.ready().answerer
        loop = asyncio.get_running_loop()
        found: asyncio.Future[Found] = loop.create_future()

        def retrieved(hits: Sequence[Hit], understood: str) -> None:
            loop.call_soon_threadsafe(_set, found, Found(hits, understood))

        return Asking(found, self._desk.begin(partial(answerer.ask, question, retrieved)))


def _set(future: asyncio.Future[T], value: T) -> None:
    # Nobody waits any more when the client has left.
    if not future.done():
        future.set_result(value)
