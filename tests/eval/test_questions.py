from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from eval.__main__ import ARTICLE, SETS
from eval.dialogues import read_dialogues
from eval.questions import EvaluationDataError, read_questions, read_reading_questions
from index.loaders import load
from qa.assemble import SAMPLE
from qa.understand import understand


def test_every_gold_answer_stands_at_its_offset() -> None:
    text = load(SAMPLE.read_bytes(), SAMPLE.name).text
    for question in read_questions(ARTICLE):
        for gold in (*question.answers, *(gold for alternatives in question.items for gold in alternatives)):
            assert text[gold.start : gold.end] == gold.text, question.id
            assert gold.text == gold.text.strip() != ""
        places = [alternatives[0].start for alternatives in question.items]
        assert places == sorted(places)


def test_the_set_is_as_large_as_its_readme_says() -> None:
    questions = read_questions(ARTICLE)
    types = Counter(question.type for question in questions)
    assert len(questions) == 270
    assert (types["unanswerable_near_miss"], types["unanswerable_off_topic"], types["list"]) == (40, 9, 37)
    assert (types["yes_no"], Counter(question.verdict for question in questions)["NO"]) == (24, 9)
    assert len({question.id for question in questions}) == len({question.question for question in questions}) == 270
    for question in questions:
        assert question.type.startswith("unanswerable") == (not question.answerable)
        assert (question.type == "list") == (len(question.items) > 1)
        assert (question.type == "yes_no") == (question.verdict in ("YES", "NO"))
        assert understand(question.question)


def document_texts() -> dict[str, str]:
    """The text of every document that the hand-written sets are about, by name."""
    paths = {"article": SAMPLE, **{path.stem: path for path in (SETS / "documents").glob("*.md")}}
    return {name: load(path.read_bytes(), path.name).text for name, path in paths.items()}


def test_the_other_documents_answers_stand_at_their_offsets() -> None:
    texts = document_texts()
    assert set(texts) == {"article", "policy", "manual", "meeting"}
    questions = read_questions(SETS / "documents.jsonl")
    assert len({question.id for question in questions}) == len(questions) == 135
    assert Counter(question.verdict for question in questions if question.type == "yes_no") == {"YES": 9, "NO": 9}
    for question in questions:
        assert question.type.startswith("unanswerable") == (not question.answerable)
        assert question.answers or question.items or not question.answerable, question.id
        for gold in (*question.answers, *(gold for alternatives in question.items for gold in alternatives)):
            assert texts[question.document][gold.start : gold.end] == gold.text, question.id


def test_the_dialogues_answers_stand_at_their_offsets() -> None:
    texts = document_texts()
    dialogues = read_dialogues(SETS / "dialogues.jsonl")
    assert len(dialogues) == 72
    assert {len(dialogue) for dialogue in dialogues} == {2, 3}
    for dialogue in dialogues:
        assert not dialogue[0].leans
        for turn in dialogue:
            for gold in turn.question.answers:
                assert texts[turn.question.document][gold.start : gold.end] == gold.text, turn.question.id


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
