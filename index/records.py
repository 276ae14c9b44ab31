"""Rows of the database ↔ the values of index.types."""

from __future__ import annotations

import json
import sqlite3

import numpy as np
import numpy.typing as npt

from index.types import Document, DocumentSummary, Heading, Page, Passage, Revision, RevisionSummary

Vectors = npt.NDArray[np.float32]

CURRENT_TITLE = "coalesce(d.title, r.title)"
"""SQL for the title of a document's current revision: the one it was given, else that of its text."""
REVISION = f"r.document_id, r.number, r.sha256, iif(r.number = d.revision, {CURRENT_TITLE}, r.title) AS title"
"""SQL for what `revision_of` reads; the tables are documents d and revisions r."""
CURRENT = "FROM documents d JOIN revisions r ON r.document_id = d.id AND r.number = d.revision"
"""SQL for the documents, each with its current revision."""
SUMMARY = (
    f"SELECT {REVISION}, d.source, d.removed_at, d.characters, d.pages, d.created_at,"  # noqa: S608 - constants
    " coalesce(d.updated_at, d.created_at) AS updated_at,"
    " (SELECT count(*) FROM passages p WHERE p.document_id = d.id AND p.revision = d.revision) AS passages"
    f" {CURRENT}"
)
"""SQL for what `summary_of` reads."""


def revision_of(row: sqlite3.Row) -> Revision:
    """The revision in a row that has the columns of REVISION."""
    return Revision(row["document_id"], row["number"], row["sha256"], row["title"])


def document_of(row: sqlite3.Row) -> Document:
    """The document in a row that has the columns of REVISION and the text with its marks."""
    return Document(
        revision=revision_of(row),
        text=row["text"],
        headings=tuple(Heading(*mark) for mark in json.loads(row["headings"])),
        pages=tuple(Page(*mark) for mark in json.loads(row["pages"])),
    )


def summary_of(row: sqlite3.Row) -> DocumentSummary:
    """The summary in a row of SUMMARY."""
    return DocumentSummary(
        revision=revision_of(row),
        source=row["source"],
        characters=row["characters"],
        passages=row["passages"],
        created_at=row["created_at"],
        pages=row["pages"],
        updated_at=row["updated_at"],
    )


def revision_summary_of(row: sqlite3.Row) -> RevisionSummary:
    """The summary in a row that has the columns of REVISION, `characters` and `created_at`."""
    return RevisionSummary(row["number"], row["sha256"], row["title"], row["characters"], row["created_at"])


def passage_of(row: sqlite3.Row, revision: Revision, text: str) -> Passage:
    """The passage in a row of passages; `text` is that of the passage."""
    return Passage(
        revision=revision,
        start=row["start"],
        end=row["end"],
        text=text,
        headings=tuple(json.loads(row["headings"])),
        page=row["page"],
    )


def heading_marks(document: Document) -> str:
    """The headings of a document as the database keeps them."""
    return json.dumps([[mark.level, mark.start, mark.end] for mark in document.headings])


def page_marks(document: Document) -> str:
    """The pages of a document as the database keeps them."""
    return json.dumps([[page.number, page.start, page.end] for page in document.pages])


def passage_values(passage: Passage, vector: Vectors) -> tuple[object, ...]:
    """The columns document_id, revision, start, end, headings, page and vector of a passage."""
    return (
        passage.revision.document_id,
        passage.revision.number,
        passage.start,
        passage.end,
        json.dumps(passage.headings, ensure_ascii=False),
        passage.page,
        vector.astype("<f4").tobytes(),
    )


def vector_of(blob: bytes) -> Vectors:
    """The vector in a row of passages; an empty one when the bytes cannot be one."""
    return np.frombuffer(blob if len(blob) % 4 == 0 else b"", dtype="<f4").astype(np.float32, copy=False)
