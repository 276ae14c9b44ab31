"""The queue: what is acknowledged is kept, in order, within bounds, and belongs to one worker at a time."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.database import Database
from index.errors import ArchiveRefused, CatalogueError, QueueFull, RetryRefused, UnknownJob
from index.jobs import Job, JobQueue, JobStatus, readable_name
from index.leases import MAX_ATTEMPTS, Leases, Standing
from index.spool_cleaning import KEPT_BYTES, KEPT_DAYS, KEPT_ROWS_DAYS, clean


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def queue(tmp_path: Path, folder: Path) -> JobQueue:
    return JobQueue(Database(tmp_path / "catalogue.sqlite3"), folder)


@pytest.fixture
def worker(queue: JobQueue) -> Leases:
    return Leases(queue)


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def claimed(worker: Leases) -> Job:
    claim = worker.claim()
    assert claim is not None
    return claim.job


def test_a_submitted_file_is_on_disk_and_queued(queue: JobQueue, folder: Path, tmp_path: Path) -> None:
    job = queue.submit(b"bytes", "通知.txt", title="标题")
    assert (folder / job.id).read_bytes() == b"bytes"
    again = JobQueue(Database(tmp_path / "catalogue.sqlite3"), folder)
    assert again.get(job.id) == job
    assert (job.status, job.file_name, job.title, job.bytes) == (JobStatus.QUEUED, "通知.txt", "标题", 5)
    assert job.document_id == "doc-" + hashlib.sha256(b"bytes").hexdigest()[:12]


def test_a_file_given_by_its_path_is_copied(queue: JobQueue, folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"x" * 3_000_000)
    job = queue.submit(source, "a.txt", document_id="mine")
    source.write_bytes(b"changed")
    assert (folder / job.id).read_bytes() == b"x" * 3_000_000
    assert (job.document_id, job.bytes) == ("mine", 3_000_000)


def test_jobs_are_done_in_the_order_in_which_they_came(queue: JobQueue, worker: Leases) -> None:
    ids = [queue.submit(f"{number}".encode(), "a.txt").id for number in range(5)]
    assert [claimed(worker).id for _ in range(5)] == ids
    assert worker.claim() is None


def test_jobs_of_one_document_wait_for_each_other(queue: JobQueue) -> None:
    one, other = Leases(queue), Leases(queue)
    first, second = (queue.submit(text, "a.txt", document_id="d") for text in (b"1", b"2"))
    third = queue.submit(b"3", "a.txt", document_id="e")
    assert claimed(one).id == first.id
    assert claimed(other).id == third.id
    assert other.claim() is None
    one.finish(first.id, "d", 1)
    assert claimed(other).id == second.id


def test_a_released_job_still_comes_before_later_ones_of_its_document(queue: JobQueue, worker: Leases) -> None:
    first = queue.submit(b"1", "a.txt", document_id="d")
    queue.submit(b"2", "a.txt", document_id="d")
    claimed(worker)
    worker.release(first.id, wait_seconds=0.3)
    assert worker.claim() is None
    time.sleep(0.35)
    assert claimed(worker).id == first.id


def test_a_finished_job(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = claimed_after_submit(queue, worker)
    assert worker.start_indexing(job.id) is Standing.HELD
    assert queue.get(job.id).status is JobStatus.INDEXING
    assert worker.renew(job.id, 3, 8) is Standing.HELD
    assert (queue.get(job.id).done, queue.get(job.id).total) == (3, 8)
    worker.finish(job.id, "doc-other", 4, 8)
    done = queue.get(job.id)
    assert (done.status, done.document_id, done.revision, done.done) == (JobStatus.INDEXED, "doc-other", 4, 8)
    assert files(folder) == set()
    assert queue.of_document("doc-other") == done


def claimed_after_submit(queue: JobQueue, worker: Leases) -> Job:
    queue.submit(b"text", "a.txt")
    return claimed(worker)


def test_a_failed_job_keeps_its_file_and_can_be_tried_again(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = claimed_after_submit(queue, worker)
    worker.fail(job.id, "damaged_file", "文件已损坏。")
    failed = queue.get(job.id)
    assert (failed.status, failed.code, failed.reason) == (JobStatus.FAILED, "damaged_file", "文件已损坏。")
    assert files(folder) == {job.id}
    queued = queue.retry(job.id)
    assert (queued.status, queued.code, queued.reason) == (JobStatus.QUEUED, None, None)
    assert claimed(worker).id == job.id


def test_what_cannot_be_tried_again(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = queue.submit(b"text", "a.txt")
    with pytest.raises(RetryRefused, match="queued"):
        queue.retry(job.id)
    claimed(worker)
    worker.fail(job.id, "damaged_file", "文件已损坏。")
    (folder / job.id).unlink()
    with pytest.raises(RetryRefused, match="重新上传"):
        queue.retry(job.id)
    with pytest.raises(UnknownJob):
        queue.retry("job-none")


def test_cancelling_a_queued_job(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = queue.submit(b"text", "a.txt")
    assert queue.cancel(job.id).status is JobStatus.CANCELLED
    assert files(folder) == set()
    assert worker.claim() is None
    assert queue.cancel(job.id).status is JobStatus.CANCELLED


def test_cancelling_a_running_job(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = claimed_after_submit(queue, worker)
    told = queue.cancel(job.id)
    assert (told.status, told.code) == (JobStatus.PARSING, "cancelling")
    assert worker.standing(job.id) is Standing.CANCELLED
    assert worker.renew(job.id, 1, 2) is Standing.CANCELLED
    worker.cancel(job.id)
    assert queue.get(job.id).status is JobStatus.CANCELLED
    assert files(folder) == set()


def test_cancelling_too_late_changes_nothing(queue: JobQueue, worker: Leases) -> None:
    job = claimed_after_submit(queue, worker)
    worker.finish(job.id, "d", 1)
    assert queue.cancel(job.id) == queue.get(job.id)
    assert queue.get(job.id).status is JobStatus.INDEXED


def test_the_queue_is_bounded(tmp_path: Path, folder: Path) -> None:
    queue = JobQueue(Database(tmp_path / "catalogue.sqlite3"), folder, max_queued=2)
    jobs = [queue.submit(text, "a.txt") for text in (b"1", b"2")]
    with pytest.raises(QueueFull, match="2"):
        queue.submit(b"3", "a.txt")
    assert files(folder) == {job.id for job in jobs}
    worker = Leases(queue)
    claimed(worker)
    queue.submit(b"3", "a.txt")
    worker.fail(jobs[0].id, "damaged_file", "坏")
    with pytest.raises(QueueFull):
        queue.retry(jobs[0].id)


def test_a_job_of_a_dead_worker_goes_to_another(queue: JobQueue) -> None:
    dead, other = Leases(queue, lease_seconds=0.2), Leases(queue)
    job = claimed_after_submit(queue, dead)
    assert other.claim() is None
    time.sleep(0.25)
    assert claimed(other).id == job.id
    # Should it not be dead but only slow, it is told so, and what it does has no effect.
    assert dead.renew(job.id, 1, 2) is Standing.LOST
    dead.finish(job.id, "d", 1)
    dead.fail(job.id, "x", "x")
    dead.release(job.id)
    dead.cancel(job.id)
    assert dead.expand(job.id, [("a.txt", b"a")]) is Standing.LOST
    assert queue.get(job.id).status is JobStatus.PARSING
    assert queue.children(job.id) == []
    assert other.renew(job.id, 1, 2) is Standing.HELD


def test_a_file_that_kills_its_workers_is_given_up(queue: JobQueue) -> None:
    job = queue.submit(b"text", "a.txt")
    for _ in range(MAX_ATTEMPTS):
        assert claimed(Leases(queue, lease_seconds=0.0)).id == job.id
        time.sleep(0.01)
    assert Leases(queue).claim() is None
    failed = queue.get(job.id)
    assert (failed.status, failed.code) == (JobStatus.FAILED, "parsing_crashed")


def test_a_cancelled_job_of_a_dead_worker_is_not_done(queue: JobQueue) -> None:
    job = claimed_after_submit(queue, Leases(queue, lease_seconds=0.0))
    queue.cancel(job.id)
    time.sleep(0.01)
    assert Leases(queue).claim() is None
    assert queue.get(job.id).status is JobStatus.CANCELLED


def test_being_stopped_gracefully_is_no_attempt(queue: JobQueue, worker: Leases) -> None:
    job = queue.submit(b"text", "a.txt")
    for _ in range(MAX_ATTEMPTS + 2):
        claimed(worker)
        worker.release(job.id)
    claim = worker.claim()
    assert claim is not None
    assert claim.attempts == 1


def test_a_job_that_waits_says_why(queue: JobQueue, worker: Leases) -> None:
    job = claimed_after_submit(queue, worker)
    worker.release(job.id, CatalogueError("磁盘空间不足。"))
    waiting = queue.get(job.id)
    assert (waiting.status, waiting.code, waiting.reason) == (JobStatus.QUEUED, "catalogue_error", "磁盘空间不足。")


def test_the_members_of_an_archive(queue: JobQueue, worker: Leases, folder: Path) -> None:
    archive = queue.submit(b"zip", "文件.zip")
    claimed(worker)
    assert worker.expand(archive.id, [("夹/a.txt", b"a"), ("夹/b.txt", b"b")]) is Standing.HELD
    first, second = queue.children(archive.id)
    assert files(folder) == {first.id, second.id}
    done = queue.get(archive.id)
    assert (done.status, done.document_id, done.done, done.total) == (JobStatus.INDEXED, "", 0, 2)
    assert (first.file_name, first.parent_id) == ("夹/a.txt", archive.id)
    worker.finish(claimed(worker).id, "d", 1)
    worker.fail(claimed(worker).id, "empty_document", "空")
    assert queue.get(archive.id).done == 2
    queue.retry(second.id)
    assert queue.get(archive.id).done == 1
    queue.cancel(archive.id)
    assert [job.status for job in queue.children(archive.id)] == [JobStatus.INDEXED, JobStatus.CANCELLED]
    assert queue.get(archive.id).done == 2


def test_an_archive_is_expanded_wholly_or_not_at_all(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = claimed_after_submit(queue, worker)

    def members() -> Iterator[tuple[str, bytes]]:
        yield "a.txt", b"a"
        raise ArchiveRefused("炸弹")

    with pytest.raises(ArchiveRefused, match="炸弹"):
        worker.expand(job.id, members())
    with pytest.raises(ArchiveRefused, match="没有文件"):
        worker.expand(job.id, [])
    queue.cancel(job.id)
    assert worker.expand(job.id, [("a.txt", b"a")]) is Standing.CANCELLED
    assert queue.children(job.id) == []
    assert files(folder) == {job.id}


def test_listing(queue: JobQueue, worker: Leases) -> None:
    jobs = [queue.submit(f"{number}".encode(), "a.txt") for number in range(5)]
    worker.finish(claimed(worker).id, "d", 1)
    page, total = queue.list(2, 1)
    assert ([job.id for job in page], total) == ([jobs[3].id, jobs[2].id], 5)
    page, total = queue.list(10, status=JobStatus.INDEXED)
    assert ([job.id for job in page], total) == ([jobs[0].id], 1)
    assert queue.list(10, status=[JobStatus.INDEXED, JobStatus.QUEUED])[1] == 5
    assert queue.counts() == {status: {"queued": 4, "indexed": 1}.get(status, 0) for status in JobStatus}
    assert queue.of_document("nothing") is None


def test_cleaning(queue: JobQueue, worker: Leases, folder: Path) -> None:
    failed, waiting = queue.submit(b"1", "a.txt"), queue.submit(b"2", "b.txt")
    worker.fail(claimed(worker).id, "empty_document", "空")
    old = time.time() - 2 * 3600
    for name in ("orphan", "job-1.part"):
        (folder / name).write_bytes(b"x")
        os.utime(folder / name, (old, old))
    (folder / "just-coming.part").write_bytes(b"x")
    assert clean(queue) == 2
    assert files(folder) == {failed.id, waiting.id, "just-coming.part"}


@pytest.mark.parametrize(
    ("days", "size", "kept"), [(KEPT_DAYS - 1, 1, True), (KEPT_DAYS + 1, 1, False), (0, KEPT_BYTES + 1, False)]
)
def test_how_long_the_file_of_a_failed_job_is_kept(
    queue: JobQueue, worker: Leases, folder: Path, days: int, size: int, kept: bool
) -> None:
    job = claimed_after_submit(queue, worker)
    worker.fail(job.id, "empty_document", "空")
    age(queue, folder, job.id, days)
    with queue.database.transaction(write=True) as database:
        database.execute("UPDATE jobs SET bytes = ? WHERE id = ?", (size, job.id))
    clean(queue)
    assert (job.id in files(folder)) is kept
    assert queue.get(job.id).status is JobStatus.FAILED


def test_finished_jobs_are_forgotten_in_the_end(queue: JobQueue, worker: Leases, folder: Path) -> None:
    finished = claimed_after_submit(queue, worker)
    worker.finish(finished.id, "d", 1)
    waiting = queue.submit(b"2", "b.txt")
    for job in (finished, waiting):
        age(queue, folder, job.id, KEPT_ROWS_DAYS + 1)
    clean(queue)
    with pytest.raises(UnknownJob):
        queue.get(finished.id)
    assert queue.get(waiting.id).status is JobStatus.QUEUED


def age(queue: JobQueue, folder: Path, job_id: str, days: int) -> None:
    then = time.time() - days * 86400 - 3601
    with queue.database.transaction(write=True) as database:
        database.execute(
            "UPDATE jobs SET updated_at = strftime('%Y-%m-%dT%H:%M:%f', ?, 'unixepoch') || '+00:00' WHERE id = ?",
            (then + 3601, job_id),
        )
    if (folder / job_id).exists():
        os.utime(folder / job_id, (then, then))


def test_forgetting_a_job(queue: JobQueue, worker: Leases, folder: Path) -> None:
    job = queue.submit(b"zip", "a.zip")
    queue.forget(job.id)
    assert queue.get(job.id).status is JobStatus.QUEUED
    claimed(worker)
    worker.expand(job.id, [("a.txt", b"a")])
    queue.forget(job.id)
    assert queue.get(job.id).status is JobStatus.INDEXED, "a member is still to be done"
    worker.fail(claimed(worker).id, "empty_document", "空")
    queue.forget(job.id)
    with pytest.raises(UnknownJob):
        queue.get(job.id)
    assert queue.list(10)[1] == 0
    assert files(folder) == set()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(CatalogueError, match="WENQU_DATA_DIR"):
        JobQueue(Database(tmp_path / "catalogue.sqlite3"), tmp_path / "file")


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("通知.txt", "通知.txt"),
        (os.fsdecode("食堂.txt".encode("gb18030")), "食堂.txt"),
        ("a\nb\x00\u202e.txt", "ab.txt"),
        ("\ud800.txt", "?.txt"),
        ("", "未命名"),
        ("长" * 300 + ".pdf", "长" * 251 + ".pdf"),
    ],
)
def test_names_that_can_be_shown(given: str, shown: str) -> None:
    assert readable_name(given) == shown
