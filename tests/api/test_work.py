"""How many questions are worked on, how many wait, for how long, and for whom."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from fastapi import Request
from starlette.types import Message

from api.errors import ApiError
from api.work import Desk, Work


def with_desk(
    use: Callable[[Desk], Awaitable[None]], at_once: int = 1, waiting: int = 1, timeout_seconds: float = 30.0
) -> None:
    desk = Desk(at_once, waiting, timeout_seconds)
    try:
        asyncio.run(use(desk))  # type: ignore[arg-type]
    finally:
        desk.stop()


class Gate:
    """A call that waits until it is let through."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.open = threading.Event()

    def __call__(self) -> str:
        self.began.set()
        assert self.open.wait(30)
        return "done"


def request(left: asyncio.Event) -> Request:
    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def began(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.began.wait, 30)


def test_the_result_and_the_failure_of_a_call() -> None:
    async def use(desk: Desk) -> None:
        assert await desk.begin(lambda: 5).result() == 5
        with pytest.raises(ZeroDivisionError):
            await desk.begin(lambda: 1 // 0).result()
        with pytest.raises(TimeoutError):  # its own, not that of the desk
            await desk.begin(raising(TimeoutError())).result()

    with_desk(use)


def raising(failure: Exception) -> Callable[[], None]:
    def call() -> None:
        raise failure

    return call


def test_too_many_are_refused_and_places_come_free_again() -> None:
    async def use(desk: Desk) -> None:
        gate = Gate()
        first = desk.begin(gate)
        await began(gate)
        second = desk.begin(lambda: "second")
        assert (desk.at_work, desk.waiting) == (1, 1)
        with pytest.raises(ApiError) as refused:
            desk.begin(lambda: "third")
        assert (refused.value.status, refused.value.code) == (503, "too_busy")
        gate.open.set()
        assert (await first.result(), await second.result()) == ("done", "second")
        assert (desk.at_work, desk.waiting) == (0, 0)
        assert await desk.begin(lambda: "fourth").result() == "fourth"

    with_desk(use)


def test_who_gives_up_while_waiting_holds_no_place_and_is_never_run() -> None:
    async def use(desk: Desk) -> None:
        gate, ran = Gate(), threading.Event()
        first = desk.begin(gate)
        await began(gate)
        desk.begin(ran.set).cancel()
        assert desk.waiting == 0
        third = desk.begin(lambda: "third")
        gate.open.set()
        assert (await first.result(), await third.result()) == ("done", "third")
        assert not ran.is_set()

    with_desk(use)


@pytest.mark.parametrize("is_running", [True, False])
def test_a_client_that_leaves_is_not_waited_for(is_running: bool) -> None:
    async def use(desk: Desk) -> None:
        gate, left = Gate(), asyncio.Event()
        first = desk.begin(gate)
        await began(gate)
        work = first if is_running else desk.begin(lambda: "second")
        waiting = asyncio.create_task(work.result_unless_gone(request(left)))
        await asyncio.sleep(0)
        left.set()
        with pytest.raises(ApiError) as gone:
            await waiting
        assert gone.value.code == "client_closed_request"
        assert desk.waiting == 0
        assert desk.at_work == 1  # what has begun goes on to its end
        gate.open.set()

    with_desk(use)


def test_who_stays_gets_the_result() -> None:
    async def use(desk: Desk) -> None:
        assert await desk.begin(lambda: 5).result_unless_gone(request(asyncio.Event())) == 5

    with_desk(use)


@pytest.mark.parametrize("with_client", [True, False])
def test_the_time_is_over(with_client: bool) -> None:
    async def use(desk: Desk) -> None:
        gate = Gate()
        work: Work[str] = desk.begin(gate)
        with pytest.raises(ApiError) as late:
            await (work.result_unless_gone(request(asyncio.Event())) if with_client else work.result())
        assert (late.value.status, late.value.code, late.value.detail) == (503, "timeout", {"seconds": 0.05})
        gate.open.set()

    with_desk(use, timeout_seconds=0.05)


def test_waiting_for_something_earlier_or_a_while() -> None:
    async def use(desk: Desk) -> None:
        gate = Gate()
        work, earlier = desk.begin(gate), asyncio.get_running_loop().create_future()
        await work.wait(earlier, seconds=0.01)
        assert not earlier.done()
        earlier.set_result(None)
        await work.wait(earlier)
        gate.open.set()
        assert await work.result() == "done"
        await work.wait(seconds=30.0)

    with_desk(use)


def test_what_failed_is_raised_while_waiting_for_something_earlier() -> None:
    async def use(desk: Desk) -> None:
        never: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with pytest.raises(ZeroDivisionError):
            await desk.begin(lambda: 1 // 0).wait(never)

    with_desk(use)


def test_nothing_begins_after_the_end() -> None:
    async def use(desk: Desk) -> None:
        await asyncio.to_thread(desk.stop)
        with pytest.raises(ApiError) as refused:
            desk.begin(lambda: 5)
        assert (refused.value.status, refused.value.code) == (503, "stopping")
        assert desk.at_work == 0

    with_desk(use)
