"""Requests in a minute, bytes in a body, seconds in a request. Clocks are given, so no test waits for one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.limits import RateLimiter, network_of
from api.middleware import BodyLimit, Timeout
from api.middleware.body import DISCARDED_BYTES, FORM_OVERHEAD_BYTES
from tests.api.asgi import echo, request
from tests.api.test_security import error_code


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock)
    assert [limiter.take("a").remaining for _ in range(60)] == list(range(59, -1, -1))
    refused = limiter.take("a")
    assert (refused.retry_after, refused.remaining, refused.reset_seconds) == (1, 0, 60)
    assert limiter.take("b").retry_after is None
    clock.now += 2.5  # two and a half requests came back
    assert [limiter.take("a").retry_after for _ in range(3)] == [None, None, 1]
    clock.now += 1000
    assert limiter.take("a").remaining == 59


def test_what_is_told_to_a_client() -> None:
    limiter = RateLimiter(1, Clock())
    assert limiter.take("a").headers() == {
        "RateLimit-Limit": "1",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": "60",
    }
    assert limiter.take("a").headers()["Retry-After"] == "60"


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 30), st.sampled_from("ab")), max_size=100),
)
def test_never_more_than_the_limit_and_its_refill(per_minute: int, calls: list[tuple[float, str]]) -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute, clock)
    began, allowed = clock.now, {"a": 0, "b": 0}
    for wait, subject in calls:
        clock.now += wait
        allowance = limiter.take(subject)
        allowed[subject] += allowance.retry_after is None
        assert 0 <= allowance.remaining < per_minute
        # The definition of a token bucket: its size, and what flowed in since.
        assert allowed[subject] <= per_minute + (clock.now - began) * per_minute / 60 + 1e-6
        if allowance.retry_after is not None:
            assert allowance.retry_after >= 1


def test_waiting_as_told_is_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(7, clock)
    while (refused := limiter.take("a")).retry_after is None:
        pass
    clock.now += refused.retry_after
    assert limiter.take("a").retry_after is None


def test_memory_is_bounded() -> None:
    limiter = RateLimiter(1, Clock(), max_subjects=10)
    for number in range(1000):
        limiter.take(f"address {number}")
    assert len(limiter) == 10
    assert limiter.take("address 999").retry_after is not None  # the newest are remembered


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("/run/wenqu.sock", "/run/wenqu.sock"),
    ],
)
def test_what_counts_as_one_caller(address: str, network: str) -> None:
    assert network_of(address) == network


LIMIT, FILE_LIMIT = 1000, 5000
FORM = {"content-type": "multipart/form-data; boundary=x"}


def body_limited(app: ASGIApp = echo) -> ASGIApp:
    return BodyLimit(app, LIMIT, FILE_LIMIT)


async def chunks(*sizes: int) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size


def test_a_body_up_to_the_limit_passes() -> None:
    assert request(body_limited(), "POST", "/v1/ask", content=b"x" * LIMIT).text == str(LIMIT)
    assert request(body_limited(), "POST", "/v1/ask", content=chunks(400, 600)).text == str(LIMIT)


@pytest.mark.parametrize("content", [b"x" * (LIMIT + 1), chunks(400, 601), chunks(1, 0, LIMIT, 10 * LIMIT)])
def test_a_longer_body_is_refused(content: object) -> None:
    response = request(body_limited(), "POST", "/v1/ask", content=content)
    assert response.status_code == 413
    assert error_code(response) == "body_too_large"
    assert response.json()["error"]["detail"] == {"limit": LIMIT}


@pytest.mark.parametrize(
    ("method", "path", "is_upload"),
    [
        ("POST", "/v1/documents", True),
        ("PUT", "/v1/documents/d", True),
        ("POST", "/v1/ask", False),
        ("PATCH", "/v1/documents/d", False),
        ("POST", "/v1/documentsx", False),
    ],
)
def test_only_forms_under_documents_carry_files(method: str, path: str, is_upload: bool) -> None:
    content = b"x" * (FILE_LIMIT + FORM_OVERHEAD_BYTES)
    response = request(body_limited(), method, path, content=content, headers=FORM)
    assert response.status_code == (200 if is_upload else 413)
    if is_upload:
        refused = request(body_limited(), method, path, content=content + b"x", headers=FORM)
        assert error_code(refused) == "file_too_large"
        assert request(body_limited(), method, path, content=content).status_code == 413  # no form


def exchange(app: ASGIApp, scope: Scope, messages: list[Message]) -> tuple[list[Message], int]:
    """What the application sends, and how many of the messages it took; then the client has left."""
    sent: list[Message] = []
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return messages[taken - 1] if taken <= len(messages) else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return sent, taken


def scope_of(**headers: str) -> Scope:
    return {
        "type": "http",
        "method": "POST",
        "path": "/v1/ask",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


def test_an_announced_length_is_refused_before_anything_is_read() -> None:
    scope = scope_of(content_length="2000", expect="100-continue")
    sent, taken = exchange(body_limited(), scope, [])
    assert (sent[0]["status"], taken) == (413, 0)


def test_a_client_that_is_sending_already_may_finish_up_to_a_bound() -> None:
    """Else it would see a broken connection instead of the reason."""
    part: Message = {"type": "http.request", "body": b"x" * 8_388_608, "more_body": True}
    sent, taken = exchange(body_limited(), scope_of(content_length="99999999999"), [part] * 100)
    assert sent[0]["status"] == 413
    assert (taken - 1) * 8_388_608 <= DISCARDED_BYTES


def test_what_the_application_makes_of_half_a_body_is_not_sent() -> None:
    async def bad(scope: Scope, receive: Receive, send: Send) -> None:
        while (message := await receive())["type"] == "http.request" and message.get("more_body"):
            pass
        if message["type"] == "http.disconnect":
            raise RuntimeError("the body ended early")

    response = request(body_limited(bad), "POST", "/v1/ask", content=chunks(800, 800))
    assert error_code(response) == "body_too_large"


def test_failures_of_the_application_pass_through() -> None:
    async def failing(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("on its own account")

    for middleware in (BodyLimit(failing, LIMIT, FILE_LIMIT), Timeout(failing, 30.0)):
        with pytest.raises(RuntimeError, match="own account"):
            request(middleware, "POST", "/v1/ask")


async def hang(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(0.2)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})


def test_a_request_that_takes_too_long_is_told_to_come_again() -> None:
    response = request(Timeout(hang, 0.01), "POST", "/v1/ask", content=b"x")
    assert response.status_code == 503
    assert error_code(response) == "request_timeout"
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("query", ["", "?wait=30", "?wait=nan", "?wait=many"])
def test_a_request_in_time_is_left_alone(query: str) -> None:
    assert request(Timeout(echo, 30.0), "POST", f"/v1/ask{query}", content=b"abc").text.endswith("3")


def test_waiting_that_was_asked_for_is_no_timeout() -> None:
    assert request(Timeout(hang, 0.01), "GET", "/v1/documents?wait=30").text == "late"


def test_a_response_that_has_begun_may_take_its_time() -> None:
    async def slow_stream(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.05)
        await send({"type": "http.response.body", "body": b"all"})

    assert request(Timeout(slow_stream, 0.01), "GET", "/v1/jobs/j/events").text == "all"


def test_a_body_that_stalls_is_given_up() -> None:
    async def run() -> list[Message]:
        sent: list[Message] = []
        gone = asyncio.Event()

        async def receive() -> Message:
            if not receiving:
                receiving.append(True)
                return {"type": "http.request", "body": b"x", "more_body": True}
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body":
                gone.set()  # a server ends the body once the response is complete

        receiving: list[bool] = []
        await Timeout(echo, 0.01)(scope_of(), receive, send)
        return sent

    sent = asyncio.run(run())
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
