"""The check on later data: shoppers whose return is known, scores in numpy as in SQL, and what is said of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from made import put_lines, sale
from regulars.engine import DuckEngine, Engine
from regulars.features import measures
from regulars.locale import words
from regulars.orders import clean, reconcile
from regulars.pages.temporal import temporal_page
from regulars.segments.later import read_later
from regulars.segments.scores import quantiles_of, scheme_of, score, segments_of
from regulars.segments.temporal import Temporal, check, cramers_v
from regulars.settings import Settings
from report.make_study import make_study

START = date(2023, 1, 1)
DAYS = 300


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def shop(returning: set[int], customers: int = 80) -> list[dict[str, Any]]:
    """Every second customer buys each month for 25, the others once for 10; who returns is chosen."""
    rows = []
    for i in range(customers):
        rows += [sale(f"c{i:03}", f"{i}-{m}", day(30 * m + i % 25), 25) for m in range(8) if i % 2 == 0]
        rows += [sale(f"c{i:03}", f"{i}-only", day(2 * i % 200), 10)] if i % 2 else []
        rows += [sale(f"c{i:03}", f"{i}-late", day(280), 40)] if i in returning else []
    return [*rows, sale("new", "new", day(DAYS - 1), 5)]


def checked(engine: Engine, rows: list[dict[str, Any]], k: int = 2, **more: Any) -> Temporal:
    settings = Settings(later_days=50, **more)
    done = clean(engine, put_lines(engine, rows), settings)
    reconcile(engine, done)
    return check(engine, settings, done.window, read_later(engine, settings, done.window), k)


def test_those_who_were_loyal_come_back(engine: Engine) -> None:
    found = checked(engine, shop(set(range(0, 80, 2))))
    assert (found.customers, found.sampled, found.rate, found.k) == (80, 80, 0.5, 2)
    assert found.cut == START + timedelta(days=DAYS - 50)
    assert found.clusters is not None
    assert [(g.customers, g.rate, g.spend) for g in found.clusters.groups] == [(40, 1.0, 40.0), (40, 0.0, 0.0)]
    assert (found.clusters.strength, found.clusters.order, found.clusters.verdict) == (
        pytest.approx(1),
        pytest.approx(1),
        "holds",
    )
    first = found.clusters.groups[0]
    assert (first.rate_low, first.rate_high) == pytest.approx((0.912, 1), abs=1e-3)
    assert (first.spend_low, first.spend_high, first.promised) == (40, 40, 200)
    assert found.segments is not None and sum(group.customers for group in found.segments.groups) == 80
    assert sum(group.returned for group in found.segments.groups) == 40


def test_the_wrong_ones_came_back(duck: DuckEngine) -> None:
    found = checked(duck, shop(set(range(1, 80, 2)))).clusters
    assert found is not None and (found.verdict, found.order) == ("order_changed", pytest.approx(-1))


def test_anybody_came_back(duck: DuckEngine) -> None:
    found = checked(duck, shop({i for i in range(80) if i % 4 < 2})).clusters
    assert found is not None and (found.verdict, found.strength) == ("tells_little", 0)


def test_windows_of_the_same_length_are_compared_and_the_short_one_is_named(duck: DuckEngine) -> None:
    found = checked(duck, shop(set(range(0, 80, 2))))
    before, after, recent = found.periods
    assert (before.until - before.since) == (after.until - after.since) == timedelta(days=250)
    assert (recent.until - recent.since).days == 50
    assert (before.key, after.key, recent.key) == ("before", "after", "recent")
    assert recent.median_recency <= 50, "nobody can have stayed away for longer"
    assert recent.customers == 41 and recent.customers < after.customers
    assert [each.feature for each in found.drift] == ["recency_days", "orders", "monetary"]


def test_without_amounts_and_without_clusters(duck: DuckEngine) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "amount"} for row in shop(set(range(0, 80, 2)))]
    found = checked(duck, rows, k=1)
    assert found.clusters is None and found.k is None and found.segments is not None
    assert all(period.silhouette is None for period in found.periods)
    assert {group.spend for group in found.segments.groups} == {None}


def test_a_shop_too_young_or_too_small_says_so(duck: DuckEngine) -> None:
    young = checked(duck, [row for row in shop(set()) if row["ordered_at"] > day(200)])
    assert young.reason is not None and young.reason.key == "temporal.none.history"
    small = checked(duck, shop(set(), customers=29))
    assert small.reason is not None and small.reason.key == "temporal.none.customers"
    for found in (young, small):
        page = temporal_page(replace(make_study(), temporal=found), words("en"))
        assert page is not None and page.blocks[0].empty and not page.verdict


ROWS = st.lists(
    st.tuples(st.integers(0, 400), st.integers(0, 20), st.one_of(st.none(), st.integers(-50, 5000))), min_size=30,
    max_size=60,
)  # fmt: skip


@hypothesis_settings(max_examples=10, deadline=None)
@given(ROWS)
def test_scores_in_numpy_are_those_of_the_step(rows: list[tuple[int, int, int | None]]) -> None:
    types = {"customer_id": "VARCHAR", "recency_days": "INTEGER", "orders": "INTEGER", "monetary": "DECIMAL(28,4)"}
    with DuckEngine() as engine:
        engine.put("measures", types, [(f"c{i:03}", *row) for i, row in enumerate(rows)])
        scheme = score(engine, Settings())
        said = [row["segment"] for row in engine.rows("select segment from scores order by customer_id")]
    table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=float)
    columns = dict(zip(("recency_days", "orders", "monetary"), table.T, strict=True))
    assert [scheme.segments[place] for place in segments_of(scheme, columns)] == said
    assert scheme_of(Settings(), quantiles_of(columns), tuple) == scheme


def test_the_strength_by_hand() -> None:
    assert cramers_v((30, 10), (40, 40)) == pytest.approx(0.5), "chi-square 20 of 80"
    assert cramers_v((0, 0), (5, 5)) == cramers_v((5, 5), (5, 5)) == cramers_v((2, 4), (5, 10)) == 0


def test_the_page_speaks_both_languages(duck: DuckEngine) -> None:
    study = replace(make_study(), temporal=checked(duck, shop(set(range(0, 130, 2)), customers=130)))
    page = temporal_page(study, words("en", "GBP"))
    assert page is not None and page.sure and page.verdict == "The segments keep their promise"
    assert "n = " in page.insights[1] and "95 % interval" in page.insights[1]
    charts = [chart for block in page.blocks for chart in block.charts]
    assert [chart.key for chart in charts] == ["later_rate_segment", "later_spend_segment"]
    dots = charts[0].option["series"][2]["data"]
    assert len(dots) == len(charts[0].table.rows) == sum(g.customers > 0 for g in study.temporal.segments.groups)
    indonesian = temporal_page(study, words("id", "IDR"))
    assert indonesian is not None and indonesian.verdict == "Segmen menepati janjinya"
    assert temporal_page(replace(study, temporal=None), words("en")) is None


def test_measures_of_a_window_see_its_orders_alone(engine: Engine) -> None:
    from regulars.window import Window

    done = clean(engine, put_lines(engine, shop(set(range(0, 80, 2)))), Settings())
    measures(engine, Window(done.window.start, START + timedelta(days=100)), Settings(), "early")
    row = engine.rows("select * from early where customer_id = 'c000'")[0]
    assert (row["orders"], row["monetary"], row["recency_days"]) == (4, 100, 10)
