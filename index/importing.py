"""Merging an exported library into this one, in one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.catalogue import Catalogue
from index.database import now
from index.embedding import Progress, embed
from index.errors import TransferError
from index.portable import PortableDocument
from index.ports import Encoder
from index.records import CURRENT
from index.transfer import read_library
from index.types import Document, Passage
from index.view import CatalogueView
from index.writing import insert_document, insert_revision, next_generation, put_document, replace_passages

Vectors = npt.NDArray[np.float32]


def import_library(catalogue: Catalogue, encoder: Encoder, path: Path, progress: Progress | None) -> int:
    """Merge the file at `path` into the catalogue; how many documents that changed.

    Raises TransferError, EncoderMismatch or CatalogueError, and nothing is changed then.
    """
    with catalogue.view() as view:
        view.check_encoder(encoder.name)
    file = read_library(path)
    same = file.encoder == encoder.name
    if same and len(file.vectors) and file.vectors.shape[1] != encoder.dimension:
        raise TransferError(
            f"{path} 中的向量是 {file.vectors.shape[1]} 维，编码器 {encoder.name} 的是 {encoder.dimension} 维；"
            "没有导入任何内容。请检查 WENQU_ENCODER。"
        )
    made: dict[str, Vectors] = {}
    if not same:
        embed([passage for document in file.documents() for passage in _searchable(document)], encoder, made, progress)
    with catalogue.database.transaction(write=True) as database:
        CatalogueView(database).check_encoder(encoder.name)
        generation = next_generation(database)
        changed = begin = done = 0
        for document in file.documents():
            end = begin + len(document.passages)
            passages = document.passages if same else _searchable(document)
            vectors = file.vectors[begin:end] if same else embed(passages, encoder, made)
            changed += _merge(database, document, passages, vectors, generation)
            begin, done = end, done + len(passages)
            if same and progress is not None:
                progress(done, len(file.vectors))
        if changed:
            database.execute("UPDATE state SET encoder = ?", (encoder.name,))
        else:
            database.execute("UPDATE state SET generation = generation - 1")
    return changed


def _searchable(document: PortableDocument) -> tuple[Passage, ...]:
    """Those of a removed document are not worth encoding; `Library.restore` does it when it comes to that."""
    return () if document.removed_at else document.passages


def _merge(
    database: sqlite3.Connection,
    document: PortableDocument,
    passages: tuple[Passage, ...],
    vectors: Vectors,
    generation: int,
) -> bool:
    here = database.execute(
        f"SELECT d.revision, d.removed_at, r.sha256 {CURRENT} WHERE d.id = ?",
        (document.id,),
    ).fetchone()
    if here is None:
        insert_document(database, document, generation)
        for revision, created_at in document.revisions:
            insert_revision(database, revision, created_at)
        replace_passages(database, document.id, passages, vectors)
        return True
    if document.removed_at is not None:
        return False
    if here["sha256"] == document.current.revision.sha256:
        if here["removed_at"] is None:
            return False
        _restore(database, document.id, generation)
        moved = _renumbered(document.current, here["revision"])
    else:
        moved = _renumbered(document.current, here["revision"] + 1)
        put_document(database, moved, document.source, document.title, now(), generation)
    numbered = [replace(passage, revision=moved.revision) for passage in passages]
    replace_passages(database, document.id, numbered, vectors)
    return True


def _restore(database: sqlite3.Connection, document_id: str, generation: int) -> None:
    database.execute(
        "UPDATE documents SET removed_at = NULL, updated_at = ?, generation = ? WHERE id = ?",
        (now(), generation, document_id),
    )


def _renumbered(document: Document, number: int) -> Document:
    return replace(document, revision=replace(document.revision, number=number))
