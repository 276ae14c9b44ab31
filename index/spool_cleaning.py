"""What is kept of finished uploads, and for how long."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from index.jobs import JobQueue

KEPT_DAYS = 7
"""Files of failed jobs can be tried again for so long."""
KEPT_BYTES = 2 * 1024**3
"""Of the files of failed jobs the newest are kept, up to this size together."""
KEPT_ROWS_DAYS = 30
"""Finished jobs are listed for so long."""
_ORPHAN_SECONDS = 3600.0


def clean(queue: JobQueue) -> int:
    """Delete files that no job needs any more, and jobs that ended long ago; how many files went.

    A file without a job is left by a crash; it is deleted once it is too old to belong to an upload that is just being
    acknowledged. Raises CatalogueError.
    """
    removed = 0
    with queue.database.transaction(write=True) as database:
        database.execute(
            "DELETE FROM jobs WHERE status IN ('indexed', 'failed', 'cancelled') AND updated_at < :then"
            " AND NOT EXISTS (SELECT 1 FROM jobs member WHERE member.parent_id = jobs.id"
            " AND (member.status IN ('queued', 'parsing', 'indexing') OR member.updated_at >= :then))",
            {"then": _days_ago(KEPT_ROWS_DAYS)},
        )
        status = dict(database.execute("SELECT id, status FROM jobs").fetchall())
        failed = database.execute(
            "SELECT id, bytes FROM jobs WHERE status = 'failed' AND updated_at >= ? ORDER BY updated_at DESC",
            (_days_ago(KEPT_DAYS),),
        ).fetchall()
        kept, size = {job_id for job_id, known in status.items() if known in ("queued", "parsing", "indexing")}, 0
        for job_id, length in failed:
            size += length
            if size <= KEPT_BYTES:
                kept.add(job_id)
        # Inside the transaction, so that no job is queued again while its file goes.
        for name in queue.spool.names_older_than(_ORPHAN_SECONDS):
            if name not in kept:
                queue.spool.remove(name)
                removed += 1
    return removed


def _days_ago(days: int) -> str:
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
