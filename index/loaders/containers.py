"""Zip files that may be hostile: documents made of one (docx, xlsx, pptx, epub) and archives alike."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import DamagedFile, EncryptedFile, FileTooLarge

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_DECLARATIONS = tuple("<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))
_CHUNK = 1024 * 1024
_ENCRYPTED_FLAG = 0x1
DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, KeyError, IndexError)
"""What reading a broken zip file raises, besides NotImplementedError for an unknown compression."""


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """Sizes in bytes after unpacking. Zip bombs exceed them; honest documents stay far below.

    The ratio (unpacked / packed) counts only from `ratio_from` bytes on: small files of one repeated line reach it too.
    """

    members: int = 20_000
    member_bytes: int = 512 * 1024 * 1024
    total_bytes: int = 2 * 1024 * 1024 * 1024
    ratio: int = 200
    ratio_from: int = 64 * 1024 * 1024


LIMITS = ZipLimits()
XML_BYTES = 128 * 1024 * 1024
"""A single part of a docx or pptx that has to be in memory as a tree."""


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The zip file in `data`, for a `with` statement. Raises DamagedFile."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (*DAMAGE, NotImplementedError, UnicodeError):
        raise DamagedFile("文件已损坏（ZIP 结构不完整）；请重新下载、复制或导出后再添加。") from None


def refuse_bomb(infos: list[zipfile.ZipInfo], packed_bytes: int, limits: ZipLimits = LIMITS) -> None:
    """Raise FileTooLarge when unpacking would exceed `limits`, judged by the directory alone.

    The directory may lie about sizes, but `zipfile` never reads more of a member than the directory says.
    """
    if len(infos) > limits.members:
        raise FileTooLarge(f"里面有 {len(infos):,} 个文件，超过上限 {limits.members:,} 个；请分成几个再添加。")
    total = sum(info.file_size for info in infos)
    largest = max((info.file_size for info in infos), default=0)
    if largest > limits.member_bytes or total > limits.total_bytes:
        raise FileTooLarge(
            f"解压后有 {megabytes(total)}（最大的一个 {megabytes(largest)}），"
            f"超过上限 {megabytes(limits.total_bytes)}（单个 {megabytes(limits.member_bytes)}）；请拆开后再添加。"
        )
    if total > limits.ratio_from and total > packed_bytes * limits.ratio:
        raise FileTooLarge(
            f"解压后会膨胀到 {megabytes(total)}，是原大小的 {total // max(1, packed_bytes)} 倍，像是压缩炸弹，已拒绝。"
        )


def check_package(data: bytes, name: str, largest_xml: int = LIMITS.member_bytes) -> None:
    """Raise a LoadError when the Office document `data` is a bomb, encrypted or declares XML entities.

    `largest_xml` is the most bytes that one XML part may have. Office Open XML forbids document type declarations,
    and only they can define entities that swell or read other files.
    """
    with open_zip(data) as archive:
        infos = archive.infolist()
        if any(is_encrypted(info) for info in infos):
            raise EncryptedFile(f"“{name}”有密码；请去掉密码后再添加。")
        try:
            refuse_bomb(infos, len(data))
        except FileTooLarge as error:
            raise FileTooLarge(f"“{name}”{error}") from None
        for info in infos:
            if not info.filename.lower().endswith((".xml", ".rels", ".vml")):
                continue
            if info.file_size > largest_xml:
                raise FileTooLarge(
                    f"“{name}”的正文有 {megabytes(info.file_size)}，超过上限 {megabytes(largest_xml)}；"
                    "请拆成几个文件再添加。"
                )
            if _declares_entities(archive, info):
                raise DamagedFile(
                    f"“{name}”里的 XML 带有实体声明（DOCTYPE），正常的 Office 文件没有；为安全起见已拒绝。"
                )


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The unpacked bytes of a member. Raises DamagedFile."""
    with _explained(info):
        return archive.read(info)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether the member wants a password."""
    return bool(info.flag_bits & _ENCRYPTED_FLAG)


def megabytes(count: int) -> str:
    """A size for messages."""
    return f"{count / 1024 / 1024:,.0f} MB"


def _declares_entities(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    tail = b""
    for chunk in _chunks(archive, info):
        window = tail + chunk
        if any(mark in window for mark in _DECLARATIONS):
            return True
        tail = chunk[-max(map(len, _DECLARATIONS)) :]
    return False


def _chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with _explained(info), archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


@contextmanager
def _explained(info: zipfile.ZipInfo) -> Iterator[None]:
    """Turns what reading a broken member raises into DamagedFile."""
    try:
        yield
    except NotImplementedError:
        raise DamagedFile(f"“{info.filename}”的压缩方式不受支持；请用普通 ZIP（deflate）重新打包。") from None
    except (*DAMAGE, RuntimeError) as error:
        raise DamagedFile(
            f"“{info.filename}”无法解压（{type(error).__name__}）；文件已损坏，请重新下载或打包。"
        ) from None
