"""The application over fakes: being built, failing, and what must never reach the wire."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn

from api.app import create_app
from api.errors import StartError
from api.server import bind
from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.dense import FaissIndex
from index.errors import EncoderMismatch
from index.library import Library
from qa.assemble import Wenqu
from qa.settings import Settings
from tests.fakes import FakeAnswerer, FakeEncoder


@contextmanager
def running(build: Callable[[], Wenqu]) -> Iterator[httpx.Client]:
    """The application in a real uvicorn on a free port, in a thread."""
    listener = bind("127.0.0.1", 0)
    built = threading.Event()
    app = create_app(build, Settings(), lambda _: built.set())
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
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


def wenqu(folder: Path, failure: Exception | None = None) -> Wenqu:
    library = Library(Catalogue(folder / "c.sqlite3"), FakeEncoder(), FaissIndex, ChunkingPlan())
    return Wenqu(library, FakeAnswerer(failure))


def test_while_models_load_it_lives_but_is_not_ready(tmp_path: Path) -> None:
    release = threading.Event()

    def build() -> Wenqu:
        release.wait(30)
        return wenqu(tmp_path)

    with running(build) as client:
        assert client.get("/healthz").status_code == 200
        for response in (client.get("/readyz"), client.post("/v1/ask", json={"question": "谁？"})):
            assert response.status_code == 503
            assert response.json()["error"]["code"] == "not_ready"
            assert int(response.headers["retry-after"]) > 0
        release.set()


def test_a_failed_start_is_said(tmp_path: Path) -> None:
    def build() -> Wenqu:
        raise EncoderMismatch("old", "new")

    with running(build) as client:
        error = client.get("/readyz").json()["error"]
        assert error["code"] == "not_available"
        assert "wenqu rebuild" in error["message"]


def test_an_unexpected_failure_has_the_error_shape_and_tells_no_secrets(tmp_path: Path) -> None:
    with running(lambda: wenqu(tmp_path, RuntimeError("secret path"))) as client:
        response = client.post("/v1/ask", json={"question": "谁？"})
        assert response.status_code == 500
        assert response.json()["error"]["code"] == "internal_error"
        assert "secret" not in response.text


def test_an_empty_library_answers_honestly(tmp_path: Path) -> None:
    with running(lambda: wenqu(tmp_path)) as client:
        assert client.get("/v1/documents").json() == {"documents": [], "total": 0, "limit": 50, "offset": 0}
        assert client.post("/v1/ask", json={"question": "谁？"}).json()["status"] == "no_answer"


def test_a_taken_port_says_what_to_do() -> None:
    with bind("127.0.0.1", 0) as listener, pytest.raises(StartError, match="PORT="):
        bind("127.0.0.1", listener.getsockname()[1])


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(StartError, match="无法监听"):
        bind("192.0.2.1", 0)
