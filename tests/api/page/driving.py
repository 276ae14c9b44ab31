"""What the tests of the page do with a browser and a server."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Sequence
from typing import Any

import httpx
from playwright.sync_api import FilePayload, Locator, Page, expect
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

QUESTION = "宁德时代动力及储能电池项目投资了多少？"
ANSWER = "120亿元"
LIST_QUESTION = "高新区有哪些食品饮料企业？"
LIST_ANSWER = ["华润怡宝", "达利食品", "不二制油"]
LIST_SENTENCE = (
    "有以现代筑美、耀东华、唯勤实业等企业形成的家具制造产业，有以华润怡宝、达利食品、不二制油等企业形成的食品饮料产业，"
    "以上2个产业为该区重点培育产业。"
)
NO_ANSWER_QUESTION = "今天天气怎么样？"
HANDBOOK = (
    ("员工手册", "本手册适用于云溪科技有限公司全体员工，自2024年3月1日起施行。", "公司总部设在杭州市余杭区。"),
    ("第二章 假期", "员工入职满一年后，每年享有带薪年假十二天。", "病假凭医院证明可请，每年不超过三十天。"),
    ("第三章 报销", "差旅费须在出差结束后十五个工作日内报销，逾期不予受理。", "市内交通费每月限额三百元。"),
)
HANDBOOK_QUESTION = "差旅费要在多少天内报销？"
# Answers over the shipped models take a second or two, more while other tests run.
LONG = 60_000
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_IN_VIEW = """element => {
    const box = element.getBoundingClientRect();
    const pane = document.querySelector('#source-scroll').getBoundingClientRect();
    return box.height > 0 && box.top >= pane.top - 1 && box.bottom <= pane.bottom + 1;
}"""
_DROP = """([name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, { type: 'text/plain' }));
    const send = (kind) => document.body.dispatchEvent(
        new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    return [send('dragenter'), !document.querySelector('#drop-overlay').hidden, send('drop')];
}"""


def ask(page: Page, question: str) -> None:
    """Type a question and send it."""
    page.fill("#question", question)
    page.press("#question", "Enter")


def answered(page: Page) -> Locator:
    """The reply to the last question, once it is whole."""
    turn = page.get_by_test_id("turn").last
    expect(turn.locator(".feedback")).to_be_visible(timeout=LONG)
    return turn


def current_mark(page: Page) -> Locator:
    """The cited span in the source pane."""
    return page.locator("#source-text mark.is-current")


def is_in_view(mark: Locator) -> bool:
    """Whether a mark can be seen in the source pane."""
    return bool(mark.evaluate(_IN_VIEW))


def drop_file(page: Page, name: str, text: str) -> bool:
    """Drop a file on the page; whether the page had said that it may be."""
    _, overlay_was_shown, _ = page.evaluate(_DROP, [name, text])
    return bool(overlay_was_shown)


def text_file(name: str, text: str) -> FilePayload:
    """A file for set_input_files."""
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def handbook_pdf() -> bytes:
    """A PDF of three pages, its letters drawn with a font that every reader of PDF has."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    made = io.BytesIO()
    canvas = Canvas(made)
    for lines in HANDBOOK:
        for number, line in enumerate(lines):
            canvas.setFont("STSong-Light", 12 if number else 20)
            canvas.drawString(72, 780 - 36 * number, line)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def add_text(client: httpx.Client, title: str, text: str) -> str:
    """Add a document past the page, under an id that no deleted one had; that id."""
    identifier = f"doc-{uuid.uuid4().hex[:12]}"
    response = client.post("/v1/documents?wait=30", json={"title": title, "text": text, "id": identifier})
    body = response.json()
    assert body["status"] == "indexed", body
    return str(body["id"])


def cite(client: httpx.Client, document_id: str, quote: str, sentence: str | None = None) -> dict[str, Any]:
    """A citation of the first `quote` in the first `sentence`: Python counts code points, as the API does."""
    content = client.get(f"/v1/documents/{document_id}/content").json()
    whole = sentence or quote
    at = content["text"].index(whole)
    inside = whole.index(quote)
    return {
        "document_id": document_id,
        "document_title": content["title"],
        "revision": content["revision"],
        "sha256": content["sha256"],
        "start": at + inside,
        "end": at + inside + len(quote),
        "offset_unit": "codepoint",
        "quote": quote,
        "prefix": whole[:inside],
        "suffix": whole[inside + len(quote) :],
        "page": None,
        "headings": [],
        "score": 0.9,
    }


def reply(answer: str | None, citations: Sequence[dict[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """An AskResponse."""
    return {
        "id": "ans-1",
        "conversation_id": "conv-1",
        "status": "no_answer" if answer is None else "answered",
        "kind": "span",
        "verdict": None,
        "answer": answer,
        "confidence": 0.9,
        "citations": list(citations),
        "nearest": [],
        "question_as_understood": "",
        "index_generation": 1,
        "timings_ms": {"total": 50.0},
        **more,
    }


def events(*named: tuple[str, dict[str, Any]]) -> str:
    """Server-sent events as text."""
    return "".join(f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for name, data in named)


def canned(page: Page, response: dict[str, Any]) -> None:
    """Let every question get this answer, whatever the models make of it."""
    brief = {name: value for name, value in response.items() if name not in ("citations", "nearest", "timings_ms")}
    body = events(
        ("retrieval", {"passages": response["citations"], "question_as_understood": ""}),
        ("answer", brief),
        *(("citation", citation) for citation in response["citations"]),
        ("done", response),
    )
    page.route("**/v1/ask/stream", lambda route: route.fulfill(content_type="text/event-stream", body=body))


def ask_for_a_list(page: Page, client: httpx.Client) -> Locator:
    """A question that several places of the shipped article answer together, and the reply."""
    (article,) = client.get("/v1/documents").json()["documents"]
    citations = [cite(client, article["id"], item, LIST_SENTENCE) for item in LIST_ANSWER]
    canned(page, reply("、".join(LIST_ANSWER), citations, kind="list"))
    ask(page, LIST_QUESTION)
    turn = answered(page)
    page.unroute("**/v1/ask/stream")
    return turn
