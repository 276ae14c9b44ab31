"""The statements that change documents; each is given the connection of a write transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.database import now
from index.errors import UnknownDocument
from index.portable import PortableDocument
from index.records import heading_marks, page_marks, passage_values
from index.types import Document, Passage

Vectors = npt.NDArray[np.float32]


def next_generation(database: sqlite3.Connection) -> int:
    """Count up the generation and return it; whatever changed is marked with it."""
    (generation,) = database.execute("UPDATE state SET generation = generation + 1 RETURNING generation").fetchone()
    return int(generation)


def insert_revision(database: sqlite3.Connection, document: Document, created_at: str) -> None:
    """Store the text of a revision; its document must be there."""
    revision = document.revision
    database.execute(
        "INSERT INTO revisions (document_id, number, sha256, title, text, headings, pages, created_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            revision.document_id,
            revision.number,
            revision.sha256,
            revision.title,
            document.text,
            heading_marks(document),
            page_marks(document),
            created_at,
        ),
    )


def replace_passages(
    database: sqlite3.Connection, document_id: str, passages: Sequence[Passage], vectors: Vectors
) -> None:
    """Drop all passages of a document and store these; raises ValueError when a vector is missing or left over."""
    database.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
    database.executemany(
        'INSERT INTO passages (document_id, revision, start, "end", headings, page, vector)'
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [passage_values(passage, vector) for passage, vector in zip(passages, vectors, strict=True)],
    )


def put_document(
    database: sqlite3.Connection, document: Document, source: str, title: str | None, created_at: str, generation: int
) -> None:
    """Make `document` the current revision of its document, which becomes searchable; `title` None keeps the old."""
    revision = document.revision
    database.execute(
        "INSERT INTO documents (id, source, revision, title, created_at, updated_at, characters, pages, generation)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, source = excluded.source, removed_at = NULL,"
        " title = coalesce(excluded.title, title), updated_at = excluded.updated_at,"
        " characters = excluded.characters, pages = excluded.pages, generation = excluded.generation",
        (
            revision.document_id,
            source,
            revision.number,
            title,
            created_at,
            created_at,
            len(document.text),
            len(document.pages),
            generation,
        ),
    )
    insert_revision(database, document, created_at)


def insert_document(database: sqlite3.Connection, document: PortableDocument, generation: int) -> None:
    """Store a document of another library, without its revisions and passages."""
    current = document.current
    database.execute(
        "INSERT INTO documents"
        " (id, source, revision, title, created_at, updated_at, removed_at, characters, pages, generation)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            document.id,
            document.source,
            current.revision.number,
            document.title,
            document.created_at,
            now(),
            document.removed_at,
            len(current.text),
            len(current.pages),
            generation,
        ),
    )


def purge_documents(database: sqlite3.Connection, document_id: str | None) -> int:
    """Delete removed documents with all theirs and the old revisions of the others; how many revisions that were.

    With a `document_id` only of that document. Raises UnknownDocument.
    """
    chosen = (document_id or "*",)
    rows = database.execute("SELECT id, removed_at FROM documents WHERE ? IN (id, '*')", chosen).fetchall()
    if document_id is not None and not rows:
        raise UnknownDocument(document_id)
    removed = [(row["id"],) for row in rows if row["removed_at"] is not None]
    database.executemany("DELETE FROM passages WHERE document_id = ?", removed)
    count = 0
    for name in removed:
        count += database.execute("DELETE FROM revisions WHERE document_id = ?", name).rowcount
    database.executemany("DELETE FROM documents WHERE id = ?", removed)
    count += database.execute(
        "DELETE FROM revisions WHERE ? IN (document_id, '*') AND number <"
        " (SELECT d.revision FROM documents d WHERE d.id = document_id)",
        chosen,
    ).rowcount
    if count:
        database.execute("UPDATE state SET purged = ?", (next_generation(database),))
    return count
