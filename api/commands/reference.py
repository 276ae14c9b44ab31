"""`python -m api.commands.reference`: every command with its arguments and options, as Markdown for the README."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import typer.main

BEGIN, END = "<!-- commands: python -m api.commands.reference -->", "<!-- /commands -->"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or option as it is written, and what its help says."""

    usage: str
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is typed, what its help says (one line), and its parameters without --help."""

    name: str
    help: str
    parameters: tuple[Parameter, ...]


def commands() -> list[Command]:
    """Every command of `wenqu`, in the order of the help, those of a group with the group's name before theirs."""
    from api.cli import app

    return list(_walk("wenqu", typer.main.get_command(app)))


def markdown() -> str:
    """One table, between the marks that the README has around it."""
    rows = ["| 命令 | 说明 |", "|---|---|"]
    for command in commands():
        usage = " ".join([command.name, *(parameter.usage for parameter in command.parameters)])
        explained = [parameter for parameter in command.parameters if parameter.help != "输出 JSON"]
        details = [f"`{parameter.usage.strip('[]')}` {parameter.help}" for parameter in explained]
        rows.append(f"| `{usage}` | {'<br>'.join([command.help, *details])} |")
    return "\n".join([BEGIN, *rows, END])


def _walk(name: str, command: Any) -> Iterator[Command]:
    members = getattr(command, "commands", None)
    if members is None:
        parameters = tuple(_parameter(item) for item in command.params if item.name != "help")
        yield Command(name, " ".join((command.help or "").split()), parameters)
        return
    for member_name, member in members.items():
        yield from _walk(f"{name} {member_name}", member)


def _parameter(item: Any) -> Parameter:
    text = " ".join((item.help or "").split())
    if item.param_type_name == "argument":
        shown = str(item.metavar or item.name.upper())
        shown = shown if item.nargs == 1 or shown.endswith("…") else f"{shown}…"
        return Parameter(shown if item.required or shown.startswith("[") else f"[{shown}]", text)
    value = "" if item.is_flag else f" {item.name.upper()}"
    return Parameter(f"[{item.opts[0]}{value}]", text)


if __name__ == "__main__":
    print(markdown())
