"""Profiles of small shops, computed by hand, on every engine."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.errors import SettingsError
from regulars.locale import words
from regulars.profiles.models import Profile
from regulars.profiles.profile import profile_clusters, profile_segments
from regulars.settings import Settings

CUSTOMER = {
    "customer_id": "VARCHAR",
    "recency_days": "INTEGER",
    "orders": "INTEGER",
    "monetary": "DECIMAL(28,4)",
    "days_between": "DOUBLE",
    "profit": "DECIMAL(28,4)",
    "shipping_cost": "DECIMAL(28,4)",
    "sales_amount": "DECIMAL(28,4)",
    "returns_amount": "DECIMAL(28,4)",
    "segment": "VARCHAR",
    "cluster": "INTEGER",
}
SALE = {
    "customer_id": "VARCHAR",
    "category": "VARCHAR",
    "product": "VARCHAR",
    "product_id": "VARCHAR",
    "amount": "DECIMAL(18,4)",
}
ORDER = {"customer_id": "VARCHAR", "order_id": "VARCHAR", "counts": "BOOLEAN"}


def customer(name: str, days: int, orders: int, spent: str | None, **more: Any) -> dict[str, Any]:
    """A row of `customers`; nothing came back unless `returned` says so."""
    returned = Decimal(more.pop("returned", "0")) if spent is not None else None
    net = None if spent is None else Decimal(spent)
    sold = None if net is None or returned is None else net + returned
    row = {"customer_id": name, "recency_days": days, "orders": orders, "monetary": net, "days_between": None}
    money = {"profit": None, "shipping_cost": None, "sales_amount": sold, "returns_amount": returned}
    return row | money | {"segment": "Champions", "cluster": 1} | more


def fill(engine: Engine, customers: Sequence[Mapping[str, Any]], sales: Sequence[tuple[Any, ...]] = ()) -> None:
    engine.put("customers", CUSTOMER, [[row[name] for name in CUSTOMER] for row in customers])
    engine.put("sales", SALE, [(*sale[:4], None if sale[4] is None else Decimal(sale[4])) for sale in sales])
    engine.put("orders", ORDER, [])


SHOP = (
    customer("a", 2, 6, "600", days_between=20.0, profit=Decimal(60), shipping_cost=Decimal(6), returned="200"),
    customer("b", 4, 9, "900.10", days_between=10.0, profit=Decimal(-30), shipping_cost=Decimal(9)),
    customer("c", 9, 4, "300", days_between=30.0, profit=Decimal(30), shipping_cost=Decimal(3)),
    customer("d", 300, 1, "20", segment="Hibernating", cluster=2),
    customer("e", 401, 2, "30.25", days_between=40.0, segment="Hibernating", cluster=2),
    customer("f", 50, 1, "40", segment="New", cluster=2),
)
SALES = (
    ("a", "Tea", "Green", "T1", "700"),
    ("a", "Tea", "Green", "T1", "-100"),
    ("b", "Tea", "Black", "T2", "500.10"),
    ("b", "Cups", "Mug", "C1", "400"),
    ("c", "Cups", "Mug", "C1", "300"),
    ("d", "Cups", "Mug", "C1", "20"),
    ("e", None, "Spoon", "S1", "30.25"),
    ("f", "Tea", "Green", "T1", "40"),
)


def test_a_shop_by_hand(engine: Engine) -> None:
    fill(engine, SHOP, SALES)
    champions, new, asleep = profile_segments(engine, ["Champions", "Loyal", "New", "Hibernating"], Settings())
    assert [(p.name, p.customers) for p in (champions, new, asleep)] == [
        ("Champions", 3),
        ("New", 1),
        ("Hibernating", 2),
    ]
    assert (champions.share, champions.sales, champions.orders) == (0.5, 1800.10, 19)
    assert champions.sales_share == pytest.approx(1800.10 / 1890.35)
    assert (champions.mean.recency_days, champions.mean.orders) == (5.0, pytest.approx(19 / 3))
    assert champions.mean.monetary == pytest.approx(600.0333, abs=1e-4)
    assert champions.median.recency_days == 4.0
    assert champions.median.orders == 6.0
    assert champions.median.monetary == 600.0
    assert (asleep.median.recency_days, asleep.median.orders, asleep.median.monetary) == (350.5, 1.5, 25.125)
    assert champions.avg_order_value == pytest.approx(1800.10 / 19)
    assert (champions.profit, champions.shipping) == (20.0, 6.0)
    assert (asleep.profit, asleep.shipping) == (None, None)
    assert champions.return_share == pytest.approx(200 / 2000.10)
    assert (champions.one_order_share, asleep.one_order_share, new.one_order_share) == (0.0, 0.5, 1.0)
    assert (champions.days_between, asleep.days_between, new.days_between) == (20.0, 40.0, None)


def test_the_bound_of_the_upper_third_is_said_with_its_share(engine: Engine) -> None:
    fill(
        engine,
        [customer(f"a{n}", 5, 1, "10", segment="New") for n in range(7)]
        + [customer(f"b{n}", 5, orders, "10") for n, orders in enumerate((2, 2, 4, 5, 9))],
    )
    champions = profile_segments(engine, ["Champions"], Settings())[0]
    # two thirds of twelve customers end between one order and two
    assert "42 % of the shop's customers have ordered 2 times or more." in champions.because[1].text(
        words("en")
    ).replace("\N{NO-BREAK SPACE}", " ")


def test_top_categories_by_hand(engine: Engine) -> None:
    fill(engine, SHOP, SALES)
    first, second = profile_clusters(engine, 2, Settings())
    assert (first.name, first.top_of) == ("Cluster 1", "category")
    tea, cups = first.top_categories
    assert (tea.name, tea.sales) == ("Tea", 1100.10)
    assert tea.share == pytest.approx(1100.10 / 1800.10)
    assert tea.index == pytest.approx((1100.10 / 1800.10) / (1140.10 / 1890.35))
    assert (cups.name, cups.sales) == ("Cups", 700.0)
    # the spoon has no category: it stays in the group's sales, and is not listed
    assert [(top.name, top.share) for top in second.top_categories] == [
        ("Tea", pytest.approx(40 / 90.25)),
        ("Cups", pytest.approx(20 / 90.25)),
    ]


def test_without_amounts_categories_are_counted_in_lines(engine: Engine) -> None:
    fill(
        engine,
        [customer("a", 1, 5, None), customer("b", 90, 1, None, cluster=2)],
        [("a", "Tea", None, None, None)] * 3 + [("a", "Cups", None, None, None), ("b", "Cups", None, None, None)],
    )
    first, second = profile_clusters(engine, 2, Settings())
    assert (first.sales, first.sales_share, first.avg_order_value, first.mean.monetary) == (None,) * 4
    assert (first.levels.value, first.return_share) == ("unknown", None)
    assert [(top.name, top.sales, top.share) for top in first.top_categories] == [
        ("Tea", None, 0.75),
        ("Cups", None, 0.25),
    ]
    assert "order lines" in first.description.text(words("en"))
    assert second.actions


def test_products_stand_in_for_categories_and_codes_for_products(duck: DuckEngine) -> None:
    fill(duck, SHOP, [(who, None, product, code, amount) for who, _, product, code, amount in SALES])
    profile = profile_segments(duck, ["Champions"], Settings())[0]
    assert (profile.top_of, profile.top_categories[0].name) == ("product", "Mug")
    fill(duck, SHOP, [(who, None, None, code, amount) for who, _, _, code, amount in SALES])
    profile = profile_segments(duck, ["Champions"], Settings())[0]
    assert (profile.top_of, profile.top_categories[0].name) == ("product_id", "C1")
    fill(duck, SHOP, [(who, None, None, None, amount) for who, *_, amount in SALES])
    profile = profile_segments(duck, ["Champions"], Settings())[0]
    assert (profile.top_of, profile.top_categories) == (None, ())


def test_the_paragraph_about_the_champions_in_both_languages(duck: DuckEngine) -> None:
    fill(duck, SHOP, SALES)
    (champions, *_) = profile_segments(duck, ["Champions"], Settings())
    assert champions.description.text(words("en", "GBP")).replace("\N{NO-BREAK SPACE}", " ") == (
        "High spending and more orders than most, the last one no longer ago than usual here: "
        "the heart of the business. "
        "The group has 3 of the shop's 6 customers (50.0 %); together they bring £1,800 or 95.2 % of net sales. "
        "The typical customer here has ordered 6 times, spent £600 in all and last bought 4 days ago. "
        "An order is worth £94.74 on average, and some 20 days pass between two orders. "
        "What sells best here is Tea (61.1 % of the group's sales), then Cups (38.9 %). "
        "With only 3 customers here, take these figures as a hint rather than a rule."
    )
    assert champions.description.text(words("id", "IDR")).replace("\N{NO-BREAK SPACE}", " ") == (
        "Belanjanya besar dan lebih sering memesan daripada kebanyakan, dan pesanan terakhirnya masih dalam jarak yang "
        "lazim di toko ini: jantung bisnis toko. "
        "Kelompok ini berisi 3 dari 6 pelanggan toko (50,0%); bersama-sama mereka menyumbang Rp 1.800 atau 95,2% "
        "dari penjualan bersih. Umumnya pelanggan di sini sudah memesan 6 kali, berbelanja total Rp 600, dan terakhir "
        "membeli 4 hari lalu. Satu pesanan rata-rata bernilai Rp 95, dan jarak antarpesanan sekitar 20 hari. "
        "Yang paling laku di sini adalah Tea (61,1% dari penjualan kelompok), lalu Cups (38,9%). "
        "Karena hanya ada 3 pelanggan di sini, anggap angka-angka ini petunjuk, bukan patokan."
    )


def test_segments_keep_the_given_order_and_unlisted_ones_come_last(duck: DuckEngine) -> None:
    fill(duck, SHOP)
    names = [profile.name for profile in profile_segments(duck, ["Hibernating", "Loyal", "Champions"], Settings())]
    assert names == ["Hibernating", "Champions", "New"]


def test_ten_clusters_are_ordered_by_number(duck: DuckEngine) -> None:
    fill(duck, [customer(f"c{n}", n, n, str(n), cluster=n) for n in range(1, 12)])
    assert [p.name for p in profile_clusters(duck, 11, Settings())] == [f"Cluster {n}" for n in range(1, 12)]


def test_what_came_back_altogether_makes_no_share_pass_one(duck: DuckEngine) -> None:
    sales = [("a", "Tea", None, None, "120"), ("b", "Cups", None, None, "-20"), ("d", "Cups", None, None, "60")]
    fill(duck, SHOP, sales)
    champions = profile_segments(duck, ["Champions"], Settings())[0]
    (tea,) = champions.top_categories
    assert (tea.name, tea.sales, tea.share, tea.index) == ("Tea", 120.0, 1.0, pytest.approx(1 / (120 / 160)))


def test_one_customer(duck: DuckEngine) -> None:
    fill(duck, [customer("a", 1, 1, "12.50")], [("a", "Tea", None, None, "12.50")])
    (profile,) = profile_segments(duck, ["Champions"], Settings())
    assert (profile.share, profile.sales_share) == (1.0, 1.0)
    text = profile.description.text(words("en", "GBP"))
    assert "The shop has one customer so far, who brings £12.50." in text
    assert "Everything bought here is Tea." in text
    assert "With only 1 customer here" in text


def test_who_returned_everything_has_no_share_and_still_actions(duck: DuckEngine) -> None:
    fill(duck, [customer("a", 3, 0, "-5", returned="25"), customer("b", 3, 0, "0", returned="10")])
    (profile,) = profile_segments(duck, ["Champions"], Settings())
    assert (profile.sales, profile.sales_share, profile.avg_order_value) == (-5.0, None, None)
    assert profile.one_order_share == 1.0
    assert "took back all they had paid" in profile.description.text(words("en"))
    assert (profile.persona, profile.persona_name) == ("returned_all", "Returned Everything")
    told = " ".join(each.text(words("en", "GBP")) for each in profile.because)
    assert "no order left once returns are taken off" in told
    assert "Bought once" not in told
    assert len(profile.actions) >= 2


def test_small_groups_say_so_and_large_ones_do_not(duck: DuckEngine) -> None:
    few = [customer(f"a{n}", n, 2, "10", days_between=9.0) for n in range(29)]
    many = [customer(f"b{n}", n, 2, "10", days_between=9.0, segment="Loyal") for n in range(30)]
    fill(duck, few + many)
    small, large = profile_segments(duck, ["Champions", "Loyal"], Settings())
    assert "With only 29 customers here" in small.description.text(words("en"))
    assert "With only" not in large.description.text(words("en"))


def test_orders_are_orders_even_where_the_frequency_counts_lines(engine: Engine) -> None:
    fill(engine, [customer("a", 1, 40, "90"), customer("b", 9, 7, "10")])  # 40 and 7 lines
    engine.put("orders", ORDER, [("a", "1", True), ("a", "2", True), ("a", "3", False), ("b", "4", True)])
    (profile,) = profile_segments(engine, ["Champions"], Settings(frequency="lines"))
    assert (profile.orders, profile.mean.orders, profile.one_order_share) == (3, 1.5, 0.5)
    assert profile.avg_order_value == pytest.approx(100 / 3)


def test_the_shop_may_word_an_action_itself(duck: DuckEngine) -> None:
    fill(duck, SHOP)
    profiles = profile_segments(duck, ["Champions"], Settings(actions={"second_order": "Kirim {kartu} ucapan."}))
    own = [action for profile in profiles for action in profile.actions if action.name == "second_order"]
    assert [action.do(words("id")) for action in own] == ["Kirim {kartu} ucapan."]


def test_an_unknown_action_is_refused_with_the_nearest_name(duck: DuckEngine) -> None:
    fill(duck, SHOP)
    with pytest.raises(SettingsError, match=r"welcome_serie\b.*welcome_series"):
        profile_segments(duck, [], Settings(actions={"welcome_serie": "…"}))


def test_a_profile_travels_through_json_without_loss(duck: DuckEngine) -> None:
    fill(duck, SHOP, SALES)
    profiles = profile_segments(duck, ["Champions"], Settings()) + profile_clusters(duck, 2, Settings())
    assert msgspec.json.decode(msgspec.json.encode(profiles), type=tuple[Profile, ...]) == profiles


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 900), st.integers(0, 40), st.integers(-500, 90_000), st.integers(1, 4)),
        min_size=1,
        max_size=40,
    )
)
def test_groups_add_up_to_the_shop_and_medians_are_exact(rows: list[tuple[int, int, int, int]]) -> None:
    shop = [
        customer(f"c{n}", days, orders, str(Decimal(cents) / 100), segment=f"S{part}")
        for n, (days, orders, cents, part) in enumerate(rows)
    ]
    with DuckEngine() as engine:
        fill(engine, shop)
        profiles = profile_segments(engine, ["S1", "S2", "S3", "S4"], Settings())
    assert sum(profile.customers for profile in profiles) == len(rows)
    assert sum(profile.share for profile in profiles) == pytest.approx(1)
    assert sum(profile.orders for profile in profiles) == sum(orders for _, orders, _, _ in rows)
    assert sum(profile.sales or 0 for profile in profiles) == pytest.approx(sum(cents for _, _, cents, _ in rows) / 100)
    assert len({profile.persona_name for profile in profiles}) == len(profiles)
    for profile in profiles:
        mine = [row for row in rows if f"S{row[3]}" == profile.name]
        assert profile.median.recency_days == median(days for days, *_ in mine)
        assert profile.median.monetary == pytest.approx(median(cents / 100 for _, _, cents, _ in mine))
        assert profile.mean.orders == pytest.approx(sum(orders for _, orders, *_ in mine) / len(mine))


def test_hostile_names_reach_the_text_unchanged(duck: DuckEngine) -> None:
    name = "{first} <script>alert('x')</script> 🫖"
    fill(duck, SHOP, [("a", name, None, None, "10"), ("a", "Tea", None, None, "5")])
    text = profile_segments(duck, ["Champions"], Settings())[0].description.text(words("en"))
    assert name in text


def test_the_order_of_rows_changes_nothing(duck: DuckEngine) -> None:
    fill(duck, SHOP, SALES)
    forward = profile_segments(duck, ["Champions", "New"], Settings())
    fill(duck, SHOP[::-1], SALES[::-1])
    assert profile_segments(duck, ["Champions", "New"], Settings()) == forward
