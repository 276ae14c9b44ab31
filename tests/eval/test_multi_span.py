from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.multi_span import items_exactly, partial_match_f1

GOLD = [["现代筑美"], ["耀东华"], ["唯勤实业", "唯勤"]]


@pytest.mark.parametrize(
    ("predicted", "exact", "partial"),
    [
        (["现代筑美", "耀东华", "唯勤实业"], 1, 1.0),
        (["唯勤", "耀东华", "现代筑美"], 1, 1.0),
        # Two of three: precision 1, recall 2/3.
        (["现代筑美", "耀东华"], 0, 0.8),
        # One span over two items (7 characters): precision 4/7, recall (1 + 1 + 0)/3.
        (["现代筑美耀东华"], 0, 2 * (4 / 7) * (2 / 3) / (4 / 7 + 2 / 3)),
        # One item too many: precision 3/4, recall 1.
        (["现代筑美", "耀东华", "唯勤实业", "怡宝"], 0, 2 * 0.75 / 1.75),
        ([], 0, 0.0),
        (["，"], 0, 0.0),
    ],
)
def test_by_hand(predicted: list[str], exact: int, partial: float) -> None:
    assert items_exactly(GOLD, predicted) == exact
    assert partial_match_f1(GOLD, predicted) == pytest.approx(partial)


@given(st.lists(st.text(alphabet="甲乙丙丁", min_size=1, max_size=4), min_size=1, max_size=5, unique=True))
def test_the_items_themselves_are_right(items: list[str]) -> None:
    gold = [[item] for item in items]
    assert items_exactly(gold, items[::-1]) == 1
    assert partial_match_f1(gold, items) == pytest.approx(1.0)
