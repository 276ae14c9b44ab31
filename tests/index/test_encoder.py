from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoder import SentenceTransformerEncoder
from index.errors import EncoderError
from index.model_folder import has_onnx, model_name, open_tokenizer
from index.onnx_encoder import OnnxEncoder
from qa.assemble import make_encoder
from qa.settings import Settings

TEXTS = [
    "投资120亿元的项目，用了不到160天。",
    "  空白\n\n与全角：ＡＢＣ１２３，繁體字「引號」 ",
    "emoji👍与𠮷字 mixed with English words, iPhone 15 Pro",
    "",
    "长" * 900,
]


def test_a_hub_id_is_its_own_name() -> None:
    assert model_name("someone/some-model") == "someone/some-model"
    assert not has_onnx("someone/some-model")


def test_a_folder_is_named_by_its_weights(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"1")
    first = model_name(str(tmp_path))
    assert first.startswith(f"{tmp_path.name}@")
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert model_name(str(tmp_path)) != first


def test_a_folder_with_an_onnx_file_is_named_by_that(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model_qint8.onnx").write_bytes(b"1")
    (tmp_path / "model.safetensors").write_bytes(b"1")
    first = model_name(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"2")
    assert model_name(str(tmp_path)) == first
    (tmp_path / "onnx" / "model_qint8.onnx").write_bytes(b"2")
    assert model_name(str(tmp_path)) != first


def test_an_onnx_folder_that_lacks_the_rest_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model_qint8.onnx").write_bytes(b"1")
    with pytest.raises(EncoderError, match="WENQU_ENCODER"):
        make_encoder(str(tmp_path))


def test_a_folder_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="WENQU_ENCODER"):
        make_encoder(str(tmp_path))


@pytest.mark.models
def test_questions_and_passages_get_their_prompts() -> None:
    encoder = make_encoder(Settings().encoder)
    as_question, as_passage = encoder.encode_question("投资多少"), encoder.encode(["投资多少"])[0]
    assert float(as_question @ as_passage) < 0.999


@pytest.mark.models
def test_the_shipped_int8_encoder_agrees_with_sentence_transformers() -> None:
    """The reference is SentenceTransformer on the same folder: its tokens exactly, its vectors to cosine 0.99."""
    reference, encoder = SentenceTransformerEncoder(Settings().encoder), OnnxEncoder(Settings().encoder)
    cosines = np.sum(reference.encode(TEXTS) * encoder.encode(TEXTS), axis=1)
    assert cosines.min() >= 0.99
    assert float(reference.encode_question(TEXTS[0]) @ encoder.encode_question(TEXTS[0])) >= 0.99
    tokenizer = open_tokenizer(Path(Settings().encoder))
    tokenizer.enable_truncation(512)
    theirs = reference.model.tokenizer([f"passage: {text}" for text in TEXTS], truncation=True)["input_ids"]
    assert [encoding.ids for encoding in tokenizer.encode_batch([f"passage: {text}" for text in TEXTS])] == theirs
