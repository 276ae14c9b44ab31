"""`python -m tests.api.screenshot [FOLDER]`: pictures of the page's main states, for the README.

Starts a server of its own over a fresh library with the shipped models. FOLDER is .github unless given.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

from tests.api.page.driving import (
    ARGUMENTS,
    HANDBOOK_QUESTION,
    LONG,
    NO_ANSWER_QUESTION,
    QUESTION,
    answered,
    ask,
    current_mark,
    handbook_pdf,
    text_file,
)
from tests.conftest import start_server, wenqu_environment

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 760}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 780},
    "is_mobile": True,
    "has_touch": True,
    "device_scale_factor": 2,
}
LIST_QUESTION = "生物医药产业有哪些企业？"
# A page has few colours; a palette makes its picture a third of the size.
COLOURS = 128
MOST_BYTES = 150_000
SETTLED_MS = 900


def answer(page: Page) -> None:
    """A question and its answer, with the source open at the quote."""
    ask(page, QUESTION)
    answered(page)
    expect(current_mark(page)).to_be_visible()


def answer_alone(page: Page) -> None:
    """A question and its answer where the source does not open by itself."""
    ask(page, QUESTION)
    answered(page)


def list_answer(page: Page) -> None:
    """Several answers, each marked in the source."""
    ask(page, LIST_QUESTION)
    answered(page).get_by_test_id("answer-item").nth(1).click()


def no_answer(page: Page) -> None:
    """What comes nearest when the documents do not say."""
    ask(page, NO_ANSWER_QUESTION)
    answered(page)
    page.get_by_test_id("nearest").first.click()
    expect(current_mark(page).first).to_be_visible()
    page.locator("#conversation").evaluate("view => view.scrollTo(0, 0)")


def upload(page: Page) -> None:
    """Files on their way into the library, one of which cannot be read."""
    page.get_by_test_id("document").first.wait_for()
    pdf: FilePayload = {"name": "员工手册.pdf", "mimeType": "application/pdf", "buffer": handbook_pdf()}
    scan: FilePayload = {"name": "合同扫描件.pdf", "mimeType": "application/pdf", "buffer": handbook_pdf()[:400]}
    line = "{month}月第{number}次例会于三号楼召开，到会{number}人，会期{month}天。"
    minutes = [
        text_file(
            f"{month}月会议纪要.txt", "\n".join(line.format(month=month, number=number) for number in range(1500))
        )
        for month in range(1, 9)
    ]
    page.set_input_files("#file-input", [scan, pdf, *minutes])
    expect(page.locator('[data-phase="failed"]')).to_have_count(1, timeout=LONG)
    expect(page.locator("#uploads-title")).to_contain_text("已完成 2", timeout=LONG)


def phone_source(page: Page) -> None:
    """The source slid over the conversation of a phone."""
    page.set_input_files("#file-input", {"name": "手册.pdf", "mimeType": "application/pdf", "buffer": handbook_pdf()})
    page.get_by_test_id("note").wait_for(timeout=LONG)
    page.locator("#documents-back").click()
    ask(page, HANDBOOK_QUESTION)
    answered(page).get_by_test_id("open-source").first.click()
    expect(current_mark(page)).to_be_in_viewport()


STATES: dict[str, tuple[Callable[[Page], None], dict[str, Any]]] = {
    "screenshot": (answer, DESKTOP),
    "screenshot-list": (list_answer, DESKTOP),
    "screenshot-no-answer": (no_answer, DESKTOP),
    "screenshot-dark": (answer, {**DESKTOP, "color_scheme": "dark"}),
    "screenshot-phone": (answer_alone, PHONE),
    "screenshot-phone-source": (phone_source, PHONE),
    "screenshot-upload": (upload, DESKTOP),
}


@contextmanager
def served() -> Iterator[str]:
    """A server over a fresh library; its address. It is stopped however the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        process, address = start_server(wenqu_environment(Path(folder) / "data"), Path(folder) / "log")
        try:
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def take(browser: Browser, address: str, name: str, folder: Path) -> Path:
    """Bring the page into a state and save its picture."""
    prepare, window = STATES[name]
    context = browser.new_context(base_url=address, **window)
    page = context.new_page()
    page.goto("/")
    prepare(page)
    page.wait_for_timeout(0 if prepare is upload else SETTLED_MS)
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    Image.open(path).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    return path


def main(folder: Path) -> None:
    """All states, in an order in which one does not spoil the next."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        for name in STATES:
            path = take(browser, address, name, folder)
            size = path.stat().st_size
            print(f"{path}  {size // 1000} kB" + ("  too large" if size > MOST_BYTES else ""))
        browser.close()


if __name__ == "__main__":
    main(Path(*sys.argv[1:] or [".github"]))
