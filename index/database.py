"""One SQLite file with a write-ahead log: connections and transactions, for every class that keeps rows in it."""

from __future__ import annotations

import os
import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from index.errors import CatalogueDamaged, CatalogueError, CatalogueReadOnly, DiskFull
from index.schema import SCHEMA_VERSION, migrate

BUSY_SECONDS = 30.0
_FULL = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE", "SQLITE_IOERR_SHMSIZE")
"""A limit on the size of files, or a quota, ends in the second; a full disk in any of them."""


class Database:
    """May be used from any thread and by several processes at once."""

    def __init__(self, path: Path, busy_seconds: float = BUSY_SECONDS) -> None:
        """Open or make the database at `path`; raises CatalogueError when that cannot be done.

        A write waits up to `busy_seconds` for those of others.
        """
        self.path = path
        self._busy_seconds = busy_seconds
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare()
            self._keep_open = weakref.finalize(self, _close, _opened(path), os.getpid())
        except OSError as error:
            raise CatalogueError(_cannot_open(path, error)) from error
        except sqlite3.Error as error:
            raise _explained(path, error, _cannot_open(path, error)) from error

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[sqlite3.Connection]:
        """A connection inside one transaction, committed at the end and rolled back on an exception.

        Rows are `sqlite3.Row`. Raises CatalogueError (CatalogueDamaged, CatalogueReadOnly or DiskFull where it is one
        of these) when the database cannot be read or written.
        """
        try:
            with self._transaction(write=write) as database:
                yield database
        except UnicodeEncodeError as error:
            raise CatalogueError(
                f"有单独的代理码（U+{ord(error.object[error.start]):04X}），不是完整的字符，无法存取；请检查编码。"
            ) from error
        except sqlite3.Error as error:
            reason = f"数据库 {self.path} 读写失败（{error}）；请检查磁盘空间和权限，已有内容没有改动。"
            raise _explained(self.path, error, reason) from error

    def close(self) -> None:
        """Let the log go, if no other program uses the database; it may still be used, only slower."""
        self._keep_open()

    def shrink_log(self) -> None:
        """Move the write-ahead log into the database file and empty it, as far as no reader needs it."""
        database = sqlite3.connect(self.path, timeout=self._busy_seconds, isolation_level=None)
        try:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise _explained(self.path, error, f"数据库 {self.path} 整理日志失败（{error}）。") from error
        finally:
            database.close()

    def bytes_on_disk(self) -> int:
        """Size of the database with its write-ahead log."""
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @contextmanager
    def _transaction(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        database = sqlite3.connect(self.path, timeout=self._busy_seconds, isolation_level=None)
        try:
            database.row_factory = sqlite3.Row
            database.execute("PRAGMA foreign_keys = ON")
            # What was acknowledged must survive a loss of power, not only the death of the process.
            database.execute("PRAGMA synchronous = FULL")
            database.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            with database:
                yield database
        finally:
            database.close()

    def _prepare(self) -> None:
        """The mode is set outside of a transaction, as SQLite demands, and kept in the file."""
        database = sqlite3.connect(self.path, timeout=self._busy_seconds)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            (version,) = database.execute("PRAGMA user_version").fetchone()
        finally:
            database.close()
        if version != SCHEMA_VERSION:
            with self._transaction(write=True) as connection:
                migrate(connection)


_foreign: list[sqlite3.Connection] = []
"""Connections of a parent process, which only the parent may close."""


def _opened(path: Path) -> sqlite3.Connection:
    """A connection that has read something and will do no more.

    While there is one, the end of another does not move the log into the database and delete it. That makes writing
    quick, and lets a full disk be read from, where the log could not be made again.
    """
    connection = sqlite3.connect(path, check_same_thread=False)
    connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return connection


def _close(connection: sqlite3.Connection, process: int) -> None:
    if os.getpid() == process:
        connection.close()
    else:
        _foreign.append(connection)


def now() -> str:
    """The present time as the database keeps it: ISO 8601, UTC, whole milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _cannot_open(path: Path, error: Exception) -> str:
    return f"无法打开数据库 {path}（{error}）；请检查 WENQU_DATA_DIR 是否可写，或换一个目录。"


def _explained(path: Path, error: sqlite3.Error, otherwise: str) -> CatalogueError:
    """The failure with the remedy that fits it. `otherwise` is the message when it is of no known kind."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_CORRUPT"):
        return CatalogueDamaged(path, str(error))
    if name.startswith("SQLITE_READONLY"):
        return CatalogueReadOnly(path, str(error))
    if name in _FULL:
        return DiskFull(path, str(error))
    if name.startswith("SQLITE_BUSY"):
        return CatalogueError(f"数据库 {path} 被其他程序占用太久（{error}）；这次修改没有生效，请稍后重试。")
    return CatalogueError(otherwise)
