"""A folder kept in the library: what is new in it is added, what changed replaced, what is gone removed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from api.commands.intake import Found, Intake, Outcome, is_wanted
from index.errors import UnknownDocument
from index.job_rows import readable_name
from index.library import Library, Progress

_FILE_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Removed:
    """A document that went with its file."""

    document_id: str
    title: str


class FolderMirror:
    """The documents of one folder. Their ids are made of the folder's and the file's path, so nothing else is kept.

    A file is known by its path below the folder: one that is renamed is removed and added.
    """

    def __init__(self, folder: Path, library: Library, intake: Intake) -> None:
        self.folder = folder.resolve()
        self._library = library
        self._intake = intake
        self._prefix = f"watch-{_hash(str(self.folder), 8)}-"
        self._known: dict[str, set[str]] = {}
        """The documents of each file, by the id of the file."""

    def update_all(self, progress: Progress | None = None) -> Iterator[Outcome | Removed]:
        """Bring the library in step with the whole folder."""
        self._known = {}
        for summary in self._library.summaries(-1)[0]:
            self._remember(summary.revision.document_id)
        yield from self._remove_missing()
        for path in list(self._files()):
            yield from self._update(path, progress)

    def update(self, paths: Sequence[Path], progress: Progress | None = None) -> Iterator[Outcome | Removed]:
        """Bring the library in step with these files or folders, of which some may be gone."""
        for file in sorted({file for path in paths for file in self._below(path)}):
            yield from self._update(file, progress)
        # What was in a folder that is gone can only be told by what is still there.
        if any(not path.exists() for path in paths):
            yield from self._remove_missing()

    def _update(self, path: Path, progress: Progress | None) -> Iterator[Outcome | Removed]:
        file_id, after = self._id(path), set[str]()

        def choose_id(member: str | None) -> str:
            chosen = file_id if member is None else f"{file_id}-{_hash(member, 8)}"
            after.add(chosen)
            return chosen

        failed = False
        for outcome in self._intake.add(Found(path, self._shown(path)), progress, choose_id):
            failed = failed or outcome.code is not None
            if outcome.code is None:
                self._remember(outcome.document_id)
            yield outcome
        # A file that cannot be read now, perhaps because it is being written, keeps the documents that it had.
        if not failed:
            yield from self._remove(sorted(self._known.get(file_id, set()) - after))

    def _remove_missing(self) -> Iterator[Removed]:
        present = {self._id(path) for path in self._files()}
        gone = [self._known[file_id] for file_id in sorted(self._known.keys() - present)]
        yield from self._remove(sorted(chain.from_iterable(gone)))

    def _remove(self, document_ids: Sequence[str]) -> Iterator[Removed]:
        for document_id in document_ids:
            self._known[self._file_id(document_id)].discard(document_id)
            try:
                title = self._library.summary(document_id).revision.title
                self._library.remove(document_id)
            except UnknownDocument:  # another program was faster
                continue
            yield Removed(document_id, title)

    def _remember(self, document_id: str) -> None:
        if document_id.startswith(self._prefix):
            self._known.setdefault(self._file_id(document_id), set()).add(document_id)

    def _file_id(self, document_id: str) -> str:
        return document_id[: len(self._prefix) + _FILE_DIGITS]

    def _files(self) -> Iterator[Path]:
        return self._below(self.folder)

    def _below(self, path: Path) -> Iterator[Path]:
        if any(part.startswith(".") for part in path.relative_to(self.folder).parts):
            return
        if path.is_file() and is_wanted(path):
            yield path
        for place, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(place, name)
                if is_wanted(file) and file.is_file():
                    yield file

    def _id(self, path: Path) -> str:
        return self._prefix + _hash(os.fsencode(path.relative_to(self.folder)), _FILE_DIGITS)

    def _shown(self, path: Path) -> str:
        return readable_name(path.relative_to(self.folder.parent).as_posix())


def _hash(value: str | bytes, digits: int) -> str:
    data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()[:digits]
