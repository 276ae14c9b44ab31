"""Plain text, in the encodings that Chinese text files come in."""

from __future__ import annotations

import codecs

from index.errors import UnreadableText
from index.types import LoadedText

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, name: str) -> str:
    """Decode by byte order mark, else as UTF-8, else as GB18030 (which holds GBK and GB2312); lines end in LF.

    Raises UnreadableText when none fits or the result holds NUL characters, as binary files do.
    """
    marked = [encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)]
    for encoding in marked or ["utf-8", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UnreadableText(f"“{name}”不是可识别的文本（试过 UTF-8、UTF-16、GB18030）；请另存为 UTF-8 后再添加。")


def load_plain(data: bytes, name: str) -> LoadedText:
    """A text file as it is; its title is its name."""
    return LoadedText(text=decode(data, name), title=name)
