from __future__ import annotations

import io

from rich.console import Console

from api.terminal import print_answer
from qa.cite import cite_place
from qa.types import Answer, Kind, Status
from tests.fakes import make_document, make_hit

TEXT = "前一句。企业有甲公司、乙公司等。后一句。"


def printed(answer: Answer) -> str:
    console = Console(file=io.StringIO(), width=200, force_terminal=True, color_system="standard")
    print_answer(answer, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_sentence_that_holds_several_items_is_printed_once() -> None:
    passage, document = make_hit(TEXT).passage, make_document(TEXT)
    citations = tuple(
        cite_place(passage, document, TEXT.index(item), TEXT.index(item) + 3, 0.9) for item in ("甲公司", "乙公司")
    )
    shown = printed(Answer(Status.ANSWERED, "甲公司、乙公司", 0.9, citations, (), "", 1, Kind.LIST))
    assert shown.count("原文：") == 1
    highlight = "\x1b[1;30;103m"
    assert f"企业有{highlight}甲公司\x1b[0m、{highlight}乙公司\x1b[0m等。" in shown
    assert "答案：" in shown
    assert "把握：90%" in shown


def test_a_refusal_shows_the_nearest_passages() -> None:
    passage, document = make_hit(TEXT).passage, make_document(TEXT)
    nearest = (cite_place(passage, document, 0, len(TEXT), 0.1),)
    shown = printed(Answer(Status.NO_ANSWER, None, 0.1, (), nearest, "", 1))
    assert "文档中没有找到答案" in shown
    assert TEXT in shown


def test_what_other_documents_say_is_shown_below() -> None:
    passage, document = make_hit(TEXT).passage, make_document(TEXT)
    answer, other = (
        cite_place(passage, document, TEXT.index(name), TEXT.index(name) + 3, 0.9) for name in ("甲公司", "乙公司")
    )
    shown = printed(Answer(Status.ANSWERED, "甲公司", 0.9, (answer,), (), "", 1, conflicting=(other,)))
    assert shown.index("甲公司") < shown.index("别的文档说法不同") < shown.rindex("乙公司")
