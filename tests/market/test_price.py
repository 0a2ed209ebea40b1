"""Price sensitivity: shares, depths and indices that can be computed by hand."""

from math import sqrt

import pytest

from made import sale
from market.shops import day, open_for
from regulars.engine import DuckEngine, Engine
from regulars.market.models import GroupPrice
from regulars.market.price import prices, ratio
from regulars.rates import rate


def shop(engine: Engine, n: int = 30, discount: float | None = 2.0) -> dict[tuple[str, str], GroupPrice]:
    """Savers buy P at 8 instead of 10, payers at 10; both buy Q, of the same category, at 10. One P is brought back."""
    lines, groups = [], {}
    for i in range(n):
        for who, price, less in ((f"saver {i}", 8, discount), (f"payer {i}", 10, None if discount is None else 0)):
            groups[who] = who.split()[0]
            lines.append(sale(who, f"{who} 1", day(i), price, product_id="P", category="C", discount=less))
            lines.append(sale(who, f"{who} 1", day(i), 10, product_id="Q", category="C"))
    lines.append(sale("payer 0", "payer 0 2", day(40), -10, product_id="P", category="C", quantity=-1))
    open_for(engine, lines, groups)
    found = prices(engine)
    assert found is not None
    return {(group.kind, group.name): group for group in found.groups}


def test_prices_by_hand(engine: Engine) -> None:
    groups = shop(engine)
    saver, payer, whole = groups["segment", "saver"], groups["segment", "payer"], groups["shop", ""]
    assert (saver.customers, saver.lines, payer.lines, whole.lines) == (30, 60, 60, 120)  # the return is left out
    assert saver.discounted is not None and payer.discounted is not None and whole.discounted is not None
    assert (saver.discounted.value, payer.discounted.value, whole.discounted.value) == pytest.approx((0.5, 0, 0.25))
    assert saver.depth == pytest.approx(0.2) and payer.depth is None  # 2 of 10
    assert saver.same_product is not None and payer.same_product is not None
    assert saver.same_product.value == pytest.approx(8 / 9) and payer.same_product.value == pytest.approx(10 / 9)
    assert saver.same_product.low == pytest.approx(8 / 9) == pytest.approx(saver.same_product.high)  # all pay alike
    assert saver.compared == pytest.approx(8 / 18)  # Q has one price only
    assert saver.same_category is not None and saver.same_category.value == pytest.approx(18 / 19)
    assert groups["cluster", "Cluster 1"].same_product == whole.same_product
    assert whole.same_product is not None and whole.same_product.value == pytest.approx(1)


def test_a_discount_in_shares_is_deep_by_its_mean(duck: DuckEngine) -> None:
    assert shop(duck, discount=0.3)["segment", "saver"].depth == pytest.approx(0.3)


def test_without_discounts_nothing_is_said_of_them(duck: DuckEngine) -> None:
    groups = shop(duck, discount=None)
    assert {group.discounted for group in groups.values()} == {None} == {group.depth for group in groups.values()}
    found = prices(duck)
    assert found is not None and found.no_discounts is not None and found.no_products is None


def test_without_codes_a_product_is_its_name(duck: DuckEngine) -> None:
    lines = [{**sale(f"c{i}", f"o{i}", day(i), 9 + 2 * (i % 2), product="Pot"), "product_id": None} for i in range(60)]
    open_for(duck, lines, {f"c{i}": "odd" if i % 2 else "even" for i in range(60)})
    found = prices(duck, by_code=False)
    assert found is not None
    index = next(group.same_product for group in found.groups if group.name == "odd")
    assert index is not None and index.value == pytest.approx(1.1)
    assert prices(duck) is None


def test_few_customers_are_named_not_judged(duck: DuckEngine) -> None:
    groups = shop(duck, n=29)
    saver = groups["segment", "saver"]
    assert saver.reason is not None and saver.reason.values == {"n": 29, "needed": 30}
    assert saver.discounted is saver.same_product is saver.depth is None
    assert groups["shop", ""].reason is None


def test_one_price_no_category_no_amount(duck: DuckEngine) -> None:
    lines = [sale(f"c{i}", f"o{i}", day(i), 10) for i in range(40)]
    open_for(duck, lines, {f"c{i}": "all" for i in range(40)})
    assert prices(duck) is None  # nothing was ever dearer or cheaper, nothing has a category or a discount
    lines = [{"customer_id": f"c{i}", "order_id": f"o{i}", "ordered_at": day(i), "product": "Pot"} for i in range(40)]
    open_for(duck, lines, {f"c{i}": "all" for i in range(40)})
    assert prices(duck) is None


def test_the_range_of_a_ratio_is_that_of_the_customers() -> None:
    found = ratio(60, 60, 7.5, 30)  # paid 1 or 3 in turns, usual 2: residuals of a half in units of the mean
    assert found is not None and found.value == 1.0
    error = sqrt(30 / 29 * 7.5) / 30
    assert found.high == pytest.approx(1 / found.low) == pytest.approx(2.718281828459045 ** (1.959963984540054 * error))
    assert ratio(0, 60, 1, 30) is ratio(60, 0, 1, 30) is ratio(60, 60, 1, 1) is None


def test_lines_of_one_customer_are_alike(duck: DuckEngine) -> None:
    """Half of the customers buy everything at a discount: 40 customers know as much, however many lines they buy."""
    lines = [
        sale(f"c{i}", f"o{i}", day(n), 9 if i % 2 else 10, product_id=f"P{n}", discount=i % 2)
        for i in range(40)
        for n in range(25)
    ]
    open_for(duck, lines, {f"c{i}": "all" for i in range(40)})
    found = prices(duck)
    assert found is not None
    share, expected = found.groups[0].discounted, rate(19.5, 39)
    assert share is not None and expected is not None and share.n == 1_000
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-6)
