"""The page of price, risk and growth says what its figures allow, and no more."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest

from regulars.analysis import Study
from regulars.locale import LANGUAGES, Message, words
from regulars.market.models import (
    Cell,
    GroupPrice,
    GroupRisk,
    Growth,
    Market,
    Price,
    Ratio,
    Risk,
    RiskCheck,
)
from regulars.pages import report_of
from regulars.pages.market_words import growth_insights, price_insights, risk_insights, signed, widened
from regulars.pages.models import Page
from regulars.rates import Rate, rate
from regulars.report import report_html
from report.make_study import HOSTILE, make_study

SAY = words("en", "GBP")


def some(part: float, n: float) -> Rate:
    found = rate(part, n)
    assert found is not None
    return found


def group_price(name: str, share: Rate, index: Ratio) -> GroupPrice:
    return GroupPrice("segment", name, 300, 1_000, share, 0.2, index, None, 0.8)


def price(*groups: GroupPrice) -> Price:
    return Price(groups, None, None, Message("market.price.no_categories"))


def group_risk(name: str, own: int, known: int, sales: float | None, kind: str = "segment") -> GroupRisk:
    return GroupRisk(kind, name, known + 5, 5, own, 0, some(own, known), sales, 0.1)  # type: ignore[arg-type]


def cell(name: str, item: str, before: float, after: float, spread: float = 0.1) -> Cell:
    growth = after / before
    found = Ratio(growth - 1, growth * (1 - spread) - 1, growth / (1 - spread) - 1, 100)
    return Cell(name, item, 100, before, after, found, None)


def grown(*cells: Cell, seasonal: bool = True) -> Growth:
    items = tuple(dict.fromkeys(each.item for each in cells if each.item))
    spans = (date(2023, 1, 1), date(2024, 1, 1)), (date(2024, 1, 1), date(2025, 1, 1))
    return Growth("category", "category", *spans, 12, seasonal, items, cells)


def study(hostile: bool = False, amounts: bool = True) -> Study:
    made = make_study(hostile=hostile, amounts=amounts)
    names = [profile.name for profile in made.segments]
    prices = price(*(group_price(name, some(30, 100), Ratio(0.95, 0.9, 1.01, 300)) for name in names))
    money = 5_000.0 if amounts else None
    groups = (*(group_risk(name, 20, 200, money) for name in names), group_risk("", 200, 2_000, money, "shop"))
    risk = Risk(groups, 60, RiskCheck(90, some(30, 100), some(70, 100)), None)
    item = HOSTILE[0] if hostile else "Tea"
    cells = [cell(name, what, 100.0, 150.0) for name in ("", *names) for what in (item, "Pots", "")]
    market = Market(prices, risk, (grown(*cells),), (Message("market.growth.no_region"),))
    return replace(made, market=market)


def page(of: Study, language: str = "en") -> Page:
    return next(page for page in report_of(of, language).more if page.key == "market")  # type: ignore[arg-type]


def test_differences_by_chance_are_no_news() -> None:
    alike = Ratio(0.98, 0.95, 1.01, 300)
    said = price_insights(price(group_price("A", some(30, 100), alike), group_price("B", some(32, 100), alike)), SAY)
    assert said[:2] == [SAY("market.price.even"), SAY("market.price.alike")]
    low = Ratio(0.9, 0.88, 0.92, 300)
    said = price_insights(price(group_price("A", some(80, 100), low), group_price("B", some(10, 100), alike)), SAY)
    assert said[0].startswith("A buys 80\u00a0% of its lines at a discount") and "B 10\u00a0%" in said[0]
    assert "A pays 10.0\u00a0% less" in said[1]


def test_ranges_are_wider_where_more_is_compared() -> None:
    found = Ratio(1.05, 1.01, 1.09, 100)
    assert widened(found, 1) == pytest.approx((found.low, found.high))
    low, high = widened(found, 20)
    assert low < 1 and high > found.high


def test_a_flag_that_foretells_nothing_says_so() -> None:
    groups = (group_risk("", 100, 400, 900.0, "shop"), group_risk("Loyal", 12, 300, 800.0))
    told = risk_insights(Risk(groups, 60, RiskCheck(90, some(30, 100), some(70, 100)), None), SAY)
    assert told[0].startswith("100 of 400 customers") and any(
        "of those overdue 30\u00a0% bought again" in x for x in told
    )
    assert any("only 4\u00a0% of Loyal are overdue" in line for line in told)
    told = risk_insights(Risk(groups, 60, RiskCheck(90, some(48, 100), some(50, 100)), None), SAY)
    assert "Not here" in told[0], "before anything is built on it"
    for language in LANGUAGES:
        flag = words(language)("market.head.at_risk")
        assert (
            flag != words(language)("segments.at_risk.label")
            and flag == words(language)("exports.columns.at_risk")[: len(flag)]
        )


def test_growth_is_clear_or_it_is_not_named() -> None:
    told = growth_insights(
        grown(cell("", "", 200, 240, 0.02), cell("", "Tea", 100, 150), cell("", "Pots", 100, 90)), SAY
    )
    assert told[0].startswith("Net sales of the whole shop: £240 after £200 (+20\u00a0%")
    assert told[2] == "Clearly growing: Tea (+50\u00a0%)." and not any("shrinking" in line for line in told)
    told = growth_insights(grown(cell("", "", 200, 210), cell("", "Tea", 100, 104), seasonal=False), SAY)
    assert SAY("market.growth.steady") in told and any("Seasons differ" in line for line in told)
    inside = [cell("", "Tea", 100, 101), cell("Loyal", "", 100, 100, 0.01), cell("Loyal", "Tea", 50, 80, 0.02)]
    assert any(line.startswith("Within Loyal, Tea did better") for line in growth_insights(grown(*inside), SAY))


def test_signs() -> None:
    assert [signed(v, SAY) for v in (0.124, -0.5, 0.004, -0.001, 0.0)] == [
        "+12\u00a0%", "-50\u00a0%", "0\u00a0%", "0\u00a0%", "0\u00a0%",
    ]  # fmt: skip


def test_the_page_has_its_three_tables() -> None:
    made = page(study())
    assert [block.key for block in made.blocks] == [
        "market_price",
        "market_quiet",
        "market_by_category",
    ]
    assert SAY("market.growth.no_region") in made.blocks[2].insights  # no box of its own beside a table of growth
    assert [len(block.tables[0].rows) for block in made.blocks[:3]] == [10, 11, 3]
    assert len(made.blocks[2].tables[1].rows) == 11  # each segment, and the whole shop
    for block in made.blocks[:3]:
        for table in (*block.tables, *(chart.table for chart in block.charts)):
            assert {len(row) for row in table.rows} == {len(table.headers)}


def test_without_amounts_no_money_is_shown() -> None:
    heads = page(study(amounts=False)).blocks[1].tables[0].headers
    assert SAY("market.head.sales") not in heads and SAY("market.head.at_risk") in heads


@pytest.mark.parametrize("language", ["en", "id"])
def test_hostile_names_stay_text(language: str) -> None:
    html = report_html(study(hostile=True), language)  # type: ignore[arg-type]
    assert "<img src=x" not in html and "alert(2)</script>" not in html


def test_the_tables_travel_through_json() -> None:
    market = study().market
    assert msgspec.json.decode(msgspec.json.encode(market), type=Market) == market


def test_what_is_true_of_the_whole_shop_is_said_once() -> None:
    made = study()
    found = made.market
    assert found is not None
    twice = replace(made, market=replace(found, growth=(*found.growth, replace(found.growth[0], by="region"))))
    first, second = (block.insights for block in page(twice).blocks[2:4])
    assert SAY("market.growth.caveat") in first and SAY("market.growth.caveat") not in second
    assert second and not {line for line in second if line.startswith("Net sales of the whole shop")}


def test_a_table_of_dashes_is_left_out() -> None:
    made = study()
    found = made.market
    assert found is not None
    none = tuple(replace(each, cells=tuple(replace(one, growth=None) for one in each.cells)) for each in found.growth)
    tables = page(replace(made, market=replace(found, growth=none))).blocks[2].tables
    assert [table.caption.split(" (")[0] for table in tables] == [SAY("market.growth.category")]
