"""How far clusters of earlier customers separate what came later: by hand, and against scipy."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kruskal

from regulars.segments.clusters import learn_from
from regulars.segments.later import Later
from regulars.segments.separation import separation
from regulars.settings import Settings
from segments.planted import blobs, cloud, sample_of


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_eta_squared_is_kruskals_h_over_n_minus_1_ties_and_all(k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    groups, spent = np.arange(80) % k, np.maximum(rng.normal(size=80).round(1), 0)
    found = separation(groups, spent, spent > 0)
    assert found.sales == pytest.approx(kruskal(*(spent[groups == i] for i in range(k))).statistic / 79)


def test_the_largest_customer_does_not_decide() -> None:
    groups, spent = np.repeat([0, 1], 50), np.concatenate([np.arange(50.0), np.arange(50, 100.0)])
    before = separation(groups, spent, spent > 0).sales
    spent[-1] = 1e12
    assert separation(groups, spent, spent > 0).sales == before


def test_its_error_is_that_of_repeated_draws() -> None:
    found = []
    for seed in range(300):
        rng = np.random.default_rng(seed)
        groups = np.arange(300) % 3
        found.append(separation(groups, rng.normal(size=300) + 0.7 * groups, groups > 0))
    values, errors = zip(*((each.sales, each.sales_spread) for each in found), strict=True)
    assert np.std(values) == pytest.approx(np.mean(errors), rel=0.2)


def test_repeat_rates_by_hand() -> None:
    groups, returned = np.repeat([0, 1, 2], 100), np.zeros(300, dtype=bool)
    returned[:60], returned[100:110] = True, True
    found = separation(groups, returned * 10.0, returned)
    assert found.repeat == pytest.approx(0.6)  # 60 % and none
    fair = (61 / 102, 1 / 102)
    assert found.repeat_spread == pytest.approx(sum(p * (1 - p) / 102 for p in fair) ** 0.5)


def test_without_amounts_nothing_is_said_of_spending() -> None:
    found = separation(np.arange(10) % 2, np.zeros(10), np.arange(10) % 2 == 0)
    assert (found.sales, found.sales_spread, found.repeat) == (None, None, 1)


def test_the_evidence_holds_it_for_each_number() -> None:
    values, groups = blobs(3, 400, seed=1)
    later = Later(sample_of(values), (groups + 1.0) * 100, groups == 2, 90, date(2011, 9, 1))
    found = learn_from(sample_of(cloud(0.5, 300, seed=1)), Settings(k_max=4), later)
    two, three, four = found.evidence
    assert (three.sales_separation, three.repeat_separation) == (pytest.approx(1), pytest.approx(1))
    assert two.sales_separation is not None and two.sales_separation < 0.9
    assert four.sales_separation is not None and four.sales_separation > 0.99
    assert found.tested is not None and (found.tested.later, found.tested.later_days) == (400, 90)
    alone = learn_from(sample_of(cloud(0.5, 300, seed=1)), Settings(k_max=4))
    assert {row.sales_separation for row in alone.evidence} == {None}
    assert [row.silhouette for row in alone.evidence] == [row.silhouette for row in found.evidence]


def test_fewer_kinds_of_earlier_customers_than_clusters() -> None:
    values = np.repeat([[1.0, 1, 10], [90, 2, 50]], 50, axis=0)
    later = Later(sample_of(values), values[:, 2], values[:, 1] > 1, 90, date(2011, 9, 1))
    found = learn_from(sample_of(cloud(0.5, 300, seed=2)), Settings(k_max=3), later)
    assert [row.repeat_separation for row in found.evidence] == [1, None]
