"""Documents, revisions, passages and vectors in SQLite: the truth that every index is built from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.chunking import retrieval_text
from index.database import BUSY_SECONDS, Database, now
from index.errors import DocumentConflict, UnknownDocument, UnknownRevision
from index.records import (
    CURRENT,
    CURRENT_TITLE,
    REVISION,
    SUMMARY,
    document_of,
    revision_of,
    revision_summary_of,
    summary_of,
)
from index.types import Document, DocumentSummary, Passage, Revision, RevisionSummary, Statistics
from index.vectors import is_sound
from index.view import CatalogueView, State
from index.writing import next_generation, purge_documents, put_document, replace_passages

Vectors = npt.NDArray[np.float32]
Indexed = tuple[Sequence[Passage], Vectors]
"""The passages of a revision with their vectors, shape (passages, dimension)."""


class Catalogue:
    """One SQLite file. Every method is one transaction and may be called from any thread."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open or make the database at `path`; raises CatalogueError when that cannot be done.

        A write waits up to `busy_seconds` for those of others.
        """
        self.database = Database(path, busy_seconds)
        self._transaction = self.database.transaction

    @contextmanager
    def view(self) -> Iterator[CatalogueView]:
        """The catalogue as it is now, until the end of the block."""
        with self._transaction() as database:
            yield CatalogueView(database)

    def state(self) -> State:
        """The current generation and encoder."""
        with self.view() as view:
            return view.state()

    def put(
        self,
        document: Document,
        source: str,
        passages: Sequence[Passage],
        vectors: Vectors,
        encoder: str,
        title: str | None = None,
        *,
        replacing: bool = False,
    ) -> Revision:
        """Store a new document, or the next revision of one; older revisions stay readable but are not searched.

        `title` names the document from now on, whatever its texts are called. Raises EncoderMismatch when another
        encoder made the vectors that are there, DocumentConflict when the revision's number is not the next one, and
        when `replacing` UnknownDocument unless the document is searchable.
        """
        revision = document.revision
        with self._transaction(write=True) as database:
            CatalogueView(database).check_encoder(encoder)
            if replacing:
                _check_searchable(database, revision.document_id)
            latest = database.execute(
                "SELECT coalesce(max(number), 0) FROM revisions WHERE document_id = ?", (revision.document_id,)
            ).fetchone()[0]
            if revision.number != latest + 1:
                raise DocumentConflict(revision.document_id)
            put_document(database, document, source, title, now(), next_generation(database))
            replace_passages(database, revision.document_id, passages, vectors)
            database.execute("UPDATE state SET encoder = ?", (encoder,))
            return CatalogueView(database).document(revision.document_id).revision

    def rename(self, document_id: str, title: str) -> None:
        """Give a searchable document a title that stays when its text is replaced. Raises UnknownDocument."""
        self._change(document_id, "title", title)

    def remove(self, document_id: str) -> None:
        """Take a document out of search; its revisions stay readable for old citations. Raises UnknownDocument."""
        self._change(document_id, "removed_at", now())

    def restore(self, document_id: str, indexed: Indexed | None = None, encoder: str = "") -> None:
        """Make a removed document searchable again, with other passages when they are given.

        Changes nothing when the document is not removed. Raises UnknownDocument when the id was never used.
        """
        with self._transaction(write=True) as database:
            row = database.execute("SELECT removed_at FROM documents WHERE id = ?", (document_id,)).fetchone()
            if row is None:
                raise UnknownDocument(document_id)
            if row["removed_at"] is None:
                return
            if indexed is not None:
                CatalogueView(database).check_encoder(encoder)
                replace_passages(database, document_id, *indexed)
            database.execute(
                "UPDATE documents SET removed_at = NULL, updated_at = ?, generation = ? WHERE id = ?",
                (now(), next_generation(database), document_id),
            )

    def purge(self, document_id: str | None = None) -> int:
        """Delete for good: old revisions, and removed documents with all theirs; how many revisions that were.

        With a `document_id` only of that document. Raises UnknownDocument.
        """
        with self._transaction(write=True) as database:
            # The freed pages are overwritten, so that a text that was to go cannot be dug out of the file.
            database.execute("PRAGMA secure_delete = ON")
            count = purge_documents(database, document_id)
        if count:
            self.database.shrink_log()
        return count

    def index_anew(self, generation: int, indexed: Mapping[str, Indexed], encoder: str) -> bool:
        """Replace the passages of all searchable documents; those of removed ones are dropped.

        False, and nothing is changed, when the catalogue is not at `generation` any more.
        """
        with self._transaction(write=True) as database:
            if CatalogueView(database).state().generation != generation:
                return False
            database.execute("DELETE FROM passages")
            for document_id, (passages, vectors) in indexed.items():
                replace_passages(database, document_id, passages, vectors)
            database.execute("UPDATE documents SET generation = ?", (next_generation(database),))
            database.execute("UPDATE state SET encoder = ?", (encoder,))
        return True

    def stored_vectors(self, document_id: str, encoder: str, dimension: int) -> dict[str, Vectors]:
        """Sound vectors of the current revision by retrieval text, of a removed document too; none of another's."""
        with self.view() as view:
            if view.state().encoder != encoder:
                return {}
            return {
                retrieval_text(found.passage): found.vector
                for found in view.passages([document_id])
                if is_sound(found.vector, dimension)
            }

    def searchable(self, passage_ids: Sequence[int]) -> dict[int, Passage]:
        """Those of the passages that may be shown, by id."""
        with self.view() as view:
            return view.searchable(passage_ids)

    def document(self, document_id: str, number: int | None = None) -> Document:
        """One revision's text; without a number the current one. Raises UnknownDocument or UnknownRevision."""
        with self._transaction() as database:
            current = database.execute("SELECT revision FROM documents WHERE id = ?", (document_id,)).fetchone()
            if current is None:
                raise UnknownDocument(document_id)
            wanted = current["revision"] if number is None else number
            row = database.execute(
                f"SELECT {REVISION}, r.text, r.headings, r.pages {_REVISIONS} AND r.number = ?", (document_id, wanted)
            ).fetchone()
        if row is None:
            raise UnknownRevision(document_id, wanted)
        return document_of(row)

    def latest_revision(self, document_id: str) -> Revision | None:
        """The newest revision under this id, of a removed document too; None when the id is not in use."""
        with self._transaction() as database:
            row = database.execute(
                f"SELECT {REVISION} {_REVISIONS} ORDER BY r.number DESC LIMIT 1", (document_id,)
            ).fetchone()
        return None if row is None else revision_of(row)

    def revisions(self, document_id: str) -> list[RevisionSummary]:
        """All revisions that can be read, newest first, of a removed document too. Raises UnknownDocument."""
        with self._transaction() as database:
            rows = database.execute(
                f"SELECT {REVISION}, length(r.text) AS characters, r.created_at {_REVISIONS} ORDER BY r.number DESC",
                (document_id,),
            ).fetchall()
        if not rows:
            raise UnknownDocument(document_id)
        return [revision_summary_of(row) for row in rows]

    def with_text(self, sha256: str) -> Revision | None:
        """The searchable document whose current text has this digest, if there is one."""
        with self._transaction() as database:
            row = database.execute(
                f"SELECT {REVISION} {CURRENT} WHERE r.sha256 = ? AND d.removed_at IS NULL ORDER BY d.rowid LIMIT 1",
                (sha256,),
            ).fetchone()
        return None if row is None else revision_of(row)

    def summaries(self, limit: int, offset: int = 0, text: str | None = None) -> tuple[list[DocumentSummary], int]:
        """One page of the searchable documents, newest first, and how many there are in all.

        `text` keeps those with it in their title or source, whatever its case. A negative limit is none.
        """
        values = {"pattern": f"%{_escaped(text or '')}%", "limit": limit, "offset": offset}
        with self._transaction() as database:
            rows = database.execute(f"{SUMMARY} {_LISTED} {_NEWEST_FIRST} LIMIT :limit OFFSET :offset", values)
            page = [summary_of(row) for row in rows]
            (total,) = database.execute(f"SELECT count(*) {CURRENT} {_LISTED}", values).fetchone()
        return page, total

    def summary(self, document_id: str, *, removed: bool = False) -> DocumentSummary:
        """One searchable document, or with `removed` any. Raises UnknownDocument."""
        with self._transaction() as database:
            row = database.execute(f"{SUMMARY} WHERE d.id = ?", (document_id,)).fetchone()
        if row is None or (row["removed_at"] is not None and not removed):
            raise UnknownDocument(document_id)
        return summary_of(row)

    def is_removed(self, document_id: str) -> bool:
        """Whether the document was removed. Raises UnknownDocument when the id is not in use."""
        with self._transaction() as database:
            row = database.execute("SELECT removed_at FROM documents WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise UnknownDocument(document_id)
        return row["removed_at"] is not None

    def statistics(self, other_bytes: int = 0) -> Statistics:
        """How much is searchable, and the size of the database and of what else there is."""
        with self._transaction() as database:
            documents, characters = database.execute(
                "SELECT count(*), coalesce(sum(characters), 0) FROM documents WHERE removed_at IS NULL"
            ).fetchone()
            (passages,) = database.execute(
                "SELECT count(*) FROM documents d JOIN passages p ON p.document_id = d.id AND p.revision = d.revision"
                " WHERE d.removed_at IS NULL"
            ).fetchone()
            generation = CatalogueView(database).state().generation
        return Statistics(documents, passages, characters, generation, self.database.bytes_on_disk() + other_bytes)

    def _change(self, document_id: str, column: Literal["title", "removed_at"], value: str) -> None:
        with self._transaction(write=True) as database:
            changed = database.execute(
                f"UPDATE documents SET {column} = ?, updated_at = ?, generation = ?"  # noqa: S608 - one of two names
                " WHERE id = ? AND removed_at IS NULL",
                (value, now(), next_generation(database), document_id),
            )
            if changed.rowcount == 0:
                raise UnknownDocument(document_id)


_REVISIONS = "FROM documents d JOIN revisions r ON r.document_id = d.id WHERE d.id = ?"
_LISTED = (
    f"WHERE d.removed_at IS NULL AND ({CURRENT_TITLE} LIKE :pattern ESCAPE '\\' OR d.source LIKE :pattern ESCAPE '\\')"
)
_NEWEST_FIRST = "ORDER BY d.created_at DESC, d.rowid DESC"


def _check_searchable(database: sqlite3.Connection, document_id: str) -> None:
    found = database.execute("SELECT 1 FROM documents WHERE id = ? AND removed_at IS NULL", (document_id,))
    if found.fetchone() is None:
        raise UnknownDocument(document_id)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
