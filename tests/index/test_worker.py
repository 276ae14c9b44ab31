"""The worker: from a queued file to a searchable document, whatever the file does."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.errors import DiskFull, EncoderMismatch
from index.jobs import Job, JobQueue, JobStatus
from index.leases import Leases
from index.library import Library
from index.parsing import ParserProcess
from index.worker import Worker
from tests.fakes import FakeEncoder, FakeVectorIndex, Vectors

pytestmark = pytest.mark.slow

HOSTILE = "tests.index.hostile_loaders"
WAIT_SECONDS = 60.0


class Stage:
    """A queue, a library and what makes workers for them, in one folder."""

    def __init__(self, folder: Path, encoder: FakeEncoder | None = None, parsing_seconds: float = 60.0) -> None:
        path = folder / "catalogue.sqlite3"
        self.folder = folder / "uploads"
        self.queue = JobQueue(Database(path), self.folder)
        self.encoder = encoder or FakeEncoder()
        self.library = Library(Catalogue(path), self.encoder, FakeVectorIndex, ChunkingPlan(150, 50))
        self.parser = ParserProcess(seconds=parsing_seconds, memory_bytes=1 << 30, loaders=HOSTILE)
        self.worker = self.make_worker()

    def make_worker(self, lease_seconds: float = 15.0, library: Library | None = None) -> Worker:
        return Worker(self.queue, library or self.library, self.parser, lease_seconds)

    def done(self, job: Job) -> Job:
        """The job once nothing more happens to it."""
        return self.wait(job, lambda found: found.status.finished)

    def wait(self, job: Job, condition: Callable[[Job], bool]) -> Job:
        deadline = time.monotonic() + WAIT_SECONDS
        while not condition(found := self.queue.get(job.id)):
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    assert made.worker.stop()
    made.library.close()


class SlowEncoder(FakeEncoder):
    """Waits before the second batch until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.encoded:
            self.reached.set()
            assert self.go_on.wait(WAIT_SECONDS)
        return super().encode(texts)


def long_text(word: str) -> bytes:
    """More passages than are encoded in one batch."""
    return "".join(f"{word}第{number}句写在这里，说的是第{number}件事。" for number in range(400)).encode()


def test_a_file_becomes_a_document(stage: Stage) -> None:
    stage.worker.start()
    job = stage.done(stage.queue.submit("食堂七点开门。".encode(), "通知.txt"))
    assert (job.status, job.code, job.revision) == (JobStatus.INDEXED, None, 1)
    assert job.done == job.total == 1
    summary = stage.library.summary(job.document_id)
    assert (summary.source, summary.revision.title) == ("通知.txt", "通知.txt")
    assert stage.library.search("食堂几点开门", 1)[0].passage.revision.document_id == job.document_id
    assert list(stage.folder.iterdir()) == []


def test_the_title_that_was_given(stage: Stage) -> None:
    stage.worker.start()
    job = stage.done(stage.queue.submit(b"text", "a.txt", title="食堂通知"))
    assert stage.library.summary(job.document_id).revision.title == "食堂通知"


def test_the_id_is_the_one_that_the_sender_was_told(stage: Stage) -> None:
    stage.worker.start()
    data = b"marks and bytes that are not the text"
    told = stage.queue.submit(data, "a.pdf")
    assert told.document_id == "doc-" + hashlib.sha256(data).hexdigest()[:12]
    assert stage.done(told).document_id == told.document_id
    assert stage.library.summary(told.document_id).revision.number == 1


def test_a_text_that_is_there_already_costs_nothing(stage: Stage) -> None:
    stage.worker.start()
    there = stage.library.add(stage.parser.parse(b"text", "a.txt"), "a.txt", "mine")
    encoded = len(stage.encoder.encoded)
    job = stage.done(stage.queue.submit(b"text", "b.txt"))
    assert (job.status, job.document_id, job.revision) == (JobStatus.INDEXED, "mine", there.number)
    assert len(stage.encoder.encoded) == encoded
    assert stage.library.summaries(10)[1] == 1


def test_replacing_in_the_order_of_the_submissions(stage: Stage) -> None:
    jobs = [stage.queue.submit(f"第{number}版".encode(), "a.txt", document_id="d") for number in range(1, 6)]
    stage.worker.start()
    assert [stage.done(job).revision for job in jobs] == [1, 2, 3, 4, 5]
    assert stage.library.document("d").text == "第5版"


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("encrypted", "encrypted_file"),
        ("stumble", "damaged_file"),
        ("crash", "parsing_crashed"),
        ("eat memory", "parsing_crashed"),
        (" ", "empty_document"),
    ],
)
def test_a_bad_file_fails_with_its_reason_and_stops_nobody(stage: Stage, deed: str, code: str) -> None:
    stage.worker.start()
    bad, good = stage.queue.submit(deed.encode(), "坏.pdf"), stage.queue.submit(b"good", "b.txt")
    failed = stage.done(bad)
    assert (failed.status, failed.code) == (JobStatus.FAILED, code)
    assert failed.reason
    assert stage.done(good).status is JobStatus.INDEXED
    assert stage.library.summaries(10)[1] == 1
    assert [path.name for path in stage.folder.iterdir()] == [bad.id]


def test_a_file_that_hangs(tmp_path: Path) -> None:
    stage = Stage(tmp_path, parsing_seconds=0.5)
    stage.worker.start()
    failed = stage.done(stage.queue.submit(b"hang", "a.pdf"))
    assert (failed.status, failed.code) == (JobStatus.FAILED, "parsing_timeout")
    assert stage.worker.stop()


def test_trying_again(stage: Stage) -> None:
    stage.worker.start()
    job = stage.done(stage.queue.submit(b"encrypted", "a.pdf"))
    (stage.folder / job.id).write_bytes(b"now it can be read")
    stage.queue.retry(job.id)
    assert stage.done(job).status is JobStatus.INDEXED


def test_the_members_of_an_archive_become_documents(stage: Stage) -> None:
    stage.worker.start()
    archive = stage.queue.submit("甲\nencrypted\n乙".encode(), "文件.zip")
    done = stage.wait(archive, lambda job: job.status.finished and job.done == 3)
    assert (done.status, done.document_id, done.total) == (JobStatus.INDEXED, "", 3)
    statuses = [(job.file_name, job.status, job.code) for job in stage.queue.children(archive.id)]
    assert statuses == [
        ("夹/0.txt", JobStatus.INDEXED, None),
        ("夹/1.txt", JobStatus.FAILED, "encrypted_file"),
        ("夹/2.txt", JobStatus.INDEXED, None),
    ]
    assert stage.library.summaries(10)[1] == 2


def test_an_archive_that_fails_midway_adds_nothing(stage: Stage) -> None:
    stage.worker.start()
    archive = stage.done(stage.queue.submit("甲\nthen encrypted".encode(), "文件.zip"))
    assert (archive.status, archive.code) == (JobStatus.FAILED, "encrypted_file")
    assert stage.queue.children(archive.id) == []
    assert [path.name for path in stage.folder.iterdir()] == [archive.id]


def test_cancelling_while_the_file_is_read(stage: Stage) -> None:
    stage.worker.start()
    job = stage.queue.submit(b"hang", "a.pdf")
    stage.wait(job, lambda found: found.status is JobStatus.PARSING)
    stage.queue.cancel(job.id)
    assert stage.done(job).status is JobStatus.CANCELLED
    assert list(stage.folder.iterdir()) == []


def test_cancelling_while_passages_are_encoded(tmp_path: Path) -> None:
    encoder = SlowEncoder()
    stage = Stage(tmp_path, encoder)
    stage.worker.start()
    job = stage.queue.submit(long_text("甲"), "a.txt")
    assert encoder.reached.wait(WAIT_SECONDS)
    running = stage.wait(job, lambda found: found.done > 0)
    assert running.status is JobStatus.INDEXING
    assert 0 < running.done < running.total
    stage.queue.cancel(job.id)
    time.sleep(1.0)  # for the worker to hear of it
    encoder.go_on.set()
    assert stage.done(job).status is JobStatus.CANCELLED
    assert stage.library.summaries(10)[1] == 0
    assert stage.worker.stop()


def test_stopping_puts_the_job_back_and_another_process_goes_on(tmp_path: Path) -> None:
    encoder = SlowEncoder()
    stage = Stage(tmp_path, encoder)
    stage.worker.start()
    job = stage.queue.submit(long_text("甲"), "a.txt")
    assert encoder.reached.wait(WAIT_SECONDS)
    threading.Timer(0.3, encoder.go_on.set).start()
    assert stage.worker.stop()
    assert stage.queue.get(job.id).status is JobStatus.QUEUED
    restarted = Stage(tmp_path)
    restarted.worker.start()
    assert restarted.done(job).status is JobStatus.INDEXED
    assert restarted.worker.stop()


def test_stopping_while_a_file_hangs(stage: Stage) -> None:
    stage.worker.start()
    job = stage.queue.submit(b"hang", "a.pdf")
    stage.wait(job, lambda found: found.status is JobStatus.PARSING)
    assert stage.worker.stop()
    assert stage.queue.get(job.id).status is JobStatus.QUEUED


def test_a_worker_can_be_started_again(stage: Stage) -> None:
    stage.worker.start()
    assert stage.worker.stop()
    job = stage.queue.submit(b"text", "a.txt")
    stage.worker.start()
    assert stage.done(job).status is JobStatus.INDEXED


def test_a_job_of_a_dead_worker_is_taken_over(stage: Stage) -> None:
    job = stage.queue.submit(b"text", "a.txt")
    assert Leases(stage.queue, lease_seconds=0.3).claim() is not None
    stage.worker.start()
    assert stage.done(job).status is JobStatus.INDEXED


def test_a_long_job_is_not_taken_over(tmp_path: Path) -> None:
    encoder = SlowEncoder()
    stage = Stage(tmp_path, encoder)
    first = stage.make_worker(lease_seconds=4.0)
    first.start()
    job = stage.queue.submit(long_text("甲"), "a.txt")
    assert encoder.reached.wait(WAIT_SECONDS)
    time.sleep(5.0)
    assert Leases(stage.queue).claim() is None
    encoder.go_on.set()
    assert stage.done(job).revision == 1
    assert first.stop()


def test_two_workers_share_a_queue(tmp_path: Path) -> None:
    stages = [Stage(tmp_path), Stage(tmp_path)]
    jobs = [stages[0].queue.submit(f"第{number}个文件".encode(), f"{number}.txt") for number in range(12)]
    versions = [stages[0].queue.submit(f"第{number}版".encode(), "d.txt", "d") for number in range(1, 7)]
    for stage in stages:
        stage.worker.start()
    assert {stages[0].done(job).status for job in jobs} == {JobStatus.INDEXED}
    assert [stages[0].done(job).revision for job in versions] == [1, 2, 3, 4, 5, 6]
    assert stages[1].library.summaries(-1)[1] == 13
    assert all(stage.worker.stop() for stage in stages)


class FailingEncoder(FakeEncoder):
    """Raises once what it was made with, then works."""

    def __init__(self, failure: Exception) -> None:
        super().__init__()
        self.failures = [failure]

    def encode(self, texts: Sequence[str]) -> Vectors:
        if self.failures:
            raise self.failures.pop()
        return super().encode(texts)


def test_an_unexpected_error_fails_the_job_and_not_the_worker(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    stage = Stage(tmp_path, FailingEncoder(ZeroDivisionError("a fault of ours")))
    stage.worker.start()
    failed = stage.done(stage.queue.submit(b"one", "a.txt"))
    assert (failed.status, failed.code) == (JobStatus.FAILED, "internal_error")
    assert "a fault of ours" in caplog.text
    assert "a fault of ours" not in str(failed.reason)
    assert stage.done(stage.queue.submit(b"two", "b.txt")).status is JobStatus.INDEXED
    assert stage.worker.stop()


def test_a_full_disk_is_waited_out(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FailingEncoder(DiskFull(tmp_path, "disk is full")))
    stage.worker.start()
    job = stage.queue.submit(b"one", "a.txt")
    waiting = stage.wait(job, lambda found: found.code is not None or found.status.finished)
    assert (waiting.status, waiting.code) == (JobStatus.QUEUED, "disk_full")
    done = stage.done(job)
    assert (done.status, done.code) == (JobStatus.INDEXED, None)
    assert stage.worker.stop()


def test_what_the_library_refuses_is_said(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FailingEncoder(EncoderMismatch("old", "new")))
    stage.worker.start()
    failed = stage.done(stage.queue.submit(b"one", "a.txt"))
    assert (failed.status, failed.code) == (JobStatus.FAILED, "encoder_mismatch")
    assert "wenqu rebuild" in str(failed.reason)
    assert stage.worker.stop()
