from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from qa.settings import Settings


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "127.0.0.2")
    monkeypatch.setenv("WENQU_PORT", "9000")
    monkeypatch.setenv("PORT", "1")
    monkeypatch.setenv("WENQU_DATA_DIR", "/somewhere")
    settings = Settings()
    assert (settings.host, settings.port, settings.data_dir) == ("127.0.0.2", 9000, Path("/somewhere"))


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("WENQU_THRESHOLD", "2"), ("WENQU_TOP_K", "0")])
def test_values_out_of_range_are_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()


def test_the_shipped_files_exist() -> None:
    settings = Settings()
    assert Path(settings.encoder, "modules.json").is_file()
    assert Path(settings.reader, "config.json").is_file()
    assert settings.calibration.is_file()
