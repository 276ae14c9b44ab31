"""How sure a figure is: percentile bootstrap intervals, and whether two runs differ (pure, fixed seed).

Sources: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentile intervals); Koehn,
"Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004 (the bootstrap over pairs); Yeh, "More
Accurate Tests for the Statistical Significance of Result Differences", COLING 2000 (approximate randomisation).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

RESAMPLES = 2000
SHUFFLES = 10_000
SEED = 20261122
LEVEL = 0.95
# Rows of resampled numbers that are held at once: 2000 resamples of a large set would need hundreds of megabytes.
_CELLS = 2_000_000

Item = TypeVar("Item")
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much the second run is above the first; `p_value` is that of no difference (two-sided)."""

    first: float
    second: float
    value: float
    low: float
    high: float
    p_value: float

    @property
    def significant(self) -> bool:
        """Whether chance alone would make such a difference in fewer than 1 of 20 pairs of equal runs."""
        return self.p_value < 1 - LEVEL


def mean_estimate(values: Sequence[float], resamples: int = RESAMPLES) -> Estimate | None:
    """The mean and its interval; None of nothing."""
    if not values:
        return None
    low, high = _interval(_resampled_means(np.array(values, dtype=np.float64), resamples))
    return Estimate(sum(values) / len(values), low, high)


def estimate(
    items: Sequence[Item], statistic: Callable[[Sequence[Item]], float | None], resamples: int = RESAMPLES // 2
) -> Estimate | None:
    """Any statistic of `items` and its interval; resamples that have none are left out. None where there is none."""
    value = statistic(items)
    if value is None or not items:
        return None
    generator = np.random.default_rng(SEED)
    drawn = (generator.integers(len(items), size=len(items)) for _ in range(resamples))
    found = [statistic([items[place] for place in places]) for places in drawn]
    low, high = _interval(np.array([one for one in found if one is not None], dtype=np.float64))
    return Estimate(value, low, high)


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """The difference of the means of two runs over the same questions, in the same order; zero of nothing."""
    changes = np.array(second, dtype=np.float64) - np.array(first, dtype=np.float64)
    if not len(changes):
        return Difference(0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    low, high = _interval(_resampled_means(changes, RESAMPLES))
    count = len(changes)
    value = float(changes.mean())
    return Difference(sum(first) / count, sum(second) / count, value, low, high, randomisation_p_value(changes))


def randomisation_p_value(changes: Sequence[float] | Floats, shuffles: int = SHUFFLES) -> float:
    """The share of random exchanges of the two runs' answers that differ at least as much as these changes do.

    An exchange flips the sign of a question's change; the observed assignment counts as one of them.
    """
    moved = np.array([change for change in changes if change], dtype=np.float64)
    if not len(moved):
        return 1.0
    observed = abs(float(moved.sum())) - 1e-9
    generator = np.random.default_rng(SEED)
    as_far = 0
    for rows in _rows(shuffles, len(moved)):
        signs = generator.integers(0, 2, size=(rows, len(moved))) * 2 - 1
        as_far += int((np.abs(signs @ moved) >= observed).sum())
    return (as_far + 1) / (shuffles + 1)


def _resampled_means(values: Floats, resamples: int) -> Floats:
    generator = np.random.default_rng(SEED)
    count = len(values)
    means = [values[generator.integers(count, size=(rows, count))].mean(axis=1) for rows in _rows(resamples, count)]
    return np.concatenate(means)


def _rows(total: int, width: int) -> Iterator[int]:
    step = max(1, _CELLS // width)
    for begin in range(0, total, step):
        yield min(step, total - begin)


def _interval(values: Floats) -> tuple[float, float]:
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
