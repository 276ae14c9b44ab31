"""Markdown: the text as a reader sees it, without the marks, and where its headings are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.loaders.encoding import decode
from index.loaders.writer import CELL_SEPARATOR, TextWriter
from index.types import LoadedText

_PARSER = MarkdownIt("commonmark").enable("table")
_FRONT_MATTER = re.compile(r"---[ \t]*\n((?:[\w-]+[ \t]*:.*\n|[ \t]+.*\n|-[ \t].*\n|#.*\n)+)---[ \t]*(?:\n|$)")
_FRONT_TITLE = re.compile(r"^title[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)


def load_markdown(data: bytes, name: str) -> LoadedText:
    """Headings, paragraphs, list items and code, separated by blank lines; table rows by line breaks.

    HTML between them counts with its text. The title is that of the front matter, else the first heading of level 1,
    else the file's name.
    """
    source = decode(data, name).replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    front = _FRONT_MATTER.match(source)
    stated = _FRONT_TITLE.search(front.group(1)) if front else None
    blocks = _BlockWriter(TextWriter())
    for token in _PARSER.parse(source[front.end() :] if front else source):
        blocks.take(token)
    return blocks.writer.finish(name, stated.group(1).strip("\"' ") if stated else None)


class _BlockWriter:
    """Writes the parser's blocks one after the other."""

    def __init__(self, writer: TextWriter) -> None:
        self.writer = writer
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
            self.writer.write_raw(token.content)
        elif token.type == "html_block":
            self._html(token.content)

    def _inline(self, text: str) -> None:
        if self._cells is not None:
            self._cells.append(text.strip())
            return
        span = self.writer.write(text)
        if span is not None and self._heading_level:
            self.writer.mark(self._heading_level, *span)

    def _close_row(self) -> None:
        cells, self._cells = self._cells or [], None
        written = self.writer.write(CELL_SEPARATOR.join(cells), "\n" if self._row_follows else "\n\n")
        self._row_follows = written is not None or self._row_follows

    def _html(self, source: str) -> None:
        # Most documents have none, and its parser takes a moment to import.
        from index.loaders.web import write_html

        write_html(self.writer, source)


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
