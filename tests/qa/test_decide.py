from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.decide import Calibration, Thresholds, features, rank, read_calibration, sigmoid
from qa.errors import ModelError
from qa.settings import Settings
from qa.types import Kind, Span
from tests.fakes import make_hit

CALIBRATION = Calibration(-1.0, {"margin": 0.5, "dense": 2.0})


def span(margin: float, place: int = 1) -> Span:
    return Span(make_hit("甲乙丙", rank=place), 0, 1, margin)


def test_probability_by_hand() -> None:
    # -1 + 0.5 · 4 + 2 · 1/2 = 2; sigmoid(2) = 0.880797
    assert CALIBRATION.probability(span(4.0, place=2)) == pytest.approx(0.880797, abs=1e-6)


def test_features() -> None:
    assert features(span(3.0, place=4)) == {"margin": 3.0, "dense": 0.25, "lexical": 0.25}


@given(st.floats(-1000, 1000))
def test_sigmoid(value: float) -> None:
    assert 0.0 <= sigmoid(value) <= 1.0
    if abs(value) < 30:
        assert sigmoid(value) == pytest.approx(1 / (1 + math.exp(-value)))


def test_rank_puts_the_most_probable_first() -> None:
    ranked = rank([span(1.0), span(5.0), span(-3.0)], CALIBRATION)
    assert [item.span.margin for item in ranked] == [5.0, 1.0, -3.0]


def test_verdicts_have_a_threshold_of_their_own() -> None:
    thresholds = Thresholds(span=0.2, yes_no=0.4)
    assert [thresholds.of(kind) for kind in (Kind.SPAN, Kind.LIST, Kind.YES_NO)] == [0.2, 0.2, 0.4]


def test_reading_a_calibration(tmp_path: Path) -> None:
    path = tmp_path / "c.json"
    path.write_text(json.dumps({"intercept": -1, "weights": {"margin": 0.5, "dense": 2}, "threshold": 0.5}))
    assert read_calibration(path) == CALIBRATION


@pytest.mark.parametrize("stored", ["", "[]", "{}", '{"intercept": "x", "weights": {}, "threshold": 0}'])
def test_a_calibration_that_cannot_be_read_is_named(tmp_path: Path, stored: str) -> None:
    path = tmp_path / "c.json"
    path.write_text(stored)
    with pytest.raises(ModelError, match="WENQU_CALIBRATION"):
        read_calibration(path)


def test_the_shipped_calibration_knows_every_feature() -> None:
    shipped = read_calibration(Settings().calibration)
    assert set(shipped.weights) <= set(features(span(0.0)))
    assert shipped.weights["margin"] > 0
