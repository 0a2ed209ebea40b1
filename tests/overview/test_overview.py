"""The overview of a small made-up shop, every figure worked out by hand, on every engine."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.overview import overview
from regulars.overview.models import Overview, Ranked

from .conftest import put_shop

TEA = {"product_id": "p1", "product": "Tea", "category": "Food", "subcategory": "Drinks"}
CUP = {"product_id": "p2", "product": "Cup", "category": "Home", "subcategory": "Drinks"}
POT = {"product_id": "p3", "product": "Pot", "category": "Home", "subcategory": "Pots"}


def bought(customer: str, order: str, at: str, quantity: int, amount: float, **more: Any) -> dict[str, Any]:
    return {"customer_id": customer, "order_id": order, "at": at, "quantity": quantity, "amount": amount, **more}


# Ann: three orders, one of them a return; Ben: two; Cid: one, under an order number that Ben has too
SHOP = [
    bought("ann", "1", "2023-01-02 09:15", 2, 20, profit=5, discount=0, ship_mode="Post", country="UK", **TEA),
    bought("ann", "1", "2023-01-02 09:15", 1, 10, profit=2, discount=0.5, ship_mode="Post", country="UK", **CUP),
    bought("ben", "2", "2023-01-03 10:30", 5, 50, profit=-10, discount=0.2, ship_mode="Van", country="France", **TEA),
    bought("ann", "3", "2023-02-06 09:40", 1, 30, profit=9, discount=0, ship_mode="Post", country="UK", **POT),
    bought("ann", "C3", "2023-02-07 11:00", -1, -10, profit=-2, discount=0, ship_mode="Post", country="UK", **CUP),
    bought("cid", "4", "2024-12-30 14:00", 1, 100, profit=40, discount=0, ship_mode="Post", country="France", **POT),
    bought("ben", "4", "2024-12-31 14:30", 2, 60, profit=6, discount=0, ship_mode="Post", country="UK", **POT),
]


@pytest.fixture
def seen(engine: Engine, fill: Callable[..., None]) -> Overview:
    fill(engine, SHOP)
    return overview(engine, free_lines=2)


def named(rows: tuple[Ranked, ...], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(row, field) for field in ("name", *fields)) for row in rows]


def test_every_part_by_hand(seen: Overview) -> None:
    assert (seen.lines, seen.customers, seen.orders, seen.sales, seen.profit) == (7, 3, 5, 260, 50)
    assert (seen.first_day, seen.last_day) == (date(2023, 1, 2), date(2024, 12, 31))
    assert [(y.start.year, y.lines, y.orders, y.customers, y.sales, y.profit) for y in seen.years] == [
        (2023, 5, 3, 2, 100, 4),
        (2024, 2, 2, 2, 160, 46),
    ]
    assert [(y.new_customers, y.repeat_customers, y.repeat_sales) for y in seen.years] == [(2, 1, 30), (1, 1, 60)]
    assert [(y.avg_order_value, y.repeat_rate) for y in seen.years] == [(100 / 3, 0.5), (80, 0.5)]
    assert len(seen.months) == 24
    assert [(m.start.month, m.orders, m.sales) for m in seen.months if m.lines] == [
        (1, 2, 80),
        (2, 1, 20),
        (12, 2, 160),
    ]
    assert [(s.weekday, s.hour, s.orders, s.sales) for s in seen.slots] == [
        (1, 9, 2, 60),
        (1, 14, 1, 100),
        (2, 10, 1, 50),
        (2, 11, 0, -10),
        (2, 14, 1, 60),
    ]
    figures = ("sales", "orders", "customers", "lines", "pieces", "profit")
    assert named(seen.countries, *figures) == [("France", 150, 2, 2, 2, 6, 30), ("UK", 110, 3, 2, 5, 5, 20)]
    assert [row.share for row in seen.countries] == [150 / 260, 110 / 260]
    assert named(seen.categories, *figures) == [("Home", 190, 4, 3, 5, 4, 55), ("Food", 70, 2, 2, 2, 7, -5)]
    assert named(seen.subcategories, "parent", "sales") == [
        ("Pots", "Home", 190),
        ("Drinks", "Food", 70),
        ("Drinks", "Home", 0),
    ]
    assert named(seen.ship_modes, "sales", "lines", "share_of_lines") == [
        ("Post", 210, 6, 6 / 7),
        ("Van", 50, 1, 1 / 7),
    ]
    assert named(seen.top_customers, "sales", "orders") == [("ben", 110, 2), ("cid", 100, 1), ("ann", 50, 2)]
    assert named(seen.top_products_by_sales, "sales", "orders", "customers") == [
        ("Pot", 190, 3, 3),
        ("Tea", 70, 2, 2),
        ("Cup", 0, 1, 1),
    ]
    assert named(seen.top_products_by_pieces, "pieces", "code") == [
        ("Tea", 7, "p1"),
        ("Pot", 4, "p3"),
        ("Cup", 0, "p2"),
    ]
    assert asdict(seen.repeat) == {
        "customers": 2,
        "share": 2 / 3,
        "sales_share": 160 / 260,
        "avg_order_value": 52,
        "orders_per_customer": 5 / 3,
        "none_left": 0,
        "none_left_sales_share": 0.0,
    }
    assert seen.discounts is not None
    assert asdict(seen.discounts) == {
        "discounted_lines": 2,
        "discounted_share": 2 / 6,
        "discounted_sales_share": 60 / 270,
        "depth": pytest.approx(0.35),
        "free_lines": 2,
        "discounted_margin": -8 / 60,
        "full_price_margin": 60 / 210,
    }
    assert (seen.correlation.value, seen.correlation.n) == (None, 3)
    assert seen.correlation.reason is not None
    assert seen.correlation.reason.key == "overview.correlation.too_few"


def test_rank_correlation_over_customers(engine: Engine, fill: Callable[..., None]) -> None:
    # spends in the order of pieces, but for two neighbours that change places: 1 - 6 * 2 / (10 * 99)
    spend = [1, 2, 3, 4, 6, 5, 7, 8, 9, 10]
    fill(engine, [bought(f"c{i}", f"o{i}", "2023-05-01", i, money) for i, money in enumerate(spend, 1)])
    found = overview(engine).correlation
    assert found.value == pytest.approx(1 - 12 / 990)
    assert found.n == 10


def test_the_sample_of_the_correlation_is_bounded_and_repeats(
    duck: DuckEngine, fill: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(duck, [bought(f"c{i}", f"o{i}", "2023-05-01", i, i * i) for i in range(1, 401)])
    monkeypatch.setattr("regulars.overview.glance.SAMPLE", 100)
    first, again = overview(duck).correlation, overview(duck).correlation
    assert first == again
    assert 60 <= first.n <= 140
    assert first.value == pytest.approx(1)


def test_products_of_one_code_go_by_their_most_frequent_name(duck: DuckEngine, fill: Callable[..., None]) -> None:
    names = ["Tea", "Tea", "TEA (old)", None]
    lines = [bought("ann", f"{i}", "2023-01-02", 1, 5, product_id="p1", product=name) for i, name in enumerate(names)]
    fill(duck, [*lines, bought("ann", "9", "2023-01-02", 1, 1, product="Loose")])
    assert named(overview(duck).top_products_by_sales, "code", "lines") == [("Tea", "p1", 4), ("Loose", None, 1)]


def test_only_the_first_twenty_customers_and_products_leave_the_engine(
    duck: DuckEngine, fill: Callable[..., None]
) -> None:
    fill(duck, [bought(f"c{i:02}", f"o{i}", "2023-01-02", 100 - i, i, product=f"p{i:02}") for i in range(1, 31)])
    seen = overview(duck)
    assert [row.name for row in seen.top_customers] == [f"c{i:02}" for i in range(30, 10, -1)]
    assert [row.name for row in seen.top_products_by_sales] == [f"p{i:02}" for i in range(30, 10, -1)]
    assert [row.name for row in seen.top_products_by_pieces] == [f"p{i:02}" for i in range(1, 21)]


def test_without_amounts_products_and_places(engine: Engine, fill: Callable[..., None]) -> None:
    lines = [{"customer_id": c, "order_id": f"{c}{d}", "at": f"2023-0{d}-02"} for c in "ab" for d in (1, 2)]
    fill(engine, lines)
    seen = overview(engine)
    assert (seen.lines, seen.customers, seen.orders, seen.sales, seen.profit) == (4, 2, 4, None, None)
    assert seen.countries == seen.categories == seen.subcategories == seen.ship_modes == ()
    assert seen.top_products_by_sales == seen.top_products_by_pieces == ()
    assert seen.discounts is None
    assert (seen.repeat.customers, seen.repeat.sales_share, seen.repeat.avg_order_value) == (2, None, None)
    assert {slot.hour for slot in seen.slots} == {None}
    assert seen.correlation.reason is not None
    assert seen.correlation.reason.key == "overview.correlation.nothing"
    assert named(seen.top_customers, "orders", "share_of_lines") == [("a", 2, 0.5), ("b", 2, 0.5)]


def test_lines_without_a_country_are_counted_under_no_name(duck: DuckEngine, fill: Callable[..., None]) -> None:
    fill(duck, [bought("a", "1", "2023-01-02", 1, 5, country="UK"), bought("b", "2", "2023-01-02", 1, 3)])
    assert named(overview(duck).countries, "sales") == [("UK", 5), ("", 3)]


def test_a_discount_in_money_is_measured_against_the_list_price(duck: DuckEngine, fill: Callable[..., None]) -> None:
    lines = [bought("a", "1", "2023-01-02", 1, 80, discount=20), bought("a", "2", "2023-01-02", 1, 50, discount=0)]
    fill(duck, lines)
    found = overview(duck).discounts
    assert found is not None
    assert (found.discounted_lines, found.depth, found.discounted_margin) == (1, 0.2, None)


def test_nothing_but_returns_makes_no_claims(duck: DuckEngine, fill: Callable[..., None]) -> None:
    fill(duck, [bought("a", "1", "2023-01-02", -1, -5, country="UK", product="Tea")])
    seen = overview(duck)
    assert (seen.orders, seen.sales, seen.repeat.share, seen.repeat.none_left) == (0, -5, 0, 1)
    assert [row.share for row in seen.countries] == [0]
    assert {section: len(told) for section, told in seen.insights.items()} == {"years": 1}


def test_temporary_tables_are_dropped(duck: DuckEngine, fill: Callable[..., None]) -> None:
    fill(duck, SHOP)
    overview(duck)
    assert {row["name"] for row in duck.rows("show tables")} == {"sales", "orders"}


DAYS = st.dates(date(2022, 1, 1), date(2024, 12, 31)).map(date.isoformat)
MONEY = st.integers(-5_000, 10_000).map(lambda cents: cents / 100)
LINES = st.lists(
    st.builds(
        bought,
        customer=st.sampled_from("abcde"),
        order=st.sampled_from("12345"),
        at=DAYS,
        quantity=st.integers(1, 9),
        amount=MONEY,
        profit=MONEY,
        country=st.sampled_from(["UK", "France", None]),
        category=st.sampled_from(["Food", "Home"]),
        subcategory=st.sampled_from(["Drinks", "Pots", None]),
        product_id=st.sampled_from(["p1", "p2", "p3"]),
        ship_mode=st.sampled_from(["Post", "Van"]),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(LINES, st.randoms(use_true_random=False))
def test_parts_sum_to_the_whole_whatever_the_order_of_lines(lines: list[dict[str, Any]], random: Any) -> None:
    with DuckEngine() as duck:
        put_shop(duck, lines)
        seen = overview(duck)
        put_shop(duck, random.sample(lines, len(lines)))
        assert overview(duck) == seen
    assert seen.sales is not None
    for parts in (
        seen.years,
        seen.months,
        seen.countries,
        seen.categories,
        seen.ship_modes,
        seen.top_products_by_sales,
    ):
        if any(part.lines for part in parts):  # no country at all: the part is left out
            assert sum(part.lines for part in parts) == seen.lines
            assert sum(part.sales for part in parts) == pytest.approx(seen.sales)
            assert sum(part.profit or 0 for part in parts) == pytest.approx(seen.profit)
    for dated in (seen.years, seen.months, seen.slots):
        assert sum(part.orders for part in dated) == seen.orders
    buyers = sum(1 for row in seen.top_customers if row.orders)
    assert sum(year.new_customers for year in seen.years) == buyers
    assert sum(month.new_customers for month in seen.months) == buyers


def test_who_only_brought_something_back_is_no_customer_of_a_place_or_category(
    engine: Engine, fill: Callable[..., None]
) -> None:
    back = bought("dot", "C9", "2024-12-31 15:00", -1, -5, country="UK", ship_mode="Post", **TEA)
    fill(engine, [*SHOP, back])
    seen = overview(engine)
    assert (seen.customers, seen.repeat.none_left) == (4, 1)
    for rows, name in ((seen.countries, "UK"), (seen.categories, "Food"), (seen.subcategories, "Drinks"),
                       (seen.ship_modes, "Post")):  # fmt: skip
        assert [row.customers for row in rows if row.name == name][:1] == [3 if name == "Post" else 2]
