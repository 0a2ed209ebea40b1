"""The steps of value on both engines, by hand."""

import numpy as np
import pytest

from regulars.engine import Engine
from regulars.value.histories import Cut, make_histories, read_cells, read_customers
from value.planted import put_orders, put_segments

ROWS = [
    ("ann", "2024-01-01", 10.0),
    ("ann", "2024-01-01", 5.0),  # the same day: one order day
    ("ann", "2024-01-11", 20.0),
    ("ann", "2024-01-20", -8.0),  # a return is no order day, but less money
    ("ann", "2024-02-10", 30.0),
    ("bob", "2024-01-31", 7.0),
    ("bob", "2024-02-01", 9.0),
    ("cia", "2024-02-05", 50.0),  # came after the cut
    ("dan", "2024-01-05", -5.0),  # returned only
]


@pytest.fixture
def shop(engine: Engine) -> Engine:
    put_orders(engine, ROWS)
    put_segments(engine)
    engine.make("value/order_days")
    return engine


def test_histories_at_a_cut(shop: Engine) -> None:
    cut = Cut(*(np.datetime64(day).astype(object) for day in ("2024-01-10", "2024-02-01", "2024-02-11")))
    assert make_histories(shop, cut) == {"customers": 2, "repeaters": 1}
    found = shop.rows("select * from histories order by customer_id")
    assert [list(row.values())[:6] for row in found] == [["ann", 1, 10, 30, 1, 1], ["bob", 0, 0, 0, 0, 1]]
    assert [float(row[name]) for row in found for name in ("spent", "later_spent")] == [27, 30, 7, 9]
    people = read_customers(shop, 2)
    assert people.triples.tolist() == [[1, 10, 30], [0, 0, 0]]
    assert (people.later.tolist(), people.spent.tolist()) == ([1, 1], [27, 7])
    cells, columns = read_cells(shop, with_recent=True)
    assert (len(cells), cells.customers, columns["recent"].tolist()) == (2, 2, [0, 1])


def test_gaps_and_arrivals(shop: Engine) -> None:
    assert [tuple(row.values()) for row in shop.ask("value/gaps", until="2024-02-11")] == [(1, 1), (10, 1), (30, 1)]
    weeks = shop.ask("value/arrivals", start="2024-01-01", until="2024-02-01")
    assert [tuple(int(v) for v in row.values()) for row in weeks] == [(0, 1, 0), (1, 0, 1), (4, 1, 1), (5, 0, 1)]
    span = shop.ask("value/order_span")[0]
    assert (str(span["first_day"]), float(span["net"]), span["profit"]) == ("2024-01-01", 118, None)
    mean = shop.ask("value/order_mean")[0]
    assert (float(mean["amount"]), int(mean["days"])) == (118, 6)


def test_everybody_is_in_the_value_table(shop: Engine) -> None:
    cut = Cut(*(np.datetime64(day).astype(object) for day in ("2024-02-11",) * 3))
    make_histories(shop, cut)
    _, columns = read_cells(shop)
    names = ("repeats", "recency_days", "age_days", "recent")
    scores = {"expected_orders": 2.0, "discounted": 1.5, "low": 0.0, "high": 4.0, "risk_rank": 1}
    types = dict.fromkeys(names, "INTEGER") | dict.fromkeys(scores, "DOUBLE") | {"risk_rank": "BIGINT"}
    filled = {name: np.full(len(columns["repeats"]), score) for name, score in scores.items()}
    shop.put_columns("scored_cells", types, {**{name: columns[name] for name in names}, **filled})
    shop.make("value/value", prior=1.0, prior_mean=100.0, own=1.0, margin=0.5, gap=10.0, with_recent=False)
    found = {row["customer_id"]: row for row in shop.rows("select * from value")}
    assert found.keys() == {"ann", "bob", "cia", "dan"}
    assert set(found["dan"].values()) == {"dan", None}
    ann = {name: float(value) for name, value in found["ann"].items() if name != "customer_id"}
    order_value = (100 + 57) / 4  # the shop's mean once, three own order days
    assert ann == pytest.approx({
        "expected_orders": 2, "order_value": order_value, "expected_sales": 2 * order_value,
        "value": 0.75 * order_value, "low": 0, "high": 2 * order_value, "risk_rank": 1, "overdue": 0,
    })  # fmt: skip
    assert float(found["bob"]["overdue"]) == pytest.approx(9 / ((1 + 20) / 3), abs=0.005)
    totals = shop.ask("value/value_totals")[0]
    assert (totals["customers"], float(totals["expected_orders"]), int(totals["late"])) == (4, 6, 0)
    assert [row["customers"] for row in shop.ask("value/value_by_segment")] == [3]
