"""What the library needs from its parts; any class with these methods will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Encoder(Protocol):
    """Texts → vectors of unit length, so that the inner product of two is their cosine."""

    name: str
    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages, float32 (n, dimension)."""
        ...

    def encode_question(self, question: str) -> Vectors:
        """Vector of a question, float32 (dimension,)."""
        ...


class VectorIndex(Protocol):
    """Nearest vectors by inner product."""

    def search(self, query: Vectors, top_k: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[int]:
        """Numbers of the `top_k` nearest items, nearest first; `allowed` (items,) restricts the search."""
        ...

    def scores(self, query: Vectors, items: Sequence[int]) -> Vectors:
        """Inner product of `query` with each of `items`, float32 (items,)."""
        ...
