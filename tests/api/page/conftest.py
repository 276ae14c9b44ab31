"""Debian's chromium, and two servers for it: one that no test changes, one that every test finds empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.api.page.driving import ARGUMENTS
from tests.conftest import RunningServer, start_server, wenqu_environment

# What chromium itself says of a reply with an error status, which some tests want.
EXPECTED_NOISE = "Failed to load resource"


class OpenPage(Protocol):
    """Opens the page of a server in a window of its own."""

    def __call__(self, address: str, path: str = "/", **context: Any) -> Page: ...


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Every page opened with it must not fail, and must not ask another host for anything."""
    complaints: list[str] = []
    contexts = []

    def open_at(address: str, path: str = "/", **context: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 800}, "base_url": address, **context}
        made = browser.new_context(**settings)
        contexts.append(made)
        made.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
        page = made.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(f"failed: {error}"))
        page.on(
            "console",
            lambda message: (
                complaints.append(f"console: {message.text}")
                if message.type in ("error", "warning") and EXPECTED_NOISE not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((f"{address}/", "about:", "data:", "blob:"))
                else complaints.append(f"left for {request.url}")
            ),
        )
        page.goto(path)
        return page

    yield open_at
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server that begins without the shipped article."""
    folder = tmp_path_factory.mktemp("workshop")
    environment = {**wenqu_environment(folder / "data"), "WENQU_SAMPLE": "false"}
    process, address = start_server(environment, folder / "log")
    try:
        yield RunningServer(address, folder / "data", environment)
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture
def empty(workshop: RunningServer) -> Iterator[httpx.Client]:
    """The workshop with no document, no upload and no conversation in it."""
    with httpx.Client(base_url=workshop.address, timeout=60) as client:
        for job in client.get("/v1/jobs?limit=200&status=failed").json()["jobs"]:
            client.delete(f"/v1/jobs/{job['id']}")
        for document in client.get("/v1/documents?limit=200").json()["documents"]:
            client.delete(f"/v1/documents/{document['id']}")
        for conversation in client.get("/v1/conversations?limit=200").json()["conversations"]:
            client.delete(f"/v1/conversations/{conversation['id']}")
        assert client.get("/v1/documents").json()["total"] == 0
        yield client
