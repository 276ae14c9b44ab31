"""The folder of uploaded files: written to a temporary name, synced, renamed; a crash leaves at most an orphan."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import CatalogueError, DiskFull

_TEMPORARY = ".part"
_COPIED_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """A file in the folder: its name there, its size in bytes and the SHA-256 of its bytes."""

    name: str
    bytes: int
    sha256: str


class Spool:
    """Files by name. May be used from any thread and by several processes at once."""

    def __init__(self, folder: Path) -> None:
        """Open or make the folder; raises CatalogueError when that cannot be done."""
        self.folder = folder
        with _readable_failures(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def path(self, name: str) -> Path:
        """Where the file of this name is, if it is kept."""
        return self.folder / name

    def write(self, name: str, data: bytes | Path, *, sync_folder: bool = True) -> SpooledFile:
        """Store bytes, or a copy of a file, for good: it is on disk when this returns.

        Of many files, all but the last may leave `sync_folder` out. Raises DiskFull or CatalogueError, and leaves
        nothing behind then.
        """
        temporary = self.folder / f"{name}{_TEMPORARY}"
        with _readable_failures(self.folder):
            try:
                spooled = _write(temporary, name, data)
                temporary.replace(self.path(name))
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            if sync_folder:
                self.sync()
        return spooled

    def sync(self) -> None:
        """Make the names in the folder durable."""
        with _readable_failures(self.folder):
            handle = os.open(self.folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def remove(self, name: str) -> None:
        """Delete the file, if it is there; one that cannot be deleted is left for the next cleaning."""
        with contextlib.suppress(OSError):
            self.path(name).unlink(missing_ok=True)

    def names_older_than(self, seconds: float) -> Iterator[str]:
        """Files that were written longer ago than this, and temporary ones that were never finished."""
        limit = time.time() - seconds
        for path in sorted(self.folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < limit:
                    yield path.name


def _write(temporary: Path, name: str, data: bytes | Path) -> SpooledFile:
    digest, size = hashlib.sha256(), 0
    with temporary.open("xb") as output:
        for block in _blocks(data):
            digest.update(block)
            size += output.write(block)
        output.flush()
        os.fsync(output.fileno())
    return SpooledFile(name, size, digest.hexdigest())


def _blocks(data: bytes | Path) -> Iterator[bytes]:
    if isinstance(data, bytes):
        yield data
        return
    with data.open("rb") as source:
        while block := source.read(_COPIED_AT_ONCE):
            yield block


@contextmanager
def _readable_failures(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        if failure.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise DiskFull(folder, str(failure)) from failure
        raise CatalogueError(
            f"无法在 {folder} 中保存上传的文件（{failure}）；请检查 WENQU_DATA_DIR 的权限。"
        ) from failure
