"""Cramér's V, chi-square and tables at random: against scipy, by hand, on planted truth."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from regulars.people.association import association, bergsma, strength, with_q


def test_chi_square_as_scipy_computes_it() -> None:
    table = [[30, 14, 6], [20, 40, 30], [11, 12, 50]]
    found, expected = association(table), stats.chi2_contingency(table, correction=False)
    assert (found.chi_square, found.degrees, found.p) == pytest.approx((expected.statistic, 4, expected.pvalue))
    assert (found.method, found.n) == ("chi_square", 213)


def test_v_is_corrected_for_bias() -> None:
    # by hand: phi² = .5, less its bias 4/99; sides 3 - 4/99
    assert bergsma(50, 100, 3, 3) == pytest.approx(np.sqrt((0.5 - 4 / 99) / (2 - 4 / 99)))
    assert bergsma(3, 100, 3, 3) == 0.0  # less than chance gives
    assert bergsma(200, 100, 3, 3) == pytest.approx(1)
    table = [[40, 10], [10, 40]]
    plain = stats.contingency.association(np.array(table), method="cramer")
    assert (association(table).effect or 0) == pytest.approx(plain, abs=0.02)


def test_v_of_independent_categories_is_near_zero_where_the_plain_one_is_not() -> None:
    rng = np.random.default_rng(2)
    corrected, plain = [], []
    for _ in range(50):
        table = np.histogram2d(rng.integers(0, 8, 400), rng.integers(0, 8, 400), bins=8)[0].astype(int)
        corrected.append(association(table.tolist()).effect or 0.0)
        plain.append(stats.contingency.association(table, method="cramer"))
    assert np.mean(plain) > 0.12 and np.mean(corrected) < 0.05


def test_sizes_in_words_are_cohens() -> None:
    assert [strength(v, 2) for v in (0.09, 0.1, 0.3, 0.5)] == ["none", "weak", "medium", "strong"]
    assert strength(0.25, 5) == "strong"  # w = V sqrt(5 - 1)


def test_small_expected_counts_are_compared_with_tables_at_random() -> None:
    table = [[7, 2, 9], [1, 6, 8]]
    found = association([*table], seed=3)
    assert found.method == "permutation"
    assert found.p == pytest.approx(exact(table), abs=0.02)
    assert association([*table], seed=3) == found


def exact(table: list[list[int]]) -> float:
    """The p of all tables with two rows and these margins, counted one by one."""
    columns, first = [a + b for a, b in zip(*table, strict=True)], sum(table[0])
    n = sum(columns)

    def chi_square(row: tuple[int, ...]) -> float:
        both = zip(row, columns, strict=True)
        return sum((x - c * first / n) ** 2 * (1 / (c * first / n) + 1 / (c * (n - first) / n)) for x, c in both)

    rows = [row for row in product(*(range(c + 1) for c in columns)) if sum(row) == first]
    chances = [stats.multivariate_hypergeom.pmf(row, columns, first) for row in rows]
    least = chi_square(tuple(table[0])) * (1 - 1e-9)
    return float(sum(chance for row, chance in zip(rows, chances, strict=True) if chi_square(row) >= least))


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=4))
@settings(max_examples=40, deadline=None)
def test_p_is_a_chance_and_v_a_share_or_there_is_a_reason(table: list[list[int]]) -> None:
    found = association(table)
    if found.p is None:
        assert found.effect is None and found.reason is not None
    else:
        assert 0 < found.p <= 1 and 0 <= (found.effect or 0) <= 1 and found.reason is None


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ([[9, 9], [9, 2]], "few"),
        ([[], []], "few"),
        ([[40, 0], [30, 0]], "alike"),
        ([[40, 30], [0, 0]], "alike"),
    ],
)
def test_what_cannot_be_said_has_its_reason(table: list[list[int]], key: str) -> None:
    found = association(table)
    assert found.p is found.effect is found.strength is None
    assert found.reason is not None and found.reason.key == f"people_pages.reason.{key}"


def test_random_tables_of_independent_categories_seldom_look_linked() -> None:
    rng = np.random.default_rng(5)
    ps = []
    for seed in range(150):
        x, y = rng.choice(4, 60, p=[0.7, 0.2, 0.05, 0.05]), rng.integers(0, 3, 60)
        table = np.histogram2d(x, y, bins=(np.arange(5), np.arange(4)))[0].astype(int)
        found = association(table.tolist(), seed)
        ps.append(found.p if found.p is not None else 1.0)
    assert np.mean(np.array(ps) <= 0.05) <= 0.09
    qs = [each.q for each in with_q([association([[30, 20], [20, 30]]), association([[5, 5], [5, 5]])])]
    assert qs[0] is not None and qs[1] is None
