"""Every command says what it does, and the Chinese README says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.commands.reference import BEGIN, END, Command, commands, markdown

README = Path(__file__).parents[2] / "README.zh.md"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("command", commands(), ids=lambda command: command.name)
def test_everything_has_its_help_in_chinese(command: Command) -> None:
    assert CHINESE.search(command.help), command.name
    for parameter in command.parameters:
        assert CHINESE.search(parameter.help) or "JSON" in parameter.help, (command.name, parameter.usage)


def test_every_command_can_be_told_in_json() -> None:
    # A server does not end with a document; the secret of a new key and the end of all keys are told by their owner.
    told = {command.name for command in commands() if any("--json" in item.usage for item in command.parameters)}
    assert {command.name for command in commands()} - told <= {"wenqu serve", "wenqu keys revoke", "wenqu keys clear"}


def test_the_readme_has_the_reference_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(f"{re.escape(BEGIN)}.*?{re.escape(END)}", text, flags=re.DOTALL)
    assert found is not None, f"{README.name} lacks the block that `python -m api.commands.reference` prints"
    assert found[0] == markdown()
