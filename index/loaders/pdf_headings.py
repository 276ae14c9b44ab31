"""Which lines of a PDF are headings: those its outline names, else those in larger type."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.loaders.pdf_lines import Line

_LARGER = 1.12
_LONGEST = 80
_MOST_OF_TEXT = 0.25
_MOST_SIZES = 5
_MATCHED = 0.5
"""Share of the outline that must be found on its pages for the outline to be trusted."""
_SENTENCE_ENDS = "。；;，,、"


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: `level` from 1, `page` an index from 0."""

    title: str
    level: int
    page: int


def heading_levels(pages: Sequence[Sequence[Line]], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    """Levels by the identity of the line, for lines that are headings or parts of one."""
    return _by_outline(pages, outline) or _by_size(pages)


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size of type that most characters have; 0 without text."""
    counts: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            counts[line.size] += len(line.text)
    return counts.most_common(1)[0][0] if counts else 0.0


def _by_outline(pages: Sequence[Sequence[Line]], outline: Sequence[OutlineEntry]) -> dict[int, int]:
    levels: dict[int, int] = {}
    matched = 0
    for entry in outline:
        wanted = "".join(entry.title.split())
        lines = pages[entry.page] if 0 <= entry.page < len(pages) else ()
        found = _lines_that_say(lines, wanted) if wanted else []
        matched += bool(found)
        levels.update((id(line), entry.level) for line in found if id(line) not in levels)
    return levels if outline and matched >= _MATCHED * len(outline) else {}


def _lines_that_say(lines: Sequence[Line], wanted: str) -> list[Line]:
    """The line, or the lines in a row, whose text is `wanted` when white space is left out."""
    for start in range(len(lines)):
        text = ""
        for end in range(start, min(start + 4, len(lines))):
            text += "".join(lines[end].text.split())
            if text == wanted:
                return list(lines[start : end + 1])
            if not wanted.startswith(text):
                break
    return []


def _by_size(pages: Sequence[Sequence[Line]]) -> dict[int, int]:
    body = body_size(pages)
    groups: dict[float, list[Line]] = defaultdict(list)
    total = 0
    for lines in pages:
        for line in lines:
            total += len(line.text)
            if line.size >= body * _LARGER and not line.has_leaders and _may_be_heading(line.text):
                groups[line.size].append(line)
    characters = sum(len(line.text) for lines in groups.values() for line in lines)
    if not groups or len(groups) > _MOST_SIZES or characters > _MOST_OF_TEXT * total + _LONGEST:
        return {}
    sizes = sorted(groups, reverse=True)
    return {id(line): level for level, size in enumerate(sizes, start=1) for line in groups[size]}


def _may_be_heading(text: str) -> bool:
    return len(text) <= _LONGEST and not text.endswith(tuple(_SENTENCE_ENDS)) and any(map(str.isalpha, text))
