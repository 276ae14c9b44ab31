from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from eval.__main__ import ARTICLE
from eval.questions import EvaluationDataError, read_questions, read_reading_questions
from index.loaders import load
from qa.assemble import SAMPLE
from qa.understand import understand


def test_every_gold_answer_stands_at_its_offset() -> None:
    text = load(SAMPLE.read_bytes(), SAMPLE.name).text
    for question in read_questions(ARTICLE):
        for gold in question.answers:
            assert text[gold.start : gold.end] == gold.text, question.id
            assert gold.text == gold.text.strip() != ""


def test_the_set_is_as_large_as_its_readme_says() -> None:
    questions = read_questions(ARTICLE)
    types = Counter(question.type for question in questions)
    assert len(questions) == 120
    assert (types["unanswerable_near_miss"], types["unanswerable_off_topic"]) == (20, 5)
    assert len({question.id for question in questions}) == len({question.question for question in questions}) == 120
    for question in questions:
        assert question.type.startswith("unanswerable") == (not question.answers)
        assert understand(question.question)


def test_public_sets_leave_out_yes_no_and_several_spans(tmp_path: Path) -> None:
    common = {"id": "1", "title": "题", "context": "投资120亿元", "question": "多少？"}
    answer = {"text": "120亿元", "start": 2}
    rows = [
        {**common, "answers": [answer]},
        {**common, "answers": []},
        {**common, "answers": [answer], "multi_span": True},
        {**common, "answers": [answer], "yes_no": "YES"},
    ]
    with gzip.open(tmp_path / "set.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    found, unanswerable = read_reading_questions(tmp_path / "set.jsonl.gz")
    assert unanswerable.question.answers == ()
    gold = found.question.answers[0]
    assert found.context[gold.start : gold.end] == "120亿元"


def test_a_missing_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="--data"):
        read_reading_questions(tmp_path / "none.jsonl.gz")
