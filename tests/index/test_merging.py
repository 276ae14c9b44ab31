from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.merging import TOGETHER, due_merge


def test_nothing_is_due_among_few() -> None:
    assert due_merge([]) == []
    assert due_merge([(10, 10)] * (TOGETHER - 1)) == []


def test_segments_of_one_size_become_one() -> None:
    sizes = [(5000, 5000), *[(10, 10)] * TOGETHER, (60_000, 60_000)]
    assert due_merge(sizes) == list(range(1, TOGETHER + 1))


def test_a_segment_that_is_mostly_gone_is_made_anew() -> None:
    assert due_merge([(100, 100), (40, 100)]) == [1]
    assert due_merge([(100, 100), (50, 100)]) == []


@given(st.lists(st.integers(1, 400), min_size=1, max_size=300))
def test_few_segments_are_left_and_each_passage_is_copied_seldom(added: list[int]) -> None:
    sizes: list[int] = []
    copied = 0
    for size in added:
        sizes.append(size)
        while due := due_merge([(one, one) for one in sizes]):
            merged = sum(sizes[number] for number in due)
            copied += merged
            sizes = [one for number, one in enumerate(sizes) if number not in due] + [merged]
    # Up to 300 · 400 passages: five sizes of segments, fewer than eight of each, one copy per size.
    assert len(sizes) <= 5 * (TOGETHER - 1)
    assert copied <= 5 * sum(added)
