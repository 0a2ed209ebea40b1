"""Value from orders to verdict: planted shops, hostile ones, and what must always hold."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from regulars.engine import DuckEngine, Engine
from regulars.locale import LANGUAGES, words
from regulars.pages.value import insights, page_of
from regulars.value.estimate import estimate
from regulars.value.models import Ask, Value
from value.planted import START, put_orders, put_segments, shop

DAYS = 700
AS_OF = START + timedelta(days=DAYS)
Rows = list[tuple[str, str, float | None]]


def valued(engine: Engine, rows: Rows, as_of: date = AS_OF, **asked: Any) -> Value:
    put_orders(engine, rows)
    put_segments(engine)
    return estimate(engine, as_of, Ask(**asked))


@pytest.fixture(scope="module")
def planted() -> Rows:
    return shop(900, DAYS, seed=3)


def test_a_planted_shop_is_foretold(engine: Engine, planted: Rows) -> None:
    found = valued(engine, planted)
    assert (found.verdict, found.winner, found.horizon_days) == ("trust", "mbgnbd", 182)
    assert found.error is not None and found.error <= 0.25 and found.backtest is not None
    assert found.backtest.coverage is not None and found.backtest.coverage >= 0.8
    assert found.backtest.total_error == pytest.approx(0, abs=0.15)
    # what came in the 182 days after, drawn from the same customers
    later = shop(900, DAYS + 182, seed=3)
    known = {customer for customer, day, _ in planted}
    assert known <= {customer for customer, _, _ in later}
    table = {row["customer_id"]: row for row in engine.rows("select * from value")}
    assert table.keys() == known
    assert sum(float(row["value"]) for row in table.values()) == pytest.approx(found.value, rel=1e-6)
    assert found.value is not None and found.expected_sales is not None and found.value < found.expected_sales
    assert sorted(row["risk_rank"] for row in table.values())[0] == 1
    by_rank = sorted(table.values(), key=lambda row: row["risk_rank"])
    expected = [float(row["expected_orders"]) for row in by_rank]
    assert expected == sorted(expected)
    assert all(row["low"] <= row["high"] for row in table.values())


def test_both_engines_and_any_order_of_rows_say_the_same(planted: Rows, spark_session: Engine) -> None:
    with DuckEngine() as duck:
        one = valued(duck, planted)
    shuffled = [planted[i] for i in np.random.default_rng(0).permutation(len(planted))]
    two = valued(spark_session, shuffled)
    assert msgspec.json.encode(one) == msgspec.json.encode(two)


def test_a_study_keeps_it_without_loss(duck: DuckEngine, planted: Rows) -> None:
    found = valued(duck, planted)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Value) == found


def test_margin_and_discount(duck: DuckEngine, planted: Rows) -> None:
    plain = valued(duck, planted, discount=0.0)
    assert plain.value == pytest.approx(plain.expected_sales, rel=1e-6)
    half = valued(duck, planted, discount=0.0, margin=0.5)
    assert half.value == pytest.approx(plain.value / 2, rel=1e-6)
    later = valued(duck, planted, discount=0.1)
    # 10 % a year, a quarter of a year away on average: orders thin out, so a little less is lost
    assert later.value / plain.value == pytest.approx(1.1**-0.24, abs=0.002)


def test_deep_tries_every_model_and_the_trees(duck: DuckEngine, planted: Rows) -> None:
    found = valued(duck, planted, deep=True)
    assert found.backtest is not None
    names = [one.name for one in found.backtest.contenders]
    assert names == ["mbgnbd", "bgnbd", "pareto", "nbd", "last_period", "hiatus", "boosted"]
    assert [fitted.model for fitted in found.fitted] == ["mbgnbd", "bgnbd", "pareto"]
    assert all(fitted.converged and fitted.errors for fitted in found.fitted)


def season(years: int) -> Rows:
    """Steady customers who all buy in the first months of every year, at paces of their own."""
    rng = np.random.default_rng(1)
    rows: Rows = []
    for nr in range(400):
        pace = rng.gamma(0.8, 4)
        for year in range(years):
            for day in np.unique(rng.integers(0, 120, rng.poisson(pace))):
                rows.append((f"c{nr}", (START + timedelta(days=int(364 * year + day))).isoformat(), 20.0))
    return rows


def test_where_a_rule_is_better_it_is_taken_and_named(duck: DuckEngine) -> None:
    found = valued(duck, season(2), START + timedelta(days=728))
    assert (found.winner, found.horizon_days) == ("nbd", 364)
    assert found.backtest is not None and found.backtest.coverage is None
    rows = duck.rows("select * from value")
    assert sum(float(row["expected_orders"]) for row in rows) == pytest.approx(found.expected_orders, rel=1e-6)
    assert all(row["low"] <= row["high"] for row in rows)
    assert found.expected_orders == pytest.approx(400 * 0.8 * 4, rel=0.15)


def test_a_season_a_year_ago_counts_in_the_verdict(duck: DuckEngine) -> None:
    # seen at the end of the busy months, half a year ahead: nothing will come, as nothing came a year ago
    found = valued(duck, season(4), START + timedelta(days=364 * 3 + 121), horizon_days=182, holdout_days=120)
    assert found.year_ago is not None and found.year_ago.error > 0.3
    assert found.verdict in {"care", "do_not_use"}
    assert any(note.key == "value.notes.season_high" for note in found.notes)


# --- what cannot be said ---------------------------------------------------------------------------------------------


def test_one_order_each(duck: DuckEngine) -> None:
    rows = [(f"c{i}", (START + timedelta(days=i)).isoformat(), 10.0) for i in range(600)]
    found = valued(duck, rows)
    assert (found.verdict, found.expected_orders, found.winner) == ("do_not_use", None, None)
    assert found.reason.text(words("en")).startswith("Cannot say yet: 0 customers have ordered on a second day")


def test_sixty_three_customers_with_repeats(duck: DuckEngine) -> None:
    days = ("2023-01-01", "2023-03-01")
    rows: Rows = [(f"c{i}", day, 10.0) for i in range(200) for day in days[: 1 + (i < 63)]]
    found = valued(duck, rows)
    assert found.reason.text(words("en")).startswith("Cannot say yet: 63 customers have ordered on a second day")
    assert "63" in found.reason.text(words("id"))


def test_no_amounts(duck: DuckEngine, planted: Rows) -> None:
    found = valued(duck, [(customer, day, None) for customer, day, _ in planted])
    assert found.verdict == "trust" and found.expected_orders
    assert (found.value, found.expected_sales, found.value_low, found.spend, found.late_spent) == (None,) * 5
    assert found.spend_reason is not None and found.spend_reason.key == "value.spend.no_amounts"
    assert found.backtest is not None and found.backtest.sales_error is None
    assert all(row["value"] is None for row in duck.rows("select * from value"))


def test_a_shop_that_loses_money_is_told_so(duck: DuckEngine, planted: Rows) -> None:
    put_orders(duck, planted, profit=-1)
    put_segments(duck)
    found = estimate(duck, AS_OF, Ask())
    assert found.shop_margin is not None and found.shop_margin < 0
    assert "value.notes.shop_loss" in {note.key for note in found.notes}
    put_orders(duck, planted, profit=2)
    assert "value.notes.shop_margin" in {note.key for note in estimate(duck, AS_OF, Ask()).notes}


def test_all_returned_later_and_only_returned(duck: DuckEngine, planted: Rows) -> None:
    returned = [(customer, day, -(amount or 0)) for customer, day, amount in planted if customer == "c00000"]
    only: Rows = [("nobody", "2023-05-05", -9.0)]
    found = valued(duck, [*planted, *returned, *only])
    table = {row["customer_id"]: row for row in duck.rows("select * from value")}
    assert set(table["nobody"].values()) == {"nobody", None}
    assert found.spend is not None
    assert float(table["c00000"]["order_value"]) == pytest.approx(found.spend.mean, rel=1e-6)


def test_a_young_shop_is_unproven(duck: DuckEngine) -> None:
    rows: Rows = [(f"c{i}", (START + timedelta(days=i % 20 + gap)).isoformat(), 10.0) for i in range(300)
                  for gap in (0, 3, 9)]  # fmt: skip
    found = valued(duck, rows, START + timedelta(days=30))
    assert (found.verdict, found.backtest, found.error) == ("unproven", None, None)
    assert found.expected_orders is not None and found.expected_orders > 0


def test_no_orders_that_count(duck: DuckEngine) -> None:
    assert valued(duck, [("a", "2023-05-05", -9.0)]).verdict == "do_not_use"
    assert valued(duck, []).reason.values["n"] == 0


def test_wild_amounts(duck: DuckEngine, planted: Rows) -> None:
    rows = [
        (customer, day, (amount or 0) * (1e12 if customer < "c00005" else 1e-2)) for customer, day, amount in planted
    ]
    found = valued(duck, [(c, d, max(round(a, 4), 0.0001)) for c, d, a in rows])
    figures = [row for row in duck.rows("select value, low, high from value") if row["value"] is not None]
    assert all(np.isfinite(float(v)) for row in figures for v in row.values())
    assert msgspec.json.decode(msgspec.json.encode(found), type=Value) == found


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_it_in_both_languages(duck: DuckEngine, planted: Rows, language: Any) -> None:
    found, say = valued(duck, planted, deep=True), words(language, "GBP")
    page = page_of(found, say)
    assert page.sure and say.percent(found.error or 0, 0) in page.verdict
    assert [block.key for block in page.blocks] == ["value_worth", "value_check", "value_risk", "value_model"]
    assert [chart.key for block in page.blocks for chart in block.charts] == [
        "value_segments", "value_tenths", "value_tracking",
    ]  # fmt: skip
    winner = next(row for row in page.blocks[1].tables[0].rows if row[0].endswith("✓"))
    assert say(f"value.contender.{found.winner}") in winner[0]
    assert len(page.blocks[3].tables[0].rows) == 3 * 4 + 3
    sentences = insights(found, say)
    assert any(say.money(found.value or 0) in sentence for sentence in sentences)
    model = say(f"value.contender.{found.winner}")
    assert sentences[-1] == say("value.says.made_by_all", model=model)
    assert insights(replace(found, fitted=found.fitted[:1]), say)[-1] == say("value.says.made_by", model=model)


def test_the_page_without_a_forecast_says_why(duck: DuckEngine) -> None:
    page = page_of(valued(duck, [("a", "2023-05-05", 9.0)]), words("en"))
    assert (page.sure, page.blocks, page.verdict) == (False, (), words("en")("value.badge.too_few"))
    assert "100 are needed" in page.insights[0]


def test_the_page_without_money(duck: DuckEngine, planted: Rows) -> None:
    say = words("en")
    page = page_of(valued(duck, [(customer, day, None) for customer, day, _ in planted]), say)
    assert len(page.blocks[0].facts) == 1
    assert page.blocks[0].charts[0].title == say("value.chart.segments_orders", days=182)


def test_figures_that_nobody_should_use_are_not_told_as_sentences(duck: DuckEngine, planted: Rows) -> None:
    say = words("en", "GBP")
    found = replace(valued(duck, planted), verdict="do_not_use", late=5, late_spent=90.0)
    assert len(insights(found, say)) == 2 and "5 regular customers are late" in insights(found, say)[1]
