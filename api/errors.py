"""Every failure → the one error shape, in Chinese with a stable English code.

ApiError        a failure with its HTTP status, raised by routes and middleware
StartError      the server cannot start
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from api.schemas.common import ErrorDetail, ErrorModel
from index import errors as index_errors
from index.errors import LibraryError
from qa.errors import AskError, EmptyQuestion, QuestionTooLong

_log = logging.getLogger(__name__)
_MALFORMED = "请求体不是合法的 JSON；请检查引号、逗号和编码（UTF-8）。"
_MALFORMED_FORM = "请求体不是合法的 multipart/form-data 表单；请让 HTTP 客户端自己生成 Content-Type 和分隔符。"
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_RETRY_SECONDS = 2
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)

_LIBRARY_STATUS: Mapping[type[LibraryError], int] = {
    index_errors.UnknownDocument: 404,
    index_errors.UnknownRevision: 404,
    index_errors.UnknownJob: 404,
    index_errors.DocumentConflict: 409,
    index_errors.RetryRefused: 409,
    index_errors.FileTooLarge: 413,
    index_errors.UnsupportedFormat: 415,
    index_errors.LoadError: 422,
    index_errors.InvalidTitle: 422,
    index_errors.TransferError: 422,
    index_errors.QueueFull: 503,
    index_errors.CatalogueReadOnly: 503,
    index_errors.CatalogueError: 503,
    index_errors.CatalogueDamaged: 500,
    index_errors.DiskFull: 507,
}


class ApiError(Exception):
    """A failure with its HTTP status, code, Chinese message and, where the status wants some, headers."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        detail: dict[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail or {}
        self.headers = dict(headers or {})


class StartError(Exception):
    """The server cannot start; the message is in Chinese, for the user."""


def error_response(error: ApiError) -> JSONResponse:
    """The error as JSON; a 503 says when to try again."""
    body = ErrorModel(error=ErrorDetail(code=error.code, message=error.message, detail=error.detail))
    retry = {"Retry-After": str(_RETRY_SECONDS)} if error.status == 503 else {}
    return JSONResponse(body.model_dump(), status_code=error.status, headers={**retry, **error.headers})


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the failures of a route."""
    return {status: {"model": ErrorModel} for status in statuses}


def unexpected_error(error: Exception, request_id: str) -> ApiError:
    """What the client is told of a failure that nobody foresaw: how to find it in the log, and no more."""
    if isinstance(error, OSError) and error.errno in _FULL_DISK:
        return ApiError(507, "disk_full", "磁盘空间不足，请求没有完成；已有内容没有改动。请清理磁盘后重试。")
    message = f"服务器内部错误，请稍后再试；详情见服务器日志，请求编号 {request_id}。"
    return ApiError(500, "internal_error", message, {"request_id": request_id})


def install_error_handlers(app: FastAPI) -> None:
    """Make every failure of `app` leave in the one error shape."""

    @app.exception_handler(ApiError)
    async def api_error(_: Request, error: ApiError) -> JSONResponse:
        return error_response(error)

    @app.exception_handler(AskError)
    async def ask_error(_: Request, error: AskError) -> JSONResponse:
        return error_response(_from_ask_error(error))

    @app.exception_handler(LibraryError)
    async def library_error(_: Request, error: LibraryError) -> JSONResponse:
        return error_response(from_library_error(error))

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(_from_validation(error.errors()))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code == 405:
            return error_response(_method_not_allowed(request))
        response = error_response(_from_http_error(request, error))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("unexpected error", exc_info=error)
        return error_response(unexpected_error(error, getattr(request.state, "request_id", "")))


def _from_ask_error(error: AskError) -> ApiError:
    if isinstance(error, EmptyQuestion):
        return ApiError(422, "question_empty", str(error))
    if isinstance(error, QuestionTooLong):
        return ApiError(422, "question_too_long", str(error), {"length": error.length, "limit": error.limit})
    return ApiError(422, "question_invalid", str(error))


def from_library_error(error: LibraryError) -> ApiError:
    """The status of the nearest class that has one, the code of the error, and what it was about."""
    status = next((_LIBRARY_STATUS[kind] for kind in type(error).__mro__ if kind in _LIBRARY_STATUS), 500)
    if status >= 500:
        _log.error("library error", exc_info=error)
    names = ("document_id", "revision", "job_id", "length", "limit")
    detail = {name: getattr(error, name) for name in names if hasattr(error, name)}
    return ApiError(status, error.code, str(error), detail)


def _from_http_error(request: Request, error: HTTPException) -> ApiError:
    where = {"method": request.method, "path": request.url.path}
    if error.status_code == 404:
        return ApiError(404, "route_not_found", f"没有 {request.url.path} 这个地址；接口列表见 /docs。", where)
    if error.status_code == 400:
        # FastAPI raises this for a body that it cannot even decode; JSON errors come as validation errors.
        if request.headers.get("content-type", "").startswith("multipart/"):
            return ApiError(400, "malformed_form", _MALFORMED_FORM, where)
        return ApiError(400, "malformed_json", _MALFORMED, where)
    return ApiError(error.status_code, "http_error", str(error.detail), where)


def _method_not_allowed(request: Request) -> ApiError:
    """What the routes of this address support together: Starlette names the methods of the first alone."""
    path, method = request.url.path, request.method
    allowed = ", ".join(
        other
        for other in _METHODS
        if any(
            route.matches({**request.scope, "method": other})[0] is Match.FULL for route in request.app.router.routes
        )
    )
    message = f"{path} 不支持 {method} 方法，支持的是 {allowed}。"
    detail = {"method": method, "path": path, "allowed": allowed}
    return ApiError(405, "method_not_allowed", message, detail, {"Allow": allowed})


def _from_validation(errors: Sequence[Any]) -> ApiError:
    """One code for the first thing wrong, all of them in the detail."""
    problems = [{"field": _field(error), "problem": _problem(error)} for error in errors]
    first = errors[0]
    detail = {"problems": problems}
    if first["type"] == "json_invalid":
        return ApiError(400, "malformed_json", _MALFORMED, detail)
    if first["type"] == "missing" and first["loc"] == ("body",):
        return ApiError(422, "body_missing", "缺少请求体；请用 Content-Type: application/json 发送 JSON。", detail)
    codes = {"missing": "field_missing", "extra_forbidden": "field_unknown"}
    is_type = first["type"].endswith(("_type", "_parsing", "_attributes_type"))
    code = codes.get(first["type"], "wrong_type" if is_type else "invalid_value")
    return ApiError(422, code, f"参数 {problems[0]['field']}：{problems[0]['problem']}", detail)


def _field(error: Any) -> str:
    names = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
    return ".".join(names) or "请求体"


def _problem(error: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    texts = {
        "missing": "必填，但没有给出。",
        "extra_forbidden": "没有这个参数；请检查拼写。",
        "string_type": "应为字符串。",
        "bool_type": "应为 true 或 false。",
        "bool_parsing": "应为 true 或 false。",
        "int_type": "应为整数。",
        "int_parsing": "应为整数。",
        "float_type": "应为数字。",
        "float_parsing": "应为数字。",
        "finite_number": "应为有限的数字。",
        "list_type": "应为列表。",
        "model_attributes_type": "应为 JSON 对象，请用 Content-Type: application/json 发送。",
        "enum": f"应为下列之一：{context.get('expected')}。",
        "literal_error": f"应为下列之一：{context.get('expected')}。",
        "greater_than": f"应大于 {context.get('gt')}。",
        "greater_than_equal": f"不能小于 {context.get('ge')}。",
        "less_than": f"应小于 {context.get('lt')}。",
        "less_than_equal": f"不能大于 {context.get('le')}。",
        "too_short": f"至少要有 {context.get('min_length')} 项。",
        "too_long": f"最多 {context.get('max_length')} 项。",
        "string_too_short": f"至少要有 {context.get('min_length')} 个字符。",
        "string_too_long": f"最多 {context.get('max_length')} 个字符。",
        "string_pattern_mismatch": "含有不允许的字符，或格式不对。",
        "json_invalid": "不是合法的 JSON。",
    }
    return texts.get(kind, f"不合要求（{kind}）。")
