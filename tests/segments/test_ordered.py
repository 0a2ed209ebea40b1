"""Ordered clusters of one measure: the least sum of squares there is, as cut points that score like it."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.segments.models import Cuts
from regulars.segments.ordered import line_cuts, measure_cuts
from regulars.settings import Settings
from segments.planted import blobs, put_features


def squares(parts: list[list[float]]) -> float:
    return sum(float(np.var(part)) * len(part) for part in parts)


@given(st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=14), st.integers(1, 4))
def test_no_other_cuts_are_better(values: list[float], k: int) -> None:
    ordered = sorted(values)
    k = min(k, len(set(values)))
    least = min(
        squares([ordered[a:b] for a, b in zip((0, *cut), (*cut, len(ordered)), strict=True)])
        for cut in combinations(range(1, len(ordered)), k - 1)
    )
    cuts = Cuts("orders", line_cuts(np.array(values), k))
    parts = [[value for value in values if cuts.score(value) == score] for score in range(1, k + 1)]
    assert all(parts)
    assert squares(parts) == pytest.approx(least, abs=1e-6)


def test_neighbours_with_no_number_between_them_are_still_cut() -> None:
    values = np.array([1.0, np.nextafter(1, 2)])
    assert [Cuts("orders", line_cuts(values, 2)).score(value) for value in values] == [1, 2]
    assert [Cuts("recency_days", line_cuts(values, 2), mirrored=True).score(value) for value in values] == [2, 1]


def test_fewer_values_give_fewer_levels() -> None:
    assert line_cuts(np.array([]), 3) == ()
    assert line_cuts(np.array([4.0, 4.0]), 3) == ()
    assert line_cuts(np.array([1.0, 3.0, np.nan, np.inf]), 3) == (2.0,)


def test_measures_on_every_engine(engine: Engine) -> None:
    put_features(
        engine, np.array([[1, 1, 10.0], [2, 1, 20], [50, 9, 21], [51, 8, 500], [400, 30, 510], [401, 31, 9000]])
    )
    engine.make_from("measures", "select * from features")
    recency, orders, monetary = measure_cuts(engine, Settings())
    assert (recency.points, recency.mirrored, recency.source) == ((26.0, 225.5), True, "clusters")
    assert (orders.points, orders.mirrored) == ((4.5, 19.5), False)
    assert monetary.points == (260.5, 4755.0)


def test_without_amounts_monetary_has_no_cuts(duck: DuckEngine) -> None:
    values, _ = blobs(3, 50, seed=1)
    values[:, 2] = np.nan
    put_features(duck, values)
    duck.make_from("measures", "select * from features")
    assert [len(cuts.points) for cuts in measure_cuts(duck, Settings())] == [2, 2, 0]
