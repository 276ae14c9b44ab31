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
        "index/models/encoder/onnx/model_qint8.onnx",
        "qa/models/reader/model.safetensors",
        "qa/models/reader/onnx/model_qint8.onnx",
        "qa/models/calibration.json",
        "index/sample/zhaoqing-high-tech-zone.md",
        "api/web/index.html",
        "eval/data/article.jsonl",
    } <= names
    assert not [name for name in names if name.startswith("tests/")]
    assert wheel.stat().st_size < 150_000_000


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a virtual environment that holds the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("clean") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    subprocess.run([str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    return folder / "bin"


def ask(programs: Path, home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(programs / "wenqu"), "ask", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONUTF8": "1", "COLUMNS": "200", **settings},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_answers_in_a_clean_environment_without_torch(programs: Path, tmp_path: Path) -> None:
    done = ask(programs, tmp_path, "宁德时代动力及储能电池项目投资了多少？", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["answer"] == answer["citations"][0]["quote"] == "120亿元"
    torch = subprocess.run([str(programs / "python"), "-c", "import torch"], capture_output=True, check=False)
    assert torch.returncode != 0


@pytest.mark.parametrize("setting", ["WENQU_ENCODER", "WENQU_READER"])
def test_another_model_without_its_libraries_says_what_to_install(programs: Path, tmp_path: Path, setting: str) -> None:
    done = ask(programs, tmp_path, "投资了多少？", **{setting: "someone/some-model"})
    assert done.returncode != 0
    assert "pip install 'wenqu[huggingface]'" in done.stderr
    assert "Traceback" not in done.stderr
