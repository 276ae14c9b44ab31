"""For everybody: phones, keyboards, dark rooms, screen readers, servers that ask for a key."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from tests.api.page.conftest import OpenPage
from tests.api.page.driving import (
    ANSWER,
    LIST_ANSWER,
    LONG,
    NO_ANSWER_QUESTION,
    QUESTION,
    add_text,
    answered,
    ask,
    ask_for_a_list,
    current_mark,
    text_file,
)
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


def serious(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_on_a_phone_the_source_slides_over_and_goes_back(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(server.address, **PHONE)
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    assert fits(page)
    ask(page, QUESTION)
    answered(page)
    expect(page.locator("#source")).to_be_hidden()  # nothing opens by itself where it would cover the answer
    page.get_by_test_id("open-source").click()
    expect(current_mark(page)).to_be_in_viewport()
    expect(page.locator("#source-back")).to_be_focused()
    assert fits(page)
    page.locator("#source-back").tap()
    expect(page.locator("#source")).to_be_hidden()
    expect(page.get_by_test_id("open-source")).to_be_focused()
    page.get_by_test_id("open-source").tap()
    page.go_back()
    expect(page.locator("#source")).to_be_hidden()


def test_on_a_phone_documents_are_added_and_opened(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client
) -> None:
    page = open_page(workshop.address, **PHONE)
    page.set_input_files("#file-input", [text_file("规定.txt", "年假为十六天。")])
    row = page.get_by_test_id("document")
    expect(row).to_be_visible(timeout=LONG)
    row.locator(".document-open").tap()
    expect(page.locator("#source-text")).to_have_text("年假为十六天。")
    assert fits(page)
    page.locator("#source-back").tap()
    expect(row).to_be_visible()
    page.locator("#documents-back").tap()
    expect(page.locator("#question")).to_be_visible()
    expect(page.locator("#source")).to_be_hidden()


def test_everything_by_keyboard(open_page: OpenPage, workshop: RunningServer, empty: httpx.Client) -> None:
    for name in ("甲", "乙"):
        add_text(empty, name, f"{name}公司的年假为十五天，病假为三十天。")
    page = open_page(workshop.address)
    keys = page.keyboard
    expect(page.locator("#question")).to_be_focused()
    keys.type("甲公司的年假多少天？")
    keys.press("Enter")
    answered(page)
    keys.press("ArrowUp")
    expect(page.locator("#question")).to_have_value("甲公司的年假多少天？")
    page.fill("#question", "")
    page.locator("#question").blur()
    keys.press("d")
    expect(page.locator("#document-search")).to_be_focused()
    keys.press("Tab")  # the first box
    keys.press("Space")
    expect(page.locator("#scope-text")).to_have_text("只问 1 篇")
    for _ in range(3):  # to the bar that has just appeared is behind; on to the row
        keys.press("Tab")
        if page.locator(".document-open").first.evaluate("node => node === document.activeElement"):
            break
    keys.press("ArrowDown")
    expect(page.locator(".document-open").nth(1)).to_be_focused()
    keys.press("Home")
    keys.press("Delete")
    expect(page.get_by_test_id("document")).to_have_count(1)
    expect(page.locator(".document-open")).to_be_focused()
    keys.press("Control+z")
    expect(page.get_by_test_id("document")).to_have_count(2)
    keys.press("?")
    expect(page.locator("#help-dialog")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#help-dialog")).to_be_hidden()
    keys.press("h")
    expect(page.locator("#history-search")).to_be_focused()
    keys.press("Escape")
    keys.press("/")
    expect(page.locator("#question")).to_be_focused()
    expect(page.locator("#question")).to_have_value("")
    keys.press("Control+k")
    expect(page.get_by_test_id("turn")).to_have_count(0)


def test_citations_and_menus_by_keyboard(open_page: OpenPage, server: RunningServer, client: httpx.Client) -> None:
    page = open_page(server.address)
    keys = page.keyboard
    ask_for_a_list(page, client).get_by_test_id("answer-item").first.focus()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(current_mark(page)).to_have_text(LIST_ANSWER[1])
    keys.press("j")
    expect(current_mark(page)).to_have_text(LIST_ANSWER[2])
    keys.press("k")
    expect(current_mark(page)).to_have_text(LIST_ANSWER[1])
    page.focus("#open-menu")
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="导出这次对话")).to_be_focused()
    keys.press("End")
    expect(page.get_by_role("menuitemradio", name="深色")).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#open-menu")).to_be_focused()
    expect(page.get_by_role("menu")).to_have_count(0)


def test_dark_follows_the_system_until_it_is_chosen(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(server.address, color_scheme="dark")
    html = page.locator("html")
    expect(html).to_have_attribute("data-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(html).to_have_attribute("data-theme", "light")
    page.click("#open-menu")
    page.get_by_role("menuitemradio", name="深色").click()
    expect(html).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-theme", "dark")
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert red + green + blue < 150


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_conversations(
    open_page: OpenPage, server: RunningServer, client: httpx.Client, scheme: str
) -> None:
    page = open_page(server.address, color_scheme=scheme, reduced_motion="reduce")
    expect(page.get_by_test_id("suggestion").first).to_be_visible()
    assert serious(page) == []
    ask_for_a_list(page, client)
    for question in (QUESTION, NO_ANSWER_QUESTION):
        ask(page, question)
        answered(page)
    page.get_by_test_id("thumb-down").last.click()
    assert serious(page) == []
    page.click("#open-menu")
    assert serious(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_among_documents(
    open_page: OpenPage, workshop: RunningServer, empty: httpx.Client, scheme: str
) -> None:
    page = open_page(workshop.address, color_scheme=scheme, reduced_motion="reduce")
    expect(page.locator("#first-run")).to_be_visible()
    assert serious(page) == []
    page.set_input_files(
        "#file-input", [text_file("规定.txt", f"年假为十七天（{scheme}）。"), text_file("照片.png", "x")]
    )
    expect(page.get_by_test_id("document")).to_be_visible(timeout=LONG)
    page.get_by_label("只问《规定》").check()
    assert serious(page) == []
    page.click("#open-history")
    expect(page.locator("#history-tail")).to_contain_text("留在这里")
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.click("#paste-open")
    assert serious(page) == []


def test_axe_finds_nothing_serious_on_a_phone(open_page: OpenPage, server: RunningServer) -> None:
    page = open_page(server.address, **PHONE, reduced_motion="reduce")
    ask(page, QUESTION)
    answered(page)
    assert serious(page) == []
    page.get_by_test_id("open-source").click()
    expect(current_mark(page)).to_be_in_viewport()
    assert serious(page) == []


def test_a_server_with_keys_is_given_one(open_page: OpenPage, server: RunningServer) -> None:
    """The server has none here; a gate before it asks, as it does with keys (tests/api/test_security.py)."""

    def gate(route: Route) -> None:
        if route.request.headers.get("authorization") == "Bearer right-key":
            route.continue_()
        else:
            error = {"error": {"code": "key_missing", "message": "需要密钥。", "detail": {}}}
            route.fulfill(status=401, json=error)

    page = open_page(server.address, "/web/favicon.svg")
    page.route("**/v1/**", gate)
    page.goto("/")
    dialog = page.locator("#key-dialog")
    expect(dialog).to_be_visible()
    page.fill("#key-input", "wrong-key")
    page.keyboard.press("Enter")
    expect(page.locator("#key-message")).to_contain_text("换一个密钥")
    page.fill("#key-input", "right-key")
    page.get_by_role("button", name="确定").click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_test_id("document")).to_be_visible()
    ask(page, QUESTION)
    expect(answered(page).get_by_test_id("answer-text")).to_have_text(ANSWER)
    assert page.evaluate("[sessionStorage.getItem('wenqu.key'), localStorage.getItem('wenqu.key')]") == [
        "right-key",
        None,
    ]
