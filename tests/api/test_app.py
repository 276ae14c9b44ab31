"""The application over fakes: being built, failing, and what is true of every response."""

from __future__ import annotations

import gzip
import inspect
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from api.app import create_app
from api.errors import from_library_error
from api.keys import DATABASE_NAME, KeyStore, Scope
from api.middleware import REQUEST_ID_HEADER
from api.middleware.headers import RESPONSE_HEADERS
from api.server import GracefulServer, bind, uvicorn_config
from index import errors as index_errors
from index.database import Database
from index.errors import EncoderMismatch, LibraryError
from qa.assemble import Wenqu
from qa.settings import Settings
from tests.api.rig import Rig
from tests.api.rig import running as rig
from tests.fakes import FakeAnswerer


@contextmanager
def building(build: Callable[[], Wenqu], folder: Path) -> Iterator[httpx.Client]:
    """The application in a real server in a thread, whatever becomes of its build."""
    listener = bind("127.0.0.1", 0)
    built = threading.Event()
    app = create_app(build, Settings(data_dir=folder), lambda _: built.set())
    server = GracefulServer(uvicorn_config(app), app.state.stopping)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=30) as client:
            client.get("/healthz")
            built.wait(timeout=0.5)
            yield client
    finally:
        server.should_exit = True
        thread.join()


def refuse() -> Wenqu:
    raise EncoderMismatch("old", "new")


def test_while_models_load_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    release = threading.Event()

    def build() -> Wenqu:
        release.wait(30)
        return refuse()

    with building(build, tmp_path) as client:
        alive = client.get("/healthz")
        assert alive.status_code == 200
        assert "server" not in alive.headers  # what is served by need not be known
        for response in (client.get("/readyz"), client.post("/v1/ask", json={"question": "谁？"})):
            assert response.status_code == 503
            assert response.json()["error"]["code"] == "not_ready"
            assert int(response.headers["retry-after"]) > 0
        assert "wenqu_ready 0.0" in client.get("/metrics").text
        release.set()


def test_a_failed_start_is_said(tmp_path: Path) -> None:
    with building(refuse, tmp_path) as client:
        error = client.get("/readyz").json()["error"]
        assert error["code"] == "not_available"
        assert "wenqu rebuild" in error["message"]


def test_an_unexpected_failure_has_the_error_shape_and_tells_no_secrets(tmp_path: Path) -> None:
    with rig(tmp_path, FakeAnswerer(RuntimeError("secret path"))) as running:
        response = running.client.post("/v1/ask", json={"question": "谁？"})
        assert response.status_code == 500
        error = response.json()["error"]
        assert error["code"] == "internal_error"
        assert error["detail"] == {"request_id": response.headers[REQUEST_ID_HEADER]}
        assert "secret" not in response.text
        for name, value in RESPONSE_HEADERS.items():
            assert response.headers[name] == value


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("app")) as running:
        yield running


def test_an_empty_library_answers_honestly(served: Rig) -> None:
    assert served.client.get("/v1/documents").json() == {"documents": [], "total": 0, "limit": 50, "offset": 0}
    assert served.client.post("/v1/ask", json={"question": "谁？"}).json()["status"] == "no_answer"


@pytest.mark.parametrize("path", ["/", "/web/app.js", "/healthz", "/v1/documents", "/nothing", "/docs"])
def test_every_response_carries_the_security_headers(served: Rig, path: str) -> None:
    headers = served.client.get(path).headers
    for name in set(RESPONSE_HEADERS) - {"Content-Security-Policy"}:
        assert headers[name] == RESPONSE_HEADERS[name]
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'self'" in policy or path == "/docs"


def test_long_responses_are_zipped_and_streams_are_not(served: Rig) -> None:
    with served.client.stream("GET", "/openapi.json") as response:
        raw = b"".join(response.iter_raw())
    assert response.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw).startswith(b'{"openapi"')
    plain = served.client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    stream = served.client.post("/v1/ask/stream", json={"question": "谁？"})
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in stream.headers


def test_pages_of_other_sites_read_nothing_unless_they_may(served: Rig, tmp_path: Path) -> None:
    origin = {"Origin": "https://kb.example"}
    response = served.client.get("/v1/documents", headers=origin)
    assert "access-control-allow-origin" not in response.headers
    refused = served.client.post("/v1/ask", json={"question": "谁？"}, headers=origin)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "origin_refused")
    with rig(tmp_path, cors_origins="https://kb.example, https://other.example") as running:
        asked = running.client.post("/v1/ask", json={"question": "谁？"}, headers=origin)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == "https://kb.example"
        assert REQUEST_ID_HEADER in asked.headers["access-control-expose-headers"]
        preflight = running.client.options(
            "/v1/documents",
            headers=origin
            | {"Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "Authorization"},
        )
        assert preflight.status_code == 200
        assert "DELETE" in preflight.headers["access-control-allow-methods"]
        stranger = running.client.get("/v1/documents", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in stranger.headers


def test_with_a_key_made_meanwhile_only_the_page_is_open(tmp_path: Path) -> None:
    with rig(tmp_path) as running:
        assert running.client.get("/v1/documents").status_code == 200
        _, secret = KeyStore(Database(tmp_path / DATABASE_NAME)).create("页", Scope.READ)
        assert running.client.get("/v1/documents").json()["error"]["code"] == "key_missing"
        for path in ("/", "/web/app.js", "/healthz", "/readyz", "/docs", "/openapi.json"):
            assert running.client.get(path).status_code == 200
        running.client.headers["Authorization"] = f"Bearer {secret}"
        assert running.client.post("/v1/ask", json={"question": "谁？"}).status_code == 200
        refused = running.client.post("/v1/documents", json={"title": "甲", "text": "乙"})
        assert refused.json()["error"]["code"] == "scope_insufficient"
        assert running.client.get("/v1/documents").json()["total"] == 0


def test_what_a_wrong_method_may_be_is_said_of_the_whole_address(served: Rig) -> None:
    response = served.client.request("TRACE", "/v1/documents/d")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, PUT, PATCH, DELETE"
    assert response.json()["error"]["code"] == "method_not_allowed"


def test_metrics_know_routes_answers_queue_and_library(tmp_path: Path) -> None:
    with rig(tmp_path) as running:
        added = {"title": "工厂", "text": "工厂投资120亿元。"}
        running.client.post("/v1/documents?wait=30", json=added).raise_for_status()
        running.client.post("/v1/ask", json={"question": "谁？"}).raise_for_status()
        running.client.get("/v1/documents/secret-name")
        response = running.client.get("/metrics")
        assert response.headers["content-type"].startswith("text/plain; version=")
        found = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(response.text)
            for sample in family.samples
        }
    assert found["wenqu_ready",] == 1
    assert found["wenqu_documents",] == 1
    assert found["wenqu_passages",] == 1
    assert found["wenqu_jobs", "indexed"] == 1
    assert found["wenqu_http_requests_total", "/v1/ask", "200", "POST"] == 1
    assert found["wenqu_http_requests_total", "/v1/documents/{document_id}", "404", "GET"] == 1
    assert found["wenqu_answers_total", "no_answer", "span"] == 1
    assert "secret-name" not in response.text


def library_errors() -> list[type[LibraryError]]:
    kinds = vars(index_errors).values()
    return [kind for kind in kinds if inspect.isclass(kind) and issubclass(kind, LibraryError)]


def made(kind: type[LibraryError]) -> LibraryError:
    """One of the class, with as many arguments as it wants."""
    if kind.__init__ is Exception.__init__ or kind.__init__ is LibraryError.__init__:
        return kind("出了问题")
    return kind(*("x" for _ in list(inspect.signature(kind).parameters)))


EXPECTED = {
    "document_not_found": 404,
    "revision_not_found": 404,
    "job_not_found": 404,
    "document_conflict": 409,
    "file_too_large": 413,
    "unsupported_format": 415,
    "empty_document": 422,
    "encrypted_file": 422,
    "scanned_document": 422,
    "damaged_file": 422,
    "archive_refused": 422,
    "parsing_timeout": 422,
    "parsing_crashed": 422,
    "invalid_title": 422,
    "queue_full": 503,
    "catalogue_error": 503,
    "catalogue_read_only": 503,
    "catalogue_damaged": 500,
    "disk_full": 507,
}


@pytest.mark.parametrize("kind", library_errors())
def test_every_failure_of_the_index_has_a_status(kind: type[LibraryError]) -> None:
    error = from_library_error(made(kind))
    assert error.code == kind.code
    assert error.status == EXPECTED.get(kind.code, error.status)
    assert 400 <= error.status < 600
    assert error.message


def test_a_full_queue_says_when_to_come_again(tmp_path: Path) -> None:
    with rig(tmp_path, with_worker=False, max_queued=1) as running:
        texts = [{"title": name, "text": name * 5} for name in ("甲", "乙")]
        first, second = (running.client.post("/v1/documents", json=text) for text in texts)
        assert first.status_code == 201
        assert (second.status_code, second.json()["error"]["code"]) == (503, "queue_full")
        assert int(second.headers["retry-after"]) > 0


def test_a_file_over_the_limit_is_refused_while_it_arrives(tmp_path: Path) -> None:
    with rig(tmp_path, max_file_bytes=100_000) as running:
        for size in (100_001, 3_000_000):
            files = {"file": ("甲.txt", b"x" * size)}
            response = running.client.post("/v1/documents", files=files)
            assert response.status_code == 413
            assert response.json()["error"]["code"] == "file_too_large"
        # Sent in chunks, without a length that could be looked at first.
        streamed = running.client.build_request("POST", "/v1/documents", files={"file": ("甲.txt", b"x" * 3_000_000)})
        content_type = {"Content-Type": streamed.headers["content-type"]}
        body = streamed.read()
        chunks = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
        response = running.client.post("/v1/documents", content=chunks, headers=content_type)
        assert response.json()["error"]["code"] == "file_too_large"
        assert running.client.get("/v1/documents").json()["total"] == 0
        assert running.leftovers() == []


def test_two_applications_share_nothing(tmp_path: Path) -> None:
    def app(name: str) -> FastAPI:
        return create_app(refuse, Settings(data_dir=tmp_path / name))

    one, other = app("one"), app("other")
    assert one.state.metrics is not other.state.metrics
    assert one.state.stopping is not other.state.stopping
    assert not (tmp_path / "one").exists()  # making an application touches no disk


def test_a_database_of_another_program_is_not_taken_for_one_without_keys(tmp_path: Path) -> None:
    (tmp_path / DATABASE_NAME).write_bytes(b"not a database, but a file of the same name" * 50)
    with building(refuse, tmp_path) as client:
        response = client.get("/v1/documents")
        assert response.status_code == 503
        assert response.json()["error"]["code"] == "catalogue_error"
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / DATABASE_NAME).execute("SELECT * FROM keys")
