"""Lists that the layout makes: a column or a row of a table, lines one below another (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text import plain_form
from qa.list_marks import CELL, Bounds, announced

Row = tuple[Bounds, ...]

_NEGATIVE = frozenset(
    ("", "无", "否", "不", "不设", "没有", "不可", "不可以", "不开放", "不支持", "不需要", "×", "-", "—", "/")
)
_NUMBERING = re.compile(r"\s*(?:[（(]?[0-9一二三四五六七八九十]{1,2}[）)、.．](?![0-9]))?\s*")
_LONGEST_LINE = 60
_LONGEST_LEAD = 8
_MOST_LINES = 20
"""More lines without a full stop than this are text that was broken into lines, not a list."""


def column_items(text: str, start: int, end: int, question: str) -> list[Bounds]:
    """The cells of the column of start..end that the question asks for.

    Of the header, and where start..end covers several cells, the cells of the row.
    """
    rows = _rows(text, start)
    places = [(line, column) for line, row in enumerate(rows) for column in range(len(row))]
    here = next((place for place in places if rows[place[0]][place[1]][0] <= start < rows[place[0]][place[1]][1]), None)
    if here is None or len(rows) < 2 or end > rows[here[0]][-1][1]:
        return []
    line, column = here
    if line == 0:
        return list(rows[0][column:])
    if end > rows[line][column][1]:
        return [cell for cell in rows[line][column:] if cell[0] < end]
    cells = {text[slice(*row[column])]: row[column] for row in reversed(_chosen(text, rows, line, column, question))}
    return sorted(cells.values())


def _rows(text: str, place: int) -> list[Row]:
    """The cells of the table around `place`, row by row; no rows where no table is."""
    lines = [match.span() for match in re.finditer(r"[^\n]*\n?", text) if match[0]]
    here = next((index for index, (begin, stop) in enumerate(lines) if begin <= place < stop), None)
    if here is None:
        return []
    first, last = here, here + 1
    while first >= 0 and CELL in text[slice(*lines[first])]:
        first -= 1
    while last < len(lines) and CELL in text[slice(*lines[last])]:
        last += 1
    return [_cells(text, *line) for line in lines[first + 1 : last]] if first < here else []


def _cells(text: str, begin: int, stop: int) -> Row:
    cells = []
    for cell in text[begin:stop].rstrip("\n").split(CELL):
        cells.append((begin, begin + len(cell)))
        begin += len(cell) + len(CELL)
    return tuple(cells)


def _chosen(text: str, rows: Sequence[Row], line: int, column: int, question: str) -> list[Row]:
    """The rows that agree with row `line` in what the question names; all when it names the column or their number."""
    asked = plain_form(question)
    usable = [row for row in rows[1:] if len(row) > column and text[slice(*row[column])].strip()]
    named = False
    kept = usable
    for place in range(min(len(rows[line]), len(rows[0]))):
        values = [_value(text, row, place) for row in usable]
        pointed, header = _value(text, rows[line], place), _value(text, rows[0], place)
        if place == column or not pointed:
            continue
        if _names(asked, pointed) and any(value != pointed for value in values):
            kept = [row for row in kept if _value(text, row, place) == pointed]
            named = True
        elif header and header in asked and not _NEGATIVE.isdisjoint(values):
            kept = [row for row in kept if (_value(text, row, place) in _NEGATIVE) == (pointed in _NEGATIVE)]
            named = True
    count = announced("", 0, question)
    distinct = len({_value(text, row, column) for row in usable})
    related = count is None and not set(_value(text, rows[0], column)).isdisjoint(asked)
    return kept if named or related or count == distinct else []


def _value(text: str, row: Row, place: int) -> str:
    return text[slice(*row[place])].strip() if place < len(row) else ""


def _names(question: str, value: str) -> bool:
    """Whether the question says `value`, or has all its characters when it is no short one (自己准备: 自备)."""
    return value in question or (len(value) > 2 and set(value) <= set(question))


def line_items(text: str, start: int, end: int) -> list[Bounds]:
    """The lines around the one that start..end begins: those that end in ； and the next, or those without a full stop.

    The first line of `text` is none of them: it is the heading. Where start..end stops at a mark (甲：…), all have it.
    """
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    here = next((place for place, line in enumerate(lines) if line[0] <= start < line[1]), 0)
    if here == 0 or end > lines[here][1]:
        return []
    lead = text[lines[here][0] : start]
    if lead.endswith((" ", "\u3000", "：")) and len(lead) <= _LONGEST_LEAD:  # 委员 甲⏎委员 乙
        first, last = _run([text.startswith(lead, begin) for begin, _ in lines], here)
        return [(begin + len(lead), stop) for begin, stop in lines[first:last]] if last - first > 1 else []
    if _after_number(text, lines[here]) != start:
        return []
    goes_on = [text[stop - 1] in "；;" for _, stop in lines]
    mark = text[end] if end < lines[here][1] and text[end] in "：（(，" else ""
    bare = [_is_bare(text, line) and mark in text[slice(*line)] for line in lines]
    if goes_on[here] or goes_on[here - 1]:
        listed = [went or goes for went, goes in zip([False, *goes_on], goes_on, strict=False)]
    else:
        listed = bare
    first, last = _run(listed, here)
    found = lines[first:last]
    return [(_after_number(text, line), line[1]) for line in found] if 1 < len(found) <= _MOST_LINES else []


def _run(fits: Sequence[bool], here: int) -> Bounds:
    """The lines around line `here` that fit, half-open; the first line of all, the heading, is none of them."""
    if not fits[here]:
        return here, here
    first, last = here, here + 1
    while first > 1 and fits[first - 1]:
        first -= 1
    while last < len(fits) and fits[last]:
        last += 1
    return first, last


def _is_bare(text: str, line: Bounds) -> bool:
    """Whether the line is an entry, not a sentence: no full stop or colon at its end, no table row."""
    return (
        text[line[1] - 1] not in "。！？!?：:" and CELL not in text[slice(*line)] and line[1] - line[0] <= _LONGEST_LINE
    )


def _after_number(text: str, line: Bounds) -> int:
    match = _NUMBERING.match(text, *line)
    return match.end() if match and match.end() < line[1] else line[0]
