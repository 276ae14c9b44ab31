"""Dense and lexical search over the same passages, fused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.fusion import LEXICAL_WEIGHT, weighted_sum
from index.lexical import Bm25Index, best_items
from index.ports import VectorIndex

CANDIDATES = 50

Mask = npt.NDArray[np.bool_]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item found: its fused score, and its 1-based rank in each ranking that holds it ("dense", "lexical")."""

    item: int
    score: float
    ranks: Mapping[str, int]


def fuse(
    rankings: Mapping[str, Sequence[int]],
    cosines: Mapping[int, float],
    by_words: Mapping[int, float],
    lexical_weight: float = LEXICAL_WEIGHT,
) -> list[Candidate]:
    """The items of both rankings in the order of their fused scores; both mappings hold all of them."""
    places = {name: {item: rank for rank, item in enumerate(found, start=1)} for name, found in rankings.items()}
    return [
        Candidate(item, score, {name: ranks[item] for name, ranks in places.items() if item in ranks})
        for item, score in weighted_sum(cosines, by_words, lexical_weight)
    ]


@dataclass(frozen=True, slots=True)
class HybridIndex:
    """Both indexes; item n is the same passage in each."""

    dense: VectorIndex
    lexical: Bm25Index
    lexical_weight: float = LEXICAL_WEIGHT

    def search(self, vector: Vectors, tokens: Sequence[str], allowed: Mask | None = None) -> list[Candidate]:
        """The best 50 of each ranking in the order of their fused scores, each scored by both."""
        lexical_scores = self.lexical.scores(tokens)
        rankings = self._rankings(vector, lexical_scores, allowed)
        items = sorted({item for ranking in rankings.values() for item in ranking})
        cosines = dict(zip(items, self.dense.scores(vector, items).tolist(), strict=True))
        by_words = {item: float(lexical_scores[item]) for item in items}
        return fuse(rankings, cosines, by_words, self.lexical_weight)

    def rankings(self, vector: Vectors, tokens: Sequence[str], allowed: Mask | None = None) -> dict[str, list[int]]:
        """The best 50 items of each index, best first."""
        return self._rankings(vector, self.lexical.scores(tokens), allowed)

    def _rankings(
        self, vector: Vectors, lexical_scores: npt.NDArray[np.float32], allowed: Mask | None
    ) -> dict[str, list[int]]:
        return {
            "dense": self.dense.search(vector, CANDIDATES, allowed),
            "lexical": best_items(lexical_scores, CANDIDATES, allowed),
        }
