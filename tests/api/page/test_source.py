"""The source pane: deep links, revisions, deleted documents, pages, offsets, long documents."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect

from tests.api.page.conftest import OpenPage
from tests.api.page.driving import add_text, cite, current_mark, handbook_pdf, is_in_view
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]


def link(citation: dict[str, object]) -> str:
    return "/#/d/{document_id}@{revision}:{start}-{end}".format(**citation)


@pytest.mark.parametrize("before", ["", "𠮷", "👍🏽 e\u0301 𠮷𠮷。\n\n"])
def test_a_link_marks_exactly_the_quote(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client, before: str
) -> None:
    document = add_text(empty, "规定", f"{before}年假为十五天，病假为三十天。")
    page = open_page(workshop.address, link(cite(empty, document, "三十天")))
    expect(current_mark(page)).to_have_text("三十天")
    assert page.locator("#source-text").inner_text().endswith("年假为十五天，病假为三十天。")


def test_a_link_to_an_older_revision_says_so(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    document = add_text(empty, "规定", "年假为十天。")
    old = cite(empty, document, "十天")
    empty.put(f"/v1/documents/{document}?wait=30", json={"text": "年假为十五天。"}).raise_for_status()
    page = open_page(workshop.address, link(old))
    expect(current_mark(page)).to_have_text("十天")
    notice = page.get_by_test_id("source-notice")
    expect(notice).to_contain_text("该文档已有新版（第 2 版）")
    notice.get_by_role("button", name="看新版").click()
    expect(page.locator("#source-text")).to_have_text("年假为十五天。")
    expect(notice).to_be_empty()


def test_a_link_to_a_deleted_document_still_opens(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client
) -> None:
    document = add_text(empty, "规定", "年假为十天。")
    citation = cite(empty, document, "十天")
    empty.delete(f"/v1/documents/{document}").raise_for_status()
    page = open_page(workshop.address, link(citation))
    expect(current_mark(page)).to_have_text("十天")
    notice = page.get_by_test_id("source-notice")
    expect(notice).to_contain_text("文档已删除，引文仍可查看。")
    notice.get_by_role("button", name="恢复文档").click()
    expect(notice).to_be_empty()
    assert empty.get("/v1/documents").json()["total"] == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/#/d/no-such-document@1:0-1", "没有"),
        ("/#/d/{id}@7:0-1", "没有第 7 版"),
        ("/#/d/{id}@1:0-9999", "不在这篇原文之内"),
    ],
)
def test_a_link_that_leads_nowhere_says_so(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client, address: str, words: str
) -> None:
    document = add_text(empty, "规定", "年假为十天。")
    page = open_page(workshop.address, address.format(id=document))
    expect(page.locator("#source-view")).to_contain_text(words)
    expect(page.locator("#source-text mark")).to_have_count(0)


def test_pages_and_headings_are_shown(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    files = {"file": ("员工手册.pdf", handbook_pdf(), "application/pdf")}
    document = empty.post("/v1/documents?wait=30", files=files).json()["id"]
    page = open_page(workshop.address, link(cite(empty, document, "十五个工作日")))
    expect(page.get_by_test_id("page-label")).to_have_text(["第1页", "第2页", "第3页"])
    expect(page.locator("#source-meta")).to_contain_text("3 页")
    mark = current_mark(page)
    assert is_in_view(mark)
    # The third label, and no later one, stands before the mark in the text.
    before = mark.evaluate(
        "mark => [...document.querySelectorAll('.page-label')]"
        ".filter(label => label.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING).length"
    )
    assert before == 3


def test_a_quote_deep_in_a_long_document_is_in_view(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client
) -> None:
    paragraphs = [f"第{number}条 这项事务由办公室办理，须在{number}日内完成。" for number in range(1, 401)]
    document = add_text(empty, "条例", "\n\n".join(paragraphs))
    page = open_page(workshop.address, link(cite(empty, document, "370日内")))
    expect(current_mark(page)).to_have_text("370日内")
    page.wait_for_timeout(300)  # parts of the text find their height
    assert is_in_view(current_mark(page))


def test_the_table_of_contents_leads_to_a_heading(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client
) -> None:
    sections = "\n\n".join(f"## 第{number}章\n\n" + "内容如下。\n\n" * 12 for number in range(1, 9))
    files = {"file": ("章程.md", f"# 章程\n\n{sections}".encode(), "text/markdown")}
    document = empty.post("/v1/documents?wait=30", files=files).json()["id"]
    page = open_page(workshop.address, f"/#/d/{document}@1")
    page.click("#source-outline")
    page.get_by_role("menuitem", name="第7章").click()
    assert is_in_view(page.locator("#source-text h3", has_text="第7章"))


def test_the_back_button_goes_back(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    add_text(empty, "规定", "年假为十天。")
    page = open_page(workshop.address)
    page.get_by_test_id("document").locator(".document-open").click()
    expect(page.locator("#source-text")).to_have_text("年假为十天。")
    page.go_back()
    expect(page.locator("#document-list")).to_be_visible()
