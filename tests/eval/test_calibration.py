from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from eval.calibration import area_under_roc, expected_calibration_error, reliability, risk_coverage


def test_calibration_error_by_hand() -> None:
    # Bin 0.2–0.3: two answers, mean confidence 0.25, half right; bin 0.9–1.0: two answers, 0.95, one right.
    # (2 · |0.25 - 0.5| + 2 · |0.95 - 0.5|) / 4 = 0.35
    found = expected_calibration_error([0.22, 0.28, 0.9, 1.0], [True, False, True, False])
    assert found == pytest.approx(0.35)
    assert expected_calibration_error([], []) == 0.0
    assert expected_calibration_error([1.0, 0.0], [True, False]) == 0.0


def test_the_bins_of_a_reliability_diagram_by_hand() -> None:
    low, high = reliability([0.22, 0.28, 0.9, 1.0], [True, False, True, False])
    assert (low.low, low.high, low.count, low.accuracy) == (0.2, 0.3, 2, 0.5)
    assert (high.low, high.high, high.count, high.accuracy) == (0.9, 1.0, 2, 0.5)
    assert (low.confidence, high.confidence) == pytest.approx((0.25, 0.95))
    assert reliability([], []) == []


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage([0.3, 0.9, 0.6], [False, True, False])
    assert curve == [(pytest.approx(1 / 3), 0.0), (pytest.approx(2 / 3), 0.5), (1.0, pytest.approx(2 / 3))]


def test_one_kind_of_answer_has_no_curve() -> None:
    assert area_under_roc([0.5, 0.6], [True, True]) is None


@given(st.lists(st.tuples(st.integers(0, 5).map(lambda value: value / 5), st.booleans()), min_size=2, max_size=30))
def test_area_agrees_with_scikit_learn(pairs: list[tuple[float, bool]]) -> None:
    confidences, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(right)) == 2:
        assert area_under_roc(confidences, right) == pytest.approx(roc_auc_score(right, confidences))
