"""Who is let in: keys and scopes, other sites' pages, and where the server may listen at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from api.errors import StartError
from api.keys import DATABASE_NAME, KeyRing, KeyStore, Scope
from api.limits import RateLimiter
from api.security import AccessGate, check_start, needed_scope
from api.sites import SiteGuard, is_loopback
from index.database import Database
from qa.settings import Settings
from tests.api.asgi import echo, request, requests

CONFIGURED = "a-configured-key-of-32-characters"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def error_code(response: httpx.Response) -> str:
    error = response.json()["error"]
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])
    code: str = error["code"]
    return code


def gate(path: Path, configured: str = "", limiter: RateLimiter | None = None) -> ASGIApp:
    return AccessGate(echo, KeyRing(configured, path / DATABASE_NAME), limiter)


def guard(path: Path, host: str = "127.0.0.1", origins: tuple[str, ...] = (), configured: str = "") -> ASGIApp:
    return SiteGuard(echo, KeyRing(configured, path / DATABASE_NAME), host, origins)


def test_without_keys_everybody_may_ask(tmp_path: Path) -> None:
    response = request(gate(tmp_path), "POST", "/v1/ask")
    assert (response.status_code, response.text) == (200, " 0")
    # The openai client cannot be used without sending some key.
    assert request(gate(tmp_path), "POST", "/v1/ask", headers=bearer("unused")).status_code == 200


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer "}, {"X-API-Key": ""}]
)
def test_a_missing_key_is_asked_for(tmp_path: Path, headers: dict[str, str]) -> None:
    response = request(gate(tmp_path, CONFIGURED), "GET", "/v1/documents", headers=headers)
    assert response.status_code == 401
    assert error_code(response) == "key_missing"
    assert response.headers["www-authenticate"] == 'Bearer realm="wenqu"'


@pytest.mark.parametrize("secret", ["wrong", CONFIGURED[:-1], CONFIGURED + "x", CONFIGURED.upper(), "é"])
def test_a_wrong_key_is_refused(tmp_path: Path, secret: str) -> None:
    headers = {"Authorization": f"Bearer {secret}".encode("latin-1")}
    response = request(gate(tmp_path, CONFIGURED), "GET", "/v1/documents", headers=headers)
    assert response.status_code == 401
    assert error_code(response) == "key_invalid"
    assert "invalid_token" in response.headers["www-authenticate"]
    assert secret not in response.text or len(secret) == 1


@pytest.mark.parametrize(
    "headers", [bearer(CONFIGURED), {"authorization": f"bearer  {CONFIGURED}"}, {"X-API-Key": CONFIGURED}]
)
def test_a_right_key_in_either_header(tmp_path: Path, headers: dict[str, str]) -> None:
    response = request(gate(tmp_path, CONFIGURED), "DELETE", "/v1/documents/d", headers=headers)
    assert (response.status_code, response.text) == (200, "env-1 0")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/web/app.js", 200),
        ("GET", "/healthz", 200),
        ("GET", "/readyz", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("HEAD", "/", 200),
        ("GET", "/metrics", 401),
        ("GET", "/v1/status", 401),
        ("POST", "/", 401),
        ("GET", "/v1", 401),
        ("GET", "//v1/documents", 401),
        ("GET", "/webhook", 401),
        ("GET", "/%76%31/documents", 401),
        ("GET", "/anything", 401),
    ],
)
def test_what_is_open_where_there_are_keys(tmp_path: Path, method: str, path: str, status: int) -> None:
    assert request(gate(tmp_path, CONFIGURED), method, path).status_code == status


READING = [
    ("GET", "/v1/documents"),
    ("GET", "/metrics"),
    ("POST", "/v1/ask"),
    ("POST", "/v1/ask/stream"),
    ("POST", "/v1/retrieval"),
    ("POST", "/v1/citations/verify"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/v1/messages/ans-1/feedback"),
    ("PATCH", "/v1/conversations/c"),
    ("DELETE", "/v1/conversations/c"),
]
WRITING = [
    ("POST", "/v1/documents"),
    ("PUT", "/v1/documents/d"),
    ("PATCH", "/v1/documents/d"),
    ("DELETE", "/v1/documents/d"),
    ("POST", "/v1/documents/d/restore"),
    ("DELETE", "/v1/jobs/j"),
    ("POST", "/v1/jobs/j/retry"),
    ("POST", "/v1/something/new"),
    ("POST", "/v1/ask/../documents"),
]


def test_a_reading_key_asks_and_does_not_change(tmp_path: Path) -> None:
    key, secret = KeyStore(Database(tmp_path / DATABASE_NAME)).create("读", Scope.READ)
    app = gate(tmp_path)
    for method, path in READING:
        assert needed_scope(method, path) == Scope.READ
        assert request(app, method, path, headers=bearer(secret)).text == f"{key.id} 0", (method, path)
    for method, path in WRITING:
        assert needed_scope(method, path) == Scope.WRITE
        response = request(app, method, path, headers=bearer(secret))
        assert response.status_code == 403, (method, path)
        assert error_code(response) == "scope_insufficient"
        assert 'error="insufficient_scope", scope="write"' in response.headers["www-authenticate"]


def test_a_writing_key_does_both(tmp_path: Path) -> None:
    key, secret = KeyStore(Database(tmp_path / DATABASE_NAME)).create("写", Scope.WRITE)
    for method, path in READING + WRITING:
        assert request(gate(tmp_path), method, path, headers=bearer(secret)).text == f"{key.id} 0"


def test_a_revoked_key_is_refused_by_the_same_running_server(tmp_path: Path) -> None:
    store = KeyStore(Database(tmp_path / DATABASE_NAME))
    _, secret = store.create("甲", Scope.READ)
    app = gate(tmp_path)
    assert request(app, "GET", "/v1/documents", headers=bearer(secret)).status_code == 200
    store.revoke("甲")
    assert error_code(request(app, "GET", "/v1/documents", headers=bearer(secret))) == "key_invalid"


def test_keys_that_cannot_be_read_let_nobody_in(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"this is no database" * 100)
    for app in (gate(tmp_path), guard(tmp_path)):
        response = request(app, "GET", "/v1/documents")
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) > 0


def test_a_database_of_an_older_program_holds_no_keys(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / DATABASE_NAME)
    database.execute("CREATE TABLE documents (id TEXT)")
    database.close()
    assert request(gate(tmp_path), "GET", "/v1/documents").status_code == 200


def test_addresses_and_keys_have_limits_of_their_own(tmp_path: Path) -> None:
    store = KeyStore(Database(tmp_path / DATABASE_NAME))
    secrets = [store.create(name, Scope.READ)[1] for name in ("甲", "乙")]
    app = gate(tmp_path, limiter=RateLimiter(2, clock=lambda: 0.0))
    wanted = [("GET", "/v1/documents", {"headers": bearer(secret)}) for secret in secrets for _ in range(3)]
    responses = requests(app, wanted)  # type: ignore[arg-type]
    assert [response.status_code for response in responses] == [200, 200, 429, 200, 200, 429]
    assert [response.headers["ratelimit-remaining"] for response in responses] == ["1", "0", "0"] * 2
    assert error_code(responses[2]) == "rate_limited"
    assert responses[2].headers["retry-after"] == "30"  # two in a minute: one comes back every 30 seconds
    # Guessing keys is counted by address, and after a while not even looked at.
    guesses = requests(app, [("GET", "/v1/documents", {"headers": bearer(f"guess-{at}")}) for at in range(3)])
    assert [response.status_code for response in guesses] == [401, 401, 429]
    assert request(app, "GET", "/v1/documents", client="192.0.2.7").status_code == 401
    assert request(app, "GET", "/healthz").status_code == 200


OWN = {"host": "localhost:8000"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("localhost:8000", 200),
        ("LOCALHOST.:8000", 200),
        ("127.0.0.1:8000", 200),
        ("127.8.8.8", 200),
        ("[::1]:8000", 200),
        ("kb.example", 200),
        ("evil.example:8000", 421),
        ("localhost.evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("192.168.1.5", 421),
        ("", 421),
        ("[", 421),
        ("localhost@evil.example", 421),
    ],
)
def test_only_own_names_reach_a_local_server(tmp_path: Path, host: str, status: int) -> None:
    response = request(guard(tmp_path, origins=("https://kb.example",)), "GET", "/", headers={"host": host})
    assert response.status_code == status
    if status == 421:
        assert error_code(response) == "host_refused"


def test_names_are_free_with_keys_and_on_an_open_network(tmp_path: Path) -> None:
    assert (
        request(guard(tmp_path, configured=CONFIGURED), "GET", "/", headers={"host": "kb.example"}).status_code == 200
    )
    assert request(guard(tmp_path, host="0.0.0.0"), "GET", "/", headers={"host": "kb.example"}).status_code == 200  # noqa: S104


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {}, 200),
        ("POST", {"origin": "http://localhost:8000"}, 200),
        ("POST", {"origin": "https://kb.example"}, 200),
        ("POST", {"origin": "http://kb.example"}, 403),
        ("POST", {"origin": "http://localhost:3000"}, 403),
        ("POST", {"origin": "http://localhost"}, 403),
        ("POST", {"origin": "https://evil.example"}, 403),
        ("DELETE", {"origin": "https://evil.example"}, 403),
        ("POST", {"origin": "null"}, 403),
        ("POST", {"origin": ""}, 403),
        ("POST", {"origin": "http://localhost:8000.evil.example"}, 403),
        ("POST", {"origin": "http://localhost:99999999"}, 403),
        ("POST", {"sec-fetch-site": "cross-site"}, 403),
        ("POST", {"sec-fetch-site": "same-site"}, 403),
        ("POST", {"sec-fetch-site": "same-origin"}, 200),
        ("GET", {"origin": "https://evil.example"}, 200),
    ],
)
def test_pages_of_other_sites_change_nothing(tmp_path: Path, method: str, headers: dict[str, str], status: int) -> None:
    app = guard(tmp_path, origins=("https://kb.example",))
    response = request(app, method, "/v1/documents", headers=OWN | headers)
    assert response.status_code == status
    if status == 403:
        assert error_code(response) == "origin_refused"


def test_behind_a_proxy_with_its_own_name_the_page_is_our_own(tmp_path: Path) -> None:
    app = guard(tmp_path, host="0.0.0.0")  # noqa: S104
    headers = {"host": "kb.example", "origin": "https://kb.example"}
    assert request(app, "POST", "/v1/ask", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),  # noqa: S104
        ("::", False),
        ("192.168.1.5", False),
        ("", False),
        ("no.such.name.invalid", False),
    ],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def start(path: Path, address: str = "127.0.0.1", **given: object) -> None:
    settings = Settings(data_dir=path, **given)  # type: ignore[arg-type]
    check_start(settings, address, KeyRing(settings.api_keys, path / DATABASE_NAME))


def test_a_server_for_others_needs_keys_or_a_word(tmp_path: Path) -> None:
    start(tmp_path)
    with pytest.raises(StartError, match=r"wenqu keys create.*--allow-open-network"):
        start(tmp_path, "0.0.0.0")  # noqa: S104
    with pytest.raises(StartError, match=r"192\.168\.1\.5"):
        start(tmp_path, "192.168.1.5")
    start(tmp_path, "0.0.0.0", allow_open_network=True)  # noqa: S104
    start(tmp_path, "0.0.0.0", api_keys=CONFIGURED)  # noqa: S104
    KeyStore(Database(tmp_path / DATABASE_NAME)).create("甲", Scope.READ)
    start(tmp_path, "0.0.0.0")  # noqa: S104


def test_a_short_key_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="第 2 个密钥只有 6 个字符") as failure:
        start(tmp_path, api_keys=f"{CONFIGURED}, secret")
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "origin", ["example.com", "https://example.com/", "https://a@b.example", "null", "ftp://x", "https://x:y"]
)
def test_an_origin_must_be_one(tmp_path: Path, origin: str) -> None:
    with pytest.raises(StartError, match="WENQU_CORS_ORIGINS"):
        start(tmp_path, cors_origins=f"https://example.com, {origin}")


def test_every_origin_only_with_keys(tmp_path: Path) -> None:
    start(tmp_path, cors_origins="*", api_keys=CONFIGURED)
    with pytest.raises(StartError, match=r"\*"):
        start(tmp_path, cors_origins="*")
