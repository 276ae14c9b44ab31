from __future__ import annotations

from dataclasses import replace

import pytest

from eval.overview import goals, open_gap, overview, overviews
from eval.questions import EvaluationQuestion
from eval.tables import article_tables, full_report, open_tables, setting_tables
from tests.eval.builders import answered, refused, wrongly_answered

RESULTS = [
    answered("120亿元", name="1"),
    answered("120亿", name="2", f1=0.8),
    refused("120亿元", name="3", candidate="120亿元", candidate_f1=1.0, rank=1),
    refused(name="4"),
    wrongly_answered(name="5"),
]


def test_a_set_in_one_row_by_hand() -> None:
    row = overview("article", RESULTS)
    assert (row.answerable, row.unanswerable, row.unverified, row.milliseconds) == (3, 2, 0, 80.0)
    found = [row.exact_match, row.f1, row.candidate_f1, row.wrongly_refused, row.rightly_refused, row.given_right]
    values = [one.value for one in found if one is not None]
    # Given: three answers, of which the second has an F1 of at least 0.5 as well.
    assert values == pytest.approx([1 / 3, 0.6, 2.8 / 3, 1 / 3, 1 / 2, 2 / 3])
    assert row.evidence is None


def test_verdicts_that_cite_what_supports_them_are_counted() -> None:
    question = EvaluationQuestion("9", "yes_no", "开工了吗？", (), verdict="YES")
    verdicts = [replace(answered("是"), question=question, evidence=found) for found in (True, False, None)]
    row = overview("article", verdicts)
    assert row.evidence is not None
    assert row.evidence.value == 0.5


def test_goals_are_those_of_the_hand_written_sets() -> None:
    good = [answered("120亿元", name=str(n), confidence=1.0) for n in range(19)]
    missed = [answered("七百", name="20", confidence=0.0), refused(name="21", of="documents", confidence=0.0)]
    elsewhere = [answered("七百", of="cjrc/dev rejection")] * 50
    found = {goal.name: goal.met for goal in goals([*good, *missed, *elsewhere])}
    assert found == {
        "answerable_right": True,
        "rightly_refused": True,
        "wrongly_refused": True,
        "calibration_error": True,
        "open_gap": None,
    }
    assert {goal.met for goal in goals([])} == {None}
    worse = {goal.name: goal.met for goal in goals([*good, refused("120亿元"), refused("120亿元"), wrongly_answered()])}
    assert (worse["rightly_refused"], worse["wrongly_refused"], worse["answerable_right"]) == (False, False, True)


def test_the_gap_is_over_the_same_questions() -> None:
    given = [answered("120亿元", name=str(n), of="cmrc2018/dev given") for n in range(4)]
    found = [answered("七百", name="0", of="cmrc2018/dev open")]
    found += [answered("120亿元", name=str(n), of="cmrc2018/dev open") for n in range(1, 3)]
    gap = open_gap([*given, *found], "cmrc2018/dev")
    assert gap is not None
    assert gap.value == pytest.approx(-1 / 3)
    assert open_gap(given, "cmrc2018/dev") is None
    (goal,) = [goal for goal in goals([*given, *found]) if goal.name == "open_gap"]
    assert goal.found.startswith("33.3 (")
    assert goal.met is False
    assert "cmrc2018/dev: F1 open less given, -33.3 (" in open_tables([*given, *found])


def test_the_tables_hold_every_set_and_type() -> None:
    other = [replace(result, set="documents") for result in RESULTS]
    assert [row.name for row in overviews([*RESULTS, *other])] == ["article", "documents"]
    told = full_report([*RESULTS, *other])
    assert "| hand-written questions answered right | ≥ 90 % | 33.3 (" in told
    assert "| article | 3 | 2 | 33.3 (" in told
    assert "documents:\n\n| question type |" in told
    assert "| number | 2 | 50.0 (0.0–100.0) | 90.0 (80.0–100.0) |" in article_tables(RESULTS)
    assert "median time per question: 80.0 ms" in article_tables(RESULTS)
    assert "| all answerable | 3 | 33.3 (" in setting_tables(RESULTS)
