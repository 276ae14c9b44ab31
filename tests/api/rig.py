"""The application over a real library, queue and worker, with fake models, in a real uvicorn."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from api.app import create_app
from api.server import bind
from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.dense import FaissIndex
from index.jobs import JobQueue
from index.library import Library
from index.parsing import ParserProcess
from index.worker import Worker
from qa.assemble import Wenqu
from qa.ports import Answerer
from qa.settings import Settings
from tests.fakes import FakeAnswerer, FakeEncoder

TEXT = "会议于3月1日在三号楼召开。\n共有12人参加。"
OTHER_TEXT = "会议改于3月8日召开。"
SECONDS = 30.0
"""More than anything here takes."""


@dataclass(frozen=True, slots=True)
class Rig:
    """A running server, and what stands behind it."""

    client: httpx.Client
    wenqu: Wenqu
    data_dir: Path
    address: str
    server: uvicorn.Server

    def stop(self) -> None:
        """Tell the server to stop, as a signal would."""
        self.server.should_exit = True

    def wait(self, job_id: str) -> dict[str, Any]:
        """The job once nothing more happens to it, nor to the members of an archive."""
        job: dict[str, Any] = eventually(lambda: self.client.get(f"/v1/jobs/{job_id}").json(), is_settled)
        return job

    def leftovers(self) -> list[Path]:
        """Temporary files of uploads that are over."""
        folder = self.data_dir / "incoming"
        return sorted(folder.iterdir()) if folder.is_dir() else []


class _IdleWorker(Worker):
    def start(self) -> None:
        """Leave every job in the queue."""


def add(rig: Rig, text: str = TEXT, **more: Any) -> dict[str, Any]:
    response = rig.client.post("/v1/documents", params={"wait": 20}, json={"title": "会议纪要", "text": text, **more})
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    assert body["status"] == "indexed", body
    return body


def get(rig: Rig, path: str, **params: Any) -> Any:
    response = rig.client.get(f"/v1/documents{path}", params=params)
    assert response.status_code == 200, response.text
    return response.json()


def check_error(response: httpx.Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    error = response.json()["error"]
    assert set(error) == {"code", "message", "detail"}
    assert error["code"] == code
    assert any("\u4e00" <= character <= "\u9fff" for character in error["message"])


def is_settled(job: dict[str, Any]) -> bool:
    every = [job, *(job["children"] or [])]
    return all(one["status"] in ("indexed", "failed", "cancelled") for one in every)


def eventually(look: Callable[[], Any], is_right: Callable[[Any], bool]) -> Any:
    """What `look` gives as soon as it is right."""
    deadline = time.monotonic() + SECONDS
    while not is_right(seen := look()):
        assert time.monotonic() < deadline, f"this never came right: {seen}"
        time.sleep(0.02)
    return seen


@contextmanager
def running(
    folder: Path,
    answerer: Answerer | None = None,
    *,
    with_worker: bool = True,
    max_queued: int = 20_000,
    **settings: Any,
) -> Iterator[Rig]:
    """The application with its data in `folder`; without a worker every upload stays in the queue."""
    database = Database(folder / "catalogue.sqlite3")
    library = Library(Catalogue(database.path), FakeEncoder(), FaissIndex, ChunkingPlan())
    queue = JobQueue(database, folder / "uploads", max_queued)
    worker = (Worker if with_worker else _IdleWorker)(queue, library, ParserProcess(seconds=SECONDS))
    wenqu = Wenqu(library, answerer or FakeAnswerer(), database, queue, worker)
    listener = bind("127.0.0.1", 0)
    built = threading.Event()
    app = create_app(lambda: wenqu, Settings(data_dir=folder, **settings), lambda _: built.set())
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=10))
    app.state.is_stopping = lambda: server.should_exit
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        with httpx.Client(base_url=address, timeout=SECONDS) as client:
            client.get("/healthz")
            assert built.wait(SECONDS)
            yield Rig(client, wenqu, folder, address, server)
    finally:
        server.should_exit = True
        thread.join()
