"""Global Superstore: the totals that four published dashboards show."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import regulars as rg
from regulars.locale import words
from regulars.overview.models import Overview


@pytest.fixture(scope="module")
def superstore(data: Path) -> Iterator[Overview]:
    study = rg.study(rg.read(data / "global_superstore.parquet"))
    yield study.result.overview
    study.close()


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
