"""The `wenqu` command. Heavy imports wait inside the commands, so that --help answers at once."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from qa.settings import Settings

app = typer.Typer(
    name="wenqu",
    help="问渠：中文文档问答。答案逐字摘自原文，出处可核对，文中没有就说没有。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_out = Console(highlight=False)
_err = Console(stderr=True, highlight=False)

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址（环境变量 HOST）")] = None,
    port: Annotated[int | None, typer.Option(help="端口，0 为任选（环境变量 PORT）")] = None,
) -> None:
    """启动网页和 HTTP 接口；首次运行会索引自带的文章。"""
    from api.server import run

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    with _reported_errors(), _progress_bar() as progress:
        run(_settings(**given), progress, _err.print)


@app.command()
def ask(question: Annotated[str, typer.Argument(help="问题")], as_json: JsonOption = False) -> None:
    """在终端提问，显示答案和出处。"""
    from api.schemas import AskResponse
    from api.terminal import print_answer
    from qa.assemble import assemble
    from qa.types import Question
    from qa.understand import understand

    with _reported_errors():
        understand(question)  # refuse a bad question before the models are loaded
        with _progress_bar() as progress:
            wenqu = assemble(_settings(), progress)
        answer = wenqu.answerer.ask(Question(question))
    if as_json:
        _print_json(AskResponse.of(answer, "ans-cli", "conv-cli").model_dump(mode="json"))
    else:
        print_answer(answer, _out)


@app.command()
def add(paths: Annotated[list[Path], typer.Argument(help="文件（.md、.txt）", exists=True, dir_okay=False)]) -> None:
    """添加文档；正在运行的服务会立即看到。"""
    from index.errors import LoadError
    from qa.assemble import open_library

    failures: list[str] = []
    with _reported_errors(), _progress_bar() as progress:
        library = open_library(_settings())
        for path in paths:
            try:
                revision = library.add_file(path, progress)
            except (LoadError, OSError) as failure:
                failures.append(f"{path}：{failure}")
            else:
                _out.print(f"{revision.document_id}  {revision.title}", markup=False)
    for failure_text in failures:
        _err.print(failure_text, style="red", markup=False)
    if failures:
        _err.print(f"{len(failures)} 个文件未能添加，{len(paths) - len(failures)} 个已添加。")
        raise typer.Exit(1)


@app.command("list")
def list_documents(as_json: JsonOption = False) -> None:
    """列出文档。"""
    from api.schemas import DocumentModel
    from index.catalogue import Catalogue

    with _reported_errors():
        summaries, _ = Catalogue(_settings().data_dir / "catalogue.sqlite3").summaries(limit=-1, offset=0)
    documents = [DocumentModel.of(summary) for summary in summaries]
    if as_json:
        _print_json([document.model_dump(mode="json") for document in documents])
        return
    for document in documents:
        line = f"{document.id}  第{document.revision}版  {document.characters}字  {document.title}"
        _out.print(line, markup=False, soft_wrap=True)


@app.command()
def rebuild() -> None:
    """用当前编码器重新编码全部文档（换了 WENQU_ENCODER 之后）。"""
    from qa.assemble import open_library

    with _reported_errors(), _progress_bar() as progress:
        count = open_library(_settings()).reencode(progress)
    _out.print(f"已重新编码 {count} 个段落。")


def main() -> None:
    """Entry point of the console script."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    app()


def _settings(**given: object) -> Settings:
    return Settings(**given)  # type: ignore[arg-type]


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


@contextmanager
def _reported_errors() -> Iterator[None]:
    """Say what went wrong in one line instead of a traceback, and exit with 1."""
    from api.errors import StartError
    from index.errors import LibraryError
    from qa.errors import AskError, ModelError

    try:
        yield
    except (LibraryError, AskError, ModelError, StartError) as failure:
        _err.print(str(failure), style="red", markup=False)
        raise typer.Exit(1) from None
    except ValidationError as failure:
        for problem in failure.errors():
            name = "_".join(str(part) for part in problem["loc"])
            _err.print(
                f"设置 {name} 不合要求：{problem['msg']}（得到 {problem['input']!r}）", style="red", markup=False
            )
        raise typer.Exit(1) from None


@contextmanager
def _progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for encoding that appears with the first passage; a callable (done, total)."""
    columns = (TextColumn("正在索引"), BarColumn(), MofNCompleteColumn(), TextColumn("段"), TimeRemainingColumn())
    with Progress(*columns, console=_err, transient=False) as bar:
        tasks: list[TaskID] = []

        def show(done: int, total: int) -> None:
            if not tasks:
                tasks.append(bar.add_task("", total=total))
            bar.update(tasks[0], completed=done, total=total)

        yield show


if __name__ == "__main__":
    main()
