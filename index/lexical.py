"""BM25 over search tokens."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

K1 = 1.5
B = 0.75


def inverse_document_frequency(documents: int, containing: int) -> float:
    """log(1 + (N - n + 0.5) / (n + 0.5)): never negative, unlike Robertson's.

    Source: Lucene's BM25Similarity; see Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020.
    """
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def term_weight(frequency: float, length: float, mean_length: float, k1: float = K1, b: float = B) -> float:
    """Weight of a term: f (k1 + 1) / (f + k1 (1 - b + b · length / mean length)).

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, equation 3.15.
    """
    return frequency * (k1 + 1.0) / (frequency + k1 * (1.0 - b + b * length / mean_length))


@dataclass(frozen=True, slots=True)
class _Postings:
    items: npt.NDArray[np.int64]
    impacts: npt.NDArray[np.float32]


class Bm25Index:
    """An immutable inverted index: per term, the items that hold it and what each adds to their score."""

    def __init__(self, token_lists: Sequence[Sequence[str]]) -> None:
        self._count = len(token_lists)
        lengths = [len(tokens) for tokens in token_lists]
        mean_length = sum(lengths) / max(self._count, 1) or 1.0
        occurrences: dict[str, list[tuple[int, int]]] = {}
        for item, tokens in enumerate(token_lists):
            for term, frequency in Counter(tokens).items():
                occurrences.setdefault(term, []).append((item, frequency))
        self._postings = {term: self._weigh(found, lengths, mean_length) for term, found in occurrences.items()}

    def _weigh(self, found: list[tuple[int, int]], lengths: list[int], mean_length: float) -> _Postings:
        idf = inverse_document_frequency(self._count, len(found))
        impacts = [idf * term_weight(frequency, lengths[item], mean_length) for item, frequency in found]
        return _Postings(np.array([item for item, _ in found]), np.array(impacts, dtype=np.float32))

    def scores(self, tokens: Iterable[str]) -> npt.NDArray[np.float32]:
        """BM25 score of every item, shape (items,); a term asked for twice counts twice."""
        totals = np.zeros(self._count, dtype=np.float32)
        for term, times in Counter(tokens).items():
            postings = self._postings.get(term)
            if postings is not None:
                totals[postings.items] += times * postings.impacts
        return totals


def best_items(scores: npt.NDArray[np.float32], top_k: int, allowed: npt.NDArray[np.bool_] | None = None) -> list[int]:
    """Numbers of the `top_k` highest of `scores` that are above 0 and allowed, best first."""
    totals = scores if allowed is None else np.where(allowed, scores, 0.0)
    order = np.argsort(-totals, kind="stable")[:top_k]
    return [int(item) for item in order if totals[item] > 0.0]
