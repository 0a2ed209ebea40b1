"""Charts whose parts lead to the customers behind them: from what is clicked, and from the cells of the table below."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from starlette.datastructures import URL

from regulars.analysis import Study
from regulars.baskets.models import Rule
from regulars.charts import Chart, Option, Table
from regulars.charts.baskets import pairs
from regulars.charts.kit import short
from regulars.charts.people import shown, with_everybody
from regulars.charts.retention import DASH
from regulars.overview.models import Ranked
from regulars.people.crosstabs import OTHERS
from regulars.people.models import Crosstab
from regulars.segments.moves import Moved
from regulars.web.behind import COLUMNS, asked
from regulars.web.figures import linked
from regulars.web.filters import FILTERS, month_after

Cells = dict[tuple[int, int], str]  # row and column of a table -> address
To = Callable[..., str]  # the list of the customers behind a text, with further filters


@dataclass(frozen=True, slots=True)
class Seen:
    """What addresses are made of."""

    study: Study
    to: To


def led(chart: Chart, study: Study, to: To | None) -> Chart:
    """The chart with addresses where customers stand behind its parts; as it is where this server lists none."""
    make = _BY_KEY.get(chart.key) or next((make for prefix, make in _BY_PREFIX if chart.key.startswith(prefix)), None)
    return make(chart, Seen(study, to)) if make and to else chart


def table_led(table: Table, cells: Mapping[tuple[int, int], str]) -> Table:
    """The table with the addresses of its cells; a dash is the name of no link."""
    if not cells:
        return table
    rows = [tuple(cells.get((y, x), "") if cell != DASH else "" for x, cell in enumerate(row))
            for y, row in enumerate(table.rows)]  # fmt: skip
    return replace(table, leads=tuple(rows))


def _put(chart: Chart, points: Mapping[tuple[int, int], str], cells: Cells) -> Chart:
    """The chart with addresses at data (series, place in it) and at cells of its table; "" takes away what is there."""
    series = [
        {**one, "data": [_with(datum, points.get((s, i))) for i, datum in enumerate(one["data"])]}
        if isinstance(one.get("data"), list) else one
        for s, one in enumerate(chart.option["series"])
    ]  # fmt: skip
    return replace(chart, option={**chart.option, "series": series}, table=table_led(chart.table, cells))


def _with(datum: Any, href: str | None) -> Any:
    if href is None or not isinstance(datum, dict):
        return datum
    return {**datum, "href": href} if href else {name: part for name, part in datum.items() if name != "href"}


def put(chart: Chart, hrefs: Mapping[int, str]) -> Chart:
    """The chart with an address at each bar of its first series, and at its row of the table."""
    return _put(chart, {(0, i): href for i, href in hrefs.items()}, {(i, 0): href for i, href in hrefs.items()})


def _cohorts(chart: Chart, seen: Seen) -> Chart:
    found = seen.study.retention
    points: dict[tuple[int, int], str] = {}
    cells: Cells = {}
    place = 0
    for y, cohort in enumerate(found.cohorts if found else ()):
        cells[y, 0] = cells[y, 1] = seen.to(asked("cohort", cohort.start))
        for age, cell in list(enumerate(cohort.cells))[1:]:
            if cell.customers:
                points[0, place] = cells[y, age + 2] = seen.to(asked("cohort", cohort.start, age))
            place += 1
    return _put(chart, points, {at: href for at, href in cells.items() if chart.table.rows[at[0]][at[1]]})


def _ages(chart: Chart, seen: Seen) -> Chart:
    ages = seen.study.retention.ages if seen.study.retention else ()
    hrefs = [seen.to(asked("age", one.age)) for one in ages]
    return _put(chart, {(2, i): href for i, href in enumerate(hrefs)}, {(i, 0): href for i, href in enumerate(hrefs)})


def _soon(chart: Chart, seen: Seen) -> Chart:
    found = seen.study.retention
    cohorts = [one for one in found.cohorts if one.soon and one.complete and not one.early] if found else []
    hrefs = [seen.to(asked("cohort", cohort.start)) for cohort in cohorts]
    return _put(chart, {(2, i): href for i, href in enumerate(hrefs)}, {(i, 0): href for i, href in enumerate(hrefs)})


def _flow(chart: Chart, seen: Seen) -> Chart:
    """Each kind of a period's customers by itself; a lapse is an event, behind which no list stands."""
    found = seen.study.retention
    points: dict[tuple[int, int], str] = {}
    for i, flow in enumerate(found.flows if found else ()):
        counts = {"new": flow.new, "repeating": flow.repeating, "won_back": flow.won_back}
        for s, (kind, n) in enumerate(counts.items()):
            if n:
                points[s, i] = seen.to(asked("flow", flow.start, kind))
    return _put(chart, points, _whole(seen) | {(i, s + 2): href for (s, i), href in points.items()})


def _whole(seen: Seen) -> Cells:
    """The customers of each period, at its name."""
    flows = seen.study.retention.flows if seen.study.retention else ()
    return {(i, 0): seen.to(asked("flow", flow.start, "all")) for i, flow in enumerate(flows) if flow.customers}


def _again(chart: Chart, seen: Seen) -> Chart:
    """Of each period those who had bought before, and those with two orders in it."""
    flows = seen.study.retention.flows if seen.study.retention else ()
    drawn = chart.option["series"]
    first = len(flows) - len(drawn[2]["data"])  # periods that do not compare are left out before it
    points: dict[tuple[int, int], str] = {}
    cells = _whole(seen)
    for i, flow in enumerate(flows):
        counts = {"before": flow.repeating + (flow.won_back or 0), "twice": flow.twice}
        for s, (kind, n) in enumerate(counts.items()):
            if n and i >= first and drawn[3 * s + 2]["data"][i - first]["value"][1] is not None:
                points[3 * s + 2, i - first] = seen.to(asked("flow", flow.start, kind))
                cells[i, s + 2] = points[3 * s + 2, i - first]
    return _put(chart, points, cells)


def _newcomers(chart: Chart, seen: Seen) -> Chart:
    months = seen.study.overview.months if seen.study.overview else ()
    points: dict[tuple[int, int], str] = {}
    for i, month in enumerate(months):
        counts = {"before": month.customers - month.new_customers, "new": month.new_customers}
        points |= {(s, i): seen.to(asked("days", month.start, month_after(month.start), kind)) if n else ""
                   for s, (kind, n) in enumerate(counts.items())}  # fmt: skip
    return _put(chart, points, {(i, 2 - s): href for (s, i), href in points.items() if href})


def _overdue(chart: Chart, seen: Seen) -> Chart:  # noqa: ARG001
    """Of each segment those alone who are beyond their rhythm."""
    data = chart.option["series"][0]["data"]
    hrefs = {i: overdue(datum["href"]) if datum["value"] else "" for i, datum in enumerate(data) if "href" in datum}
    return _put(chart, {(0, i): href for i, href in hrefs.items()}, {(i, 1): href for i, href in hrefs.items() if href})


def unfiltered(address: str) -> str:
    """The address of a list, of the whole shop."""
    return str(URL(address).remove_query_params(FILTERS))


def overdue(address: str) -> str:
    """The address of a list, of those alone who are beyond their rhythm."""
    return str(URL(address).include_query_params(at_risk="yes"))


def _scores(chart: Chart, seen: Seen) -> Chart:
    levels = seen.study.scheme.levels
    held = {(cell.r, cell.f) for cell in seen.study.score_cells if cell.customers}
    points: dict[tuple[int, int], str] = {}
    cells: Cells = {}
    for x in range(levels[1]):
        for y in range(levels[0]):
            r, f = levels[0] - y, x + 1
            points[0, x * levels[0] + y] = seen.to(asked("score", r, f)) if (r, f) in held else ""  # nor its name's
            cells[y, x + 1] = points[0, x * levels[0] + y]
    return _put(chart, points, cells)


def _spread(chart: Chart, seen: Seen) -> Chart:
    spread = next(one for one in seen.study.distributions if chart.key == f"distribution_{one.feature}")
    last = len(spread.counts) - 1
    return put(chart, {
        i: seen.to(asked("spread", spread.feature, low, None if spread.open_ended and i == last else high))
        for i, (low, high) in enumerate(pairwise(spread.edges)) if spread.counts[i]
    })  # fmt: skip


def _slots(chart: Chart, seen: Seen) -> Chart:
    found = seen.study.overview.slots if seen.study.overview else ()
    if any(slot.hour is None for slot in found):
        return put(chart, {slot.weekday - 1: seen.to(asked("slot", slot.weekday)) for slot in found if slot.orders})
    first = min(slot.hour or 0 for slot in found)
    width = len(chart.table.headers) - 1
    cells = {(s.weekday - 1, (s.hour or 0) - first + 1): seen.to(asked("slot", s.weekday, s.hour or 0))
             for s in found if s.orders}  # fmt: skip
    return _put(chart, {(0, y * width + x - 1): href for (y, x), href in cells.items()}, cells)


def _repeat(chart: Chart, seen: Seen) -> Chart:
    parts = ("again", "once", "none")[: len(chart.option["series"])]
    hrefs = [seen.to(asked("repeat", part)) for part in parts]
    points = {(s, i): href for s, href in enumerate(hrefs) for i in range(len(chart.table.rows))}
    return _put(chart, points, {(i, s + 1): href for (s, i), href in points.items()})


def _moves(chart: Chart, seen: Seen) -> Chart:
    found = seen.study.moves
    if found is None:
        return chart
    moved: Moved = found.clusters if chart.key == "moves_cluster" else found.segments

    def place(group: str | None) -> int:
        return len(moved.groups) if group is None else moved.groups.index(group)

    flows = sorted(moved.flows(), key=lambda flow: (place(flow.origin), place(flow.target)))
    hrefs = [seen.to(asked("move", moved.by, flow.origin, flow.target)) if flow.target else "" for flow in flows]
    drawn = chart.option["series"][0]
    links = [_with(link, href) for link, href in zip(drawn["links"], hrefs, strict=True)]
    series = [{**drawn, "links": links}]
    table = table_led(chart.table, {(i, 2): href for i, href in enumerate(hrefs) if href})
    return replace(chart, option={**chart.option, "series": series}, table=table)


def _tree(chart: Chart, seen: Seen) -> Chart:
    kind = chart.key.removeprefix("plain_tree_")
    tree = next(one for one in seen.study.plain_rules.trees if one.kind == kind) if seen.study.plain_rules else None
    if tree is None:
        return chart
    leaves: list[str] = []

    def walked(drawn: Option, place: int) -> Option:
        node = tree.nodes[place]
        if node.condition is None:
            leaves.append(unfiltered(seen.to(asked("leaf", kind, place))))  # a tree is the whole shop's
            return {**drawn, "href": leaves[-1]}
        children = zip(drawn["children"], (node.yes, node.no), strict=True)
        return {**drawn, "children": [walked(child, at) for child, at in children]}

    series = chart.option["series"][0]
    option = {**chart.option, "series": [{**series, "data": [walked(series["data"][0], 0)]}]}
    cells = {(i, 1): href for i, href in enumerate(leaves)}
    return replace(chart, option=option, table=table_led(chart.table, cells))


def _offers(chart: Chart, seen: Seen) -> Chart:
    which = chart.key.removeprefix("recommend_most_")
    most = getattr(seen.study.recommendations, which).most
    hrefs = [seen.to(asked("offer", which, offered.product_id)) for offered in most]
    return _put(chart, {(0, i): href for i, href in enumerate(hrefs)}, {(i, 1): href for i, href in enumerate(hrefs)})


def _growth(chart: Chart, seen: Seen) -> Chart:
    by = chart.key.removeprefix("market_growth_")
    grown = next((one for one in seen.study.market.growth if one.by == by), None) if seen.study.market else None
    if grown is None or grown.column not in COLUMNS:
        return chart
    names = [row[0] for row in chart.table.rows]
    return put(chart, {i: seen.to(asked("bought", grown.column, name)) for i, name in enumerate(names)})


def _ship_modes(chart: Chart, seen: Seen) -> Chart:
    return _items(chart, seen, "ship_mode", seen.study.overview.ship_modes if seen.study.overview else ())


def _subcategories(chart: Chart, seen: Seen) -> Chart:
    return _items(chart, seen, "subcategory", seen.study.overview.subcategories if seen.study.overview else ())


def _items(chart: Chart, seen: Seen, column: str, rows: Sequence[Ranked]) -> Chart:
    """Items by their names, wherever they stand."""
    links = {row.name: seen.to(asked("bought", column, row.name)) for row in rows if row.name}
    first = len(chart.table.rows) - len(rows) if column == "subcategory" else 0  # categories stand above
    cells = {(i, 0): links[row[0]] for i, row in enumerate(chart.table.rows) if i >= first and row[0] in links}
    if column == "subcategory":
        return replace(chart, option=_leafs(chart.option, links), table=table_led(chart.table, cells))
    return replace(linked(chart, links), table=table_led(chart.table, cells))


def _leafs(option: Option, links: Mapping[str, str]) -> Option:
    """A treemap whose smaller parts have addresses."""
    known = {short(name): address for name, address in links.items()}

    def led_part(part: Option) -> Option:
        children = [_with(child, known.get(child["name"])) for child in part.get("children", ())]
        return {**part, "children": children} if children else part

    return {**option, "series": [{**one, "data": list(map(led_part, one["data"]))} for one in option["series"]]}


def _missing(chart: Chart, seen: Seen) -> Chart:
    figures = seen.study.people_figures
    found = figures.underserving[0].found if figures else ()
    return put(chart, {i: seen.to(asked("level", one.attribute, one.level)) for i, one in enumerate(found)
                       if one.level != OTHERS})  # fmt: skip


def _composition(chart: Chart, seen: Seen) -> Chart:
    figures = seen.study.people_figures
    if figures is None:
        return chart
    by = figures.underserving[0].by
    tables = (one for one in figures.crosstabs if one.by == by and chart.key == f"people_{one.attribute}")
    table = next(tables, None)
    if table is None:
        return chart
    found: Crosstab = with_everybody(shown(table))
    points: dict[tuple[int, int], str] = {}
    for i, level in enumerate(found.levels):
        for j, group in enumerate(found.groups):
            if level != OTHERS and found.counts[i][j]:
                more = {by: group} if group else {}
                points[i, j] = seen.to(_level(table, level), **more)
    levels = len(found.levels)
    return _put(chart, points, {(j * levels + i, 2): href for (i, j), href in points.items()})


def _level(table: Crosstab, level: str) -> str:
    """The text that asks for a level of an attribute; bands have the edges of who is counted."""
    if not table.edges:
        return asked("level", table.attribute, level)
    return asked("between", table.attribute, *list(pairwise((None, *table.edges, None)))[int(level)])


def _network(chart: Chart, seen: Seen) -> Chart:
    hrefs = _baskets(seen)
    pairs_of = [tuple(row[:2]) for row in chart.table.rows]
    found = {i: href for i, pair in enumerate(pairs_of) if (href := hrefs.get(frozenset(pair)))}
    return _put(chart, {(0, i): href for i, href in found.items()}, {(i, 2): href for i, href in found.items()})


def _matrix(chart: Chart, seen: Seen) -> Chart:
    hrefs, items = _baskets(seen), chart.table.headers[1:]
    cells = {
        (y, x + 1): href for y, a in enumerate(items) for x, b in enumerate(items)
        if a != b and chart.table.rows[y][x + 1][:1].isdigit() and (href := hrefs.get(frozenset((a, b))))
    }  # fmt: skip
    data = chart.option["series"][0]["data"]
    at = {(int(datum["value"][1]), int(datum["value"][0]) + 1): i for i, datum in enumerate(data)}
    return _put(chart, {(0, at[place]): href for place, href in cells.items() if place in at}, cells)


def _baskets(seen: Seen) -> dict[frozenset[str], str]:
    """The addresses of pairs of items, by what they are called."""
    found: Iterable[Rule] = pairs(seen.study.bundles) if seen.study.bundles else ()
    return {
        frozenset((*rule.antecedent, *rule.consequent)): seen.to(
            asked("basket", *sorted((*rule.antecedent_codes, *rule.consequent_codes)))
        )
        for rule in found
    }


def _by_segment(chart: Chart, seen: Seen) -> Chart:
    """Bundles by segment: all customers who bought a bundle, and those of each segment."""
    bundles = seen.study.bundles
    held = [bundle for bundle in bundles.bundles if bundle.segments] if bundles else []
    largest = sorted(held[0].segments if held else (), key=lambda segment: -segment.baskets)
    names = [one.segment for one in largest][: len(chart.table.headers) - 2]
    cells: Cells = {}
    for y, bundle in enumerate(held):
        text = asked("basket", *sorted((*bundle.rule.antecedent_codes, *bundle.rule.consequent_codes)))
        cells[y, 1] = seen.to(text)
        for x, name in enumerate(names):
            if chart.table.rows[y][x + 2][:1].isdigit():
                cells[y, x + 2] = seen.to(text, segment=name)
    data = chart.option["series"][0]["data"]
    at = {(int(datum["value"][1]), int(datum["value"][0]) + 2): i for i, datum in enumerate(data)}
    return _put(chart, {(0, at[place]): href for place, href in cells.items() if place in at}, cells)


def risk_led(tables: Sequence[Table], links: Mapping[str, str]) -> tuple[Table, ...]:
    """The table of rhythms with an address at each share of overdue customers."""
    return tuple(
        table_led(table, {(i, 3): overdue(links[row[0]]) for i, row in enumerate(table.rows)
                          if row[0] in links and (row[4], row[5]) != ("0", "0")})
        for table in tables
    )  # fmt: skip


def rules_led(tables: Sequence[Table], kind: str, study: Study, to: To | None) -> tuple[Table, ...]:
    """The table of plain rules with an address at each number of customers found."""
    if to is None or study.plain_rules is None or not tables:
        return tuple(tables)
    rules = [rule for rule in study.plain_rules.rules if rule.kind == kind]
    cells = {(i, 4): to(asked("rule", kind, rule.group)) for i, rule in enumerate(rules) if rule.found}
    return (table_led(tables[0], cells), *tables[1:])


_BY_KEY: dict[str, Callable[[Chart, Seen], Chart]] = {
    "retention_cohorts": _cohorts, "retention_ages": _ages, "retention_soon": _soon, "retention_flow": _flow,
    "retention_sales": _flow, "retention_repeat": _again, "newcomers": _newcomers, "market_risk": _overdue,
    "score_map": _scores, "repeat": _repeat,
    "slots": _slots, "weekdays": _slots, "slots_sales": _slots, "weekdays_sales": _slots,
    "bundles_network": _network, "bundles_matrix": _matrix, "people_missing": _missing,
    "ship_modes": _ship_modes, "treemap": _subcategories, "bundles_segments": _by_segment,
}  # fmt: skip
_BY_PREFIX = (("distribution_", _spread), ("moves_", _moves), ("plain_tree_", _tree), ("recommend_most_", _offers),
              ("market_growth_", _growth), ("people_", _composition))  # fmt: skip
