"""What a document is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from index.types import Heading

_LONGEST = 120
_PROGRAMS = r"microsoft|power\s?point|word|excel|wps"
_PROGRAM_WORDS = "演示文稿|文档|文字|表格|presentation|document|工作簿"
_ENGLISH_DEFAULTS = (
    "untitled|unknown|no title|new|presentation|document|book|sheet|slide|title|index|page|cover|temp|tmp|file"
)
_CHINESE_DEFAULTS = "无标题|未命名|未知|新建|文档|演示文稿|幻灯片|工作簿|工作表|标题|封面|目录|首页|正文|默认"
_FILE_ENDINGS = "docx?|pptx?|xlsx?|wps|et|dps|rtf|pdf|indd|qxd|tmp|html?|txt|cdr|ai|dwg"
_MEANINGLESS = re.compile(
    rf"(?:microsoft\s+(?:word|powerpoint|excel)\b.*|(?:{_PROGRAMS})\s*(?:{_PROGRAM_WORDS})"
    rf"|(?:{_ENGLISH_DEFAULTS})[\s\-_]*\d*|(?:{_CHINESE_DEFAULTS})[文档演示稿件网页]*[\s\-_（(]*\d*[)）]*"
    rf"|单击此处.*|[(（]?(?:anonymous|unspecified)[)）]?|.*\.(?:{_FILE_ENDINGS})|(?:[A-Za-z]:[\\/]|[\\/]|file:|https?:).*)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]+[章节節编編篇部分卷条條回]|[一二三四五六七八九十]+[、.．]"
    r"|[（(][一二三四五六七八九十\d]+[）)]|\d+(?:\.\d+)*[.、\s])"
)


def choose_title(name: str, text: str, headings: Sequence[Heading], own_title: str | None = None) -> str:
    """The title that the file states when it says something, else its first heading of level 1, else the file's name.

    A stated title that is that heading with more around it (a web site's name) gives way to the heading. A heading
    that opens a numbered section (“一、总则”) names the section, not the document.
    """
    stated = " ".join((own_title or "").split())
    first = next((text[mark.start : mark.end] for mark in headings if mark.level == 1), "")
    main = "" if _NUMBERED.match(first) else first[:_LONGEST]
    if is_meaningful(stated):
        return main if main and main in stated else stated
    return main or stem_of(name)


def is_meaningful(title: str) -> bool:
    """Whether a stated title is one that a person gave: not a program's default, a file's name or broken characters."""
    if not 2 <= len(title) <= _LONGEST or not any(character.isalpha() for character in title):
        return False
    if "\ufffd" in title or not title.isprintable():
        return False
    # Chinese in GBK read as Latin-1 turns into accents and signs, one next to the other.
    if sum("\x80" <= character <= "\xff" for character in title) > len(title) // 3:
        return False
    return not _MEANINGLESS.match(title)


def base_name(file_name: str) -> str:
    """The last part of a path of either Unix or Windows."""
    return file_name.replace("\\", "/").rstrip("/").rpartition("/")[2] or file_name


def stem_of(file_name: str) -> str:
    """The file's name without folders and ending."""
    return PurePosixPath(base_name(file_name)).stem or file_name
