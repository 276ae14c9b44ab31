"""Each set in one row, and the goals of the project against them (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.bootstrap import Difference, Estimate, mean_estimate, paired_difference
from eval.report import percent, three_places
from eval.results import Result
from eval.summary import confidence_of, median_milliseconds

HAND_WRITTEN = ("article", "documents")
HEADLINE = "cmrc2018/dev"


@dataclass(frozen=True, slots=True)
class SetOverview:
    """One set. Shares are 0 to 1; None where the set has no such question.

    `exact_match` and `f1` are over the answerable questions, a refusal counting 0; `candidate_f1` is the F1 of what
    would have been said without refusing. `given_right` is the share of the answers given that is right.
    """

    name: str
    answerable: int
    unanswerable: int
    exact_match: Estimate | None
    f1: Estimate | None
    candidate_f1: Estimate | None
    wrongly_refused: Estimate | None
    rightly_refused: Estimate | None
    given_right: Estimate | None
    calibration_error: Estimate | None
    area_under_roc: Estimate | None
    evidence: Estimate | None
    unverified: int
    milliseconds: float | None


@dataclass(frozen=True, slots=True)
class Goal:
    """What the project set out to reach, `found` against `target` in words; `met` is None when nothing was run."""

    name: str
    target: str
    found: str
    met: bool | None


def overview(name: str, results: Sequence[Result]) -> SetOverview:
    """The row of one set."""
    answerable = [result for result in results if result.answerable]
    others = [result for result in results if not result.answerable]
    confidence = confidence_of(results)
    evidence = [float(result.evidence) for result in results if result.evidence is not None]
    return SetOverview(
        name=name,
        answerable=len(answerable),
        unanswerable=len(others),
        exact_match=mean_estimate([float(result.exact_match) for result in answerable]),
        f1=mean_estimate([result.f1 for result in answerable]),
        candidate_f1=mean_estimate([result.candidate_f1 for result in answerable]),
        wrongly_refused=mean_estimate([float(result.prediction is None) for result in answerable]),
        rightly_refused=mean_estimate([float(result.prediction is None) for result in others]),
        given_right=confidence.given_right,
        calibration_error=confidence.calibration_error,
        area_under_roc=confidence.area_under_roc,
        evidence=mean_estimate(evidence),
        unverified=sum(not result.verified for result in results),
        milliseconds=median_milliseconds(results),
    )


def overviews(results: Sequence[Result]) -> list[SetOverview]:
    """One row for each set, in the order in which they were asked."""
    return [overview(name, of_set(results, name)) for name in set_names(results)]


def set_names(results: Sequence[Result]) -> list[str]:
    """The sets that the results are of."""
    return list(dict.fromkeys(result.set for result in results))


def of_set(results: Sequence[Result], *names: str) -> list[Result]:
    """The results of these sets."""
    return [result for result in results if result.set in names]


def open_gap(results: Sequence[Result], name: str) -> Difference | None:
    """F1 in the open domain less F1 with the paragraph given, over the same questions, without refusing.

    The value is negative where finding the paragraph costs something. None when either was not run.
    """
    given = {result.question.id: result.candidate_f1 for result in of_set(results, f"{name} given")}
    found = {result.question.id: result.candidate_f1 for result in of_set(results, f"{name} open")}
    both = [question for question in given if question in found]
    return paired_difference([given[one] for one in both], [found[one] for one in both]) if both else None


def goals(results: Sequence[Result]) -> list[Goal]:
    """The goals: right and refused on the hand-written sets, calibration, the cost of the open domain."""
    row = overview("hand-written", of_set(results, *HAND_WRITTEN))
    gap = open_gap(results, HEADLINE)
    return [
        _goal("answerable_right", "≥ 90 %", row.exact_match, least=0.90),
        _goal("rightly_refused", "≥ 85 %", row.rightly_refused, least=0.85),
        _goal("wrongly_refused", "≤ 5 %", row.wrongly_refused, most=0.05),
        Goal(
            "calibration_error",
            "< 0.05",
            three_places(row.calibration_error),
            None if row.calibration_error is None else row.calibration_error.value < 0.05,
        ),
        Goal(
            "open_gap",
            "≤ 4",
            "–" if gap is None else f"{_points(-gap.value)} ({_points(-gap.high)}–{_points(-gap.low)})",
            None if gap is None else -gap.value <= 0.04,
        ),
    ]


def _points(difference: float) -> str:
    """Percentage points; what rounds to nothing has no sign."""
    return f"{round(difference * 100, 1) + 0.0:.1f}"


def _goal(name: str, target: str, found: Estimate | None, least: float = 0.0, most: float = 1.0) -> Goal:
    return Goal(name, target, percent(found), None if found is None else least <= found.value <= most)
