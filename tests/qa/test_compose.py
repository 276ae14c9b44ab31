from __future__ import annotations

from index.types import Document, Hit, Passage
from qa.compose import answer_text, compose
from qa.decide import ScoredSpan
from qa.types import Kind, Span
from tests.fakes import make_document

MEASURES = "多措并举。一是坚持大项目招商。" + "引进龙头企业。" * 30 + "二是推进驻点招商。三是融合式招商。"


def best(document: Document, passage_text: str, answer: str) -> ScoredSpan:
    start = document.text.index(passage_text)
    passage = Passage(document.revision, start, start + len(passage_text), passage_text)
    place = document.text.index(answer, start)
    return ScoredSpan(Span(Hit(passage, 1.0, {"dense": 1}), place, place + len(answer), 5.0), 0.9)


def test_a_list_reaches_beyond_its_passage() -> None:
    document = make_document(MEASURES)
    kind, citations = compose("采取了哪些措施？", best(document, MEASURES[:20], "坚持大项目招商"), lambda *_: document)
    assert kind is Kind.LIST
    assert [citation.quote for citation in citations] == ["坚持大项目招商", "推进驻点招商", "融合式招商"]
    assert all(document.text[c.start : c.end] == c.quote for c in citations)
    assert citations[1].prefix + citations[1].quote + citations[1].suffix == "二是推进驻点招商。"
    assert answer_text(citations) == "坚持大项目招商、推进驻点招商、融合式招商"


def test_a_question_for_one_thing_gets_one_span() -> None:
    document = make_document("企业有甲公司、乙公司。")
    found = best(document, document.text, "甲公司")
    assert compose("谁投资了？", found, lambda *_: document)[0] is Kind.SPAN
    kind, citations = compose("有哪些企业？", found, lambda *_: document)
    assert (kind, answer_text(citations)) == (Kind.LIST, "甲公司、乙公司")


def test_a_list_question_without_a_list_gets_the_span() -> None:
    document = make_document("企业只有甲公司。")
    kind, citations = compose("有哪些企业？", best(document, document.text, "甲公司"), lambda *_: document)
    assert (kind, [citation.quote for citation in citations]) == (Kind.SPAN, ["甲公司"])


def test_long_items_are_joined_by_semicolons() -> None:
    text = "要求：一是全面加强项目用地的统筹保障工作。二是从严控制。"
    document = make_document(text)
    _, citations = compose("有哪些要求？", best(document, text, "从严控制"), lambda *_: document)
    assert answer_text(citations) == "全面加强项目用地的统筹保障工作；从严控制"
