"""Kinds of people worth having who are seldom among the best customers.

Worth having are many, ever more of them, or those whose orders are worth more than the others'. Never those whose
orders are surely worth less: that they are seldom among those who spend most is no news, and no chance.
"""

from collections.abc import Mapping, Sequence
from math import sqrt

from regulars.locale import Message
from regulars.people.association import LEAST
from regulars.people.crosstabs import OTHERS
from regulars.people.models import By, Crosstab, Underserved, Underserving, Why
from regulars.people.reading import NOTHING, Cells, Sums
from regulars.people.shares import difference, false_discovery, same_share
from regulars.rates import Z, rate

BEST = 1 / 3  # the best groups hold at most this share of the customers
LOW = 0.8  # a penetration is low from this part of the others' on
LARGE = 0.1  # and its even share of the levels: from here on a group of people is large
SURE = 0.05  # the rate of false discoveries
LISTED = 10


def best_groups(totals: Mapping[str, Sums], order: Sequence[str], money: bool) -> tuple[str, ...]:
    """The groups whose customers spend most, at most a third of all customers; without amounts the first in order.

    Nobody where the first group alone holds more than half.
    """
    places = {name: place for place, name in enumerate(order)}
    customers = sum(sums.customers for sums in totals.values())
    ranked = sorted(
        (name for name, sums in totals.items() if sums.customers),
        key=lambda name: (-totals[name].sales / totals[name].customers if money else 0.0, places.get(name, 99), name),
    )
    best: list[str] = []
    held = 0
    for name in ranked:
        held += totals[name].customers
        if best and held > customers * BEST:
            break
        best.append(name)
    return tuple(best) if best and totals[best[0]].customers <= customers / 2 else ()


def underserving(
    tables: Sequence[Crosstab], cells: Mapping[tuple[str, By], Cells], by: By, order: Sequence[str], money: bool
) -> Underserving:
    """Looks at every level of what says who somebody is; the rate of false discoveries is over all of them."""
    chosen = [table for table in tables if table.by == by and not (table.answer or table.made_of)]
    best = best_groups(_totals(cells[chosen[0].attribute, by]), order, money) if chosen else ()
    if not best:
        return Underserving(by, (), (), 0, 0, Message("people_pages.reason.no_best"))
    pairs = [(table, i) for table in chosen for i, level in enumerate(table.levels) if level != OTHERS]
    large = [(t, level) for t, level in pairs if min(t.of_level(level), t.customers - t.of_level(level)) >= LEAST]
    tests = [_test(table, level, best) for table, level in large]
    qs = false_discovery(tests)
    found = []
    for (table, level), q in zip(large, qs, strict=True):
        one = _underserved(table, level, cells[table.attribute, by], best, q or 0.0)
        found += [one] if one else []
    found.sort(key=lambda one: (one.n * one.difference[0], one.attribute, one.level))
    return Underserving(by, best, tuple(found[:LISTED]), len(large), len(pairs) - len(large))


def _totals(cells: Cells) -> dict[str, Sums]:
    totals: dict[str, Sums] = {}
    for (_, group), sums in cells.items():
        totals[group] = totals.get(group, NOTHING) + sums
    return totals


def _hits(table: Crosstab, level: int, best: Sequence[str]) -> tuple[int, int, int, int]:
    """Customers of the level in the best groups, of the level, of the others in the best groups, of the others."""
    columns = [j for j, group in enumerate(table.groups) if group in best]
    part, n = sum(table.counts[level][j] for j in columns), table.of_level(level)
    hits = sum(row[j] for row in table.counts for j in columns)
    return part, n, hits - part, table.customers - n


def _test(table: Crosstab, level: int, best: Sequence[str]) -> float:
    return same_share(*_hits(table, level, best))


def _underserved(table: Crosstab, level: int, cells: Cells, best: Sequence[str], q: float) -> Underserved | None:
    part, n, other, m = _hits(table, level, best)
    gap = difference(part, n, other, m)
    here, there = rate(part, n), rate(other, m)
    if here is None or there is None or q > SURE or gap[2] >= 0 or here.value > LOW * there.value:
        return None
    known = [sums for (name, _), sums in cells.items() if name is not None]
    mine = sum((sums for (name, _), sums in cells.items() if name == table.levels[level]), NOTHING)
    everybody = sum(known, NOTHING)
    rest = everybody - mine
    worth = _worth(mine, rest) if table.sales is not None else None
    why = tuple(_why(table, level, mine, everybody)) + (("valuable",) if worth and worth[1] > 0 else ())
    if not why or (worth and worth[2] < 0):
        return None
    return Underserved(
        attribute=table.attribute,
        by=table.by,
        level=table.levels[level],
        edges=table.edges,
        n=n,
        share=n / table.customers,
        penetration=here,
        rest=there,
        difference=gap,
        q=q,
        why=why,
        order_value=mine.sales / mine.orders if mine.orders else None,
        rest_order_value=rest.sales / rest.orders if rest.orders else None,
        newcomers=rate(mine.late, everybody.late),
        before=rate(mine.early, everybody.early),
    )


def _why(table: Crosstab, level: int, mine: Sums, everybody: Sums) -> list[Why]:
    found: list[Why] = []
    if table.of_level(level) / table.customers >= max(LARGE, 1 / len(table.levels)):
        found.append("large")
    if everybody.late and everybody.early:
        change = difference(mine.late, everybody.late, mine.early, everybody.early)
        if change[1] > 0:
            found.append("growing")
    return found


def _worth(mine: Sums, rest: Sums) -> tuple[float, float, float] | None:
    """How much more an order of these people is worth than one of the others, with its interval."""
    if not (mine.orders and rest.orders):
        return None
    (value, variance), (other, more) = order_value(mine), order_value(rest)
    half = Z * sqrt(variance + more)
    return value - other, value - other - half, value - other + half


def order_value(sums: Sums) -> tuple[float, float]:
    """Net sales per order and the variance of that ratio over customers, by linearisation (Cochran 1977, ch. 6)."""
    ratio = sums.sales / sums.orders
    residual = sums.squares - 2 * ratio * sums.sales_orders + ratio * ratio * sums.orders_squares
    n = sums.customers
    return ratio, max(residual, 0.0) * n / max(n - 1, 1) / sums.orders**2
