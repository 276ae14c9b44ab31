"""Keys that open the API: those of the setting, and those made by `wenqu keys create`, of which only hashes are kept.

A key is 256 random bits, so one round of SHA-256 keeps it as well as a slow hash would.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from api.errors import ApiError
from index.database import BUSY_SECONDS, Database, now
from index.errors import CatalogueError

DATABASE_NAME = "catalogue.sqlite3"
PREFIX = "wq_"
MAX_NAME_CHARACTERS = 100
MIN_CONFIGURED_CHARACTERS = 16
_COLUMNS = "id, name, hash, scope, created_at, revoked_at"


class Scope(StrEnum):
    """What a key may do: ask and read, or also change the documents."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Key:
    """A stored key, without the key itself; times are ISO 8601 in UTC."""

    id: str
    name: str
    scope: Scope
    created_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: the id of a key, and what it may do."""

    key_id: str
    scope: Scope


class KeyStore:
    """Makes, lists and revokes keys in the table `keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, name: str, scope: Scope) -> tuple[Key, str]:
        """A new key, and its secret, which is nowhere kept. Raises ApiError when the name cannot be used."""
        name = name.strip()
        if not 1 <= len(name) <= MAX_NAME_CHARACTERS or not name.isprintable():
            raise ApiError(
                422, "key_name_invalid", f"密钥的名称应有 1 至 {MAX_NAME_CHARACTERS} 个可见字符，得到 {len(name)} 个。"
            )
        secret = PREFIX + secrets.token_urlsafe(32)
        key = Key(f"key-{secrets.token_hex(4)}", name, scope, now(), None)
        with self._database.transaction(write=True) as database:
            taken = database.execute("SELECT id FROM keys WHERE name = ? AND revoked_at IS NULL", (name,)).fetchone()
            if taken is not None:
                message = f"已有名为“{name}”的密钥（{taken['id']}）；请换一个名称，或先运行 wenqu keys revoke {name}。"
                raise ApiError(409, "key_name_taken", message)
            database.execute(
                f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, NULL)",  # noqa: S608
                (key.id, key.name, _digest(secret).hex(), key.scope.value, key.created_at),
            )
        return key, secret

    def list(self) -> list[Key]:
        """Every key, also those that are revoked, oldest first."""
        with self._database.transaction() as database:
            rows = database.execute(f"SELECT {_COLUMNS} FROM keys ORDER BY created_at, id").fetchall()  # noqa: S608
        return [_key(row) for row in rows]

    def revoke(self, name: str) -> Key:
        """End the key of this id or name, at once and in every running server. Raises ApiError for no such key."""
        with self._database.transaction(write=True) as database:
            row = database.execute(
                f"SELECT {_COLUMNS} FROM keys WHERE (id = ? OR name = ?) AND revoked_at IS NULL",  # noqa: S608
                (name, name),
            ).fetchone()
            if row is None:
                raise ApiError(404, "key_not_found", f"没有名称或编号为“{name}”的有效密钥；请用 wenqu keys list 查看。")
            revoked_at = now()
            database.execute("UPDATE keys SET revoked_at = ? WHERE id = ?", (revoked_at, row["id"]))
        return Key(row["id"], row["name"], Scope(row["scope"]), row["created_at"], revoked_at)

    def clear(self) -> int:
        """Forget all keys, so that none is asked for any more; how many there were."""
        with self._database.transaction(write=True) as database:
            return database.execute("DELETE FROM keys").rowcount


class KeyRing:
    """The keys as a running server sees them: what another process creates or revokes counts from the next request.

    Once there is a key, one is asked for. Revoking the last key does not open the server to everybody: no key is valid
    then, until one is made or all are cleared.
    """

    def __init__(self, configured: str, path: Path) -> None:
        """`configured` are keys separated by commas, each with the scope write; `path` is the database."""
        keys = [key for key in (part.strip() for part in configured.split(",")) if key]
        self._configured = [(_digest(key), Identity(f"env-{at}", Scope.WRITE)) for at, key in enumerate(keys, start=1)]
        self._stored = _StoredKeys(path)

    def is_required(self) -> bool:
        """Whether requests need a key. Raises CatalogueError when the stored keys cannot be read."""
        return bool(self._configured) or self._stored.read().exist

    def find(self, secret: str) -> Identity | None:
        """Whose key this is; None when it is nobody's. Takes as long for every wrong key."""
        digest = _digest(secret)
        found: Identity | None = None
        for known, identity in (*self._configured, *self._stored.read().active):
            if hmac.compare_digest(known, digest):
                found = identity
        return found

    def close(self) -> None:
        """Let go of the database; it is opened again when needed."""
        self._stored.close()


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """The table `keys` at one time: whether it holds any row, and those that are valid."""

    exist: bool
    active: tuple[tuple[bytes, Identity], ...]


_NOTHING = _Snapshot(False, ())


class _StoredKeys:
    """Reads the table when the database changed, which SQLite tells within microseconds on an open connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._version = -1
        self._snapshot = _NOTHING

    def read(self) -> _Snapshot:
        """The keys as they are now; nothing while there is no database."""
        with self._lock:
            try:
                stat = self._path.stat()
            except FileNotFoundError:
                return _NOTHING
            except OSError as error:
                raise CatalogueError(f"无法读取 {self._path}（{error}）；请检查 WENQU_DATA_DIR 的权限。") from error
            try:
                return self._current((stat.st_dev, stat.st_ino))
            except sqlite3.Error as error:
                raise CatalogueError(f"无法从 {self._path} 读取密钥（{error}）；请检查磁盘和权限。") from error

    def _current(self, file: tuple[int, int]) -> _Snapshot:
        if self._connection is None or file != self._file:
            self._close()
            self._connection = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._file, self._version = file, -1
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version:
            self._snapshot = _load(self._connection)
            self._version = version
        return self._snapshot

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _load(database: sqlite3.Connection) -> _Snapshot:
    # A database that is about to be made, or of an older program, holds no keys yet.
    if database.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'keys'").fetchone() is None:
        return _NOTHING
    rows = database.execute("SELECT id, hash, scope, revoked_at FROM keys").fetchall()
    active = tuple(
        (bytes.fromhex(digest), Identity(key_id, Scope(scope)))
        for key_id, digest, scope, revoked_at in rows
        if revoked_at is None
    )
    return _Snapshot(bool(rows), active)


def _key(row: sqlite3.Row) -> Key:
    return Key(row["id"], row["name"], Scope(row["scope"]), row["created_at"], row["revoked_at"])


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
