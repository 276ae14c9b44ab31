"""Results → figures with their intervals, for each type of question and for all (pure)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from eval.bootstrap import Estimate, estimate, mean_estimate
from eval.calibration import area_under_roc, expected_calibration_error
from eval.measures import mean_reciprocal_rank, recall_at
from eval.results import Result

ALL_ANSWERABLE = "all answerable"
ALL_UNANSWERABLE = "all unanswerable"


@dataclass(frozen=True, slots=True)
class Summary:
    """Measures over some questions, each 0 to 1; None where the measure does not apply.

    `exact_match`, `f1`, `recall_at_1`, `recall_at_5` and `mean_reciprocal_rank` are over the answerable questions, a
    refusal counting 0; the ranks only over those with a known place. `refused` is the share refused: right for
    unanswerable questions, wrong for others.
    """

    name: str
    questions: int
    exact_match: Estimate | None
    f1: Estimate | None
    recall_at_1: Estimate | None
    recall_at_5: Estimate | None
    mean_reciprocal_rank: Estimate | None
    refused: Estimate | None


@dataclass(frozen=True, slots=True)
class Confidence:
    """What the confidence is worth: over the answers given, and over what would have been said to every question."""

    given: int
    given_right: Estimate | None
    calibration_error: Estimate | None
    area_under_roc: Estimate | None


def summarise(name: str, results: Sequence[Result]) -> Summary:
    """Measures over `results`; all of one kind, answerable or not."""
    refused = mean_estimate([float(result.prediction is None) for result in results])
    if not any(result.answerable for result in results):
        return Summary(name, len(results), None, None, None, None, None, refused)
    ranks = [result.rank for result in results if result.question.spans]
    return Summary(
        name=name,
        questions=len(results),
        exact_match=mean_estimate([float(result.exact_match) for result in results]),
        f1=mean_estimate([result.f1 for result in results]),
        recall_at_1=recall_estimate(ranks, 1),
        recall_at_5=recall_estimate(ranks, 5),
        mean_reciprocal_rank=mean_estimate([mean_reciprocal_rank([rank]) for rank in ranks]),
        refused=refused,
    )


def recall_estimate(ranks: Sequence[int | None], k: int) -> Estimate | None:
    """Share of ranks that are ≤ k; None (not found) never leaves the denominator."""
    return mean_estimate([recall_at([rank], k) for rank in ranks])


def summaries(results: Sequence[Result]) -> list[Summary]:
    """One summary per question type, then all answerable and all unanswerable questions."""
    types = list(dict.fromkeys(result.question.type for result in results))
    rows = [summarise(name, [result for result in results if result.question.type == name]) for name in types]
    return rows + overall(results)


def overall(results: Sequence[Result]) -> list[Summary]:
    """All answerable and all unanswerable questions, where there are any."""
    kinds = ((ALL_ANSWERABLE, True), (ALL_UNANSWERABLE, False))
    chosen = [(name, [result for result in results if result.answerable is wanted]) for name, wanted in kinds]
    return [summarise(name, found) for name, found in chosen if found]


def confidence_of(results: Sequence[Result]) -> Confidence:
    """The confidence against what is right (F1 at least 0.5), with intervals."""
    pairs = confidence_pairs(results)
    given = [float(result.candidate_right) for result in results if result.prediction is not None]
    return Confidence(
        given=len(given),
        given_right=mean_estimate(given),
        calibration_error=estimate(pairs, _over_pairs(expected_calibration_error)),
        area_under_roc=estimate(pairs, _over_pairs(area_under_roc)),
    )


def confidence_pairs(results: Sequence[Result]) -> list[tuple[float, bool]]:
    """(confidence, whether what would have been said is right) of every question."""
    return [(result.confidence, result.candidate_right) for result in results]


def median_milliseconds(results: Sequence[Result]) -> float | None:
    """The median time of a question; None where no time was taken."""
    times = [result.milliseconds for result in results if result.milliseconds]
    return median(times) if times else None


def _over_pairs(
    measure: Callable[[Sequence[float], Sequence[bool]], float | None],
) -> Callable[[Sequence[tuple[float, bool]]], float | None]:
    return lambda pairs: measure([pair[0] for pair in pairs], [pair[1] for pair in pairs])
