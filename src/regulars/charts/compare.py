"""Charts of the algorithms side by side: how clear their groups are, who agrees, and the tree of one of them."""

from regulars.charts import Chart, Table, height_of
from regulars.charts.kit import Bars, base, color, heat_map, lying_bars, series_color, tip, values_axis
from regulars.locale import Words
from regulars.segments.algorithms.models import Compared, Comparison, Tree

NO_OVERLAP = {"hideOverlap": True}  # on a phone


def label(name: str, say: Words) -> str:
    """What a reader calls an algorithm."""
    return say(f"compare.algorithm.{name}")


def against(row: Compared, say: Words) -> str:
    """What speaks against an algorithm, in a few words each."""
    return ", ".join(say(f"compare.fails.{fail}") for fail in row.fails) or say("compare.word.nothing")


def comparison_table(found: Comparison, say: Words) -> Table:
    """One row per algorithm, the preferred one marked."""
    words = ("algorithm", "how", "groups", "smallest", "noise", "silhouette", "null", "jaccard", "against")
    rows = tuple(
        (f"{label(row.name, say)} ✓" if row.name == found.preferred and found.verdict != "other_k"
         else label(row.name, say), say(f"compare.how.{row.name}"), say.number(row.clusters),
         say.percent(row.smallest_share, 0), say.percent(row.noise_share, 0),
         with_spread(row.silhouette, row.silhouette_spread, say),
         with_spread(row.null_silhouette, row.null_spread, say),
         say("common.unknown") if row.least_jaccard is None else say.percent(row.least_jaccard, 0), against(row, say))
        for row in found.algorithms
    )  # fmt: skip
    heads = tuple(say(f"compare.word.{word}") for word in words)
    return Table(say("compare.page.title"), heads, rows, tuple(range(2, 8)))


def silhouettes(found: Comparison, say: Words) -> Chart:
    """A pair of bars per algorithm: its silhouette, and what it makes of customers without groups."""
    names = [label(row.name, say) for row in found.algorithms]
    tips = [
        tip(label(row.name, say), *((say(f"compare.word.{word}"), value) for word, value in _figures(row, say)))
        for row in found.algorithms
    ]
    real, null = say("compare.word.silhouette"), say("compare.word.null")
    series = (
        Bars(real, [_rounded(row.silhouette) for row in found.algorithms], tips),
        Bars(null, [_rounded(row.null_silhouette) for row in found.algorithms], tips, "band"),
    )
    option = lying_bars(names, series, "decimal")
    for bars in option["series"]:
        bars["label"] = {"show": True, "position": "right", "formatter": {"$fn": "decimal"}}
        bars["barMaxWidth"] = 12
    note = say("compare.chart.silhouette.note", n=found.sample)
    table = comparison_table(found, say)
    return Chart("algorithms", say("compare.chart.silhouette.title"), note, option, table, "full",
                 height_of(len(names) + 2))  # fmt: skip


def agreement(found: Comparison, say: Words) -> Chart:
    """The adjusted Rand index of every pair, as a heat map."""
    names = [label(row.name, say) for row in found.algorithms]
    cells = [
        (j, i, round(max(value, 0), 3), tip(f"{one} – {other}", (say("compare.word.with"), say.number(value, 2))), "")
        for i, (one, row) in enumerate(zip(names, found.agreement, strict=True))
        for j, (other, value) in enumerate(zip(names, row, strict=True))
    ]
    option = heat_map(names, names, cells, "decimal")
    option["xAxis"]["axisLabel"] = {"interval": 0, "rotate": 40}
    option["series"][0]["labelLayout"] = NO_OVERLAP
    title = say("compare.chart.agreement.title")
    rows = tuple(
        (name, *(say.number(value, 2) for value in row)) for name, row in zip(names, found.agreement, strict=True)
    )
    table = Table(title, (say("compare.word.with"), *names), rows, tuple(range(1, len(names) + 1)))
    note = say("compare.chart.agreement.note", n=found.sample)
    return Chart("algorithm_agreement", title, note, option, table, "full", 440)


def dendrogram(tree: Tree, say: Words) -> Chart:
    """The top of the tree; the branches below the cut have the colour of their group."""
    title = say("compare.chart.tree.title")
    lines = [
        {
            "coords": [[link.x[0], link.low[0]], [link.x[0], link.height], [link.x[1], link.height],
                       [link.x[1], link.low[1]]],
            "lineStyle": {"color": color("muted") if link.cluster is None else series_color(link.cluster)},
        }
        for link in tree.links
    ]  # fmt: skip
    ends = [
        {"value": [i, 0], "name": say.number(size), "tip": say("compare.chart.tree.end", n=size)}
        for i, size in enumerate(tree.leaves)
    ]
    top = max(link.height for link in tree.links)
    hidden = {"axisLabel": {"show": False}, "splitLine": {"show": False}, "axisLine": {"show": False}}
    option = base(
        grid={"left": 4, "right": 8, "top": 16, "bottom": 44, "containLabel": True},
        xAxis={"type": "value", "min": -0.5, "max": len(tree.leaves) - 0.5, "axisTick": {"show": False}, **hidden},
        yAxis=values_axis("number", max=round(top * 1.05, 2), axisLabel={"showMaxLabel": False}),
        series=[
            {"type": "lines", "coordinateSystem": "cartesian2d", "polyline": True, "data": lines, "silent": True,
             "lineStyle": {"width": 2, "opacity": 1}},
            {"type": "scatter", "data": ends, "symbolSize": 7, "color": color("muted"), "labelLayout": NO_OVERLAP,
             "label": {"show": True, "position": "bottom", "formatter": "{b}", "rotate": 90, "distance": 10,
                       "align": "right", "verticalAlign": "middle", "color": color("muted"), "fontSize": 11}},
        ],
    )  # fmt: skip
    return Chart("algorithm_tree", title, say("compare.chart.tree.note", n=tree.customers), option,
                 _tree_table(tree, title, say), "full", 400)  # fmt: skip


def _tree_table(tree: Tree, title: str, say: Words) -> Table:
    """The unions from the top: how many customers lie below each, and at which distance they join."""
    heads = (say("compare.word.branches"), say("compare.word.height"))
    falling = sorted((link.height for link in tree.links), reverse=True)
    rows = tuple((f"{i} → {i - 1}", say.number(height, 1)) for i, height in enumerate(falling, 2))
    return Table(title, heads, rows[::-1], (1,))


def _figures(row: Compared, say: Words) -> list[tuple[str, str]]:
    return [
        ("groups", say.number(row.clusters)),
        ("silhouette", with_spread(row.silhouette, row.silhouette_spread, say)),
        ("null", with_spread(row.null_silhouette, row.null_spread, say)),
        ("noise", say.percent(row.noise_share, 0)),
    ]


def with_spread(value: float | None, spread: float | None, say: Words) -> str:
    """A figure with its spread, as `0.21 ± 0.20`."""
    if value is None or spread is None:
        return say("common.unknown")
    return f"{say.number(value, 2)} ± {say.number(spread, 2)}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
