from __future__ import annotations

from pathlib import Path

import pytest

from index.encoder import SentenceTransformerEncoder, encoder_name
from qa.settings import Settings


def test_a_hub_id_is_its_own_name() -> None:
    assert encoder_name("someone/some-model") == "someone/some-model"


def test_a_folder_is_named_by_its_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    first = encoder_name(str(tmp_path))
    assert first.startswith(f"{tmp_path.name}@")
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert encoder_name(str(tmp_path)) != first


@pytest.mark.models
def test_questions_and_passages_get_their_prompts() -> None:
    encoder = SentenceTransformerEncoder(Settings().encoder)
    as_question, as_passage = encoder.encode_question("投资多少"), encoder.encode(["投资多少"])[0]
    assert float(as_question @ as_passage) < 0.999
