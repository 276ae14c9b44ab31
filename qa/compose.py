"""The best span, or the verdict → the answer in the form that the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.types import Document, Passage
from qa.cite import cite_place, cite_span
from qa.conflict import conflicting
from qa.decide import ScoredSpan
from qa.expected import expected_of
from qa.lists import asks_for_a_list, list_items
from qa.passage import Extent, extent_of, grown
from qa.types import Citation, Kind, Verdict
from qa.yes_no import Judgement

MAX_ITEMS = 30
_REACH = 1500
_LONG_ITEM = 12

FindDocument = Callable[[str, int], Document]
"""The text of a document's revision."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An answer that may be given: its form, its text, where each part stands, and the probability that it is right.

    `conflicting` cites what other documents say instead.
    """

    kind: Kind
    text: str
    citations: tuple[Citation, ...]
    probability: float
    verdict: Verdict | None = None
    conflicting: tuple[Citation, ...] = ()


def compose(question: str, ranked: Sequence[ScoredSpan], find_document: FindDocument) -> Proposal:
    """The best span itself, or the list or explanation that it is part of when the question asks for one."""
    best = ranked[0]
    if asks_for_a_list(question):
        items = _items_around(question, best, find_document)
        if len(items) > 1:
            return Proposal(Kind.LIST, answer_text(items), items, best.probability)
    if expected_of(question) is None and extent_of(question) is not Extent.SPAN:
        citation = _grown(question, best, find_document)
        return Proposal(Kind.PASSAGE, citation.quote, (citation,), best.probability)
    citation = cite_span(best.span, best.probability)
    others = tuple(cite_span(other.span, other.probability) for other in conflicting(ranked, question))
    return Proposal(Kind.SPAN, citation.quote, (citation,), best.probability, conflicting=others)


def compose_verdict(judgement: Judgement) -> Proposal:
    """是 or 否, with the sentence that says so."""
    text = {Verdict.YES: "是", Verdict.NO: "否"}[judgement.verdict]
    citation = cite_span(judgement.sentence, judgement.probability)
    return Proposal(Kind.YES_NO, text, (citation,), judgement.probability, judgement.verdict)


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


def _grown(question: str, best: ScoredSpan, find_document: FindDocument) -> Citation:
    passage = best.span.hit.passage
    document = find_document(passage.revision.document_id, passage.revision.number)
    first, last = _neighbourhood(document, passage)
    start, end = grown(document.text[first:last], best.span.start - first, best.span.end - first, extent_of(question))
    return cite_place(passage, document, first + start, first + end, best.probability)


def _neighbourhood(document: Document, passage: Passage) -> tuple[int, int]:
    """The part of the passage's section that a list may run through: a list crosses no heading."""
    starts = [heading.start for heading in document.headings]
    first = max((start for start in starts if start <= passage.start), default=0)
    last = min((start for start in starts if start >= passage.end), default=len(document.text))
    return max(first, passage.start - _REACH), min(last, passage.end + _REACH)
