"""What holds of every shop, what the ends of the data do, and input that is hardly any."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.retention.models import Retention
from retention.kept_orders import Order, steady, study

START = date(2022, 11, 10)


def day(offset: int) -> str:
    return (START + timedelta(days=offset)).isoformat()


ORDERS = st.lists(
    st.tuples(
        st.sampled_from("abcdefghijkl"), st.integers(0, 500).map(day), st.integers(-5, 40).filter(bool).map(float)
    ),
    min_size=1, max_size=160,
)  # fmt: skip


def by_hand(rows: list[Order], lapse: int | None) -> dict[date, dict[str, set[str]]]:
    """Each month's customers by kind, from a loop over customers: what the steps must find."""
    days = defaultdict(set)
    for customer, text, amount in rows:
        if amount is None or amount > 0:
            days[customer].add(date.fromisoformat(text))
    found: dict[date, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for customer, bought in days.items():
        ordered = sorted(bought)
        gaps = {later: (later - earlier).days for earlier, later in pairwise(ordered)}
        for month in {d.replace(day=1) for d in ordered}:
            mine = [d for d in ordered if d.replace(day=1) == month]
            longest = max((gaps.get(d, 0) for d in mine), default=0)
            kind = "new" if ordered[0] in mine else "won_back" if lapse and longest > lapse else "repeating"
            found[month][kind].add(customer)
    return found


def active(rows: list[Order], lapse: int, end: date) -> int:
    """Who bought within the lapse before a day, from a loop over orders."""
    last: dict[str, date] = {}
    for customer, text, amount in sorted(rows, key=lambda row: row[1]):
        if (amount is None or amount > 0) and date.fromisoformat(text) < end:
            last[customer] = date.fromisoformat(text)
    return sum((end - timedelta(days=1) - d).days < lapse for d in last.values())


@settings(max_examples=60, deadline=None)
@given(ORDERS)
def test_every_customer_is_counted_once_a_month_and_every_sale_is(rows: list[Order]) -> None:
    with DuckEngine() as duck:
        found = study(duck, rows, by="month")
    if found is None:
        assert all(amount <= 0 for *_, amount in rows)
        return
    expected = by_hand(rows, found.lapse_days)
    end = found.as_of
    for flow in found.flows:
        kinds = {kind: len(who) for kind, who in expected[flow.start].items()}
        assert (flow.new, flow.repeating) == (kinds.get("new", 0), kinds.get("repeating", 0))
        assert (flow.won_back or 0) == kinds.get("won_back", 0)
        inside = [amount for _, text, amount in rows if flow.start <= date.fromisoformat(text) < flow.end]
        assert flow.sales == sum(inside)
        parts = (flow.new_sales, flow.repeating_sales, flow.won_back_sales, flow.other_sales)
        assert sum(part or 0.0 for part in parts) == flow.sales
        if found.lapse_days is not None:
            assert flow.active == active(rows, found.lapse_days, min(flow.end, end))
    assert sum(cohort.customers for cohort in found.cohorts) == found.customers
    for nr, flow in enumerate(found.flows):  # each diagonal of the triangle is a period
        cells = [c.cells[age] for c in found.cohorts if (age := nr - len(found.flows) + len(c.cells)) >= 0]
        assert sum(cell.customers for cell in cells) == flow.customers
        assert sum(cell.orders for cell in cells) == flow.orders


@settings(max_examples=30, deadline=None)
@given(ORDERS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[Order], random: object) -> None:
    mixed = list(rows)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    with DuckEngine() as duck:
        assert study(duck, rows) == study(duck, mixed)


def test_json_without_loss(duck: DuckEngine) -> None:
    found = study(duck, steady())
    assert msgspec.json.decode(msgspec.json.encode(found), type=Retention) == found


# --- the ends of the data --------------------------------------------------------------------------------------------


def test_incomplete_periods_are_marked_and_never_pooled(duck: DuckEngine) -> None:
    found = study(duck, steady(customers=120, days=290, start=date(2023, 1, 12)))  # to 28 October
    assert found is not None
    assert [flow.complete for flow in found.flows] == [False, *[True] * 8, False]
    assert [cell.complete for cell in found.cohorts[1].cells] == [*[True] * 8, False]
    assert not any(cell.complete for cell in found.cohorts[0].cells), "the cohort itself began before the data"
    ages = {age.age: age for age in found.ages}
    assert max(ages) == 6, "after seven whole months only February's 28 customers are left"
    assert all(age.share.value == 1.0 for age in ages.values())


def test_customers_of_the_first_days_are_not_taken_for_new(duck: DuckEngine) -> None:
    """Old customers return at once; the truly new ones, who come later, take forty days."""
    old = [(f"old{n}", day(n % 20 + 20 * step), 10.0) for n in range(200) for step in range(10)]
    new = [(f"new{n}", day(60 + n % 50 + 40 * step), 10.0) for n in range(60) for step in range(3)]
    found = study(duck, [*old, *new])
    assert found is not None and found.second is not None
    assert (found.lapse_days, found.settled) == (20, START + timedelta(days=20))
    assert (found.second.customers, found.second.median) == (60, 40)
    assert [flow.early for flow in found.flows[:3]] == [True, False, False]
    alone = study(duck, old)
    assert alone is not None and alone.second_all and alone.second.median == 20
    assert [note.key for note in alone.notes] == ["retention.notes.everybody"]


def test_a_later_day_means_longer_watched(duck: DuckEngine) -> None:
    rows = [(f"c{n}", day(n % 100), 10.0) for n in range(200)]
    short, long = study(duck, rows), study(duck, rows, as_of=START + timedelta(days=500))
    assert short is not None and long is not None
    assert [part.share is not None for part in short.second.within] == [True, True, False, False, False]
    assert [part.share is not None for part in long.second.within] == [True] * 5
    assert not any(flow.complete for flow in long.flows[5:]), "days without an order at the end are not covered"


# --- periods ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "by", "periods"), [(300, "month", 11), (1090, "month", 36), (1500, "quarter", 17), (9200, "year", 26)]
)
def test_long_histories_take_longer_periods(duck: DuckEngine, days: int, by: str, periods: int) -> None:
    found = study(duck, steady(customers=3, days=days, every=15))
    assert found is not None
    assert (found.by, len(found.flows)) == (by, periods - (days == 300))
    assert sum(len(cohort.cells) for cohort in found.cohorts) <= 666


def test_thirty_years_of_months_are_too_many(duck: DuckEngine) -> None:
    with pytest.raises(UsageError) as refused:
        study(duck, steady(customers=1, days=11_000, every=30), by="month")
    assert refused.value.message.values == {"by": "month", "n": 361, "most": 120}


def test_weeks_begin_on_monday(duck: DuckEngine) -> None:
    found = study(duck, steady(days=30), by="week")  # 1 January 2023 is a Sunday
    assert found is not None
    assert [flow.start for flow in found.flows] == [date(2022, 12, 26) + timedelta(weeks=i) for i in range(6)]
    assert all(flow.start.weekday() == 0 for flow in found.flows)


def test_quarters_and_years(duck: DuckEngine) -> None:
    rows = steady(days=400, start=date(2022, 11, 20))
    for by, starts in (("quarter", ["2022-10-01", "2023-01-01", "2023-04-01", "2023-07-01", "2023-10-01"]),
                       ("year", ["2022-01-01", "2023-01-01"])):  # fmt: skip
        found = study(duck, rows, by=by)
        assert found is not None
        assert [flow.start.isoformat() for flow in found.flows] == starts
        assert sum(flow.new for flow in found.flows) == 40


# --- hardly any input ------------------------------------------------------------------------------------------------


def test_one_order(duck: DuckEngine) -> None:
    found = study(duck, [("ann", "2023-03-05", 10.0)])
    assert found is not None
    assert (found.customers, found.lapse_days, found.second, found.lapse, found.back) == (1, None, None, None, None)
    flow = found.flows[0]
    assert (flow.new, flow.won_back, flow.lapsed, flow.active, flow.complete) == (1, None, None, None, False)
    assert [note.key for note in found.notes] == ["retention.notes.no_lapse"]


def test_only_returns(duck: DuckEngine) -> None:
    assert study(duck, [("ann", "2023-03-05", -10.0)]) is None


def test_one_order_each(duck: DuckEngine) -> None:
    found = study(duck, [(f"c{n}", day(n % 300), 10.0) for n in range(900)])
    assert found is not None and found.second is not None
    assert (found.second.events, found.second.median) == (0, None)
    assert found.second.within[2].share.value == 0 < found.second.within[2].share.high < 0.01
    assert [flow.returning and flow.returning.value for flow in found.flows] == [*[0.0] * 10, None]
    assert found.flows[-1].customers == 15, "too few for a share"


def test_no_amounts(duck: DuckEngine) -> None:
    priced = study(duck, steady())
    found = study(duck, [(who, text, None) for who, text, _ in steady()])
    assert found is not None and priced is not None
    assert {flow.sales for flow in found.flows} == {flow.new_sales for flow in found.flows} == {None}
    assert {cell.sales for cohort in found.cohorts for cell in cohort.cells} == {None}
    unpriced = [replace(f, sales=None, new_sales=None, repeating_sales=None, won_back_sales=None, other_sales=None)
                for f in priced.flows]  # fmt: skip
    assert list(found.flows) == unpriced
