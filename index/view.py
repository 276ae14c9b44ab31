"""The catalogue as of one instant, for building and checking what is made from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.errors import EncoderMismatch
from index.portable import PortableDocument
from index.records import CURRENT, REVISION, document_of, passage_of, revision_of, vector_of
from index.types import Document, Passage

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class State:
    """`generation` counts up with every change; `encoder` names the maker of the vectors ("" while there are none)."""

    generation: int
    encoder: str


@dataclass(frozen=True, slots=True)
class DocumentState:
    """The searchable revision of a document: the id of its first passage, and how many passages there are."""

    document_id: str
    revision: int
    first: int
    passages: int


@dataclass(frozen=True, slots=True)
class Changes:
    """What is searchable at `generation`.

    When `complete`, `searchable` are all documents; else those that changed since the generation that was asked
    about, and `gone` those that may not be found any more.
    """

    generation: int
    complete: bool
    searchable: tuple[DocumentState, ...]
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with the id of its row and its vector."""

    id: int
    passage: Passage
    vector: Vectors


class CatalogueView:
    """Reads inside one transaction: whatever is written meanwhile is not seen. Valid until the transaction ends."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def state(self) -> State:
        """The generation and the encoder."""
        row = self._database.execute("SELECT generation, encoder FROM state").fetchone()
        return State(row["generation"], row["encoder"])

    def check_encoder(self, encoder: str) -> State:
        """The state; raises EncoderMismatch when the vectors are another encoder's."""
        state = self.state()
        if state.encoder not in ("", encoder):
            raise EncoderMismatch(state.encoder, encoder)
        return state

    def changes(self, since: int | None = None) -> Changes:
        """What has become searchable or unsearchable after the generation `since`; everything when it is None.

        Everything as well when documents were purged after `since`, for they leave nothing to report.
        """
        generation = self.state().generation
        (purged,) = self._database.execute("SELECT purged FROM state").fetchone()
        if since is None or since < purged:
            rows = self._database.execute(f"{_STATES} WHERE d.removed_at IS NULL GROUP BY d.id ORDER BY first")
            return Changes(generation, True, tuple(map(_document_state, rows)))
        changed = self._database.execute(
            f"{_STATES} WHERE d.generation > ? GROUP BY d.id ORDER BY first", (since,)
        ).fetchall()
        return Changes(
            generation=generation,
            complete=False,
            searchable=tuple(_document_state(row) for row in changed if row["removed_at"] is None),
            gone=frozenset(row["id"] for row in changed if row["removed_at"] is not None),
        )

    def document_ids(self, *, removed: bool = False) -> list[str]:
        """Ids of the searchable documents, or of the removed ones, in the order in which they were added."""
        rows = self._database.execute(
            "SELECT id FROM documents WHERE (removed_at IS NOT NULL) = ? ORDER BY rowid", (removed,)
        )
        return [row["id"] for row in rows]

    def document(self, document_id: str) -> Document:
        """The current revision of a document that is there."""
        return document_of(
            self._database.execute(
                f"SELECT {REVISION}, r.text, r.headings, r.pages {CURRENT} WHERE d.id = ?", (document_id,)
            ).fetchone()
        )

    def passages(self, document_ids: Iterable[str]) -> Iterator[StoredPassage]:
        """The stored passages of the current revisions of these documents, document by document, in order."""
        for document_id in document_ids:
            document = self._database.execute(
                f"SELECT {REVISION}, r.text {CURRENT} WHERE d.id = ?", (document_id,)
            ).fetchone()
            if document is None:
                continue
            revision, text = revision_of(document), document["text"]
            rows = self._database.execute(
                "SELECT * FROM passages WHERE document_id = ? AND revision = ? ORDER BY id",
                (document_id, revision.number),
            )
            for row in rows:
                passage = passage_of(row, revision, text[row["start"] : row["end"]])
                yield StoredPassage(row["id"], passage, vector_of(row["vector"]))

    def searchable(self, passage_ids: Sequence[int]) -> dict[int, Passage]:
        """Those of the passages that are in a current revision of a document that is not removed, by id."""
        marks = ",".join("?" * len(passage_ids))
        rows = self._database.execute(
            f'SELECT {REVISION}, p.id AS passage_id, p.start, p."end", p.headings, p.page,'
            f' substr(r.text, p.start + 1, p."end" - p.start) AS passage_text {CURRENT}'
            " JOIN passages p ON p.document_id = r.document_id AND p.revision = r.number"
            f" WHERE p.id IN ({marks}) AND d.removed_at IS NULL",
            tuple(passage_ids),
        )
        return {row["passage_id"]: passage_of(row, revision_of(row), row["passage_text"]) for row in rows}

    def portable_documents(self) -> Iterator[PortableDocument]:
        """All documents with all their revisions, removed ones too, in the order in which they were added."""
        for row in self._database.execute("SELECT * FROM documents ORDER BY rowid").fetchall():
            revisions = self._database.execute(
                "SELECT * FROM revisions WHERE document_id = ? ORDER BY number", (row["id"],)
            ).fetchall()
            yield PortableDocument(
                source=row["source"],
                title=row["title"],
                created_at=row["created_at"],
                removed_at=row["removed_at"],
                revisions=tuple((document_of(found), found["created_at"]) for found in revisions),
                passages=tuple(found.passage for found in self.passages([row["id"]])),
            )

    def portable_vectors(self) -> Iterator[Vectors]:
        """The vectors of all passages of `portable_documents`, in the same order."""
        rows = self._database.execute(
            "SELECT p.vector FROM documents d JOIN passages p ON p.document_id = d.id AND p.revision = d.revision"
            " ORDER BY d.rowid, p.id"
        )
        for row in rows:
            yield vector_of(row["vector"])


_STATES = """
SELECT d.id, d.revision, d.removed_at, coalesce(min(p.id), 0) AS first, count(p.id) AS passages
FROM documents d LEFT JOIN passages p ON p.document_id = d.id AND p.revision = d.revision
"""


def _document_state(row: sqlite3.Row) -> DocumentState:
    return DocumentState(row["id"], row["revision"], row["first"], row["passages"])
