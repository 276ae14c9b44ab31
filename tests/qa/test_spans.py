from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.spans import best_spans, overlaps, preference, without_overlap
from qa.types import Reading, Span, Window
from tests.fakes import make_hit

LIMIT = 6


def window(text: str, starts: Sequence[float], ends: Sequence[float], no_answer: float = 0.0) -> Window:
    offsets = np.array([(place, place + 1) for place in range(len(text))], dtype=np.int64).reshape(-1, 2)
    return Window(np.array(starts, dtype=np.float32), np.array(ends, dtype=np.float32), offsets, no_answer)


def test_the_best_pair_wins_and_offsets_are_the_documents() -> None:
    reading = Reading(
        make_hit("投资120亿元", start=50), (window("投资120亿元", [0, 0, 5, 0, 0, 0, 0], [0] * 6 + [4], 2.0),)
    )
    (span,) = best_spans(reading, 20, 1)
    assert (span.start, span.end, span.text) == (52, 57, "120亿元")
    assert span.margin == pytest.approx(5 + 4 - 2)


def test_an_end_never_comes_before_its_start() -> None:
    reading = Reading(make_hit("甲乙丙"), (window("甲乙丙", [0, 0, 9], [9, 0, 0]),))
    # The pair (丙, 甲) would score 18; the best allowed pairs score 9.
    assert best_spans(reading, 20, 1)[0].margin == pytest.approx(9.0)


def test_a_span_stays_within_its_paragraph() -> None:
    text = "甲乙\n\n丙丁"
    reading = Reading(make_hit(text), (window(text, [9, 0, 0, 0, 1, 0], [0, 1, 0, 0, 0, 9]),))
    assert all("\n\n" not in span.text for span in best_spans(reading, 20, 5))


def test_white_space_does_not_crowd_out_the_only_word() -> None:
    text = " " * 8 + "甲"
    reading = Reading(make_hit(text), (window(text, [5] * 8 + [0], [5] * 8 + [0]),))
    (span,) = best_spans(reading, LIMIT, 1)
    assert span.text == "甲"


def test_windows_are_merged_by_the_better_margin() -> None:
    text = "甲乙"
    worse, better = window(text, [1, 0], [0, 1], no_answer=5), window(text, [1, 0], [0, 1], no_answer=-5)
    (span,) = best_spans(Reading(make_hit(text), (worse, better)), 20, 1)
    assert span.text == "甲乙"
    assert span.margin == pytest.approx(7.0)


def test_a_window_without_tokens_has_no_span() -> None:
    assert best_spans(Reading(make_hit("甲"), (window("", [], []),)), 20, 3) == []


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(st.text(alphabet="甲乙1 \n", min_size=1, max_size=12))
    scores = st.lists(st.integers(-5, 5).map(float), min_size=len(text), max_size=len(text))
    windows = tuple(
        window(text, draw(scores), draw(scores), draw(st.integers(-5, 5))) for _ in range(draw(st.integers(1, 2)))
    )
    return Reading(make_hit(text, start=draw(st.integers(0, 100))), windows)


@given(readings(), st.integers(1, 4))
def test_spans_are_allowed_disjoint_and_ranked(reading: Reading, count: int) -> None:
    spans = best_spans(reading, LIMIT, count)
    assert len(spans) <= count
    for span in spans:
        assert span.text == span.text.strip() != ""
        assert len(span.text) <= LIMIT
        assert "\n\n" not in span.text
        passage = reading.hit.passage
        assert passage.start <= span.start < span.end <= passage.end
    ranked_by = [preference(span.margin, len(span.text)) for span in spans]
    assert ranked_by == sorted(ranked_by, reverse=True)
    assert not any(overlaps(a, b) for at, a in enumerate(spans) for b in spans[at + 1 :])


@given(readings())
def test_the_first_span_is_the_best_of_all_pairs(reading: Reading) -> None:
    # Independent: every pair by brute force, in plain Python.
    text, best = reading.hit.passage.text, None
    for found in reading.windows:
        for first in range(len(text)):
            for last in range(first, len(text)):
                raw = text[first : last + 1]
                if len(raw) <= LIMIT and "\n\n" not in raw and raw == raw.strip():
                    margin = float(found.start_scores[first] + found.end_scores[last]) - found.no_answer_score
                    preferred = margin - 0.5 * math.log(len(raw))
                    best = preferred if best is None else max(best, preferred)
    spans = best_spans(reading, LIMIT, 1)
    if best is None:
        assert spans == []
    else:
        assert spans[0].margin - 0.5 * math.log(len(spans[0].text)) == pytest.approx(best)


def test_of_two_spans_as_good_the_shorter_is_preferred() -> None:
    reading = Reading(make_hit("甲乙丙"), (window("甲乙丙", [3, 0, 0], [3, 0, 3]),))
    assert [span.text for span in best_spans(reading, LIMIT, 1)] == ["甲"]
    # ln 3 = 1.0986: half of it is more than a lead of 0.5, and less than one of 0.6.
    for lead, text in ((0.5, "甲"), (0.6, "甲乙丙")):
        ahead = Reading(make_hit("甲乙丙"), (window("甲乙丙", [3, 0, 0], [3, 0, 3 + lead]),))
        assert best_spans(ahead, LIMIT, 1)[0].text == text
    assert preference(2.0, 1) == 2.0


def test_overlap_needs_the_same_revision() -> None:
    one, other = make_hit("甲乙丙", document_id="a"), make_hit("甲乙丙", document_id="b")
    assert overlaps(Span(one, 0, 2, 1.0), Span(one, 1, 3, 0.5))
    assert not overlaps(Span(one, 0, 2, 1.0), Span(one, 2, 3, 0.5))
    assert not overlaps(Span(one, 0, 2, 1.0), Span(other, 1, 3, 0.5))
    kept = without_overlap([Span(one, 0, 2, 1.0), Span(one, 1, 3, 0.5), Span(other, 1, 3, 0.1)], 5)
    assert [span.hit for span in kept] == [one, other]
