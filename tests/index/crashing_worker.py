"""A process that submits files and works on them until it is killed; it prints what was acknowledged.

`python -m tests.index.crashing_worker FOLDER START`: the files are numbered from START.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.jobs import JobQueue
from index.library import Library
from index.parsing import ParserProcess
from index.worker import Worker
from tests.fakes import FakeEncoder, FakeVectorIndex

LEASE_SECONDS = 0.5
_EVERY_THIRD_REPLACES = 3
_PAUSE_SECONDS = 0.02  # so that the queue does not grow much faster than it is worked off


def open_stage(folder: Path) -> tuple[JobQueue, Library, Worker]:
    path = folder / "catalogue.sqlite3"
    queue = JobQueue(Database(path), folder / "uploads")
    library = Library(Catalogue(path), FakeEncoder(), FakeVectorIndex, ChunkingPlan(150, 50))
    return queue, library, Worker(queue, library, ParserProcess(), LEASE_SECONDS)


def text_of(number: int) -> str:
    return "".join(f"这是第{number}号文件的第{sentence}句。" for sentence in range(40))


def document_of(number: int) -> str | None:
    return "replaced" if number % _EVERY_THIRD_REPLACES == 0 else None


def main() -> None:
    folder, start = Path(sys.argv[1]), int(sys.argv[2])
    queue, _, worker = open_stage(folder)
    worker.start()
    print("started", flush=True)
    for number in itertools.count(start):
        job = queue.submit(text_of(number).encode(), f"{number}.txt", document_of(number))
        print(job.id, number, flush=True)
        time.sleep(_PAUSE_SECONDS)


if __name__ == "__main__":
    main()
