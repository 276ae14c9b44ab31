"""The segments on disk: a cache that is only ever read when it is whole and of this program, and may always go."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import logging
import os
import pkgutil
import weakref
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from index.ports import VectorIndexKind
from index.segment import Segment
from index.segment_file import read_segment, write_segment

FORMAT = 1
MANIFEST = "manifest.json"
_UNFINISHED = ".unfinished"
_READ_ATTEMPTS = 3
_log = logging.getLogger(__name__)


class SnapshotStore:
    """One folder. One process at a time writes to it, the first that asks, for as long as it lives; all may read."""

    def __init__(self, folder: Path, encoder: str, dimension: int, kind: VectorIndexKind) -> None:
        self._folder = folder
        self._kind = kind
        self._made_by = {
            "format": FORMAT,
            "encoder": encoder,
            "dimension": dimension,
            "tokens": _tokens_fingerprint(),
        }
        self._known: dict[str, dict[str, Any]] = {}
        self._lock: weakref.finalize[Any, Any] | None = None

    def read(self) -> tuple[Segment, ...]:
        """The segments of the last snapshot; none when it is missing, damaged or made in another way, which is logged.

        A file may vanish while it is read, when another process writes the next snapshot; then that one is read.
        """
        for attempt in range(1, _READ_ATTEMPTS + 1):
            try:
                return self._read()
            except FileNotFoundError as error:
                if not (self._folder / MANIFEST).exists():
                    return ()
                if attempt == _READ_ATTEMPTS:
                    _log.warning("索引快照 %s 缺少文件（%s），将从数据库重建索引。", self._folder, error)
            except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
                _log.warning("索引快照 %s 无法使用（%s），将从数据库重建索引。", self._folder, error)
                return ()
        return ()

    def write(self, segments: Sequence[Segment], generation: int) -> bool:
        """Write a snapshot; False when another process is the one that writes. Raises OSError.

        A crash at any instant leaves the snapshot before or this one.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        if not self._may_write():
            return False
        entries = [self._entry(segment) for segment in segments]
        manifest = {**self._made_by, "generation": generation, "segments": entries}
        data = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        _write_whole(self._folder / MANIFEST, lambda file: file.write(data))
        self._delete_others({MANIFEST, _LOCK, *(name for entry in entries for name in entry["files"])})
        return True

    def drop(self) -> None:
        """Delete the snapshot, whoever wrote it."""
        for path in self._folder.glob("*"):
            if path.name != _LOCK:
                path.unlink(missing_ok=True)

    def faults(self) -> list[str]:
        """What is wrong with the manifest or the files that it names; nothing when there is no snapshot."""
        missing: list[str] = []
        for _ in range(_READ_ATTEMPTS):
            try:
                manifest = self._manifest()
            except FileNotFoundError:
                return []
            except (OSError, ValueError) as error:
                return [str(error)]
            try:
                return [fault for entry in manifest["segments"] for fault in self._faults_of(entry)]
            except FileNotFoundError as error:
                missing = [f"a file is missing: {error}"]
            except (KeyError, TypeError, AttributeError) as error:
                return [f"{MANIFEST}: {error!r}"]
        return missing

    def bytes_on_disk(self) -> int:
        """Size of all files of the snapshot."""
        total = 0
        for path in self._folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def close(self) -> None:
        """Let another process write."""
        if self._lock is not None:
            self._lock()
            self._lock = None

    def _read(self) -> tuple[Segment, ...]:
        manifest = self._manifest()
        made_by = {name: manifest.get(name) for name in self._made_by}
        if made_by != self._made_by:
            raise ValueError(f"made as {made_by}, expected {self._made_by}")
        segments: list[Segment] = []
        for entry in manifest["segments"]:
            for fault in self._faults_of(entry):
                raise ValueError(fault)
            self._known.update(entry["files"])
            segments.append(read_segment(self._folder, entry["name"], self._kind))
        return tuple(segments)

    def _manifest(self) -> dict[str, Any]:
        data = (self._folder / MANIFEST).read_bytes()
        try:
            manifest = json.loads(data)
        except ValueError as error:
            raise ValueError(f"{MANIFEST}: {error}") from error
        if not isinstance(manifest, dict):
            raise ValueError(f"{MANIFEST}: expected an object")
        return manifest

    def _faults_of(self, entry: dict[str, Any]) -> Iterator[str]:
        """What is wrong with the files of a segment; raises FileNotFoundError when one is missing."""
        for name, facts in entry["files"].items():
            path = self._folder / name
            if Path(name).name != name:
                yield f"{name}: not a file of this folder"
            elif not path.exists():
                raise FileNotFoundError(path)
            elif path.stat().st_size != facts["bytes"]:
                yield f"{name}: {path.stat().st_size} bytes, expected {facts['bytes']}"
            elif _digest(path) != facts["sha256"]:
                yield f"{name}: the checksum differs"

    def _entry(self, segment: Segment) -> dict[str, Any]:
        """What the manifest says of a segment, whose files are written unless they are there from before."""
        facts: dict[str, dict[str, Any]] = {}
        for name, write in write_segment(segment).items():
            path = self._folder / name
            if name not in self._known or not path.exists():
                _write_whole(path, write)
                self._known[name] = {"bytes": path.stat().st_size, "sha256": _digest(path)}
            facts[name] = self._known[name]
        return {
            "name": segment.name,
            "passages": len(segment.ids),
            "first": int(segment.ids[0]),
            "last": int(segment.ids[-1]),
            "files": facts,
        }

    def _delete_others(self, kept: set[str]) -> None:
        for path in self._folder.glob("*"):
            if path.name not in kept:
                path.unlink(missing_ok=True)
        self._known = {name: facts for name, facts in self._known.items() if name in kept}

    def _may_write(self) -> bool:
        if self._lock is not None:
            return True
        descriptor = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._lock = weakref.finalize(self, os.close, descriptor)
        return True


_LOCK = "lock"


def _write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under a temporary name, have it on the disk, then give it its own name."""
    unfinished = path.with_name(path.name + _UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        # When the disk is full, what little there is belongs to the database.
        unfinished.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _tokens_fingerprint() -> str:
    """Changes whenever a passage could get other tokens than it had."""
    sources = [pkgutil.get_data("index", name) or b"" for name in ("text.py", "numerals.py", "chunking.py")]
    digest = hashlib.sha256(b"\0".join(sources)).hexdigest()[:16]
    return f"rjieba {version('rjieba')}, opencc {version('opencc')}, {digest}"
