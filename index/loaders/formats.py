"""The kinds of files, and the endings they come with."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import PurePosixPath

from index.loaders.titles import base_name


class Kind(StrEnum):
    """What a file is; the value is its name for the user."""

    TEXT = "纯文本"
    MARKDOWN = "Markdown"
    HTML = "网页"
    PDF = "PDF"
    WORD = "Word 文档"
    SLIDES = "PowerPoint 演示文稿"
    WORKBOOK = "Excel 工作簿"
    TABLE = "CSV 表格"
    EPUB = "EPUB 电子书"
    MAIL = "电子邮件"
    ARCHIVE = "ZIP 压缩包"


KINDS: Mapping[str, Kind] = {
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".pdf": Kind.PDF,
    ".docx": Kind.WORD,
    ".docm": Kind.WORD,
    ".pptx": Kind.SLIDES,
    ".pptm": Kind.SLIDES,
    ".ppsx": Kind.SLIDES,
    ".xlsx": Kind.WORKBOOK,
    ".xlsm": Kind.WORKBOOK,
    ".csv": Kind.TABLE,
    ".tsv": Kind.TABLE,
    ".epub": Kind.EPUB,
    ".eml": Kind.MAIL,
    ".zip": Kind.ARCHIVE,
}
FORMATS: Mapping[str, str] = {ending: str(kind) for ending, kind in KINDS.items()}
"""Every ending that can be added, archives too, and what such a file is called."""


def ending_of(file_name: str) -> str:
    """The ending in lower case with its dot, or nothing."""
    return PurePosixPath(base_name(file_name)).suffix.lower()


def supported_formats() -> str:
    """The list of formats for messages."""
    endings: dict[Kind, list[str]] = {}
    for ending, kind in KINDS.items():
        endings.setdefault(kind, []).append(ending)
    return "、".join(f"{kind}（{' '.join(known)}）" for kind, known in endings.items())
