"""Lists whose items are numbered: 一是…；二是… (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.text import sentences
from qa.boundaries import tidy
from qa.list_marks import Bounds, apart

_CHINESE = "一二三四五六七八九十"
_FAMILIES: tuple[tuple[str, ...], ...] = (
    tuple(f"{number}是" for number in _CHINESE),
    tuple(f"其{number}[，、：]?" for number in _CHINESE),
    tuple(f"第{number}[，、：]" for number in _CHINESE),
    ("首先[，、：]?", "其次[，、：]?", "(?:再次|然后|最后)[，、：]?", "最后[，、：]?"),
    tuple(rf"[（(]{number}[）)]" for number in _CHINESE),
    tuple(rf"[（(]{number}[）)]" for number in range(1, 21)),
    tuple(rf"(?<![^\s。；;：:，,]){number}[.．、](?![0-9])" for number in range(1, 21)),
    tuple("①②③④⑤⑥⑦⑧⑨⑩"),
)


def numbered_items(text: str, start: int, end: int) -> list[Bounds]:
    """The items of the numbered list that start..end lies in, or introduces."""
    for family in _FAMILIES:
        markers = _run(text, family, start)
        if len(markers) < 2:
            continue
        items = [
            _first_clause(text, marker[1], stop) for marker, stop in zip(markers, _stops(text, markers), strict=True)
        ]
        if start < items[-1][1] and _introduction(text, markers[0][0]) <= end:
            return apart(item for item in items if item[0] < item[1])
    return []


def _run(text: str, family: Sequence[str], near: int) -> list[Bounds]:
    """Where the markers of `family` stand, one after another, in the run around (or after) `near`."""
    firsts = [match.span() for match in re.finditer(family[0], text)]
    before = [first for first in firsts if first[0] <= near]
    chosen = before[-1:] or firsts[:1]
    markers = list(chosen)
    for pattern in family[1:] if markers else ():
        match = re.compile(pattern).search(text, markers[-1][1])
        if match is None or "\n\n\n" in text[markers[-1][1] : match.start()]:
            break
        markers.append(match.span())
    return markers


def _stops(text: str, markers: Sequence[Bounds]) -> list[int]:
    last = next((stop for begin, stop in sentences(text) if begin <= markers[-1][1] < stop), len(text))
    return [following[0] for _, following in pairwise(markers)] + [last]


def _first_clause(text: str, start: int, stop: int) -> Bounds:
    """What a numbered item names: up to its first full stop, semicolon or line end."""
    match = re.compile(r"[。；;\n]").search(text, start, stop)
    return tidy(text, start, match.start() if match else stop) if start < stop else (start, stop)


def _introduction(text: str, first: int) -> int:
    """Where the sentence begins that leads to the first marker, and the one before it."""
    earlier = [begin for begin, _ in sentences(text[:first])]
    return earlier[-1] if earlier else 0
