"""Server-sent events: what is sent, when nothing is, and when somebody leaves."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from api.errors import ApiError, install_error_handlers
from api.events import Event, EventStream, encode_event, is_stopping
from api.server import bind
from index.errors import UnknownDocument


class Model(BaseModel):
    text: str


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("answer", {"答": 1, "b": None}, 'event: answer\ndata: {"答":1,"b":null}\n\n'),
        ("answer", Model(text="一\n二"), 'event: answer\ndata: {"text":"一\\n二"}\n\n'),
        (None, "[DONE]", "data: [DONE]\n\n"),
        # By the HTML standard a line break of any kind ends a field, and lines of data are joined by LF.
        (None, "a\nb\r\nc\rd", "data: a\ndata: b\ndata: c\ndata: d\n\n"),
    ],
)
def test_the_format(name: str | None, data: BaseModel | dict[str, object] | str, expected: str) -> None:
    assert encode_event(name, data).decode("utf-8") == expected


@contextmanager
def serving(events: AsyncGenerator[Event, None], keep_alive: float = 10.0) -> Iterator[tuple[httpx.Client, FastAPI]]:
    """One stream in a real uvicorn, because who has left is known there alone."""
    app = FastAPI()
    install_error_handlers(app)

    @app.get("/events")
    async def route() -> EventStream:
        return EventStream(events, keep_alive)

    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=5))
    app.state.is_stopping = lambda: server.should_exit
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            yield client, app
    finally:
        server.should_exit = True
        thread.join()


def test_events_arrive_one_by_one_and_the_stream_ends() -> None:
    passed_on = threading.Event()

    async def events() -> AsyncGenerator[Event, None]:
        yield "first", {"n": 1}
        # The second comes only when the client has the first: nothing on the way holds it back.
        await asyncio.to_thread(passed_on.wait, 20)
        yield "second", {"n": 2}

    with serving(events()) as (client, _), client.stream("GET", "/events") as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        lines = response.iter_lines()
        assert [next(lines), next(lines)] == ["event: first", 'data: {"n":1}']
        passed_on.set()
        assert [*lines] == ["", "event: second", 'data: {"n":2}', ""]


def test_silence_is_broken_by_comments() -> None:
    heard = threading.Event()

    async def events() -> AsyncGenerator[Event, None]:
        await asyncio.to_thread(heard.wait, 20)
        yield "done", {}

    with serving(events(), keep_alive=0.05) as (client, _), client.stream("GET", "/events") as response:
        lines = response.iter_lines()
        assert [next(lines), next(lines), next(lines)] == [": keep-alive", "", ": keep-alive"]
        heard.set()
        assert "event: done" in [*lines]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (ApiError(503, "too_busy", "太忙了。"), "too_busy"),
        (UnknownDocument("d"), "document_not_found"),
        (RuntimeError("secret"), "internal_error"),
    ],
)
def test_a_failure_is_the_last_event_in_the_shape_of_every_error(failure: Exception, code: str) -> None:
    async def events() -> AsyncGenerator[Event, None]:
        yield "first", {}
        raise failure

    with serving(events()) as (client, _):
        text = client.get("/events").text
    last = text.strip().split("\n\n")[-1].splitlines()
    assert last[0] == "event: error"
    error = json.loads(last[1].removeprefix("data: "))["error"]
    assert (error["code"], set(error)) == (code, {"code", "message", "detail"})
    assert "secret" not in text


def test_the_work_stops_when_the_client_leaves() -> None:
    left = threading.Event()

    async def events() -> AsyncGenerator[Event, None]:
        try:
            yield "first", {}
            await asyncio.sleep(60)
        finally:
            left.set()

    with serving(events()) as (client, _):
        with client.stream("GET", "/events") as response:
            next(response.iter_lines())
        assert left.wait(10)


def test_whether_the_server_is_stopping_is_known() -> None:
    assert is_stopping(FastAPI()) is False
    app = FastAPI()
    app.state.is_stopping = lambda: True
    assert is_stopping(app) is True
