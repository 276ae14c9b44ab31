"""`wenqu export`, `import`, `check`, `rebuild` and `purge`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.console import (
    FAILED,
    JsonOption,
    complain,
    fail,
    open_library,
    print_json,
    progress_bar,
    reported_errors,
    say,
    settings,
)

_WRONG_USAGE = 2


def export(
    file: Annotated[Path, typer.Argument(help="要写的文件")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖它")] = False,
    as_json: JsonOption = False,
) -> None:
    """把整个文档库（全部版次和向量）写成一个文件，作备份或搬到别处。"""
    with reported_errors(as_json=as_json):
        if file.exists() and not force:
            fail("file_exists", f"“{file}”已存在；请换一个文件名，或加 --force 覆盖它。", as_json=as_json)
        with open_library(settings()) as library:
            count = library.export(file)
    if as_json:
        print_json({"file": str(file), "documents": count, "bytes": file.stat().st_size})
    else:
        say(f"已导出 {count} 份文档到 {file}（{file.stat().st_size} 字节）。")


def import_from(
    file: Annotated[Path, typer.Argument(help="wenqu export 写的文件")], as_json: JsonOption = False
) -> None:
    """导入一个导出的文档库；与库中相同的文档不变，文字不同的成为新的一版。"""
    with reported_errors(as_json=as_json):
        if not file.is_file():
            fail("file_not_found", f"没有“{file}”这个文件；请检查路径。", as_json=as_json)
        with open_library(settings()) as library, progress_bar() as progress:
            count = library.import_from(file, progress)
    if as_json:
        print_json({"file": str(file), "changed": count})
    else:
        say(f"已导入，{count} 份文档有变化。")


def check(as_json: JsonOption = False) -> None:
    """核对文档库：散列值、位置、数目、索引与目录是否一致。有问题时退出码为 1。"""
    with reported_errors(as_json=as_json), open_library(settings()) as library:
        problems = library.check()
    if as_json:
        found = [
            {"code": problem.code, "message": problem.message, "document_id": problem.document_id}
            for problem in problems
        ]
        print_json({"ok": not problems, "problems": found})
    elif problems:
        for problem in problems:
            complain(f"{problem.document_id}：{problem.message}" if problem.document_id else problem.message)
        complain(f"发现 {len(problems)} 个问题。")
    else:
        say("文档库完好。")
    if problems:
        raise typer.Exit(FAILED)


def rebuild(
    encode: Annotated[bool, typer.Option("--encode", help="连没有变化的段落也重新编码")] = False,
    as_json: JsonOption = False,
) -> None:
    """重新切分段落并重建索引；换了 WENQU_ENCODER 之后用它以新的编码器编码全部文档。"""
    with reported_errors(as_json=as_json), open_library(settings()) as library:
        with progress_bar() as progress:
            if encode:
                library.reencode(progress)
            else:
                library.rebuild(progress)
        count = library.statistics().passages
    if as_json:
        print_json({"passages": count})
    else:
        say(f"已重建索引，共 {count} 个段落。")


def purge(
    document_id: Annotated[str | None, typer.Argument(help="只清除这一份文档的", metavar="[ID]")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问")] = False,
    as_json: JsonOption = False,
) -> None:
    """永久删除旧版和移除了的文档；引用它们的旧回答将打不开原文。"""
    if not yes:
        if as_json:
            fail("confirmation_required", "清除后不能恢复；确定时请加 --yes。", as_json=True, status=_WRONG_USAGE)
        typer.confirm("旧版和移除了的文档将永久删除，不能恢复。继续吗？", abort=True)
    with reported_errors(as_json=as_json), open_library(settings()) as library:
        count = library.purge(document_id)
    if as_json:
        print_json({"revisions": count})
    else:
        say(f"已永久删除 {count} 个版次。")
