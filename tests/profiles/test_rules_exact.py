"""The definition of a named segment, put back from its scores: the same customers, whatever the cut points."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.profiles.exact import exact_ranges
from regulars.profiles.rule_models import Condition, Named
from regulars.profiles.rule_sql import ranges_sql
from regulars.profiles.rules import plain_rules
from regulars.segments.models import Cuts, Scheme
from regulars.segments.named import presets, read_plan
from regulars.segments.scores import apply

MEASURES = {"customer_id": "VARCHAR", "recency_days": "INTEGER", "orders": "INTEGER", "monetary": "DECIMAL(28,4)"}
Points = tuple[float, ...]
STANDARD: tuple[Points, Points, Points] = ((11.0, 34.0, 77.0, 150.0), (3.0, 6.0, 10.0, 19.0), (1.0, 2.0, 3.0, 4.0))
Rows = list[tuple[int, int, int | None]]


def scheme_of(preset: str, points: tuple[Points, Points, Points]) -> Scheme:
    plan = read_plan(preset, presets()[preset])
    recency, orders, money = points
    cuts = (Cuts("recency_days", recency, True), Cuts("orders", orders), Cuts("monetary", money))
    return Scheme(preset, (plan.levels,) * 3, cuts, plan.segments, plan.codes)


def scored(engine: Engine, scheme: Scheme, rows: Rows) -> None:
    """`customers`, one a row, with the segments that the scores give; money in hundredths."""
    exact = [(f"c{i}", d, o, None if m is None else Decimal(m) / 100) for i, (d, o, m) in enumerate(rows)]
    engine.put("measures", MEASURES, exact)
    apply(engine, scheme)
    engine.make_from(
        "customers", "select m.*, s.segment, 1 as cluster from measures m join scores s using (customer_id)"
    )


def test_scores_become_few_ranges_in_days_and_orders() -> None:
    scheme = scheme_of("standard", STANDARD)
    assert exact_ranges(scheme, "Potential Loyalists") == (
        (Condition("recency_days", high=34), Condition("orders", low=4, high=10)),
    )
    assert exact_ranges(scheme, "Can't Lose") == ((Condition("recency_days", low=78), Condition("orders", low=20)),)
    assert exact_ranges(scheme, "Nobody") == ()
    same = scheme_of("standard", ((9.0, 9.0, 40.0, 40.0), (1.0, 1.0, 3.0, 3.0), ()))  # scores 1, 3 and 5 alone
    assert exact_ranges(same, "Loyal") == ((Condition("recency_days", low=10, high=40), Condition("orders", low=4)),)
    assert exact_ranges(same, "Promising") == ()


def test_small_segments_are_defined_on_every_engine(engine: Engine) -> None:
    scheme = scheme_of("klaviyo", ((180.0, 365.0), (5.0, 12.0), (20.5, 74.25)))
    scored(engine, scheme, [(i * 37 % 500, i * 7 % 20, None if i % 9 == 0 else i * 331 % 12_000) for i in range(90)])
    named = [Named("segment", name, 0) for name in scheme.segments]
    found = plain_rules(
        engine, [*named, Named("cluster", "Cluster 1", 90), Named("cluster", "Cluster 2", 0)], scheme=scheme
    )
    segments = [rule for rule in found.rules if rule.kind == "segment"]
    for rule in segments:
        held = engine.rows("select count(*) as n from customers where segment = $name", name=rule.group)[0]["n"]
        assert rule.ranges and rule.reason is None and rule.precision is None and rule.sql
        assert (rule.found, rule.hits) == (held, held)
    assert sum(rule.found or 0 for rule in segments) == 90
    cluster = found.of("cluster", "Cluster 2")
    assert cluster is not None and cluster.reason is not None and cluster.ranges == ()


def test_a_definition_of_three_conditions_stands_where_a_near_rule_could_be_learned(duck: DuckEngine) -> None:
    scheme = scheme_of("standard", STANDARD)
    scored(duck, scheme, [(i * 37 % 300, 1 + i * 7 % 25, i) for i in range(1_500)])
    groups = [Named("segment", name, 0) for name in scheme.segments]
    learned = {rule.group: rule for rule in plain_rules(duck, groups).rules}
    assert learned["Hibernating"].conditions and not learned["Hibernating"].ranges  # there was enough to learn from
    for rule in plain_rules(duck, groups, scheme=scheme).rules:
        assert rule.brief and len(rule.ranges) == 1 and rule.conditions == () and rule.precision is None, rule.group
        assert rule.found == rule.hits
    other = scheme_of("standard", ((30.0, *STANDARD[0][1:]), *STANDARD[1:]))  # who finds others has to be learned
    assert not next(r for r in plain_rules(duck, groups, scheme=other).rules if r.group == "Champions").ranges


def test_a_definition_that_finds_others_is_not_given(duck: DuckEngine) -> None:
    scheme = scheme_of("standard", STANDARD)
    scored(duck, scheme, [(i * 37 % 300, i % 25, i) for i in range(90)])
    other = scheme_of("standard", ((30.0, *STANDARD[0][1:]), *STANDARD[1:]))
    rules = {
        r.group: r for r in plain_rules(duck, [Named("segment", n, 0) for n in scheme.segments], scheme=other).rules
    }
    assert rules["Champions"].reason is not None and rules["Champions"].ranges == ()
    assert rules["Hibernating"].ranges


_POINT = st.integers(-2, 12).map(float) | st.sampled_from((0.5, 3.25, 7.75))


@pytest.mark.parametrize("preset", ["standard", "klaviyo", "value"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_ranges_find_just_the_segment(duck: DuckEngine, preset: str, data: st.DataObject) -> None:
    count = presets()[preset]["levels"] - 1
    ascending = st.lists(_POINT, min_size=count, max_size=count).map(lambda points: tuple(sorted(points)))
    points = data.draw(st.tuples(ascending, ascending, ascending | st.just(())))
    row = st.tuples(st.integers(0, 14), st.integers(0, 14), st.none() | st.integers(-300, 1_400))
    scheme = scheme_of(preset, points)
    scored(duck, scheme, data.draw(st.lists(row, min_size=1, max_size=40)))
    for name in scheme.segments:
        ranges = exact_ranges(scheme, name)
        found = ranges_sql(ranges) if ranges else "false"
        wrong = duck.rows(f"select * from customers where coalesce({found}, false) <> (segment = $name)", name=name)
        assert not wrong or (not ranges and {row["segment"] for row in duck.rows("select * from customers")} == {name})
