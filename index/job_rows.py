"""Jobs as values, and as rows of the table `jobs`. Every function here works inside the caller's transaction."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import unicodedata
import uuid
from dataclasses import dataclass
from enum import StrEnum

from index.database import now
from index.errors import UnknownJob
from index.spool import SpooledFile

CANCELLING = "cancelling"
"""The `code` of a running job that was told to stop and has not yet."""
_LONGEST_NAME = 255
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class JobStatus(StrEnum):
    """Where a job is."""

    QUEUED = "queued"
    PARSING = "parsing"
    INDEXING = "indexing"
    INDEXED = "indexed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self in (JobStatus.INDEXED, JobStatus.FAILED, JobStatus.CANCELLED)


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way into the library.

    `done` of `total` passages are encoded; of an archive: members finished. `code` and `reason` (Chinese) say why it
    failed. `document_id` is "" for an archive, whose members are jobs of their own.
    """

    id: str
    parent_id: str | None
    document_id: str
    file_name: str
    title: str | None
    bytes: int
    status: JobStatus
    code: str | None
    reason: str | None
    done: int
    total: int
    revision: int | None
    created_at: str
    updated_at: str


def new_job_id() -> str:
    """An id that no job has."""
    return f"job-{uuid.uuid4().hex[:16]}"


def id_of_bytes(sha256: str) -> str:
    """The id of a document whose sender named none: made of the file's bytes, so that it is the same everywhere."""
    return f"doc-{sha256[:12]}"


def readable_name(file_name: str | os.PathLike[str]) -> str:
    """A file's name that can be stored and shown: no lone surrogates, no control characters, at most 255 characters.

    Names that are not UTF-8 on disk are taken for GB18030. Of a longer name the end is kept, with its ending.
    """
    parts = os.fspath(file_name).split("/")  # each may have come from another system
    text = "/".join(_decoded(part) for part in parts)
    shown = "".join(character for character in text if unicodedata.category(character) not in ("Cc", "Cf")).strip()
    return shown[-_LONGEST_NAME:] or "未命名"


def _decoded(name: str) -> str:
    """A name as Python has it from the file system, where bytes that are not UTF-8 are lone surrogates."""
    try:
        raw = name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # surrogates that no file system made
        raw = name.encode("utf-8", "replace")
    text = raw.decode("utf-8", "replace")
    if _REPLACEMENT in text:
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode("gb18030")
    return text


def to_job(row: sqlite3.Row) -> Job:
    """The value that a row holds."""
    return Job(
        id=row["id"],
        parent_id=row["parent_id"],
        document_id=row["document_id"],
        file_name=row["file_name"],
        title=row["title"],
        bytes=row["bytes"],
        status=JobStatus(row["status"]),
        code=row["code"],
        reason=row["reason"],
        done=row["done"],
        total=row["total"],
        revision=row["revision"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def job_row(database: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    """The row of a job. Raises UnknownJob."""
    row: sqlite3.Row | None = database.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    if row is None:
        raise UnknownJob(job_id)
    return row


def insert_job(
    database: sqlite3.Connection,
    spooled: SpooledFile,
    file_name: str,
    document_id: str | None,
    title: str | None,
    parent_id: str | None,
) -> None:
    """A queued job for a file that is in the spool; the file's name there is the job's id."""
    moment = now()
    database.execute(
        "INSERT INTO jobs (id, parent_id, document_id, file_name, title, bytes, status, created_at, updated_at)"
        " VALUES (?, ?, ?, ?, ?, ?, 'queued', ?, ?)",
        (
            spooled.name,
            parent_id,
            document_id or id_of_bytes(spooled.sha256),
            readable_name(file_name),
            title,
            spooled.bytes,
            moment,
            moment,
        ),
    )


def end_job(
    database: sqlite3.Connection,
    row: sqlite3.Row,
    status: JobStatus,
    code: str | None = None,
    reason: str | None = None,
    *,
    document_id: str | None = None,
    revision: int | None = None,
) -> None:
    """Give a job its last status, and count it in the archive that it came from."""
    database.execute(
        "UPDATE jobs SET status = ?, code = ?, reason = ?, document_id = coalesce(?, document_id), revision = ?,"
        " done = CASE WHEN ? = 'indexed' THEN total ELSE done END,"
        " leased_by = NULL, leased_until = NULL, updated_at = ? WHERE id = ?",
        (status, code, reason, document_id, revision, status, now(), row["id"]),
    )
    count_in_parent(database, row["parent_id"], 1)


def count_in_parent(database: sqlite3.Connection, parent_id: str | None, change: int) -> None:
    """One more member of an archive is finished, or one less."""
    if parent_id is not None:
        database.execute("UPDATE jobs SET done = done + ?, updated_at = ? WHERE id = ?", (change, now(), parent_id))
