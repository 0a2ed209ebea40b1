"""PSI, Kolmogorov-Smirnov, Wilson's interval: by hand, against scipy, and what must always hold."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ks_2samp

from regulars.segments.drift import Drift, Reference, drift, ks, mean_interval, psi, reference, shift, wilson

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=12)


def test_the_index_of_two_counts_by_hand() -> None:
    p, q = (30.5 / 101, 70.5 / 101), (60.5 / 101, 40.5 / 101)
    assert shift((30, 70), (60, 40)) == pytest.approx(sum((b - a) * log(b / a) for a, b in zip(p, q, strict=True)))
    assert shift((30, 70), (60, 40)) == pytest.approx(0.37, abs=0.01), (
        "the textbook figure without half customers: .376"
    )


def test_an_empty_bin_is_finite_and_nobody_is_no_drift() -> None:
    assert 1 < shift((100, 0), (0, 100)) < 20
    assert shift((0, 0), (5, 5)) == 0


def test_bins_are_deciles_and_a_value_on_an_edge_lies_below_it() -> None:
    found = reference("orders", np.arange(1.0, 101))
    assert found == Reference("orders", (10, 20, 30, 40, 50, 60, 70, 80, 90), (10,) * 10)
    assert psi(found, np.full(50, 10.0)) == pytest.approx(shift((10,) * 10, (50, *[0] * 9)))


def test_ties_leave_fewer_bins_and_unknown_values_are_left_out() -> None:
    found = reference("orders", np.array([1.0] * 80 + [2.0] * 20 + [np.nan] * 7))
    assert found == Reference("orders", (1.0, 2.0), (80, 20, 0))
    assert reference("orders", np.array([np.nan])) == Reference("orders", (), (0,))
    assert psi(found, np.array([np.nan])) == 0


@given(COUNTS)
def test_what_has_not_moved_has_an_index_of_zero(counts: list[int]) -> None:
    assert shift(counts, counts) == 0
    assert shift(counts, counts[::-1]) >= 0


@given(COUNTS, st.integers(2, 5))
def test_the_index_is_of_shares_and_symmetric(counts: list[int], times: int) -> None:
    other = counts[::-1]
    assert shift(counts, other) == pytest.approx(shift(other, counts))


@given(*[st.lists(st.integers(0, 9), min_size=5, max_size=60)] * 2)
def test_the_distance_is_scipys(one: list[int], other: list[int]) -> None:
    a, b = np.array(one, dtype=float), np.array(other, dtype=float)
    assert ks(a, b) == pytest.approx(ks_2samp(a, b, method="asymp").statistic)


def test_the_distance_by_hand() -> None:
    assert ks(np.array([1.0, 2, 3, 4]), np.array([3.0, 4, np.nan, 5, 6])) == 0.5
    assert ks(np.array([np.nan]), np.array([1.0])) == 0


@given(st.integers(0, 300), st.integers(1, 300))
def test_wilsons_interval_is_scipys(successes: int, n: int) -> None:
    successes = min(successes, n)
    expected = binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-7)


def test_wilsons_interval_by_hand() -> None:
    """1 of 10: (.1 + 1.96²/20 ± 1.96 sqrt(.09/10 + 1.96²/400)) / (1 + 1.96²/10)."""
    assert wilson(1, 10) == pytest.approx((0.0179, 0.4042), abs=1e-4)
    assert wilson(0, 0) == (0, 1), "of nobody nothing is known"


def test_a_mean_of_few_has_no_interval() -> None:
    assert mean_interval(np.ones(29)) is None
    low, high = mean_interval(np.array([0.0, 2.0] * 50)) or (0, 0)
    assert ((low + high) / 2, high - low) == pytest.approx((1, 2 * 1.96 * 0.1005), abs=1e-3)


@pytest.mark.parametrize(("moved", "level"), [(0.0, "none"), (0.4, "slight"), (2.0, "strong")])
def test_levels(moved: float, level: str) -> None:
    values = np.random.default_rng(1).normal(size=5_000)
    found = drift("monetary", values, values + moved)
    assert isinstance(found, Drift) and found.level == level
    assert found.median_after - (found.median_before or 0) == pytest.approx(moved)


def test_few_customers_move_by_chance() -> None:
    """Without any move, 95 of 100 indices stay below what chance gives; small shops are not told to learn anew."""
    dice = np.random.default_rng(2)
    found = [drift("monetary", dice.normal(size=60), dice.normal(size=60)) for _ in range(200)]
    assert np.mean([each.psi > each.chance for each in found]) < 0.12
    assert np.mean([each.psi > 0.25 for each in found]) > 0.5, (
        "which the usual bound alone would have told half of them"
    )
    assert drift("monetary", np.ones(9), np.ones(9)).chance == pytest.approx(3.841 * 2 / 9, abs=1e-3)
