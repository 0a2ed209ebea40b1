"""The customers behind a part of a chart, as a filter of lists: `?behind=cohort:2011-03-01:2`.

A kind and what it is asked for, with colons between them; each part is quoted as in an address, since it may be a name
of the shop. Everything is answered from what the study keeps, so that a list holds whom the chart has counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from math import isfinite
from typing import Any
from urllib.parse import quote, unquote

from regulars.analysis import Study
from regulars.charts.groups import feature_name, segment_label
from regulars.charts.kit import short
from regulars.charts.people_words import Named
from regulars.charts.retention import period_name, units
from regulars.engine import DuckEngine, quoted
from regulars.errors import UsageError
from regulars.locale import Value, Words
from regulars.people.crosstabs import OTHERS
from regulars.profiles.rule_models import Condition, Tree
from regulars.profiles.rule_sql import where_sql
from regulars.retention.models import Cohort, Retention
from regulars.retention.retention import make_periods
from regulars.stored import stored_customers, stored_sales
from regulars.web.opened import Opened
from regulars.web.recounted import condition_of

MEMORY = "512MB"  # at most, while customers are looked up
COLUMNS = ("product", "category", "subcategory", "region", "country", "state", "city", "ship_mode", "market")
KINDS_OF_FLOW: dict[str, tuple[str | None, ...]] = {
    "new": ("new",), "repeating": ("repeating",), "won_back": ("won_back",), "all": (None,),
    "before": ("repeating", "won_back"), "twice": ("twice",),
}  # fmt: skip
MOST_LEVELS = 100  # of a score
_ORDERS = {"once": (1, 1), "again": (2, None), "none": (0, 0)}


@dataclass(frozen=True, slots=True)
class Who:
    """Customers: how they are told in words, and what makes the table `behind` of them, or names the step that does."""

    told: Callable[[Words], tuple[str, dict[str, Value]]]
    make: Callable[[DuckEngine, Opened], None]


@dataclass(frozen=True, slots=True)
class Lines:
    """Of which order lines, since <= day < until; None: of all."""

    country: str | None = None
    category: str | None = None
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != Lines()


def asked(kind: str, *parts: object) -> str:
    """The text that asks for customers."""
    return ":".join([kind, *(quote("" if part is None else str(part), safe=" &,.()'") for part in parts)])


def who(study: Study, text: str, lines: Lines = Lines()) -> Who:
    """Whom a text asks for; who bought something, or on some days, did so by `lines`.

    Raises UsageError where the study has nothing of the kind.
    """
    kind, *parts = map(unquote, text.split(":"))
    try:
        return _BY_LINES[kind](study, *parts, lines=lines) if kind in _BY_LINES else _KINDS[kind](study, *parts)
    except (LookupError, ValueError, TypeError, StopIteration) as error:
        raise UsageError("filter_behind", text=short(text)) from error


def told(study: Study, text: str, say: Words) -> str:
    """Whom a text asks for, as a sentence."""
    key, values = who(study, text).told(say)
    return say(f"web_behind.{key}", **values)


def members(found: Opened, text: str, size: int, lines: Lines = Lines()) -> int:
    """Who they are: a bit for each place in the order of ids, the first one highest, in so many bytes."""
    import numpy as np

    with DuckEngine(threads=2, memory_limit=MEMORY) as engine:
        stored_customers(engine, found.shop, found.day)
        if found.has("sales"):
            stored_sales(engine, found.shop, found.day)
        who(found.study, text, lines).make(engine, found)
        engine.make("web/places")
        places = engine.columns("select place from places where customer_id in (select customer_id from behind)")
    bits = np.zeros(size * 8, dtype=bool)
    bits[np.asarray(places["place"], dtype=np.int64) - 1] = True
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _step(name: str, orders: bool = False, table: str = "", **values: Any) -> Callable[[DuckEngine, Opened], None]:
    """What makes `behind` by a step, over the orders of the overview or a table of the study where it reads one."""

    def make(engine: DuckEngine, found: Opened) -> None:
        if orders:
            engine.view("overview/orders")
        if table:
            engine.load(table, found.shop.path_of(found.day, f"{table}.parquet", check=False))
        engine.make(f"web/behind_{name}", **values)
        engine.view_from("behind", f"select customer_id from behind_{name}")

    return make


def _fitting(condition: str) -> Callable[[DuckEngine, Opened], None]:
    """What makes `behind` of those with orders who fit a condition over the columns of customers.parquet."""
    return lambda engine, _: engine.make_from(
        "behind", f"select customer_id from customers where cluster is not null and ({condition})"
    )


def _retention(study: Study) -> Retention:
    if study.retention is None:
        raise LookupError
    return study.retention


def _periods(found: Retention, rows: Sequence[tuple[date | None, date, str | None]]) -> Callable[..., None]:
    """What makes `behind` of a cohort (None: any) in a period, of a kind (None: any)."""
    number = {flow.start: nr for nr, flow in enumerate(found.flows)}
    wanted = [(None if cohort is None else number[cohort], number[period], kind) for cohort, period, kind in rows]

    def make(engine: DuckEngine, _: Opened) -> None:
        engine.make("value/orders")
        engine.make("market/gaps")
        make_periods(engine, found)
        engine.put("asked", {"cohort": "INTEGER", "period": "INTEGER", "kind": "VARCHAR"}, wanted)
        engine.make("web/behind_period")
        engine.view_from("behind", "select customer_id from behind_period")

    return make


def _cohort(study: Study, start: str, age: str = "0") -> Who:
    found, later = _retention(study), int(age)
    cohort = next(one for one in found.cohorts if one.start == date.fromisoformat(start))
    then = _after(found, cohort, later)

    def words(say: Words) -> tuple[str, dict[str, Value]]:
        first = period_name(cohort, found.by, say, "spoken")
        if not later:
            return "cohort", {"first": first}
        return "cohort_later", {"first": first, "n": later, "unit": _unit(found, later, say)}

    return Who(words, _periods(found, [(cohort.start, then, None)]))


def _unit(found: Retention, n: int, say: Words) -> str:
    return units(found.by, say)["unit" if n == 1 else "units"]


def _after(found: Retention, cohort: Cohort, age: int) -> date:
    """The period that lies so many after a cohort's own."""
    if not 0 <= age < len(cohort.cells):
        raise ValueError(age)
    starts = [flow.start for flow in found.flows]
    return starts[starts.index(cohort.start) + age]


def _age(study: Study, age: str) -> Who:
    found, later = _retention(study), int(age)
    whole = [cohort for cohort in found.cohorts if cohort.complete]
    fresh = [cohort for cohort in whole if not cohort.early] or whole
    rows = [(c.start, _after(found, c, later), None) for c in fresh
            if 0 < later < len(c.cells) and c.cells[later].complete]  # fmt: skip
    if not rows:
        raise LookupError
    return Who(lambda say: ("age", {"n": later, "unit": _unit(found, later, say)}), _periods(found, rows))


def _flow(study: Study, start: str, kind: str) -> Who:
    found, day = _retention(study), date.fromisoformat(start)
    flow = next(one for one in found.flows if one.start == day)
    rows = [(None, day, one) for one in KINDS_OF_FLOW[kind]]
    return Who(lambda say: (kind, {"period": period_name(flow, found.by, say, "spoken")}), _periods(found, rows))


def _days(study: Study, start: str, end: str, kind: str = "all", *, lines: Lines = Lines()) -> Who:
    """Who placed an order that counts by some lines, on these days: whose first one at all falls on them, or others."""
    day, until = date.fromisoformat(start), date.fromisoformat(end)
    if study.overview is None or kind not in {"all", "new", "before"} or day >= until:
        raise LookupError
    whole = day.month == 1 and until == day.replace(year=day.year + 1)

    def make(engine: DuckEngine, found: Opened) -> None:
        if lines:
            engine.make("overview/chosen", segment=None, **asdict(lines))
            engine.view_from("sales", "select * from chosen")
        new = None if kind == "all" else kind == "new"
        _step("days", orders=True, start=day, until=until, new=new)(engine, found)

    return Who(lambda say: (kind, {"period": str(day.year) if whole else say.month(day)}), make)


def _score(_: Study, r: str, f: str) -> Who:
    recent, often = int(r), int(f)
    if not (0 < recent < MOST_LEVELS and 0 < often < MOST_LEVELS):
        raise ValueError
    return Who(lambda _: ("score", {"r": recent, "f": often}), _step("score", r=recent, f=often))


def _spread(_: Study, measure: str, low: str, high: str = "") -> Who:
    if measure not in {"recency_days", "orders", "monetary"}:
        raise LookupError
    least, most = float(low), float(high) if high else None
    if not isfinite(least) or not isfinite(most or 0.0):
        raise ValueError

    def words(say: Words) -> tuple[str, dict[str, Value]]:
        def write(value: float) -> str:
            return say.money(value) if measure == "monetary" else say.number(value, 0 if value == int(value) else 1)

        name = {"feature": feature_name(measure, say), "low": write(least)}
        if most is None:
            return "spread_open", dict(name)
        return "spread", {**name, "high": write(most)}

    return Who(words, _step("spread", measure=measure, low=least, high=most))


def _slot(_: Study, weekday: str, hour: str = "") -> Who:
    day, at = int(weekday), int(hour) if hour else None
    if not (1 <= day <= 7 and (at is None or 0 <= at < 24)):
        raise ValueError
    clock = "" if at is None else f"{at:02d}:00"
    return Who(lambda _: ("slot_hour" if clock else "slot", {"day": day, "hour": clock}),
               _step("slot", orders=True, weekday=day, hour=at))  # fmt: skip


def _repeat(_: Study, part: str) -> Who:
    least, most = _ORDERS[part]
    return Who(lambda _: (f"repeat_{part}", {}), _step("repeat", orders=True, least=least, most=most))


def _move(study: Study, by: str, origin: str, target: str) -> Who:
    if study.moves is None:
        raise LookupError
    moved = {"segment": study.moves.segments, "cluster": study.moves.clusters}[by]
    if {origin or target, target} - set(moved.groups):
        raise LookupError

    def words(say: Words) -> tuple[str, dict[str, Value]]:
        def label(name: str) -> str:
            return segment_label(name, say) if by == "segment" else say("report.cluster", n=name)

        names: dict[str, Value] = {"target": label(target), "origin": label(origin) if origin else ""}
        return "move" if origin else "move_new", names

    return Who(words, _step("move", table="moves", clusters=by == "cluster", origin=origin or None, target=target))


def _offer(study: Study, which: str, code: str) -> Who:
    if study.recommendations is None or which not in {"again", "next"}:
        raise LookupError
    most = getattr(study.recommendations, which).most
    name = next((one.product for one in most if one.product_id == code and one.product), code)
    return Who(lambda _: (f"offer_{which}", {"product": short(name)}),
               _step("offer", table="recommendations", list=which, code=code))  # fmt: skip


def _product(study: Study, code: str) -> str:
    """What a product is called, where it is among the best; else its code."""
    best = (*study.overview.top_products_by_sales, *study.overview.top_products_by_pieces) if study.overview else ()
    return next((row.name for row in best if row.code == code and row.name), code)


def _bought(study: Study, by: str, item: str, month: str = "", *, lines: Lines = Lines()) -> Who:
    if by not in COLUMNS:
        raise LookupError
    since = date.fromisoformat(month).replace(day=1) if month else None
    until = since and date(since.year + since.month // 12, since.month % 12 + 1, 1)
    first = max((day for day in (since, lines.since) if day), default=None)
    end = min((day for day in (until, lines.until) if day), default=None)
    values: dict[str, Value] = {"item": short(_product(study, item) if by == "product" else item)}
    values |= {"month": since.isoformat()} if since else {}
    return Who(lambda _: ("bought_month" if since else "bought", values),
               _step("bought", by=by, item=item, **{**asdict(lines), "since": first, "until": end}))  # fmt: skip


def _basket(study: Study, *items: str) -> Who:
    if study.bundles is None or len(set(items)) < 2:
        raise LookupError
    level, basket = study.bundles.level, study.bundles.basket
    codes = [(*rule.antecedent_codes, *rule.consequent_codes) for rule in study.bundles.rules]
    names = [(*rule.antecedent, *rule.consequent) for rule in study.bundles.rules]
    known = {code: name for pair in zip(codes, names, strict=True) for code, name in zip(*pair, strict=True)}

    def make(engine: DuckEngine, found: Opened) -> None:
        engine.put("items", {"item": "VARCHAR"}, [(item,) for item in sorted(set(items))])
        _step("basket", by=level, basket=basket)(engine, found)

    text = " + ".join(short(known.get(item, item), 40) for item in items)
    return Who(lambda _: (f"basket_{basket}", {"items": text}), make)


def _level(study: Study, attribute: str, level: str) -> Who:
    if study.people is None or study.people_figures is None:
        raise LookupError
    table = next(one for one in study.people_figures.crosstabs if one.attribute == attribute)
    figures, people = study.people_figures, study.people
    kind = next(one.kind for one in people.attributes if one.name == attribute)
    if level == OTHERS or table.edges or (kind == "yes_no" and level not in {"true", "false"}):
        raise LookupError
    if kind == "number":
        condition = where_sql([Condition(attribute, low=float(level), high=float(level))])
    else:
        condition = where_sql([Condition(attribute, value=level == "true" if kind == "yes_no" else level)])

    def words(say: Words) -> tuple[str, dict[str, Value]]:
        named = Named(figures, people, say)
        return "level", {"name": short(named.measure(attribute)), "value": named.level(attribute, level, ())}

    return Who(words, _fitting(condition))


def _between(study: Study, attribute: str, low: str, high: str) -> Who:
    """A band of a number, open where a side is empty."""
    if study.people is None or study.people_figures is None:
        raise LookupError
    table = next(one for one in study.people_figures.crosstabs if one.attribute == attribute and one.edges)
    least, most = (float(side) if side else None for side in (low, high))
    edges = tuple(side for side in (least, most) if side is not None)
    if not edges or not all(map(isfinite, edges)):
        raise ValueError
    named = partial(Named, study.people_figures, study.people)

    def words(say: Words) -> tuple[str, dict[str, Value]]:
        value = named(say).level(table.attribute, "0" if least is None else "1", edges)
        return "level", {"name": short(named(say).measure(attribute)), "value": value}

    return Who(words, _fitting(_band(attribute, least, most)))


def _band(attribute: str, low: float | None, high: float | None) -> str:
    """low < value <= high as SQL; an edge is often somebody's value, so it is written as exactly as it is known."""
    sides = [f"{quoted(attribute)} > {low!r}" if low is not None else "",
             f"{quoted(attribute)} <= {high!r}" if high is not None else ""]  # fmt: skip
    return " and ".join(side for side in sides if side)


def _rule(study: Study, kind: str, group: str) -> Who:
    rules = study.plain_rules.rules if study.plain_rules else ()
    rule = next(one for one in rules if (one.kind, one.group) == (kind, group) and one.found is not None)
    return Who(lambda say: ("rule", {"group": _group(kind, group, say)}), _fitting(condition_of(rule)))


def _group(kind: str, name: str, say: Words) -> str:
    return segment_label(name, say) if kind == "segment" else say("report.cluster", n=name.removeprefix("Cluster "))


def _leaf(study: Study, kind: str, place: str) -> Who:
    tree = next(one for one in (study.plain_rules.trees if study.plain_rules else ()) if one.kind == kind)
    path = path_to(tree, int(place))
    group = tree.nodes[int(place)].group
    return Who(lambda say: ("leaf", {"group": _group(kind, group, say)}), _fitting(" and ".join(path) or "true"))


def path_to(tree: Tree, place: int) -> list[str]:
    """The conditions on the way to a node of a tree, as SQL. Raises LookupError."""
    for nr, node in enumerate(tree.nodes):
        if node.condition is not None and place in {node.yes, node.no}:
            fits = f"coalesce({where_sql([node.condition])}, false)"
            return [*path_to(tree, nr), fits if place == node.yes else f"not {fits}"]
    if place:
        raise LookupError
    return []


_KINDS: dict[str, Callable[..., Who]] = {
    "cohort": _cohort, "age": _age, "flow": _flow, "score": _score, "spread": _spread, "slot": _slot, "repeat": _repeat,
    "move": _move, "offer": _offer, "basket": _basket, "level": _level, "between": _between,
    "rule": _rule, "leaf": _leaf,
}  # fmt: skip
_BY_LINES: dict[str, Callable[..., Who]] = {"bought": _bought, "days": _days}
