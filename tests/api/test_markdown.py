"""A conversation as Markdown, read back by a parser of CommonMark."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from api.markdown import escaped, to_markdown
from api.schemas.ask import AskResponse, CitationModel
from api.schemas.conversations import ConversationDetailModel, FeedbackModel, MessageModel, Rating, Reason
from qa.types import Kind, Status

PAGE = "http://localhost:8000/"
_SPECIAL = "#*_`<>[]()!|\\&~+-=.1:/@$\n\t\r\u2028 　。“”a文𠮷😀"
TEXT = st.text(
    st.one_of(st.sampled_from(_SPECIAL), st.characters(codec="utf-8", exclude_categories=["C"])), max_size=40
)


def citation(
    quote: str = "120亿元", prefix: str = "", suffix: str = "", title: str = "题", page: int | None = None
) -> CitationModel:
    return CitationModel(
        document_id="文/1",
        document_title=title,
        revision=2,
        sha256="0" * 64,
        start=5,
        end=5 + len(quote),
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        page=page,
        headings=[title, "投资"],
        score=0.9,
    )


def message(
    question: str, answer: str | None, *citations: CitationModel, feedback: FeedbackModel | None = None
) -> MessageModel:
    response = AskResponse(
        id="m",
        conversation_id="c",
        status=Status.NO_ANSWER if answer is None else Status.ANSWERED,
        kind=Kind.SPAN,
        answer=answer,
        confidence=0.934,
        citations=[] if answer is None else list(citations),
        nearest=list(citations) if answer is None else [],
        question_as_understood=question,
        index_generation=1,
        timings_ms={},
    )
    return MessageModel(id="m", question=question, response=response, feedback=feedback, created_at="t")


def exported(title: str, *messages: MessageModel) -> str:
    conversation = ConversationDetailModel(id="c", title=title, created_at="t", updated_at="t", messages=list(messages))
    return to_markdown(conversation, PAGE)


def shown(text: str) -> str:
    return " ".join(text.split())


def test_a_conversation() -> None:
    feedback = FeedbackModel(
        message_id="m", rating=Rating.DOWN, reason=Reason.WRONG_ANSWER, text="应为*130*", created_at="t"
    )
    assert exported(
        "投资",
        message("投资多少？", "120亿元", citation(prefix="总投资", suffix="。", page=3), feedback=feedback),
        message("谁？", None, citation(quote="没有人。")),
        message("在哪？", None),
    ) == (
        "# 投资\n\n"
        "## 投资多少？\n\n"
        "答案：**120亿元**（把握 93%）\n\n"
        "> **120亿元**\n>\n> 原句：总投资120亿元。\n>\n"
        "> —— [题 › 投资，第 3 页，第 2 版，第 6–10 字](http://localhost:8000/#/d/%E6%96%87%2F1@2:5-10)\n\n"
        "评价：没用，答案不对，应为\\*130\\*\n\n"
        "## 谁？\n\n"
        "文档中没有找到答案。\n\n"
        "最接近的原文：\n\n"
        "> **没有人。**\n>\n"
        "> —— [题 › 投资，第 2 版，第 6–9 字](http://localhost:8000/#/d/%E6%96%87%2F1@2:5-9)\n\n"
        "## 在哪？\n\n"
        "文档中没有找到答案。\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "![x](http://x)",
        "- 一",
        "1. 一",
        "# 一",
        "    四格",
        "a\n\nb",
        "www.x.com",
        "&lt;",
        "***",
        "```",
        "[a]: b",
    ],
)
def test_text_stays_text(text: str) -> None:
    (opening, inline, closing) = MarkdownIt("gfm-like", {"linkify": False}).parse(escaped(text))
    assert (opening.type, inline.content != "", closing.type) == ("paragraph_open", True, "paragraph_close")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    assert "".join(child.content for child in inline.children or []) == shown(text)


@settings(deadline=None)
@given(title=TEXT, question=TEXT, quote=TEXT.filter(str.strip), prefix=TEXT, suffix=TEXT)
def test_nothing_in_a_document_becomes_markup(title: str, question: str, quote: str, prefix: str, suffix: str) -> None:
    source = exported(title, message(question, quote, citation(quote, prefix, suffix, title)))
    tokens = MarkdownIt("commonmark").parse(source)
    blocks = [token.type for token in tokens if token.type.endswith("_open")]
    paragraphs = 3 if prefix or suffix else 2
    assert blocks == [
        "heading_open",
        "heading_open",
        "paragraph_open",
        "blockquote_open",
        *["paragraph_open"] * paragraphs,
    ]
    inline = [token for token in tokens if token.type == "inline"]
    texts = ["".join(child.content for child in token.children or []) for token in inline]
    assert texts[:2] == [shown(title), shown(question)]
    assert texts[2] == f"答案：{shown(quote)}（把握 93%）"
    assert texts[3] == shown(quote)
    if prefix or suffix:
        assert texts[4] == f"原句：{shown(prefix + quote + suffix)}"
    marks = [child.type for token in inline for child in token.children or [] if not child.type.startswith("text")]
    assert marks == ["strong_open", "strong_close", "strong_open", "strong_close", "link_open", "link_close"]
