"""Zip archives, and mails with attachments: the documents inside, one by one."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import ArchiveRefused, EncryptedFile, LoadError
from index.loaders.containers import is_encrypted, open_zip, read_member, refuse_bomb
from index.loaders.encoding import decode_name
from index.loaders.formats import Kind, ending_of
from index.loaders.sniff import is_zip, package_kind
from index.loaders.titles import base_name

_UTF_8_FLAG = 0x800
_UNICODE_PATH = 0x7075
_DEEPEST = 1
"""Archives inside an archive are opened, those inside them refused: a zip file can contain itself."""
_JUNK_FOLDERS = frozenset({"__MACOSX", ".git", ".svn", ".Trashes", ".Spotlight-V100", "@eaDir"})
_JUNK_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini", ".gitignore", ".localized"})
_JUNK_PREFIXES = ("~$", "._", ".~lock.")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside an archive. `name` is a label only: a relative path with "/", without "..", never to be opened."""

    name: str
    data: bytes


def is_archive(file_name: str, data: bytes) -> bool:
    """Whether `data` holds several documents: a zip file that is no document itself, a mail with attached documents.

    Never raises; a broken zip file called .zip counts as one, so that `members` can say what is wrong.
    """
    if is_zip(data):
        try:
            with open_zip(data) as archive:
                return package_kind(archive) is Kind.ARCHIVE
        except LoadError:
            return ending_of(file_name) == ".zip"
    return ending_of(file_name) == ".eml" and _mail_members(data) is not None


def members(data: bytes, file_name: str) -> Iterator[Member]:
    """The documents inside an archive, in its order; folders and what operating systems leave behind are skipped.

    An archive inside is unfolded, its name becoming a folder: no member is an archive. Everything is judged by the
    directories before the first member comes. Raises ArchiveRefused for a bomb, an archive nested deeper, one under a
    password or a damaged one — the last two also in the middle, when a member cannot be unpacked.
    """
    name = base_name(file_name)
    try:
        _judge(data, name, _below(-1, data))
        yield from _walk(data, "")
    except LoadError as error:
        message = str(error)
        raise ArchiveRefused(message if message.startswith("“") else f"“{name}”{message}") from None


def member_name(info: zipfile.ZipInfo) -> str:
    """The member's path as its author wrote it, made harmless.

    UTF-8 when the archive says so; else the Unicode path field that some packers add; else the bytes are GBK or Big5,
    as Chinese Windows writes them, or UTF-8 without saying so.
    """
    if info.flag_bits & _UTF_8_FLAG:
        return harmless_path(info.orig_filename)
    raw = info.orig_filename.encode("cp437", "replace")
    return harmless_path(_unicode_path(info.extra, raw) or decode_name(raw))


def harmless_path(path: str) -> str:
    """A relative path that leads nowhere else: no drive, no leading "/", no "..", nothing unprintable."""
    cleaned = _UNPRINTABLE.sub("", _DRIVE.sub("", path.replace("\\", "/")))
    parts = [part.strip() for part in cleaned.split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "未命名"


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """The name in the Info-ZIP Unicode Path field, when it belongs to this name (its checksum says so)."""
    while len(extra) >= 4:
        tag, size = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if tag == _UNICODE_PATH and len(field) > 5 and int.from_bytes(field[1:5], "little") == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
    return None


def _judge(data: bytes, name: str, depth: int) -> list[zipfile.ZipInfo]:
    """Every entry in the archive and those inside it. Raises a LoadError when anything must not be opened."""
    if depth > _DEEPEST:
        raise ArchiveRefused(f"“{name}”是压缩包里的压缩包里的压缩包；只展开一层，请先解压再添加。")
    if not is_zip(data):
        inner = [member for member in _mail_members(data) or () if is_archive(member.name, member.data)]
        return [entry for member in inner for entry in _judge(member.data, member.name, _below(depth, member.data))]
    with open_zip(data) as archive:
        entries = _documents(archive)
        if any(is_encrypted(entry) for entry in entries):
            raise EncryptedFile("有密码；请解压后添加里面的文件，或重新打包成没有密码的 ZIP。")
        refuse_bomb(entries, len(data))
        for entry in entries.copy():
            if ending_of(member_name(entry)) in (".zip", ".eml"):
                content = read_member(archive, entry)
                if is_archive(member_name(entry), content):
                    entries += _judge(content, member_name(entry), _below(depth, content))
    # Together as well: many small bombs make a big one.
    refuse_bomb(entries, len(data))
    return entries


def _below(depth: int, content: bytes) -> int:
    """The depth of an archive in one at `depth`. Mails are letters with enclosures: they do not count as a level."""
    return depth + 1 if is_zip(content) else depth


def _walk(data: bytes, folder: str) -> Iterator[Member]:
    if not is_zip(data):
        yield from _unfolded(_mail_members(data) or [], folder)
        return
    with open_zip(data) as archive:
        for info in _documents(archive):
            yield from _unfolded([Member(member_name(info), read_member(archive, info))], folder)


def _unfolded(found: list[Member], folder: str) -> Iterator[Member]:
    for member in found:
        path = f"{folder}{member.name}"
        if is_archive(member.name, member.data):
            yield from _walk(member.data, f"{path}/")
        else:
            yield Member(path, member.data)


def _documents(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    # A damaged directory may name a member "", of which zipfile cannot say whether it is a folder.
    named = (info for info in archive.infolist() if info.filename)
    return [info for info in named if not info.is_dir() and not _is_junk(member_name(info))]


def _is_junk(path: str) -> bool:
    *folders, name = path.split("/")
    return (
        any(folder in _JUNK_FOLDERS for folder in folders)
        or name.lower() in _JUNK_FILES
        or name.startswith(_JUNK_PREFIXES)
    )


def _mail_members(data: bytes) -> list[Member] | None:
    """The mail itself and the documents attached to it; None when there are none."""
    from index.loaders.mail import attached_documents

    try:
        found = [Member(harmless_path(name), content) for name, content in attached_documents(data)]
    except (LoadError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # A mail this broken is refused by its loader, which says why.
        return None
    return found or None
