"""JobQueue: uploaded files that wait to be read and indexed, in the database and in a folder, until they are done.

A file is written under a temporary name, synced and renamed, and only then gets its row: what was acknowledged is on
disk, and a crash leaves at most a file without a row, which the next start deletes. The file is deleted once its job
is indexed or cancelled; that of a failed one is kept for KEPT_DAYS, so that it can be tried again.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection
from pathlib import Path

from index.database import Database, now
from index.errors import QueueFull, RetryRefused
from index.job_rows import (
    CANCELLING,
    Job,
    JobStatus,
    count_in_parent,
    end_job,
    id_of_bytes,
    insert_job,
    job_row,
    new_job_id,
    readable_name,
    to_job,
)
from index.spool import Spool

__all__ = ["CANCELLING", "Job", "JobQueue", "JobStatus", "id_of_bytes", "readable_name"]


class JobQueue:
    """May be used from any thread and by several server processes at once."""

    def __init__(self, database: Database, spool: Path, max_queued: int = 20_000) -> None:
        """Open the queue of this database, with its files in the folder `spool`; raises CatalogueError."""
        self.database = database
        self.spool = Spool(spool)
        self.submitted = threading.Event()
        """Set when this process puts something into the queue; a worker clears it."""
        self._max_queued = max_queued

    def submit(
        self,
        data: bytes | Path,
        file_name: str,
        document_id: str | None = None,
        title: str | None = None,
        parent_id: str | None = None,
    ) -> Job:
        """Store the file (bytes, or a copy of the one at a path) and queue it; both are on disk when this returns.

        Without a `document_id` the document gets one made of the SHA-256 of the file's bytes. Jobs of one document are
        done in the order in which they came. Raises QueueFull, DiskFull or CatalogueError.
        """
        with self.database.transaction() as database:
            self._check_room(database)  # before a large file is written
        job_id = new_job_id()
        spooled = self.spool.write(job_id, data)
        try:
            with self.database.transaction(write=True) as database:
                self._check_room(database)
                insert_job(database, spooled, file_name, document_id, title, parent_id)
                job = to_job(job_row(database, job_id))
        except BaseException:
            self.spool.remove(job_id)
            raise
        self.submitted.set()
        return job

    def get(self, job_id: str) -> Job:
        """One job. Raises UnknownJob."""
        with self.database.transaction() as database:
            return to_job(job_row(database, job_id))

    def children(self, job_id: str) -> list[Job]:
        """The jobs of an archive's members, in its order; none of every other job. Raises UnknownJob."""
        with self.database.transaction() as database:
            job_row(database, job_id)
            rows = database.execute("SELECT * FROM jobs WHERE parent_id = ? ORDER BY rowid", (job_id,)).fetchall()
        return [to_job(row) for row in rows]

    def of_document(self, document_id: str) -> Job | None:
        """The newest job of a document; None when it has none."""
        with self.database.transaction() as database:
            row = database.execute(
                "SELECT * FROM jobs WHERE document_id = ? AND document_id <> '' ORDER BY rowid DESC LIMIT 1",
                (document_id,),
            ).fetchone()
        return None if row is None else to_job(row)

    def counts(self) -> dict[JobStatus, int]:
        """How many jobs there are of each status."""
        with self.database.transaction() as database:
            found = dict(database.execute("SELECT status, count(*) FROM jobs GROUP BY status").fetchall())
        return {status: found.get(status, 0) for status in JobStatus}

    def cancel(self, job_id: str) -> Job:
        """Take a job out of the queue, or tell its worker to stop, which shows as the code "cancelling" until it has.

        Of an archive, its members too. A finished job stays as it is. Raises UnknownJob.
        """
        with self.database.transaction(write=True) as database:
            job_row(database, job_id)
            rows = database.execute(
                "SELECT * FROM jobs WHERE (id = ? OR parent_id = ?) AND status IN ('queued', 'parsing', 'indexing')",
                (job_id, job_id),
            ).fetchall()
            waiting = [row for row in rows if row["status"] == JobStatus.QUEUED]
            for row in waiting:
                end_job(database, row, JobStatus.CANCELLED)
            database.executemany(
                "UPDATE jobs SET code = ?, reason = '正在取消。', updated_at = ? WHERE id = ?",
                [(CANCELLING, now(), row["id"]) for row in rows if row not in waiting],
            )
            job = to_job(job_row(database, job_id))
        for row in waiting:
            self.spool.remove(row["id"])
        return job

    def retry(self, job_id: str) -> Job:
        """Queue a failed job again. Raises UnknownJob, QueueFull, or RetryRefused when its file is no longer kept."""
        with self.database.transaction(write=True) as database:
            row = job_row(database, job_id)
            if row["status"] not in (JobStatus.FAILED, JobStatus.CANCELLED):
                raise RetryRefused(f"任务“{job_id}”的状态是 {row['status']}；只有失败（failed）的任务可以重试。")
            if not self.spool.path(job_id).is_file():
                raise RetryRefused(f"“{row['file_name']}”的上传文件已经删除，不能重试；请重新上传。")
            self._check_room(database)
            database.execute(
                "UPDATE jobs SET status = 'queued', code = NULL, reason = NULL, done = 0, total = 0, attempts = 0,"
                " leased_until = NULL, updated_at = ? WHERE id = ?",
                (now(), job_id),
            )
            count_in_parent(database, row["parent_id"], -1)
            job = to_job(job_row(database, job_id))
        self.submitted.set()
        return job

    def forget(self, job_id: str) -> None:
        """Take a finished job off the list, with its members and the files that are kept; an unfinished one stays.

        Raises UnknownJob.
        """
        with self.database.transaction(write=True) as database:
            row = job_row(database, job_id)
            if not JobStatus(row["status"]).finished or _is_awaited(database, job_id):
                return
            members = database.execute("SELECT id FROM jobs WHERE parent_id = ?", (job_id,)).fetchall()
            database.execute("DELETE FROM jobs WHERE id = ?", (job_id,))
        for name in (job_id, *(member["id"] for member in members)):
            self.spool.remove(name)

    # Named as in the contract of the HTTP side; the last of the methods, because it hides the type `list` below it.
    def list(
        self, limit: int, offset: int = 0, status: JobStatus | Collection[JobStatus] | None = None
    ) -> tuple[list[Job], int]:
        """One page of the jobs, newest first, and how many there are in all; of some statuses only when given."""
        wanted = [*JobStatus] if status is None else [status] if isinstance(status, JobStatus) else [*status]
        marks = ",".join("?" * len(wanted))
        with self.database.transaction() as database:
            rows = database.execute(
                f"SELECT * FROM jobs WHERE status IN ({marks}) ORDER BY rowid DESC LIMIT ? OFFSET ?",  # noqa: S608
                (*wanted, limit, offset),
            ).fetchall()
            (total,) = database.execute(
                f"SELECT count(*) FROM jobs WHERE status IN ({marks})",  # noqa: S608 - nothing but question marks
                wanted,
            ).fetchone()
        return [to_job(row) for row in rows], total

    def _check_room(self, database: sqlite3.Connection) -> None:
        (waiting,) = database.execute("SELECT count(*) FROM jobs WHERE status = 'queued'").fetchone()
        if waiting >= self._max_queued:
            raise QueueFull(self._max_queued)


def _is_awaited(database: sqlite3.Connection, job_id: str) -> bool:
    """Whether members of this archive are still to be done."""
    waiting = "SELECT 1 FROM jobs WHERE parent_id = ? AND status IN ('queued', 'parsing', 'indexing')"
    return database.execute(waiting, (job_id,)).fetchone() is not None
