"""How many questions are worked on at a time, how many wait, and for how long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Generic, TypeVar

from fastapi import Request

from api.errors import ApiError

T = TypeVar("T")


class Work(Generic[T]):
    """One call that waits for a thread, runs in it, or is done. Used from the event loop that began it."""

    def __init__(self, call: Future[T], deadline: float, timeout_seconds: float) -> None:
        self._call = call
        self._future = asyncio.wrap_future(call)
        # An answer that nobody waits for any longer may fail unheard.
        self._future.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._deadline = deadline
        self._timeout_seconds = timeout_seconds

    async def result(self) -> T:
        """What the call returns or raises. Raises ApiError 503 when its time is over."""
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._future
        except TimeoutError:
            if self._future.done() and not self._future.cancelled():
                raise
            message = f"{self._timeout_seconds:g} 秒内没有完成；服务可能正忙，请稍后再试，或缩小查找的范围。"
            raise ApiError(503, "timeout", message, {"seconds": self._timeout_seconds}) from None

    async def result_unless_gone(self, request: Request) -> T:
        """As `result`, but given up with ApiError 499 as soon as the client of `request` has left."""
        await self.wait(request=request)
        return await self.result()

    async def wait(
        self, *earlier: asyncio.Future[Any], seconds: float | None = None, request: Request | None = None
    ) -> None:
        """Wait until the call is done or one of `earlier` is, at most `seconds`, and raise what the call raises.

        Raises ApiError 503 when its time is over, and 499 as soon as the client of `request` has left: its place is
        free then.
        """
        events: set[asyncio.Future[Any]] = {self._future, *earlier}
        gone = None if request is None else asyncio.create_task(_has_left(request))
        left = max(0.0, self._deadline - asyncio.get_running_loop().time())
        try:
            done, _ = await asyncio.wait(
                events if gone is None else {*events, gone},
                timeout=left if seconds is None else min(seconds, left),
                return_when=asyncio.FIRST_COMPLETED,
            )
        except BaseException:
            self.cancel()
            raise
        finally:
            if gone is not None:
                gone.cancel()
                await asyncio.wait({gone})
        if gone in done and not self._future.done():
            self.cancel()
            raise ApiError(499, "client_closed_request", "客户端已断开，提问已取消。")
        if self._future.done() or (not done and left <= (seconds or left)):
            await self.result()

    def cancel(self) -> None:
        """Give the place up if the call has not begun; what it returns is dropped if it has."""
        self._call.cancel()
        self._future.cancel()


class Desk:
    """Runs calls in threads: `at_once` of them at a time, while at most `waiting` more wait."""

    def __init__(self, at_once: int, waiting: int, timeout_seconds: float) -> None:
        self._executor = ThreadPoolExecutor(at_once, thread_name_prefix="wenqu-question")
        self._at_once = at_once
        self._waiting = waiting
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._unfinished = 0

    @property
    def at_work(self) -> int:
        """How many calls are being worked on."""
        return min(self._unfinished, self._at_once)

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn."""
        return max(0, self._unfinished - self._at_once)

    def begin(self, call: Callable[[], T]) -> Work[T]:
        """Let `call` be run as soon as a thread is free. Raises ApiError 503 when too many wait already."""
        with self._lock:
            if self._unfinished >= self._at_once + self._waiting:
                message = f"正在处理和排队的提问已达上限（排队 {self._waiting} 个），请稍后再试。"
                raise ApiError(503, "too_busy", message, {"limit": self._waiting})
            self._unfinished += 1
        deadline = asyncio.get_running_loop().time() + self._timeout_seconds
        try:
            future = self._executor.submit(call)
        except RuntimeError:
            self._finished()
            raise ApiError(503, "stopping", "服务正在停止，请稍后再试。") from None
        future.add_done_callback(lambda _: self._finished())
        return Work(future, deadline, self._timeout_seconds)

    def stop(self) -> None:
        """Begin nothing any more; wait for what is being worked on."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _finished(self) -> None:
        with self._lock:
            self._unfinished -= 1


async def _has_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
