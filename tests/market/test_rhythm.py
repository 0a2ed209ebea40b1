"""Churn risk: a rule that can be followed with a pencil, and its check on what came later."""

from datetime import timedelta
from pathlib import Path

import pytest

import regulars as rg
from made import sale
from market.shops import START, day, open_for
from regulars.engine import DuckEngine, Engine
from regulars.market.models import GroupRisk
from regulars.market.rhythm import risk
from regulars.synth import write_orders

# days before the as-of day (day 200) on which each customer ordered
CUSTOMERS = {
    "steady": (35, 25, 15, 5),
    "late": (51, 41, 31, 21),  # quiet for 21 days: longer than 10, and than twice the mean
    "nearly": (50, 40, 30, 20),  # 20 is not longer than twice 10
    "wild": (180, 170, 70, 60),  # once away for 100 days: 60 are nothing
    "few": (21, 11),  # quiet for longer than 10, the shop's gap
    "fresh": (20, 10),
    "once": (150,),
}


def states(engine: Engine) -> dict[str, str]:
    return {row["customer_id"]: row["state"] for row in engine.rows("select customer_id, state from rhythm")}


def shop(engine: Engine, regulars: int = 10) -> None:
    days = CUSTOMERS | {f"r{i}": (31, 21, 11, 1) for i in range(regulars)}
    lines = [sale(who, f"{who} {ago}", day(200 - ago), 10) for who, agos in days.items() for ago in agos]
    lines.append(sale("once", "back", day(190), -10, quantity=-1))  # a return is no order
    open_for(engine, lines, {who: "Loyal" if who.startswith("r") else "Others" for who in days})


def test_who_is_at_risk_by_hand(engine: Engine) -> None:
    shop(engine)
    found = risk(engine, START + timedelta(days=200))
    assert found.shop_gap == 10  # of 30 + 16 gaps all but two are 10
    known = {who: state for who, state in states(engine).items() if not who.startswith("r")}
    assert known == {"steady": "steady", "late": "own", "nearly": "steady", "wild": "steady", "few": "shop",
                     "fresh": "steady", "once": "unknown"}  # fmt: skip
    groups = {(group.kind, group.name): group for group in found.groups}
    whole = groups["shop", ""]
    assert (whole.customers, whole.unknown, whole.own, whole.shop) == (17, 1, 1, 1)
    assert whole.sales == 60.0 and whole.at_risk is None and whole.reason is not None  # 16 with a rhythm, 30 needed
    assert groups["segment", "Others"].sales_share == pytest.approx(60 / 200)  # what was brought back is subtracted
    assert found.check is None and found.no_check is not None


def test_a_shop_of_few_gaps_has_no_rhythm_of_its_own(duck: DuckEngine) -> None:
    shop(duck, regulars=4)
    assert risk(duck, START + timedelta(days=200)).shop_gap is None
    found = states(duck)
    assert {who for who, state in found.items() if state == "own"} == {"late"}
    assert {who for who, state in found.items() if state == "unknown"} == {"few", "fresh", "once"}


def test_every_customer_is_in_the_table_once(duck: DuckEngine) -> None:
    shop(duck)
    duck.make_from("customers", "select * from customers union all select 'returner', 'Others', 1, 0")
    found = risk(duck, START + timedelta(days=200))
    by_kind: dict[str, list[GroupRisk]] = {}
    for group in found.groups:
        by_kind.setdefault(group.kind, []).append(group)
    for groups in by_kind.values():
        assert sum(group.customers for group in groups) == 18  # who only ever returned things has no rhythm
        assert sum(group.unknown for group in groups) == 2
        assert sum(group.own + group.shop for group in groups) == 2


def test_the_flag_is_checked_on_later_orders(duck: DuckEngine) -> None:
    """40 came back within 90 days, 40 went quiet: the flag of 90 days before tells who was quiet even then."""
    lines = []
    for i in range(40):
        lines += [sale(f"on{i}", f"on{i} {n}", day(n), 10) for n in range(0, 300, 20)]
        lines += [sale(f"off{i}", f"off{i} {n}", day(n), 10) for n in range(0, 100, 20)]
    lines.append(sale("off0", "again", day(290), 10))
    open_for(duck, lines, {f"{side}{i}": "all" for side in ("on", "off") for i in range(40)})
    check = risk(duck, START + timedelta(days=300)).check
    assert check is not None and check.days == 90
    assert (check.flagged.n, check.flagged.value) == (40, 1 / 40)
    assert (check.steady.n, check.steady.value) == (40, 1.0)


@pytest.mark.slow
def test_on_a_real_shop_those_at_risk_come_back_half_as_often(data: Path) -> None:
    market = rg.study(rg.read(data / "online_retail_II.parquet")).result.market
    assert market is not None and market.risk is not None and market.risk.check is not None
    flagged, steady = market.risk.check.flagged, market.risk.check.steady
    assert flagged.n + steady.n > 3_000
    assert flagged.high < 0.4 and steady.low > 0.6


def test_a_simulated_shop_has_all_three_tables(tmp_path: Path) -> None:
    write_orders(tmp_path / "orders.csv", 20_000)
    found = rg.study(rg.read(tmp_path / "orders.csv")).result.market
    assert found is not None and found.price is not None and found.risk is not None and found.growth
    customers = sum(group.customers for group in found.risk.groups if group.kind == "segment")
    assert customers == next(group.customers for group in found.risk.groups if group.kind == "shop")
