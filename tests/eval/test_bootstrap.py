from __future__ import annotations

from itertools import product
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.bootstrap import Difference, estimate, mean_estimate, paired_difference, randomisation_p_value

shares = st.integers(0, 4).map(lambda value: value / 4)


def test_the_interval_of_a_share_is_that_of_the_binomial_distribution() -> None:
    # Resampling 24 right of 40 draws from Binomial(40, 0.6): P(X ≤ 17) = 0.019, P(X ≤ 18) = 0.039, P(X ≤ 29) = 0.965,
    # P(X ≤ 30) = 0.984, so that its 2.5 % and 97.5 % quantiles are 18 and 30 of 40.
    found = mean_estimate([1.0] * 24 + [0.0] * 16)
    assert found is not None
    assert found.value == pytest.approx(0.6)
    assert (found.low, found.high) == pytest.approx((18 / 40, 30 / 40))


def test_a_statistic_that_is_the_mean_has_the_interval_of_the_mean() -> None:
    values = [1.0] * 24 + [0.0] * 16
    found = estimate(values, fmean, resamples=2000)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.45, 0.75), abs=0.026)


def test_of_nothing_there_is_no_estimate() -> None:
    assert mean_estimate([]) is None
    assert estimate([], len) is None
    assert estimate([1, 2], lambda _: None) is None


def test_resamples_without_the_statistic_are_left_out() -> None:
    # A quarter of the resamples of two values holds the first alone, another quarter the second alone.
    found = estimate([0, 1], lambda items: 1.0 if len(set(items)) == 2 else None)
    assert found is not None
    assert (found.low, found.high) == (1.0, 1.0)


def test_the_same_values_have_the_same_interval_again() -> None:
    values = [0.2, 0.9, 0.4, 1.0]
    assert mean_estimate(values) == mean_estimate(values)


@given(st.lists(shares, min_size=1, max_size=20))
@settings(max_examples=25, deadline=None)
def test_an_interval_lies_within_the_values(values: list[float]) -> None:
    found = mean_estimate(values, resamples=200)
    assert found is not None
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert found.value == pytest.approx(fmean(values))


@given(st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0]), min_size=1, max_size=7))
@settings(max_examples=25, deadline=None)
def test_the_p_value_is_that_of_all_exchanges(changes: list[float]) -> None:
    observed = abs(sum(changes)) - 1e-9
    exchanged = [
        abs(fmean(s * c for s, c in zip(signs, changes, strict=True))) * len(changes)
        for signs in product((-1, 1), repeat=len(changes))
    ]
    exact = fmean([float(value >= observed) for value in exchanged])
    # 10,000 exchanges drawn at random: a standard error of at most 0.005.
    assert randomisation_p_value(changes) == pytest.approx(exact, abs=0.025)


def test_runs_that_are_equal_do_not_differ() -> None:
    assert paired_difference([1.0, 0.0], [1.0, 0.0]) == Difference(0.5, 0.5, 0.0, 0.0, 0.0, 1.0)
    assert paired_difference([], []).p_value == 1.0


def test_a_clear_difference_is_significant_and_a_single_change_is_not() -> None:
    better = paired_difference([0.0] * 12, [1.0] * 10 + [0.0] * 2)
    assert better.value == pytest.approx(10 / 12)
    # All ten changes point the same way: 2 of 1,024 exchanges are as far.
    assert better.p_value == pytest.approx(2 / 1024, abs=0.002)
    assert better.significant
    assert better.low > 0
    single = paired_difference([0.0] * 12, [1.0] + [0.0] * 11)
    assert (single.p_value, single.significant) == (1.0, False)
