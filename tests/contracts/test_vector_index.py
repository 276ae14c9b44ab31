"""What every VectorIndex must do, held against a full sort by numpy."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dense import FaissIndex
from index.ports import VectorIndex, VectorIndexKind
from tests.fakes import FakeVectorIndex

Make = Callable[[npt.NDArray[np.float32]], VectorIndex]


def graph(vectors: npt.NDArray[np.float32]) -> VectorIndex:
    """The graph that takes over when there are many; among so few it misses nothing."""
    return FaissIndex(vectors, graph_items=1).accelerated()


everyone = pytest.mark.parametrize("make", [FakeVectorIndex, FaissIndex, graph])


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
    assert len(index) == 0
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


@everyone
def test_vectors_and_answers_are_the_same_after_writing_and_reading(make: Make) -> None:
    vectors, query = unit_vectors(7, 300), unit_vectors(8, 1)[0]
    index, file = make(vectors), io.BytesIO()
    index.write(file)
    file.seek(0)
    kind: VectorIndexKind = FakeVectorIndex if make is FakeVectorIndex else FaissIndex
    read = kind.read(file)
    np.testing.assert_array_equal(read.vectors(), vectors)
    assert len(read) == 300
    assert read.search(query, 20) == index.search(query, 20)


@pytest.mark.parametrize("data", [b"", b"not an index", b"IxFI" + bytes(40)])
def test_bytes_that_are_no_index_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="FAISS"):
        FaissIndex.read(io.BytesIO(data))


def test_the_same_vector_has_the_same_score_in_any_company() -> None:
    vectors, query = unit_vectors(9, 200, dimension=384), unit_vectors(10, 1, dimension=384)[0]
    index = FaissIndex(vectors)
    alone = [float(index.scores(query, [item])[0]) for item in range(200)]
    assert index.scores(query, range(200)).tolist() == alone


@pytest.mark.parametrize(("count", "is_slow"), [(0, False), (99, False), (100, True)])
def test_a_graph_is_made_only_of_many(count: int, is_slow: bool) -> None:
    index = FaissIndex(unit_vectors(11, count), graph_items=100)
    assert index.is_slow == is_slow
    faster = index.accelerated()
    assert (faster is not index) == is_slow
    assert not faster.is_slow


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3, 0.9])
def test_a_graph_stays_right_when_few_items_are_allowed(share: float) -> None:
    vectors = unit_vectors(12, 4000, dimension=32)
    allowed = np.random.default_rng(13).random(4000) < share
    index = FaissIndex(vectors, graph_items=1).accelerated()
    for query in unit_vectors(14, 20, dimension=32):
        found = index.search(query, 10, allowed)
        expected = np.argsort(-np.where(allowed, vectors @ query, -2.0))[:10]
        assert allowed[found].all()
        assert len(set(found) & set(expected.tolist())) >= 9
