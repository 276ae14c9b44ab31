"""Spans and passages → citations (pure)."""

from __future__ import annotations

from index.text import sentences
from index.types import Hit
from qa.types import Citation, Span


def cite_span(span: Span, score: float) -> Citation:
    """The citation of an answer, with the rest of its sentence (or sentences) around it."""
    passage = span.hit.passage
    start, end = span.start - passage.start, span.end - passage.start
    touched = [bounds for bounds in sentences(passage.text) if bounds[0] < end and start < bounds[1]]
    first = min([start, *(bounds[0] for bounds in touched)])
    last = max([end, *(bounds[1] for bounds in touched)])
    return Citation(
        revision=passage.revision,
        start=span.start,
        end=span.end,
        quote=span.text,
        prefix=passage.text[first:start],
        suffix=passage.text[end:last],
        headings=passage.headings,
        page=passage.page,
        score=score,
    )


def cite_passage(hit: Hit) -> Citation:
    """The citation of a whole passage."""
    passage = hit.passage
    return Citation(
        revision=passage.revision,
        start=passage.start,
        end=passage.end,
        quote=passage.text,
        prefix="",
        suffix="",
        headings=passage.headings,
        page=passage.page,
        score=hit.score,
    )
