"""Lists of customers: every order and filter against plain Python, pages by mark, masks, exports."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine import Engine
from regulars.errors import UsageError
from regulars.web.filters import Filters, chosen_overview, month_after
from regulars.web.listing import (
    SORTS,
    CustomerRow,
    Filter,
    Wanted,
    customers_page,
    customers_placed,
    totals,
    write_wanted,
)
from regulars.web.marks import mark_of
from regulars.web.masks import MASK, shown_id
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import made_shop


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return Shelf(WebSettings(shop=made_shop(tmp_path_factory.mktemp("lists"), hostile=True))).opened(None)


@pytest.fixture(scope="module")
def everybody(found: Opened) -> list[CustomerRow]:
    return list(customers_page(found, Wanted(most=500), personal=True).customers)


def walked(found: Opened, wanted: Wanted, personal: bool = True) -> list[CustomerRow]:
    """All pages from the first to the last; on the way each page's mark back is followed and must lead back."""
    rows, before = [], None
    while True:
        page = customers_page(found, wanted, personal)
        rows += page.customers
        if before is not None:
            assert page.previous
            assert customers_page(found, replace(wanted, mark=page.previous), personal).customers == before
        else:
            assert page.previous is None
        if page.next is None:
            assert page.total == len(rows)
            return rows
        before, wanted = page.customers, replace(wanted, mark=page.next)


def test_the_list_is_the_table_of_customers(found: Opened, everybody: list[CustomerRow]) -> None:
    held = {row["customer_id"]: row for row in found.engine.rows("select * from customers")}
    assert {row.customer_id for row in everybody} == held.keys() and len(everybody) == len(held)
    for row in everybody:
        one = held[row.customer_id]
        for name in ("segment", "orders", "monetary", "recency_days", "r", "last_order"):
            assert getattr(row, name) == one[name]
        assert (row.name, row.email) == (f"Name {row.customer_id[1:]}", f"c{row.customer_id[1:]}@example.org")


def key_of(row: CustomerRow, sort: str, falling: bool, segments: tuple[str, ...]) -> tuple[bool, float]:
    value = getattr(row, sort)
    if sort == "segment":
        value = segments.index(value)
    if isinstance(value, date):
        value = value.toordinal()
    return value is None, (-1 if falling else 1) * (value or 0)


@pytest.mark.parametrize("sort", [*SORTS])
@pytest.mark.parametrize("falling", [True, False])
def test_every_order_is_total_and_pages_walk_through_it(
    found: Opened, everybody: list[CustomerRow], sort: str, falling: bool
) -> None:
    rows = walked(found, Wanted(sort=sort, descending=falling, most=7))
    if sort == "customer_id":
        assert [row.customer_id for row in rows] == sorted((r.customer_id for r in everybody), reverse=falling)
    else:
        segments = found.study.scheme.segments
        right = sorted(everybody, key=lambda row: (*key_of(row, sort, falling, segments), row.customer_id))
        assert [row.customer_id for row in rows] == [row.customer_id for row in right]


FILTERS: dict[str, Callable[[CustomerRow], bool]] = {
    "search": lambda row: "c1" in f"{row.customer_id} {row.name} {row.email}".lower(),
    "segment": lambda row: row.segment == "Loyal",
    "cluster": lambda row: row.cluster == 1,
    "country": lambda row: row.country == "Indonesia",
    "at_risk": lambda row: row.at_risk is True,
}
ASKED = {"search": "C1", "segment": "Loyal", "cluster": 1, "country": "Indonesia", "at_risk": True}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names=st.sets(st.sampled_from([*FILTERS])), sort=st.sampled_from([*SORTS]), most=st.integers(1, 30))
def test_filters_hold_together_and_their_count_is_that_of_the_pages(
    found: Opened, everybody: list[CustomerRow], names: set[str], sort: str, most: int
) -> None:
    asked = Filter(**{name: ASKED[name] for name in names})  # type: ignore[arg-type]
    rows = walked(found, Wanted(filter=asked, sort=sort, most=most))
    right = {row.customer_id for row in everybody if all(FILTERS[name](row) for name in names)}
    assert {row.customer_id for row in rows} == right
    told = totals(found, asked, personal=True)
    assert told.customers == len(right)
    assert told.at_risk == sum(row.at_risk is True for row in rows)
    if right:
        assert told.sales == pytest.approx(sum(row.monetary or 0 for row in rows))


def test_a_period_and_a_category_ask_who_ordered_then_and_there(found: Opened, everybody: list[CustomerRow]) -> None:
    lines = found.engine.rows("select customer_id, day, category from sales where not is_return")
    since, until = date(2023, 3, 1), date(2023, 4, 1)
    right = {line["customer_id"] for line in lines if since <= line["day"] < until}
    rows = walked(found, Wanted(filter=Filter(since=since, until=until)))
    assert {row.customer_id for row in rows} == right != {row.customer_id for row in everybody}
    late = {line["customer_id"] for line in lines if line["day"] >= date(2023, 12, 1)}
    assert {row.customer_id for row in walked(found, Wanted(filter=Filter(since=date(2023, 12, 1))))} == late
    right = {line["customer_id"] for line in lines if line["category"] == "Tools"}
    assert {row.customer_id for row in walked(found, Wanted(filter=Filter(category="Tools")))} == right
    assert len(walked(found, Wanted())) == len(everybody)  # without them again


def test_what_a_filter_chooses_is_asked_of_the_same_line(found: Opened) -> None:
    lines = found.engine.rows("select customer_id, day, category, country from sales where not is_return")
    since, until = date(2023, 3, 1), date(2023, 5, 1)
    spring = [line for line in lines if since <= line["day"] < until]
    tools = {line["customer_id"] for line in lines if line["category"] == "Tools"}
    then = {line["customer_id"] for line in spring if line["category"] == "Tools"}
    asked = Filter(category="Tools", since=since, until=until)
    assert {row.customer_id for row in walked(found, Wanted(filter=asked))} == then
    assert then < tools & {line["customer_id"] for line in spring}  # who bought tools, and something in spring
    behind = Filter(behind="bought:category:Tools", since=since, until=until)
    assert totals(found, behind).customers == len(then)
    march = Filter(behind="bought:category:Tools:2023-03-01", since=date(2023, 4, 1))
    assert totals(found, march).customers == 0
    there = {line["customer_id"] for line in spring if (line["category"], line["country"]) == ("Tools", "Japan")}
    assert {row.customer_id for row in walked(found, Wanted(filter=replace(asked, country="Japan")))} == there < then


@pytest.mark.parametrize(
    "filters",
    [Filters(), Filters(category="Tools"), Filters(country="Indonesia", since=date(2023, 3, 1)),
     Filters(category="Tools", country="Japan", since=date(2023, 2, 1), until=date(2023, 9, 1))],
)  # fmt: skip
def test_a_filtered_overview_counts_whom_its_lists_hold(found: Opened, filters: Filters) -> None:
    seen = chosen_overview(found, filters)
    assert seen and seen.years and seen.countries and seen.categories
    common = {"segment": filters.segment, "country": filters.country, "category": filters.category,
              "since": filters.since, "until": filters.until}  # fmt: skip

    def size(**more: Any) -> int:
        return totals(found, Filter(**{**common, **more})).customers

    assert seen.customers == size()
    assert {row.name: row.customers for row in seen.countries} == {r.name: size(country=r.name) for r in seen.countries}
    for row in seen.categories:
        assert (row.name, row.customers) == (row.name, size(category=row.name))
    for row in seen.subcategories:
        assert (row.name, row.customers) == (row.name, size(behind=f"bought:subcategory:{quote(row.name or '')}"))
    for month in seen.months:
        days = {"since": month.start, "until": month_after(month.start)}
        assert (month.start, month.customers) == (month.start, size(**days))


@pytest.mark.parametrize("text", ["%", "_", "'", "\\", "{{7*7}}", "c1' or 1=1 --", "\x00", "é" * 50, "   nobody   "])
def test_a_search_is_text_and_nothing_else(found: Opened, text: str) -> None:
    assert customers_page(found, Wanted(filter=Filter(search=text)), personal=True).total == 0


def test_what_a_viewer_may_not_see_cannot_be_searched_either(found: Opened, everybody: list[CustomerRow]) -> None:
    page = customers_page(found, Wanted(most=500))
    assert {(row.name, row.email, row.phone) for row in page.customers} == {(MASK, MASK, None)}
    assert customers_page(found, Wanted(filter=Filter(search="example.org"))).total == 0
    assert customers_page(found, Wanted(filter=Filter(search="example.org")), personal=True).total == len(everybody)


def test_an_id_that_is_an_address_or_a_telephone_number_is_masked(found: Opened) -> None:
    assert shown_id(found.study, "ani@toko.id", personal=False) == f"a{MASK}@{MASK}"
    assert shown_id(found.study, "ani@toko.id", personal=True) == "ani@toko.id"
    assert shown_id(found.study, "0812 3456 789", personal=False) == f"0{MASK}"
    assert shown_id(found.study, "C 1/2", personal=False) == "C 1/2"


def test_places_count_ids(found: Opened, everybody: list[CustomerRow]) -> None:
    page, places = customers_placed(found, Wanted(most=5), personal=True)
    ids = sorted(row.customer_id for row in everybody)
    assert [ids[place - 1] for place in places] == [row.customer_id for row in page.customers]


@pytest.mark.parametrize(
    "mark", ["x", "é", "bm8", mark_of(None, "3"), mark_of("a", "3"), mark_of(1.0, "C1"), mark_of(1.0, "9" * 40)]
)
def test_a_mark_that_nobody_gave_is_refused(found: Opened, mark: str) -> None:
    with pytest.raises(UsageError):
        customers_page(found, Wanted(mark=mark))


@pytest.mark.parametrize("wanted", [Wanted(sort="name"), Wanted(most=0), Wanted(most=10_000)])
def test_an_order_or_size_that_cannot_be_is_refused(found: Opened, wanted: Wanted) -> None:
    with pytest.raises(UsageError):
        customers_page(found, wanted)


def test_a_page_beyond_the_last_customer_is_empty_and_leads_nowhere(found: Opened) -> None:
    page = customers_page(found, Wanted(mark=mark_of(1e300, "999999")))
    assert (page.customers, page.next, page.previous) == ((), None, None)


def test_an_export_holds_the_whole_list_in_its_order(found: Opened, tmp_path: Path) -> None:
    wanted = Wanted(filter=Filter(country="Indonesia"), sort="orders")
    for personal in (True, False):
        write_wanted(found, wanted, tmp_path / "list.parquet", personal)
        held = pl.read_parquet(tmp_path / "list.parquet")
        assert held["customer_id"].to_list() == [row.customer_id for row in walked(found, wanted, personal)]
        assert ("email" in held.columns) is personal


def test_both_engines_list_alike(engine: Engine) -> None:
    types = {"customer_id": "VARCHAR", "country": "VARCHAR"}
    kinds = {"place": "BIGINT", "found": "VARCHAR", "found_personal": "VARCHAR", "segment": "VARCHAR",
             "segment_place": "INTEGER", "cluster": "INTEGER", "persona_key": "VARCHAR", "recency_days": "INTEGER",
             "orders": "INTEGER", "monetary": "DOUBLE", "avg_order_value": "DOUBLE", "first_order": "DATE",
             "profit": "DOUBLE", "products": "INTEGER", "next_value": "DOUBLE", "at_risk": "BOOLEAN"}  # fmt: skip
    rows = [(id_, "X", i, id_.lower(), id_.lower(), "Loyal", 1, 1, "p", i, i, money, money, date(2024, 1, i), None, i,
             None, i % 2 == 0) for i, (id_, money) in
            enumerate([("A", 5.0), ("B", None), ("C", 5.0), ("D", 9.5)], 1)]  # fmt: skip
    engine.put("listed", {**types, **kinds}, rows)
    line = {
        "customer_id": "INTEGER",
        "category": "VARCHAR",
        "country": "VARCHAR",
        "day": "DATE",
        "is_return": "BOOLEAN",
    }
    third = date(2024, 1, 3)
    engine.put("lines", line, [
        (1, "Tea", None, third, False), (2, None, None, date(2024, 1, 2), False), (3, "Cup", "X", third, False),
        (4, "Tea", "X", date(2024, 1, 4), False), (4, "Cup", "Y", third, False), (3, "Tea", "X", third, True),
    ])  # fmt: skip
    asked = {"search": None, "personal": False, "segment": None, "cluster": None, "persona": None,
             "at_risk": None, "bits": None}  # fmt: skip
    order = {"sort": "monetary", "sign": -1.0, "key": None, "place": None, "back": False, "most": 9}

    def bits(**part: object) -> bytes:
        parts = {"country": None, "category": None, "since": None, "until": None, **part}
        return bytes(engine.ask("web/passes", **parts, customers=8)[0]["bits"] or b"")

    def ids(**more: object) -> str:
        values: dict = {**asked, **order, **more}
        return "".join(row["customer_id"] for row in engine.ask("web/listed_page", **values))

    assert ids() == "DACB"
    assert ids(sign=1.0) == "ACDB"
    assert ids(key=-5.0, place=1) == "CB"
    assert ids(key=-5.0, place=3, back=True) == "DA"
    assert bits(category="Tea") == b"\x90" and bits(country="Z") == b""
    assert ids(bits=bits(category="Tea")) == "DA"
    assert ids(bits=bits(since=date(2024, 1, 1), until=date(2024, 1, 3))) == "B"
    assert ids(search="c") == "C"
    assert ids(bits=bits(country="X")) == "DC"
    assert ids(bits=bits(country="X", category="Tea")) == "D" and bits(country="Y", category="Tea") == b""
    assert ids(bits=bits(category="Tea", since=third, until=date(2024, 1, 4))) == "A"
    assert ids(bits=b"\x00") == ""
    assert ids(at_risk=True, sort="customer_id") == "DB"
    count = engine.ask("web/listed_count", **{**asked, "bits": b"\x90"})[0]
    assert (count["customers"], count["sales"], count["at_risk"], count["rhythms"]) == (2, 14.5, 1, 2)
