"""Server-sent events: an async iterator of events → a response that keeps alive, stops and fails well."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any, TypeAlias

import anyio
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

KEEP_ALIVE_SECONDS = 10.0

Event: TypeAlias = tuple[str | None, BaseModel | Mapping[str, Any] | str]
"""The name of an event, None where the protocol has no names, and its data: sent as JSON, or a text as it is."""

EVENT_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "服务器推送事件", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
"""What OpenAPI says of a route that answers with events: `responses={**EVENT_STREAM, **error_responses(...)}`."""


class EventStream(Response):
    """Sends events as they come, and a comment whenever nothing was sent for `keep_alive` seconds.

    When the client leaves, the iterator is cancelled where it waits. When the iterator raises, the failure is sent as
    the event `error`, in the shape that the same failure has as a response of its own.
    """

    media_type = "text/event-stream"

    def __init__(
        self, events: AsyncGenerator[Event, None], keep_alive: float = KEEP_ALIVE_SECONDS, status_code: int = 200
    ) -> None:
        self.status_code = status_code
        self.background = None
        self._events = events
        self._keep_alive = keep_alive
        self._lock = anyio.Lock()
        self._last_sent = time.monotonic()
        # A proxy must pass every event on at once, and nobody may keep a copy.
        self.init_headers({"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the whole stream."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with anyio.create_task_group() as tasks:

                async def cancel_when_the_client_leaves() -> None:
                    while (await receive())["type"] != "http.disconnect":
                        pass
                    tasks.cancel_scope.cancel()

                tasks.start_soon(cancel_when_the_client_leaves)
                tasks.start_soon(self._send_keep_alives, send)
                await self._send_events(scope, send)
                tasks.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await self._events.aclose()

    async def _send_events(self, scope: Scope, send: Send) -> None:
        try:
            async for name, data in self._events:
                await self._send(send, encode_event(name, data))
        except Exception as failure:
            name, body = await failure_event(Request(scope), failure)
            await self._send(send, encode_event(name, body))
        async with self._lock:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_keep_alives(self, send: Send) -> None:
        while True:
            quiet = time.monotonic() - self._last_sent
            if quiet >= self._keep_alive:
                await self._send(send, b": keep-alive\n\n")
            else:
                await anyio.sleep(self._keep_alive - quiet)

    async def _send(self, send: Send, body: bytes) -> None:
        async with self._lock:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            self._last_sent = time.monotonic()


def is_stopping(app: FastAPI) -> bool:
    """Whether the server was told to stop: a stream that could go on for long ends then.

    The server says so by `app.state.is_stopping`, a callable; without one nothing is known.
    """
    stopping = getattr(app.state, "is_stopping", None)
    return bool(stopping is not None and stopping())


def encode_event(name: str | None, data: BaseModel | Mapping[str, Any] | str) -> bytes:
    """One event in the format of the HTML standard, §9.2."""
    if isinstance(data, BaseModel):
        text = data.model_dump_json()
    elif isinstance(data, str):
        text = data
    else:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # A line break would end the field: only a bare text can hold one.
    lines = [f"data: {line}" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    if name is not None:
        lines.insert(0, f"event: {name}")
    return ("\n".join(lines) + "\n\n").encode("utf-8", "replace")


async def failure_event(request: Request, failure: Exception) -> Event:
    """The event `error` for a failure, by the handlers that the application installed for responses."""
    handlers = request.app.exception_handlers
    handler = next(handlers[kind] for kind in type(failure).__mro__ if kind in handlers)
    response: Response = await handler(request, failure)
    return "error", bytes(response.body).decode("utf-8")
