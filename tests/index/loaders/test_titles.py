from __future__ import annotations

import pytest

from index.loaders.outline import numbered_headings
from index.loaders.titles import choose_title, is_meaningful
from index.types import Heading


@pytest.mark.parametrize("title", ["员工手册", "2023 年度报告", "Annual Report 2023", "关于A/B测试的说明"])
def test_titles_that_people_give(title: str) -> None:
    assert is_meaningful(title)


@pytest.mark.parametrize(
    "title",
    [
        "", "x", "Microsoft Word - 报告.doc", "PowerPoint 演示文稿", "无标题", "未命名文档 (3)", "untitled", "Slide 1",
        "新建文档1", "报告.docx", "C:\\Users\\x\\y", "Õâ¸öÊÇ±êÌâ", "(anonymous)", "123", "标题\ufffd",
    ],
)  # fmt: skip
def test_titles_that_programs_give(title: str) -> None:
    assert not is_meaningful(title)


def test_a_heading_wins_over_a_title_with_the_site_around_it() -> None:
    headings = [Heading(1, 0, 4)]
    assert choose_title("a.html", "通知公告 正文", headings, "通知公告_某某市人民政府") == "通知公告"
    assert choose_title("a.html", "通知公告 正文", headings, "关于放假的安排") == "关于放假的安排"
    assert choose_title("a.html", "通知公告 正文", headings, "无标题") == "通知公告"


def test_a_numbered_section_is_not_the_title() -> None:
    assert choose_title("办法.docx", "第一章 总则", [Heading(1, 0, 6)]) == "办法"


def found(text: str) -> list[tuple[int, str]]:
    return [(mark.level, text[mark.start : mark.end]) for mark in numbered_headings(text, [])]


def test_numbered_lines_with_text_between_them_are_headings() -> None:
    text = (
        "办法\n一、总则\n　　为了规范，制定本办法。\n（一）目的\n说明。\n（二）范围\n说明。\n二、附则\n自印发起施行。"
    )
    assert found(text) == [(1, "一、总则"), (2, "（一）目的"), (2, "（二）范围"), (1, "二、附则")]
    assert found("第一章 总则\n正文。\n　第二章 附则\n正文。") == [(1, "第一章 总则"), (1, "第二章 附则")]


@pytest.mark.parametrize(
    "text",
    [
        "一、苹果\n二、香蕉\n三、梨",
        "目录\n第一章 总则\n第二章 附则",
        "一、本办法所称公共数据，是指公共管理机构产生的数据。\n正文\n二、本办法自发布之日起施行。\n正文",
        "第一章以后再说，今天先谈别的。\n正文",
        "一、只有一个\n正文",
    ],
)
def test_lists_contents_and_sentences_are_no_headings(text: str) -> None:
    assert found(text) == []


def test_levels_go_below_the_headings_there_are() -> None:
    text = "题目\n一、甲\n文\n二、乙\n文"
    assert [mark.level for mark in numbered_headings(text, [Heading(1, 0, 2)])] == [2, 2]
