from __future__ import annotations

import math

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.lexical import K1, B, Bm25Index, best_items, inverse_document_frequency, term_weight

WORDS = ["投资", "项目", "高速", "博士", "亿元", "的"]
corpora = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), min_size=1, max_size=8)


@given(corpora, st.lists(st.sampled_from(WORDS), min_size=1, max_size=4, unique=True))
def test_agrees_with_bm25s(corpus: list[list[str]], query: list[str]) -> None:
    # Independent: bm25s with Lucene's formula, which leaves out the constant factor k1 + 1.
    reference = bm25s.BM25(method="lucene", k1=K1, b=B)
    reference.index(corpus, show_progress=False)
    known = [word for word in query if any(word in tokens for tokens in corpus)]
    expected = reference.get_scores(known) * (K1 + 1) if known else np.zeros(len(corpus))
    np.testing.assert_allclose(Bm25Index(corpus).scores(query), expected, rtol=1e-4, atol=1e-6)


def test_by_hand() -> None:
    # Two documents of lengths 1 and 3 (mean 2); "a" is in the first only.
    index = Bm25Index([["a"], ["b", "b", "c"]])
    idf = math.log(1 + (2 - 1 + 0.5) / (1 + 0.5))
    weight = 1 * 2.5 / (1 + 1.5 * (1 - 0.75 + 0.75 * 1 / 2))
    assert index.scores(["a"])[0] == pytest.approx(idf * weight)
    assert inverse_document_frequency(2, 1) == pytest.approx(idf)
    assert term_weight(1, 1, 2) == pytest.approx(weight)


def test_search_leaves_out_what_shares_nothing() -> None:
    index = Bm25Index([["a"], ["b"], ["a", "b"]])
    assert best_items(index.scores(["a"]), 10) == [0, 2]
    assert best_items(index.scores(["a"]), 1) == [0]
    assert best_items(index.scores(["a"]), 10, np.array([False, True, True])) == [2]
    assert best_items(index.scores(["z"]), 10) == []


def test_nothing_indexed() -> None:
    assert best_items(Bm25Index([]).scores(["a"]), 3) == []
    assert best_items(Bm25Index([[]]).scores(["a"]), 3) == []
