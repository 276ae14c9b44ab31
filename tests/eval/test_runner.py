from __future__ import annotations

from dataclasses import replace

import pytest

from eval.questions import EvaluationQuestion, GoldSpan
from eval.report import confidence_table, markdown_table
from eval.results import Result
from eval.runner import evaluate, first_relevant_rank, score_answer, verifies
from eval.summary import summaries
from qa.errors import EmptyQuestion
from qa.types import Answer, Citation, Kind, Status
from tests.fakes import FakeAnswerer, FakeRetriever, make_hit, make_pipeline

HITS = [make_hit("没有数字的话。"), make_hit("投资120亿元。", start=10)]
QUESTIONS = [
    EvaluationQuestion("1", "number", "投资多少？", (GoldSpan("120亿元", 12), GoldSpan("120", 12))),
    EvaluationQuestion("2", "number", "投资几何？", (GoldSpan("七百", 99),)),
    EvaluationQuestion("3", "unanswerable", "天气如何？", ()),
]


def results(threshold: float) -> list[Result]:
    retriever = FakeRetriever(HITS)
    return evaluate(QUESTIONS, make_pipeline(retriever, threshold), retriever, iter, "article")


def test_every_question_is_scored() -> None:
    right, wrong, unanswerable = results(0.5)
    assert (right.prediction, right.start, right.exact_match, right.f1, right.rank) == ("120亿元", 12, 1, 1.0, 2)
    assert (right.status, right.kind, right.set, right.understood) == ("answered", "span", "article", "投资多少？")
    assert (wrong.exact_match, wrong.f1, wrong.rank) == (0, 0.0, None)
    assert (unanswerable.answerable, unanswerable.rank, unanswerable.exact_match) == (False, None, 0)


def test_a_refusal_counts_as_wrong_and_stays_in_the_denominator() -> None:
    rows = {row.name: row for row in summaries(results(1.0))}
    assert rows["all answerable"].questions == 2
    shares = (rows["all answerable"].exact_match, rows["all answerable"].refused, rows["all unanswerable"].refused)
    assert [share.value for share in shares if share is not None] == [0.0, 1.0, 1.0]


def test_what_would_have_been_said_is_kept() -> None:
    right, wrong, unanswerable = results(1.0)
    assert (right.prediction, right.candidate, right.candidate_right) == (None, "120亿元", True)
    assert (right.status, right.citations, right.start) == ("no_answer", (), None)
    assert (wrong.candidate_right, unanswerable.candidate_right) == (False, False)
    # All three confidences are 0.952574 (see test_pipeline), one of three is right.
    table = confidence_table(results(0.5))
    assert "| answers given | 3 |" in table
    assert "| of them right (F1 at least 0.5), per cent | 33.3 (0.0–100.0) |" in table
    assert "| expected calibration error, over all questions | 0.619 (" in table
    assert "| area under the ROC curve, over all questions | 0.500 (0.500–0.500) |" in table


def test_summaries_by_hand() -> None:
    rows = {row.name: row for row in summaries(results(0.5))}
    number = rows["number"]
    found = (number.exact_match, number.f1, number.recall_at_1, number.recall_at_5, number.mean_reciprocal_rank)
    assert [share.value for share in found if share is not None] == [0.5, 0.5, 0.0, 0.5, 0.25]
    assert rows["unanswerable"].exact_match is None
    assert "| number | 2 | 50.0 (0.0–100.0) | 50.0 (0.0–100.0) | 0.0 (0.0–0.0) |" in markdown_table(list(rows.values()))


def test_a_question_may_be_asked_of_its_own_document_alone() -> None:
    retriever = FakeRetriever(HITS)
    question = replace(QUESTIONS[0], document="doc")
    evaluate([question], make_pipeline(retriever), retriever, iter, own_document=True)
    assert {documents for _, _, documents in retriever.asked} == {("doc",)}


def test_a_question_that_is_turned_away_is_a_refusal() -> None:
    (found,) = evaluate(QUESTIONS[:1], FakeAnswerer(EmptyQuestion()), FakeRetriever(HITS), iter)
    assert (found.status, found.prediction, found.exact_match, found.understood) == ("rejected", None, 0, "投资多少？")


def test_a_list_is_scored_by_its_items() -> None:
    items = (GoldSpan("甲公司", 0),), (GoldSpan("乙公司", 4), GoldSpan("乙", 4))
    question = EvaluationQuestion("4", "list", "有哪些公司？", (), items)

    def answered(*quotes: str) -> Answer:
        citations = tuple(cited(quote) for quote in quotes)
        return Answer(Status.ANSWERED, "、".join(quotes), 0.9, citations, (), "", 1, Kind.LIST)

    exact, partial = score_answer(question, answered("乙", "甲公司"))
    assert (exact, partial) == (1, 1.0)
    # One of two items: precision 1, recall (1 + 2/3 of 乙公司 and 甲公司 sharing 公司) / 2.
    exact, partial = score_answer(question, answered("甲公司"))
    assert exact == 0
    assert partial == pytest.approx(2 * (5 / 6) / (1 + 5 / 6))
    assert score_answer(question, Answer(Status.NO_ANSWER, None, 0.1, (), (), "", 1)) == (0, 0.0)


def cited(quote: str, start: int = 0) -> Citation:
    return Citation(HITS[0].passage.revision, start, start + len(quote), quote, "", "", (), None, 0.9)


@pytest.mark.parametrize(
    ("verdict", "kind", "text", "right"),
    [
        ("YES", Kind.YES_NO, "是", 1),
        ("NO", Kind.YES_NO, "否", 1),
        ("NO", Kind.YES_NO, "是", 0),
        # A span is no verdict, whatever it says.
        ("YES", Kind.SPAN, "是", 0),
    ],
)
def test_a_verdict_is_right_or_wrong(verdict: str, kind: Kind, text: str, right: int) -> None:
    question = EvaluationQuestion("5", "yes_no", "开工了吗？", (), verdict=verdict)
    assert score_answer(question, Answer(Status.ANSWERED, text, 0.9, (), (), "", 1, kind)) == (right, float(right))


def test_a_verdict_is_supported_by_a_citation_that_overlaps_what_supports_it() -> None:
    retriever = FakeRetriever([make_hit("投资已开工。")])
    question = EvaluationQuestion("5", "yes_no", "投资已开工了吗？", (GoldSpan("已开工", 2),), verdict="YES")
    elsewhere = replace(question, answers=(GoldSpan("明年", 40),))
    unknown = replace(question, answers=())
    found = evaluate([question, elsewhere, unknown], make_pipeline(retriever), retriever, iter)
    assert [(result.kind, result.prediction, result.exact_match, result.evidence) for result in found] == [
        ("yes_no", "是", 1, True),
        ("yes_no", "是", 1, False),
        ("yes_no", "是", 1, None),
    ]


def test_a_span_in_answer_to_a_yes_no_question_counts_as_a_refusal() -> None:
    question = EvaluationQuestion("5", "yes_no", "投资多少？", (), verdict="YES")
    retriever = FakeRetriever(HITS)
    (found,) = evaluate([question], make_pipeline(retriever), retriever, iter)
    assert (found.kind, found.prediction, found.candidate, found.exact_match) == ("span", None, "", 0)


def test_a_citation_verifies_only_character_for_character() -> None:
    retriever = FakeRetriever([make_hit("投资120亿元。")])
    assert verifies(cited("投资120亿元"), retriever)
    assert not verifies(cited("投资１２０亿元"), retriever)
    assert not verifies(cited("投资120亿元", start=1), retriever)
    assert not verifies(cited(""), retriever)


def test_a_passage_is_relevant_only_with_the_whole_answer_at_its_place() -> None:
    assert first_relevant_rank(HITS, [GoldSpan("120亿元", 12)]) == 2
    assert first_relevant_rank(HITS, [GoldSpan("120亿元。再", 12)]) is None
    assert first_relevant_rank(HITS, [GoldSpan("120亿元", 30)]) is None
