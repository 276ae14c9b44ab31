"""BM25 over search tokens, computed at query time, so that what is removed leaves no trace in any score."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

K1 = 1.5
B = 0.75

Mask = npt.NDArray[np.bool_]
Number = TypeVar("Number", float, npt.NDArray[np.float64])
Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]


def inverse_document_frequency(documents: int, containing: int) -> float:
    """log(1 + (N - n + 0.5) / (n + 0.5)): never negative, unlike Robertson's.

    Source: Lucene's BM25Similarity; see Kamphuis et al., "Which BM25 Do You Mean?", ECIR 2020.
    """
    return math.log(1.0 + (documents - containing + 0.5) / (containing + 0.5))


def term_weight(frequency: Number, length: Number, mean_length: float, k1: float = K1, b: float = B) -> Number:
    """Weight of a term, or of each of several: f (k1 + 1) / (f + k1 (1 - b + b · length / mean length)).

    Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009, equation 3.15.
    """
    return frequency * (k1 + 1.0) / (frequency + k1 * (1.0 - b + b * length / mean_length))


@dataclass(frozen=True, slots=True, eq=False)
class Postings:
    """An immutable inverted index of some items, without any weights.

    The items that hold the term `terms[t]` are `items[offsets[t]:offsets[t + 1]]`, ascending; `frequencies` runs
    beside them. `lengths` are the numbers of tokens of all items.
    """

    terms: Mapping[str, int]
    offsets: npt.NDArray[np.int64]
    items: npt.NDArray[np.int32]
    frequencies: npt.NDArray[np.int32]
    lengths: npt.NDArray[np.int32]

    def of(self, term: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """The items that hold a term, and how often each does."""
        number = self.terms.get(term)
        if number is None:
            return self.items[:0], self.frequencies[:0]
        here = slice(int(self.offsets[number]), int(self.offsets[number + 1]))
        return self.items[here], self.frequencies[here]


def count_terms(token_lists: Sequence[Sequence[str]]) -> Postings:
    """The postings of items given by their tokens."""
    terms: dict[str, int] = {}
    numbers = [terms.setdefault(token, len(terms)) for tokens in token_lists for token in tokens]
    lengths = np.array([len(tokens) for tokens in token_lists], dtype=np.int32)
    places = np.repeat(np.arange(len(token_lists), dtype=np.int64), lengths)
    keys, frequencies = np.unique(
        np.array(numbers, dtype=np.int64) * max(len(token_lists), 1) + places, return_counts=True
    )
    return _postings(terms, keys, frequencies, lengths)


def merge_postings(parts: Sequence[tuple[Postings, Numbers]]) -> Postings:
    """One index of the chosen items of several; terms that none of them holds are dropped.

    Beside each part stands the new number of each of its items, -1 for those that are left out. The new numbers of
    all parts together are 0 to n - 1.
    """
    count = sum(int(np.count_nonzero(places >= 0)) for _, places in parts)
    terms: dict[str, int] = {}
    keys, frequencies = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int32)]
    lengths = np.zeros(count, dtype=np.int32)
    for postings, places in parts:
        numbers = np.array([terms.setdefault(term, len(terms)) for term in postings.terms], dtype=np.int64)
        rows = np.repeat(numbers, np.diff(postings.offsets))
        items = places[postings.items]
        kept = items >= 0
        keys.append(rows[kept] * max(count, 1) + items[kept])
        frequencies.append(postings.frequencies[kept])
        lengths[places[places >= 0]] = postings.lengths[places >= 0]
    all_keys = np.concatenate(keys)
    order = np.argsort(all_keys, kind="stable")
    return _postings(terms, all_keys[order], np.concatenate(frequencies)[order], lengths)


def _postings(
    terms: Mapping[str, int], keys: Numbers, frequencies: npt.NDArray[np.integer], lengths: npt.NDArray[np.int32]
) -> Postings:
    """From ascending keys, each the number of a term times the number of items plus the number of an item."""
    rows, items = np.divmod(keys, max(len(lengths), 1))
    used, counts = np.unique(rows, return_counts=True)
    names = list(terms)
    return Postings(
        terms={names[row]: number for number, row in enumerate(used.tolist())},
        offsets=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts, dtype=np.int64)]),
        items=items.astype(np.int32),
        frequencies=frequencies.astype(np.int32),
        lengths=lengths.astype(np.int32),
    )


def score_parts(
    parts: Sequence[tuple[Postings, Mask | None]], items: int, mean_length: float, tokens: Iterable[str]
) -> list[Scores]:
    """BM25 scores of every item of several indexes, as if they were one; a term asked for twice counts twice.

    A mask says which items of its part exist (None: all); the scores of the others mean nothing. `items` is the
    number of those that exist in all parts, `mean_length` the mean of their lengths.
    """
    totals = [np.zeros(len(postings.lengths), dtype=np.float32) for postings, _ in parts]
    for term, times in Counter(tokens).items():
        found = [postings.of(term) for postings, _ in parts]
        containing = sum(
            len(holders) if mask is None else int(np.count_nonzero(mask[holders]))
            for (holders, _), (_, mask) in zip(found, parts, strict=True)
        )
        if containing == 0:
            continue
        idf = inverse_document_frequency(items, containing)
        for total, (holders, frequencies), (postings, _) in zip(totals, found, parts, strict=True):
            if len(holders):
                lengths = postings.lengths[holders].astype(np.float64)
                impacts = idf * term_weight(frequencies.astype(np.float64), lengths, mean_length)
                total[holders] += times * impacts.astype(np.float32)
    return totals


class Bm25Index:
    """An immutable index of items given by their tokens."""

    def __init__(self, token_lists: Sequence[Sequence[str]]) -> None:
        self._postings = count_terms(token_lists)
        self._mean_length = mean_length(int(self._postings.lengths.sum()), len(token_lists))

    def scores(self, tokens: Iterable[str]) -> Scores:
        """BM25 score of every item, shape (items,); a term asked for twice counts twice."""
        return score_parts([(self._postings, None)], len(self._postings.lengths), self._mean_length, tokens)[0]


def mean_length(tokens: int, items: int) -> float:
    """Tokens per item; 1 where there are none, so that it can be divided by."""
    return tokens / max(items, 1) or 1.0


def best_items(scores: Scores, top_k: int, allowed: Mask | None = None) -> list[int]:
    """Numbers of the `top_k` highest of `scores` that are above 0 and allowed, best first; ties keep their order."""
    found = np.flatnonzero(scores > 0.0 if allowed is None else (scores > 0.0) & allowed)
    if len(found) > top_k:
        # Everything that ties with the last one is kept, so that the order among ties decides.
        last = np.partition(scores[found], len(found) - top_k)[len(found) - top_k]
        found = found[scores[found] >= last]
    order = np.argsort(-scores[found], kind="stable")[:top_k]
    return [int(item) for item in found[order]]
