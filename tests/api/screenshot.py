"""`python -m tests.api.screenshot ADDRESS FILE`: the page of a running server with a question answered, as a PNG."""

from __future__ import annotations

import sys

from playwright.sync_api import expect, sync_playwright

from tests.api.test_page import ARGUMENTS, QUESTION, ask


def main(address: str, path: str) -> None:
    """Ask, open the source, and take the picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        page = browser.new_context(viewport={"width": 1200, "height": 720}, base_url=address).new_page()
        page.goto("/")
        ask(page, QUESTION)
        page.get_by_test_id("open-source").first.click(timeout=60_000)
        expect(page.locator("#source-text mark")).to_be_visible()
        page.wait_for_timeout(1500)
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
