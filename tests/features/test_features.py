"""Features by hand, on every engine."""

from datetime import date
from decimal import Decimal
from typing import Any

from made import put_lines, sale
from regulars.engine import DuckEngine, Engine
from regulars.features import features, measures
from regulars.features.distributions import distributions
from regulars.orders import clean, reconcile
from regulars.settings import Settings

SHOP = [
    sale("anna", "1", "2024-01-01T09:00:00", 100, category="Tea", profit=10),
    sale("anna", "1", "2024-01-01T09:00:00", 20, product_id="Q", category="Pots", quantity=2, profit=2),
    sale("anna", "2", "2024-01-11T23:59:59", 30, category="Tea", profit=3),
    sale("anna", "R", "2024-01-20", -50, category="Tea", quantity=-1, profit=-5),
    sale("budi", "3", "2024-01-30T00:00:01", 40, category="Pots"),
    sale("cici", "4", "2024-01-05", 10, category="Tea"),
    sale("cici", "R2", "2024-01-25", -15, category="Tea", quantity=-1),
]


def known(engine: Engine, rows: list[dict[str, Any]], **settings: Any) -> dict[str, dict[str, Any]]:
    chosen = Settings(**settings)
    done = clean(engine, put_lines(engine, rows), chosen)
    reconcile(engine, done)
    measures(engine, done.window, chosen)
    features(engine)
    return {row["customer_id"]: row for row in engine.rows("select * from features order by customer_id")}


def test_a_customer_by_hand(engine: Engine) -> None:
    anna = known(engine, SHOP)["anna"]
    assert anna["recency_days"] == 20, "from 11 January, whose last second still belongs to it, to 31 January"
    assert (anna["orders"], anna["monetary"], anna["sales_amount"]) == (2, Decimal(100), Decimal(150))
    assert (anna["first_order"], anna["last_order"]) == (date(2024, 1, 1), date(2024, 1, 11))
    assert (anna["tenure_days"], anna["days_between"]) == (30, 10.0)
    assert (anna["avg_order_value"], anna["returns_amount"]) == (Decimal(50), Decimal(50))
    assert abs(anna["return_share"] - 1 / 3) < 1e-12
    assert (anna["products"], anna["top_category"], anna["lines"]) == (2, "Tea", 4)
    assert (anna["pieces"], anna["profit"]) == (Decimal(3), Decimal(10))


def test_who_returned_everything_stays_in(engine: Engine) -> None:
    cici = known(engine, SHOP)["cici"]
    assert (cici["orders"], cici["monetary"], cici["recency_days"]) == (1, Decimal(-5), 26)
    budi = known(engine, SHOP)["budi"]
    assert (budi["recency_days"], budi["days_between"], budi["profit"]) == (1, None, None)


def test_frequency_may_count_lines(duck: DuckEngine) -> None:
    assert known(duck, SHOP, frequency="lines", returns="drop")["anna"]["orders"] == 3


def test_returns_may_be_dropped(duck: DuckEngine) -> None:
    anna = known(duck, SHOP, returns="drop")["anna"]
    assert (anna["monetary"], anna["return_share"]) == (Decimal(150), 0.0)


def test_without_amounts_there_is_recency_and_frequency(engine: Engine) -> None:
    rows = [{"customer_id": "anna", "ordered_at": f"2024-01-0{day}"} for day in (1, 3, 3)]
    anna = known(engine, rows)["anna"]
    assert (anna["recency_days"], anna["orders"], anna["monetary"], anna["products"]) == (1, 2, None, 0)


def test_a_tie_of_categories_goes_by_name(engine: Engine) -> None:
    rows = [sale("a", "1", "2024-01-01", 5, category=name) for name in ("Zinc", "Alum")]
    assert known(engine, rows)["a"]["top_category"] == "Alum"


def test_histograms_hold_every_customer(engine: Engine) -> None:
    rows = [sale(f"c{i}", str(i), f"2024-01-{i % 27 + 1:02}", (i + 1) ** 2) for i in range(120)]
    known(engine, rows)
    found = {each.feature: each for each in distributions(engine)}
    assert set(found) == {"recency_days", "orders", "monetary"}
    for each in found.values():
        assert sum(each.counts) == 120
        assert len(each.edges) == len(each.counts) + 1
        assert list(each.edges) == sorted(set(each.edges))
    assert found["orders"].counts == (120,)
    assert found["recency_days"].edges[:2] == (1.0, 2.0)
    assert found["recency_days"].counts == tuple(
        sum(1 for i in range(120) if 27 - i % 27 == day) for day in range(1, 28)
    )


def test_few_whole_numbers_have_a_bin_each_and_the_rest_one(duck: DuckEngine) -> None:
    orders = {f"c{i}": 1 + i % 3 for i in range(300)} | {"regular": 40, "wholesaler": 172}
    known(duck, [sale(name, f"{name}-{i}", "2024-01-05", 10) for name, many in orders.items() for i in range(many)])
    found = {each.feature: each for each in distributions(duck)}["orders"]
    assert (found.edges, found.counts) == ((1.0, 2.0, 3.0, 4.0, 5.0), (100, 100, 100, 2))
    assert found.open_ended


def test_wide_whole_numbers_begin_at_one(duck: DuckEngine) -> None:
    known(duck, [sale(f"c{i}", str(i), f"2024-0{i // 28 + 1}-{i % 28 + 1:02}", 10) for i in range(224)])
    found = {each.feature: each for each in distributions(duck)}["recency_days"]
    assert found.edges[:3] == (1.0, 11.0, 21.0)
    assert not found.open_ended and sum(found.counts) == 224
