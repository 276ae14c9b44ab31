"""The description of the API (OpenAPI), and the page that shows it without loading anything from another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse

from api.middleware import REQUEST_ID_HEADER
from api.schemas.common import ErrorModel
from api.security import is_open, needed_scope
from api.sites import SAFE_METHODS

DOCS = Path(__file__).parent / "web" / "docs"
# Swagger UI sets styles by script, which needs no more, and shows pictures that it holds as data.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_DESCRIPTION = """
问渠从文档中逐字摘出答案，并标出它在原文的确切位置；文档里没有，就如实说没有。

**位置**：`start`、`end` 以 Unicode 码点计，从 0 起，不含 `end`；`text[start:end] == quote` 对每处引用都成立。
JavaScript 的字符串以 UTF-16 计数，需要换算。

**密钥**：用 `wenqu keys create 名称 --scope read|write` 或环境变量 `WENQU_API_KEYS` 设置之后，除网页、`/healthz`、
`/readyz`、`/docs` 和 `/openapi.json` 以外，每个请求都要带 `Authorization: Bearer 密钥`（或 `X-API-Key: 密钥`）。
`read` 可以提问和阅读，`write` 还可以增、删、改文档。没有设置密钥时，只接受来自本机和本站网页的请求。

**错误**：一律为 `{"error": {"code", "message", "detail"}}`；`code` 是稳定的英文代码，`message` 是中文说明。
503 和 429 带 `Retry-After`（秒），按它重试即可。

**请求编号**：请求可带 `X-Request-ID`，响应和日志中都会有同一个编号；没有给就由服务器生成。

**OpenAI 客户端**：把 `base_url` 设为 `/v1` 即可使用 `/v1/chat/completions` 和 `/v1/models`。
""".strip()
_TAGS = [
    {"name": "问答", "description": "提问、检索段落、核对引文。"},
    {"name": "OpenAI 兼容", "description": "供现成的 OpenAI 客户端使用，流式与否均可。"},
    {"name": "文档", "description": "添加、替换、改名、删除和恢复文档，读取任何一版的原文。"},
    {"name": "上传任务", "description": "上传之后的解析和索引：进度、失败原因、取消和重试。"},
    {"name": "对话", "description": "对话历史和导出。"},
    {"name": "评价", "description": "对答案的评价。"},
    {"name": "运行状态", "description": "健康检查、就绪检查、指标。"},
]
_PATH_PARAMETERS = {
    "document_id": "文档编号",
    "job_id": "任务编号",
    "message_id": "回答的编号，即 AskResponse 的 id",
    "conversation_id": "对话编号",
    "model": "模型名称，见 GET /v1/models",
}
_MEANINGS = {
    "400": "请求体不是合法的 JSON 或表单",
    "401": "需要密钥，或密钥无效（key_missing、key_invalid）",
    "403": "密钥的权限不够（scope_insufficient），或请求来自其他网站（origin_refused）",
    "404": "没有这个对象",
    "405": "这个地址不支持该方法",
    "408": "请求体长时间没有传完（body_timeout）",
    "409": "与现有内容冲突",
    "413": "请求体或文件超过上限（body_too_large、file_too_large）",
    "415": "不支持的文件格式",
    "421": "只供本机使用的服务，被以其他主机名访问（host_refused）",
    "422": "参数不合要求",
    "429": "请求太频繁（rate_limited）；Retry-After 秒后再试",
    "500": "服务器内部错误（internal_error）",
    "503": "正在启动，或太忙；Retry-After 秒后再试",
    "507": "磁盘空间不足（disk_full）",
}
_EXAMPLES = {
    "401": ("key_missing", "需要密钥；请在请求头中加上 Authorization: Bearer 密钥。", {}),
    "403": ("scope_insufficient", "这个密钥只能提问和阅读，不能修改文档。", {"scope": "read", "needed": "write"}),
    "404": ("document_not_found", "没有编号为“doc-1”的文档。", {"document_id": "doc-1"}),
    "413": ("body_too_large", "请求体超过 1048576 字节的上限；请减小内容。", {"limit": 1_048_576}),
    "422": ("question_empty", "问题是空的；请输入要查找的内容。", {}),
    "429": ("rate_limited", "请求太频繁，请在 3 秒后再试。", {"limit": 60, "retry_after": 3}),
    "503": ("not_ready", "正在加载模型和索引，请稍候再试。", {}),
}
_SECURITY_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "设置了密钥时需要"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "与 Bearer 任选其一"},
}
_HEADERS = {
    REQUEST_ID_HEADER: {"description": "请求编号，与日志中的一致", "schema": {"type": "string"}},
    "Retry-After": {"description": "多少秒后再试", "schema": {"type": "integer", "minimum": 1}},
}
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_ERROR_SCHEMA = {"$ref": "#/components/schemas/ErrorModel"}


class DescribedApi(FastAPI):
    """FastAPI whose description also says what is true of every route: keys, limits, headers, failures."""

    _described: dict[str, Any] | None = None

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; the same object until routes are added."""
        schema = super().openapi()
        if schema is not self._described:
            _complete(schema)
            self._described = schema
        return schema


def new_api(**more: Any) -> DescribedApi:
    """An application without routes, with the texts of this API; `more` goes to FastAPI."""
    return DescribedApi(
        title="问渠 Wenqu",
        summary="中文文档问答：答案逐字摘自原文，出处可核对，文中没有就说没有。",
        description=_DESCRIPTION,
        version=version("wenqu"),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        openapi_tags=_TAGS,
        servers=[{"url": "/", "description": "本服务"}],
        generate_unique_id_function=lambda route: route.name,
        # The interactive pages of FastAPI load scripts from other hosts.
        docs_url=None,
        redoc_url=None,
        **more,
    )


def add_docs(app: FastAPI) -> None:
    """Serve the page at /docs."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> FileResponse:
        return FileResponse(DOCS / "index.html", headers={"Content-Security-Policy": DOCS_POLICY})


def _complete(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.setdefault("ErrorModel", ErrorModel.model_json_schema(ref_template="#/components/schemas/{model}"))
    schemas.update(schemas["ErrorModel"].pop("$defs", {}))
    components["securitySchemes"] = _SECURITY_SCHEMES
    components["headers"] = _HEADERS
    for path, method, operation in _operations(schema):
        _complete_operation(path, method.upper(), operation)
    # What FastAPI says of its own errors, which never leave.
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    # The docstrings of the models are for those who read the code.
    for model in schemas.values():
        if not _CHINESE.search(model.get("description", "")):
            model.pop("description", None)


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield path, method, operation


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    _complete_texts(operation)
    responses = operation["responses"]
    statuses = {"421"}
    if is_open(method, path):
        operation["security"] = []
    else:
        # Keys are asked for only where there are some.
        operation["security"] = [{"bearer": []}, {"header": []}, {}]
        statuses |= {"401", "429", "500", "503"}
        scope = needed_scope(method, path)
        operation["x-scope"] = scope.value
    if method not in SAFE_METHODS:
        statuses.add("403")
    if "requestBody" in operation:
        statuses |= {"400", "408", "413", "422"}
    for status in sorted(statuses | set(responses)):
        response = responses.setdefault(status, {})
        if status.startswith(("4", "5")):
            _complete_failure(status, response)
        else:
            _complete_success(response)
        headers = response.setdefault("headers", {})
        headers.setdefault(REQUEST_ID_HEADER, {"$ref": f"#/components/headers/{REQUEST_ID_HEADER}"})
        if status in ("429", "503"):
            headers.setdefault("Retry-After", {"$ref": "#/components/headers/Retry-After"})
    operation["responses"] = dict(sorted(responses.items()))


def _complete_texts(operation: dict[str, Any]) -> None:
    if not _CHINESE.search(operation.get("description", "")):
        operation["description"] = f"{operation['summary']}。"
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in _PATH_PARAMETERS:
            parameter.setdefault("description", _PATH_PARAMETERS[parameter["name"]])


def _complete_success(response: dict[str, Any]) -> None:
    if response.get("description") in ("Successful Response", None):
        response["description"] = "成功"
    if "text/event-stream" in response.get("content", {}):
        # Version 3.1 cannot describe one event of a stream, and some tools read the schema of the whole as if it did.
        response["content"]["text/event-stream"]["schema"] = {"description": "服务器推送事件"}


def _complete_failure(status: str, response: dict[str, Any]) -> None:
    response["description"] = _MEANINGS.get(status, "失败")
    content: dict[str, Any] = {"schema": _ERROR_SCHEMA}
    if status in _EXAMPLES:
        code, message, detail = _EXAMPLES[status]
        content["example"] = {"error": {"code": code, "message": message, "detail": detail}}
    response["content"] = {"application/json": content}
