"""Listing: the documents together with the uploads that are to become documents, as one list."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from index.database import Database
from index.errors import UnknownDocument
from index.job_rows import Job, JobStatus, to_job
from index.records import CURRENT_TITLE, SUMMARY, summary_of
from index.types import DocumentSummary


@dataclass(frozen=True, slots=True)
class Entry:
    """A searchable document (`summary`), an upload (`job`: unfinished, failed or cancelled), or both.

    Both: a searchable document that is being replaced, or whose replacement failed.
    """

    summary: DocumentSummary | None
    job: Job | None


class Listing:
    """Reads the tables of the library and of the queue in one transaction. May be used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, limit: int, offset: int = 0, text: str | None = None, statuses: Collection[JobStatus] | None = None
    ) -> tuple[list[Entry], int]:
        """One page, and how many entries there are in all: unfinished and failed uploads first, each newest first.

        `text` filters by title or file name, `statuses` by what the entry shows. Cancelled uploads are not listed.
        """
        values = {
            "text": text or "",
            "pattern": f"%{_escaped(text or '')}%",
            "statuses": _values([*JobStatus] if statuses is None else statuses),
        }
        with self._database.transaction() as database:
            (uploads,) = database.execute(_COUNT_UPLOADS, values).fetchone()
            (documents,) = database.execute(_COUNT_DOCUMENTS, values).fetchone()
            rows = database.execute(_UPLOADS, values | {"limit": limit, "offset": min(offset, uploads)}).fetchall()
            left = {"limit": limit - len(rows), "offset": max(0, offset - uploads)}
            ids = [row["id"] for row in database.execute(_DOCUMENTS, values | left)]
            summaries = _summaries(database, [*ids, *(row["document_id"] for row in rows)])
        jobs = [to_job(row) for row in rows]
        entries = [Entry(summaries.get(job.document_id), job) for job in jobs]
        return [*entries, *(Entry(summaries[document_id], None) for document_id in ids)], uploads + documents

    def entry(self, document_id: str) -> Entry:
        """One entry; also of an upload that was cancelled before there was a document. Raises UnknownDocument."""
        with self._database.transaction() as database:
            summary = _summaries(database, [document_id]).get(document_id)
            row = database.execute(_NEWEST_JOB, {"document_id": document_id}).fetchone()
        job = None if row is None else to_job(row)
        if job is not None and (job.status is JobStatus.INDEXED or (job.status is JobStatus.CANCELLED and summary)):
            job = None
        if summary is None and job is None:
            raise UnknownDocument(document_id)
        return Entry(summary, job)

    def jobs_to_stop(self, document_id: str) -> list[Job]:
        """The unfinished and the failed jobs of a document, oldest first."""
        with self._database.transaction() as database:
            return [to_job(row) for row in database.execute(_JOBS_TO_STOP, (document_id,))]


# A job is outdated once a newer one of the same document is there, and once its document was removed.
_IS_NEWEST = """
NOT EXISTS (SELECT 1 FROM jobs n WHERE n.document_id = j.document_id AND n.rowid > j.rowid)
AND NOT EXISTS (SELECT 1 FROM documents d WHERE d.id = j.document_id AND d.removed_at >= j.updated_at)
"""
_NEWEST_JOB = f"""
SELECT j.* FROM jobs j WHERE j.document_id = :document_id AND j.document_id <> '' AND {_IS_NEWEST}
"""  # noqa: S608 - constants alone, here and below
_FROM_UPLOADS = f"""
FROM jobs j LEFT JOIN documents d ON d.id = j.document_id AND d.removed_at IS NULL
     LEFT JOIN revisions r ON r.document_id = d.id AND r.number = d.revision
WHERE j.status IN ('queued', 'parsing', 'indexing', 'failed') AND j.status IN (SELECT value FROM json_each(:statuses))
      AND (:text = '' OR coalesce({CURRENT_TITLE}, j.title, j.file_name) LIKE :pattern ESCAPE '!'
           OR coalesce(d.source, j.file_name) LIKE :pattern ESCAPE '!')
      AND {_IS_NEWEST}
"""  # noqa: S608
_FROM_DOCUMENTS = f"""
FROM documents d JOIN revisions r ON r.document_id = d.id AND r.number = d.revision
WHERE d.removed_at IS NULL AND 'indexed' IN (SELECT value FROM json_each(:statuses))
      AND (:text = '' OR {CURRENT_TITLE} LIKE :pattern ESCAPE '!' OR d.source LIKE :pattern ESCAPE '!')
      AND NOT EXISTS (
          SELECT 1 FROM jobs j WHERE j.document_id = d.id AND j.status IN ('queued', 'parsing', 'indexing', 'failed')
          AND {_IS_NEWEST}
      )
"""  # noqa: S608
_COUNT_UPLOADS = f"SELECT count(*) {_FROM_UPLOADS}"
_COUNT_DOCUMENTS = f"SELECT count(*) {_FROM_DOCUMENTS}"
_UPLOADS = f"SELECT j.* {_FROM_UPLOADS} ORDER BY j.rowid DESC LIMIT :limit OFFSET :offset"
_DOCUMENTS = f"SELECT d.id {_FROM_DOCUMENTS} ORDER BY d.created_at DESC, d.rowid DESC LIMIT :limit OFFSET :offset"
_SUMMARIES = f"{SUMMARY} WHERE d.removed_at IS NULL AND d.id IN (SELECT value FROM json_each(?))"  # noqa: S608
_JOBS_TO_STOP = """
SELECT * FROM jobs WHERE document_id = ? AND document_id <> '' AND status IN ('queued', 'parsing', 'indexing', 'failed')
ORDER BY rowid
"""


def _summaries(database: sqlite3.Connection, ids: Collection[str]) -> dict[str, DocumentSummary]:
    summaries = map(summary_of, database.execute(_SUMMARIES, (_values(ids),)))
    return {summary.revision.document_id: summary for summary in summaries}


def _values(values: Collection[str]) -> str:
    return json.dumps([*values])


def _escaped(text: str) -> str:
    """`text` as a pattern of LIKE that finds it as it stands; "!" is the escape."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
