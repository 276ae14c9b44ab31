"""Fusing the two rankings of the same passages (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LEXICAL_WEIGHT = 0.004
RECIPROCAL_RANK_CONSTANT = 60


def weighted_sum(
    cosines: Mapping[int, float], lexical: Mapping[int, float], lexical_weight: float = LEXICAL_WEIGHT
) -> list[tuple[int, float]]:
    """Items by cosine + weight · BM25, best first; both mappings hold the same items.

    Scores are summed as they are: a BM25 score is a sum of evidence and stays small when the question shares no rare
    word with anything, where scaling it by its maximum, or using ranks, would make much of nothing. The weight belongs
    to the encoder's range of cosines; `python -m qa.training fusion` prints what others do. Source: Bruch, Gai and
    Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023, where a convex combination of scores
    beats reciprocal rank fusion. Ties keep the order of the smaller item number.
    """
    scores = ((item, cosine + lexical_weight * lexical[item]) for item, cosine in cosines.items())
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))


def reciprocal_rank_fusion(
    rankings: Mapping[str, Sequence[int]], constant: int = RECIPROCAL_RANK_CONSTANT
) -> list[tuple[int, float]]:
    """Fuse rankings of item numbers, best first: score = Σ 1 / (constant + rank), ranks from 1.

    The baseline that the evaluation compares with. Ties keep the order of the smaller item number. Source: Cormack,
    Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and Individual Rank Learning", SIGIR 2009.
    """
    scores: dict[int, float] = {}
    for ranking in rankings.values():
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + 1.0 / (constant + rank)
    return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
