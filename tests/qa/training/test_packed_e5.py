"""Reading the packed model, over a tiny file written here after the layout in the data README."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertModel

from qa.training.packed_e5 import FLOAT32, MAGIC, Q4_0, PackedE5, PackedModelError, read_packed_e5, unpack_q4_0
from qa.training.transplant import bert_config, bert_weights, load_weights, round_mantissa
from qa.training.vocabulary import encoder_tokenizer, encoder_vocabulary, reader_tokenizer, reader_vocabulary

HIDDEN, LAYERS, INTERMEDIATE, POSITIONS = 32, 1, 64, 8
PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁", "中", "中国", "2", "0", "20", "。", "▁a", "b", "の", "ab")


def tensors() -> dict[str, np.ndarray]:
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (len(PIECES), HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
    }
    shapes |= {"emb.ln.w": (HIDDEN,), "emb.ln.b": (HIDDEN,)}
    for name in ("q", "k", "v", "ao"):
        shapes |= {f"l0.{name}.w": (HIDDEN, HIDDEN), f"l0.{name}.b": (HIDDEN,)}
    shapes |= {"l0.fi.w": (INTERMEDIATE, HIDDEN), "l0.fi.b": (INTERMEDIATE,)}
    shapes |= {"l0.fo.w": (HIDDEN, INTERMEDIATE), "l0.fo.b": (HIDDEN,)}
    shapes |= {f"l0.{name}.{part}": (HIDDEN,) for name in ("aln", "oln") for part in "wb"}
    return {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def write_packed(path: Path, values: dict[str, np.ndarray], magic: bytes = MAGIC, block: int = 32) -> None:
    blob = b"".join(piece.encode() for piece in PIECES)
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)]).astype("<u4")
    head = magic + struct.pack("<I", 1)
    head += struct.pack("<7i", HIDDEN, LAYERS, 4, INTERMEDIATE, len(PIECES), POSITIONS, 2)
    head += struct.pack("<fi", 1e-12, block) + struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob))
    head += ends.tobytes() + np.linspace(0, -5, len(PIECES)).astype("<f4").tobytes() + blob
    head += struct.pack("<iI", 0, 3) + b"map" + struct.pack("<i", len(values))
    entries = sum(2 + len(name) + struct.calcsize("<BIQQ") for name in values)
    directory, data = b"", b""
    for name, value in values.items():
        raw = value.astype("<f4").tobytes()
        place = len(head) + entries + len(data)
        directory += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", FLOAT32, value.size, place, len(raw))
        )
        data += raw
    path.write_bytes(head + directory + data)


@pytest.fixture
def packed(tmp_path: Path) -> PackedE5:
    write_packed(tmp_path / "e5.bin", tensors())
    return read_packed_e5(tmp_path / "e5.bin")


def test_a_q4_block_by_hand() -> None:
    # Scale 0.5; byte j: low nibble is weight j, high nibble weight j + 16. Byte 0 = 0x3F: 15 → 3.5 and 3 → -2.5.
    raw = np.float16(0.5).tobytes() + bytes([0x3F] + [0x88] * 15)
    weights = unpack_q4_0(raw, 32)
    assert weights[0] == 3.5
    assert weights[16] == -2.5
    assert (np.delete(weights, [0, 16]) == 0).all()
    assert Q4_0 == 1


def test_header_pieces_and_tensors(packed: PackedE5) -> None:
    assert (packed.hidden, packed.layers, packed.heads, packed.positions) == (HIDDEN, LAYERS, 4, POSITIONS)
    assert packed.pieces == PIECES
    np.testing.assert_array_equal(packed.tensors["emb.word"], tensors()["emb.word"])


def test_another_file_is_refused(tmp_path: Path) -> None:
    write_packed(tmp_path / "a.bin", tensors(), magic=b"GGUF")
    with pytest.raises(PackedModelError, match="E5S1"):
        read_packed_e5(tmp_path / "a.bin")
    write_packed(tmp_path / "b.bin", tensors(), block=64)
    with pytest.raises(PackedModelError, match="blocks of 64"):
        read_packed_e5(tmp_path / "b.bin")


def test_the_weights_fit_a_bert_model(packed: PackedE5) -> None:
    vocabulary = encoder_vocabulary(packed)
    model = BertModel(bert_config(packed, vocabulary))
    load_weights(model, bert_weights(packed, vocabulary))
    row = vocabulary.pieces.index("中国")
    np.testing.assert_array_equal(
        model.embeddings.word_embeddings.weight[row].detach().numpy(), tensors()["emb.word"][PIECES.index("中国")]
    )
    with pytest.raises(RuntimeError, match="unexpected"):
        load_weights(model, {**bert_weights(packed, vocabulary), "nonsense": torch.zeros(1)})


def test_the_encoder_keeps_words_and_the_reader_characters(packed: PackedE5) -> None:
    encoder, reader = encoder_vocabulary(packed), reader_vocabulary(packed)
    assert "中国" in encoder.pieces
    assert "の" not in encoder.pieces
    assert "中国" not in reader.pieces
    assert {"中", "2", "の"} <= set(reader.pieces)
    words = encoder_tokenizer(encoder, 8)
    assert words.convert_ids_to_tokens(words("中国")["input_ids"]) == ["<s>", "▁", "中国", "</s>"]


def test_reader_tokens_are_single_characters_at_their_places(packed: PackedE5) -> None:
    tokenizer = reader_tokenizer(reader_vocabulary(packed), 64)
    text = "中国２０年。 ab中𠮷"
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    pieces = [text[start:end] for start, end in encoded["offset_mapping"]]
    assert pieces[:6] == ["中", "国", "２", "０", "年", "。"]
    assert pieces[-2:] == ["中", "𠮷"]
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


def test_round_mantissa_by_hand() -> None:
    # 1.7 in half precision is 1.7001953 = 1 + 717/1024; to 6 bits: 45/64 = 0.703125.
    values = torch.tensor([1.7, -1.7, 0.0, 1.0, 65504.0])
    assert round_mantissa(values, 6).tolist()[:4] == [1.703125, -1.703125, 0.0, 1.0]
    some = torch.linspace(-3, 3, 1001)
    error = (round_mantissa(some, 6).float() - some).abs() / some.abs().clamp(min=1e-9)
    assert error[some.abs() > 0.01].max() < 0.0085
