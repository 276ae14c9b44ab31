"""Documents come in, are replaced and go: what the routes do with the queue and the library."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
from fastapi import Request

from api.errors import ApiError
from api.events import is_stopping
from api.file_names import text_file_name
from api.schemas.documents import CreatedModel
from api.uploads import Upload
from index.errors import UnknownDocument, UnknownJob
from index.jobs import Job, JobQueue, JobStatus
from index.listing import Entry, Listing
from index.types import DocumentSummary

if TYPE_CHECKING:
    from qa.assemble import Wenqu

_POLL_SECONDS = 0.1
_STOPPING_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Added:
    """What a request added or changed: a queued job, or the document that held the text already.

    `is_new` tells whether the id was free before.
    """

    summary: DocumentSummary | None
    job: Job | None
    is_archive: bool = False
    is_new: bool = False

    def model(self) -> CreatedModel:
        """The wire form."""
        return CreatedModel.created(self.summary, self.job, is_archive=self.is_archive)


def add(wenqu: Wenqu, upload: Upload) -> Added:
    """Queue an upload. With the id of a document that is there, only its own text is accepted.

    Raises ApiError 409, QueueFull, DiskFull or CatalogueError.
    """
    if upload.document_id is not None:
        existing = _entry(wenqu, upload.document_id)
        if existing is not None and existing.summary is not None and _is_text_of(existing.summary, upload):
            return Added(existing.summary, None)
        if existing is not None:
            message = f"编号“{upload.document_id}”已被使用；要替换这份文档请用 PUT，要另存一份请换一个编号。"
            raise ApiError(409, "document_exists", message, {"document_id": upload.document_id})
    return Added(None, _submit(wenqu, upload, upload.document_id), upload.is_archive, is_new=True)


def replace(wenqu: Wenqu, document_id: str, upload: Upload) -> Added:
    """Queue an upload as the next revision of a document, or as a new document under this id.

    A text that the document holds already costs nothing. Raises QueueFull, DiskFull or CatalogueError.
    """
    existing = _entry(wenqu, document_id)
    summary = None if existing is None else existing.summary
    if existing is not None and summary is not None and existing.job is None and _is_text_of(summary, upload):
        if upload.title is not None and upload.title != summary.revision.title:
            summary = wenqu.library.rename(document_id, upload.title)
        return Added(summary, None)
    if upload.text is not None and upload.title is None:
        title = summary.revision.title if summary is not None else _first_words(upload.text)
        upload = Upload(upload.data, text_file_name(title), None, title, upload.text)
    return Added(summary, _submit(wenqu, upload, document_id), is_new=existing is None)


async def settled(added: Added, wenqu: Wenqu, request: Request, seconds: float) -> Added:
    """What was added, once its job is done, or after `seconds`, or when the client or the server leaves."""
    job, deadline = added.job, time.monotonic() + seconds
    while job is not None and not is_settled(job) and time.monotonic() < deadline:
        if is_stopping(request.app) or await request.is_disconnected():
            break
        await anyio.sleep(_POLL_SECONDS)
        job = await anyio.to_thread.run_sync(wenqu.queue.get, job.id)
    if job is None or job is added.job:
        return added
    summary = await anyio.to_thread.run_sync(partial(_summary, wenqu, job.document_id))
    return Added(summary, job, added.is_archive, added.is_new)


def is_settled(job: Job) -> bool:
    """Whether nothing more will happen: of an archive, whether all its members are done too."""
    return job.status.finished and (job.document_id != "" or job.done >= job.total)


async def remove(wenqu: Wenqu, document_id: str) -> None:
    """Take a document out of every answer, and stop what is at work on it.

    Removing again what is removed changes nothing. Raises UnknownDocument when there never was such a document.
    """
    jobs = await anyio.to_thread.run_sync(partial(_stop, wenqu, document_id))
    is_known = await anyio.to_thread.run_sync(partial(_remove, wenqu, document_id)) or bool(jobs)
    if not is_known:
        raise UnknownDocument(document_id)
    # A job that was being written when it was told to stop may still have been: what it wrote goes as well.
    deadline = time.monotonic() + _STOPPING_SECONDS
    for job in jobs:
        while not job.status.finished and time.monotonic() < deadline:
            await anyio.sleep(_POLL_SECONDS)
            job = await anyio.to_thread.run_sync(wenqu.queue.get, job.id)
        if job.status is JobStatus.INDEXED and job.document_id == document_id:
            await anyio.to_thread.run_sync(partial(_remove, wenqu, document_id))


def dismiss(queue: JobQueue, job_id: str) -> Job:
    """Cancel an unfinished job; take a failed or cancelled one off the list. Raises UnknownJob."""
    job = queue.get(job_id)
    if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        queue.forget(job_id)
        return job
    return queue.cancel(job_id)


def _stop(wenqu: Wenqu, document_id: str) -> list[Job]:
    """Cancel the unfinished jobs of a document and forget the failed ones; those there were."""
    stopped: list[Job] = []
    for job in Listing(wenqu.database).jobs_to_stop(document_id):
        try:
            stopped.append(dismiss(wenqu.queue, job.id))
        except UnknownJob:  # someone else did it meanwhile
            continue
    return stopped


def _remove(wenqu: Wenqu, document_id: str) -> bool:
    """Whether the document is there no more; False when there never was one."""
    try:
        wenqu.library.remove(document_id)
    except UnknownDocument:
        try:
            return wenqu.library.is_removed(document_id)
        except UnknownDocument:
            return False
    return True


def _submit(wenqu: Wenqu, upload: Upload, document_id: str | None) -> Job:
    return wenqu.queue.submit(upload.data, upload.file_name, document_id=document_id, title=upload.title)


def _entry(wenqu: Wenqu, document_id: str) -> Entry | None:
    """What occupies an id: a cancelled upload does not."""
    try:
        entry = Listing(wenqu.database).entry(document_id)
    except UnknownDocument:
        return None
    is_free = entry.summary is None and entry.job is not None and entry.job.status is JobStatus.CANCELLED
    return None if is_free else entry


def _summary(wenqu: Wenqu, document_id: str) -> DocumentSummary | None:
    try:
        return wenqu.library.summary(document_id)
    except UnknownDocument:
        return None


def _is_text_of(summary: DocumentSummary, upload: Upload) -> bool:
    """Whether the text is known to be that of the document, its line ends as the loader leaves them."""
    if upload.text is None:
        return False
    text = upload.text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.sha256(text.encode("utf-8")).hexdigest() == summary.revision.sha256


def _first_words(text: str) -> str:
    """A title for a text that came without one: the beginning of its first line."""
    return text.strip().splitlines()[0].strip()[:40]
