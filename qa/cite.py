"""Places in documents → citations (pure)."""

from __future__ import annotations

from index.text import sentences
from index.types import Document, Hit, Passage
from qa.types import Citation, Span

_REACH = 400
"""How far a sentence is looked for on each side of a quote, in characters."""


def cite_span(span: Span, score: float) -> Citation:
    """The citation of an answer, with the rest of its sentence (or sentences) around it."""
    passage = span.hit.passage
    return _cite(passage, passage.text, passage.start, span.start, span.end, score)


def cite_place(passage: Passage, document: Document, start: int, end: int, score: float) -> Citation:
    """The citation of document.text[start:end], a place near `passage` that may lie outside of it."""
    first = max(0, start - _REACH)
    return _cite(passage, document.text[first : end + _REACH], first, start, end, score)


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


def _cite(passage: Passage, text: str, offset: int, start: int, end: int, score: float) -> Citation:
    """`text` is the document's from `offset` on."""
    begin, stop = start - offset, end - offset
    touched = [bounds for bounds in sentences(text) if bounds[0] < stop and begin < bounds[1]]
    first = min([begin, *(bounds[0] for bounds in touched)])
    last = max([stop, *(bounds[1] for bounds in touched)])
    return Citation(
        revision=passage.revision,
        start=start,
        end=end,
        quote=text[begin:stop],
        prefix=text[first:begin],
        suffix=text[stop:last],
        headings=passage.headings,
        page=passage.page,
        score=score,
    )
