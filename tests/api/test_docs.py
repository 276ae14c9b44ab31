"""/docs: served from here alone, under a strict policy, and usable in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect, sync_playwright

from api.docs import DOCS, DOCS_POLICY
from tests.api.serving import Served, serving

CHROMIUM = "/usr/bin/chromium"
VENDORED = "swagger-ui"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("docs")) as made:
        yield made


def test_the_page_has_a_policy_of_its_own_without_inline_code(served: Served) -> None:
    response = served.http.get("/docs")
    assert response.status_code == 200
    assert response.headers["content-security-policy"] == DOCS_POLICY
    assert "unsafe" not in DOCS_POLICY
    assert "http" not in DOCS_POLICY
    assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|<style|\bon\w+=", response.text)


def test_everything_the_page_names_is_here(served: Served) -> None:
    names = re.findall(r'(?:src|href)="([^"]+)"', served.http.get("/docs").text)
    assert len(names) >= 5
    for name in names:
        assert name.startswith("/")
        assert served.http.get(name).status_code == 200, name


def test_what_is_vendored_says_where_it_is_from_and_its_licence() -> None:
    vendored = {path.name for path in DOCS.iterdir() if path.name.startswith(VENDORED)}
    notice = (DOCS / "swagger-ui-NOTICE.txt").read_text(encoding="utf-8")
    for name in vendored - {"swagger-ui-LICENSE.txt", "swagger-ui-NOTICE.txt"}:
        assert name in notice
    assert re.search(r"swagger-ui-dist \d+\.\d+\.\d+", notice)
    assert "Apache License" in (DOCS / "swagger-ui-LICENSE.txt").read_text(encoding="utf-8")


def test_the_bundle_is_sent_zipped(served: Served) -> None:
    path = DOCS / "swagger-ui-bundle.js"
    response = served.http.get("/web/docs/swagger-ui-bundle.js")
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == path.read_bytes()
    assert int(response.headers.get("content-length", 0)) < path.stat().st_size / 2


@pytest.fixture
def page() -> Iterator[Page]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no {CHROMIUM}; run tests/install_chromium.sh")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-quic"])
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
def test_a_request_can_be_tried_in_the_page(served: Served, page: Page) -> None:
    visited: list[str] = []
    problems: list[str] = []

    def requested(request: Request) -> None:
        visited.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            problems.append(message.text)

    page.on("request", requested)
    page.on("console", said)
    page.goto(f"{served.address}/docs")
    operation = page.locator(".opblock", has_text="/healthz")
    operation.locator(".opblock-summary").click()
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table tbody")
    expect(answer.locator(".response-col_status")).to_contain_text("200", timeout=30_000)
    expect(answer).to_contain_text('"status": "ok"')
    hosts = {httpx.URL(url).netloc for url in visited if not url.startswith("data:")}
    assert hosts == {httpx.URL(served.address).netloc}
    assert problems == []
