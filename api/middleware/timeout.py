"""How long a request may take."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response

MAX_WAIT_SECONDS = 60.0


class Timeout:
    """Answers 503 when a response has not begun `seconds` after the request came, 408 when its body stalls as long.

    What is at work in a thread cannot be stopped: it goes on, and its result is dropped. A response that has begun may
    take as long as it likes. `?wait=` of a request is time that it asked for itself.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = _TimedRequest(scope, receive, send, self._seconds + _wait(scope))
        request.restart()
        try:
            await self._app(scope, request.receive, request.send)
        except Exception:
            if not request.is_expired:
                raise
        finally:
            await request.finish()


@dataclass(slots=True)
class _TimedRequest:
    """The two channels of a request, and the timer that starts anew with each part of the body."""

    scope: Scope
    inner_receive: Receive
    inner_send: Send
    seconds: float
    has_started: bool = False
    is_expired: bool = False
    has_body: bool = False
    _timer: asyncio.TimerHandle | None = None
    _refusal: asyncio.Task[None] | None = field(default=None)

    def restart(self) -> None:
        self.cancel()
        if not self.has_started and not self.is_expired:
            self._timer = asyncio.get_running_loop().call_later(self.seconds, self._expire)

    def cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def finish(self) -> None:
        self.cancel()
        if self._refusal is not None:
            await self._refusal

    async def receive(self) -> Message:
        message = await self.inner_receive()
        if message["type"] == "http.request":
            self.has_body = not message.get("more_body", False)
            self.restart()
        return message

    async def send(self, message: Message) -> None:
        if self.is_expired:
            return
        self.has_started = True
        self.cancel()
        await self.inner_send(message)

    def _expire(self) -> None:
        self.is_expired = True
        self._refusal = asyncio.get_running_loop().create_task(self._refuse())

    async def _refuse(self) -> None:
        if self.has_body or self.scope["method"] in ("GET", "HEAD", "DELETE", "OPTIONS"):
            message = (
                f"{self.seconds:g} 秒内没有完成，服务器可能太忙；请稍后再试，或调大 WENQU_REQUEST_TIMEOUT_SECONDS。"
            )
            error = ApiError(503, "request_timeout", message, {"seconds": self.seconds})
        else:
            message = f"{self.seconds:g} 秒内没有收到请求体的后续内容；请检查网络后重试。"
            error = ApiError(408, "body_timeout", message, {"seconds": self.seconds}, {"Connection": "close"})
        await error_response(error)(self.scope, self.inner_receive, self.inner_send)


def _wait(scope: Scope) -> float:
    values = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("wait", ["0"])
    try:
        seconds = float(values[0])
    except ValueError:
        return 0.0
    return min(max(seconds, 0.0), MAX_WAIT_SECONDS) if math.isfinite(seconds) else 0.0
