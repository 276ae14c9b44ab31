"""Measures, named as the literature names them (pure).

Exact match and F1 are those of the official CMRC 2018 evaluator, version 5: characters for Chinese, words for other
scripts, punctuation left out, F1 over the longest common run. Source: Cui et al., "A Span-Extraction Dataset for
Chinese Machine Reading Comprehension", EMNLP 2019; checked against that program's own outputs in tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from nltk.tokenize import NLTKWordTokenizer

_PUNCTUATION = frozenset("-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』")
_FIRST_CHINESE, _LAST_CHINESE = "\u4e00", "\u9fa5"
_split_words: Callable[[str], list[str]] = NLTKWordTokenizer().tokenize


def exact_match(answers: Sequence[str], prediction: str) -> int:
    """1 when the prediction is one of the answers, punctuation and case aside, else 0."""
    predicted = _without_punctuation(prediction)
    return int(any(_without_punctuation(answer) == predicted for answer in answers))


def f1(answers: Sequence[str], prediction: str) -> float:
    """Best F1 of the prediction against any answer, from their longest common run of segments; 0.0 to 1.0."""
    predicted = segments(prediction)
    return max((_run_f1(segments(answer), predicted) for answer in answers), default=0.0)


def segments(text: str) -> list[str]:
    """Chinese characters one by one, anything between them as words; punctuation left out."""
    found: list[str] = []
    other = ""
    for character in text.lower().strip():
        if character in _PUNCTUATION:
            continue
        if _FIRST_CHINESE <= character <= _LAST_CHINESE:
            found += _split_words(other) if other else []
            found.append(character)
            other = ""
        else:
            other += character
    return found + (_split_words(other) if other else [])


def longest_common_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest contiguous run that both hold."""
    best = 0
    previous = [0] * (len(other) + 1)
    for item in one:
        current = [0] * (len(other) + 1)
        for column, candidate in enumerate(other, start=1):
            if item == candidate:
                current[column] = previous[column - 1] + 1
                best = max(best, current[column])
        previous = current
    return best


def recall_at(ranks: Sequence[int | None], k: int) -> float:
    """Share of questions whose first relevant passage has rank ≤ k; None (not found) never leaves the denominator."""
    return mean([float(rank is not None and rank <= k) for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Mean of 1 / rank of the first relevant passage, 0 where none was found."""
    return mean([0.0 if rank is None else 1.0 / rank for rank in ranks])


def mean_discounted_gain(ranks: Sequence[int | None]) -> float:
    """Mean nDCG of rankings with one relevant passage each: 1 / log2(1 + rank), 0 where it was not found.

    Source: Järvelin and Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", TOIS 2002; the ideal ranking
    has the one relevant passage first, with gain 1, so that no further normalisation is due.
    """
    return mean([0.0 if rank is None else 1.0 / math.log2(1 + rank) for rank in ranks])


def mean(values: Sequence[float]) -> float:
    """Arithmetic mean, 0.0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def _run_f1(answer: Sequence[str], predicted: Sequence[str]) -> float:
    common = longest_common_run(answer, predicted)
    if common == 0:
        return 0.0
    precision, recall = common / len(predicted), common / len(answer)
    return 2 * precision * recall / (precision + recall)


def _without_punctuation(text: str) -> str:
    return "".join(character for character in text.lower().strip() if character not in _PUNCTUATION)
