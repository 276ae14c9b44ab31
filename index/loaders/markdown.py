"""Markdown: the text as a reader sees it, without the marks, and where its headings are."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.loaders.plain import decode
from index.types import Heading, LoadedText

_PARSER = MarkdownIt("commonmark").enable("table")
_CELL_SEPARATOR = " | "


def load_markdown(data: bytes, name: str) -> LoadedText:
    """Headings, paragraphs, list items and code, separated by blank lines; table rows by line breaks.

    The title is the first heading of level 1, or the file's name.
    """
    writer = _Writer()
    for token in _PARSER.parse(decode(data, name)):
        writer.take(token)
    text, headings = writer.finish()
    title = next((text[mark.start : mark.end] for mark in headings if mark.level == 1), name)
    return LoadedText(text=text, title=title, headings=headings)


class _Writer:
    """Collects blocks and keeps count of the characters written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._heading_level = 0
        self._cells: list[str] | None = None
        self._row_follows = False

    def take(self, token: Token) -> None:
        if token.type == "heading_open":
            self._heading_level = int(token.tag[1:])
        elif token.type == "heading_close":
            self._heading_level = 0
        elif token.type == "tr_open":
            self._cells = []
        elif token.type == "tr_close":
            self._close_row()
        elif token.type in ("table_open", "table_close"):
            self._row_follows = False
        elif token.type == "inline":
            self._inline(inline_text(token.children or []))
        elif token.type in ("fence", "code_block"):
            self._block(token.content.strip("\n"))

    def finish(self) -> tuple[str, tuple[Heading, ...]]:
        return "".join(self._parts), tuple(self._headings)

    def _inline(self, text: str) -> None:
        if self._cells is not None:
            self._cells.append(text.strip())
            return
        start = self._block(text.strip())
        if start is not None and self._heading_level:
            self._headings.append(Heading(self._heading_level, start, self._length))

    def _close_row(self) -> None:
        cells, self._cells = self._cells or [], None
        self._block(_CELL_SEPARATOR.join(cells), separator="\n" if self._row_follows else "\n\n")
        self._row_follows = True

    def _block(self, text: str, *, separator: str = "\n\n") -> int | None:
        """Write one block; where it starts, or None when it is empty."""
        if not text:
            return None
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        return start


def inline_text(tokens: Sequence[Token]) -> str:
    """The visible text of inline tokens: link texts and image descriptions, not addresses."""
    return "".join(_visible(token) for token in tokens)


def _visible(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "image":
        return inline_text(token.children or [])
    if token.type in ("text", "code_inline", "text_special"):
        return token.content
    return ""
