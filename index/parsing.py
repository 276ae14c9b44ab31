"""ParserProcess: reads files in another process, so that a hostile one can neither hang nor kill this one."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, cast

from index.errors import LoadError, ParsingCrashed, ParsingTimeout
from index.parsing_wire import BrokenWire, Frame, receive, send, text_of
from index.types import LoadedText

_log = logging.getLogger(__name__)
_START_SECONDS = 120.0
_FILES_PER_PROCESS = 500
"""Libraries lose memory; a new process has it all."""
_TOLD_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A file inside an archive; the name keeps its folders, with "/"."""

    name: str
    data: bytes


class ParserProcess:
    """One process that reads one file at a time; it starts with the first. May be used from any thread."""

    def __init__(self, seconds: float = 120.0, memory_bytes: int = 2 * 1024**3, loaders: str = "index.loaders") -> None:
        """Give each file `seconds` (by the clock, and of processor time) and `memory_bytes` of address space.

        `loaders` names the module that holds `load`, `is_archive` and `members`.
        """
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._loaders = loaders
        self._one_at_a_time = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> ParserProcess:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def parse(self, source: bytes | Path, file_name: str) -> LoadedText:
        """The text of a file, given as bytes or by its path.

        Raises a LoadError: what the loader says, ParsingTimeout, ParsingCrashed, or UnsupportedFormat for an archive.
        """
        loaded = self.read(source, file_name)
        if loaded is None:
            raise _load_error("unsupported_format", f"“{file_name}”是压缩包，不能作为一份文档读取。")
        return loaded

    def read(self, source: bytes | Path, file_name: str) -> LoadedText | None:
        """The text of a file; None when it is an archive, which `members` opens. Raises a LoadError."""
        with self._one_at_a_time:
            return self._answer(source, file_name)

    def members(self, source: bytes | Path, file_name: str) -> Iterator[ArchiveMember]:
        """The files in an archive, one at a time; each may take as long as a file may. Raises a LoadError."""
        with self._one_at_a_time:
            child, finished = self._running(file_name), False
            try:
                with self._watched(child, file_name):
                    child.ask("members", source, file_name)
                while True:
                    with self._watched(child, file_name):
                        frame = child.hear()
                    if frame.header.get("kind") == "end":
                        break
                    self._raise_failure(frame)
                    yield ArchiveMember(str(frame.header.get("name", "")), frame.body)
                finished = True
            except LoadError:
                finished = child.alive
                raise
            finally:
                if not finished:  # it would go on sending members to nobody
                    self._end()

    def interrupt(self) -> None:
        """Stop what is being read; that call raises ParsingCrashed. The next one starts a new process."""
        child = self._child
        if child is not None:
            child.kill()

    def close(self) -> None:
        """End the process; a later call starts another."""
        self.interrupt()
        with self._one_at_a_time:
            self._end()

    def _answer(self, source: bytes | Path, file_name: str) -> LoadedText | None:
        """The text. What a process fails at that has read other files is tried once more in a new one."""
        while True:
            child = self._running(file_name)
            fresh = child.files == 0
            try:
                with self._watched(child, file_name):
                    child.ask("read", source, file_name)
                    frame = child.hear()
                    self._raise_failure(frame)
                    return None if frame.header.get("kind") == "archive" else text_of(frame)
            except ParsingCrashed:
                if fresh or child.interrupted:
                    raise

    def _running(self, file_name: str) -> _Child:
        if self._child is not None and (not self._child.alive or self._child.files >= _FILES_PER_PROCESS):
            self._end()
        if self._child is None:
            self._child = _Child(self._loaders, self._memory_bytes, self._seconds)
            with self._watched(self._child, file_name, _START_SECONDS):
                self._child.hear()
        return self._child

    def _raise_failure(self, frame: Frame) -> None:
        header = frame.header
        if header.get("kind") == "failure":
            if header.get("worn"):
                self._end()
            raise _load_error(str(header.get("code")), str(header.get("message")))

    @contextmanager
    def _watched(self, child: _Child, file_name: str, seconds: float | None = None) -> Iterator[None]:
        """Kill the child when this block takes too long; say what happened when it dies."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            child.kill()

        limit = self._seconds if seconds is None else seconds
        timer = threading.Timer(limit, kill)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (BrokenWire, OSError) as failure:
            said = self._end()
            _log.warning("the process reading %s ended: %s; it said: %s", file_name, failure, said or "nothing")
            if late.is_set() or child.out_of_time:
                raise ParsingTimeout(
                    f"读取“{file_name}”超过 {limit:.0f} 秒，已停止；请把文件拆小，或调大 WENQU_PARSING_SECONDS。"
                ) from None
            raise ParsingCrashed(
                f"读取“{file_name}”的进程意外退出（{child.how_it_ended}）；请检查文件是否损坏。"
            ) from None
        finally:
            timer.cancel()

    def _end(self) -> str:
        """End the child and forget it; the last that it said."""
        child, self._child = self._child, None
        return "" if child is None else child.end()


class _Child:
    """A running `index.parsing_child`."""

    def __init__(self, loaders: str, memory_bytes: int, seconds: float) -> None:
        self.files = 0
        self.interrupted = False
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [
                *(sys.executable, "-P", "-m", "index.parsing_child", "--loaders", loaders),
                *("--memory-bytes", str(memory_bytes), "--seconds", str(seconds)),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(),
            start_new_session=True,  # Ctrl+C in a terminal is for the parent
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def out_of_time(self) -> bool:
        """Whether the kernel ended it for its use of the processor."""
        return self._process.poll() == -signal.SIGXCPU

    @property
    def how_it_ended(self) -> str:
        code = self._process.poll()
        if code is None or code >= 0:
            return f"退出码 {code}"
        return signal.Signals(-code).name

    def ask(self, operation: str, source: bytes | Path, file_name: str) -> None:
        header = {"operation": operation, "file_name": file_name}
        if isinstance(source, Path):
            header["path"] = str(source.resolve())
        self.files += 1
        send(self._stdin, Frame(header, source if isinstance(source, bytes) else b""))

    def hear(self) -> Frame:
        return receive(cast(BinaryIO, self._process.stdout))

    def kill(self) -> None:
        self.interrupted = True
        self._process.kill()

    def end(self) -> str:
        """Kill it, close its pipes; the last that it said on standard error."""
        self._process.kill()
        self._process.wait()
        for stream in (self._stdin, cast(BinaryIO, self._process.stdout)):
            with suppress(OSError):  # what could not be sent any more
                stream.close()
        with self._errors:
            self._errors.seek(0)
            return self._errors.read().decode("utf-8", "replace")[-_TOLD_CHARACTERS:].strip()

    @property
    def _stdin(self) -> BinaryIO:
        return cast(BinaryIO, self._process.stdin)


def _environment() -> dict[str, str]:
    """Ours, with the same places to import from: the child must not import from the folder it happens to be in."""
    places = [str(Path(place).resolve()) for place in sys.path]
    # Threads of numerical libraries would take the address space of the files.
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def _load_error(code: str, message: str) -> LoadError:
    kinds: list[type[LoadError]] = [LoadError, *LoadError.__subclasses__()]
    return next((kind for kind in kinds if kind.code == code), LoadError)(message)
