"""Next products: small shops by hand, planted truth, both engines, shops that hardly say anything."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baskets.shops import put_sales
from regulars.baskets.recommend import recommend
from regulars.baskets.recommend_check import checked
from regulars.baskets.recommend_models import Asked, Recommendations, Wishes
from regulars.engine import DuckEngine, Engine
from regulars.errors import UsageError

FIRST = date(2024, 1, 1)
END = FIRST + timedelta(120)


def bought(customer: str, product: str, *days: int, **more: Any) -> list[dict[str, Any]]:
    """One line a day on which a customer bought a product."""
    line = {"customer_id": customer, "product_id": product, "product": f"The {product}", **more}
    return [{**line, "order_id": f"{customer}-{day}", "day": FIRST + timedelta(day)} for day in days]


def shop(customers: int = 72) -> list[dict[str, Any]]:
    """Two tastes: who likes a0 likes a1 .. a7, not b0 .. b7; everybody drinks milk every 20 days.

    Each customer tries six products of the taste, one after the other, every 18 days.
    """
    rng = np.random.default_rng(3)
    rows = []
    for nr in range(customers):
        who, taste = f"C{nr:03}", "ab"[nr % 2]
        rows += bought(who, "milk", *range(nr % 20, 120, 20))
        for step, item in enumerate(rng.permutation(8)[:6]):
            rows += bought(who, f"{taste}{item}", step * 18 + nr % 18)
    return rows


def lists(engine: Engine, which: str) -> dict[str, list[str]]:
    """The products of each customer's list, the first best."""
    found: dict[str, list[str]] = {}
    rows = engine.rows("select customer_id, product_id from next_result where list = $list order by customer_id, place",
                       list=which)  # fmt: skip
    for row in rows:
        found.setdefault(row["customer_id"], []).append(row["product_id"])
    return found


def asked(**wishes: Any) -> Asked:
    return Asked(Wishes(**wishes))


def test_the_planted_tastes_are_found(duck: DuckEngine) -> None:
    found = few(shop(), duck, holdout_days=30, top=3)
    assert (found.next.way, found.next.check.beats) == ("similar", True)
    for customer, products in lists(duck, "next").items():
        wanted = "ab"[int(customer[1:]) % 2]
        assert [product[0] for product in products[:2]] == [wanted] * 2, customer
    assert {products[0] for products in lists(duck, "again").values()} == {"milk"}


@pytest.mark.slow
def test_the_same_lists_on_every_engine(engine: Engine, answers: dict[str, Any]) -> None:
    put_sales(engine, shop(40))
    found = recommend(engine, END, asked(holdout_days=30, top=3))
    whole = engine.rows("select * from next_result order by customer_id, list, place")
    assert answers.setdefault("planted", (found, whole)) == (found, whole)


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    """What the first engine said: the second is compared with it."""
    return {}


def test_a_new_product_is_one_that_the_customer_never_bought(duck: DuckEngine) -> None:
    put_sales(duck, shop())
    recommend(duck, END)
    own = {(row["customer_id"], row["product_id"]) for row in shop()}
    for which, known in (("again", True), ("next", False)):
        for customer, products in lists(duck, which).items():
            assert len(products) == len(set(products)) <= 10
            assert all(((customer, product) in own) == known for product in products)


def test_buy_again_fades_with_the_products_own_cycle(duck: DuckEngine) -> None:
    rows = [line for i in range(10) for line in bought(f"X{i}", "bread", *range(0, 118, 3))]
    rows += [line for i in range(10) for line in bought(f"X{i}", "soap", 1, 41, 81)]
    rows += bought("C", "bread", 20, 23, 26) + bought("C", "soap", 20, 60)
    put_sales(duck, rows)
    found = recommend(duck, END, asked(holdout_days=10))
    cycles = {
        row["product_id"]: row["usual_days"] for row in duck.rows("select * from next_result where list = 'again'")
    }
    assert cycles == {"bread": 3, "soap": 23}  # 21 gaps of 40 days, drawn to the shop's 5 by 20
    assert found.customers == 11
    mine = duck.rows("select n.times, n.rhythm from next_again n join next_customers c on c.c = n.c "
                     "where c.customer_id = 'C' order by n.rhythm")  # fmt: skip
    assert [row["times"] for row in mine] == [3, 2]  # six cycles of bread ago it weighs less than soap two cycles ago


def test_returns_and_nameless_lines_are_no_purchases(duck: DuckEngine) -> None:
    rows = shop(40) + bought("C000", "gone", 100, is_return=True)
    rows.append({"customer_id": "N", "order_id": "1", "day": FIRST})
    put_sales(duck, rows)
    found = recommend(duck, END)
    assert found.customers == 40
    assert (
        duck.rows("select count(*) as n from next_result where product_id = 'gone' or customer_id = 'N'")[0]["n"] == 0
    )


def few(rows: Iterable[dict[str, Any]], engine: DuckEngine, end: date = END, **wishes: Any) -> Recommendations:
    put_sales(engine, list(rows))
    return recommend(engine, end, asked(**wishes))


def one_product() -> list[dict[str, Any]]:
    return [line for i in range(50) for line in bought(f"C{i}", "pot", i, 119 - i)]


def one_order_each() -> list[dict[str, Any]]:
    return [line for i in range(90) for line in bought(f"C{i}", f"p{i % 30}", i) + bought(f"C{i}", f"q{i % 7}", i)]


def in_every_basket() -> list[dict[str, Any]]:
    return [line for i in range(60) for line in bought(f"C{i}", "bag", i, i + 40) + bought(f"C{i}", f"p{i % 9}", i)]


def own_products_alone() -> list[dict[str, Any]]:
    return [line for i in range(50) for line in bought(f"C{i}", f"only-{i}", i, i + 30, i + 60)]


@pytest.mark.parametrize("make", [one_product, one_order_each, in_every_basket, own_products_alone])
def test_shops_that_say_little_get_a_list_or_a_reason(duck: DuckEngine, make: Callable[[], Any]) -> None:
    found = few(make(), duck)
    assert found.reason is None
    assert found.next.way in {"popular", "fresh", "similar"}
    assert found.again.customers == found.customers
    if make is one_product or make is own_products_alone:
        assert (found.next.offers, found.pairs) == (0, ())
    if make is one_order_each:
        assert found.again.check is None and found.next.check is None
        assert found.again.reason.key == "recommend.reason.again_unchecked"


def test_no_products_at_all_is_said(duck: DuckEngine) -> None:
    found = few([{"customer_id": "C", "order_id": "1", "day": FIRST}], duck)
    assert found.reason.key == "recommend.reason.no_products"
    assert (found.customers, found.again.way) == (0, None)


def test_tastes_that_mean_nothing_leave_popular_products(duck: DuckEngine) -> None:
    rng = np.random.default_rng(8)
    share = 1 / np.arange(1, 41)
    rows = [
        line
        for i in range(250)
        for product in rng.choice(40, 6, replace=False, p=share / share.sum())
        for line in bought(f"C{i}", f"p{product:02}", int(rng.integers(120)))
    ]
    found = few(rows, duck, holdout_days=30)
    assert found.next.check.beats is False
    assert found.next.way in {"popular", "fresh"}
    assert found.next.reason.key == "recommend.reason.next_popular"


def test_stock_and_categories_are_kept_to(duck: DuckEngine) -> None:
    rows = [{**row, "category": "Drinks" if row["product_id"] == "milk" else "Rest"} for row in shop()]
    put_sales(duck, rows)
    codes = ("a0", "a1", "b0", "b1", "milk", "never sold")
    found = recommend(duck, END, Asked(Wishes(stock="in", codes=6, barred=("drinks",)), codes))
    shown = {row["product_id"] for row in duck.rows("select distinct product_id from next_result")}
    assert shown == {"a0", "a1", "b0", "b1"}
    assert found.known == 5
    recommend(duck, END, Asked(Wishes(stock="out", codes=6), codes))
    shown = {row["product_id"] for row in duck.rows("select distinct product_id from next_result")}
    assert not shown & set(codes)
    with pytest.raises(UsageError, match="Known: Drinks"):
        recommend(duck, END, asked(barred=("Drink",)))
    put_sales(duck, shop())
    with pytest.raises(UsageError, match="--map category="):
        recommend(duck, END, asked(barred=("Gifts",)))
    with pytest.raises(UsageError, match="Not one of the 1 products"):
        recommend(duck, END, Asked(Wishes(stock="in", codes=1), ("zz",)))


def test_margins_move_what_earns_more_upwards_and_losses_out(duck: DuckEngine) -> None:
    profit = {"a0": 9, "b0": 9, "a1": -5, "b1": -5}
    rows = [{**row, "amount": 10, "profit": profit.get(row["product_id"], 1)} for row in shop()]
    place = []
    for weight in (0.0, 1.0):
        found = few(rows, duck, margin=weight)
        assert found.margins
        ranks = duck.rows(
            "select avg(place) as place from next_result where list = 'next' and product_id in ('a0', 'b0')"
        )
        place.append(ranks[0]["place"])
    assert place[1] < place[0]
    assert duck.rows("select count(*) as n from next_result where product_id in ('a1', 'b1')")[0]["n"] == 0


def test_names_that_several_products_share_carry_their_codes(duck: DuckEngine) -> None:
    few([{**row, "product": "Milk" if row["product_id"] < "b" else row["product"]} for row in shop()], duck)
    names = {row["product_id"]: row["product"] for row in duck.rows("select product_id, product from next_result")}
    assert (names["a0"], names["b0"]) == ("Milk (a0)", "The b0")


def test_parts_of_the_customers_give_the_same_lists(duck: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = few(shop(), duck), duck.rows("select * from next_result order by customer_id, list, place")
    monkeypatch.setattr("regulars.baskets.recommend.AT_ONCE", 9_000)
    parts = few(shop(), duck), duck.rows("select * from next_result order by customer_id, list, place")
    assert parts == whole


def test_the_check_by_hand() -> None:
    """Thirty customers: our first place always hits, popularity's tenth does for every second one."""
    ours, plain = np.zeros((30, 10), bool), np.zeros((30, 10), bool)
    ours[:, 0] = True
    plain[::2, 9] = True
    check = checked({"similar": ours, "popular": plain}, np.full(30, 1), 0)
    first, second = check.contenders
    assert (first.hit.value, first.ndcg, second.hit.value) == (1, 1, 0.5)
    assert second.ndcg == pytest.approx(0.5 / np.log2(11))
    assert check.beats and check.gain == pytest.approx(1 - 0.5 / np.log2(11))
    assert checked({"similar": ours, "popular": ours}, np.full(30, 1), 0).beats is False
    assert checked({"similar": ours, "popular": plain}, np.array([1] * 29 + [0]), 0) is None


@settings(max_examples=10, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 8), st.integers(0, 110)), min_size=1, max_size=60))
def test_what_always_holds(purchases: list[tuple[int, int, int]]) -> None:
    rows = [line for c, p, day in purchases for line in bought(f"C{c}", f"p{p}", day)]
    with DuckEngine() as duck:
        found = few(rows, duck)
        first = duck.rows("select * from next_result order by customer_id, list, place")
        again, new = lists(duck, "again"), lists(duck, "next")
        few(rows[::-1], duck)
        assert duck.rows("select * from next_result order by customer_id, list, place") == first
    own: dict[str, set[str]] = {}
    for row in rows:
        own.setdefault(row["customer_id"], set()).add(row["product_id"])
    assert {who: set(products) for who, products in again.items()} == own
    assert all(not own[who] & set(products) for who, products in new.items())
    assert found.customers == len(own)
