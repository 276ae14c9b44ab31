"""What is put together by default, and with models of other kinds."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK_WITH_THE_SHIPPED_MODELS = """
import sys
from api.app import create_app  # what `wenqu serve` imports
from qa.assemble import assemble
from qa.settings import Settings
from qa.types import Question
answer = assemble(Settings()).answerer.ask(Question("宁德时代动力及储能电池项目投资了多少？"))
assert answer.text == "120亿元", answer
heavy = {"torch", "transformers", "sentence_transformers", "sklearn", "onnx"} & set(sys.modules)
assert not heavy, heavy
"""


@pytest.mark.models
def test_the_default_path_loads_neither_torch_nor_sentence_transformers(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK_WITH_THE_SHIPPED_MODELS],
        env={**os.environ, "WENQU_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
