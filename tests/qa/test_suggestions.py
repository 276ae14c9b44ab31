from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Document, Heading, Revision
from qa.suggestions import MAX_CANDIDATES, Suggestion, in_turn, suggest


def document(text: str, headings: tuple[Heading, ...] = ()) -> Document:
    return Document(Revision("d", 1, "0" * 64, "标题"), text, headings)


def made_of(text: str) -> list[tuple[str, str]]:
    return [(one.question, text[one.start : one.end]) for one in suggest(document(text))]


# Each question and its answer were written by hand before the program saw the sentence.
@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("项目计划总投资120亿元。", "项目计划总投资多少元？", "120亿元"),
        ("公司去年研发投入达到3.5亿美元，", "公司去年研发投入达到多少美元？", "3.5亿美元"),
        ("一季度高新区实现GDP同比增长32%、工业增长46%。", "一季度高新区实现GDP同比增长百分之多少？", "32%"),
        ("肇庆高新区已累计引进各类工业企业400多家。", "肇庆高新区已累计引进各类工业企业多少家？", "400多家"),
        ("电池模块保修10年。", "电池模块保修多长时间？", "10年"),
        ("市图书馆成立于1958年10月1日。", "市图书馆成立于什么时候？", "1958年10月1日"),
        ("白荡湖位于安徽省枞阳县境内。", "白荡湖位于哪里？", "安徽省枞阳县境内"),
        ("日常维护工作由物业公司负责。", "日常维护工作由谁负责？", "物业公司"),
    ],
)
def test_a_sentence_asks_for_its_exact_thing(sentence: str, question: str, answer: str) -> None:
    assert (question, answer) in made_of(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "该项目计划总投资120亿元。",  # which project?
        "其中新增企业400多家。",
        "总投资120亿元。",  # of what?
        "如果项目投资超过120亿元，可以申请补助。",  # a condition, not a fact
        "他说：“项目总投资120亿元。”",  # a quotation
        "天气很好。",
        "项目已经开工。",
        "",
        "120亿元",
    ],
)
def test_what_does_not_stand_by_itself_makes_no_question(sentence: str) -> None:
    assert made_of(sentence) == []


def test_headings_that_ask_or_announce_a_list() -> None:
    text = (
        "如何申请退款？\n\n在订单页点击申请退款按钮。\n\n"
        "一、申请材料\n\n身份证和户口簿复印件。\n\n前言\n\n这里是前言的文字。"
    )
    marks = tuple(
        Heading(2, text.index(title), text.index(title) + len(title))
        for title in ("如何申请退款？", "一、申请材料", "前言")
    )
    found = suggest(document(text, marks))
    assert [one.question for one in found] == ["如何申请退款？", "申请材料有哪些？"]
    assert [text[one.start : one.end] for one in found] == ["在订单页点击申请退款按钮。", "身份证和户口簿复印件。"]


def test_a_heading_without_text_below_it_is_not_asked() -> None:
    text = "如何申请退款？"
    assert suggest(document(text, (Heading(1, 0, len(text)),))) == []


def test_one_question_from_a_sentence_and_none_twice() -> None:
    text = "电池模块保修10年，电池外壳保修5年。\n电池模块保修10年。"
    questions = [question for question, _ in made_of(text)]
    assert questions == ["电池模块保修多长时间？"]


@settings(deadline=None)
@given(
    st.text(alphabet="项目投资了120亿元,，。；10年%第一季度由负责位于是指（）“”\n a保修增长", max_size=200),
    st.integers(0, 15),
)
def test_any_text_gives_few_questions_whose_answers_are_in_it(text: str, limit: int) -> None:
    found = suggest(document(text), limit)
    assert found == suggest(document(text), limit)
    assert len(found) <= limit
    assert len({one.question for one in found}) == len(found)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.question.endswith("？")
        assert text[one.start : one.end].strip()


def test_a_long_document_gives_no_more_than_the_bound() -> None:
    text = "".join(f"第{number}号楼甲方公司投资{number}亿元。\n" for number in range(3000))
    assert len(suggest(document(text))) <= MAX_CANDIDATES


def test_documents_take_turns() -> None:
    lists = [[Suggestion(f"{name}{place}", 0, 1) for place in range(count)] for name, count in (("a", 3), ("b", 1))]
    assert [(number, one.question) for number, one in in_turn(lists)] == [(0, "a0"), (1, "b0"), (0, "a1"), (0, "a2")]
    assert [*in_turn([])] == []
