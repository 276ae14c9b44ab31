"""A real server in a thread, made and stopped as `wenqu serve` does it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from api.app import create_app
from api.server import GracefulServer, bind, uvicorn_config
from index.parsing import ParserProcess
from index.worker import Worker
from qa.assemble import Wenqu
from qa.settings import Settings

SECONDS = 30.0
"""More than anything here takes."""


class IdleWorker(Worker):
    def start(self) -> None:
        """Leave every upload in the queue."""


def with_idle_worker(wenqu: Wenqu) -> Wenqu:
    return replace(wenqu, worker=IdleWorker(wenqu.queue, wenqu.library, ParserProcess()))


@dataclass(frozen=True, slots=True)
class Stoppable:
    """A server in a thread, and what it answers with."""

    address: str
    server: GracefulServer
    thread: threading.Thread
    wenqu: Wenqu


@contextmanager
def stoppable(wenqu: Wenqu, folder: Path) -> Iterator[Stoppable]:
    listener = bind("127.0.0.1", 0)
    built = threading.Event()
    app = create_app(lambda: wenqu, Settings(data_dir=folder), lambda _: built.set())
    server = GracefulServer(uvicorn_config(app), app.state.stopping)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert built.wait(SECONDS)
        yield Stoppable(f"http://127.0.0.1:{listener.getsockname()[1]}", server, thread, wenqu)
    finally:
        server.should_exit = True
        thread.join(SECONDS)
