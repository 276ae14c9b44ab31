"""Documents, revisions, passages and vectors in SQLite: the truth that every index is built from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import CatalogueError, EncoderMismatch, UnknownDocument, UnknownRevision
from index.schema import migrate
from index.types import Document, DocumentSummary, Heading, Page, Passage, Revision

_BUSY_SECONDS = 30.0

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class State:
    """`generation` counts up with every change; `encoder` names the maker of the vectors ("" while there are none)."""

    generation: int
    encoder: str


@dataclass(frozen=True, slots=True)
class SearchData:
    """The passages of one generation and their vectors, shape (passages, dimension)."""

    generation: int
    passages: tuple[Passage, ...]
    vectors: Vectors


class Catalogue:
    """One SQLite file. Every method is one transaction and may be called from any thread."""

    def __init__(self, path: Path) -> None:
        """Open or make the database at `path`; raises CatalogueError when that cannot be done."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._use_write_ahead_log()
            with self._transaction(write=True) as database:
                migrate(database)
        except (OSError, sqlite3.Error) as error:
            raise CatalogueError(
                f"无法打开数据库 {path}（{error}）；请检查 WENQU_DATA_DIR 是否可写，或换一个目录。"
            ) from error

    def state(self) -> State:
        """The current generation and encoder."""
        with self._transaction() as database:
            return _state(database)

    def put(self, document: Document, source: str, passages: Sequence[Passage], vectors: Vectors, encoder: str) -> None:
        """Store a new document, or the next revision of one; older revisions stay readable but are not searched.

        Raises EncoderMismatch when another encoder made the vectors that are there.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        revision = document.revision
        with self._transaction(write=True) as database:
            _check_encoder(database, encoder)
            database.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, NULL) ON CONFLICT (id) DO UPDATE SET"
                " revision = excluded.revision, source = excluded.source, removed_at = NULL",
                (revision.document_id, source, revision.number, now),
            )
            database.execute(
                "INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    revision.document_id,
                    revision.number,
                    revision.sha256,
                    revision.title,
                    document.text,
                    json.dumps([[mark.level, mark.start, mark.end] for mark in document.headings]),
                    json.dumps([[page.number, page.start, page.end] for page in document.pages]),
                    now,
                ),
            )
            database.execute("DELETE FROM passages WHERE document_id = ?", (revision.document_id,))
            database.executemany(
                'INSERT INTO passages (document_id, revision, start, "end", headings, page, vector)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        revision.document_id,
                        revision.number,
                        passage.start,
                        passage.end,
                        json.dumps(passage.headings, ensure_ascii=False),
                        passage.page,
                        vector.astype("<f4").tobytes(),
                    )
                    for passage, vector in zip(passages, vectors, strict=True)
                ],
            )
            database.execute("UPDATE state SET generation = generation + 1, encoder = ?", (encoder,))

    def remove(self, document_id: str) -> None:
        """Take a document out of search; its revisions stay readable for old citations."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._transaction(write=True) as database:
            changed = database.execute(
                "UPDATE documents SET removed_at = ? WHERE id = ? AND removed_at IS NULL", (now, document_id)
            )
            if changed.rowcount == 0:
                raise UnknownDocument(document_id)
            database.execute("DELETE FROM passages WHERE document_id = ?", (document_id,))
            database.execute("UPDATE state SET generation = generation + 1")

    def document(self, document_id: str, number: int | None = None) -> Document:
        """One revision's text; without a number the current one. Raises UnknownDocument or UnknownRevision."""
        with self._transaction() as database:
            current = database.execute("SELECT revision FROM documents WHERE id = ?", (document_id,)).fetchone()
            if current is None:
                raise UnknownDocument(document_id)
            wanted = current["revision"] if number is None else number
            row = database.execute(
                "SELECT * FROM revisions WHERE document_id = ? AND number = ?", (document_id, wanted)
            ).fetchone()
        if row is None:
            raise UnknownRevision(document_id, wanted)
        return _document(row)

    def latest_revision(self, document_id: str) -> Revision | None:
        """The newest revision under this id, of a removed document too; None when the id was never used."""
        with self._transaction() as database:
            row = database.execute(
                "SELECT * FROM revisions WHERE document_id = ? ORDER BY number DESC LIMIT 1", (document_id,)
            ).fetchone()
        return None if row is None else _revision(row)

    def with_text(self, sha256: str) -> Revision | None:
        """The searchable document whose current text has this digest, if there is one."""
        with self._transaction() as database:
            row = database.execute(
                "SELECT r.* FROM revisions r JOIN documents d ON d.id = r.document_id AND d.revision = r.number"
                " WHERE r.sha256 = ? AND d.removed_at IS NULL LIMIT 1",
                (sha256,),
            ).fetchone()
        return None if row is None else _revision(row)

    def summaries(self, limit: int, offset: int) -> tuple[list[DocumentSummary], int]:
        """One page of the searchable documents, newest first, and how many there are in all."""
        with self._transaction() as database:
            rows = database.execute(
                f"{_SUMMARY} ORDER BY d.created_at DESC, d.rowid DESC LIMIT ? OFFSET ?", (limit, offset)
            )
            page = [_summary(row) for row in rows]
            total = database.execute("SELECT count(*) FROM documents WHERE removed_at IS NULL").fetchone()[0]
        return page, total

    def summary(self, document_id: str) -> DocumentSummary:
        """One searchable document. Raises UnknownDocument."""
        with self._transaction() as database:
            row = database.execute(f"{_SUMMARY} AND d.id = ?", (document_id,)).fetchone()
        if row is None:
            raise UnknownDocument(document_id)
        return _summary(row)

    def search_data(self, encoder: str) -> SearchData:
        """Everything that search is built from. Raises EncoderMismatch when another encoder made the vectors."""
        with self._transaction() as database:
            generation = _check_encoder(database, encoder).generation
            passages, rows = _read_passages(database)
        vectors = [np.frombuffer(row["vector"], dtype="<f4") for row in rows]
        return SearchData(generation, tuple(passages), np.array(vectors, dtype=np.float32))

    def passages(self) -> list[Passage]:
        """Every searchable passage, in the order in which `replace_vectors` takes their vectors."""
        with self._transaction() as database:
            return _read_passages(database)[0]

    def replace_vectors(self, vectors: Vectors, encoder: str) -> None:
        """Store other vectors for all passages, made by `encoder`; raises ValueError when their number differs."""
        with self._transaction(write=True) as database:
            ids = [row["id"] for row in database.execute("SELECT id FROM passages ORDER BY id")]
            database.executemany(
                "UPDATE passages SET vector = ? WHERE id = ?",
                [(vector.astype("<f4").tobytes(), row_id) for row_id, vector in zip(ids, vectors, strict=True)],
            )
            database.execute("UPDATE state SET generation = generation + 1, encoder = ?", (encoder,))

    @contextmanager
    def _transaction(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, committed at the end and rolled back on an exception.

        Raises CatalogueError when the database cannot be read or written.
        """
        try:
            database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                database.row_factory = sqlite3.Row
                database.execute("PRAGMA foreign_keys = ON")
                database.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                with database:
                    yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise CatalogueError(
                f"数据库 {self._path} 读写失败（{error}）；请检查磁盘空间和权限，已有内容没有改动。"
            ) from error

    def _use_write_ahead_log(self) -> None:
        # Outside of a transaction, as SQLite demands; the mode is kept in the file.
        database = sqlite3.connect(self._path, timeout=_BUSY_SECONDS)
        try:
            database.execute("PRAGMA journal_mode = WAL")
        finally:
            database.close()


_SUMMARY = """
SELECT r.*, d.source, d.created_at AS added_at, length(r.text) AS characters,
       (SELECT count(*) FROM passages p WHERE p.document_id = d.id) AS passages
FROM documents d JOIN revisions r ON r.document_id = d.id AND r.number = d.revision
WHERE d.removed_at IS NULL
"""


def _state(database: sqlite3.Connection) -> State:
    row = database.execute("SELECT generation, encoder FROM state").fetchone()
    return State(row["generation"], row["encoder"])


def _check_encoder(database: sqlite3.Connection, encoder: str) -> State:
    state = _state(database)
    if state.encoder not in ("", encoder):
        raise EncoderMismatch(state.encoder, encoder)
    return state


def _read_passages(database: sqlite3.Connection) -> tuple[list[Passage], list[sqlite3.Row]]:
    current = database.execute(
        "SELECT r.* FROM revisions r JOIN documents d ON d.id = r.document_id AND d.revision = r.number"
        " WHERE d.removed_at IS NULL"
    )
    documents = {row["document_id"]: (_revision(row), row["text"]) for row in current}
    rows = database.execute("SELECT * FROM passages ORDER BY id").fetchall()
    return [_passage(row, *documents[row["document_id"]]) for row in rows], rows


def _passage(row: sqlite3.Row, revision: Revision, text: str) -> Passage:
    return Passage(
        revision=revision,
        start=row["start"],
        end=row["end"],
        text=text[row["start"] : row["end"]],
        headings=tuple(json.loads(row["headings"])),
        page=row["page"],
    )


def _revision(row: sqlite3.Row) -> Revision:
    return Revision(row["document_id"], row["number"], row["sha256"], row["title"])


def _document(row: sqlite3.Row) -> Document:
    return Document(
        revision=_revision(row),
        text=row["text"],
        headings=tuple(Heading(*mark) for mark in json.loads(row["headings"])),
        pages=tuple(Page(*mark) for mark in json.loads(row["pages"])),
    )


def _summary(row: sqlite3.Row) -> DocumentSummary:
    return DocumentSummary(_revision(row), row["source"], row["characters"], row["passages"], row["added_at"])
