"""PDF lines → paragraphs: lines that only the page's width broke are one again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

from index.loaders.pdf_lines import Line
from index.loaders.writer import TextWriter, joined

_SENTENCE_ENDS = "。！？!?；;：:…"
_NEVER_FIRST = frozenset("，。、；：？！”’）》」』】…")
_CLOSING = "”’」』）》】)\"'"
_ITEM = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]+[章节條条编編篇]|[一二三四五六七八九十]+[、.．]|[（(][一二三四五六七八九十\d]{1,4}[）)]"
    r"|\d{1,3}(?:\.\d{1,3})*[.、)）]?\s|\d{1,3}[.、)）]|[①-⑳]|[-–—]\s)"
)
_BULLET = re.compile(r"[•●■◆▪➢✓□○◇★※▲]")
_SAME_SIZE = 0.08
_INDENT = 0.8
"""Of the type's size: a line that begins this much further in or out begins a paragraph."""
_SAME_COLUMN = 3.2
_LINE_GAP = 1.35
"""Of the usual distance between lines: more means a new paragraph."""
_WIDE_ENOUGH = 0.45
"""Share of the page's width from which on a single line may set the width of its column."""
_NARROWEST = 12
"""Of the type's size: lines below this width that end at the same place are a list of names rather than a column."""


def layout(writer: TextWriter, pages: Sequence[Sequence[Line]], levels: Mapping[int, int]) -> None:
    """Write the pages: headings of `levels` (by the identity of their lines), paragraphs, and where pages begin."""
    columns = _Columns(pages)
    before: Line | None = None
    starts_paragraph = True
    heading: tuple[int, int, int] | None = None
    for number, lines in enumerate(pages, start=1):
        writer.start_page(number)
        for line in lines:
            level = levels.get(id(line), 0)
            continues = (
                before is not None
                and levels.get(id(before), 0) == level
                and (_same_heading(before, line) if level else columns.continues(before, line, first=starts_paragraph))
            )
            if continues and before is not None:
                span = writer.write(line.text, joined(before.text, line.text))
            else:
                span = writer.write(line.text, columns.separator(before, line, is_heading=bool(level)))
            heading = _marked(writer, heading, level, span, continues=continues)
            starts_paragraph = not continues
            before = line
    _marked(writer, heading, 0, None, continues=False)


def _marked(
    writer: TextWriter,
    open_heading: tuple[int, int, int] | None,
    level: int,
    span: tuple[int, int] | None,
    *,
    continues: bool,
) -> tuple[int, int, int] | None:
    """Keeps a heading open while its lines come, and marks it when it ends; the heading that is open now."""
    if open_heading is not None and not (continues and level and span):
        writer.mark(*open_heading)
        open_heading = None
    if not level or span is None:
        return None
    return (level, open_heading[1] if open_heading else span[0], span[1])


def _same_heading(before: Line, line: Line) -> bool:
    """Whether two lines in a row are one heading: the same type, close together, the second no item of its own."""
    gap = before.bottom - line.top
    return (
        before.page == line.page
        and _same_size(before, line)
        and 0 < gap < 2.0 * line.size
        and not _ITEM.match(line.text)
    )


def _same_size(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= _SAME_SIZE * max(one.size, other.size)


def _ends_sentence(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(tuple(_SENTENCE_ENDS))


def _ends_statement(text: str) -> bool:
    """The same for Latin text as well, where a full stop may also end an abbreviation or a number."""
    return _ends_sentence(text) or text.rstrip(_CLOSING).endswith(".")


class _Columns:
    """What the layout of the whole document says about where its lines end and how far apart they are."""

    def __init__(self, pages: Sequence[Sequence[Line]]) -> None:
        self._by_page = {lines[0].page: lines for lines in pages if lines}
        gaps: dict[float, list[float]] = defaultdict(list)
        for lines in pages:
            for before, line in pairwise(lines):
                gap = before.bottom - line.top
                if _same_size(before, line) and 0.5 * line.size < gap < 3 * line.size:
                    gaps[line.size].append(gap)
        self._pitch = {size: median(found) for size, found in gaps.items()}
        self._edges: dict[tuple[int, int, int], tuple[float, int]] = {}

    def continues(self, before: Line, line: Line, *, first: bool) -> bool:
        """Whether `line` goes on with the paragraph of `before`, whose first line `before` is when `first`."""
        if not _same_size(before, line) or before.has_leaders or not self._is_full(before, line.text):
            return False
        if _BULLET.match(line.text) or (_ends_statement(before.text) and _ITEM.match(line.text)):
            return False
        # The next column is to a line what the next page is.
        next_column = line.left > before.right and line.top > before.bottom
        if before.page != line.page or next_column:
            return not _ends_statement(before.text)
        gap = before.bottom - line.top
        if gap > _LINE_GAP * self._usual_gap(line) or abs(gap) < 0.3 * line.size:
            return False
        indent = _INDENT * line.size
        moved = line.left - before.left
        # The second line may begin further out (the first was indented) or further in (it hangs).
        begins_further_in = moved > indent and (not first or _ends_sentence(before.text))
        begins_further_out = moved < -indent and not first
        return not (begins_further_in or begins_further_out)

    def separator(self, before: Line | None, line: Line, *, is_heading: bool) -> str:
        """A line break between lines of one block, a blank line between blocks."""
        if before is None or is_heading or before.page != line.page or not _same_size(before, line):
            return "\n\n"
        gap = before.bottom - line.top
        if abs(gap) < 0.3 * line.size:
            # Cells of a row.
            return " "
        return "\n" if 0 < gap <= _LINE_GAP * self._usual_gap(line) else "\n\n"

    def _usual_gap(self, line: Line) -> float:
        return self._pitch.get(line.size, 1.5 * line.size)

    def _is_full(self, before: Line, following: str) -> bool:
        """Whether `before` reaches the edge of its column, so far as what follows allows."""
        edge, reached = self._edge(before)
        word = re.match(r"[!-~]+", following)
        # A character goes to the next line together with the comma behind it.
        pair = 1.0 if following[1:2] in _NEVER_FIRST else 0.0
        slack = before.size * (1.8 + pair + 0.6 * min(len(word.group()) if word else 0, 20))
        width = before.right - before.left
        sets_width = width >= _WIDE_ENOUGH * before.page_width or (reached >= 2 and width >= _NARROWEST * before.size)
        return before.right >= edge - slack and sets_width

    def _edge(self, line: Line) -> tuple[float, int]:
        """Where the lines of this size that begin near this one end, at most, and how many reach that far."""
        key = (line.page, round(line.left), round(line.size * 2))
        if key not in self._edges:
            peers = [
                other.right
                for other in self._by_page.get(line.page, ())
                if _same_size(other, line) and abs(other.left - line.left) <= _SAME_COLUMN * line.size
            ]
            edge = max(peers, default=line.right)
            self._edges[key] = edge, sum(right >= edge - 1.8 * line.size for right in peers)
        return self._edges[key]
