"""A tree of questions, drawn from left to right: boxes of two or three short lines that fit a phone."""

from collections.abc import Callable, Mapping

from regulars.charts import Chart, Option, Table
from regulars.charts.kit import base, clean, color, short, tip
from regulars.charts.palette import SERIES
from regulars.locale import Words
from regulars.profiles.rule_models import Condition, Node, Tree

Tell = Callable[[Condition], str]


def tree_chart(tree: Tree, labels: Mapping[str, str], tell: Tell, say: Words) -> Chart:
    """The questions of a tree and the group at the end of each path; `labels` names the groups."""
    shades = {group: f"c{i % SERIES + 1}" for i, group in enumerate(labels)}
    rows: list[tuple[str, ...]] = []

    def node(place: int, path: tuple[str, ...]) -> Option:
        found = tree.nodes[place]
        if found.condition is None:
            rows.append(_row(found, path, labels, say))
            return _leaf(found, rows[-1], shades.get(found.group, "c1"), say)
        return _branch(found, tell(found.condition), path, node, say)

    option = base(series=[_series(node(0, ()))])
    heads = tuple(say(f"plain.tree.{name}") for name in ("path", "leaf", "share", "customers"))
    title = say(f"plain.tree.{tree.kind}")
    note = say("plain.tree.note", n=tree.customers, right=tree.right, groups=tree.groups, largest=tree.largest)
    return Chart(f"plain_tree_{tree.kind}", title, note, option, Table(title, heads, tuple(rows), (2, 3)), "full", 600)


def _branch(
    found: Node, asked: str, path: tuple[str, ...], node: Callable[[int, tuple[str, ...]], Option], say: Words
) -> Option:
    children = [node(found.yes, (*path, asked)), node(found.no, (*path, say("plain.tree.not", condition=asked)))]
    name = asked[:1].upper() + asked[1:] + "?"
    return {"name": short(name, 44), "tip": tip(name), "children": children,
            "label": {"backgroundColor": color("sunken"), "color": color("ink")}}  # fmt: skip


def _leaf(found: Node, row: tuple[str, ...], shade: str, say: Words) -> Option:
    figures = [(say("plain.tree.share"), row[2]), (say("plain.tree.customers"), row[3])]
    text = f"{short(row[1], 24)}\n{say.percent(found.share.value, 0)}" if found.share else short(row[1], 24)
    return {"name": text, "tip": tip(row[1], *figures),
            "label": {"backgroundColor": color(shade), "color": {"$on": shade}}}  # fmt: skip


def _row(found: Node, path: tuple[str, ...], labels: Mapping[str, str], say: Words) -> tuple[str, ...]:
    way = ", ".join(clean(step) for step in path) or say("plain.tree.all")
    share = say.percent(found.share.value, 0) if found.share else say("plain.tree.unseen")
    return way[:1].upper() + way[1:], clean(labels.get(found.group, found.group)), share, say.number(found.customers)


def _series(root: Option) -> Option:
    return {
        "type": "tree",
        "data": [root],
        "orient": "LR",
        "layout": "orthogonal",
        "top": 24,
        "bottom": 24,
        "left": 44,
        "right": 44,
        "symbol": "none",
        "roam": False,
        "expandAndCollapse": False,
        "initialTreeDepth": -1,
        "lineStyle": {"color": color("line"), "width": 2},
        "label": {"show": True, "position": "inside", "width": 74, "overflow": "break", "lineHeight": 14,
                  "fontSize": 11, "padding": [5, 3], "borderRadius": 6},
    }  # fmt: skip
