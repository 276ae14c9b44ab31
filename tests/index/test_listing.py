from __future__ import annotations

from pathlib import Path

import pytest

from index.catalogue import Catalogue
from index.chunking import ChunkingPlan
from index.database import Database
from index.dense import FaissIndex
from index.errors import UnknownDocument
from index.jobs import Job, JobQueue, JobStatus
from index.leases import Leases
from index.library import Library
from index.listing import Entry, Listing
from index.types import LoadedText
from tests.fakes import FakeEncoder


class Shelf:
    """A library and a queue over one database, and what lists both."""

    def __init__(self, folder: Path) -> None:
        database = Database(folder / "catalogue.sqlite3")
        self.library = Library(Catalogue(database.path), FakeEncoder(), FaissIndex, ChunkingPlan())
        self.queue = JobQueue(database, folder / "uploads")
        self.listing = Listing(database)

    def store(self, document_id: str, title: str = "标题") -> None:
        self.library.add(LoadedText(f"{document_id}的文字。", title), f"{document_id}.txt", document_id)

    def submit(self, document_id: str, name: str = "a.txt") -> Job:
        return self.queue.submit(b"x", name, document_id)

    def fail(self, document_id: str) -> Job:
        """A job of the document that failed; there must be no other in the queue."""
        job = self.submit(document_id)
        leases = Leases(self.queue)
        assert leases.claim() is not None
        leases.fail(job.id, "damaged_file", "坏了。")
        return job

    def shown(self, **options: object) -> list[tuple[str, bool, str | None]]:
        """Of each entry: the id, whether it is searchable, and the status of its job."""
        entries, total = self.listing.page(100, **options)  # type: ignore[arg-type]
        assert total == len(entries)
        return [_shown(entry) for entry in entries]


def _shown(entry: Entry) -> tuple[str, bool, str | None]:
    job, summary = entry.job, entry.summary
    document_id = summary.revision.document_id if summary is not None else job.document_id if job is not None else ""
    return document_id, summary is not None, None if job is None else job.status.value


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_uploads_come_first_each_group_from_new_to_old(shelf: Shelf) -> None:
    shelf.store("a")
    shelf.fail("x")
    shelf.store("b")
    shelf.submit("y")
    shelf.submit("a")
    assert shelf.shown() == [("a", True, "queued"), ("y", False, "queued"), ("x", False, "failed"), ("b", True, None)]


def test_every_entry_is_on_exactly_one_page(shelf: Shelf) -> None:
    for number in range(4):
        shelf.store(f"d{number}")
        shelf.submit(f"j{number}")
    pages = [shelf.listing.page(3, offset) for offset in (0, 3, 6, 9)]
    assert [len(entries) for entries, _ in pages] == [3, 3, 2, 0]
    assert {total for _, total in pages} == {8}
    ids = [_shown(entry)[0] for entries, _ in pages for entry in entries]
    assert ids == ["j3", "j2", "j1", "j0", "d3", "d2", "d1", "d0"]


def test_the_newest_job_of_a_document_counts(shelf: Shelf) -> None:
    shelf.store("a")
    failed = shelf.fail("a")
    assert shelf.shown() == [("a", True, "failed")]
    newer = shelf.submit("a")
    assert shelf.shown() == [("a", True, "queued")]
    shelf.queue.cancel(newer.id)
    assert shelf.shown() == [("a", True, None)]
    assert shelf.listing.entry("a").job is None
    assert [job.id for job in shelf.listing.jobs_to_stop("a")] == [failed.id]


def test_what_failed_before_a_document_was_removed_is_over(shelf: Shelf) -> None:
    shelf.store("a")
    shelf.fail("a")
    shelf.library.remove("a")
    assert shelf.shown() == []
    with pytest.raises(UnknownDocument):
        shelf.listing.entry("a")
    shelf.submit("a")
    assert shelf.shown() == [("a", False, "queued")]


def test_a_cancelled_upload_is_not_listed_but_can_be_looked_up(shelf: Shelf) -> None:
    shelf.queue.cancel(shelf.submit("a").id)
    assert shelf.shown() == []
    assert _shown(shelf.listing.entry("a")) == ("a", False, "cancelled")
    with pytest.raises(UnknownDocument):
        shelf.listing.entry("")


def test_filters(shelf: Shelf) -> None:
    shelf.store("a", "百分之100%")
    shelf.store("b", "下划_线")
    shelf.store("c", "感叹!号")
    shelf.submit("d", "上传.PDF")
    assert [entry[0] for entry in shelf.shown(text="%")] == ["a"]
    assert [entry[0] for entry in shelf.shown(text="_")] == ["b"]
    assert [entry[0] for entry in shelf.shown(text="!")] == ["c"]
    assert [entry[0] for entry in shelf.shown(text="pdf")] == ["d"]
    assert [entry[0] for entry in shelf.shown(text="b.txt")] == ["b"]
    assert [entry[0] for entry in shelf.shown(statuses=[JobStatus.QUEUED])] == ["d"]
    assert shelf.shown(statuses=[]) == []
    assert [entry[0] for entry in shelf.shown(text="'; DROP TABLE jobs; --")] == []


def test_a_new_title_is_found(shelf: Shelf) -> None:
    shelf.store("a", "旧")
    shelf.library.rename("a", "新")
    assert [entry[0] for entry in shelf.shown(text="新")] == ["a"]
    assert shelf.shown(text="旧") == []
