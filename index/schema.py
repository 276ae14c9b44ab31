"""The tables of the catalogue, and how an older file becomes the present one."""

from __future__ import annotations

import sqlite3

from index.errors import CatalogueError

SCHEMA_VERSION = 1
_VERSION_1 = """
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    revision INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE TABLE revisions (
    document_id TEXT NOT NULL REFERENCES documents (id),
    number INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    headings TEXT NOT NULL,
    pages TEXT NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (document_id, number)
) STRICT;
CREATE INDEX revisions_by_text ON revisions (sha256);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL,
    FOREIGN KEY (document_id, revision) REFERENCES revisions (document_id, number)
) STRICT;
CREATE INDEX passages_by_document ON passages (document_id);
CREATE TABLE state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    generation INTEGER NOT NULL,
    encoder TEXT NOT NULL
) STRICT;
INSERT INTO state VALUES (1, 0, '');
"""


def migrate(database: sqlite3.Connection) -> None:
    """Bring a database inside a write transaction to SCHEMA_VERSION; raises CatalogueError when it is newer."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise CatalogueError(
            f"数据目录是更新版本的问渠生成的（数据库版本 {version}，本程序支持到 {SCHEMA_VERSION}）；请升级问渠。"
        )
    if version < 1:
        for statement in _VERSION_1.split(";"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
