"""The path from question to answer over fakes, and the product's promise as a property."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.library import Library
from index.types import Hit, LoadedText
from qa.errors import AskError, EmptyQuestion
from qa.pipeline import NEAREST_PASSAGES
from qa.types import Kind, Question, Status, Verdict
from tests.fakes import FakeEncoder, FakeRetriever, JudgingReader, make_hit, make_pipeline


def hits(*texts: str) -> list[Hit]:
    return [make_hit(text, document_id=f"d{number}", rank=number + 1) for number, text in enumerate(texts)]


def test_an_answer_is_a_span_with_its_citation() -> None:
    answer = make_pipeline(FakeRetriever(hits("没有数字。", "一共投资120亿元。"), generation=7)).ask(
        Question(" 投资多少？ ")
    )
    assert (answer.status, answer.kind, answer.text) == (Status.ANSWERED, Kind.SPAN, "120亿元")
    (citation,) = answer.citations
    assert (citation.revision.document_id, citation.start, citation.end) == ("d1", 4, 9)
    assert citation.prefix + citation.quote + citation.suffix == "一共投资120亿元。"
    assert answer.question_as_understood == "投资多少？"
    assert answer.generation == 7
    assert answer.nearest == ()
    assert set(answer.timings_ms) == {"understand", "retrieve", "read", "decide", "total"}


def test_confidence_is_the_calibrated_probability() -> None:
    answer = make_pipeline(FakeRetriever(hits("投资120亿元。"))).ask(Question("多少？"))
    # The fake scores start and end 3 each over a no-answer score of 0: sigmoid(0.5 · 6) = 0.952574.
    assert answer.confidence == pytest.approx(0.952574, abs=1e-6)
    assert answer.citations[0].score == answer.confidence


def test_without_an_answer_the_nearest_passages_are_shown() -> None:
    answer = make_pipeline(FakeRetriever(hits("甲。", "乙。", "丙。", "丁。"))).ask(Question("多少？"))
    assert (answer.status, answer.text, answer.citations) == (Status.NO_ANSWER, None, ())
    assert [citation.quote for citation in answer.nearest] == ["甲。", "乙。", "丙。"][:NEAREST_PASSAGES]
    assert answer.confidence < 0.5


def test_the_threshold_is_the_plans() -> None:
    retriever = FakeRetriever(hits("投资120亿元。"))
    assert make_pipeline(retriever, threshold=0.99).ask(Question("多少？")).status is Status.NO_ANSWER


def test_a_question_may_bring_its_own_threshold() -> None:
    sure = make_pipeline(FakeRetriever(hits("投资120亿元。")), threshold=0.99)
    assert sure.ask(Question("多少？", threshold=0.9)).status is Status.ANSWERED
    assert sure.ask(Question("多少？", threshold=0.96)).status is Status.NO_ANSWER


def test_a_list_question_gets_every_item_with_its_citation() -> None:
    answer = make_pipeline(FakeRetriever(hits("型号有A1、B2和C3等。"))).ask(Question("有哪些型号？"))
    assert (answer.kind, answer.text) == (Kind.LIST, "A1、B2、C3")
    assert [citation.quote for citation in answer.citations] == ["A1", "B2", "C3"]
    assert {citation.score for citation in answer.citations} == {answer.confidence}


@pytest.mark.parametrize(
    ("question", "text", "verdict"), [("项目开工了吗？", "是", Verdict.YES), ("项目是否没有开工？", "否", Verdict.NO)]
)
def test_a_yes_no_question_gets_a_verdict_and_the_sentence_that_says_so(
    question: str, text: str, verdict: Verdict
) -> None:
    retriever = FakeRetriever(hits("一共投资120亿元。项目已经开工。"))
    answer = make_pipeline(retriever).ask(Question(question))
    assert (answer.kind, answer.text, answer.verdict) == (Kind.YES_NO, text, verdict)
    assert [citation.quote for citation in answer.citations] == ["项目已经开工。"]
    assert answer.confidence > 0.5


def test_what_a_judging_reader_points_at_is_cited() -> None:
    retriever = FakeRetriever(hits("项目开工了吗？没人说。", "天气很晴朗。项目已经开工两年。"))
    answer = make_pipeline(retriever, reader=JudgingReader()).ask(Question("项目开工了吗？"))
    assert (answer.kind, answer.verdict) == (Kind.YES_NO, Verdict.YES)
    assert [citation.quote for citation in answer.citations] == ["项目已经开工两年。"]


def test_a_yes_no_question_that_nothing_settles_gets_no_verdict() -> None:
    answer = make_pipeline(FakeRetriever(hits("天气晴。"))).ask(Question("项目开工了吗？"))
    assert (answer.status, answer.text, answer.verdict, answer.citations) == (Status.NO_ANSWER, None, None, ())
    assert answer.confidence < 0.5


def test_the_passages_are_told_before_they_are_read() -> None:
    told: list[tuple[list[str], str]] = []
    make_pipeline(FakeRetriever(hits("甲。"))).ask(
        Question(" 多少？"), lambda found, text: told.append(([hit.passage.text for hit in found], text))
    )
    assert told == [(["甲。"], "多少？")]


def test_nothing_retrieved_is_no_answer() -> None:
    answer = make_pipeline(FakeRetriever([])).ask(Question("多少？"))
    assert (answer.status, answer.confidence, answer.nearest) == (Status.NO_ANSWER, 0.0, ())


def test_the_question_decides_depth_and_documents() -> None:
    retriever = FakeRetriever(hits("甲。"))
    make_pipeline(retriever).ask(Question("多少？", document_ids=("d0",), top_k=9))
    assert retriever.asked == [("多少？", 9, ("d0",))]


def test_a_bad_question_is_refused_before_anything_is_searched() -> None:
    retriever = FakeRetriever(hits("甲。"))
    with pytest.raises(EmptyQuestion):
        make_pipeline(retriever).ask(Question("？？"))
    assert retriever.asked == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    texts=st.lists(
        st.text(alphabet="甲乙丙12𠮷👍。，、和\n \u3000Ａe\u0301", min_size=1, max_size=200), min_size=1, max_size=3
    ),
    question=st.text(alphabet="甲乙12？ 𠮷", min_size=1, max_size=20)
    | st.sampled_from(["有哪些？", "有多少个1？", "甲乙是1吗？"]),
    threshold=st.sampled_from([0.0, 0.5, 1.0]),
)
def test_every_citation_is_the_exact_text_at_its_place(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], question: str, threshold: float
) -> None:
    folder = tmp_path_factory.mktemp("library")
    library = Library(Catalogue(folder / "c.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan(30, 10))
    for text in texts:
        if text.strip():
            library.add(LoadedText(text, "题"), "a.txt")
    try:
        answer = make_pipeline(library, threshold).ask(Question(question))
    except AskError:
        return
    for citation in (*answer.citations, *answer.nearest):
        revision = citation.revision
        document = library.document(revision.document_id, revision.number)
        assert document.text[citation.start : citation.end] == citation.quote
        assert document.revision.sha256 == revision.sha256
        around = document.text[citation.start - len(citation.prefix) : citation.end + len(citation.suffix)]
        assert around == citation.prefix + citation.quote + citation.suffix
    assert (answer.text is None) == (answer.status is Status.NO_ANSWER) == (not answer.citations)
    if answer.kind is Kind.SPAN and answer.text is not None:
        assert answer.text == answer.citations[0].quote
    assert (answer.kind is Kind.LIST) == (len(answer.citations) > 1)
