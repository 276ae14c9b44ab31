"""kill -9 at random instants of a process that submits and indexes; WENQU_CRASHES says how often (10)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.job_rows import JobStatus
from index.jobs import JobQueue
from tests.index.crashing_worker import LEASE_SECONDS, document_of, open_stage, text_of

pytestmark = pytest.mark.slow

CRASHES = int(os.environ.get("WENQU_CRASHES", "10"))
LONGEST_SECONDS = 1.5
WAIT_SECONDS = 240.0


def run_until_killed(folder: Path, start: int, seconds: float) -> dict[str, int]:
    """The jobs that were acknowledged, and the number of the file of each."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.index.crashing_worker", str(folder), str(start)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    threading.Timer(seconds, process.kill).start()
    lines = process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    assert process.wait() == -9
    # What stands in half a line was not acknowledged to anybody.
    return {job: int(number) for job, number in (line.split() for line in lines if line.endswith("\n"))}


def wait_until_done(queue: JobQueue) -> None:
    unfinished = [JobStatus.QUEUED, JobStatus.PARSING, JobStatus.INDEXING]
    for _ in range(int(WAIT_SECONDS / LEASE_SECONDS)):
        if queue.list(1, status=unfinished)[1] == 0:
            return
        threading.Event().wait(LEASE_SECONDS)
    raise AssertionError(f"still at work: {queue.counts()}")


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    chance = random.Random(20261123)
    acknowledged: dict[str, int] = {}
    for _ in range(CRASHES):
        start = 1 + max(acknowledged.values(), default=0) + 10  # numbers of unacknowledged files are not used again
        acknowledged.update(run_until_killed(tmp_path, start, chance.uniform(0.0, LONGEST_SECONDS)))
    assert acknowledged

    queue, library, worker = open_stage(tmp_path)
    worker.start()
    wait_until_done(queue)
    assert worker.stop()
    replaced = [0]
    for job_id, number in acknowledged.items():
        job = queue.get(job_id)
        # A job whose process was killed three times is given up; every other one is done.
        assert job.status is JobStatus.INDEXED or job.code == "parsing_crashed", job
        if job.status is JobStatus.INDEXED:
            assert library.document(job.document_id, job.revision).text == text_of(number)
            replaced += [number] if document_of(number) is not None else []
    newest = library.document("replaced").text
    # Or one that came later, and was queued, but killed before it could be acknowledged.
    assert newest in {text_of(max(replaced) + later) for later in range(10)}, "the last replacement did not win"
    kept = {path.name for path in (tmp_path / "uploads").iterdir() if not path.name.endswith(".part")}
    assert {job.id for job in queue.list(-1, status=JobStatus.FAILED)[0]} <= kept
    library.close()
