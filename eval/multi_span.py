"""Measures for answers made of several spans (pure).

Source: Li, Tomko, Vasardani and Baldwin, "MultiSpanQA: A Dataset for Multi-Span Question Answering", NAACL 2022.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.measures import exact_match, longest_common_run, mean, segments


def items_exactly(gold: Sequence[Sequence[str]], predicted: Sequence[str]) -> int:
    """1 when every item is predicted, in any of its alternatives, and nothing else is."""
    found = [any(exact_match(alternatives, item) for item in predicted) for alternatives in gold]
    wanted = [any(exact_match(alternatives, item) for alternatives in gold) for item in predicted]
    return int(bool(predicted) and all(found) and all(wanted))


def partial_match_f1(gold: Sequence[Sequence[str]], predicted: Sequence[str]) -> float:
    """F1 of the mean overlap of each prediction with its best item, and of each item with its best prediction.

    The overlap is the longest common run of segments, as a share of the prediction (precision) or the item (recall).
    """
    precision = mean([max((_share(item, answer) for alt in gold for answer in alt), default=0.0) for item in predicted])
    recall = mean([max((_share(answer, item) for answer in alt for item in predicted), default=0.0) for alt in gold])
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(text: str, other: str) -> float:
    """The share of `text` that its longest run in common with `other` makes up."""
    wanted = segments(text)
    return longest_common_run(wanted, segments(other)) / len(wanted) if wanted else 0.0
