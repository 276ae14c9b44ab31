from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from eval.questions import EvaluationDataError
from eval.runs import newest_runs, read_run, run_information, run_path, write_run
from qa.settings import Settings
from tests.eval.builders import answered, refused


def small_settings(folder: Path) -> Settings:
    """Settings whose models are small files."""
    (folder / "reader").mkdir()
    (folder / "reader" / "weights").write_bytes(b"weights")
    (folder / "calibration.json").write_text("{}", encoding="utf-8")
    return Settings(
        encoder="some/hugging-face-id",
        reader=str(folder / "reader"),
        calibration=folder / "calibration.json",
        api_keys="secret",
    )


def test_a_run_is_the_same_after_writing_and_reading(tmp_path: Path) -> None:
    information = run_information("article", small_settings(tmp_path), {"limit": 3})
    results = [answered("120亿元"), refused()]
    path = run_path(tmp_path / "runs", information)
    write_run(path, information, results)
    kept = read_run(path)
    assert (kept.information, list(kept.results)) == (information, results)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line).get("id") for line in lines] == [None, "1", "2"]


def test_a_run_says_which_program_it_is_of(tmp_path: Path) -> None:
    information = run_information("article", small_settings(tmp_path), {})
    assert information.models["calibration.json"] == hashlib.sha256(b"{}").hexdigest()
    assert information.models["encoder"] == ""
    before = information.models["reader"]
    (tmp_path / "reader" / "weights").write_bytes(b"weights trained on")
    other = run_information("article", Settings(reader=str(tmp_path / "reader")), {})
    assert before
    assert before != other.models["reader"]
    assert other.settings["encoder"] == "index/models/encoder"
    assert other.settings["top_k"] == 5
    assert "secret" not in str(information)


@pytest.mark.parametrize(
    "text",
    ["", "no JSON", "[1]", '{"id": "1"}', '{"run": {"format": 99}}', '{"run": {"format": 1, "name": "article"}}'],
)
def test_another_file_is_no_run(tmp_path: Path, text: str) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationDataError, match=r"some\.jsonl"):
        read_run(path)


def test_a_missing_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationDataError, match="none"):
        read_run(tmp_path / "none.jsonl")


def test_the_newest_run_of_each_kind_is_found(tmp_path: Path) -> None:
    for name in ("article-20260101000000", "article-20260102000000", "yes_no-20260101000000", "notes"):
        (tmp_path / f"{name}.jsonl").write_text("", encoding="utf-8")
    assert [path.stem for path in newest_runs(tmp_path)] == ["article-20260102000000", "yes_no-20260101000000"]
