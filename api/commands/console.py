"""What the commands share: where they write, how they report failures, and bars that show how far they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from qa.settings import Settings

if TYPE_CHECKING:
    from index.library import Library
    from index.parsing import ParserProcess

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
FAILED = 1
"""Exit status: something could not be done. 0 is success, 2 wrong usage, 130 stopped by Ctrl+C."""


def settings(**given: object) -> Settings:
    """The settings of the environment, with `given` ones in their place."""
    return Settings(**given)  # type: ignore[arg-type]


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """A line on standard output, as it is."""
    out.print(text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """A line on standard error, in red."""
    err.print(text, style="red", markup=False, soft_wrap=True)


def fail(code: str, message: str, *, as_json: bool, status: int = FAILED) -> NoReturn:
    """Say what went wrong, in one line or as JSON, and exit."""
    if as_json:
        print_json({"error": {"code": code, "message": message}})
    else:
        complain(message)
    raise typer.Exit(status)


@contextmanager
def reported_errors(*, as_json: bool = False) -> Iterator[None]:
    """Say what went wrong in one line, or as JSON, instead of a traceback, and exit with 1."""
    from index.errors import LibraryError
    from qa.errors import AskError, ModelError

    try:
        yield
    except (LibraryError, AskError, ModelError) as failure:
        fail(_code(failure), str(failure), as_json=as_json)
    except ValidationError as failure:
        fail("setting_invalid", "；".join(_problem(problem) for problem in failure.errors()), as_json=as_json)


def _code(failure: Exception) -> str:
    from qa.errors import AskError, EmptyQuestion, ModelError, QuestionTooLong

    # As in the HTTP interface.
    codes = {EmptyQuestion: "question_empty", QuestionTooLong: "question_too_long", ModelError: "model_error"}
    fallback = "question_invalid" if isinstance(failure, AskError) else "library_error"
    return str(getattr(failure, "code", codes.get(type(failure), fallback)))


def _problem(problem: object) -> str:
    assert isinstance(problem, dict)  # noqa: S101 - a TypedDict of pydantic
    name = "_".join(str(part) for part in problem["loc"])
    return f"设置 {name} 不合要求：{problem['msg']}（得到 {problem['input']!r}）"


@contextmanager
def open_library(chosen: Settings) -> Iterator[Library]:
    """The library of the settings, closed at the end of the block."""
    from qa import assemble

    with closing(assemble.open_library(chosen)) as library:
        yield library


def make_parser(chosen: Settings) -> ParserProcess:
    """A process of its own that reads files, within the limits of the settings."""
    from index.parsing import ParserProcess

    return ParserProcess(chosen.parsing_seconds, chosen.parsing_memory_bytes)


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """A bar for encoding that appears with the first passage; a callable (done, total)."""
    columns = (TextColumn("正在索引"), BarColumn(), MofNCompleteColumn(), TextColumn("段"), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=False) as bar:
        tasks: list[TaskID] = []

        def show(done: int, total: int) -> None:
            if not tasks:
                tasks.append(bar.add_task("", total=total))
            bar.update(tasks[0], completed=done, total=total)

        yield show
