"""Exact vector search; the only import of faiss."""

from __future__ import annotations

from collections.abc import Sequence

import faiss
import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class FaissIndex:
    """Inner-product search over unit vectors (so the score is the cosine), exact."""

    def __init__(self, vectors: Vectors) -> None:
        """`vectors` has shape (items, dimension)."""
        self._count = len(vectors)
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def search(self, query: Vectors, top_k: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[int]:
        """Numbers of the `top_k` items nearest to `query` (shape (dimension,)), nearest first."""
        if self._count == 0:
            return []
        parameters = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.flatnonzero(allowed).astype(np.int64))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        _, found = self._index.search(query.reshape(1, -1), min(top_k, self._count), params=parameters)
        return [int(item) for item in found[0] if item >= 0]

    def scores(self, query: Vectors, items: Sequence[int]) -> Vectors:
        """Inner product of `query` with each of `items`, float32 (items,)."""
        if len(items) == 0:
            return np.zeros(0, dtype=np.float32)
        vectors: Vectors = self._index.reconstruct_batch(np.array(items, dtype=np.int64))
        return vectors @ query
