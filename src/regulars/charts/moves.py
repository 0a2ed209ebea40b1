"""Charts of moves between two studies: where the customers of each group went."""

from collections.abc import Sequence

from regulars.charts import Chart, Option, Table
from regulars.charts.groups import segment_label
from regulars.charts.kit import base, color, tip
from regulars.locale import Words
from regulars.segments.moves import Flow, Moved

LARGEST = 12  # flows in the table of the largest moves
_NOW = "\N{ZERO WIDTH SPACE}"  # tells a node of the right side from the left one of the same name


def group_name(moved: Moved, group: str | None, say: Words) -> str:
    """A group in the reader's language; None is outside: new on the left, gone on the right."""
    if group is None:
        return say("common.unknown")
    return segment_label(group, say) if moved.by == "segment" else say("report.cluster", n=group)


def sankey(moved: Moved, say: Words) -> Chart:
    """Every flow of customers between the groups then (left) and now (right)."""
    flows = sorted(moved.flows(), key=lambda flow: (_place(moved, flow.origin), _place(moved, flow.target)))
    links = [
        {"source": _node(moved, flow.origin, "new", say), "target": _node(moved, flow.target, "gone", say) + _NOW,
         "value": flow.customers, "lineStyle": {"color": color(_shade(moved, flow))}, "tip": _tip(moved, flow, say)}
        for flow in flows
    ]  # fmt: skip
    nodes = [*_nodes(moved, [flow.origin for flow in flows], "new", say, left=True),
             *_nodes(moved, [flow.target for flow in flows], "gone", say, left=False)]  # fmt: skip
    series: Option = {
        "type": "sankey", "data": nodes, "links": links, "nodeGap": 14, "nodeWidth": 14, "layoutIterations": 0,
        "left": 4, "right": 4, "top": 8, "bottom": 8, "emphasis": {"focus": "adjacency"},
        "label": {"color": color("ink"), "fontSize": 12}, "labelLayout": {"hideOverlap": True},
        "lineStyle": {"opacity": 0.45, "curveness": 0.5},
    }  # fmt: skip
    title = say(f"moves.chart.{moved.by}")
    note = say("moves.chart.note", n=moved.customers)
    return Chart(
        f"moves_{moved.by}", title, note, base(series=[series]), flow_table(moved, flows, title, say), "full", 480
    )


def flow_table(moved: Moved, flows: Sequence[Flow], caption: str, say: Words) -> Table:
    """One row per flow: customers, net sales then and now; who moved by new rules, where somebody did."""
    paid = any(flow.sales_after is not None for flow in flows)
    split = any(flow.rules or flow.both for flow in flows)
    heads = ["from", "to", "customers", *(["real", "rules", "both"] if split else []),
             *(["sales_before", "sales_after"] if paid else [])]  # fmt: skip
    rows = []
    for flow in flows:
        money = [say("common.unknown") if value is None else say.money(value)
                 for value in (flow.sales_before, flow.sales_after)]  # fmt: skip
        ends = [_node(moved, flow.origin, "new", say), _node(moved, flow.target, "gone", say)]
        kinds = (flow.real, flow.rules, flow.both) if split else ()
        counts = [say.number(n) for n in (flow.customers, *kinds)]
        rows.append((*ends, *counts, *(money if paid else [])))
    return Table(caption, tuple(say(f"moves.head.{head}") for head in heads), tuple(rows), tuple(range(2, len(heads))))


def matrix(moved: Moved, say: Words, money: bool = False) -> Table:
    """Groups then by groups now: customers, or their net sales up to the later study; with sums."""
    flows = {(flow.origin, flow.target): flow for flow in moved.flows()}
    columns: list[str | None] = [group for group in moved.groups if any(key[1] == group for key in flows)]
    columns += [None] if not money and any(key[1] is None for key in flows) else []
    rows: list[str | None] = [group for group in (*moved.groups, None) if any(key[0] == group for key in flows)]

    def cell(origin: str | None, target: str | None) -> float:
        flow = flows.get((origin, target))
        return 0 if flow is None else (flow.sales_after or 0.0) if money else flow.customers

    def written(values: Sequence[float]) -> list[str]:
        return [say.money(value, 0) if money else say.number(value) for value in values]

    body = tuple(
        (
            _node(moved, row, "new", say),
            *written([*(cell(row, col) for col in columns), sum(cell(row, col) for col in columns)]),
        )
        for row in rows
    )
    sums = [sum(cell(row, column) for row in rows) for column in columns]
    heads = (
        say("moves.head.from_to"),
        *(_node(moved, column, "gone", say) for column in columns),
        say("moves.head.all"),
    )
    caption = say(f"moves.matrix.{'sales' if money else 'customers'}")
    return Table(
        caption, heads, body, tuple(range(1, len(heads))), (say("moves.head.all"), *written([*sums, sum(sums)]))
    )


def _node(moved: Moved, group: str | None, outside: str, say: Words) -> str:
    return say(f"moves.{outside}") if group is None else group_name(moved, group, say)


def _nodes(moved: Moved, groups: Sequence[str | None], outside: str, say: Words, left: bool) -> list[Option]:
    ordered = sorted(dict.fromkeys(groups), key=lambda group: _place(moved, group))
    return [
        {"name": _node(moved, group, outside, say) + ("" if left else _NOW), "depth": 0 if left else 1,
         "label": {"position": "right" if left else "left"},
         "itemStyle": {"color": color("muted" if group is None else f"c{_place(moved, group) % 12 + 1}")}}
        for group in ordered
    ]  # fmt: skip


def _place(moved: Moved, group: str | None) -> int:
    return len(moved.groups) if group is None else moved.groups.index(group)


def _shade(moved: Moved, flow: Flow) -> str:
    rise = moved.rise(flow)
    return "good" if rise > 0 else "bad" if rise < 0 else "band"


def _tip(moved: Moved, flow: Flow, say: Words) -> str:
    name = f"{_node(moved, flow.origin, 'new', say)} → {_node(moved, flow.target, 'gone', say)}"
    facts = [(say("moves.head.customers"), say.number(flow.customers))]
    if flow.rules or flow.both:
        facts.append((say("moves.head.rules"), say.number(flow.rules)))
    if flow.sales_after is not None:
        facts.append((say("moves.head.sales_after"), say.money(flow.sales_after)))
    return tip(name, *facts)
