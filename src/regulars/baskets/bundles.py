"""Bundles of a study: the best rules at the finest level that shows any, and how the named segments differ in them."""

from collections.abc import Sequence
from dataclasses import replace

from regulars.baskets.find import KEPT, LEVELS, Asked, Found, distinct, found_in, nothing
from regulars.baskets.models import Bundle, Bundles, InSegment, Level, Rule
from regulars.baskets.ranked import put_rules
from regulars.engine import Engine
from regulars.errors import UsageError

_NEEDS: dict[Level, frozenset[str]] = {
    "product": frozenset({"product_id", "product"}),
    "subcategory": frozenset({"subcategory"}),
    "category": frozenset({"category"}),
}


def study_bundles(engine: Engine, present: frozenset[str]) -> Bundles:
    """What sells together in the orders of `sales`, by product; where none is sure, by sub-category, by category.

    `present` are the canonical columns that the input fills. Afterwards the engine holds `rules`, one row per rule,
    where there are any. Reads `customers` too, for the segments.
    """
    tried: list[Found] = []
    for level in LEVELS:
        if present & _NEEDS[level]:
            tried.append(_found(engine, level))
            if tried[-1].bundles.sure:
                break
    if not tried:
        return nothing(Asked())
    best = max(tried, key=lambda one: (one.bundles.sure > 0, one.bundles.found > 0))
    if best.baskets is None or not best.bundles.found:
        return best.bundles
    if best is not tried[-1]:  # the engine holds the baskets of a coarser level
        _found(engine, best.bundles.level)
    put_rules(engine, best.baskets, best.sets, best.columns)
    return replace(best.bundles, bundles=with_segments(engine, distinct(best.bundles.rules)))


def _found(engine: Engine, level: Level) -> Found:
    """Rules of up to three items; of two where orders are so alike that the sets of three do not fit."""
    try:
        return found_in(engine, Asked(level=level), KEPT)
    except UsageError:
        return found_in(engine, Asked(level=level, max_size=2), KEPT)


def with_segments(engine: Engine, rules: Sequence[Rule]) -> tuple[Bundle, ...]:
    """The rules as bundles, each with its share of the orders of every named segment. Reads `orders`, `customers`."""
    rows = [
        (number, code, len(rule.antecedent_codes) + len(rule.consequent_codes))
        for number, rule in enumerate(rules)
        for code in (*rule.antecedent_codes, *rule.consequent_codes)
    ]
    if not rows:
        return ()
    engine.put("bundle_items", {"bundle": "INTEGER", "code": "VARCHAR", "size": "INTEGER"}, rows)
    engine.make("baskets/order_segments")
    totals = {row["segment"]: int(row["baskets"]) for row in engine.ask("baskets/segment_baskets")}
    held = {(row["bundle"], row["segment"]): int(row["baskets"]) for row in engine.ask("baskets/segment_bundles")}
    return tuple(
        Bundle(
            rule,
            tuple(
                InSegment(segment, total, held.get((number, segment), 0), held.get((number, segment), 0) / total)
                for segment, total in totals.items()
            ),
        )
        for number, rule in enumerate(rules)
    )
