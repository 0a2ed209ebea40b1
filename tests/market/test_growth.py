"""Growth: which months are compared, the figures by hand, and that parts sum to the whole."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import regulars as rg
from made import sale
from market.shops import open_for
from regulars.engine import DuckEngine, Engine
from regulars.market.growth import growth, moved, spans
from regulars.market.models import Cell, Growth
from regulars.overview.models import Period

PRESENT = frozenset({"category", "country"})


def months(first: date, count: int, part_first: bool = False, part_last: bool = False) -> list[Period]:
    """Months in a row; the first and the last may be cut off."""
    return [
        Period(moved(first, i), not ((part_first and i == 0) or (part_last and i == count - 1)), 1, 1, 1, 1.0, None, 0,
               0, 0.0)
        for i in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given_months", "before", "after", "seasonal"),
    [
        (months(date(2009, 12, 1), 25, False, True), ("2009-12-01", "2010-12-01"), ("2010-12-01", "2011-12-01"), True),
        (months(date(2020, 1, 1), 48), ("2022-01-01", "2023-01-01"), ("2023-01-01", "2024-01-01"), True),
        (months(date(2023, 1, 1), 15), ("2023-01-01", "2023-04-01"), ("2024-01-01", "2024-04-01"), True),
        (months(date(2023, 1, 1), 14), ("2023-01-01", "2023-08-01"), ("2023-08-01", "2024-03-01"), False),
        (months(date(2023, 1, 1), 6, True), ("2023-03-01", "2023-05-01"), ("2023-05-01", "2023-07-01"), False),
        (months(date(2023, 1, 1), 2), ("2023-01-01", "2023-02-01"), ("2023-02-01", "2023-03-01"), False),
    ],
)  # fmt: skip
def test_which_months_are_compared(
    given_months: list[Period], before: tuple[str, str], after: tuple[str, str], seasonal: bool
) -> None:
    found = spans(given_months)
    assert found is not None and found.seasonal is seasonal
    assert tuple(day.isoformat() for day in found.before) == before
    assert tuple(day.isoformat() for day in found.after) == after


@given(st.integers(0, 70), st.booleans(), st.booleans(), st.integers(0, 11))
def test_both_periods_are_whole_apart_and_as_long(count: int, first: bool, last: bool, start: int) -> None:
    given_months = months(moved(date(2015, 1, 1), start), count, first, last)
    whole = {month.start for month in given_months if month.complete}
    found = spans(given_months)
    if found is None:
        assert len(whole) < 2
        return
    early, late = ({moved(begin, i) for i in range(found.months)} for begin in (found.before[0], found.after[0]))
    assert found.months >= 1 and early | late <= whole and not early & late
    assert moved(found.before[0], found.months) == found.before[1] <= found.after[0]
    assert max(late) == max(whole)
    if found.seasonal:
        assert moved(found.before[0], 12) == found.after[0]


def cells_of(grown: Growth) -> dict[tuple[str, str], Cell]:
    return {(cell.name, cell.item): cell for cell in grown.cells}


def shop(engine: Engine, n: int = 30) -> None:
    """Every customer spends 10 on tea in January and 20 in February; fans spend 10 on pots too, and 5 after."""
    lines, groups = [], {}
    for i in range(n):
        for who in (f"fan {i}", f"other {i}"):
            groups[who] = who.split()[0]
            bought = [("Tea", "2024-01-10", 10), ("Tea", "2024-02-10", 20)]
            bought += [("Pots", "2024-01-11", 10), ("Pots", "2024-02-11", 5)] if who.startswith("fan") else []
            bought += [("Tea", "2024-03-01", 1000)]  # of a month that has only begun
            lines += [sale(who, f"{who} {when}", when, amount, category=what, country="ID")
                      for what, when, amount in bought]  # fmt: skip
    open_for(engine, lines, groups)


def test_growth_by_hand(engine: Engine) -> None:
    shop(engine)
    found, missing = growth(engine, months(date(2024, 1, 1), 3, part_last=True), PRESENT)
    assert [message.key for message in missing] == ["market.growth.no_region"]  # one country alone
    (grown,) = found
    assert (grown.by, grown.column, grown.items, grown.months) == ("category", "category", ("Tea", "Pots"), 1)
    cells = cells_of(grown)
    growths = {key: None if cell.growth is None else round(cell.growth.value, 6) for key, cell in cells.items()}
    assert growths == {
        ("", ""): 0.5,
        ("", "Tea"): 1.0,
        ("", "Pots"): -0.5,
        ("fan", ""): 0.25,
        ("fan", "Tea"): 1.0,
        ("fan", "Pots"): -0.5,
        ("other", ""): 1.0,
        ("other", "Tea"): 1.0,
    }
    tea = cells["fan", "Tea"]
    assert (tea.customers, tea.before, tea.after) == (30, 300.0, 600.0)
    assert tea.against == pytest.approx(2 / 1.25 - 1)
    assert tea.growth is not None and tea.growth.low == pytest.approx(1.0) == pytest.approx(tea.growth.high)


def test_few_customers_and_nothing_before_have_their_reasons(duck: DuckEngine) -> None:
    shop(duck, n=29)
    cells = cells_of(growth(duck, months(date(2024, 1, 1), 2), PRESENT)[0][0])
    few = cells["fan", "Tea"]
    assert few.growth is None and few.reason is not None and few.reason.key == "market.reason.few"
    assert cells["", "Tea"].growth is not None
    lines = [sale(f"c{i}", f"o{i}{m}", f"2024-0{m}-05", 10, category="Tea" if m == 1 else "Pots")
             for i in range(40) for m in (1, 2)]  # fmt: skip
    open_for(duck, lines, {f"c{i}": "all" for i in range(40)})
    cells = cells_of(growth(duck, months(date(2024, 1, 1), 2), PRESENT)[0][0])
    reasons = {item: cells["all", item].reason for item in ("Tea", "Pots")}
    assert {item: reason and reason.key for item, reason in reasons.items()} == {
        "Tea": "market.growth.nothing_after",
        "Pots": "market.growth.nothing_before",
    }


def test_one_month_is_no_growth(duck: DuckEngine) -> None:
    found, missing = growth(duck, months(date(2024, 1, 1), 2, part_last=True), PRESENT)
    assert found == () and [message.key for message in missing] == ["market.growth.no_months"]


def test_superstore_grows_as_its_years_do(data: Path) -> None:
    study = rg.study(rg.read(data / "global_superstore.parquet"), map={"customer_id": "Customer Name"}).result
    assert study.market is not None and study.overview is not None
    by = {grown.by: grown for grown in study.market.growth}
    assert (by["category"].column, by["region"].column) == ("category", "region")
    years = {period.start.year: period.sales for period in study.overview.years}
    for grown in by.values():
        assert (grown.before[0].year, grown.after[0].year, grown.months) == (2013, 2014, 12)
        cells = cells_of(grown)
        assert cells["", ""].before == pytest.approx(years[2013]) and cells["", ""].after == pytest.approx(years[2014])
        segments = [cell for (name, item), cell in cells.items() if name and not item]
        assert sum(cell.after for cell in segments) == pytest.approx(years[2014])
    items = [cell for (name, item), cell in cells_of(by["category"]).items() if item and not name]
    assert len(items) == 3 and sum(cell.before for cell in items) == pytest.approx(years[2013])
