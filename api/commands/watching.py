"""`wenqu watch`."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import complain, err, fail, make_parser, open_library, reported_errors, say, settings

if TYPE_CHECKING:
    from types import FrameType

    from api.commands.intake import Outcome
    from api.commands.mirror import FolderMirror, Removed

_QUIET_MILLISECONDS = 500
"""A file that is being written changes again before this; it is read once it does not."""
_LONGEST_MILLISECONDS = 10_000
_LOOK_MILLISECONDS = 500
JsonLinesOption = Annotated[bool, typer.Option("--json", help="每件事输出一行 JSON")]


def watch(
    folder: Annotated[Path, typer.Argument(help="文件夹")],
    once: Annotated[bool, typer.Option("--once", help="同步一次就结束")] = False,
    as_json: JsonLinesOption = False,
) -> None:
    """让文档库跟着一个文件夹变：新文件添加，改了的替换，删了的移除；按 Ctrl+C 停止。

    只移除自己从这个文件夹添加的文档；停止期间的变化在下次启动时补上。
    """
    from api.commands.intake import Intake
    from api.commands.mirror import FolderMirror

    with reported_errors(as_json=as_json), _stopped_by_signals() as stop:
        chosen = settings()
        if not folder.is_dir():
            fail("folder_not_found", f"没有“{folder}”这个文件夹；请检查路径。", as_json=as_json)
        with open_library(chosen) as library, make_parser(chosen) as parser:
            mirror = FolderMirror(folder, library, Intake(library, parser, chosen.max_file_bytes))
            if once:
                _report(mirror.update_all(), stop, as_json=as_json)
            else:
                _follow(mirror, stop, as_json=as_json)


def _follow(mirror: FolderMirror, stop: threading.Event, *, as_json: bool) -> None:
    from watchfiles import watch as changes_of

    changes = changes_of(
        mirror.folder,
        watch_filter=None,
        debounce=_LONGEST_MILLISECONDS,
        step=_QUIET_MILLISECONDS,
        stop_event=stop,
        rust_timeout=_LOOK_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )
    # The watch begins with the first look: what changes from here on is in an event, what changed before is found now.
    waiting = [next(changes, set())]
    _report(mirror.update_all(), stop, as_json=as_json)
    if not stop.is_set():
        err.print(f"正在看着 {mirror.folder}，按 Ctrl+C 停止。", markup=False, soft_wrap=True)
    for batch in chain(waiting, changes):
        if batch:
            _report(mirror.update(sorted({Path(path) for _, path in batch})), stop, as_json=as_json)


def _report(happened: Iterator[Outcome | Removed], stop: threading.Event, *, as_json: bool) -> None:
    from api.commands.mirror import Removed

    for event in happened:
        if isinstance(event, Removed):
            _tell({"event": "removed", "id": event.document_id}, f"移除 {event.document_id}  {event.title}", as_json)
        elif event.code is not None:
            failure = {"event": "failed", "source": event.source, "code": event.code, "reason": event.reason}
            _tell(failure, f"{event.source}：{event.reason}", as_json, is_failure=True)
        elif event.is_new:
            kind, verb = ("added", "添加") if event.revision == 1 else ("replaced", "替换")
            success = {"event": kind, "source": event.source, "id": event.document_id, "revision": event.revision}
            _tell(success, f"{verb} {event.document_id}  第{event.revision}版  {event.source}", as_json)
        if stop.is_set():
            return


def _tell(event: Mapping[str, object], text: str, as_json: bool, *, is_failure: bool = False) -> None:
    if as_json:
        typer.echo(json.dumps(event, ensure_ascii=False))
    elif is_failure:
        complain(text)
    else:
        say(text)


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that Ctrl+C and SIGTERM set, so that a file at work is finished first; a second one ends at once."""
    stop = threading.Event()

    def handle(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
