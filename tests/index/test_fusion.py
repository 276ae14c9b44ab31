from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import reciprocal_rank_fusion, weighted_sum


def test_a_weighted_sum_by_hand() -> None:
    fused = weighted_sum({4: 0.9, 2: 0.8, 7: 0.85}, {4: 0.0, 2: 30.0, 7: 2.0}, lexical_weight=0.005)
    assert [item for item, _ in fused] == [2, 4, 7]
    assert [score for _, score in fused] == pytest.approx([0.95, 0.9, 0.86])
    assert [item for item, _ in weighted_sum({4: 0.5, 2: 0.5}, {4: 1.0, 2: 1.0})] == [2, 4]


def test_reciprocal_ranks_by_hand() -> None:
    # 7: 1/61 + 1/62; 3: 1/62 + 1/61, a tie that the smaller number wins; 9: 1/63.
    fused = reciprocal_rank_fusion({"dense": [7, 3], "lexical": [3, 7, 9]})
    assert [item for item, _ in fused] == [3, 7, 9]
    assert fused[0][1] == pytest.approx(1 / 61 + 1 / 62)
    assert fused[2][1] == pytest.approx(1 / 63)


def test_one_ranking_keeps_its_order() -> None:
    assert [item for item, _ in reciprocal_rank_fusion({"dense": [5, 1, 4], "lexical": []})] == [5, 1, 4]


@given(st.dictionaries(st.sampled_from("abc"), st.permutations(range(6)), min_size=1))
def test_every_item_once_in_descending_order(rankings: dict[str, list[int]]) -> None:
    fused = reciprocal_rank_fusion(rankings)
    assert sorted(item for item, _ in fused) == list(range(6))
    assert [score for _, score in fused] == sorted((score for _, score in fused), reverse=True)
