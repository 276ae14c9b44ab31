"""What a client may send to become a document: a form with a file, or JSON with a text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import ApiError
from api.file_names import clean_file_name, text_file_name
from api.forms import Form, read_form
from api.schemas.documents import DocumentId, TextReplacement, TextUpload, Title
from index.loaders.formats import FORMATS, ending_of, supported_formats

_ARCHIVE = ".zip"
_JSON = "application/json"
_FORM = "multipart/form-data"
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Upload:
    """What is to become a document. `file_name` is "" for a text without a title; `text` is None for a file."""

    data: bytes | Path
    file_name: str
    document_id: str | None
    title: str | None
    text: str | None

    @property
    def is_archive(self) -> bool:
        """Whether it holds several documents."""
        return ending_of(self.file_name) == _ARCHIVE


class _FormFields(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: DocumentId | None = None
    title: Title | None = None


@asynccontextmanager
async def receive_upload(
    request: Request, folder: Path, max_file_bytes: int, *, replaces: bool = False
) -> AsyncIterator[Upload]:
    """The upload in the body of `request`; a file lies in `folder` until the end of the block.

    With `replaces` the id stands in the address, so that the body has none, and an archive is refused. Raises ApiError
    or RequestValidationError.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == _FORM:
        async with read_form(request, folder, max_file_bytes, _accept) as form:
            yield _from_form(form, replaces=replaces)
    elif media_type == _JSON:
        model = TextReplacement if replaces else TextUpload
        yield _from_text(await _read_json(request, model))
    else:
        message = f"Content-Type 应为 {_FORM}（上传文件）或 {_JSON}（提交文本），得到“{media_type}”。"
        raise ApiError(415, "unsupported_media_type", message, {"content_type": media_type})


def _accept(raw_name: bytes) -> None:
    """Refuse a file whose ending no loader reads, before its bytes are taken."""
    name = clean_file_name(raw_name)
    if not name:
        raise ApiError(422, "file_name_missing", "上传的文件没有文件名；请给出带扩展名的文件名，例如 报告.pdf。")
    if ending_of(name) not in FORMATS:
        message = f"不支持“{name}”的格式；目前支持：{supported_formats()}。"
        raise ApiError(415, "unsupported_format", message, {"file_name": name, "formats": [*FORMATS]})


def _from_form(form: Form, *, replaces: bool) -> Upload:
    fields = _validated(_FormFields, form.fields)
    if form.file is None:
        raise RequestValidationError([{"type": "missing", "loc": ("body", "file"), "msg": "", "input": None}])
    file_name = clean_file_name(form.file.name)
    if form.file.bytes == 0:
        raise ApiError(422, "empty_document", f"“{file_name}”是空文件，里面没有文字。", {"file_name": file_name})
    upload = Upload(form.file.path, file_name, fields.id, fields.title, None)
    if replaces and fields.id is not None:
        raise ApiError(422, "field_unknown", "替换文档时编号在地址里，表单中不要再给 id。", {"field": "id"})
    if upload.is_archive and replaces:
        raise ApiError(422, "archive_not_allowed", "压缩包里有多份文档，不能用来替换一份文档；请上传其中的那个文件。")
    if upload.is_archive and (fields.id is not None or fields.title is not None):
        raise ApiError(
            422, "archive_not_allowed", "压缩包里有多份文档，不能给它们同一个 id 或 title；请去掉这两个字段。"
        )
    return upload


def _from_text(body: TextUpload | TextReplacement) -> Upload:
    if not body.text.strip():
        raise ApiError(422, "empty_document", "正文里没有文字；请给出 text。", {"field": "text"})
    if "\0" in body.text:
        raise ApiError(
            422, "unreadable_text", "正文含有空字符（U+0000），不是文本；请去掉后重新提交。", {"field": "text"}
        )
    file_name = "" if body.title is None else text_file_name(body.title)
    document_id = body.id if isinstance(body, TextUpload) else None
    return Upload(body.text.encode("utf-8"), file_name, document_id, body.title, body.text)


async def _read_json(request: Request, model: type[Model]) -> Model:
    body = await request.body()
    if not body:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "", "input": None}])
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from None
    return _validated(model, value)


def _validated(model: type[Model], value: Mapping[str, Any]) -> Model:
    if isinstance(value, dict):
        _check_unicode(value)
    try:
        return model.model_validate(value)
    except ValidationError as failure:
        errors = [{**error, "loc": ("body", *error["loc"])} for error in failure.errors(include_url=False)]
        raise RequestValidationError(errors) from None


def _check_unicode(value: Mapping[str, Any]) -> None:
    for field, text in value.items():
        try:
            str(text).encode("utf-8")
        except UnicodeEncodeError:
            message = f"参数 {field}：含有不成对的代理字符（U+D800 至 U+DFFF），不是合法的文本。"
            raise ApiError(422, "invalid_unicode", message, {"field": field}) from None
