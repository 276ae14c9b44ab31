"""The page in Debian's chromium, over a really running server."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, Request, expect, sync_playwright

from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]

QUESTION = "宁德时代动力及储能电池项目投资了多少？"
LIST_QUESTION = "高新区有哪些食品饮料企业？"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
IN_VIEW = """element => {
    const box = element.getBoundingClientRect();
    const pane = document.querySelector('#source').getBoundingClientRect();
    return box.height > 0 && box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1;
}"""


@pytest.fixture(scope="module")
def visits() -> list[str]:
    """Addresses of every request that any page made."""
    return []


@pytest.fixture(scope="module")
def page(server: RunningServer, visits: list[str]) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        made = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=server.address).new_page()

        def visited(request: Request) -> None:
            visits.append(request.url)

        made.on("request", visited)
        made.set_default_timeout(60_000)
        yield made
        browser.close()


@pytest.fixture(autouse=True)
def fresh(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("about:blank")
    page.goto("/")


def ask(page: Page, question: str) -> None:
    page.fill("#question", question)
    page.press("#question", "Enter")


def test_asking_shows_the_answer_in_its_sentence(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.get_by_test_id("answer-text")).to_have_text("120亿元", timeout=60_000)
    sentence = page.get_by_test_id("source-sentence")
    expect(sentence).to_contain_text("宁德时代动力及储能电池项目")
    expect(sentence.locator("mark")).to_have_text("120亿元")


def test_a_list_shows_its_items_and_each_opens_its_place(page: Page) -> None:
    ask(page, LIST_QUESTION)
    items = page.get_by_test_id("answer-item")
    expect(items).to_have_text(["华润怡宝", "达利食品", "不二制油"], timeout=60_000)
    sentence = page.get_by_test_id("source-sentence")
    expect(sentence).to_have_count(1)
    expect(sentence.locator("mark")).to_have_text(["华润怡宝", "达利食品", "不二制油"])
    items.nth(1).click()
    expect(page.locator("#source-text mark")).to_have_text("达利食品")


def test_a_citation_opens_the_article_at_the_span(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_test_id("open-source").first.click(timeout=60_000)
    mark = page.locator("#source-text mark")
    expect(mark).to_have_text("120亿元")
    expect(page.locator("#source-text")).to_contain_text("西江日报记者 周永龙")
    page.wait_for_timeout(1200)  # the smooth scrolling
    assert mark.evaluate(IN_VIEW)


def test_a_link_opens_the_span(page: Page, server: RunningServer) -> None:
    answer = httpx.post(f"{server.address}/v1/ask", json={"question": QUESTION}, timeout=60).json()
    citation = answer["citations"][0]
    place = f"{citation['document_id']}@{citation['revision']}:{citation['start']}-{citation['end']}"
    page.goto("about:blank")
    page.goto(f"/#/d/{place}")
    expect(page.locator("#source-text mark")).to_have_text("120亿元", timeout=60_000)


def test_no_answer_shows_the_nearest_passages(page: Page) -> None:
    ask(page, "今天天气怎么样？")
    expect(page.get_by_test_id("no-answer")).to_contain_text("没有找到答案", timeout=60_000)
    page.get_by_test_id("nearest").first.click()
    expect(page.locator("#source-text")).to_contain_text("肇庆高新区")


def test_an_error_of_the_server_is_shown(page: Page) -> None:
    ask(page, "？？？")
    expect(page.get_by_test_id("error")).to_contain_text("问题是空的", timeout=60_000)


def test_markup_in_a_question_stays_text(page: Page) -> None:
    ask(page, "<img src=x onerror=alert(1)>投资多少？")
    expect(page.get_by_text("<img src=x onerror=alert(1)>投资多少？").first).to_be_visible()
    assert page.locator("#turns img").count() == 0


def test_on_a_phone_the_source_slides_over_and_goes_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    ask(page, QUESTION)
    page.get_by_test_id("open-source").first.click(timeout=60_000)
    expect(page.locator("#source-text mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#question")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("before", ["", "𠮷👍e\u0301"])
def test_offsets_are_converted_to_utf_16(page: Page, before: str) -> None:
    # Independent: Python counts code points, JavaScript UTF-16 units.
    text = f"{before}投资120亿元"
    start = text.index("120")
    found = page.evaluate(
        """async ([text, start, end]) => {
            const { codePointToUtf16Offset: convert } = await import('/web/text.js');
            return text.slice(convert(text, start), convert(text, end));
        }""",
        [text, start, start + 5],
    )
    assert found == "120亿元"


def test_no_request_leaves_for_another_host(visits: list[str], server: RunningServer) -> None:
    assert visits
    assert [url for url in visits if not url.startswith((server.address, "about:", "data:"))] == []
