"""A setting or a command that the READMEs do not name fails here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.cli import app
from qa.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_setting_and_command_is_documented(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name in Settings.model_fields:
        assert f"`WENQU_{name.upper()}`" in text, name
    for command in app.registered_commands:
        name = command.name or (command.callback.__name__ if command.callback else "")
        assert f"wenqu {name}" in text, name


def test_the_documented_defaults_are_the_real_ones() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = dict(re.findall(r"^\| `WENQU_(\w+)`.*? \| (\S+) \|", text, flags=re.MULTILINE))
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, int | bool) or name == "host":
            assert documented[name.upper()] == str(field.default).lower(), name
