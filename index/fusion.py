"""Rank fusion (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

RECIPROCAL_RANK_CONSTANT = 60


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[int]], constant: int = RECIPROCAL_RANK_CONSTANT
) -> list[tuple[int, float]]:
    """Fuse rankings of item numbers, best first: score = Σ 1 / (constant + rank), ranks from 1.

    Ties keep the order of the smaller item number, so that a result never depends on dictionary order.
    Source: Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods", SIGIR 2009.
    """
    scores: dict[int, float] = {}
    for ranking in rankings.values():
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (constant + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
