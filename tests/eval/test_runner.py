from __future__ import annotations

import pytest

from eval.questions import EvaluationQuestion, GoldSpan
from eval.report import as_json, confidence_table, markdown_table, summaries
from eval.runner import Result, evaluate, first_relevant_rank, score_answer
from qa.decide import Calibration
from qa.pipeline import AnswerPipeline, PipelinePlan
from qa.types import Answer, Citation, Kind, Status
from tests.fakes import FakeReader, FakeRetriever, make_hit

HITS = [make_hit("没有数字的话。"), make_hit("投资120亿元。", start=10)]
QUESTIONS = [
    EvaluationQuestion("1", "number", "投资多少？", (GoldSpan("120亿元", 12), GoldSpan("120", 12))),
    EvaluationQuestion("2", "number", "投资几何？", (GoldSpan("七百", 99),)),
    EvaluationQuestion("3", "unanswerable", "天气如何？", ()),
]


def results(threshold: float) -> list[Result]:
    retriever = FakeRetriever(HITS)
    pipeline = AnswerPipeline(
        retriever, FakeReader(), Calibration(0.0, {"margin": 0.5}), PipelinePlan(threshold=threshold)
    )
    return evaluate(QUESTIONS, pipeline, retriever, threshold, lambda questions: questions)


def test_every_question_is_scored() -> None:
    right, wrong, unanswerable = results(0.5)
    assert (right.prediction, right.start, right.exact_match, right.f1, right.rank) == ("120亿元", 12, 1, 1.0, 2)
    assert (wrong.exact_match, wrong.f1, wrong.rank) == (0, 0.0, None)
    assert (unanswerable.answerable, unanswerable.rank, unanswerable.exact_match) == (False, None, 0)


def test_a_refusal_counts_as_wrong_and_stays_in_the_denominator() -> None:
    rows = {row.name: row for row in summaries(results(1.0))}
    assert rows["all answerable"].questions == 2
    assert (rows["all answerable"].exact_match, rows["all answerable"].refused) == (0.0, 1.0)
    assert rows["all unanswerable"].refused == 1.0


def test_what_would_have_been_said_is_kept() -> None:
    right, wrong, unanswerable = results(1.0)
    assert (right.prediction, right.candidate, right.candidate_right) == (None, "120亿元", True)
    assert (wrong.candidate_right, unanswerable.candidate_right) == (False, False)
    # All three confidences are 0.952574 (see test_pipeline), one of three is right.
    table = confidence_table(results(0.5))
    assert "| answers given | 3 |" in table
    assert "| of them right (F1 at least 0.5), per cent | 33.3 |" in table
    assert "| expected calibration error, over all questions | 0.619 |" in table
    assert "| area under the ROC curve, over all questions | 0.500 |" in table


def test_summaries_by_hand() -> None:
    rows = {row.name: row for row in summaries(results(0.5))}
    number = rows["number"]
    assert (number.exact_match, number.f1, number.recall_at_1, number.recall_at_5) == (0.5, 0.5, 0.0, 0.5)
    assert number.mean_reciprocal_rank == pytest.approx(0.25)
    assert rows["unanswerable"].exact_match is None
    assert rows["all unanswerable"].refused == 0.0


def test_the_table_and_the_json_hold_every_question() -> None:
    table = markdown_table(summaries(results(0.5)))
    assert "| number | 2 | 50.0 | 50.0 | 0.0 | 50.0 | 25.0 | 0.0 |" in table
    report = as_json(results(0.5))
    assert [row["id"] for row in report["questions"]] == ["1", "2", "3"]
    assert report["questions"][0]["answers"][0] == {"text": "120亿元", "start": 12}
    assert report["questions"][0]["prediction"] == "120亿元"


def test_a_list_is_scored_by_its_items() -> None:
    items = (GoldSpan("甲公司", 0),), (GoldSpan("乙公司", 4), GoldSpan("乙", 4))
    question = EvaluationQuestion("4", "list", "有哪些公司？", (), items)
    revision = HITS[0].passage.revision

    def answered(*quotes: str) -> Answer:
        citations = tuple(Citation(revision, 0, 1, quote, "", "", (), None, 0.9) for quote in quotes)
        return Answer(Status.ANSWERED, "、".join(quotes), 0.9, citations, (), "", 1, Kind.LIST)

    exact, partial = score_answer(question, answered("乙", "甲公司"))
    assert (exact, partial) == (1, 1.0)
    # One of two items: precision 1, recall (1 + 2/3 of 乙公司 and 甲公司 sharing 公司) / 2.
    exact, partial = score_answer(question, answered("甲公司"))
    assert exact == 0
    assert partial == pytest.approx(2 * (5 / 6) / (1 + 5 / 6))
    assert score_answer(question, Answer(Status.NO_ANSWER, None, 0.1, (), (), "", 1)) == (0, 0.0)


def test_a_passage_is_relevant_only_with_the_whole_answer_at_its_place() -> None:
    assert first_relevant_rank(HITS, [GoldSpan("120亿元", 12)]) == 2
    assert first_relevant_rank(HITS, [GoldSpan("120亿元。再", 12)]) is None
    assert first_relevant_rank(HITS, [GoldSpan("120亿元", 30)]) is None
