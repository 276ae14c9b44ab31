"""Names of uploaded files, as clients send them and as they are kept."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import unquote_to_bytes

from index.jobs import readable_name

_LONGEST_STEM = 120
_CHARSETS = frozenset({"utf-8", "iso-8859-1", "gb18030", "gbk", "gb2312", "big5"})
"""Python knows encodings that no client sends, and some that are slow on purpose-made input."""


def clean_file_name(raw: bytes) -> str:
    """The last part of a path, as it can be stored and shown; "" when nothing is left.

    Bytes that are not UTF-8 are taken for GB18030. Control characters go, a long name keeps its end.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
    last = text.replace("\\", "/").rsplit("/", 1)[-1].strip()
    return readable_name(last) if any(character.isprintable() and character != " " for character in last) else ""


def text_file_name(title: str) -> str:
    """The name of a plain text file that holds the text of this title."""
    return readable_name(title.replace("/", "_").replace("\\", "_")[:_LONGEST_STEM] + ".txt")


def extended_file_name(disposition: bytes) -> bytes | None:
    """The name in `filename*=UTF-8''…` (RFC 5987), as older clients send what is not ASCII."""
    for part in _without_quoted(disposition).split(b";"):
        key, _, value = part.strip().partition(b"=")
        charset, mark, encoded = value.strip().partition(b"'")
        if key.strip().lower() == b"filename*" and mark:
            encoding = charset.decode("latin-1").lower()
            if encoding not in _CHARSETS:
                continue
            with suppress(UnicodeDecodeError):
                return unquote_to_bytes(encoded.partition(b"'")[2]).decode(encoding).encode("utf-8")
    return None


def _without_quoted(header: bytes) -> bytes:
    """`header` without what stands in quotation marks, where anything may stand."""
    kept, is_quoted, is_escaped = bytearray(), False, False
    for byte in header:
        if is_quoted:
            is_quoted = is_escaped or byte != ord('"')
            is_escaped = byte == ord("\\") and not is_escaped
        elif byte == ord('"'):
            is_quoted = True
        else:
            kept.append(byte)
    return bytes(kept)
