"""Headings that only their numbers show: 第一章, 一、, （一）, as in Chinese laws, notices and reports."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from index.types import Heading

_NUMERALS = "一二三四五六七八九十百零〇两"
_RANKS = (
    re.compile(rf"第[{_NUMERALS}\d]{{1,5}}[编編篇部卷](?![一-鿿])\s*\S?"),
    re.compile(rf"第[{_NUMERALS}\d]{{1,5}}章"),
    re.compile(rf"第[{_NUMERALS}\d]{{1,5}}[节節]"),
    re.compile(rf"[{_NUMERALS}]{{1,4}}、\s*\S"),
    re.compile(rf"[（(][{_NUMERALS}]{{1,4}}[）)]\s*\S"),
)
_LONGEST = 36
_SENTENCE = re.compile(r"[。；;！？!?]|[，,：:、—…]$")


def numbered_headings(text: str, existing: Sequence[Heading]) -> tuple[Heading, ...]:
    """The headings of `text` that stand on lines of their own, below those that are marked already.

    A line counts when it is short, is no sentence, and has other text between it and the next line of its rank: tables
    of contents and lists do not. A rank counts when at least two lines have it.
    """
    lines = [(match.start(), match.group().strip()) for match in re.finditer(r"[^\n]+", text)]
    ranked = [(_rank(line), start, line) for start, line in lines]
    found = [
        (rank, start + text[start:].find(line) if text[start].isspace() else start, line)
        for (rank, start, line), (following, _, _) in pairwise([*ranked, (None, 0, "")])
        if rank is not None and following != rank
    ]
    counts = [sum(rank == candidate for rank, _, _ in found) for candidate in range(len(_RANKS))]
    used = [rank for rank, count in enumerate(counts) if count >= 2]
    above = max((heading.level for heading in existing), default=0)
    taken = {heading.start for heading in existing}
    return tuple(
        Heading(min(6, above + used.index(rank) + 1), start, start + len(line))
        for rank, start, line in found
        if rank in used and start not in taken
    )


def _rank(line: str) -> int | None:
    if len(line) > _LONGEST or _SENTENCE.search(line):
        return None
    return next((rank for rank, pattern in enumerate(_RANKS) if pattern.match(line)), None)
