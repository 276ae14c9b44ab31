"""Exact things whole: the dates, durations, amounts and counts of a passage, scored as answers (pure)."""

from __future__ import annotations

import re

import numpy as np

from qa.expected import Expected
from qa.quantities import BOUND, STATED_BOUND, Expression, expressions
from qa.types import Reading, Span, Window

_WHICH_YEAR = re.compile(r"哪一?年(?!.*[月日])|几几年|[西公]元几年|年份")
_YEAR = re.compile(r"(?:公元|西元|民国)?前?[0-9０-９〇零一二三四五六七八九十元]{1,4}年")


def exact_spans(reading: Reading, question: str, expected: Expected) -> list[Span]:
    """Every expression of the passage that is of the expected kind, best margin first.

    The reader often points into an expression ("160天" of "不到160天"), so that an expression's margin is that of the
    best span inside it.
    """
    passage = reading.hit.passage
    found = []
    for expression in expressions(passage.text):
        if not expected.fits(expression):
            continue
        margin = max((_margin_inside(window, expression) for window in reading.windows), default=-np.inf)
        if np.isfinite(margin):
            start, end = _as_asked(passage.text, expression, question)
            found.append(Span(reading.hit, passage.start + start, passage.start + end, margin))
    return sorted(found, key=lambda span: (-span.margin, span.start))


def _margin_inside(window: Window, expression: Expression) -> float:
    """The best start plus end score of the tokens inside `expression`, over no answer; -inf when none is."""
    inside = (window.offsets[:, 0] >= expression.start) & (window.offsets[:, 1] <= expression.end)
    (places,) = np.nonzero(inside)
    if len(places) == 0:
        return -np.inf
    # The best start at or before each end.
    starts = np.maximum.accumulate(window.start_scores[places])
    return float((starts + window.end_scores[places]).max()) - window.no_answer_score


def _as_asked(text: str, expression: Expression, question: str) -> tuple[int, int]:
    """The year alone where only the year is asked for, and no bound that the question states itself."""
    bound = BOUND.match(text, expression.start, expression.end) if STATED_BOUND.search(question) else None
    if bound is not None and bound.end() < expression.end:
        return bound.end(), expression.end
    year = _YEAR.match(text, expression.start, expression.end) if _WHICH_YEAR.search(question) else None
    return (year.start(), year.end()) if year else (expression.start, expression.end)
