"""The built wheel in a clean virtual environment, used from a folder that holds nothing of the project."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = [pytest.mark.models, pytest.mark.package, pytest.mark.timeout(1500)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)],
        check=True,
    )
    (built,) = folder.glob("wenqu-*.whl")
    return built


def test_models_page_and_article_are_inside_and_tests_are_not(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "index/models/encoder/model.safetensors",
        "qa/models/reader/model.safetensors",
        "qa/models/calibration.json",
        "index/sample/zhaoqing-high-tech-zone.md",
        "api/web/index.html",
        "eval/data/article.jsonl",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]


def test_it_answers_in_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "WENQU_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [str(tmp_path / "venv" / "bin" / "wenqu"), "ask", "宁德时代动力及储能电池项目投资了多少？", "--json"],
        env={**environment, "PYTHONUTF8": "1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["answer"] == answer["citations"][0]["quote"] == "120亿元"
