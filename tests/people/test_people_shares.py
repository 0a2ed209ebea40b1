"""Differences of shares, shares of a sum, false discoveries: against published examples, scipy, and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from regulars.people.shares import difference, false_discovery, same_share, share_of_sum


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [  # Newcombe (1998), table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((10, 10, 0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_table_of_1998(counts: tuple[int, int, int, int], low: float, high: float) -> None:
    gap, found_low, found_high = difference(*counts)
    assert gap == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (found_low, found_high) == pytest.approx((low, high), abs=5e-5)


def test_equal_shares_are_tested_like_a_table_of_four() -> None:
    table = [[20, 80], [35, 65]]
    assert same_share(20, 100, 35, 100) == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    assert same_share(0, 50, 0, 70) == 1.0
    assert same_share(50, 50, 70, 70) == 1.0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_false_discoveries_agree_with_scipy(ps: list[float]) -> None:
    assert false_discovery(ps) == pytest.approx(list(stats.false_discovery_control(ps)))


def test_a_test_that_was_not_made_counts_for_nothing() -> None:
    assert false_discovery([None, 0.01, None, 0.03]) == [None, 0.02, None, 0.03]
    assert false_discovery([]) == []


def test_a_share_of_a_sum_by_hand() -> None:
    # two of four customers pay 30 of 100: residuals 10 - 3, 20 - 6, -9, -12 -> sum of squares 470 of n / (n - 1)
    found = share_of_sum(30, 500, 100, 10**2 + 20**2 + 30**2 + 40**2, 4)
    assert found is not None
    assert found.value == 0.3
    assert found.high - 0.3 == pytest.approx(1.96 * np.sqrt(470 * 4 / 3) / 100, abs=1e-4)
    assert share_of_sum(5, 25, 0, 50, 2) is None  # returns ate the sales: there is no share of nothing
    assert share_of_sum(5, 25, 5, 25, 1) is None


def test_the_interval_of_a_share_of_sales_holds_the_true_one() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(400):
        sales, woman = rng.lognormal(4, 0.8, 300), rng.random(300) < 0.4
        found = share_of_sum(sales[woman].sum(), (sales[woman] ** 2).sum(), sales.sum(), (sales**2).sum(), 300)
        assert found is not None
        held += found.low <= 0.4 <= found.high
    assert 0.92 <= held / 400 <= 0.98
