"""Scores → spans: window merging, overlap removal, maximum length (pure)."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from index.text import strip_span
from qa.types import Reading, Span, Window

_PARAGRAPH_BREAK = "\n\n"
_CANDIDATES_PER_WINDOW = 20
LENGTH_PENALTY = 0.5


def preference(margin: float, characters: int, length_penalty: float = LENGTH_PENALTY) -> float:
    """What spans of one passage are ranked by: margin − length_penalty · ln(characters).

    Start and end are scored apart, so that two good ends of different answers make one long span that neither belongs
    to: of two spans with the same margin the shorter is more often right. `python -m qa.training length-penalty` prints
    what other weights do to questions held out from training.
    """
    return margin - length_penalty * math.log(characters)


def best_spans(reading: Reading, max_characters: int, count: int, length_penalty: float = LENGTH_PENALTY) -> list[Span]:
    """The best spans of one passage that do not overlap, in the order of their `preference`, at most `count`.

    A span starts no later than it ends, holds at most `max_characters`, stays within one paragraph and neither
    starts nor ends with white space. A span seen in several windows keeps its best margin.
    """
    passage = reading.hit.passage
    margins: dict[tuple[int, int], float] = {}
    for window in reading.windows:
        for start, end, margin in _candidates(window, passage.text, max_characters, length_penalty):
            margins[start, end] = max(margin, margins.get((start, end), -np.inf))
    spans = [
        Span(reading.hit, passage.start + start, passage.start + end, margin)
        for (start, end), margin in margins.items()
    ]
    spans.sort(key=lambda span: (-preference(span.margin, span.end - span.start, length_penalty), span.start, span.end))
    return without_overlap(spans, count)


def without_overlap(spans: Iterable[Span], count: int) -> list[Span]:
    """The first `count` spans of a ranking that share no character with a better one of the same document."""
    kept: list[Span] = []
    for span in spans:
        if len(kept) == count:
            break
        if not any(overlaps(span, better) for better in kept):
            kept.append(span)
    return kept


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a character of the same revision."""
    same = one.hit.passage.revision == other.hit.passage.revision
    return same and one.start < other.end and other.start < one.end


def _candidates(
    window: Window, text: str, max_characters: int, length_penalty: float
) -> Iterable[tuple[int, int, float]]:
    if len(window.offsets) == 0:
        return
    preferences = _preferences(window, text, max_characters, length_penalty)
    flat = preferences.ravel()
    count = min(_CANDIDATES_PER_WINDOW, flat.size)
    for index in np.argpartition(-flat, count - 1)[:count]:
        first, last = divmod(int(index), len(window.offsets))
        if not np.isfinite(preferences[first, last]):
            continue
        start, end = strip_span(text, int(window.offsets[first, 0]), int(window.offsets[last, 1]))
        if start < end:
            yield start, end, float(window.start_scores[first] + window.end_scores[last]) - window.no_answer_score


def _preferences(window: Window, text: str, max_characters: int, length_penalty: float) -> npt.NDArray[np.float32]:
    """The `preference` of every (first token, last token), up to a constant; -inf where the pair is no allowed span."""
    scores = window.start_scores[:, None] + window.end_scores[None, :]
    begins, ends = window.offsets[:, 0], window.offsets[:, 1]
    lengths = ends[None, :] - begins[:, None]
    paragraphs = np.array([text.count(_PARAGRAPH_BREAK, 0, int(begin)) for begin in begins])
    # White space may lie inside a span, but a span neither starts nor ends with it.
    visible = np.array([not text[begin:end].isspace() for begin, end in window.offsets])
    allowed = (
        np.triu(np.ones_like(scores, dtype=bool))
        & (lengths <= max_characters)
        & (paragraphs[:, None] == paragraphs[None, :])
        & visible[:, None]
        & visible[None, :]
    )
    penalties = length_penalty * np.log(np.maximum(lengths, 1))
    return np.where(allowed, scores - penalties, -np.inf).astype(np.float32)
