"""The `wenqu` command. Heavy imports wait inside the commands, so that --help answers at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from api.commands import adding, documents, keys, upkeep, watching
from api.commands.console import (
    FAILED,
    JsonOption,
    complain,
    err,
    fail,
    out,
    print_json,
    progress_bar,
    reported_errors,
    settings,
)
from api.commands.usage import WRONG_USAGE, UsageError, describe, is_help

_DOCUMENTS, _UPKEEP, _SERVICE = "文档", "维护", "服务"

app = typer.Typer(
    name="wenqu",
    help="问渠：中文文档问答。答案逐字摘自原文，出处可核对，文中没有就说没有。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
library_app = typer.Typer(name="library", help="维护文档库（与 wenqu check 等相同）。", no_args_is_help=True)


@app.command(rich_help_panel=_SERVICE)
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址（环境变量 HOST）")] = None,
    port: Annotated[int | None, typer.Option(help="端口，0 为任选（环境变量 PORT）")] = None,
    allow_open_network: Annotated[
        bool | None, typer.Option(help="没有密钥也允许其他机器访问（环境变量 WENQU_ALLOW_OPEN_NETWORK）")
    ] = None,
) -> None:
    """启动网页和 HTTP 接口；首次运行会索引自带的文章。"""
    from api.errors import StartError
    from api.server import run

    options = {"host": host, "port": port, "allow_open_network": allow_open_network}
    given = {name: value for name, value in options.items() if value is not None}
    with reported_errors(), progress_bar() as progress:
        try:
            run(settings(**given), progress, err.print)
        except StartError as failure:
            fail("start_failed", str(failure), as_json=False)


@app.command(rich_help_panel=_SERVICE)
def ask(question: Annotated[str, typer.Argument(help="问题")], as_json: JsonOption = False) -> None:
    """在终端提问，显示答案和出处。"""
    from api.schemas.ask import AskResponse
    from api.terminal import print_answer
    from qa.assemble import assemble
    from qa.types import Question
    from qa.understand import understand

    with reported_errors(as_json=as_json):
        understand(question)  # refuse a bad question before the models are loaded
        with progress_bar() as progress:
            wenqu = assemble(settings(), progress)
        answer = wenqu.answerer.ask(Question(question))
    if as_json:
        print_json(AskResponse.of(answer, "ans-cli", "conv-cli").model_dump(mode="json"))
    else:
        print_answer(answer, out)


app.command(rich_help_panel=_DOCUMENTS)(adding.add)
app.command("list", rich_help_panel=_DOCUMENTS)(documents.list_documents)
app.command(rich_help_panel=_DOCUMENTS)(documents.show)
app.command(rich_help_panel=_DOCUMENTS)(adding.replace)
app.command(rich_help_panel=_DOCUMENTS)(documents.rename)
app.command(rich_help_panel=_DOCUMENTS)(documents.remove)
app.command(rich_help_panel=_DOCUMENTS)(documents.restore)
app.command(rich_help_panel=_DOCUMENTS)(watching.watch)
app.command(rich_help_panel=_UPKEEP)(upkeep.check)
app.command(rich_help_panel=_UPKEEP)(upkeep.rebuild)
app.command(rich_help_panel=_UPKEEP)(upkeep.purge)
app.command(rich_help_panel=_UPKEEP)(upkeep.export)
app.command("import", rich_help_panel=_UPKEEP)(upkeep.import_from)
library_app.command()(upkeep.check)
library_app.command()(upkeep.rebuild)
library_app.command()(upkeep.purge)
app.add_typer(keys.app, rich_help_panel=_SERVICE)
app.add_typer(library_app, rich_help_panel=_UPKEEP)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the console script. Exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl+C."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    given = sys.argv[1:] if arguments is None else list(arguments)
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Do what the arguments say; the exit status. Failures are told in one line, never as a traceback."""
    as_json = "--json" in arguments
    try:
        status = app(list(arguments), prog_name="wenqu", standalone_mode=False)
        if status == 130:
            complain("已停止。")
    except UsageError as failure:
        if is_help(failure):
            return WRONG_USAGE  # it was shown when the exception was made
        return _told("usage", describe(failure), WRONG_USAGE, as_json=as_json)
    except typer.Abort:
        return _told("aborted", "已取消，什么都没有改动。", FAILED, as_json=as_json)
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing may be flushed at the end any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as failure:
        if os.environ.get("WENQU_TRACEBACK"):
            raise
        what = " ".join(f"{type(failure).__name__}：{failure}".split())
        message = f"内部错误（{what}）；设 WENQU_TRACEBACK=1 再运行可看到详情。"
        return _told("internal_error", message, FAILED, as_json=as_json)
    return status if isinstance(status, int) else 0


def _told(code: str, message: str, status: int, *, as_json: bool) -> int:
    try:
        fail(code, message, as_json=as_json, status=status)
    except typer.Exit:
        return status


if __name__ == "__main__":
    main()
