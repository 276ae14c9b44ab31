from __future__ import annotations

from pathlib import Path

import pytest

from eval.__main__ import main
from eval.commands import COMMANDS, Options, reader_tables
from eval.runs import run_information, write_run
from qa.settings import Settings
from tests.eval.builders import answered, refused


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, Path]:
    """Two runs; the second answers one question better."""
    information = run_information("article", Settings(), {})
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    write_run(first, information, [answered("七百"), refused()])
    write_run(second, information, [answered("120亿元"), refused()])
    return first, second


def test_a_report_of_kept_runs_is_written(kept: tuple[Path, Path], tmp_path: Path) -> None:
    page, table = tmp_path / "new" / "report.html", tmp_path / "report.md"
    main(["report", str(kept[1]), "--html", str(page), "--markdown", str(table)])
    assert "<h1>问渠评测报告</h1>" in page.read_text(encoding="utf-8")
    assert "| article | 1 | 1 | 100.0 (100.0–100.0) |" in table.read_text(encoding="utf-8")


def test_two_runs_are_compared(kept: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", *map(str, kept)])
    told = capsys.readouterr().out
    assert "## Better in B: 1" in told
    assert "| article | 2 | right | 50.0 | 100.0 | +50.0 (+0.0 to +100.0) | 1.0000 | no | 1 | 0 |" in told


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="none"):
        main(["report", str(tmp_path / "none.jsonl")])
    with pytest.raises(SystemExit, match="none"):
        main(["compare", str(tmp_path / "none.jsonl"), str(tmp_path / "none.jsonl")])


@pytest.mark.parametrize("name", [name for name, command in COMMANDS.items() if command.public])
def test_public_data_that_is_not_there_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--data"):
        main([name, "--data", str(tmp_path)])


def test_the_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    told = capsys.readouterr().out
    for name in (*COMMANDS, "all", "compare", "report", "guard", "retrieval"):
        assert name in told


@pytest.mark.parametrize(("limit", "title"), [(None, "some/set"), (1, "some/set, 1 questions")])
def test_a_slice_of_a_set_says_so(limit: int | None, title: str) -> None:
    table = reader_tables([answered("120亿元", of="some/set reader")], Options(limit=limit))
    assert f"| {title} | 1 | 100.0 (" in table
