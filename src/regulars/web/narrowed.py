"""A study of those customers alone whom a filter leaves: the study's own steps over its stored tables.

Who passes is who stands in the list of customers with the same filter. Scores, segments, clusters, personas, actions,
and whatever was learned or tested stay those of the whole shop; counts, sums and means are of who passes. With months
chosen, sales, orders, profit and returns are of these months; recency, orders and spending per customer, on which the
scores rest, stay those of all orders.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import partial
from typing import Final

from regulars.analysis import Study, score_cells_of
from regulars.engine import DuckEngine
from regulars.features.distributions import distributions
from regulars.people_analysis import figures
from regulars.profiles.describe import describe
from regulars.profiles.groups import Group, TopOf, read_groups, read_top
from regulars.profiles.levels import Facts
from regulars.profiles.models import Kind, Profile, TopCategory
from regulars.profiles.personas import group_name
from regulars.retention.retention import of_periods, retention
from regulars.stored import only_of, stored_buyers, stored_sales
from regulars.value.histories import cut_at, make_histories
from regulars.value.models import SegmentValue
from regulars.web import recounted
from regulars.web.filters import Filters, once
from regulars.web.opened import Opened

MEMORY = "256MB"  # at most, while a page is made


def follows(study: Study, page: str) -> bool:
    """Whether a page of a study can follow a filter."""
    has = {"value": study.value and study.value.expected_orders is not None, "people": study.people_figures,
           "retention": study.retention, "market": study.market, "moves": study.moves,
           "recommend": study.recommendations and not study.recommendations.reason,
           "plain": study.plain_rules and study.plain_rules.rules}  # fmt: skip
    return study.overview is not None and page in _PAGES and bool(has.get(page, True))


def narrowed(found: Opened, filters: Filters, page: str) -> Study | None:
    """A study whose `customers`, and the figures of one page, are of who passes; once. None where nobody is left."""
    return once(found, filters, ("narrowed", page, found.personal), lambda: _narrowed(found, filters, page))


def _narrowed(found: Opened, filters: Filters, page: str) -> Study | None:
    with _passing(found, filters) as engine:
        customers = int(engine.rows("select count(*) as n from kept")[0]["n"])
        study = _PAGES[page](engine, found, filters) if customers else None
    if study is None or study.overview is None:
        return None
    counted = customers
    if page == "retention" and study.retention and (filters.since or filters.until):
        counted = study.retention.customers  # who was new in the months chosen, and nobody else
    return replace(study, customers=customers, overview=replace(study.overview, customers=counted))


@contextmanager
def _passing(found: Opened, filters: Filters) -> Iterator[DuckEngine]:
    """An engine with `customers`, those whom the filter leaves, also as `kept`; and `sales`, their lines."""
    with DuckEngine(threads=1, memory_limit=MEMORY) as engine:  # a second thread takes memory and saves no CPU
        stored_buyers(engine, found.shop, found.day)
        stored_sales(engine, found.shop, found.day)
        engine.make("web/passing", **asdict(filters))
        engine.make("web/kept")
        engine.view_from("customers", "select * from kept")
        only_of(engine, "kept")
        yield engine


def _groups(kind: Kind, engine: DuckEngine, found: Opened, filters: Filters) -> Study:
    """The segments or clusters of who passes, with the R×F map and the distributions."""
    study = found.study
    by_lines = study.settings.frequency == "lines"
    engine.view("overview/orders")
    order = study.scheme.segments if kind == "segment" else [str(n) for n in range(1, study.clusters.k + 1)]
    groups, shop = read_groups(engine, kind, order, by_lines)
    engine.view_from("features", "select * from kept")
    spread = distributions(engine)
    if filters.since or filters.until:
        days = {"since": filters.since, "until": filters.until}
        engine.make("web/within", **days)
        engine.make("web/sold", **days)
        engine.view_from("customers", "select * from within")
        brought, total = read_groups(engine, kind, order, False)
        groups = [_brought(group, part) for group, part in zip(groups, brought, strict=True)]
        shop = _brought(shop, total)
        engine.view_from("sales", "select * from sold")
    top_of, tops = read_top(engine, kind, shop.sales is not None)
    known = {p.name: p for p in (study.segments if kind == "segment" else study.cluster_profiles)}
    profiles = tuple(
        _profile(known[name], group, shop, top_of, tops.get(group.name, ()))
        for group in groups
        if (name := group_name(kind, group.name)) in known
    )
    if kind == "cluster":
        return replace(study, cluster_profiles=profiles)
    return replace(study, segments=profiles, score_cells=score_cells_of(engine), distributions=spread)


def _brought(group: Group, part: Group) -> Group:
    """A group with the orders and the money of some days."""
    return replace(group, orders=part.orders, sales=part.sales, avg_order_value=part.avg_order_value,
                   profit=part.profit, shipping=part.shipping, return_share=part.return_share)  # fmt: skip


def _profile(
    known: Profile, group: Group, shop: Group, top_of: TopOf | None, top: Sequence[TopCategory]
) -> Profile:  # fmt: skip
    """The profile of the shop's group with the figures of who passes."""
    facts = Facts(group, shop, known.levels, top, top_of is not None)
    return replace(
        known, customers=group.customers, share=group.customers / shop.customers, sales=group.sales,
        sales_share=facts.sales_share, mean=group.mean, median=group.median, orders=group.orders,
        avg_order_value=group.avg_order_value, profit=group.profit, shipping=group.shipping,
        return_share=group.return_share, one_order_share=group.one_order_share, top_categories=tuple(top),
        description=describe(facts, known.persona, top_of, some=True), days_between=group.days_between, top_of=top_of,
    )  # fmt: skip


def _value(engine: DuckEngine, found: Opened, filters: Filters) -> Study | None:  # noqa: ARG001
    """What who passes will still bring; a range is known for everybody alone."""
    study, whole = found.study, found.study.value
    assert whole and study.as_of and study.since  # noqa: S101 - `follows` asked
    engine.load("kept_value", found.shop.path_of(found.day, "value.parquet", check=False))
    engine.view_from("value", "select v.* from kept_value v join kept k on k.customer_id = v.customer_id")
    engine.view_from("scores", "select customer_id, segment from kept")
    engine.view("value/orders")
    engine.make("value/order_days")
    counts = make_histories(engine, cut_at(study.as_of, whole.horizon_days, study.since, study.as_of))
    row = engine.ask("value/value_totals")[0]
    totals = {name: None if row[name] is None else float(row[name]) for name in row}
    groups = tuple(
        SegmentValue(one["segment"], one["customers"], float(one["expected_orders"]),
                     None if one["value"] is None else float(one["value"]))
        for one in engine.ask("value/value_by_segment")
    )  # fmt: skip
    if not groups:
        return None
    part = replace(
        whole, **counts, expected_orders=totals["expected_orders"], expected_sales=totals["expected_sales"],
        value=totals["value"], late=int(totals["late"] or 0), late_spent=totals["late_spent"], segments=groups,
    )  # fmt: skip
    if counts["customers"] < whole.customers:
        part = replace(part, orders_low=None, orders_high=None, value_low=None, value_high=None)
    return replace(study, value=part)


def _retention(engine: DuckEngine, found: Opened, filters: Filters) -> Study | None:
    """Who of those who pass comes back; months that were chosen leave their periods and cohorts."""
    study = found.study
    assert study.as_of  # noqa: S101 - it has orders
    engine.make("value/orders")
    engine.make("market/gaps")
    seen = retention(engine, study.as_of, shop=study.retention)
    seen = seen and of_periods(seen, filters.since, filters.until)
    return replace(study, retention=seen) if seen else None


def _people(engine: DuckEngine, found: Opened, filters: Filters) -> Study | None:  # noqa: ARG001
    """The statistics of the customer table, of who passes."""
    study = found.study
    assert study.people  # noqa: S101 - `follows` asked
    engine.load("people", found.shop.path_of(found.day, "people.parquet", check=False))
    there = {row["segment"] for row in engine.rows("select distinct segment from kept")}
    some = replace(study, segments=tuple(profile for profile in study.segments if profile.name in there))
    seen = figures(engine, study.people, some)
    return replace(study, people_figures=seen) if seen else None


_PAGES: Final[dict[str, Callable[[DuckEngine, Opened, Filters], Study | None]]] = {
    "segments": partial(_groups, "segment"),
    "clusters": partial(_groups, "cluster"),
    "value": _value,
    "retention": _retention,
    "people": _people,
    "market": recounted.market,
    "moves": recounted.moves,
    "recommend": recounted.recommend,
    "plain": recounted.plain,
}
