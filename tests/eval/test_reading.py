from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.questions import EvaluationQuestion, GoldSpan, ReadingQuestion
from eval.reading import DRCD, ReadingResult, read_all, read_set, summarise_reading
from eval.report import reading_table
from qa.training.held_out import drcd_held_out_titles
from tests.fakes import FakeReader


def question(context: str, answer: str | None) -> ReadingQuestion:
    gold = () if answer is None else (GoldSpan(answer, context.index(answer)),)
    return ReadingQuestion(EvaluationQuestion("1", "span", "多少？", gold), context)


def test_the_best_span_is_scored_whatever_its_margin() -> None:
    found = read_all([question("投资120亿元", "120亿元"), question("没有数字", None)], FakeReader())
    assert [(result.answerable, result.exact_match, result.margin > 0) for result in found] == [
        (True, 1, True),
        (False, 0, False),
    ]
    assert found[0].prediction == "120亿元"


def test_a_context_that_is_empty_is_a_refusal() -> None:
    (found,) = read_all([question("", None)], FakeReader())
    assert (found.prediction, found.margin) == ("", float("-inf"))


def test_answerable_and_unanswerable_questions_are_counted_apart() -> None:
    results = [
        ReadingResult(True, "甲", 1, 1.0, 2.0),
        ReadingResult(True, "乙", 0, 0.5, -1.0),
        ReadingResult(False, "丙", 0, 0.0, -1.0),
    ]
    summary = summarise_reading("some/set", results)
    assert (summary.exact_match, summary.f1) == (0.5, 0.75)
    assert (summary.refused_answerable, summary.refused_unanswerable) == (0.5, 1.0)
    alone = summarise_reading("answerable/only", results[:2])
    assert alone.refused_unanswerable is None
    assert reading_table([summary, alone]).splitlines()[2:] == [
        "| some/set | 3 | 50.0 | 75.0 | 50.0 | 100.0 |",
        "| answerable/only | 2 | 50.0 | 75.0 | 50.0 | – |",
    ]


def test_of_drcd_only_the_articles_held_out_are_read(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "title": f"题{n % 100}",
            "context": "甲乙",
            "question": "？",
            "answers": [{"text": "甲", "start": 0}],
        }
        for n in range(200)
    ]
    (tmp_path / "drcd").mkdir()
    with gzip.open(tmp_path / f"{DRCD}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    found = {item.title for item in read_set(tmp_path, DRCD)}
    assert found == drcd_held_out_titles(f"题{n}" for n in range(100))
    assert len(found) == 77


@pytest.mark.parametrize("answers", [[], ["120"]])
def test_every_question_has_one_result(answers: list[str]) -> None:
    assert len(read_all([question("120", answer) for answer in answers], FakeReader())) == len(answers)
