"""Every request gets an id, is counted and logged, and whatever goes wrong in it leaves as an error response."""

from __future__ import annotations

import logging
import re
import time
import uuid
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response, unexpected_error
from api.logs import ACCESS, REQUEST_ID
from api.metrics import Metrics

REQUEST_ID_HEADER = "X-Request-ID"
MAX_REQUESTS = 1000
# As nginx writes it: the client left before there was a response.
CLIENT_LEFT = 499
_SANE_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_log = logging.getLogger(__name__)


class RequestLog:
    """Names, counts and logs requests; refuses those above `max_requests` at once with 503."""

    def __init__(self, app: ASGIApp, metrics: Metrics, max_requests: int = MAX_REQUESTS) -> None:
        self._app = app
        self._metrics = metrics
        self._max_requests = max_requests
        self._at_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
        request_id = given if _SANE_ID.fullmatch(given) else f"req-{uuid.uuid4().hex}"
        scope.setdefault("state", {})["request_id"] = request_id
        token = REQUEST_ID.set(request_id)
        response = _Response(send, request_id)
        began = time.perf_counter()
        self._at_work += 1
        self._metrics.request_began()
        try:
            await self._serve(scope, receive, response)
        finally:
            self._at_work -= 1
            self._finish(scope, response.status, time.perf_counter() - began)
            REQUEST_ID.reset(token)

    async def _serve(self, scope: Scope, receive: Receive, response: _Response) -> None:
        if self._at_work > self._max_requests and scope["path"] != "/healthz":
            busy = ApiError(503, "too_many_requests_at_once", "同时进行的请求太多，请稍后再试。")
            await error_response(busy)(scope, receive, response.send)
            return
        try:
            await self._app(scope, receive, response.send)
        except ClientDisconnect:
            return
        except Exception as error:
            _log.error("unexpected error", exc_info=error)
            if response.status != CLIENT_LEFT:
                raise  # half a response is out: the server must break the connection
            await error_response(unexpected_error(error, response.request_id))(scope, receive, response.send)

    def _finish(self, scope: Scope, status: int, seconds: float) -> None:
        # Methods and routes are labels: a caller must not be able to make new ones.
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", None) or "unrouted"
        self._metrics.request_ended(route, method, status, seconds)
        fields = {
            "method": method,
            "route": route,
            "status": status,
            "duration_ms": round(seconds * 1000, 1),
            "key_id": scope["state"].get("key_id", ""),
        }
        ACCESS.info("request", extra=fields)


@dataclass(slots=True)
class _Response:
    """Sends on, and remembers the status."""

    inner: Send
    request_id: str
    status: int = CLIENT_LEFT

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            MutableHeaders(scope=message)[REQUEST_ID_HEADER] = self.request_id
        await self.inner(message)
