"""The modules of the page by themselves, in the browser that runs them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.api.page.conftest import OpenPage
from tests.conftest import RunningServer

pytestmark = [pytest.mark.models, pytest.mark.browser]


@pytest.fixture
def page(open_page: OpenPage, server: RunningServer) -> Page:
    """A page of the same origin with nothing on it."""
    return open_page(server.address, "/healthz")


@pytest.mark.parametrize("before", ["", "𠮷👍e\u0301", "👨‍👩‍👧"])
def test_offsets_are_converted_to_utf_16(page: Page, before: str) -> None:
    # Independent: Python counts code points, JavaScript UTF-16 units.
    text = f"{before}投资120亿元"
    start = text.index("120")
    found = page.evaluate(
        """async ([text, start, end]) => {
            const { offsetConverter } = await import('/web/core/text.js');
            const convert = offsetConverter(text);
            return text.slice(convert(start), convert(end));
        }""",
        [text, start, start + 5],
    )
    assert found == "120亿元"


def test_events_are_parsed_however_they_are_cut(page: Page) -> None:
    # The examples of the HTML standard, section 9.2.6: comments, two lines of data, a space that is dropped.
    stream = ': keep-alive\n\nevent: one\ndata: {"a":\ndata:  "𠮷"}\r\n\r\ndata:2\n\nevent: lost\ndata: {}'
    wanted = [{"event": "one", "data": {"a": "𠮷"}}, {"event": "message", "data": 2}]
    found = page.evaluate(
        """async (text) => {
            const { parseEvents } = await import('/web/core/events.js');
            const bytes = new TextEncoder().encode(text);
            const results = [];
            for (const size of [1, 7, bytes.length]) {
                const stream = new ReadableStream({ start(controller) {
                    for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
                    controller.close();
                } });
                const events = [];
                for await (const event of parseEvents(stream)) events.push(event);
                results.push(events);
            }
            return results;
        }""",
        stream,
    )
    assert found == [wanted, wanted, wanted]


@pytest.mark.parametrize(
    ("text", "quote", "sentence"),
    [
        ("甲在北京。乙在上海市浦东新区；丙在广州。", "上海市", "乙在上海市浦东新区；"),
        ("他说：“年假十五天。”后来改了。", "十五天", "他说：“年假十五天。”"),
        ("第一条\n年假十五天\n第三条", "十五天", "年假十五天"),
        ("全文只有这一句", "一句", "全文只有这一句"),
    ],
)
def test_the_sentence_around_a_quote(page: Page, text: str, quote: str, sentence: str) -> None:
    found = page.evaluate(
        """async ([text, start, end]) => {
            const { sentenceAround } = await import('/web/source/place.js');
            const around = sentenceAround(text, { start, end });
            return text.slice(around.start, around.end);
        }""",
        [text, text.index(quote), text.index(quote) + len(quote)],
    )
    assert found == sentence


@pytest.mark.parametrize(
    ("call", "written"),
    [
        ("characterCount(532)", "532 字"),
        ("characterCount(12000)", "1.2 万字"),
        ("characterCount(1230000)", "123 万字"),
        ("fileSize(1)", "1 KB"),
        ("fileSize(3355443)", "3.2 MB"),
        ("bookTitle('读《红楼梦》')", "《读〈红楼梦〉》"),
        ("citationPlace({document_title: '甲', headings: ['甲', '乙'], page: 3})", "第3页 · 乙"),
        ("shortDate('2001-03-08T12:00:00Z')", "2001年3月8日"),
        ("dayGroup(new Date().toISOString())", "今天"),
    ],
)
def test_how_things_are_written(page: Page, call: str, written: str) -> None:
    assert page.evaluate(f"import('/web/core/format.js').then((format) => format.{call})") == written


def test_blocks_of_a_document(page: Page) -> None:
    text = "题\n\n第一段\n还是第一段\n\n" + "\n".join(f"第{number}行，写着一些字。" for number in range(100))
    blocks: list[dict[str, Any]] = page.evaluate(
        """async (text) => (await import('/web/core/text.js')).splitBlocks(text, [{ level: 1, start: 0, end: 1 }])""",
        text,
    )
    shown = [text[block["start"] : block["end"]] for block in blocks]
    # A short stretch keeps its lines together; a long one without a blank line is shown line by line.
    assert shown[:3] == ["题", "第一段\n还是第一段", "第0行，写着一些字。"]
    assert len(shown) == 102
    assert [block["level"] for block in blocks[:2]] == [1, 0]
