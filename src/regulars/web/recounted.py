"""Pages whose figures are counted again for whom a filter leaves, from what a study keeps for each customer.

Each takes an engine as narrowed.py gives it: `customers`, those who pass, also as `kept`; and `sales`, their lines.
"""

from dataclasses import replace

from regulars.analysis import Study
from regulars.baskets.recommend import lists_of
from regulars.engine import DuckEngine
from regulars.market.market import market_of
from regulars.market.price import usual_prices
from regulars.profiles.rule_models import PlainRule
from regulars.profiles.rule_sql import count_rules, group_sql, ranges_sql, where_sql
from regulars.segments.moves import moves_of
from regulars.stored import all_lines, only_of
from regulars.web.filters import Filters
from regulars.web.opened import Opened


def market(engine: DuckEngine, found: Opened, filters: Filters) -> Study:  # noqa: ARG001
    """Price, rhythm and growth of who passes; usual prices, everybody's rhythm and the check are the shop's."""
    study = found.study
    assert study.market  # noqa: S101 - `follows` asked
    present = frozenset(engine.column_names("stored_sales"))
    all_lines(engine)
    usual_prices(engine, by_code="product_id" in present)
    only_of(engine, "kept")
    if study.market.risk:
        _load(engine, found, "rhythm")
    return replace(study, market=market_of(engine, study.market, present))


def moves(engine: DuckEngine, found: Opened, filters: Filters) -> Study:  # noqa: ARG001
    """Where those came from who pass now."""
    assert found.study.moves  # noqa: S101 - `follows` asked
    _load(engine, found, "moves")
    return replace(found.study, moves=moves_of(engine, found.study.moves))


def recommend(engine: DuckEngine, found: Opened, filters: Filters) -> Study:  # noqa: ARG001
    """The lists of who passes; how they are made, and the check, are the shop's."""
    assert found.study.recommendations  # noqa: S101 - `follows` asked
    _load(engine, found, "recommendations", "next_result")
    return replace(found.study, recommendations=lists_of(engine, found.study.recommendations))


def plain(engine: DuckEngine, found: Opened, filters: Filters) -> Study:  # noqa: ARG001
    """How many of who passes each rule finds; the rules, how far they hold, and the trees are the shop's."""
    rules = found.study.plain_rules
    assert rules  # noqa: S101 - `follows` asked
    _load(engine, found, "customers", "described")
    said = [rule for rule in rules.rules if rule.found is not None]
    counts = count_rules(engine, "described", [(condition_of(rule), group_sql(rule.kind, rule.group)) for rule in said])
    of = {(rule.kind, rule.group): each for rule, each in zip(said, counts, strict=True)}

    def recounted(rule: PlainRule) -> PlainRule:
        if (each := of.get((rule.kind, rule.group))) is None:
            return rule
        return replace(rule, found=each[0], hits=each[1])

    return replace(found.study, plain_rules=replace(rules, rules=tuple(map(recounted, rules.rules))))


def condition_of(rule: PlainRule) -> str:
    """Whom a rule finds, as SQL over the columns of customers.parquet."""
    return ranges_sql(rule.ranges) if rule.ranges else where_sql(rule.conditions)


def _load(engine: DuckEngine, found: Opened, table: str, name: str = "") -> None:
    """A table of the study, named `name`, without the rows of other customers."""
    engine.load(f"all_{table}", found.shop.path_of(found.day, f"{table}.parquet", check=False))
    engine.view_from(name or table, f"select a.* from all_{table} a join kept k on k.customer_id = a.customer_id")
