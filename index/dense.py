"""Vector search; the only import of faiss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO

import faiss
import numpy as np
import numpy.typing as npt

GRAPH_ITEMS = 100_000
"""From so many items on a graph is worth its making; `python -m eval.bench.indexes` prints why."""
_NEIGHBOURS = 32
_BUILD_BREADTH = 64
_SEARCH_BREADTH = 384
_LEAST_ALLOWED = 0.5
"""With fewer items allowed than this share the graph would walk past too many others to be quick or complete."""

_faiss: Any = faiss
"""What the type stubs of FAISS leave out."""

Mask = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]


class FaissIndex:
    """Inner-product search over unit vectors (so the score is the cosine), exact; by a graph once `accelerated`."""

    def __init__(self, vectors: Vectors | faiss.Index, graph_items: int = GRAPH_ITEMS) -> None:
        """`vectors` has shape (items, dimension), or is an index of FAISS's own that holds them."""
        # What downcast_index gives points into its argument, and does not keep it alive.
        self._owner: Any = vectors
        if isinstance(vectors, np.ndarray):
            self._owner = faiss.IndexFlatIP(vectors.shape[1])
            self._owner.add(np.ascontiguousarray(vectors, dtype=np.float32))
        whole: Any = faiss.downcast_index(self._owner)
        self._graph = whole if isinstance(whole, faiss.IndexHNSWFlat) else None
        self._flat: Any = whole if self._graph is None else faiss.downcast_index(whole.storage)
        self._graph_items = graph_items
        self.count = int(whole.ntotal)
        self.dimension = int(whole.d)

    @classmethod
    def read(cls, file: BinaryIO, graph_items: int = GRAPH_ITEMS) -> FaissIndex:
        """The index that `write` wrote. Raises ValueError when the file is no such thing."""
        try:
            index = _faiss.read_index(_faiss.PyCallbackIOReader(file.read))
        except RuntimeError as error:
            raise ValueError(f"not an index of FAISS: {error}") from error
        return cls(index, graph_items)

    def __len__(self) -> int:
        """How many items there are."""
        return self.count

    def write(self, file: BinaryIO) -> None:
        """Write the index to a file. Raises OSError."""
        try:
            _faiss.write_index(self._owner, _faiss.PyCallbackIOWriter(file.write))
        except RuntimeError as error:
            raise OSError(f"FAISS could not write its index: {error}") from error

    def vectors(self) -> Vectors:
        """All vectors, float32 (items, dimension)."""
        found: Vectors = self._flat.reconstruct_n(0, self.count)
        return found.reshape(self.count, self.dimension)

    @property
    def is_slow(self) -> bool:
        """Whether a graph would pay."""
        return self._graph is None and self.count >= self._graph_items

    def accelerated(self) -> FaissIndex:
        """An index of the same vectors that searches large numbers of them faster; this one where none does.

        Takes minutes for millions of vectors. What it finds may differ from the exact answer, rarely and at the end.
        """
        if not self.is_slow:
            return self
        graph = _faiss.IndexHNSWFlat(self.dimension, _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = _BUILD_BREADTH
        # The setting is the calling thread's own: questions keep the other cores meanwhile.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(max(threads // 2, 1))
        try:
            graph.add(self.vectors())
        finally:
            faiss.omp_set_num_threads(threads)
        return FaissIndex(graph, self._graph_items)

    def search(self, query: Vectors, top_k: int, allowed: Mask | None = None) -> list[int]:
        """Numbers of the `top_k` items nearest to `query` (shape (dimension,)), nearest first."""
        if self.count == 0:
            return []
        if allowed is not None and allowed.all():
            allowed = None
        share = 1.0 if allowed is None else np.count_nonzero(allowed) / self.count
        if share == 0.0:
            return []
        rows = query.reshape(1, -1).astype(np.float32, copy=False)
        selector = None if allowed is None else _faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little"))
        if self._graph is not None and share >= _LEAST_ALLOWED:
            breadth = max(int(_SEARCH_BREADTH / share**2), 2 * top_k)
            parameters = _faiss.SearchParametersHNSW(efSearch=breadth, sel=selector)
            _, found = self._graph.search(rows, min(top_k, self.count), params=parameters)
        else:
            parameters = None if selector is None else _faiss.SearchParameters(sel=selector)
            _, found = self._flat.search(rows, min(top_k, self.count), params=parameters)
        return [int(item) for item in found[0] if item >= 0]

    def scores(self, query: Vectors, items: Sequence[int]) -> Vectors:
        """Inner product of `query` with each of `items`, float32 (items,)."""
        if len(items) == 0:
            return np.zeros(0, dtype=np.float32)
        vectors: Vectors = self._flat.reconstruct_batch(np.array(items, dtype=np.int64))
        # Unlike a product of matrices, this gives an item the same score in any company.
        products: Vectors = np.einsum("ij,j->i", vectors, query, dtype=np.float32)
        return products
