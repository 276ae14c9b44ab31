from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import exact_match, f1, longest_common_run, mean, mean_reciprocal_rank, recall_at, segments

CASES = Path(__file__).parent / "cmrc2018_evaluator_cases.jsonl"


def official() -> list[tuple[list[str], str, int, float]]:
    """Outputs of the official CMRC 2018 evaluator (version 5) for our own hand-written pairs."""
    rows = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    return [(row["answers"], row["prediction"], row["exact_match"], row["f1"]) for row in rows]


@pytest.mark.parametrize(("answers", "prediction", "exact", "overlap"), official())
def test_agrees_with_the_official_evaluator(answers: list[str], prediction: str, exact: int, overlap: float) -> None:
    assert exact_match(answers, prediction) == exact
    assert f1(answers, prediction) == pytest.approx(overlap, abs=1e-6)


def test_there_are_enough_odd_cases() -> None:
    assert len(official()) >= 20


@given(st.text(max_size=20), st.text(max_size=20))
def test_f1_is_symmetric_and_bounded(one: str, other: str) -> None:
    assert 0.0 <= f1([one], other) <= 1.0
    assert f1([one], other) == pytest.approx(f1([other], one))


@given(st.text(alphabet="投资120亿元abc ", min_size=1, max_size=20))
def test_the_answer_itself_is_exact(answer: str) -> None:
    assert exact_match([answer], answer) == 1
    assert f1([answer], answer) == (1.0 if segments(answer) else 0.0)


@given(st.text(alphabet="ab", max_size=10), st.text(alphabet="ab", max_size=10))
def test_longest_common_run_agrees_with_brute_force(one: str, other: str) -> None:
    runs = [one[i:j] for i in range(len(one)) for j in range(i, len(one) + 1)]
    assert longest_common_run(one, other) == max((len(run) for run in runs if run in other), default=0)


def test_ranks_by_hand() -> None:
    ranks = [1, 2, None, 6]
    assert recall_at(ranks, 1) == 0.25
    assert recall_at(ranks, 5) == 0.5
    assert mean_reciprocal_rank(ranks) == pytest.approx((1 + 1 / 2 + 0 + 1 / 6) / 4)
    assert mean([]) == 0.0
