"""Quantiles, densities, Q-Q plots: against scipy and by hand."""

import numpy as np
import pytest
from scipy import stats

from regulars.people.distributions import density, qq, silverman, skewness, spread


def test_a_spread_by_hand() -> None:
    found = spread("x", "segment", "Loyal", np.array([*range(1, 22), np.nan]))
    assert found.quantiles == (2, 6, 11, 16, 20)
    assert (found.n, found.mean) == (21, 11)
    assert (found.high or 0) - 11 == pytest.approx(1.96 * np.sqrt(38.5 / 21), abs=1e-3)


def test_a_spread_of_few_has_a_reason() -> None:
    found = spread("x", "segment", "Loyal", np.array([1.0, 2, np.nan]))
    assert (found.quantiles, found.mean, found.n) == (None, None, 2)
    assert found.reason is not None and found.reason.values == {"n": 2, "needed": 10}


def test_density_is_that_of_scipy_with_silvermans_width() -> None:
    values = np.random.default_rng(0).gamma(2, 3, 400)
    grid = np.linspace(-2, 25, 50)
    factor = silverman(values) / values.std(ddof=1)
    assert density(values, grid) == pytest.approx(stats.gaussian_kde(values, bw_method=factor)(grid))


def test_silvermans_rule_of_thumb() -> None:
    values = np.array([0.0, 1, 2, 3, 4, 5, 6, 7, 8, 100])
    spread_of_middle = np.subtract(*np.quantile(values, [0.75, 0.25])) / 1.34
    assert silverman(values) == pytest.approx(0.9 * spread_of_middle * 10**-0.2)
    assert silverman(np.array([1.0, *[5.0] * 8, 9.0])) > 0  # the middle half is all one value: the deviation


def test_a_bounded_density_holds_all_its_mass_within_its_bounds() -> None:
    values = np.random.default_rng(1).beta(0.8, 1.2, 800)
    grid = np.linspace(0, 1, 2001)
    assert np.trapezoid(density(values, grid, 0.0, 1.0), grid) == pytest.approx(1, abs=1e-3)
    assert np.trapezoid(density(values, grid), grid) < 0.95


def test_normal_values_lie_on_the_line_of_a_qq_plot_and_skewed_ones_do_not() -> None:
    rng = np.random.default_rng(2)
    normal, observed = qq(rng.normal(50, 8, 5_000))
    assert np.abs(normal - observed).max() < 1.5
    low, seen = qq(rng.lognormal(0, 1, 5_000))
    assert seen[-1] - low[-1] > 2 and seen[0] > low[0]


def test_skewness_as_scipy_computes_it() -> None:
    values = np.random.default_rng(3).exponential(size=200)
    assert skewness(values) == pytest.approx(stats.skew(values))
    assert skewness(np.ones(5)) is None
