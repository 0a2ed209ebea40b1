"""Global Superstore: the totals that four published dashboards show."""

from pathlib import Path

import pytest

from regulars.engine import DuckEngine
from regulars.locale import words
from regulars.overview import overview
from regulars.overview.models import Overview

_SALES = """
create table sales as
select "Customer ID" as customer_id, "Order ID" as order_id, "Order Date" as ordered_at,
       cast("Order Date" as date) as day, false as is_return, cast(Quantity as decimal(18, 3)) as quantity,
       cast(Sales as decimal(18, 4)) as amount, cast(Profit as decimal(18, 4)) as profit,
       cast("Shipping Cost" as decimal(18, 4)) as shipping_cost, cast(Discount as decimal(18, 4)) as discount,
       "Product ID" as product_id, "Product Name" as product, Category as category, "Sub-Category" as subcategory,
       "Ship Mode" as ship_mode, Country as country
from   read_parquet(?)
"""


@pytest.fixture
def superstore(duck: DuckEngine, data: Path) -> Overview:
    duck.connection.execute(_SALES, [str(data / "global_superstore.parquet")])
    duck.make("orders/orders")
    return overview(duck)


def test_superstore_totals_and_profit_by_year(superstore: Overview) -> None:
    assert superstore.lines == 51_290
    assert superstore.orders == 25_753
    assert superstore.sales == pytest.approx(12_642_501.91, abs=0.005)
    assert superstore.profit == pytest.approx(1_467_457.29, abs=0.005)
    profits = {year.start.year: round(year.profit or 0) for year in superstore.years}
    assert profits == {2011: 248_941, 2012: 307_415, 2013: 406_935, 2014: 504_166}
    assert all(year.complete for year in superstore.years)
    assert all(month.complete for month in superstore.months)


def test_superstore_sub_categories_and_ship_modes(superstore: Overview) -> None:
    first = [row.name for row in superstore.subcategories[:5]]
    assert first == ["Phones", "Copiers", "Chairs", "Bookcases", "Storage"]
    assert len(superstore.subcategories) == 17
    by_lines = {mode.name: mode.share_of_lines for mode in superstore.ship_modes}
    assert by_lines["Standard Class"] == pytest.approx(0.600, abs=5e-4)
    assert by_lines["Same Day"] == pytest.approx(0.0527, abs=5e-5)
    assert len(superstore.countries) == 147


def test_superstore_insights_name_what_the_dashboards_show(superstore: Overview) -> None:
    said = {
        name: [told.text(words("en", "USD")) for told in all_told] for name, all_told in superstore.insights.items()
    }
    assert said["years"][0].startswith("2014 earned most of all full years: $4,299,866")
    assert "Of 17 sub-categories Phones sells most" in said["categories"][1]
    assert said["shipping"][0].startswith("Standard Class ships 60.0")
    assert set(said) == set(superstore.insights)
    assert all(2 <= len(sentences) <= 4 for sentences in said.values())
