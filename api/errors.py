"""Every failure → the one error shape, in Chinese with a stable English code."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import ErrorDetail, ErrorModel
from index.errors import LibraryError, UnknownDocument, UnknownRevision
from qa.errors import AskError, EmptyQuestion, QuestionTooLong

_log = logging.getLogger(__name__)
_MALFORMED = "请求体不是合法的 JSON；请检查引号、逗号和编码（UTF-8）。"


class ApiError(Exception):
    """A failure with its HTTP status, code and Chinese message."""

    def __init__(self, status: int, code: str, message: str, detail: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail or {}


class StartError(Exception):
    """The server cannot start; the message is in Chinese, for the user."""


def error_response(error: ApiError) -> JSONResponse:
    """The error as JSON; a 503 says when to try again."""
    body = ErrorModel(error=ErrorDetail(code=error.code, message=error.message, detail=error.detail))
    headers = {"Retry-After": "2"} if error.status == 503 else None
    return JSONResponse(body.model_dump(), status_code=error.status, headers=headers)


def error_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of the failures of a route."""
    return {status: {"model": ErrorModel} for status in statuses}


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
        return error_response(_from_library_error(error))

    @app.exception_handler(RequestValidationError)
    async def invalid_request(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(_from_validation(error.errors()))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> JSONResponse:
        response = error_response(_from_http_error(request, error))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("unexpected error at %s %s", request.method, request.url.path, exc_info=error)
        return error_response(ApiError(500, "internal_error", "服务器内部错误，请稍后再试；详情见服务器日志。"))


def _from_ask_error(error: AskError) -> ApiError:
    if isinstance(error, EmptyQuestion):
        return ApiError(422, "question_empty", str(error))
    if isinstance(error, QuestionTooLong):
        return ApiError(422, "question_too_long", str(error), {"length": error.length, "limit": error.limit})
    return ApiError(422, "question_invalid", str(error))


def _from_library_error(error: LibraryError) -> ApiError:
    if isinstance(error, UnknownDocument):
        return ApiError(404, "document_not_found", str(error), {"document_id": error.document_id})
    if isinstance(error, UnknownRevision):
        detail = {"document_id": error.document_id, "revision": error.revision}
        return ApiError(404, "revision_not_found", str(error), detail)
    _log.error("library error", exc_info=error)
    return ApiError(500, "library_error", str(error))


def _from_http_error(request: Request, error: HTTPException) -> ApiError:
    where = {"method": request.method, "path": request.url.path}
    if error.status_code == 404:
        return ApiError(404, "route_not_found", f"没有 {request.url.path} 这个地址；接口列表见 /openapi.json。", where)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        message = f"{request.url.path} 不支持 {request.method} 方法，支持的是 {allowed}。"
        return ApiError(405, "method_not_allowed", message, {**where, "allowed": allowed})
    if error.status_code == 400:
        # FastAPI raises this for a body that it cannot even decode; JSON errors come as validation errors.
        return ApiError(400, "malformed_json", _MALFORMED, where)
    return ApiError(error.status_code, "http_error", str(error.detail), where)


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
        "int_type": "应为整数。",
        "int_parsing": "应为整数。",
        "list_type": "应为列表。",
        "model_attributes_type": "应为 JSON 对象，请用 Content-Type: application/json 发送。",
        "greater_than_equal": f"不能小于 {context.get('ge')}。",
        "less_than_equal": f"不能大于 {context.get('le')}。",
        "too_short": f"至少要有 {context.get('min_length')} 项。",
        "too_long": f"最多 {context.get('max_length')} 项。",
        "string_too_long": f"最多 {context.get('max_length')} 个字符。",
        "json_invalid": "不是合法的 JSON。",
    }
    return texts.get(kind, f"不合要求（{kind}）。")
