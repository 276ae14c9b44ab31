"""Wrong usage of the command line, in one line of Chinese."""

from __future__ import annotations

from typing import cast

import typer

WRONG_USAGE = 2
UsageError = cast(type[Exception], typer.BadParameter.__base__)
"""What the command line library raises for arguments that it does not understand; it has no public name."""


def is_help(failure: Exception) -> bool:
    """Whether a command was called with nothing at all, and shows its help therefore."""
    return type(failure).__name__ == "NoArgsIsHelpError"


def describe(failure: Exception) -> str:
    """What was given, what was expected, and where to read more."""
    context = getattr(failure, "ctx", None)
    command = getattr(context, "command_path", "wenqu")
    return f"{_problem(failure)}；用法见 {command} --help。"


def _problem(failure: Exception) -> str:
    kind = type(failure).__name__
    parameter = _parameter(failure)
    if kind == "NoSuchOption":
        guesses = getattr(failure, "possibilities", None)
        return f"没有选项 {getattr(failure, 'option_name', '')}" + (f"，是 {'、'.join(guesses)} 吗" if guesses else "")
    if kind == "MissingParameter":
        return f"缺少参数 {parameter}"
    if kind == "BadParameter":
        message = str(getattr(failure, "message", failure))
        return f"参数 {parameter} " + ("应为整数" if "valid integer" in message else f"不合要求（{message}）")
    if kind == "BadOptionUsage":
        return f"选项 {getattr(failure, 'option_name', '')} 用法不对，可能缺少它的值"
    if kind in ("UsageError", "NoSuchCommand") and "No such command" in str(failure):
        return f"没有命令 {str(failure).split(chr(39))[1]}"
    return f"命令行不合要求（{failure}）"


def _parameter(failure: Exception) -> str:
    parameter = getattr(failure, "param", None)
    hint = getattr(failure, "param_hint", None)
    if isinstance(hint, str):
        return hint
    if parameter is None:
        return ""
    return str(parameter.metavar or (parameter.opts[0] if parameter.param_type_name == "option" else parameter.name))
