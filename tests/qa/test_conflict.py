"""When documents disagree, by example."""

from __future__ import annotations

from qa.conflict import conflicting
from qa.decide import ScoredSpan
from qa.types import Kind, Question, Span
from tests.fakes import FakeRetriever, make_hit, make_pipeline

QUESTION = "宁德时代项目投资了多少？"


def scored(text: str, answer: str, document: str, probability: float) -> ScoredSpan:
    start = text.index(answer)
    return ScoredSpan(Span(make_hit(text, document_id=document), start, start + len(answer), 3.0), probability)


BEST = scored("宁德时代项目投资120亿元。", "120亿元", "旧", 0.9)


def test_another_value_in_another_document_conflicts() -> None:
    other = scored("宁德时代项目总投资为150亿元。", "150亿元", "新", 0.6)
    assert conflicting([BEST, other], QUESTION) == [other]


def test_what_does_not_conflict() -> None:
    same_value = scored("宁德时代项目投资约120亿元。", "约120亿元", "新", 0.8)
    same_document = scored("宁德时代项目投资150亿元。", "150亿元", "旧", 0.8)
    other_matter = scored("小鹏汽车项目投资150亿元。", "150亿元", "新", 0.8)
    unsure = scored("宁德时代项目投资150亿元。", "150亿元", "新", 0.2)
    no_amount = scored("宁德时代项目投资方是宁德时代。", "宁德时代", "新", 0.8)
    for other in (same_value, same_document, other_matter, unsure, no_amount):
        assert conflicting([BEST, other], QUESTION) == []


def test_one_of_each_document_at_most() -> None:
    others = [scored("宁德时代项目投资150亿元。", "150亿元", "新", share) for share in (0.8, 0.7)]
    assert conflicting([BEST, *others], QUESTION) == others[:1]


def test_nothing_found_nothing_conflicts() -> None:
    assert conflicting([], QUESTION) == []


def test_the_answer_names_both() -> None:
    found = [
        make_hit("宁德时代项目投资120亿元。", document_id="甲"),
        make_hit("宁德时代项目投资150亿元。", document_id="乙"),
    ]
    answer = make_pipeline(FakeRetriever(found)).ask(Question(QUESTION))
    assert (answer.kind, answer.text) == (Kind.SPAN, "120亿元")
    assert [(citation.revision.document_id, citation.quote) for citation in answer.conflicting] == [("乙", "150亿元")]
