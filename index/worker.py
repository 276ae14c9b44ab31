"""Worker: a thread that takes jobs out of the queue, reads their files and puts the texts into the library."""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ArchiveRefused, CatalogueError, LibraryError, ParsingCrashed
from index.jobs import JobQueue, id_of_bytes
from index.leases import LEASE_SECONDS, MAX_ATTEMPTS, Claim, Leases, Standing
from index.library import Library
from index.parsing import ParserProcess
from index.spool_cleaning import clean
from index.types import LoadedText

_log = logging.getLogger(__name__)
_POLL_SECONDS = 0.5
"""How soon a job that another process queued is noticed."""
_LOOK_SECONDS = 0.5
"""How soon a running job notices that it is cancelled; also how often its progress is written."""
_CLEANING_SECONDS = 3600.0
_SHORTEST_WAIT, _LONGEST_WAIT = 2.0, 60.0
"""Seconds to wait when the database or the disk refuses to work; doubled each time."""
_INTERNAL = "处理这个文件时发生内部错误；详情见服务器日志，可以重试。"


class _Stopped(Exception):
    """The job is to be left alone: it was cancelled, it is another worker's, or this worker is being stopped."""


class Worker:
    """One background thread. Several, in several processes too, may work on one queue."""

    def __init__(
        self,
        queue: JobQueue,
        library: Library,
        parser: ParserProcess,
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """The worker of `queue`, for `library`; `parser` is its own and is closed with it."""
        self._queue = queue
        self._library = library
        self._parser = parser
        self._leases = Leases(queue, lease_seconds)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._wait_seconds = _SHORTEST_WAIT

    def start(self) -> None:
        """Begin to work. A worker that was stopped can be started again."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="wenqu-worker", daemon=True)
            self._thread.start()

    def stop(self, timeout: float | None = 10.0) -> bool:
        """Stop at the next step; the job at work goes back into the queue. Whether it stopped within `timeout` seconds.

        A worker that did not is a daemon thread: it does not keep the process from ending, and its job is taken over.
        """
        self._stopping.set()
        self._queue.submitted.set()  # wakes it up
        self._parser.interrupt()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(timeout)
            if thread.is_alive():
                return False
        self._parser.close()
        return True

    def work_off(self) -> int:
        """Do in this thread what is in the queue now; how many jobs that were."""
        count = 0
        while not self._stopping.is_set() and (claim := self._leases.claim()) is not None:
            self._do(claim)
            count += 1
        return count

    def _run(self) -> None:
        cleaned = -_CLEANING_SECONDS
        while not self._stopping.is_set():
            try:
                if time.monotonic() - cleaned >= _CLEANING_SECONDS:
                    clean(self._queue)
                    cleaned = time.monotonic()
                self._queue.submitted.clear()
                if self.work_off() == 0:
                    self._queue.submitted.wait(_POLL_SECONDS)
            except Exception:
                # The database may be full or gone for a while; the worker must be there when it is back.
                _log.exception("the worker cannot use its queue; it tries again")
                self._back_off()

    def _do(self, claim: Claim) -> None:
        """One job, to whatever end; only a database that cannot be written raises."""
        try:
            self._index(claim)
            self._wait_seconds = _SHORTEST_WAIT
        except _Stopped:
            self._leave(claim)
        except ParsingCrashed as failure:
            self._retry_or_fail(claim, failure)
        except CatalogueError as failure:
            # Not the fault of the file: it waits until the disk has room, or may be written, again.
            _log.error("job %s waits: %s", claim.job.id, failure)
            self._leases.release(claim.job.id, failure, self._wait_seconds)
            self._back_off()
        except LibraryError as failure:
            self._leases.fail(claim.job.id, failure.code, str(failure))
        except Exception:
            _log.exception("job %s (%s) failed", claim.job.id, claim.job.file_name)
            self._leases.fail(claim.job.id, "internal_error", _INTERNAL)

    def _index(self, claim: Claim) -> None:
        job = claim.job
        with self._watch(claim) as watch:
            with watch.reading():
                loaded = self._parser.read(claim.path, job.file_name)
                if loaded is None:
                    self._expand(claim, watch)
                    return
            watch.progress(0, 0)
            if self._leases.start_indexing(job.id) is not Standing.HELD:
                raise _Stopped
            revision = self._library.add(
                loaded,
                source=job.file_name,
                document_id=self._document_id(claim, loaded),
                progress=watch.progress,
                title=job.title,
            )
        self._leases.finish(job.id, revision.document_id, revision.number, watch.total)

    def _document_id(self, claim: Claim, loaded: LoadedText) -> str | None:
        """The id that the sender was told; None when he chose none and the text is already that of a document."""
        is_chosen = claim.job.document_id != id_of_bytes(_sha256(claim.path))
        if is_chosen or self._leases.document_with_text(loaded.text) is None:
            return claim.job.document_id
        return None

    def _expand(self, claim: Claim, watch: _Watch) -> None:
        if claim.job.parent_id is not None:
            raise ArchiveRefused(f"“{claim.job.file_name}”是压缩包里的压缩包，没有展开；请解压后单独上传。")

        def members() -> Iterator[tuple[str, bytes]]:
            for member in self._parser.members(claim.path, claim.job.file_name):
                watch.progress(0, 0)
                yield member.name, member.data

        if self._leases.expand(claim.job.id, members()) is not Standing.HELD:
            raise _Stopped

    def _leave(self, claim: Claim) -> None:
        if self._leases.standing(claim.job.id) is Standing.CANCELLED:
            self._leases.cancel(claim.job.id)
        else:
            self._leases.release(claim.job.id)  # nothing happens when the job is lost

    def _retry_or_fail(self, claim: Claim, failure: ParsingCrashed) -> None:
        """A crash is tried again, because the memory may have been short, unless we made it by stopping."""
        if self._stopping.is_set() or self._leases.standing(claim.job.id) is not Standing.HELD:
            self._leave(claim)
        elif claim.attempts < MAX_ATTEMPTS:
            self._leases.release(claim.job.id, counts=True)
        else:
            self._leases.fail(claim.job.id, failure.code, str(failure))

    def _back_off(self) -> None:
        self._stopping.wait(self._wait_seconds)
        self._wait_seconds = min(2 * self._wait_seconds, _LONGEST_WAIT)

    @contextmanager
    def _watch(self, claim: Claim) -> Iterator[_Watch]:
        """Keep the lease while this block works."""
        watch = _Watch(self._leases, claim.job.id, self._parser.interrupt, self._stopping)
        watch.start()
        try:
            yield watch
        finally:
            watch.stop()


class _Watch:
    """A thread that renews the lease of one job, writes its progress, and stops the parser when it is cancelled."""

    def __init__(self, leases: Leases, job_id: str, interrupt: Callable[[], None], stopping: threading.Event) -> None:
        self._leases = leases
        self._job_id = job_id
        self._interrupt = interrupt
        self._stopping = stopping
        self._finished = threading.Event()
        self._reading = False
        self._progress = (0, 0)
        self._standing = Standing.HELD
        self._thread = threading.Thread(target=self._run, name="wenqu-lease", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._finished.set()
        self._thread.join()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """While this block lasts, the parser is stopped when the job is."""
        self._reading = True
        try:
            yield
        finally:
            self._reading = False

    def progress(self, done: int, total: int) -> None:
        """Note how far the job is. Raises _Stopped when it must not go on."""
        self._progress = (done, total)
        if self._must_stop():
            raise _Stopped

    @property
    def total(self) -> int:
        return self._progress[1]

    def _must_stop(self) -> bool:
        return self._stopping.is_set() or self._standing is not Standing.HELD

    def _run(self) -> None:
        written, renewed = self._progress, time.monotonic()
        while not self._finished.wait(min(_LOOK_SECONDS, self._leases.lease_seconds / 4)):
            progress = self._progress
            due = time.monotonic() - renewed >= self._leases.lease_seconds / 3
            try:
                if self._standing is not Standing.HELD:
                    pass
                elif due or progress != written:
                    self._standing = self._leases.renew(self._job_id, *progress)
                    written, renewed = progress, time.monotonic()
                else:
                    self._standing = self._leases.standing(self._job_id)
            except CatalogueError as failure:
                _log.warning("the lease of job %s could not be renewed: %s", self._job_id, failure)
            # Each time, because the parser may just have been about to begin.
            if self._reading and self._must_stop():
                self._interrupt()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
