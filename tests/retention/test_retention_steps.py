"""Who comes back, on both engines, by hand."""

from datetime import date

import pytest

from regulars.engine import Engine
from regulars.retention.models import Retention
from retention.kept_orders import Order, steady, study

# 40 customers of every ten days make a lapse of ten days; then four by hand
BASE = date(2023, 1, 1)
HAND: list[Order] = [
    ("ann", "2023-02-03", 5.0),
    ("ann", "2023-02-03", 6.0),  # the same day: two orders, one order day
    ("ann", "2023-02-13", 7.0),  # a gap of ten days is no lapse
    ("ann", "2023-03-20", 8.0),  # lapsed on 23 February, won back in March
    ("bob", "2023-01-05", 9.0),
    ("bob", "2023-02-10", -4.0),  # a return alone: no customer of February, but its money
    ("cia", "2023-03-31", 20.0),
]
DAYS = 90  # to 31 March


@pytest.fixture
def found(engine: Engine) -> Retention:
    result = study(engine, [*steady(days=DAYS), *HAND])
    assert result is not None
    return result


def test_periods_by_hand(found: Retention) -> None:
    assert (found.by, found.lapse_days, found.settled) == ("month", 10, date(2023, 1, 11))
    assert [flow.start for flow in found.flows] == [date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1)]
    assert [(f.customers, f.new, f.repeating, f.won_back, f.lapsed) for f in found.flows] == [
        (32, 32, 0, 0, 1),  # 31 arrive in January, and bob, who lapses on the 15th
        (41, 10, 31, 0, 1),  # ann and nine arrive; ann lapses
        (42, 1, 40, 1, 1),  # cia; ann is won back, and lapses again on the 30th
    ]
    assert [flow.active for flow in found.flows] == [31, 40, 41]
    assert [flow.twice for flow in found.flows] == [21, 41, 40]
    assert [(flow.complete, flow.early) for flow in found.flows] == [(True, True), (True, False), (True, False)]


def test_sales_by_hand(found: Retention) -> None:
    orders = [flow.orders for flow in found.flows]
    assert [flow.won_back_sales for flow in found.flows] == [0, 0, 8]
    assert [flow.other_sales for flow in found.flows] == [0, -4, 0]
    february = found.flows[1]
    assert february.sales == 10 * (orders[1] - 3) + 5 + 6 + 7 - 4
    for flow in found.flows:
        parts = (flow.new_sales, flow.repeating_sales, flow.won_back_sales, flow.other_sales)
        assert sum(part or 0.0 for part in parts) == flow.sales


def test_cohorts_by_hand(found: Retention) -> None:
    assert [(cohort.customers, [cell.customers for cell in cohort.cells]) for cohort in found.cohorts] == [
        (32, [32, 31, 31]),
        (10, [10, 10]),
        (1, [1]),
    ]
    january, february, _ = found.cohorts
    assert january.soon is None, "those of 31 January were watched for 59 days"
    assert (january.share(0).value, january.share(1).value) == (1.0, 31 / 32)
    assert (january.share(3), february.share(1)) == (None, None), "too young, too few"
    assert january.cells[1].sales == 10 * january.cells[1].orders - 4, "of bob's return too"


def test_the_table_of_cohorts_holds_every_cell(engine: Engine) -> None:
    found = study(engine, [*steady(days=DAYS), *HAND])
    rows = engine.rows("select * from cohorts order by cohort, period")
    assert list(rows[0]) == [
        "cohort",
        "period",
        "periods_since",
        "cohort_size",
        "customers",
        "orders",
        "sales",
        "complete",
    ]
    assert found is not None
    assert [(row["cohort"], row["periods_since"], row["customers"]) for row in rows] == [
        (cohort.start, age, cell.customers) for cohort in found.cohorts for age, cell in enumerate(cohort.cells)
    ]
    assert rows[1]["period"] == date(2023, 2, 1)


def test_waits_by_hand(found: Retention) -> None:
    second = found.second
    assert second is not None and not found.second_all
    assert (second.customers, second.events) == (32, 31), "c010 to c039, ann, and cia, who has not been back"
    assert (second.median, second.within[0].share.value) == (10, 1.0)
    assert found.lapse is not None and found.lapse.events == 1, "ann"
    assert found.back is None, "two lapsed: too few"
