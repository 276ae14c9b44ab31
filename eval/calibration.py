"""How far the confidence can be trusted: measures over (confidence, right) pairs (pure)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.measures import mean

BINS = 10


def expected_calibration_error(confidences: Sequence[float], right: Sequence[bool], bins: int = BINS) -> float:
    """Mean distance between confidence and accuracy over equal-width bins, weighted by the bins' sizes.

    Source: Naeini, Cooper and Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    if not confidences:
        return 0.0
    values, labels = np.array(confidences), np.array(right, dtype=float)
    numbers = np.minimum((values * bins).astype(int), bins - 1)
    gaps = [
        float((numbers == bin_).mean()) * abs(float(values[numbers == bin_].mean() - labels[numbers == bin_].mean()))
        for bin_ in np.unique(numbers)
    ]
    return sum(gaps)


def area_under_roc(confidences: Sequence[float], right: Sequence[bool]) -> float | None:
    """The chance that a right answer has a higher confidence than a wrong one, ties counting half; None without both.

    Source: Hanley and McNeil, "The Meaning and Use of the Area under a ROC Curve", Radiology 1982.
    """
    rights = [value for value, label in zip(confidences, right, strict=True) if label]
    wrongs = [value for value, label in zip(confidences, right, strict=True) if not label]
    if not rights or not wrongs:
        return None
    return mean([float(good > bad) + 0.5 * float(good == bad) for good in rights for bad in wrongs])


def risk_coverage(confidences: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the most confident are answered, from the surest alone to all of them.

    Risk is the share of wrong answers among those given. Source: El-Yaniv and Wiener, "On the Foundations of
    Noise-free Selective Classification", JMLR 2010.
    """
    order = sorted(range(len(confidences)), key=lambda place: -confidences[place])
    wrong = np.cumsum([not right[place] for place in order])
    return [((count + 1) / len(order), float(wrong[count]) / (count + 1)) for count in range(len(order))]
