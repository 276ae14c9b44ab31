"""The best span → the answer in the form that the question asks for."""

from __future__ import annotations

from collections.abc import Callable

from index.types import Document, Passage
from qa.cite import cite_place, cite_span
from qa.decide import ScoredSpan
from qa.lists import asks_for_a_list, list_items
from qa.types import Citation, Kind

MAX_ITEMS = 30
_REACH = 1500
_LONG_ITEM = 12

FindDocument = Callable[[str, int], Document]
"""The text of a document's revision."""


def compose(question: str, best: ScoredSpan, find_document: FindDocument) -> tuple[Kind, tuple[Citation, ...]]:
    """What is given, and where each part of it stands: the span itself, or the list that it is part of."""
    if asks_for_a_list(question):
        items = _items_around(question, best, find_document)
        if len(items) > 1:
            return Kind.LIST, items
    return Kind.SPAN, (cite_span(best.span, best.probability),)


def answer_text(citations: tuple[Citation, ...]) -> str:
    """The quotes one after another, joined by 、 or, where that would be unclear, by ；."""
    quotes = [citation.quote for citation in citations]
    plain = all(len(quote) <= _LONG_ITEM and "、" not in quote for quote in quotes)
    return ("、" if plain else "；").join(quotes)


def _items_around(question: str, best: ScoredSpan, find_document: FindDocument) -> tuple[Citation, ...]:
    passage = best.span.hit.passage
    document = find_document(passage.revision.document_id, passage.revision.number)
    first, last = _neighbourhood(document, passage)
    items = list_items(document.text[first:last], best.span.start - first, best.span.end - first, question)
    return tuple(
        cite_place(passage, document, first + start, first + end, best.probability) for start, end in items[:MAX_ITEMS]
    )


def _neighbourhood(document: Document, passage: Passage) -> tuple[int, int]:
    """The part of the passage's section that a list may run through: a list crosses no heading."""
    starts = [heading.start for heading in document.headings]
    first = max((start for start in starts if start <= passage.start), default=0)
    last = min((start for start in starts if start >= passage.end), default=len(document.text))
    return max(first, passage.start - _REACH), min(last, passage.end + _REACH)
