"""What the library needs from its parts; any class with these methods will do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Protocol

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
    """Nearest vectors by inner product; immutable."""

    def __len__(self) -> int:
        """How many items there are."""
        ...

    def search(self, query: Vectors, top_k: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[int]:
        """Numbers of the `top_k` nearest items, nearest first; `allowed` (items,) restricts the search."""
        ...

    def scores(self, query: Vectors, items: Sequence[int]) -> Vectors:
        """Inner product of `query` with each of `items`, float32 (items,)."""
        ...

    def vectors(self) -> Vectors:
        """All vectors, float32 (items, dimension)."""
        ...

    @property
    def is_slow(self) -> bool:
        """Whether there are so many items that `accelerated` gives another index."""
        ...

    def accelerated(self) -> VectorIndex:
        """An index of the same vectors that searches them faster, and is not slow; may take minutes."""
        ...

    def write(self, file: BinaryIO) -> None:
        """Write the index to a file. Raises OSError."""
        ...


class VectorIndexKind(Protocol):
    """A class of vector indexes."""

    def __call__(self, vectors: Vectors) -> VectorIndex:
        """The index of these vectors, shape (items, dimension); quickly made."""
        ...

    def read(self, file: BinaryIO) -> VectorIndex:
        """The index that `write` wrote. Raises OSError or ValueError when the file is no such thing."""
        ...
