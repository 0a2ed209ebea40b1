"""Rules against brute force, by hand, on both engines; giant baskets; levels; what a basket is."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from baskets.brute import Basket, frequent_sets, lifts
from baskets.shops import put_baskets, put_many, put_sales
from regulars.baskets.bundles import study_bundles
from regulars.baskets.collect import CAP, Support
from regulars.baskets.find import Asked, find_rules, found_in
from regulars.baskets.models import Bundles
from regulars.engine import DuckEngine, Engine
from regulars.errors import UsageError


def found_lifts(bundles: Bundles) -> dict:
    return {
        (tuple(sorted(rule.antecedent)), tuple(sorted(rule.consequent))): (rule.count, rule.confidence, rule.lift)
        for rule in bundles.rules
    }


def same_as_brute_force(bundles: Bundles, baskets: Sequence[Basket], most: int) -> None:
    expected = lifts(baskets, bundles.min_count, most)
    found = found_lifts(bundles)
    assert found.keys() == expected.keys()
    for key, (count, confidence, lift) in expected.items():
        assert found[key][0] == count
        assert found[key][1:] == pytest.approx((float(confidence), float(lift)), abs=1e-12)


SHOP = [
    ["bread", "butter"], ["bread", "butter", "jam"], ["bread"], ["tea"], ["tea", "milk"], ["bread", "butter", "milk"],
    ["jam", "butter"], ["milk"], ["tea", "milk", "jam"], ["bread", "butter", "jam"],
]  # fmt: skip


def test_a_shop_worked_by_hand(engine: Engine) -> None:
    put_baskets(engine, SHOP)
    bundles = find_rules(engine, Asked(Support(count=2)))
    same_as_brute_force(bundles, [frozenset(basket) for basket in SHOP], 3)
    rule = next(rule for rule in bundles.rules if (rule.antecedent, rule.consequent) == (("bread",), ("butter",)))
    # five of ten baskets hold bread, five butter, four both
    assert (bundles.baskets, rule.count, rule.support) == (10, 4, 0.4)
    assert (rule.confidence, rule.lift) == pytest.approx((0.8, 1.6), abs=1e-12)
    assert rule.leverage == pytest.approx(0.4 - 0.5 * 0.5, abs=1e-12)
    assert rule.conviction == pytest.approx((1 - 0.5) / (1 - 0.8), abs=1e-12)
    assert rule.p_value == pytest.approx((5 * 5 + 1) / 252, abs=1e-12)  # C(5,4) C(5,1) + 1 of C(10,5)
    assert rule.lift_low < rule.lift < rule.lift_high


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    baskets=st.lists(st.frozensets(st.sampled_from("abcdefg"), min_size=1), min_size=1, max_size=40),
    least=st.integers(1, 6),
    most=st.integers(2, 4),
)
def test_any_shop_agrees_with_brute_force(duck: DuckEngine, baskets: list[Basket], least: int, most: int) -> None:
    put_baskets(duck, baskets)
    found = found_in(duck, Asked(Support(count=least), max_size=most))
    bundles, sets = found.bundles, found.sets
    same_as_brute_force(bundles, baskets, most)
    counted = sum(len(one.items) for one in sets)
    assert counted == len(frequent_sets(baskets, least, most))


def test_the_order_of_lines_and_repeats_change_nothing(duck: DuckEngine) -> None:
    put_baskets(duck, SHOP)
    once = find_rules(duck, Asked(Support(count=2)))
    duck.make_from("again", "select * from sales union all select * from sales")
    duck.make_from("sales", "select * from again order by product desc, order_id desc")
    assert find_rules(duck, Asked(Support(count=2))) == once


def test_chunks_change_nothing(duck: DuckEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    put_baskets(duck, SHOP * 5)
    asked = Asked(Support(count=3), max_size=4)
    whole = find_rules(duck, asked)
    monkeypatch.setattr("regulars.baskets.collect.CHUNK", 9)
    monkeypatch.setattr("regulars.baskets.itemsets.BLOCK", 1)
    monkeypatch.setattr("regulars.baskets.adjusted.BLOCK", 2)
    assert find_rules(duck, asked) == whole


def test_support_is_a_share_or_a_count(duck: DuckEngine) -> None:
    put_baskets(duck, SHOP)
    assert find_rules(duck, Asked(Support(share=0.2))).min_count == 2
    assert find_rules(duck, Asked(Support(share=0.21))).min_count == 3
    assert find_rules(duck, Asked(Support(share=0.3))).rules == find_rules(duck, Asked(Support(count=3))).rules


@pytest.mark.parametrize("share", [0.07, 0.1, 0.29, 0.3, 0.57, 1.0])
def test_a_share_lets_in_what_reaches_it_in_floating_point(duck: DuckEngine, share: float) -> None:
    put_baskets(duck, [["a", "b"]] * 100)
    least = find_rules(duck, Asked(Support(share=share))).min_count
    assert least / 100 >= share > (least - 1) / 100


def test_a_customer_and_a_day_are_baskets_too(engine: Engine) -> None:
    def line(customer: str, order: str, day: int, product: str) -> dict:
        return {"customer_id": customer, "order_id": order, "day": date(2024, 1, day), "product": product}

    rows = [line("A", "1", 1, "x"), line("A", "2", 1, "y"), line("A", "3", 9, "z"),
            line("B", "1", 1, "x"), line("B", "1", 1, "y"), line("C", "4", 1, "w")]  # fmt: skip
    put_sales(engine, rows)
    asked = {
        basket: find_rules(engine, Asked(Support(count=2), basket=basket)) for basket in ("order", "customer", "day")
    }
    assert {basket: found.baskets for basket, found in asked.items()} == {"order": 5, "customer": 3, "day": 4}
    assert asked["order"].reason.key == "bundles.reason.no_pairs"
    assert asked["customer"].rules[0].count == asked["day"].rules[0].count == 2


def test_an_order_number_that_customers_share_is_several_baskets(duck: DuckEngine) -> None:
    put_sales(duck, [{"customer_id": c, "order_id": "1", "product": p} for c, p in ("Ax", "Ay", "Bx", "Bz")])
    assert find_rules(duck, Asked(Support(count=1))).baskets == 2


def test_levels_and_names(duck: DuckEngine) -> None:
    rows = [
        {"customer_id": "A", "order_id": str(i), "product_id": code, "product": name, "subcategory": "S" + code,
         "category": "K", "amount": 10, "profit": 2}
        for i in range(8)
        for code, name in (("1", "Mug"), ("2", "Mug"), ("3", "Pot" if i else "pot "), ("4", None))
    ]  # fmt: skip
    other = {"customer_id": "B", "product_id": "9", "subcategory": "S9", "category": "K2"}
    put_sales(duck, [*rows, *[{**other, "order_id": str(i)} for i in range(4)]])
    bundles = find_rules(duck, Asked(Support(count=5)))
    assert {*bundles.rules[0].antecedent, *bundles.rules[-1].antecedent} <= {"Mug (1)", "Mug (2)", "Pot", "4"}
    assert {code for rule in bundles.rules for code in rule.antecedent_codes} == {"1", "2", "3", "4"}
    pair = next(rule for rule in bundles.rules if len(rule.antecedent) == len(rule.consequent) == 1)
    assert (pair.value, pair.margin, pair.conviction) == (20.0, 0.2, None)
    assert len(find_rules(duck, Asked(Support(count=5), "subcategory")).rules) == len(bundles.rules)
    assert find_rules(duck, Asked(Support(count=5), "category")).reason.key == "bundles.reason.few_items"


def test_returns_are_no_purchase(duck: DuckEngine) -> None:
    rows = [{"customer_id": "A", "order_id": str(i), "product": p} for i in range(5) for p in "xy"]
    put_sales(duck, [*rows, {"customer_id": "A", "order_id": "9", "product": "x", "is_return": True}])
    assert find_rules(duck, Asked(Support(count=1))).baskets == 5


def test_giant_baskets_are_cut_to_their_best_sellers_and_counted(duck: DuckEngine) -> None:
    giant = list(range(CAP + 50))
    popular = [list(range(60, CAP + 50))] * 2  # these items sell in three baskets, 0 to 59 in one
    put_many(duck, [giant, *popular, [0, 1]])
    found = found_in(duck, Asked(Support(count=1), max_size=2), most=1)
    sets = found.sets
    assert found.bundles.capped == 1
    held = {tuple(items): int(n) for items, n in zip(sets[0].items.tolist(), sets[0].counts, strict=True)}
    assert sorted(held.values())[-CAP + 10 :] == [3] * (CAP - 10)
    assert sum(held.values()) == CAP + 2 * 190 + 2


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"customer_id": "A", "order_id": "1"}], "no_items"),
        ([{"customer_id": "A", "order_id": str(i), "product": "x"} for i in range(20)], "few_items"),
        ([{"customer_id": "A", "order_id": str(i), "product": f"p{i % 2}"} for i in range(40)], "no_pairs"),
        ([{"customer_id": "A", "order_id": str(i), "product": p} for i in range(20) for p in "xyz"], "no_lift"),
    ],
    ids=["no products", "one product", "one product in each order", "every product in every order"],
)
def test_shops_without_bundles_say_why(engine: Engine, rows: list, reason: str) -> None:
    put_sales(engine, rows)
    bundles = find_rules(engine)
    assert (bundles.rules, bundles.reason.key) == ((), f"bundles.reason.{reason}")


def test_a_product_in_every_basket_makes_no_rule(duck: DuckEngine) -> None:
    put_baskets(duck, [[*basket, "bag"] for basket in SHOP])
    bundles = find_rules(duck, Asked(Support(count=2)))
    for rule in bundles.rules:
        assert rule.antecedent != ("bag",)
        assert rule.consequent != ("bag",)
    assert all(rule.redundant for rule in bundles.rules if {"bag"} & {*rule.antecedent, *rule.consequent})


def test_more_sets_than_fit_are_refused_at_once_and_a_study_takes_pairs(duck: DuckEngine) -> None:
    put_many(duck, [[*range(i % 7, 200 + i % 7)] for i in range(40)])
    with pytest.raises(UsageError) as caught:
        find_rules(duck, Asked(Support(count=2)))
    assert caught.value.message.key.startswith("errors.rules_too_many")
    duck.make_from("orders", "select distinct customer_id, order_id from sales")
    duck.make_from("customers", "select distinct customer_id, 'Loyal' as segment from sales")
    bundles = study_bundles(duck, frozenset({"product_id"}))
    assert bundles.found > 0
    assert max(len(rule.antecedent) + len(rule.consequent) for rule in bundles.rules) == 2


def test_a_million_distinct_products(duck: DuckEngine) -> None:
    put_many(duck, [[i, 999_999 + i % 3, 1_000_002 + i % 3] for i in range(1_000_000)][:50_000])
    duck.make_from(
        "sales",
        "select * from sales union all select 'D' || range::varchar, 'D' || range::varchar, date '2024-05-05', "
        "'Q' || range::varchar, null, null, null, null, null, false from range(1000000)",
    )
    bundles = find_rules(duck, Asked(Support(count=100)))
    assert (bundles.items, bundles.found) == (6, 6)
    with pytest.raises(UsageError) as caught:
        find_rules(duck, Asked(Support(count=1)))
    assert caught.value.message.values["items"] > 1_000_000


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        (lambda: Asked(Support(share=0)), "rules_support"),
        (lambda: Asked(Support(share=1.5)), "rules_support"),
        (lambda: Asked(Support(count=0)), "rules_count"),
        (lambda: Asked(max_size=5), "rules_size"),
    ],
)
def test_what_cannot_be_asked(asked: object, key: str) -> None:
    with pytest.raises(UsageError) as caught:
        asked()
    assert caught.value.message.key == f"errors.{key}"
