"""Multipart forms with one file, read as they arrive: never held in memory whole, refused as soon as that is clear."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import anyio.to_thread
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from api.errors import ApiError
from api.file_names import extended_file_name

_FILE_FIELD = "file"
_PREFIX = "upload-"
_MAX_FIELD_BYTES = 4096
_WRITTEN_AT_ONCE = 1 << 20
_FORGOTTEN_SECONDS = 86_400
_MALFORMED = "请求体不是合法的 multipart/form-data 表单；请让 HTTP 客户端自己生成 Content-Type 和分隔符。"


@dataclass(frozen=True, slots=True)
class FormFile:
    """An uploaded file: its name as it was sent, and its bytes in a temporary file."""

    name: bytes
    path: Path
    bytes: int


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form, and its file, if it holds one."""

    fields: Mapping[str, str]
    file: FormFile | None


@asynccontextmanager
async def read_form(
    request: Request, folder: Path, max_file_bytes: int, accept: Callable[[bytes], None]
) -> AsyncIterator[Form]:
    """The form in the body of `request`; its file lies in `folder` until the end of the block.

    `accept` is called with the file's name before its bytes arrive, and raises ApiError when it is not wanted. Raises
    ApiError 400 for a form that is cut off or malformed, 413 for a file over the limit, 422 for a second file.
    """
    reader = _FormReader(_boundary(request), _prepared(folder), max_file_bytes, accept)
    try:
        await _feed(reader, request)
        yield reader.form()
    finally:
        reader.close()


async def _feed(reader: _FormReader, request: Request) -> None:
    """Give the reader the body. What follows a refusal is read and dropped, so that the client hears the reason."""
    refusal: ApiError | None = None
    try:
        async for block in request.stream():
            if refusal is not None:
                continue
            try:
                reader.take(block)
                if reader.has_much_to_write:
                    await anyio.to_thread.run_sync(reader.write)
            except ApiError as error:
                refusal = error
    except ClientDisconnect:
        refusal = refusal or ApiError(499, "client_closed_request", "客户端已断开，上传没有完成，未保存任何内容。")
    if refusal is not None:
        raise refusal
    await anyio.to_thread.run_sync(reader.write)


class _FormReader:
    """Takes blocks of the body and sorts them into fields and the file."""

    def __init__(self, boundary: bytes, folder: Path, max_file_bytes: int, accept: Callable[[bytes], None]) -> None:
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_begin": self._begin_header,
                "on_header_field": self._take_header_name,
                "on_header_value": self._take_header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._take_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )
        self._folder, self._max_file_bytes, self._accept = folder, max_file_bytes, accept
        self._fields: dict[str, str] = {}
        self._header_name = self._header_value = b""
        self._disposition = b""
        self._name: str = ""
        self._value = bytearray()
        self._is_in_file = False
        self._file_name: bytes | None = None
        self._output: BinaryIO | None = None
        self._path = folder
        self._unwritten = bytearray()
        self._bytes = 0
        self._is_whole = False

    @property
    def has_much_to_write(self) -> bool:
        return len(self._unwritten) >= _WRITTEN_AT_ONCE

    def take(self, block: bytes) -> None:
        try:
            self._parser.write(block)
        except FormParserError as error:
            raise ApiError(400, "malformed_form", _MALFORMED) from error

    def write(self) -> None:
        if self._output is not None and self._unwritten:
            self._output.write(self._unwritten)
            self._unwritten.clear()

    def form(self) -> Form:
        if not self._is_whole:
            raise ApiError(400, "malformed_form", f"表单不完整，没有结束标记。{_MALFORMED}")
        if self._file_name is None or self._output is None:
            return Form(self._fields, None)
        self._output.close()
        return Form(self._fields, FormFile(self._file_name, self._path, self._bytes))

    def close(self) -> None:
        if self._output is not None:
            self._output.close()
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def _begin_part(self) -> None:
        self._disposition, self._value, self._is_in_file = b"", bytearray(), False

    def _begin_header(self) -> None:
        self._header_name = self._header_value = b""

    def _take_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _take_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value

    def _end_headers(self) -> None:
        kind, options = parse_options_header(self._disposition)
        if kind != b"form-data" or b"name" not in options:
            raise ApiError(400, "malformed_form", _MALFORMED)
        self._name = _decoded(options[b"name"])
        file_name = extended_file_name(self._disposition) or options.get(b"filename")
        if file_name is not None:
            self._begin_file(file_name)
        elif self._name == _FILE_FIELD:
            raise ApiError(
                422,
                "file_missing",
                "file 字段里没有文件；请作为文件上传，例如 curl -F file=@报告.pdf。",
                {"field": "file"},
            )
        elif self._name in self._fields:
            raise ApiError(422, "field_repeated", f"字段 {self._name} 只能出现一次。", {"field": self._name})

    def _begin_file(self, file_name: bytes) -> None:
        if self._name != _FILE_FIELD:
            message = f"字段 {self._name} 不能是文件；文件请放在 file 字段里。"
            raise ApiError(422, "field_unknown", message, {"field": self._name})
        if self._file_name is not None:
            raise ApiError(422, "several_files", "每次只能上传一个文件；请逐个上传，或打包成一个 zip。")
        self._accept(file_name)
        self._is_in_file, self._file_name = True, file_name
        handle, path = tempfile.mkstemp(dir=self._folder, prefix=_PREFIX)
        self._output, self._path = os.fdopen(handle, "wb"), Path(path)

    def _take_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_in_file:
            self._bytes += end - start
            if self._bytes > self._max_file_bytes:
                message = f"文件超过 {self._max_file_bytes} 字节的上限；请拆成几个文件，或调大 WENQU_MAX_FILE_BYTES。"
                raise ApiError(413, "file_too_large", message, {"limit": self._max_file_bytes})
            self._unwritten += data[start:end]
            return
        self._value += data[start:end]
        if len(self._value) > _MAX_FIELD_BYTES:
            message = f"字段 {self._name} 超过 {_MAX_FIELD_BYTES} 字节的上限。"
            raise ApiError(422, "field_too_long", message, {"field": self._name, "limit": _MAX_FIELD_BYTES})

    def _end_part(self) -> None:
        if not self._is_in_file:
            self._fields[self._name] = _decoded(bytes(self._value))

    def _end(self) -> None:
        self._is_whole = True


def _boundary(request: Request) -> bytes:
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if not 0 < len(boundary) <= 256:
        raise ApiError(400, "malformed_form", _MALFORMED)
    return boundary


def _decoded(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return value.decode(encoding)
    raise ApiError(400, "malformed_form", "表单字段不是 UTF-8 文本；请用 UTF-8 编码后重新提交。")


@lru_cache(maxsize=8)
def _prepared(folder: Path) -> Path:
    """The folder, made when it is not there; what a crash left in it long ago is deleted, once in each process."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
                path.unlink()
    return folder
