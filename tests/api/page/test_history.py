"""Conversations: kept, found again, opened again, renamed, deleted, exported."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.api.page.conftest import OpenPage
from tests.api.page.driving import add_text, answered, ask, current_mark
from tests.api.rig import eventually
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]


@pytest.fixture
def page(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> Page:
    """With two conversations held: of leave, and of travel."""
    add_text(empty, "规定", "年假为十五天。差旅费在十日内报销。")
    empty.post("/v1/ask", json={"question": "年假多少天？", "conversation_id": "conv-leave"}).raise_for_status()
    empty.post("/v1/ask", json={"question": "差旅费几日内报销？", "conversation_id": "conv-travel"}).raise_for_status()
    return open_page(workshop.address)


def test_an_old_conversation_is_opened_and_gone_on_with(page: Page, empty: httpx.Client) -> None:
    page.click("#open-history")
    items = page.get_by_test_id("history-item")
    expect(items.locator(".history-title")).to_have_text(["差旅费几日内报销？", "年假多少天？"])
    page.fill("#history-search", "年假")
    expect(items).to_have_count(1)
    items.locator(".history-open").click()
    expect(page.locator("#history-dialog")).to_be_hidden()
    expect(page.locator(".asked")).to_have_text("问：年假多少天？")
    answered(page).get_by_test_id("open-source").click()
    expect(current_mark(page)).to_be_visible()
    ask(page, "差旅费呢？")
    answered(page)
    assert len(empty.get("/v1/conversations/conv-leave").json()["messages"]) == 2


def test_a_reload_keeps_the_conversation_and_a_new_one_begins_empty(page: Page) -> None:
    ask(page, "年假多少天？")
    answered(page)
    page.reload()
    answered(page)
    expect(page.locator("#conversation-title")).to_have_text("年假多少天？")
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("turn")).to_have_count(0)
    expect(page.locator("#welcome")).to_be_visible()
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    expect(page.get_by_test_id("turn")).to_have_count(0)


def test_feedback_given_before_is_shown_again(page: Page, empty: httpx.Client) -> None:
    message = empty.get("/v1/conversations/conv-leave").json()["messages"][0]["id"]
    empty.post(f"/v1/messages/{message}/feedback", json={"rating": "up"}).raise_for_status()
    page.click("#open-history")
    page.get_by_test_id("history-item").filter(has_text="年假").locator(".history-open").click()
    expect(answered(page).get_by_test_id("thumb-up")).to_have_attribute("aria-pressed", "true")


def test_rename_and_delete_with_undo(page: Page, empty: httpx.Client) -> None:
    page.click("#open-history")
    items = page.get_by_test_id("history-item")
    items.filter(has_text="年假").get_by_role("button", name="操作").click()
    page.get_by_role("menuitem", name="改名").click()
    page.get_by_label("新的标题").fill("休假")
    page.keyboard.press("Enter")
    expect(items.locator(".history-title")).to_have_text(["差旅费几日内报销？", "休假"])
    items.filter(has_text="休假").get_by_role("button", name="操作").click()
    page.get_by_role("menuitem", name="删除").click()
    expect(items).to_have_count(1)
    page.get_by_test_id("note-action").click()
    expect(items).to_have_count(2)
    assert empty.get("/v1/conversations/conv-leave").json()["title"] == "休假"
    # Leaving the page does what was not undone.
    items.filter(has_text="休假").get_by_role("button", name="操作").click()
    page.get_by_role("menuitem", name="删除").click()
    expect(items).to_have_count(1)
    page.goto("about:blank")
    eventually(lambda: empty.get("/v1/conversations/conv-leave").status_code, lambda status: status == 404)


def test_export_as_markdown(page: Page, empty: httpx.Client, tmp_path: Path) -> None:
    ask(page, "年假多少天？")
    answered(page)
    page.click("#open-menu")
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="导出这次对话").click()
    assert download.value.suggested_filename == "年假多少天？.md"
    saved = tmp_path / "conversation.md"
    download.value.save_as(saved)
    identifier = page.evaluate("sessionStorage.getItem('wenqu.conversation')")
    assert saved.read_text("utf-8") == empty.get(f"/v1/conversations/{identifier}/export").text
