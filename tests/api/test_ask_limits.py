"""Asking when there is much to do, when it takes long, and when the client leaves."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.serving import GatedAnswerer, Served, error_of, events, serving


def test_too_many_questions_are_refused_with_a_time_to_come_back(tmp_path: Path) -> None:
    answerer = GatedAnswerer()
    limits: dict[str, Any] = {"concurrent_questions": 1, "max_waiting_questions": 1}
    with serving(tmp_path, answerer=answerer, **limits) as served, ThreadPoolExecutor(2) as pool:
        first = pool.submit(served.ask, "一？")
        assert answerer.began.wait(30)
        second = pool.submit(served.ask, "二？")
        wait_for_waiting(served, 1)
        for path in ("/v1/ask", "/v1/ask/stream", "/v1/retrieval"):
            response = served.http.post(path, json={"question": "三？"})
            assert error_of(response) == (503, "too_busy")
            assert int(response.headers["retry-after"]) > 0
        answerer.open.set()
        assert (first.result()["question_as_understood"], second.result()["question_as_understood"]) == ("一？", "二？")
        assert served.ask("四？")["status"] == "no_answer"


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/chat/completions"])
def test_a_client_that_has_left_holds_no_place(tmp_path: Path, path: str) -> None:
    answerer = GatedAnswerer()
    limits: dict[str, Any] = {"concurrent_questions": 1, "max_waiting_questions": 1}
    body = {"question": "二？"} if "chat" not in path else chat("二？")
    with serving(tmp_path, answerer=answerer, **limits) as served, ThreadPoolExecutor(1) as pool:
        first = pool.submit(served.ask, "一？")
        assert answerer.began.wait(30)
        with httpx.Client(base_url=served.address, timeout=0.3) as hasty, pytest.raises(httpx.ReadTimeout):
            hasty.post(path, json=body)
        wait_for_waiting(served, 0)
        answerer.open.set()
        first.result()
        served.ask("三？")
    assert [question.text for question in answerer.asked] == ["一？", "三？"]


def chat(question: str) -> dict[str, Any]:
    return {"model": "wenqu", "messages": [{"role": "user", "content": question}]}


def wait_for_waiting(served: Served, wanted: int) -> None:
    """Until so many questions wait for their turn."""
    deadline = time.monotonic() + 30
    while served.service.waiting != wanted:
        assert time.monotonic() < deadline, f"{served.service.waiting} wait, not {wanted}"
        time.sleep(0.01)


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/ask/stream", "/v1/chat/completions"])
def test_a_question_that_takes_too_long(tmp_path: Path, path: str) -> None:
    answerer = GatedAnswerer()
    limits: dict[str, Any] = {"concurrent_questions": 1, "request_timeout_seconds": 0.3}
    with serving(tmp_path, answerer=answerer, **limits) as served:
        blocker = threading.Thread(target=served.http.post, args=["/v1/ask"], kwargs={"json": {"question": "一？"}})
        blocker.start()
        assert answerer.began.wait(30)
        response = served.http.post(path, json={"question": "二？"} if "chat" not in path else chat("二？"))
        assert error_of(response) == (503, "timeout")
        assert int(response.headers["retry-after"]) > 0
        answerer.open.set()
        blocker.join()


def test_a_stream_that_takes_too_long_ends_with_an_error_of(tmp_path: Path) -> None:
    answerer = GatedAnswerer()
    with serving(tmp_path, answerer=answerer, request_timeout_seconds=0.3) as served:
        found = events(served.http.post("/v1/ask/stream", json={"question": "一？"}).text)
        answerer.open.set()
    assert [(name, data.get("error", {}).get("code")) for name, data in found] == [
        ("retrieval", None),
        ("error", "timeout"),
    ]
