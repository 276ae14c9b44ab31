from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.questions import EvaluationQuestion, GoldSpan, ReadingQuestion, is_reported
from eval.reading import DRCD, read_all, read_set, summarise_reading
from eval.report import reading_table
from qa.training.held_out import drcd_held_out_titles
from tests.eval.builders import answered, refused
from tests.fakes import FakeReader


def question(context: str, answer: str | None) -> ReadingQuestion:
    gold = () if answer is None else (GoldSpan(answer, context.index(answer)),)
    return ReadingQuestion(EvaluationQuestion("1", "span", "多少？", gold), context)


def test_the_best_span_is_scored_whatever_its_margin() -> None:
    found = read_all([question("投资120亿元", "120亿元"), question("没有数字", None)], FakeReader())
    assert [(result.answerable, result.exact_match, result.prediction) for result in found] == [
        (True, 1, "120亿元"),
        (False, 0, None),
    ]
    # The fake scores start and end 3 each over no answer, and -3 each where there are no digits: sigmoid(±6).
    assert [result.confidence for result in found] == [
        pytest.approx(0.997527, abs=1e-6),
        pytest.approx(0.002473, abs=1e-6),
    ]


def test_a_context_that_is_empty_is_a_refusal() -> None:
    (found,) = read_all([question("", None)], FakeReader())
    assert (found.prediction, found.candidate, found.confidence) == (None, "", 0.0)


def test_answerable_and_unanswerable_questions_are_counted_apart() -> None:
    results = [answered("120亿元"), refused("120亿元", candidate="120亿", candidate_f1=0.5), refused()]
    summary = summarise_reading("some/set", results)
    shares = (summary.exact_match, summary.f1, summary.refused_answerable, summary.refused_unanswerable)
    assert [share.value for share in shares if share is not None] == [0.5, 0.75, 0.5, 1.0]
    alone = summarise_reading("answerable/only", results[:2])
    assert alone.refused_unanswerable is None
    assert reading_table([summary, alone]).splitlines()[2:] == [
        "| some/set | 3 | 50.0 (0.0–100.0) | 75.0 (50.0–100.0) | 50.0 (0.0–100.0) | 100.0 (100.0–100.0) |",
        "| answerable/only | 2 | 50.0 (0.0–100.0) | 75.0 (50.0–100.0) | 50.0 (0.0–100.0) | – |",
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


def test_of_a_shared_set_only_the_half_for_figures_is_read(tmp_path: Path) -> None:
    (tmp_path / "cjrc").mkdir()
    rows = [{"id": str(n), "title": "题", "context": f"第{n}段", "question": "？", "answers": []} for n in range(40)]
    with gzip.open(tmp_path / "cjrc" / "dev.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    found = {item.context for item in read_set(tmp_path, "cjrc/dev")}
    assert found == {f"第{n}段" for n in range(40) if is_reported(f"第{n}段")}
    assert 0 < len(found) < 40


@pytest.mark.parametrize("answers", [[], ["120"]])
def test_every_question_has_one_result(answers: list[str]) -> None:
    assert len(read_all([question("120", answer) for answer in answers], FakeReader())) == len(answers)
