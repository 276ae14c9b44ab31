"""Everything that must hold in a library, verified against what is stored."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator

import numpy as np

from index.catalogue import Catalogue
from index.errors import CatalogueError, EncoderMismatch
from index.generation import Generation
from index.keeper import IndexKeeper
from index.records import CURRENT, REVISION, document_of, passage_of, vector_of
from index.types import Document, Passage, Problem
from index.vectors import is_sound
from index.view import CatalogueView

_MOST_SHOWN = 20
_ATTEMPTS = 5
_REBUILD = "请运行 wenqu rebuild 重建。"
_RESTORE = "请从最近一次 wenqu export 的备份导入。"


def check_library(catalogue: Catalogue, keeper: IndexKeeper, encoder: str, dimension: int) -> list[Problem]:
    """All problems: of the database file, of texts, passages and vectors, of the snapshot, of the indexes."""
    problems: list[Problem] = []
    try:
        with catalogue.database.transaction() as database:
            problems += _file_problems(database)
            problems += _text_problems(database)
            state = CatalogueView(database).state()
            problems += _document_problems(database, dimension if state.encoder == encoder else None)
    except CatalogueError as error:
        return [*problems, Problem(error.code, str(error))]
    problems += [Problem("snapshot_damaged", f"索引快照有误（{fault}）；{_REBUILD}") for fault in keeper.store.faults()]
    try:
        problems += _index_problems(catalogue, keeper)
    except (EncoderMismatch, CatalogueError) as error:
        problems.append(Problem(error.code, str(error)))
    return problems


def _file_problems(database: sqlite3.Connection) -> Iterator[Problem]:
    for (found,) in database.execute(f"PRAGMA integrity_check({_MOST_SHOWN})"):
        if found != "ok":
            yield Problem("database_damaged", f"数据库文件损坏（{found}）；{_RESTORE}")
    for row in database.execute("PRAGMA foreign_key_check").fetchmany(_MOST_SHOWN):
        yield Problem("row_orphaned", f"表 {row[0]} 的第 {row[1]} 行所属的 {row[2]} 记录不存在；{_RESTORE}")


def _text_problems(database: sqlite3.Connection) -> Iterator[Problem]:
    for row in database.execute("SELECT document_id, number, sha256, text FROM revisions"):
        digest = hashlib.sha256(row["text"].encode("utf-8")).hexdigest()
        if digest != row["sha256"]:
            yield Problem(
                "text_changed",
                f"文档“{row['document_id']}”第 {row['number']} 版的文字与存入时的 SHA-256 不符"
                f"（应为 {row['sha256'][:12]}…，实为 {digest[:12]}…）；{_RESTORE}",
                row["document_id"],
            )


def _document_problems(database: sqlite3.Connection, dimension: int | None) -> Iterator[Problem]:
    for row in database.execute("SELECT id, revision, removed_at, characters, pages FROM documents").fetchall():
        current = database.execute(
            f"SELECT {REVISION}, r.text, r.headings, r.pages {CURRENT} WHERE d.id = ?", (row["id"],)
        ).fetchone()
        if current is None:
            message = f"文档“{row['id']}”的当前版（第 {row['revision']} 版）不存在；{_RESTORE}"
            yield Problem("revision_missing", message, row["id"])
            continue
        try:
            document = document_of(current)
            yield from _passage_problems(database, document, dimension, removed=row["removed_at"] is not None)
        except (ValueError, TypeError) as error:
            yield Problem("row_unreadable", f"文档“{row['id']}”的记录无法解读（{error}）；{_RESTORE}", row["id"])
            continue
        if (row["characters"], row["pages"]) != (len(document.text), len(document.pages)):
            message = f"文档“{row['id']}”记录的字数或页数与文字不符；{_RESTORE}"
            yield Problem("count_differs", message, row["id"])


def _passage_problems(
    database: sqlite3.Connection, document: Document, dimension: int | None, *, removed: bool
) -> Iterator[Problem]:
    revision, text = document.revision, document.text
    name = revision.document_id
    rows = database.execute("SELECT * FROM passages WHERE document_id = ? ORDER BY start", (name,)).fetchall()
    if any(row["revision"] != revision.number for row in rows):
        yield Problem("passage_outdated", f"文档“{name}”有不属于当前版的段落；{_REBUILD}", name)
    passages = [passage_of(row, revision, text[row["start"] : row["end"]]) for row in rows]
    if not all(0 <= passage.start < passage.end <= len(text) for passage in passages):
        yield Problem("passage_outside", f"文档“{name}”有超出原文范围的段落；{_REBUILD}", name)
    elif (hole := _first_hole(text, passages)) is not None and not (removed and not passages):
        message = f"文档“{name}”从第 {hole} 个字符起有文字不在任何段落里，无法被搜到；{_REBUILD}"
        yield Problem("passage_missing", message, name)
    numbers = {page.number for page in document.pages}
    if any(passage.page is not None and passage.page not in numbers for passage in passages):
        yield Problem("page_unknown", f"文档“{name}”有段落记录了不存在的页码；{_REBUILD}", name)
    if dimension is not None and not all(is_sound(vector_of(row["vector"]), dimension) for row in rows):
        message = f"文档“{name}”有不合要求的向量（应为 {dimension} 维单位向量）；{_REBUILD}"
        yield Problem("vector_broken", message, name)


def _first_hole(text: str, passages: list[Passage]) -> int | None:
    """Where the first character is that is in no passage and no white space; the passages are in order."""
    covered = 0
    for start, end in [*((passage.start, passage.end) for passage in passages), (len(text), len(text))]:
        between = text[covered:start]
        if between.strip():
            return covered + len(between) - len(between.lstrip())
        covered = max(covered, end)
    return None


def _index_problems(catalogue: Catalogue, keeper: IndexKeeper) -> list[Problem]:
    """The indexes against the catalogue of the same generation; another attempt when it was changed in between."""
    for _ in range(_ATTEMPTS):
        generation = keeper.newest()
        with catalogue.view() as view:
            if view.state().generation == generation.number:
                return list(_differences(generation, view))
    return []


def _differences(generation: Generation, view: CatalogueView) -> Iterator[Problem]:
    vectors = {
        int(number): vector
        for segment in generation.segments
        for number, vector in zip(segment.ids, segment.dense.vectors(), strict=True)
    }
    living = set(generation.passage_ids().tolist())
    stored = {found.id: found.vector for found in view.passages(view.document_ids())}
    if living != stored.keys():
        extra, missing = len(living - stored.keys()), len(stored.keys() - living)
        yield Problem("index_differs", f"索引比数据库多出 {extra} 段，缺少 {missing} 段；{_REBUILD}")
    elif not all(np.array_equal(vectors[number], vector) for number, vector in stored.items()):
        yield Problem("index_differs", f"索引中的向量与数据库不符；{_REBUILD}")
    for segment in generation.segments:
        lexical = segment.lexical
        counted = np.bincount(lexical.items, weights=lexical.frequencies, minlength=len(lexical.lengths))
        if not np.array_equal(counted.astype(np.int64), lexical.lengths):
            yield Problem("index_differs", f"索引中的词频与段落长度不符；{_REBUILD}")
