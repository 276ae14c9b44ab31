"""Where the marks that part the items of a list stand, and how many items a list says it has (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.text import plain_form

Bounds = tuple[int, int]

OPENING, CLOSING = "《〈“‘「『（(【[", "》〉”’」』）)】]"
CELL = " | "
"""What the loaders put between the cells of a row."""

_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)} | {"两": 2}
_MEASURES = "个家座条种类项位名所大块只点件样步份档款支处部门栋间段片次轮届批组对本篇张类地省市县国校"
_COUNT = rf"([两二三四五六七八九十]|(?<![0-9.])[2-9]|(?<![0-9.])1[0-9])(?:[{_MEASURES}])"
_CLOSING_COUNT = re.compile(
    "这?(?:(?<!第)([两二三四五六七八九十])(?:[家座条种类项位名所大人国省市县区者方地站色队级型班间块份样件门处]|个(?!月|小时|星期|工作日))"
    "|(?<![0-9.第])([2-9]|1[0-9])(?:[家座条种类项位名所]|个(?!月|小时|星期|工作日)))"
)
_COUNT_IN_QUESTION = re.compile(rf"(?:哪|那|这|[的是有])?{_COUNT}")
_COUNT_BEFORE_COLON = re.compile(rf"{_COUNT}[^，。；：、\n]{{0,10}}[：。]$")


def parts(text: str, start: int, end: int, marks: str, *, touching: bool = True) -> list[Bounds]:
    """text[start:end] parted at `marks`, but at none in brackets, nor at one between the digits of a number.

    Two quotations or titles that touch (“甲”“乙”) are parted as well, if `touching`.
    """
    found: list[Bounds] = []
    begin, depth = start, 0
    for place in range(start, end):
        character = text[place]
        touches = character in OPENING and place > begin and text[place - 1] == CLOSING[OPENING.index(character)]
        if touching and depth == 0 and touches and character not in "（([【":
            found.append((begin, place))
            begin = place
        depth = max(0, depth + (character in OPENING) - (character in CLOSING))
        if depth == 0 and character in marks and not in_number(text, place):
            found.append((begin, place))
            begin = place + 1
    return [bounds for bounds in (*found, (begin, end)) if text[bounds[0] : bounds[1]].strip()]


def in_number(text: str, place: int) -> bool:
    """Whether text[place] stands between two digits, as in 6:50 and 9,600."""
    before, behind = text[max(0, place - 1) : place], text[place + 1 : place + 2]
    return text[place : place + 1] in tuple(",.:：") and before.isdigit() and behind.isdigit()


def apart(items: Iterable[Bounds]) -> list[Bounds]:
    """The items without those that reach into the one before, as tidying across a bracket can make them."""
    kept: list[Bounds] = []
    for item in items:
        if item[0] < item[1] and (not kept or item[0] >= kept[-1][1]):
            kept.append(item)
    return kept


def around(text: str, start: int, end: int, marks: str) -> Bounds:
    """The stretch around start..end that no mark of `marks` outside brackets, no line end and no cell ends."""
    first = max(text.rfind("\n", 0, start) + 1, text.rfind(CELL, 0, start) + len(CELL) if CELL in text[:start] else 0)
    stops = [stop for stop in (text.find("\n", end), text.find(CELL, end)) if stop >= 0]
    last = min(stops, default=len(text))
    inside = [
        bounds for bounds in parts(text, first, last, marks, touching=False) if bounds[0] < end and start < bounds[1]
    ]
    return (inside[0][0], inside[-1][1]) if inside else (start, end)


def announced(text: str, first: int, question: str) -> int | None:
    """How many items the question asks for (哪三种), or the words before a list that begins at `first` announce."""
    asked = _COUNT_IN_QUESTION.search(plain_form(question)) or _COUNT_BEFORE_COLON.search(
        text[max(0, first - 30) : first]
    )
    return number(asked[1]) if asked else None


def number(written: str) -> int:
    """The number up to nineteen that `written` stands for."""
    return _DIGITS[written] if written in _DIGITS else int(written)


def counts_itself(item: str, place: int) -> int | None:
    """How long the last item is that closes its list with their number (丙三家企业), when it is the `place`th."""
    for match in _CLOSING_COUNT.finditer(item):
        if match.start() > 0 and place > 1 and number(match[1] or match[2]) == place:
            return match.start()
    return None
