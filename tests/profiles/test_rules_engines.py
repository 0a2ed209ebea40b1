"""Plain rules from the table of customers: the same on every engine, exported as SQL that gives the same counts."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regulars as rg
from regulars.engine import DuckEngine, Engine
from regulars.features.people_models import Attribute
from regulars.profiles.rule_models import Condition, Named, PlainRule
from regulars.profiles.rule_sql import rule_sql, where_sql
from regulars.profiles.rules import plain_rules

TYPES = {"customer_id": "VARCHAR", "segment": "VARCHAR", "cluster": "INTEGER", "recency_days": "INTEGER",
         "orders": "INTEGER", "monetary": "DECIMAL(28,4)", "avg_order_value": "DECIMAL(28,4)", "products": "INTEGER",
         "tenure_days": "INTEGER", "return_share": "DOUBLE"}  # fmt: skip
HOSTILE = "O'Brien\\ \"; drop table customers; --"


def customers(n: int, segment: str = "Best") -> list[tuple[Any, ...]]:
    """Best: 5 orders and more, within 60 days; the others are the rest. Rare: one in forty. Money in cents."""
    rows = []
    for i in range(n):
        orders, days = 1 + i * 7 % 11, 1 + i * 37 % 200
        name = "Rare" if i % 40 == 0 else segment if orders >= 5 and days <= 60 else "Rest"
        money = None if i % 13 == 0 else f"{orders * 20 + i % 17}.5"
        rows.append((f"c{i}", name, 1 + (days > 90), days, orders, money, None, i % 9, 300, None))
    return rows


def put(engine: Engine, rows: Sequence[Sequence[Any]], attributes: Sequence[tuple[str, str, bool]] = ()) -> None:
    exact = [[Decimal(v) if k == 5 and v is not None else v for k, v in enumerate(row)] for row in rows]
    engine.put("customers", TYPES, exact)
    if attributes:
        engine.put("people", {"customer_id": "VARCHAR", "job": "VARCHAR", "member": "BOOLEAN"}, attributes)


def by_group(rules: Sequence[PlainRule]) -> dict[str, PlainRule]:
    return {rule.group: rule for rule in rules}


GROUPS = [Named("segment", name, 0) for name in ("Best", "Rest", "Rare")]


def test_rules_of_a_small_shop_on_every_engine(engine: Engine) -> None:
    put(engine, customers(600))
    found = plain_rules(engine, [*GROUPS, Named("cluster", "Cluster 1", 0), Named("cluster", "Cluster 2", 0)])
    rules = by_group(found.rules)
    best, rare = rules["Best"], rules["Rare"]
    assert best.conditions == (Condition("orders", low=5.0), Condition("recency_days", high=60.0))
    assert best.precision is not None and best.recall is not None and best.recall.value == 1.0
    assert best.precision.low < best.precision.value < 1 and best.precision.n < 300  # the rare ones are in there
    assert rare.conditions == () and rare.reason is not None and rare.reason.key == "plain.reason.few"
    assert rare.reason.values["n"] < 30
    assert rules["Cluster 2"].conditions == (Condition("recency_days", low=90.0),)
    assert (found.learned_on, found.held_out) == (300, 300)
    assert "avg_order_value" not in found.features  # nobody has one
    counted = engine.rows(f"select count(*) as n from customers where {where_sql(best.conditions)}")[0]["n"]
    assert best.found == counted
    assert [tree.kind for tree in found.trees] == ["segment", "cluster"]


def test_a_group_alone_and_a_group_without_a_sign(duck: DuckEngine) -> None:
    put(duck, customers(400))
    alone = plain_rules(duck, GROUPS[:1]).rules[0]
    assert alone.reason is not None and alone.reason.key == "plain.reason.alone"
    mixed = [(*row[:1], ("Left", "Right")[i * i % 7 % 2], *row[2:]) for i, row in enumerate(customers(400))]
    put(duck, mixed)
    for rule in plain_rules(duck, [Named("segment", "Left", 0), Named("segment", "Right", 0)]).rules:
        assert rule.conditions == () and rule.sql is None
        assert rule.reason is not None and rule.reason.key in {"plain.reason.floor", "plain.reason.none"}


def test_attributes_of_a_customer_table(engine: Engine) -> None:
    rows = [(*row[:1], HOSTILE if i % 3 == 0 else "Rest", *row[2:]) for i, row in enumerate(customers(300))]
    told = [(row[0], HOSTILE if i % 3 == 0 else "Baker", i % 2 == 0) for i, row in enumerate(rows)]
    put(engine, rows, [*told, ("never ordered", HOSTILE, True)])
    attributes = [
        Attribute("job", "Job", "category", None, (), 300, 2),
        Attribute("member", "Member", "yes_no", None, (), 300, 2),
    ]
    found = plain_rules(engine, [Named("segment", HOSTILE, 100), Named("segment", "Rest", 200)], attributes)
    rule = by_group(found.rules)[HOSTILE]
    assert rule.conditions == (Condition("job", value=HOSTILE),)
    assert (rule.found, rule.hits) == (100, 100)  # not who never ordered


def test_nobody_in_a_segment_is_no_error(duck: DuckEngine) -> None:
    put(duck, [(*row[:1], None if i % 5 == 0 else row[1], *row[2:]) for i, row in enumerate(customers(500))])
    found = plain_rules(duck, GROUPS)
    assert by_group(found.rules)["Best"].conditions
    assert 190 <= found.trees[0].customers <= 210  # of 250 held out, those whose group is known


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30), st.text(max_size=20))
def test_any_text_is_only_ever_a_value(duck: DuckEngine, value: str, other: str) -> None:
    if "\x00" in value + other or any(0xD800 <= ord(c) < 0xE000 for c in value + other):
        return
    duck.put("t", {"job": "VARCHAR"}, [(value,), (other,), (None,)])
    found = duck.rows(f"select job from t where {where_sql([Condition('job', value=value)])}")
    assert [row["job"] for row in found] == [value] * (1 + (value == other))


def test_numbers_are_written_as_they_are_said() -> None:
    conditions = (Condition("monetary", 0.3, 1_100_000.0), Condition("a", value=True), Condition("orders", -5, -5))
    assert where_sql(conditions) == '"monetary" >= 0.3 and "monetary" <= 1100000 and "a" = true and "orders" = -5'
    assert where_sql(()) == "true"


def counts(folder: Path, rule: PlainRule) -> tuple[int, int]:
    """What the exported query finds in the study's file, and how many of those belong to the group."""
    assert rule.sql is not None
    sql = rule.sql.replace("'customers.parquet'", f"'{folder / 'customers.parquet'}'")
    group = "segment" if rule.kind == "segment" else "cast(cluster as varchar)"
    name = rule.group.removeprefix("Cluster ") if rule.kind == "cluster" else rule.group
    hits = (
        f"select count(*) from ({sql}) r join '{folder / 'customers.parquet'}' c using (customer_id) where {group} = ?"
    )
    found = duckdb.sql(f"select count(*) from ({sql})").fetchall()[0][0]
    return found, duckdb.execute(hits, [name]).fetchall()[0][0]


@pytest.mark.slow
def test_online_retail_in_plain_words(data: Path, tmp_path: Path) -> None:
    analysis = rg.study(rg.read(data / "online_retail_II.parquet"))
    study = analysis.save(tmp_path / "shop")
    groups = [*study.segments, *study.cluster_profiles]
    learned = plain_rules(analysis._engine, groups).rules  # as if nothing defined the segments
    analysis.close()
    assert study.plain_rules is not None
    segments_said = [rule for rule in study.plain_rules.rules if rule.kind == "segment"]
    assert len(segments_said) == 10 and all(r.brief and r.found == r.hits == r.members for r in segments_said)
    for rule in learned:  # no segment of the standard preset is harder to say than this
        assert rule.precision is not None and rule.recall is not None, rule.group
        assert min(rule.precision.value, rule.recall.value) >= (0.9 if rule.kind == "segment" else 0.75)
    for rule in (*learned, *study.plain_rules.rules):
        assert counts(tmp_path / "shop" / "studies" / "2011-12-10", rule) == (rule.found, rule.hits)
    rules = by_group([rule for rule in learned if rule.kind == "segment"])
    assert rules["Champions"].conditions == (Condition("orders", low=5.0), Condition("recency_days", high=20.0))
    segments = next(tree for tree in study.plain_rules.trees if tree.kind == "segment")
    assert segments.right > 0.85 > 3 * segments.largest


def test_exported_sql_of_the_joined_table_asks_for_a_cluster() -> None:
    assert rule_sql('"orders" >= 5', joined=True).endswith("and cluster is not null order by customer_id")
