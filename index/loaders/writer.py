"""Collects the text of a document and keeps count of its characters, so that every mark is exact."""

from __future__ import annotations

import re

from index.errors import FileTooLarge
from index.loaders.outline import numbered_headings
from index.loaders.titles import choose_title
from index.types import Heading, LoadedText, Page

MAX_CHARACTERS = 100_000_000
"""Text beyond this is refused; a book has a few hundred thousand characters."""
CELL_SEPARATOR = " | "
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufff9-\ufffb\ufffe\uffff]")
"""Control characters, and hints where a line may break: no reader sees them, and they tear words apart."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n{3,}")
_DEEPEST_LEVEL = 6


def clean(text: str) -> str:
    """The text without what nobody sees; nothing visible changes.

    Lines end in LF, without white space before it; at most one blank line in a row, none at the ends. Control
    characters, soft hyphens and zero-width spaces are gone; lone surrogates become U+FFFD.
    """
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    text = _SURROGATE.sub("\ufffd", text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip("\n")


def joined(before: str, after: str) -> str:
    """What belongs between two pieces of one sentence: nothing next to Chinese, a space between words."""
    if not before or not after or before[-1].isspace() or after[0].isspace():
        return ""
    return "" if is_wide(before[-1]) or is_wide(after[0]) else " "


def one_line(text: str) -> str:
    """`text` with its line breaks taken out, as `joined` says."""
    line = ""
    for piece in clean(text).split("\n"):
        line += joined(line, piece.strip()) + piece.strip()
    return line


def flat(text: str) -> str:
    """`text` on one line, a space for each line break: for cells, whose lines are things apart."""
    return " ".join(line.strip() for line in clean(text).split("\n") if line.strip())


def is_wide(character: str) -> bool:
    """Whether it is Chinese, Japanese or full-width, so that no space stands beside it."""
    return (
        "\u2e80" <= character <= "\ua4cf"
        or "\uf900" <= character <= "\ufaff"
        or "\ufe30" <= character <= "\ufe4f"
        or "\uff00" <= character <= "\uffef"
        or character >= "\U00020000"
        or character in "“”‘’…—·"
    )


class TextWriter:
    """Blocks in, LoadedText out.

    Blocks are parted by a blank line. Offsets are code points into the text so far. Raises FileTooLarge when the
    text grows beyond `limit` characters, as that of a small file made to swell does.
    """

    def __init__(self, limit: int = MAX_CHARACTERS) -> None:
        self._limit = limit
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._pages: list[tuple[int, int]] = []
        self._pages_to_begin: list[int] = []

    def write(self, text: str, separator: str = "\n\n") -> tuple[int, int] | None:
        """Append `text`, after `separator` unless it is the first; its span, or None when nothing is left of it."""
        return self._append(clean(text).strip(), separator)

    def write_raw(self, text: str, separator: str = "\n\n") -> tuple[int, int] | None:
        """The same, keeping the spaces that the first line begins with."""
        return self._append(clean(text), separator)

    def heading(self, text: str, level: int) -> tuple[int, int] | None:
        """Append a heading of `level` 1 to 6 on one line; deeper ones count as 6."""
        span = self.write(one_line(text))
        if span is not None:
            self.mark(level, *span)
        return span

    def mark(self, level: int, start: int, end: int) -> None:
        """Say that what is written at start..end is a heading."""
        self._headings.append(Heading(max(1, min(level, _DEEPEST_LEVEL)), start, end))

    def row(self, cells: list[str], *, follows: bool) -> tuple[int, int] | None:
        """Append a table's row on one line; `follows` when it is not the table's first."""
        texts = [flat(cell) for cell in cells]
        return self.write(CELL_SEPARATOR.join(texts), "\n" if follows else "\n\n") if any(texts) else None

    def start_page(self, number: int) -> None:
        """What is written from here on stands on page `number`."""
        self._pages_to_begin.append(number)

    def finish(self, name: str, own_title: str | None = None, *, numbered: bool = False) -> LoadedText:
        """The document. Its pages follow one another without a gap from 0 to the text's length.

        `own_title` is what the file says its title is; `name` is the file's name, for when that is no title. With
        `numbered`, a text that marks one heading at most has those found that only their numbers show.
        """
        text = "".join(self._parts)
        headings = sorted(self._headings, key=lambda heading: heading.start)
        if numbered and len(headings) <= 1:
            headings = sorted([*headings, *numbered_headings(text, headings)], key=lambda heading: heading.start)
        title = choose_title(name, text, headings, own_title)
        return LoadedText(text=text, title=title, headings=tuple(headings), pages=self._finished_pages())

    def _append(self, text: str, separator: str) -> tuple[int, int] | None:
        if not text:
            return None
        if self._parts:
            self._parts.append(separator)
            self._length += len(separator)
        start = self._length
        self._begin_pages(start)
        self._parts.append(text)
        self._length += len(text)
        if self._length > self._limit:
            raise FileTooLarge(f"文件里的文字超过 {self._limit:,} 个字符；请把它拆成几个较小的文件再添加。")
        return start, self._length

    def _begin_pages(self, start: int) -> None:
        self._pages.extend((number, start) for number in self._pages_to_begin)
        self._pages_to_begin.clear()

    def _finished_pages(self) -> tuple[Page, ...]:
        self._begin_pages(self._length)
        starts = [start for _, start in self._pages]
        starts[:1] = [0] if starts else []
        ends = [*starts[1:], self._length]
        return tuple(
            Page(number, start, end) for (number, _), start, end in zip(self._pages, starts, ends, strict=False)
        )
