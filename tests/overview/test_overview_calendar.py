"""Which years and months count as covered."""

from datetime import date, timedelta

import pytest

from regulars.overview.calendar import Rhythm, covered, periods, rhythm

YEAR = (date(2023, 1, 1), date(2024, 1, 1))
DECEMBER = (date(2023, 12, 1), date(2024, 1, 1))


def every(step: int, first: date, last: date) -> list[date]:
    return [first + timedelta(days=i) for i in range(0, (last - first).days + 1, step)]


@pytest.mark.parametrize(
    ("first", "last", "full"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), True),
        (date(2023, 1, 4), date(2023, 12, 30), True),  # closed on the first days of January
        (date(2023, 1, 9), date(2023, 12, 31), False),
        (date(2023, 1, 1), date(2023, 12, 28), False),  # as December is not
        (date(2023, 1, 1), date(2023, 12, 9), False),
        (date(2022, 6, 1), date(2024, 6, 1), True),
    ],
)
def test_a_year_of_daily_sales_may_lack_its_first_week(first: date, last: date, full: bool) -> None:
    days = every(1, first, last)
    assert covered(*YEAR, days, rhythm(days)) is full


@pytest.mark.parametrize(
    ("step", "last", "full"),
    [
        (1, date(2023, 12, 30), True),
        (1, date(2023, 12, 28), False),
        (7, date(2023, 12, 25), True),  # sells on Mondays only
        (7, date(2023, 12, 18), False),
        (31, date(2023, 12, 8), True),  # bills once a month
    ],
)
def test_a_month_may_lack_one_usual_gap_between_selling_days(step: int, last: date, full: bool) -> None:
    days = every(step, last - timedelta(days=step * 40), last)
    assert covered(*DECEMBER, days, rhythm(days)) is full


@pytest.mark.parametrize(
    "sold",
    [
        [date(2023, 8, 18), date(2023, 9, 10), date(2023, 10, 9), date(2023, 11, 14), date(2023, 12, 12)],
        every(20, date(2023, 6, 15), date(2023, 12, 12)),  # too few gaps to be a rhythm
        sorted({*every(29, date(2021, 1, 1), date(2023, 12, 12)), *every(23, date(2021, 1, 3), date(2023, 12, 12))}),
    ],
)
def test_where_orders_are_rare_a_month_is_full_only_where_the_data_nearly_reach_its_end(sold: list[date]) -> None:
    """A shop with five orders, the last on the 12th, read that this was its last full month."""
    assert not covered(*DECEMBER, sold, rhythm(sold))
    assert covered(*DECEMBER, [*sold, date(2023, 12, 26)], rhythm([*sold, date(2023, 12, 26)]))


def test_a_week_is_not_full_for_a_sale_at_its_beginning() -> None:
    week = (date(2023, 12, 4), date(2023, 12, 11))
    days = sorted({*every(6, date(2023, 1, 1), date(2023, 12, 4)), *every(4, date(2023, 1, 1), date(2023, 12, 4))})
    assert not covered(*week, days, rhythm(days))
    assert covered(*week, [*days, date(2023, 12, 8)], rhythm(days)), "closed on Saturdays and Sundays"


def test_the_usual_gap_overlooks_a_closed_fortnight() -> None:
    days = every(1, date(2023, 1, 1), date(2023, 6, 30)) + every(1, date(2023, 7, 15), date(2023, 12, 31))
    assert rhythm(days).usual == 1
    weekdays = [day for day in days if day.isoweekday() < 7]
    assert rhythm(weekdays).usual == 2
    assert rhythm(days[:1]) == Rhythm(1, 0)


def test_months_without_an_order_are_there_with_zeros() -> None:
    row = {"grain": "month", "lines": 3, "orders": 2, "customers": 1, "sales": 9, "profit": None, "new_customers": 1}
    row |= {"repeat_customers": 1, "repeat_sales": 4}
    rows = [row | {"start": date(2023, 11, 1)}, row | {"start": date(2024, 2, 1)}]
    months = periods(rows, "month", [date(2023, 11, 30), date(2024, 2, 29)])
    assert [month.start for month in months] == [
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
        date(2024, 2, 1),
    ]
    assert [month.lines for month in months] == [3, 0, 0, 3]
    assert [(month.sales, month.profit) for month in months[1:3]] == [(0, None), (0, None)]
    assert (months[1].avg_order_value, months[1].repeat_rate) == (None, None)
