"""The tables of the catalogue, and how an older file becomes the present one."""

from __future__ import annotations

import sqlite3

from index.errors import CatalogueError

SCHEMA_VERSION = 4
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

# Passages get ids that are never used twice, so that an index on disk can name them; documents a title of their own.
# New tables for uploads at work, conversations, feedback and keys.
_VERSION_2 = """
ALTER TABLE documents ADD COLUMN title TEXT;
ALTER TABLE documents ADD COLUMN updated_at TEXT;
CREATE TABLE numbered_passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    headings TEXT NOT NULL,
    page INTEGER,
    vector BLOB NOT NULL,
    FOREIGN KEY (document_id, revision) REFERENCES revisions (document_id, number)
) STRICT;
INSERT INTO numbered_passages SELECT * FROM passages ORDER BY id;
DROP TABLE passages;
ALTER TABLE numbered_passages RENAME TO passages;
CREATE INDEX passages_by_document ON passages (document_id);
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    parent_id TEXT REFERENCES jobs (id) ON DELETE CASCADE,
    document_id TEXT NOT NULL,
    file_name TEXT NOT NULL,
    title TEXT,
    bytes INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('queued', 'parsing', 'indexing', 'indexed', 'failed', 'cancelled')),
    code TEXT,
    reason TEXT,
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    revision INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    leased_by TEXT,
    leased_until REAL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX jobs_by_status ON jobs (status, created_at);
CREATE INDEX jobs_by_document ON jobs (document_id);
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    owner TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX conversations_by_time ON conversations (updated_at);
CREATE TABLE messages (
    id TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    question TEXT NOT NULL,
    understood TEXT NOT NULL,
    answer TEXT,
    response TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_conversation ON messages (conversation_id, created_at);
CREATE TABLE feedback (
    message_id TEXT PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
    rating TEXT NOT NULL CHECK (rating IN ('up', 'down')),
    reason TEXT,
    text TEXT,
    created_at TEXT NOT NULL
) STRICT;
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    created_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
"""

# What a list of documents shows is kept beside it, so that listing reads no texts. `generation` says when a document
# last changed, so that an index asks only for what is newer; purging leaves no such mark, so `purged` says when.
_VERSION_3 = """
ALTER TABLE documents ADD COLUMN characters INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE documents ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE state ADD COLUMN purged INTEGER NOT NULL DEFAULT 0;
UPDATE documents SET (characters, pages) = (
    SELECT length(r.text), json_array_length(r.pages) FROM revisions r
    WHERE r.document_id = documents.id AND r.number = documents.revision
);
UPDATE documents SET generation = (SELECT generation FROM state);
CREATE INDEX documents_by_generation ON documents (generation);
CREATE INDEX documents_by_age ON documents (created_at);
DROP INDEX passages_by_document;
CREATE INDEX passages_by_document ON passages (document_id, revision);
"""

# The members of an archive are looked for by their archive with each that ends.
_VERSION_4 = """
CREATE INDEX jobs_by_parent ON jobs (parent_id);
"""

_STEPS = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)


def migrate(database: sqlite3.Connection) -> None:
    """Bring a database inside a write transaction to SCHEMA_VERSION; raises CatalogueError when it is newer."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise CatalogueError(
            f"数据目录是更新版本的问渠生成的（数据库版本 {version}，本程序支持到 {SCHEMA_VERSION}）；请升级问渠。"
        )
    for step in _STEPS[version:]:
        for statement in step.split(";"):
            database.execute(statement)
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
