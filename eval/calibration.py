"""How far the confidence can be trusted: measures over (confidence, right) pairs (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence is from `low` to `high`: how many, their mean confidence, the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """The bins of equal width that hold any answer; their means are the points of a reliability diagram.

    Source: DeGroot and Fienberg, "The Comparison and Evaluation of Forecasters", The Statistician 1983.
    """
    values, labels = np.array(confidences, dtype=float), np.array(right, dtype=float)
    numbers = np.minimum((values * bins).astype(int), bins - 1)
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            int((numbers == number).sum()),
            float(values[numbers == number].mean()),
            float(labels[numbers == number].mean()),
        )
        for number in map(int, np.unique(numbers))
    ]


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over equal-width bins, weighted by the bins' sizes.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    found = reliability(confidences, right, bins)
    return sum(one.count / len(confidences) * abs(one.confidence - one.accuracy) for one in found)


def area_under_roc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """The chance that a right answer has a higher confidence than a wrong one, ties counting half; None without both.

    Source: Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 1982.
    """
    labels = np.array(right, dtype=bool)
    values = np.array(confidences, dtype=float)
    good, bad = values[labels], np.sort(values[~labels])
    if not len(good) or not len(bad):
        return None
    below = np.searchsorted(bad, good, side="left")
    ties = np.searchsorted(bad, good, side="right") - below
    return float((below + 0.5 * ties).mean() / len(bad))


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident are answered, from the surest alone to all of them.

    Risk is the share of wrong answers among those given. Source: El-Yaniv and Wiener, "On the Foundations of
    Noise-free Selective Classification", JMLR 2010.
    """
    order = sorted(range(len(confidences)), key=lambda place: -confidences[place])
    wrong = np.cumsum([not right[place] for place in order])
    return [((count + 1) / len(order), float(wrong[count]) / (count + 1)) for count in range(len(order))]
