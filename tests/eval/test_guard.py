from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from eval.guard import Level, falls_below, measure, read_level, write_level
from eval.questions import EvaluationDataError
from tests.eval.builders import answered, refused, wrongly_answered

RECORDED = Level(questions=40, right=20, rightly_refused=5, f1=0.6)


def test_the_level_of_a_slice_by_hand() -> None:
    results = [answered("120亿元"), answered("120亿", f1=0.5), refused("120亿元"), refused(), wrongly_answered()]
    assert measure(results) == Level(questions=5, right=1, rightly_refused=1, f1=0.5)
    assert measure([replace(results[0], verified=False)]).unverified == 1


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (replace(RECORDED, right=18), "18 answers are right, expected at least 19"),
        (replace(RECORDED, rightly_refused=3), "3 questions are rightly refused, expected at least 4"),
        (replace(RECORDED, f1=0.56), "the mean F1 is 0.560, expected at least 0.570"),
        (replace(RECORDED, unverified=1), "1 answers cite what is not in their document, expected none"),
        (replace(RECORDED, questions=41), "41 questions were asked, the level is of 40; record it anew"),
    ],
)
def test_a_level_that_falls_is_said(found: Level, reason: str) -> None:
    assert falls_below(found, RECORDED) == [reason]


@pytest.mark.parametrize(
    "found", [RECORDED, replace(RECORDED, right=19, f1=0.575), replace(RECORDED, right=40, f1=1.0)]
)
def test_a_level_that_holds_is_no_reason(found: Level) -> None:
    assert falls_below(found, RECORDED) == []


def test_a_level_is_written_down(tmp_path: Path) -> None:
    write_level(tmp_path / "levels.json", RECORDED, {"reader": "abc"})
    assert read_level(tmp_path / "levels.json") == RECORDED
    with pytest.raises(EvaluationDataError, match="--record"):
        read_level(tmp_path / "none.json")
