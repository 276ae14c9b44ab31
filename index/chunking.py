"""Document → passages: whole sentences, packed up to a size, never across a heading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.text import sentences, strip_span
from index.types import Document, Heading, Passage

_CLAUSE_END = re.compile(r"[，,、：:\s]")


@dataclass(frozen=True, slots=True)
class ChunkingPlan:
    """Sizes in characters: a passage holds at most `max_characters` and repeats up to `overlap_characters`.

    The overlap is made of whole sentences from the end of the passage before, so that a sentence that leans on
    its neighbour is seen together with it at least once.
    """

    max_characters: int = 150
    overlap_characters: int = 50

    def __post_init__(self) -> None:
        if not 0 <= self.overlap_characters < self.max_characters:
            raise ValueError(
                f"overlap_characters is {self.overlap_characters}, expected 0 to {self.max_characters - 1} "
                "(less than max_characters)"
            )


def chunk(document: Document, plan: ChunkingPlan) -> list[Passage]:
    """Cut `document` into passages, in order; every character that is not white space is in at least one.

    A section runs from a heading to the next; the heading itself opens its first passage. A sentence longer than
    the plan allows is cut at clauses, or anywhere when it has none.
    """
    passages: list[Passage] = []
    for start, end, path in _sections(document):
        pieces = [
            (start + begin, start + stop)
            for sentence in sentences(document.text[start:end])
            for begin, stop in _cut_long(document.text[start:end], *sentence, plan.max_characters)
        ]
        for begin, stop in _pack(pieces, plan):
            passages.append(
                Passage(
                    revision=document.revision,
                    start=begin,
                    end=stop,
                    text=document.text[begin:stop],
                    headings=path,
                    page=_page_at(document, begin),
                )
            )
    return passages


def _sections(document: Document) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    headings = sorted(document.headings, key=lambda heading: heading.start)
    first = headings[0].start if headings else len(document.text)
    if first > 0:
        yield 0, first, ()
    open_headings: list[Heading] = []
    for index, heading in enumerate(headings):
        end = headings[index + 1].start if index + 1 < len(headings) else len(document.text)
        open_headings = [above for above in open_headings if above.level < heading.level] + [heading]
        yield heading.start, end, tuple(document.text[above.start : above.end] for above in open_headings)


def _cut_long(text: str, start: int, end: int, limit: int) -> Iterator[tuple[int, int]]:
    while end - start > limit:
        window = text[start : start + limit]
        cuts = [match.end() for match in _CLAUSE_END.finditer(window) if match.end() > limit // 2]
        stop = start + (cuts[-1] if cuts else limit)
        piece = strip_span(text, start, stop)
        if piece[0] < piece[1]:
            yield piece
        start = stop
    piece = strip_span(text, start, end)
    if piece[0] < piece[1]:
        yield piece


def _pack(pieces: list[tuple[int, int]], plan: ChunkingPlan) -> Iterator[tuple[int, int]]:
    first = 0
    while first < len(pieces):
        last = first
        while last + 1 < len(pieces) and pieces[last + 1][1] - pieces[first][0] <= plan.max_characters:
            last += 1
        yield pieces[first][0], pieces[last][1]
        if last + 1 == len(pieces):
            return
        first = _overlap_start(pieces, first, last, plan)


def _overlap_start(pieces: list[tuple[int, int]], first: int, last: int, plan: ChunkingPlan) -> int:
    """Index of the piece that the next passage starts with; always after `first`, so that packing ends."""
    start = last + 1
    while (
        start - 1 > first
        and pieces[last][1] - pieces[start - 1][0] <= plan.overlap_characters
        and pieces[last + 1][1] - pieces[start - 1][0] <= plan.max_characters
    ):
        start -= 1
    return start


def _page_at(document: Document, offset: int) -> int | None:
    return next((page.number for page in document.pages if page.start <= offset < page.end), None)


def retrieval_text(passage: Passage) -> str:
    """What a passage is found by: the headings above it that it does not hold itself, then its text."""
    above = [heading for heading in passage.headings if heading not in passage.text]
    return "\n".join([*above, passage.text])
