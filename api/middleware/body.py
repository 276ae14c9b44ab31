"""How many bytes a request may carry."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import ApiError, error_response

# A form has boundaries and fields beside the file.
FORM_OVERHEAD_BYTES = 1_048_576
# A client that is still sending when it is refused sees a broken connection instead of the reason.
DISCARDED_BYTES = 67_108_864


class BodyLimit:
    """Refuses a request body over the limit with 413: by its Content-Length, or as soon as that many bytes came.

    A form that uploads a file under /v1/documents may be as long as a file may be; any other body is small. What passes
    through is counted and not held.
    """

    def __init__(self, app: ASGIApp, max_bytes: int, max_file_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes
        self._max_file_bytes = max_file_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        is_upload = _is_upload(scope, headers)
        limit = self._max_file_bytes + FORM_OVERHEAD_BYTES if is_upload else self._max_bytes
        announced = headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            if headers.get("expect", "").lower() != "100-continue":
                await _discard(receive)
            await error_response(self._too_large(is_upload))(scope, receive, send)
            return
        request = _CountedRequest(receive, send, limit)
        try:
            await self._app(scope, request.receive, request.send)
        except Exception:
            # Whatever the application made of the body that ended early is of no interest.
            if not request.is_over:
                raise
        if request.is_over and not request.has_started:
            await error_response(self._too_large(is_upload))(scope, receive, send)

    def _too_large(self, is_upload: bool) -> ApiError:
        if is_upload:
            message = f"文件超过 {self._max_file_bytes} 字节的上限；请把它拆成几个文件，或调大 WENQU_MAX_FILE_BYTES。"
            return ApiError(413, "file_too_large", message, {"limit": self._max_file_bytes})
        message = f"请求体超过 {self._max_bytes} 字节的上限；请减小内容，长文本请作为文件上传。"
        return ApiError(413, "body_too_large", message, {"limit": self._max_bytes})


@dataclass(slots=True)
class _CountedRequest:
    """The two channels of a request; past the limit the body ends as if the client had left."""

    inner_receive: Receive
    inner_send: Send
    limit: int
    size: int = 0
    has_started: bool = False
    is_over: bool = False

    async def receive(self) -> Message:
        if self.is_over:
            return {"type": "http.disconnect"}
        message = await self.inner_receive()
        self.size += len(message.get("body", b""))
        if self.size > self.limit:
            self.is_over = True
            if message.get("more_body", False):
                await _discard(self.inner_receive)
            return {"type": "http.disconnect"}
        return message

    async def send(self, message: Message) -> None:
        if self.is_over and not self.has_started:
            return
        self.has_started = True
        await self.inner_send(message)


async def _discard(receive: Receive) -> None:
    """Take what is left of the body, up to a bound, and keep nothing of it."""
    size = 0
    while size <= DISCARDED_BYTES:
        message = await receive()
        size += len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


def _is_upload(scope: Scope, headers: Headers) -> bool:
    path: str = scope["path"]
    return (
        scope["method"] in ("POST", "PUT")
        and (path == "/v1/documents" or path.startswith("/v1/documents/"))
        and headers.get("content-type", "").lower().startswith("multipart/form-data")
    )
