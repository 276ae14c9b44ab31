"""A conversation as Markdown. Text of documents and people stays text: nothing in it becomes markup (pure)."""

from __future__ import annotations

import re

from api.links import deep_link
from api.schemas.ask import AskResponse, CitationModel
from api.schemas.conversations import ConversationDetailModel, MessageModel
from qa.types import Status

_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_NO_ANSWER = "文档中没有找到答案。"
_RATINGS = {
    "up": "有用",
    "down": "没用",
    "wrong_answer": "答案不对",
    "wrong_evidence": "出处不对",
    "should_abstain": "文中没有",
}


def to_markdown(conversation: ConversationDetailModel, page: str) -> str:
    """The whole conversation in CommonMark: questions, answers, quotes and where they stand.

    `page` is the address of our page, which the places link to.
    """
    blocks = [f"# {escaped(conversation.title)}"]
    for message in conversation.messages:
        blocks += _message(message, page)
    return "\n\n".join(blocks) + "\n"


def escaped(text: str) -> str:
    """`text` on one line, such that CommonMark shows it as it is (white space apart)."""
    return _PUNCTUATION.sub(r"\\\g<0>", " ".join(text.split()))


def _message(message: MessageModel, page: str) -> list[str]:
    response = message.response
    blocks = [f"## {escaped(message.question)}"]
    if response.question_as_understood != message.question:
        blocks.append(f"理解为：{escaped(response.question_as_understood)}")
    blocks += _answer(response, page)
    if message.feedback is not None:
        words = [_RATINGS[value] for value in (message.feedback.rating, message.feedback.reason) if value is not None]
        if message.feedback.text:
            words.append(escaped(message.feedback.text))
        blocks.append("评价：" + "，".join(words))
    return blocks


def _answer(response: AskResponse, page: str) -> list[str]:
    if response.status is Status.NO_ANSWER or response.answer is None:
        heading = [_NO_ANSWER, "最接近的原文："] if response.nearest else [_NO_ANSWER]
        return heading + [_quotation(citation, page) for citation in response.nearest]
    answer = f"答案：**{escaped(response.answer)}**（把握 {response.confidence:.0%}）"
    blocks = [answer, *(_quotation(citation, page) for citation in response.citations)]
    if response.conflicting:
        blocks += ["别的文档说法不同：", *(_quotation(citation, page) for citation in response.conflicting)]
    return blocks


def _quotation(citation: CitationModel, page: str) -> str:
    """The quote, the sentence it is part of, and where it stands."""
    # Bold inside of a sentence is lost where it meets Chinese punctuation: the quote gets a line of its own.
    lines = [f"**{escaped(citation.quote)}**"]
    if citation.prefix or citation.suffix:
        lines.append("原句：" + escaped(citation.prefix + citation.quote + citation.suffix))
    lines.append(f"—— [{_place(citation)}]({deep_link(page, citation)})")
    return "\n>\n".join(f"> {line}" for line in lines)


def _place(citation: CitationModel) -> str:
    title = [citation.document_title]
    path = " › ".join(escaped(part) for part in title + [name for name in citation.headings if name not in title])
    number = "" if citation.page is None else f"，第 {citation.page} 页"
    # People count from 1, and the last character in.
    return f"{path}{number}，第 {citation.revision} 版，第 {citation.start + 1}–{citation.end} 字"
