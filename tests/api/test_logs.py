"""The log: JSON lines that tell what happened, and nothing that was asked or stored."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from api.logs import REQUEST_ID, configure_logging
from api.metrics import Gauges, Metrics
from api.middleware import REQUEST_ID_HEADER, RequestLog
from tests.api.asgi import echo, request

PRIVATE = "绝密的问题"


class Log:
    def __init__(self) -> None:
        self.stream = io.StringIO()

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Log]:
    """At the level info; what was configured before comes back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("api", "eval", "index", "qa", "wenqu")}
    made = Log()
    configure_logging("info", made.stream)
    yield made
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def logged(app: ASGIApp) -> ASGIApp:
    return RequestLog(app, Metrics("0", Gauges))


async def failing(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        raise KeyError(PRIVATE)
    except KeyError as error:
        raise RuntimeError(PRIVATE) from error


def test_one_line_for_each_request(log: Log) -> None:
    response = request(logged(echo), "POST", f"/v1/ask?question={PRIVATE}", content=PRIVATE.encode())
    (line,) = log.lines()
    assert line["request_id"] == response.headers[REQUEST_ID_HEADER]
    assert (line["method"], line["route"], line["status"], line["key_id"]) == ("POST", "unrouted", 200, "")
    assert line["level"] == "info"
    assert line["duration_ms"] >= 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert PRIVATE not in log.stream.getvalue()


def test_at_the_usual_level_only_what_went_wrong(log: Log) -> None:
    configure_logging("warning", log.stream)
    request(logged(echo), "GET", "/")
    assert log.lines() == []
    request(logged(failing), "GET", "/")
    assert [line["level"] for line in log.lines()] == ["error"]


def test_a_failure_is_found_by_its_request_and_tells_no_text(log: Log) -> None:
    response = request(logged(failing), "POST", "/v1/ask", headers={REQUEST_ID_HEADER: "abc-1"})
    assert response.status_code == 500
    error = response.json()["error"]
    assert (error["code"], error["detail"]) == ("internal_error", {"request_id": "abc-1"})
    failure, access = log.lines()
    assert failure["request_id"] == access["request_id"] == "abc-1"
    assert access["status"] == 500
    assert failure["exception"]["class"] == "builtins.RuntimeError"
    assert failure["exception"]["cause"]["class"] == "builtins.KeyError"
    assert any("test_logs.py" in line and line.endswith("failing") for line in failure["exception"]["lines"])
    assert PRIVATE not in log.stream.getvalue() + response.text


def test_messages_of_the_operating_system_are_told(log: Log) -> None:
    async def no_room(scope: Scope, receive: Receive, send: Send) -> None:
        raise OSError(28, "No space left on device")

    response = request(logged(no_room), "POST", "/v1/documents")
    assert response.status_code == 507
    assert response.json()["error"]["code"] == "disk_full"
    assert "No space left" in log.lines()[0]["exception"]["message"]


def test_for_debugging_messages_are_told(log: Log) -> None:
    configure_logging("debug", log.stream)
    request(logged(failing), "GET", "/")
    assert PRIVATE in log.lines()[0]["exception"]["message"]


@pytest.mark.parametrize("given", ["abc", "01HV.x_y:z/1+2=@-", "a" * 128])
def test_a_sane_request_id_is_kept(given: str) -> None:
    response = request(logged(echo), "GET", "/", headers={REQUEST_ID_HEADER: given})
    assert response.headers[REQUEST_ID_HEADER] == given


@pytest.mark.parametrize("given", ["", "a b", "a" * 129, "<script>", "é", 'a"b'])
def test_any_other_is_replaced(given: str) -> None:
    headers = {REQUEST_ID_HEADER: given.encode("latin-1")}
    response = request(logged(echo), "GET", "/", headers=headers)
    assert re.fullmatch(r"req-[0-9a-f]{32}", response.headers[REQUEST_ID_HEADER])


def test_the_id_is_known_while_the_request_is_served() -> None:
    seen: list[str] = []

    async def look(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(REQUEST_ID.get())
        await echo(scope, receive, send)

    request(logged(look), "GET", "/", headers={REQUEST_ID_HEADER: "abc"})
    assert seen == ["abc"]
    assert REQUEST_ID.get() == ""


def test_too_many_at_once_are_sent_away() -> None:
    app = RequestLog(echo, Metrics("0", Gauges), max_requests=0)
    response = request(app, "GET", "/v1/documents")
    assert (response.status_code, response.json()["error"]["code"]) == (503, "too_many_requests_at_once")
    assert int(response.headers["retry-after"]) > 0
    assert request(app, "GET", "/healthz").status_code == 200


def test_half_a_response_is_not_continued_by_an_error(log: Log) -> None:
    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(PRIVATE)

    with pytest.raises(RuntimeError):
        request(logged(half), "GET", "/")
    assert [line["level"] for line in log.lines()] == ["error", "info"]


def test_other_libraries_tell_warnings_only(log: Log) -> None:
    logging.getLogger("some.library").info("a detail")
    logging.getLogger("some.library").warning("a warning")
    assert [line["message"] for line in log.lines()] == ["a warning"]
