from __future__ import annotations

from index.types import Document, Hit, Passage
from qa.compose import answer_text, compose
from qa.decide import ScoredSpan
from qa.types import Kind, Span
from tests.fakes import make_document

MEASURES = "多措并举。一是坚持大项目招商。" + "引进龙头企业。" * 30 + "二是推进驻点招商。三是融合式招商。"


def best(document: Document, passage_text: str, answer: str) -> list[ScoredSpan]:
    start = document.text.index(passage_text)
    passage = Passage(document.revision, start, start + len(passage_text), passage_text)
    place = document.text.index(answer, start)
    return [ScoredSpan(Span(Hit(passage, 1.0, {"dense": 1}), place, place + len(answer), 5.0), 0.9)]


def test_a_list_reaches_beyond_its_passage() -> None:
    document = make_document(MEASURES)
    proposal = compose("采取了哪些措施？", best(document, MEASURES[:20], "坚持大项目招商"), lambda *_: document)
    citations = proposal.citations
    assert (proposal.kind, proposal.probability) == (Kind.LIST, 0.9)
    assert [citation.quote for citation in citations] == ["坚持大项目招商", "推进驻点招商", "融合式招商"]
    assert all(document.text[c.start : c.end] == c.quote for c in citations)
    assert citations[1].prefix + citations[1].quote + citations[1].suffix == "二是推进驻点招商。"
    assert proposal.text == answer_text(citations) == "坚持大项目招商、推进驻点招商、融合式招商"


def test_a_question_for_one_thing_gets_one_span() -> None:
    document = make_document("企业有甲公司、乙公司。")
    found = best(document, document.text, "甲公司")
    assert compose("谁投资了？", found, lambda *_: document).kind is Kind.SPAN
    proposal = compose("有哪些企业？", found, lambda *_: document)
    assert (proposal.kind, proposal.text) == (Kind.LIST, "甲公司、乙公司")


def test_a_list_question_without_a_list_gets_the_span() -> None:
    document = make_document("企业只有甲公司。")
    proposal = compose("有哪些企业？", best(document, document.text, "甲公司"), lambda *_: document)
    assert (proposal.kind, [citation.quote for citation in proposal.citations]) == (Kind.SPAN, ["甲公司"])


def test_long_items_are_joined_by_semicolons() -> None:
    text = "要求：一是全面加强项目用地的统筹保障工作。二是从严控制。"
    document = make_document(text)
    proposal = compose("有哪些要求？", best(document, text, "从严控制"), lambda *_: document)
    assert proposal.text == "全面加强项目用地的统筹保障工作；从严控制"


def test_how_a_thing_is_done_takes_its_whole_sentence() -> None:
    text = "第一句。申请人先在网上填表，再到窗口交验身份证。第三句。"
    document = make_document(text)
    proposal = compose("怎么申请？", best(document, "申请人先在网上填表", "网上填表"), lambda *_: document)
    assert (proposal.kind, proposal.text) == (Kind.PASSAGE, "申请人先在网上填表，再到窗口交验身份证。")
    (citation,) = proposal.citations
    assert text[citation.start : citation.end] == citation.quote


def test_why_takes_a_clause() -> None:
    document = make_document("因为前期审批流程长，所以改为先建后验。")
    proposal = compose("为什么改为先建后验？", best(document, document.text, "审批流程"), lambda *_: document)
    assert (proposal.kind, proposal.text) == (Kind.PASSAGE, "因为前期审批流程长")
