"""Files from the disk into the library: which ones, one after the other, and what became of each."""

from __future__ import annotations

import glob
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from index.errors import FileTooLarge, LoadError
from index.job_rows import readable_name
from index.library import Library, Progress
from index.loaders import FORMATS
from index.parsing import ParserProcess
from index.types import LoadedText

ChooseId = Callable[[str | None], str | None]
"""The document id for a member of an archive of this name (None: for the file itself); None leaves the choice open."""
_GLOB_MARKS = frozenset("*?[")
_LOCK_PREFIX = "~$"
"""What Office calls the file that marks another as open."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file to add; `source` is the name that the library shows."""

    path: Path
    source: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The files that some arguments mean, how many others their folders hold, and arguments that mean nothing."""

    files: tuple[Found, ...]
    skipped: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, or of a member of an archive. `code` is None when it is in the library."""

    source: str
    document_id: str = ""
    revision: int = 0
    title: str = ""
    is_new: bool = False
    code: str | None = None
    reason: str = ""


def select(arguments: Sequence[str]) -> Selection:
    """Files as they are; of folders (searched through) and patterns what can be read and is not hidden."""
    files: dict[Path, Found] = {}
    skipped, missing = 0, list[str]()
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            found, others = _walk(path)
        elif path.exists() or not _GLOB_MARKS & set(argument):
            found, others = [Found(path, readable_name(path.name))] if path.exists() else [], 0
        else:
            matching = [Path(name) for name in sorted(glob.glob(argument, recursive=True)) if Path(name).is_file()]  # noqa: PTH207 - patterns may be absolute
            found = [Found(name, readable_name(name.name)) for name in matching if is_wanted(name)]
            others = len(matching) - len(found)
        if not found and not others and not path.is_dir():
            missing.append(argument)
        skipped += others
        files.update((item.path.absolute(), item) for item in found)
    return Selection(tuple(files.values()), skipped, tuple(missing))


def is_wanted(path: PurePath) -> bool:
    """Whether a file of this name in a folder is a document: not hidden, and of a format that can be read."""
    return not path.name.startswith((".", _LOCK_PREFIX)) and path.suffix.lower() in FORMATS


def _walk(folder: Path) -> tuple[list[Found], int]:
    found: list[Found] = []
    skipped = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            if is_wanted(path) and path.is_file():
                found.append(Found(path, readable_name(path.relative_to(folder.parent).as_posix())))
            else:
                skipped += 1
    return found, skipped


class Intake:
    """Puts files into a library; they are read by `parser`, in another process."""

    def __init__(self, library: Library, parser: ParserProcess, max_file_bytes: int) -> None:
        self._library = library
        self._parser = parser
        self._max_file_bytes = max_file_bytes

    def add(
        self, found: Found, progress: Progress | None = None, choose_id: ChooseId = lambda _: None
    ) -> Iterator[Outcome]:
        """Add a file, or each member of an archive; what became of it.

        Raises a LibraryError that is no fault of the file.
        """
        try:
            self._refuse_large(found.path)
            loaded = self._parser.read(found.path, found.source)
        except (LoadError, OSError) as failure:
            yield _failed(found.source, failure)
            return
        if loaded is not None:
            yield self._add_text(found.source, loaded, choose_id(None), progress)
            return
        # The members wait on disk, because the process that unpacks them is the one that reads them.
        with tempfile.TemporaryDirectory(prefix="wenqu-") as folder:
            try:
                members = self._unpack(found, Path(folder))
            except (LoadError, OSError) as failure:
                yield _failed(found.source, failure)
                return
            for member, name in members:
                yield from self.add(member, progress, _with_name(choose_id, name))

    def _add_text(self, source: str, loaded: LoadedText, document_id: str | None, progress: Progress | None) -> Outcome:
        before = self._library.generation
        try:
            revision = self._library.add(loaded, source, document_id, progress)
        except LoadError as failure:
            return _failed(source, failure)
        is_new = self._library.generation != before
        return Outcome(source, revision.document_id, revision.number, revision.title, is_new)

    def _unpack(self, archive: Found, folder: Path) -> list[tuple[Found, str]]:
        members = []
        for number, member in enumerate(self._parser.members(archive.path, archive.source)):
            path = folder / str(number)
            path.write_bytes(member.data)
            members.append((Found(path, member.name), member.name))
        return members

    def _refuse_large(self, path: Path) -> None:
        size = path.stat().st_size
        if size > self._max_file_bytes:
            raise FileTooLarge(
                f"“{path.name}”有 {size} 字节，最多 {self._max_file_bytes} 字节；请拆小，或调大 WENQU_MAX_FILE_BYTES。"
            )


def _with_name(choose_id: ChooseId, name: str) -> ChooseId:
    return lambda _: choose_id(name)


def _failed(source: str, failure: LoadError | OSError) -> Outcome:
    if isinstance(failure, LoadError):
        return Outcome(source, code=failure.code, reason=str(failure))
    return Outcome(
        source, code="file_unreadable", reason=f"无法读取（{failure.strerror or failure}）；请检查文件和权限。"
    )
