"""Online Retail II from December 2010 on, returns dropped: the figures of the published explorations."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import regulars as rg
from regulars.overview.models import Overview


@pytest.fixture(scope="module")
def retail(data: Path) -> Iterator[Overview]:
    study = rg.study(
        rg.read(data / "online_retail_II.parquet"), returns="drop", non_sales="keep", since=date(2010, 12, 1)
    )
    yield study.result.overview
    study.close()


def test_november_2011_and_thursdays_bring_most(retail: Overview) -> None:
    best = max(retail.months, key=lambda month: month.sales)
    assert (best.start.year, best.start.month) == (2011, 11)
    assert best.sales == pytest.approx(1_156_205.61, abs=0.005)
    weekdays = {day: sum(slot.sales for slot in retail.slots if slot.weekday == day) for day in range(1, 8)}
    assert max(weekdays, key=lambda day: weekdays[day]) == 4
    assert weekdays[4] == pytest.approx(1_973_015.73, abs=0.005)
    assert weekdays[6] == 0


def test_customers_by_country(retail: Overview) -> None:
    customers = {row.name: row.customers for row in retail.countries}
    assert [customers[name] for name in ("United Kingdom", "Germany", "France")] == [3_920, 94, 87]


def test_the_top_product_by_pieces_is_one_order_and_the_insight_says_so(retail: Overview) -> None:
    top = retail.top_products_by_pieces[0]
    assert (top.pieces, top.orders, top.code) == (80_995, 1, "23843")
    assert "overview.products.single" in [told.key for told in retail.insights["products"]]


def test_the_year_and_month_that_end_early_are_marked(retail: Overview) -> None:
    assert [year.complete for year in retail.years] == [False, False]
    assert [month.complete for month in retail.months] == [True] * 12 + [False]
    assert retail.insights["years"][0].key == "overview.years.none"
