"""Tables without prose around them (sheets, CSV) as text that can be searched and copied from.

A row becomes one line, “姓名：张三，部门：研发部，入职：2021年3月1日”: each value with its column's name, so that a
passage says what its values are although the header stands far above, and a question in the column's words finds it.
The comma keeps a row one sentence. Where no header can be told apart, cells are parted by " | ", as in tables of other
formats; a table of two columns reads “公司名称：文渠公司” without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from index.loaders.writer import TextWriter, flat

_LOOKED_AT = 40
"""Rows that are looked at to tell a header."""
_LONGEST_NAME = 30
_REGULAR = 0.8
_FEWEST_ROWS = 3
_NUMBER = r"[-+(]?[¥￥$€£]?\s?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?\s?(?:[%％‰)]|[一-鿿A-Za-z/²³]{1,4})?"
_DATE = r"\d{1,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,4}日?)?(?:[ T]\d\d?:\d\d(?::\d\d)?)?|\d\d?:\d\d(?::\d\d)?"
_QUANTITY = re.compile(f"{_NUMBER}|{_DATE}")


def write_rows(writer: TextWriter, rows: Iterable[Sequence[str]], *, headers_are_usual: bool) -> None:
    """Write a table's rows, one line each; empty rows are left out.

    `headers_are_usual`: whether a first row of names is a header without further evidence, as in CSV files.
    """
    cleaned = ([flat(cell) for cell in row] for row in rows)
    filled = (row for row in cleaned if any(row))
    beginning = list(islice(filled, _LOOKED_AT))
    # Titles stand above the table in a row of their own.
    while len(beginning) > 1 and _count(beginning[0]) == 1 and _count(beginning[1]) > 1:
        writer.write(next(cell for cell in beginning.pop(0) if cell))
    names = _header(beginning, headers_are_usual=headers_are_usual)
    follows = False
    for row in chain(beginning[1:] if names else beginning, filled):
        follows = writer.write(_line(names, row), "\n" if follows else "\n\n") is not None or follows


def _line(names: list[str], row: Sequence[str]) -> str:
    if names:
        return "，".join(_pair(name, cell) for name, cell in _aligned(names, row) if cell)
    cells = [cell for cell in row if cell]
    if len(cells) == 2 and len(cells[0]) <= _LONGEST_NAME:
        return _pair(*cells)
    return " | ".join(cells)


def _aligned(names: list[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index, cell in enumerate(row):
        yield names[index] if index < len(names) else "", cell


def _pair(name: str, cell: str) -> str:
    return f"{name.rstrip('：:')}：{cell}" if name else cell


def _header(rows: list[list[str]], *, headers_are_usual: bool) -> list[str]:
    """The first row when it names the columns, else nothing."""
    if len(rows) < 2:
        return []
    names, *data = rows
    width = max((index + 1 for row in rows for index, cell in enumerate(row) if cell), default=0)
    given = [name for name in names if name]
    if len(given) < 2 or len(given) < width or len(set(given)) < len(given):
        return []
    if any(_QUANTITY.fullmatch(name) or len(name) > _LONGEST_NAME for name in given):
        return []
    # A list of two columns with numbers in the second may just as well be “名称：值”.
    if _has_contrast(data, len(given)) and (len(given) > 2 or headers_are_usual or len(data) >= _FEWEST_ROWS):
        return names
    regular = sum(_count(row) >= len(given) - 1 for row in data) >= _REGULAR * len(data)
    enough = 1 if headers_are_usual else _FEWEST_ROWS
    return names if len(given) >= 3 and regular and len(data) >= enough and not _is_form(data) else []


def _has_contrast(data: list[list[str]], width: int) -> bool:
    """Whether some column has only numbers or dates below its name."""
    for column in range(width):
        cells = [row[column] for row in data if column < len(row) and row[column]]
        if cells and all(_QUANTITY.fullmatch(cell) for cell in cells):
            return True
    return False


def _is_form(data: list[list[str]]) -> bool:
    """Whether labels and values take turns in the rows, as in “姓名 | 张三 | 性别 | 男”."""
    labels = [cell for row in data for cell in row[::2] if cell]
    return bool(labels) and sum(cell.endswith(("：", ":")) for cell in labels) > len(labels) / 2


def _count(row: Sequence[str]) -> int:
    return sum(bool(cell) for cell in row)
