"""Leases: the workers' side of the queue. A job belongs to one worker for as long as that renews its lease."""

from __future__ import annotations

import hashlib
import sqlite3
import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.database import now
from index.errors import ArchiveRefused, LibraryError
from index.job_rows import CANCELLING, Job, JobStatus, end_job, insert_job, job_row, new_job_id, to_job
from index.jobs import JobQueue
from index.spool import SpooledFile

LEASE_SECONDS = 15.0
MAX_ATTEMPTS = 3
"""A file at which the program died so often is given up."""
_GIVEN_UP = f"处理这个文件时程序 {MAX_ATTEMPTS} 次意外退出，已放弃；请检查文件是否损坏。"
_EXPIRED = "SELECT * FROM jobs WHERE status IN ('parsing', 'indexing') AND leased_until < :now"
_HELD = "SELECT * FROM jobs WHERE id = ? AND leased_by = ? AND status IN ('parsing', 'indexing')"
# Jobs of one document are done in their order, one after the other.
_NEXT = """
SELECT * FROM jobs j
WHERE status = 'queued' AND coalesce(leased_until, 0) <= :now AND NOT EXISTS (
    SELECT 1 FROM jobs other WHERE other.document_id = j.document_id AND other.id <> j.id AND (
        other.status IN ('parsing', 'indexing')
        OR other.status = 'queued' AND (other.created_at, other.rowid) < (j.created_at, j.rowid)))
ORDER BY created_at, rowid LIMIT 1
"""


class Standing(StrEnum):
    """What a worker hears of a job that it works on."""

    HELD = "held"
    CANCELLED = "cancelled"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job to work on, its file, and how often it was begun, this time included."""

    job: Job
    path: Path
    attempts: int


class Leases:
    """What one worker may do with the queue. May be used from any thread."""

    def __init__(self, queue: JobQueue, lease_seconds: float = LEASE_SECONDS) -> None:
        """A job whose worker does not renew its lease for `lease_seconds` is given to another."""
        self.lease_seconds = lease_seconds
        self._queue = queue
        self._spool = queue.spool
        self._transaction = queue.database.transaction
        self._owner = uuid.uuid4().hex

    def claim(self) -> Claim | None:
        """The next job, now parsing; None when there is nothing to do.

        Jobs of dead workers come back here; one that has outlived MAX_ATTEMPTS of them ends as failed.
        """
        moment = {"now": time.time()}
        # Looking needs no lock, so that idle workers are in nobody's way.
        with self._transaction() as database:
            if all(database.execute(query, moment).fetchone() is None for query in (_EXPIRED, _NEXT)):
                return None
        with self._transaction(write=True) as database:
            for row in database.execute(_EXPIRED, moment).fetchall():
                _take_back(database, row)
            row = database.execute(_NEXT, moment).fetchone()
            if row is None:
                return None
            database.execute(
                "UPDATE jobs SET status = 'parsing', code = NULL, reason = NULL, attempts = attempts + 1,"
                " leased_by = ?, leased_until = ?, updated_at = ? WHERE id = ?",
                (self._owner, time.time() + self.lease_seconds, now(), row["id"]),
            )
            row = job_row(database, row["id"])
        return Claim(to_job(row), self._spool.path(row["id"]), row["attempts"])

    def renew(self, job_id: str, done: int, total: int) -> Standing:
        """Keep the job for another lease and note how far it is; whether to go on."""
        with self._transaction(write=True) as database:
            database.execute(
                "UPDATE jobs SET done = ?, total = ?, leased_until = ?, updated_at = ?"
                " WHERE id = ? AND leased_by = ? AND status IN ('parsing', 'indexing')",
                (done, total, time.time() + self.lease_seconds, now(), job_id, self._owner),
            )
            return self._standing(database, job_id)

    def standing(self, job_id: str) -> Standing:
        """Whether to go on with the job."""
        with self._transaction() as database:
            return self._standing(database, job_id)

    def start_indexing(self, job_id: str) -> Standing:
        """The file is read and its passages are encoded next; whether to go on."""
        with self._transaction(write=True) as database:
            database.execute(
                "UPDATE jobs SET status = 'indexing', updated_at = ?"
                " WHERE id = ? AND leased_by = ? AND status = 'parsing'",
                (now(), job_id, self._owner),
            )
            return self._standing(database, job_id)

    def document_with_text(self, text: str) -> str | None:
        """The id of the searchable document whose text this is, if there is one."""
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        with self._transaction() as database:
            row = database.execute(
                "SELECT d.id FROM revisions r JOIN documents d ON d.id = r.document_id AND d.revision = r.number"
                " WHERE r.sha256 = ? AND d.removed_at IS NULL LIMIT 1",
                (digest,),
            ).fetchone()
        return None if row is None else str(row["id"])

    def finish(self, job_id: str, document_id: str, revision: int, passages: int = 0) -> None:
        """The document is searchable, `passages` of it were to be encoded; the file is deleted."""
        self._end(job_id, JobStatus.INDEXED, document_id=document_id, revision=revision, total=passages)

    def fail(self, job_id: str, code: str, reason: str) -> None:
        """The file cannot be indexed; it is kept for a while, so that it can be tried again."""
        self._end(job_id, JobStatus.FAILED, code, reason)

    def cancel(self, job_id: str) -> None:
        """The work was stopped as the user wished; the file is deleted."""
        self._end(job_id, JobStatus.CANCELLED)

    def release(
        self, job_id: str, error: LibraryError | None = None, wait_seconds: float = 0.0, *, counts: bool = False
    ) -> None:
        """Put the job back into the queue, for `wait_seconds` at least; the attempt is forgotten unless it `counts`.

        `error` shows as the job's code and reason while it waits.
        """
        code, reason = (None, None) if error is None else (error.code, str(error))
        with self._transaction(write=True) as database:
            database.execute(
                "UPDATE jobs SET status = 'queued', code = ?, reason = ?, done = 0, total = 0, attempts = attempts - ?,"
                " leased_by = NULL, leased_until = ?, updated_at = ?"
                " WHERE id = ? AND leased_by = ? AND status IN ('parsing', 'indexing')",
                (code, reason, int(not counts), time.time() + wait_seconds, now(), job_id, self._owner),
            )

    def expand(self, job_id: str, members: Iterable[tuple[str, bytes]]) -> Standing:
        """Queue the members (name, bytes) of an archive, all of them or none, and end its own job.

        When the job is no longer held, nothing is queued. What `members` raises is passed on. Raises ArchiveRefused
        when there is no member. The bound of the queue does not count here: the archive was already accepted.
        """
        written: list[tuple[SpooledFile, str]] = []
        standing = Standing.LOST
        try:
            for name, data in members:
                written.append((self._spool.write(new_job_id(), data, sync_folder=False), name))
            if not written:
                raise ArchiveRefused("压缩包里没有文件；请检查后重新上传。")
            self._spool.sync()
            standing = self._queue_members(job_id, written)
        finally:
            if standing is not Standing.HELD:
                for spooled, _ in written:
                    self._spool.remove(spooled.name)
        if standing is Standing.HELD:
            self._spool.remove(job_id)
            self._queue.submitted.set()
        return standing

    def _queue_members(self, job_id: str, written: Sequence[tuple[SpooledFile, str]]) -> Standing:
        with self._transaction(write=True) as database:
            row, standing = self._held(database, job_id), self._standing(database, job_id)
            if row is not None and standing is Standing.HELD:
                for spooled, name in written:
                    insert_job(database, spooled, name, None, None, parent_id=job_id)
                end_job(database, row, JobStatus.INDEXED, document_id="")
                database.execute("UPDATE jobs SET done = 0, total = ? WHERE id = ?", (len(written), job_id))
        return standing

    def _end(
        self,
        job_id: str,
        status: JobStatus,
        code: str | None = None,
        reason: str | None = None,
        *,
        document_id: str | None = None,
        revision: int | None = None,
        total: int = 0,
    ) -> None:
        with self._transaction(write=True) as database:
            row = self._held(database, job_id)
            if row is not None:
                database.execute("UPDATE jobs SET total = max(total, ?) WHERE id = ?", (total, job_id))
                end_job(database, row, status, code, reason, document_id=document_id, revision=revision)
        if row is not None and status is not JobStatus.FAILED:
            self._spool.remove(job_id)

    def _held(self, database: sqlite3.Connection, job_id: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = database.execute(_HELD, (job_id, self._owner)).fetchone()
        return row

    def _standing(self, database: sqlite3.Connection, job_id: str) -> Standing:
        row = self._held(database, job_id)
        if row is None:
            return Standing.LOST
        return Standing.CANCELLED if row["code"] == CANCELLING else Standing.HELD


def _take_back(database: sqlite3.Connection, row: sqlite3.Row) -> None:
    """The worker of this job is dead: another tries, unless that was tried too often or nobody wants it any more."""
    if row["code"] == CANCELLING:
        end_job(database, row, JobStatus.CANCELLED)
    elif row["attempts"] >= MAX_ATTEMPTS:
        end_job(database, row, JobStatus.FAILED, "parsing_crashed", _GIVEN_UP)
    else:
        database.execute(
            "UPDATE jobs SET status = 'queued', done = 0, total = 0, leased_by = NULL, leased_until = NULL,"
            " updated_at = ? WHERE id = ?",
            (now(), row["id"]),
        )
