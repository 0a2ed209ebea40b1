"""Correlations and their intervals: against scipy, by hand, on planted truth."""

import numpy as np
import pytest
from scipy import stats

from regulars.people.correlations import correlation, correlations, within_fences


def test_pearson_and_its_interval_as_scipy_computes_them() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=120)
    y = 0.6 * x + rng.normal(size=120)
    found, expected = correlation("x", "y", x, y), stats.pearsonr(x, y)
    interval = expected.confidence_interval()
    assert (found.pearson, found.pearson_low, found.pearson_high) == pytest.approx((expected.statistic, *interval))


def test_spearman_with_ties_and_the_interval_of_bonett_and_wright() -> None:
    rng = np.random.default_rng(1)
    x = rng.integers(0, 5, 200).astype(float)
    y = x + rng.integers(0, 4, 200)
    found = correlation("x", "y", x, y)
    rho = stats.spearmanr(x, y).statistic
    half = 1.959964 * np.sqrt((1 + rho**2 / 2) / 197)
    assert found.spearman == pytest.approx(rho)
    assert (found.spearman_low, found.spearman_high) == pytest.approx(
        tuple(np.tanh(np.arctanh(rho) + np.array([-half, half])))
    )


def test_only_customers_with_both_values_count() -> None:
    x, y = np.arange(30.0), np.arange(30.0) ** 2
    x[:5], y[3:8] = np.nan, np.nan
    found = correlation("x", "y", x, y)
    assert found.n == 22
    assert (found.spearman, found.spearman_low, found.spearman_high) == (1.0, 1.0, 1.0)


def test_too_few_and_constant_have_a_reason() -> None:
    few = correlation("x", "y", np.arange(9.0), np.arange(9.0))
    constant = correlation("x", "y", np.ones(50), np.arange(50.0))
    empty = correlation("x", "y", np.full(50, np.nan), np.arange(50.0))
    keys = [found.reason and found.reason.key for found in (few, constant, empty)]
    assert keys == [f"people_pages.reason.{key}" for key in ("few", "constant", "few")]
    assert {found.pearson for found in (few, constant, empty)} == {None}


def test_every_pair_once() -> None:
    columns = {name: np.random.default_rng(i).normal(size=40) for i, name in enumerate("abcd")}
    assert [(one.first, one.second) for one in correlations(columns, "abc")] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_intervals_hold_the_true_correlation() -> None:
    rng = np.random.default_rng(7)
    truth = 6 / np.pi * np.arcsin(0.5 / 2)  # Spearman's of normals with r = .5
    pearson = spearman = 0
    for _ in range(400):
        x = rng.normal(size=150)
        found = correlation("x", "y", x, 0.5 * x + np.sqrt(0.75) * rng.normal(size=150))
        pearson += (found.pearson_low or 0) <= 0.5 <= (found.pearson_high or 0)
        spearman += (found.spearman_low or 0) <= truth <= (found.spearman_high or 0)
    assert 0.92 <= pearson / 400 <= 0.98 and 0.92 <= spearman / 400 <= 0.98


def test_fences_leave_out_the_unknown_and_the_far() -> None:
    income = np.array([10.0, 20, 30, 40, 50, 666_666, np.nan])
    spent = np.array([1.0, 2, 3, 4, np.nan, 5, 6])
    assert within_fences(income, spent).tolist() == [True, True, True, True, False, False, False]
