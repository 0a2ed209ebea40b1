"""Online Retail II from December 2010 on, returns dropped: the figures of the published explorations."""

from pathlib import Path

import pytest

from regulars.engine import DuckEngine
from regulars.overview import overview
from regulars.overview.models import Overview

_SALES = """
create table sales as
select distinct cast(cast("Customer ID" as bigint) as varchar) as customer_id, trim(Invoice) as order_id,
       InvoiceDate as ordered_at, cast(InvoiceDate as date) as day, false as is_return,
       cast(Quantity as decimal(18, 3)) as quantity,
       cast(Quantity * cast(Price as decimal(18, 4)) as decimal(18, 4)) as amount,
       cast(null as decimal(18, 4)) as profit, cast(null as decimal(18, 4)) as shipping_cost,
       cast(null as decimal(18, 4)) as discount, trim(StockCode) as product_id, trim(Description) as product,
       cast(null as varchar) as category, cast(null as varchar) as subcategory, cast(null as varchar) as ship_mode,
       trim(Country) as country
from   read_parquet(?)
where  "Customer ID" is not null and Quantity > 0 and Price > 0 and InvoiceDate >= date '2010-12-01'
"""


@pytest.fixture
def retail(duck: DuckEngine, data: Path) -> Overview:
    duck.connection.execute(_SALES, [str(data / "online_retail_II.parquet")])
    duck.make("orders/orders")
    return overview(duck)


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
