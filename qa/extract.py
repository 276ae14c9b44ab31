"""Readings → possible answers: the reader's spans tidied, and exact things whole where the question asks for one."""

from __future__ import annotations

from dataclasses import replace

from qa.boundaries import tidy
from qa.exact import exact_spans
from qa.expected import expected_of
from qa.spans import LENGTH_PENALTY, best_spans, preference, without_overlap
from qa.types import Reading, Span

EXACT_BONUS = 2.0


def extract(
    reading: Reading, question: str, max_characters: int, count: int, length_penalty: float = LENGTH_PENALTY
) -> list[Span]:
    """The best possible answers of one passage, best first, at most `count`, none overlapping another.

    A question for a date, a duration, an amount and the like gets the passage's whole expressions of that kind,
    EXACT_BONUS logits ahead of the reader's other spans. The bonus is of questions that nothing is reported on:
    antiterror_news/train and questions held out from CMRC and DRCD, where 1 to 3 did as well.
    """
    expected = expected_of(question)
    spans = [_tidied(span, max_characters) for span in best_spans(reading, max_characters, count, length_penalty)]
    ranked = [(preference(span.margin, span.end - span.start, length_penalty), span) for span in spans]
    if expected is not None:
        exact = exact_spans(reading, question, expected)
        ranked += [(span.margin + EXACT_BONUS, span) for span in exact if span.end - span.start <= max_characters]
    ranked.sort(key=lambda pair: (-pair[0], pair[1].start, pair[1].end))
    return without_overlap((span for _, span in ranked), count)


def _tidied(span: Span, max_characters: int) -> Span:
    passage = span.hit.passage
    start, end = tidy(passage.text, span.start - passage.start, span.end - passage.start)
    if end - start > max_characters:
        return span
    return replace(span, start=passage.start + start, end=passage.start + end)
