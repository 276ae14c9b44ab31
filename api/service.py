"""The assembled program as the HTTP side holds it: being built, ready, or failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from api.conversations import Conversations
from api.errors import ApiError
from qa.types import Answer, Question

if TYPE_CHECKING:
    from qa.assemble import Wenqu

Build = Callable[[], "Wenqu"]


class Service:
    """Builds the program in the background, so that the server answers /healthz at once."""

    def __init__(self, build: Build, concurrent_questions: int) -> None:
        self._build = build
        self._built = threading.Event()
        self._wenqu: Wenqu | None = None
        self._failure: Exception | None = None
        self.conversations = Conversations()
        self._concurrent_questions = concurrent_questions
        self._limiter: anyio.CapacityLimiter | None = None

    def start(self, when_done: Callable[[Exception | None], None] | None = None) -> None:
        """Begin to build; `when_done` is called with the failure, or None."""

        def run() -> None:
            try:
                self._wenqu = self._build()
            except Exception as failure:
                self._failure = failure
            self._built.set()
            if when_done is not None:
                when_done(self._failure)

        threading.Thread(target=run, name="wenqu-build", daemon=True).start()

    def ready(self) -> Wenqu:
        """The program. Raises ApiError 503 while it is being built, and when building failed."""
        if self._wenqu is not None:
            return self._wenqu
        if self._failure is not None:
            raise ApiError(503, "not_available", f"启动失败：{self._failure}")
        raise ApiError(503, "not_ready", "正在加载模型和索引，请稍候再试。")

    async def ask(self, question: Question) -> Answer:
        """Answer in a worker thread; at most `concurrent_questions` are read at the same time."""
        wenqu = self.ready()
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._concurrent_questions)
        return await anyio.to_thread.run_sync(wenqu.answerer.ask, question, limiter=self._limiter)
