"""Customers as of an earlier day and what they did next: by hand, on every engine."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from made import put_lines, sale
from regulars.engine import DuckEngine, Engine
from regulars.orders import clean, reconcile
from regulars.segments.later import Later, read_later, short_history
from regulars.segments.sample import read_columns
from regulars.settings import Settings
from regulars.window import Window

START = date(2024, 1, 1)


def day(number: int) -> str:
    return (START + timedelta(days=number)).isoformat()


def shop(days: int = 90) -> list[dict[str, Any]]:
    """Forty customers who order once before the cut (ten days before the end) and, every second one, after it too."""
    rows = [sale(f"c{i:02}", f"a{i}", day(i), 10 + i, product_id=f"P{i % 3}") for i in range(40)]
    rows += [sale(f"c{i:02}", f"b{i}", day(days - 5), 100, product_id="Q") for i in range(0, 40, 2)]
    rows += [sale("c01", "r", day(days - 4), -11, quantity=-1), sale("new", "n", day(days - 1), 7)]
    return [*rows, sale("c00", "a0", day(1), 5, product_id="Q")]


def known(engine: Engine, rows: list[dict[str, Any]], **settings: Any) -> tuple[Later | None, Settings]:
    chosen = Settings(later_days=10, **settings)
    done = clean(engine, put_lines(engine, rows), chosen)
    reconcile(engine, done)
    return read_later(engine, chosen, done.window), chosen


def test_features_as_of_the_cut_and_what_came_after(engine: Engine) -> None:
    later, chosen = known(engine, shop(), features=("recency_days", "orders", "monetary", "products"))
    assert later is not None
    assert (later.cut, later.days, later.sample.customers) == (date(2024, 3, 21), 10, 40), "who is new is not in it"
    by_worth = np.argsort(later.sample.values[:, 2], kind="stable")
    recency, orders, monetary, products = later.sample.values[by_worth].T
    assert (recency[-1], orders[-1], monetary[-1], products[-1]) == (80 - 39, 1, 49, 1)
    first = int(np.flatnonzero(later.sample.values[:, 3] == 2)[0])  # c00 bought two products in one order
    assert later.sample.values[first].tolist() == [79, 1, 15, 2]
    assert (later.spent[first], bool(later.returned[first])) == (100, True)
    assert (later.spent.sum(), later.returned.sum()) == (20 * 100 - 11, 20)
    assert later.spent.min() == -11 and not later.returned[later.spent.argmin()], "a refund is no purchase"
    assert read_columns(engine, chosen, "earlier", ("spent",))["spent"].tolist() == later.spent.tolist()


def test_without_amounts_nothing_is_spent(duck: DuckEngine) -> None:
    rows = [{name: cell for name, cell in row.items() if name != "amount"} for row in shop()]
    later, _ = known(duck, rows)
    assert later is not None
    assert later.spent.tolist() == [0] * 40
    assert later.returned.sum() == 20


def test_nothing_is_said_of_a_short_history_or_of_few_customers(duck: DuckEngine) -> None:
    assert known(duck, [row for row in shop() if row["ordered_at"] > day(75)])[0] is None
    assert known(duck, [row for row in shop() if not "c29" <= row["customer_id"] <= "c39"])[0] is None
    assert known(duck, [row for row in shop() if not "c30" <= row["customer_id"] <= "c39"])[0] is not None


@pytest.mark.parametrize(("days", "said"), [(30, False), (29, True)])
def test_the_history_before_the_cut_is_twice_the_time_after_it(days: int, said: bool) -> None:
    reason = short_history(Settings(later_days=10), Window(START, START + timedelta(days=days)))
    assert (reason is not None) == said
    assert reason is None or reason.values == {"days": 29, "needed": 30, "later": 10}
