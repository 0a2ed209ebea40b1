"""Fisher's p against whole numbers, Benjamini and Hochberg's example, what the intervals cover."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from baskets.brute import fisher_exact
from regulars.baskets.significance import SMALLEST, binomial_tail, false_discovery, fisher, lift_interval


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    total = draw(st.integers(2, 60))
    first, second = draw(st.integers(1, total)), draw(st.integers(1, total))
    return draw(st.integers(max(0, first + second - total), min(first, second))), first, second, total


@settings(deadline=None)  # the first call imports scipy
@given(tables())
def test_fisher_agrees_with_whole_numbers(table: tuple[int, int, int, int]) -> None:
    both, first, second, total = table
    found = fisher(np.array([both]), np.array([first]), np.array([second]), total)
    assert found[0] == pytest.approx(fisher_exact(*table), rel=1e-10, abs=1e-14)


def test_fisher_of_large_counts() -> None:
    both = np.array([1_200, 5_000, 990, 60_000])
    first, second = np.array([10_000, 50_000, 10_000, 300_000]), np.array([100_000, 100_000, 100_000, 200_000])
    expected = hypergeom.sf(both - 1, 1_000_000, first, second)
    assert fisher(both, first, second, 1_000_000) == pytest.approx(expected, rel=1e-7)


def test_a_p_that_no_float_holds_is_not_zero() -> None:
    one = np.array([50_000])
    assert fisher(one, one, one, 1_000_000)[0] == SMALLEST


def test_benjamini_and_hochberg_1995() -> None:
    # the fifteen p-values of their section 4.1; at 5 % they reject the first four
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1,
        ]
    )
    q = false_discovery(p, 15)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(0.0095 * 15 / 4)
    shuffled = np.random.default_rng(0).permutation(15)
    assert false_discovery(p[shuffled], 15) == pytest.approx(q[shuffled])
    assert false_discovery(p[:3], 15) == pytest.approx(q[:3]), "what was tested and is not listed counts as p = 1"


def test_the_binomial_tail_of_equal_chances() -> None:
    count, trials = np.array([3, 30, 700]), np.array([10, 100, 5_000])
    assert binomial_tail(count, trials, trials * 0.1) == pytest.approx(binom.sf(count - 1, trials, 0.1), rel=1e-9)


def test_the_binomial_tail_is_above_that_of_unequal_chances() -> None:
    rng = np.random.default_rng(1)
    chances = rng.beta(0.3, 1, 60)
    sums = (rng.random((200_000, 60)) < chances).sum(axis=1)
    for count in range(int(chances.sum()) + 3, int(chances.sum()) + 9):
        exact = (sums >= count).mean()
        assert binomial_tail(np.array([count]), np.array([60]), np.array([chances.sum()]))[0] > exact


@pytest.mark.parametrize("cells", [(0.02, 0.08, 0.18), (0.05, 0.05, 0.05), (0.004, 0.016, 0.046)])
def test_the_interval_of_lift_covers_the_truth(cells: tuple[float, float, float]) -> None:
    both, first, second = cells
    truth = both / ((both + first) * (both + second))
    drawn = np.random.default_rng(2).multinomial(5_000, [*cells, 1 - sum(cells)], size=4_000)
    low, high = lift_interval(drawn[:, 0], drawn[:, 0] + drawn[:, 1], drawn[:, 0] + drawn[:, 2], 5_000)
    assert 0.935 < ((low <= truth) & (truth <= high)).mean() < 0.965
