from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.public import ABSENT, SETTINGS, Setting, on_absent, place, read_open, read_setting, taken_away
from eval.questions import EvaluationDataError, evenly, is_reported, question_from_json, read_public_questions
from qa.training.train_yes_no import is_for_fitting

COMMON = {"title": "题", "question": "多少？"}


def write_set(folder: Path, name: str, rows: Sequence[dict[str, Any]]) -> None:
    path = folder / f"{name}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps({**COMMON, "id": str(number), **row}) + "\n" for number, row in enumerate(rows))


def spans(*texts: str) -> list[dict[str, Any]]:
    return [{"text": text, "start": int(text[1:]) if text[1:] else 0} for text in texts]


def test_every_kind_of_public_question_is_known(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"context": "甲", "answers": spans("甲")},
        {"context": "甲", "answers": []},
        {"context": "甲", "answers": spans("乙9", "甲2"), "multi_span": True},
        {"context": "甲", "answers": [], "yes_no": "NO"},
    ]
    write_set(tmp_path, "some/set", rows)
    found = [item.question for item in read_public_questions(tmp_path / "some" / "set.jsonl.gz")]
    assert [question.type for question in found] == ["span", "unanswerable", "list", "yes_no"]
    assert [question.answerable for question in found] == [True, False, True, True]
    assert [[gold.text for gold in alternatives] for alternatives in found[2].items] == [["甲2"], ["乙9"]]
    assert found[3].verdict == "NO"


def test_a_verdict_that_is_none_is_refused() -> None:
    with pytest.raises(EvaluationDataError, match="MAYBE"):
        question_from_json({**COMMON, "id": "1", "type": "yes_no", "answers": [], "yes_no": "MAYBE"})


@given(st.text())
def test_figures_are_never_reported_on_what_is_fitted(context: str) -> None:
    assert is_reported(context) != is_for_fitting(context)


def test_a_shared_set_gives_only_its_half_for_figures(tmp_path: Path) -> None:
    rows = [{"context": f"第{number}段", "answers": spans("甲")} for number in range(40)]
    write_set(tmp_path, "some/set", rows)
    shared = read_setting(tmp_path, Setting("s", "some/set", ("span",)), None)
    assert {paragraph.text for paragraph in shared.paragraphs} == {
        row["context"] for row in rows if is_reported(str(row["context"]))
    }
    assert 0 < len(shared.paragraphs) < 40
    alone = read_setting(tmp_path, Setting("s", "some/set", ("span",), as_type="passage", shared=False), 10)
    assert len(alone.questions) == 10
    assert {question.type for question in alone.questions} == {"passage"}


def test_every_setting_over_a_shared_set_says_so() -> None:
    # All four files serve for tuning too, says the data's own README.
    assert all(setting.shared for settings in SETTINGS.values() for setting in settings)


def test_questions_name_the_paragraph_that_they_are_on(tmp_path: Path) -> None:
    rows = [{"context": context, "answers": spans("甲")} for context in ("一", "二", "一", "三")]
    write_set(tmp_path, "some/set", [*rows, {"context": "四", "answers": []}])
    placed = read_open(tmp_path, "some/set", None)
    assert [(paragraph.id, paragraph.title, paragraph.text) for paragraph in placed.paragraphs] == [
        ("p0", "题", "一"),
        ("p1", "题", "二"),
        ("p2", "题", "三"),
    ]
    assert [question.document for question in placed.questions] == ["p0", "p1", "p0", "p2"]
    assert len(read_open(tmp_path, "some/set", 2, paragraphs=1).questions) == 2
    assert place([]).questions == ()


def test_of_paragraphs_taken_away_the_questions_have_no_answer(tmp_path: Path) -> None:
    write_set(tmp_path, "some/set", [{"context": str(number), "answers": spans("甲")} for number in range(9)])
    placed = read_open(tmp_path, "some/set", None)
    gone = taken_away(placed.paragraphs)
    assert gone == {"p3", "p7"}
    asked = on_absent(placed.questions, gone)
    assert [(question.id, question.type, question.answerable) for question in asked] == [
        ("3", ABSENT, False),
        ("7", ABSENT, False),
    ]


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="--data"):
        read_open(tmp_path, "some/set", None)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_limit_takes_one_of_each_stretch(size: int, limit: int) -> None:
    chosen = evenly(range(size), limit)
    assert len(chosen) == min(limit, size)
    assert evenly(range(size), None) == list(range(size))
    for stretch, item in enumerate(chosen):
        assert stretch * size // len(chosen) <= item < (stretch + 1) * size // len(chosen)


def test_a_limit_does_not_meet_the_period_of_a_set() -> None:
    kinds = ["answerable"] * 5 + ["unanswerable"]
    assert set(evenly(kinds * 100, 24)) == {"answerable", "unanswerable"}
