"""`wenqu add` and `wenqu replace`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from api.commands.console import (
    FAILED,
    JsonOption,
    complain,
    err,
    fail,
    make_parser,
    open_library,
    print_json,
    progress_bar,
    reported_errors,
    say,
    settings,
)

if TYPE_CHECKING:
    from api.commands.intake import Found, Outcome, Selection


def add(
    paths: Annotated[list[str], typer.Argument(help="文件、文件夹、通配符（如 '资料/**/*.pdf'）或 zip 压缩包")],
    as_json: JsonOption = False,
) -> None:
    """添加文档；正在运行的服务会立即看到。

    文件夹会逐层查找，其中隐藏的和格式不支持的文件会跳过。有文件未能添加时退出码为 1。
    """
    from api.commands.intake import Intake, Outcome, select

    selection = select(paths)
    outcomes = [Outcome(name, code="file_not_found", reason="没有这个文件或文件夹。") for name in selection.missing]
    with reported_errors(as_json=as_json):
        chosen = settings()
        if selection.files:
            with open_library(chosen) as library, make_parser(chosen) as parser:
                intake = Intake(library, parser, chosen.max_file_bytes)
                with _files_bar(selection.files) as (files, progress):
                    for found in files:
                        for outcome in intake.add(found, progress):
                            outcomes.append(outcome)
                            if not as_json and outcome.code is None:
                                say(_line(outcome))
    if as_json:
        print_json(as_document(outcomes, selection.skipped))
    else:
        _summarise(outcomes, selection)
    if any(outcome.code is not None for outcome in outcomes):
        raise typer.Exit(FAILED)


def replace(
    document_id: Annotated[str, typer.Argument(help="文档编号", metavar="ID")],
    file: Annotated[Path, typer.Argument(help="新的文件")],
    as_json: JsonOption = False,
) -> None:
    """用一个文件替换文档的内容：编号不变，版次加一；旧版仍可供旧的引用查阅。"""
    from index.errors import FileTooLarge

    with reported_errors(as_json=as_json):
        chosen = settings()
        if not file.is_file():
            fail("file_not_found", f"没有“{file}”这个文件；请检查路径。", as_json=as_json)
        if file.stat().st_size > chosen.max_file_bytes:
            raise FileTooLarge(f"“{file.name}”超过 {chosen.max_file_bytes} 字节；请拆小，或调大 WENQU_MAX_FILE_BYTES。")
        with open_library(chosen) as library, make_parser(chosen) as parser, progress_bar() as progress:
            before = library.summary(document_id).revision
            loaded = parser.parse(file, file.name)
            revision = library.replace(document_id, loaded, file.name, progress)
    changed = revision.number != before.number
    if as_json:
        print_json({"id": document_id, "revision": revision.number, "title": revision.title, "changed": changed})
    elif changed:
        say(f"{document_id}  第{revision.number}版  {revision.title}")
    else:
        say(f"{document_id}  内容没有变化，仍是第{revision.number}版。")


def as_document(outcomes: Sequence[Outcome], skipped: int) -> dict[str, Any]:
    """What became of the files, as JSON."""
    return {
        "added": [
            {
                "source": outcome.source,
                "id": outcome.document_id,
                "revision": outcome.revision,
                "title": outcome.title,
                "changed": outcome.is_new,
            }
            for outcome in outcomes
            if outcome.code is None
        ],
        "failed": [
            {"source": outcome.source, "code": outcome.code, "reason": outcome.reason}
            for outcome in outcomes
            if outcome.code is not None
        ],
        "skipped": skipped,
    }


def _line(outcome: Outcome) -> str:
    note = "" if outcome.is_new else "  （已在库中，没有变化）"
    return f"{outcome.document_id}  {outcome.title}{note}"


def _summarise(outcomes: Sequence[Outcome], selection: Selection) -> None:
    failed = [outcome for outcome in outcomes if outcome.code is not None]
    for outcome in failed:
        complain(outcome.reason if outcome.source in outcome.reason else f"{outcome.source}：{outcome.reason}")
    added = sum(outcome.is_new for outcome in outcomes)
    unchanged = len(outcomes) - len(failed) - added
    parts = [f"{len(failed)} 个文件未能添加"] if failed else []
    parts += [f"{added} 个已添加"] + ([f"{unchanged} 个没有变化"] if unchanged else [])
    err.print(f"{'，'.join(parts)}。")
    if selection.skipped:
        err.print(f"跳过 {selection.skipped} 个隐藏或格式不支持的文件。")


@contextmanager
def _files_bar(files: Sequence[Found]) -> Iterator[tuple[Iterator[Found], Callable[[int, int], None]]]:
    """Two bars: for the files, which this gives one by one, and for the passages of the present one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        whole, passages = bar.add_task("文件", total=len(files)), bar.add_task("段落", total=None)

        def one_by_one() -> Iterator[Found]:
            for found in files:
                bar.reset(passages, total=None)
                yield found
                bar.advance(whole)

        def progress(done: int, total: int) -> None:
            bar.update(passages, completed=done, total=total)

        yield one_by_one(), progress
