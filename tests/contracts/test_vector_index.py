"""What every VectorIndex must do, held against a full sort by numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import FaissIndex
from index.ports import VectorIndex
from tests.fakes import FakeVectorIndex

Make = Callable[[npt.NDArray[np.float32]], VectorIndex]
everyone = pytest.mark.parametrize("make", [FakeVectorIndex, FaissIndex])


def unit_vectors(seed: int, count: int, dimension: int = 8) -> npt.NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


@everyone
@given(seed=st.integers(0, 2**16), count=st.integers(1, 40), top_k=st.integers(1, 50), data=st.data())
def test_agrees_with_exact_search(make: Make, seed: int, count: int, top_k: int, data: st.DataObject) -> None:
    vectors, query = unit_vectors(seed, count), unit_vectors(seed + 1, 1)[0]
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)))
    cosines = vectors @ query
    for mask in (None, allowed):
        expected = [item for item in np.argsort(-cosines) if mask is None or mask[item]][:top_k]
        found = make(vectors).search(query, top_k, mask)
        assert len(found) == len(set(found))
        np.testing.assert_allclose(cosines[found], cosines[expected], atol=1e-6)


@everyone
def test_an_empty_index_finds_nothing(make: Make) -> None:
    index = make(np.zeros((0, 8), dtype=np.float32))
    assert index.search(unit_vectors(1, 1)[0], 5) == []


@everyone
def test_nothing_allowed_finds_nothing(make: Make) -> None:
    index = make(unit_vectors(3, 4))
    assert index.search(unit_vectors(1, 1)[0], 5, np.zeros(4, dtype=bool)) == []


@everyone
def test_scores_are_the_inner_products(make: Make) -> None:
    vectors, query = unit_vectors(5, 9), unit_vectors(6, 1)[0]
    np.testing.assert_allclose(make(vectors).scores(query, [8, 0, 3]), vectors[[8, 0, 3]] @ query, atol=1e-6)
    assert make(vectors).scores(query, []).shape == (0,)
