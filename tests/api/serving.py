"""The application over fakes, really served by uvicorn on a free port, in a thread."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.server import bind
from api.service import Service
from index.library import Library
from index.types import LoadedText
from qa.ports import Answerer, Retrieved
from qa.settings import Settings
from qa.types import Answer, Question, Status
from tests.fakes import make_hit, make_wenqu


@dataclass(frozen=True, slots=True)
class Served:
    """An application that can be asked. `http` may be used from any thread."""

    http: httpx.Client
    address: str
    library: Library
    service: Service

    def ask(self, question: str, **more: object) -> dict[str, Any]:
        response = self.http.post("/v1/ask", json={"question": question, **more})
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    def text_of(self, citation: dict[str, Any]) -> str:
        """What the document says where the citation says that it stands."""
        text = self.library.document(citation["document_id"], citation["revision"]).text
        return text[citation["start"] : citation["end"]]


class GatedAnswerer:
    """Says what it found, and then waits until it is let through."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.open = threading.Event()
        self.asked: list[Question] = []

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        self.asked.append(question)
        if retrieved is not None:
            retrieved([make_hit("投资120亿元。")], question.text)
        self.began.set()
        assert self.open.wait(30)
        return Answer(Status.NO_ANSWER, None, 0.25, (), (), question.text, 1)


class FailingAnswerer:
    """Finds something, and then fails."""

    def __init__(self, failure: Exception) -> None:
        self._failure = failure

    def ask(self, question: Question, retrieved: Retrieved | None = None) -> Answer:
        if retrieved is not None:
            retrieved([make_hit("投资120亿元。")], question.text)
            time.sleep(0.1)  # so that the stream has begun
        raise self._failure


@contextmanager
def serving(
    folder: Path, *texts: str, answerer: Answerer | None = None, headers: dict[str, str] | None = None, **given: Any
) -> Iterator[Served]:
    """Serve `texts`, each a document with the title 题, answered over fakes; `given` are settings."""
    wenqu = make_wenqu(folder, answerer)
    library = wenqu.library
    for number, text in enumerate(texts):
        library.add(LoadedText(text, "题"), source=f"{number}.txt")
    built = threading.Event()
    settings = Settings(data_dir=folder, **given)
    app = create_app(lambda: wenqu, settings, lambda _: built.set())
    listener = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, timeout=30, headers=headers) as http:
            http.get("/healthz")
            assert built.wait(30)
            yield Served(http, address, wenqu.library, app.state.service)
    finally:
        server.should_exit = True
        thread.join()


def error_of(response: httpx.Response) -> tuple[int, str]:
    """Status and code of a failure."""
    return response.status_code, response.json()["error"]["code"]


def events(text: str) -> list[tuple[str | None, Any]]:
    """The events of a stream: name and data. Comments are left out; "[DONE]" is no JSON and stays as it is."""
    found: list[tuple[str | None, Any]] = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        fields = dict(line.split(": ", 1) for line in lines)
        if "data" in fields:
            data = fields["data"]
            found.append((fields.get("event"), data if data == "[DONE]" else json.loads(data)))
    return found
