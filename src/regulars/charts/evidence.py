"""Charts of how many clusters there are: silhouette against the null, stability, elbow, and each customer's fit."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import floor

from regulars.charts import Chart, Option, Table
from regulars.charts.kit import base, color, legend, line, series_color, short, standing_bars, tip, values_axis
from regulars.locale import Words
from regulars.segments.choose import STABLE, STRENGTH, fails, stability_of
from regulars.segments.models import Clusters, Evidence, Widths

Write = Callable[[Evidence, Words], str]


def evidence_table(clusters: Clusters, say: Words) -> Table:
    """One row per number of clusters tried, with all that speaks for and against it; the recommended one is marked."""
    against = dict(zip((row.k for row in clusters.evidence), fails(clusters.evidence), strict=True))
    columns: list[tuple[str, Write]] = [
        ("clusters.table.fails", lambda row, say: _against(against[row.k], say)),
        ("charts.word.silhouette", _silhouette),
        ("charts.word.null", _null),
        ("clusters.table.strength", _strength),
        ("clusters.table.jaccard", _least_jaccard),
        ("clusters.table.ari", _digits("seed_ari", 2)),
        ("charts.word.smallest", lambda row, say: say.percent(row.smallest_share)),
        ("clusters.table.sales", _sales),
        ("clusters.table.repeat", _repeat),
        ("clusters.table.simplified", _digits("simplified_silhouette", 3)),
        ("clusters.table.ch", _digits("calinski_harabasz", 0)),
        ("clusters.table.db", _digits("davies_bouldin", 2)),
        ("charts.word.inertia", _inertia),
    ]
    if all(row.repeat_separation is None for row in clusters.evidence):
        columns = [column for column in columns if column[0] not in {"clusters.table.sales", "clusters.table.repeat"}]
    table = _table(clusters, say("clusters.table.title"), columns, say)
    return replace(table, numeric=tuple(i for i in table.numeric if i != 1))


def _table(clusters: Clusters, caption: str, columns: Sequence[tuple[str, Write]], say: Words) -> Table:
    heads = (say("charts.word.k"), *(say(key) for key, _ in columns))
    rows = tuple(
        (_number(row.k, clusters, say), *(write(row, say) for _, write in columns)) for row in clusters.evidence
    )
    return Table(caption, heads, rows, tuple(range(len(heads))))


def _number(k: int, clusters: Clusters, say: Words) -> str:
    """A number of clusters: the recommended one is ticked; that of clusters kept from before is named."""
    if k == clusters.recommended_k:
        return f"{k} ✓"
    return say("clusters.table.kept", k=k) if clusters.kept_from and k == clusters.k else str(k)


def _against(why: tuple[str, ...], say: Words) -> str:
    return ", ".join(say(f"clusters.fails.{key}") for key in why or ("none",))


def _plus_minus(value: float | None, error: float | None, digits: int, say: Words) -> str:
    return (
        say("common.unknown") if value is None else f"{say.number(value, digits)} ± {say.number(error or 0.0, digits)}"
    )


def _silhouette(row: Evidence, say: Words) -> str:
    return _plus_minus(row.silhouette, row.silhouette_spread, 3, say)


def _null(row: Evidence, say: Words) -> str:
    return _plus_minus(row.null_silhouette, row.null_spread, 3, say)


def _strength(row: Evidence, say: Words) -> str:
    return _plus_minus(row.prediction_strength, row.prediction_spread, 2, say)


def _sales(row: Evidence, say: Words) -> str:
    if row.sales_separation is None:
        return say("common.unknown")
    return f"{say.percent(row.sales_separation)} ± {say.percent(row.sales_separation_spread or 0.0)}"


def _repeat(row: Evidence, say: Words) -> str:
    if row.repeat_separation is None:
        return say("common.unknown")
    error = 100 * (row.repeat_separation_spread or 0.0)
    return say("clusters.table.points", value=100 * row.repeat_separation, error=error)


def _inertia(row: Evidence, say: Words) -> str:
    return say.number(row.inertia)


def _least_jaccard(row: Evidence, say: Words) -> str:
    return say("common.unknown") if row.least_jaccard is None else say.percent(row.least_jaccard, 0)


def _digits(field: str, digits: int) -> Write:
    def write(row: Evidence, say: Words) -> str:
        value: float | None = getattr(row, field)
        return say("common.unknown") if value is None else say.number(value, digits)

    return write


def elbow(clusters: Clusters, say: Words) -> Chart | None:
    """Inertia by number of clusters, the elbow marked."""
    rows = clusters.evidence
    if len(rows) < 2:
        return None
    name = say("charts.word.inertia")
    tips = [tip(say("charts.word.clusters", n=row.k), (name, say.number(row.inertia))) for row in rows]
    option = _by_k(rows, "number", say)
    series = line(name, [round(row.inertia, 2) for row in rows], tips, "c1")
    _mark(series, rows, clusters.elbow_k, [row.inertia for row in rows], say("charts.elbow.mark"))
    option["series"] = [series]
    title = say("charts.elbow.title")
    note = say("charts.elbow.note", n=clusters.fitted_on)
    return Chart("elbow", title, note, option, _table(clusters, title, [("charts.word.inertia", _inertia)], say))


def silhouette(clusters: Clusters, say: Words) -> Chart | None:
    """Silhouette by number of clusters; the band is what customers without any groups would give."""
    rows = clusters.evidence
    if len(rows) < 2:
        return None
    name = say("charts.word.silhouette")
    tips = [
        tip(say("charts.word.clusters", n=row.k), (name, f"{say.number(row.silhouette, 3)}"),
            (say("charts.word.null"), _null(row, say)))
        for row in rows
    ]  # fmt: skip
    series = line(name, [round(row.silhouette, 4) for row in rows], tips, "c1")
    _mark(series, rows, clusters.recommended_k, [row.silhouette for row in rows], say("charts.silhouette.mark"))
    names = [name]
    band = _band(rows, say)
    if band:
        names.append(say("charts.word.null"))
    option = _by_k(rows, "decimal", say)
    option["series"] = [*band, series]
    option["yAxis"]["scale"] = True
    option["legend"] = legend(names)
    option["grid"] |= {"top": 48}
    title = say("charts.silhouette.title")
    note = say("charts.silhouette.note", n=clusters.tested.silhouettes if clusters.tested else clusters.fitted_on)
    columns: list[tuple[str, Write]] = [("charts.word.silhouette", _silhouette), ("charts.word.null", _null)]
    return Chart("silhouette", title, note, option, _table(clusters, title, columns, say))


def stability(clusters: Clusters, say: Words) -> Chart | None:
    """Whether other customers, or another start, would give the same clusters, by number of clusters."""
    rows, on = clusters.evidence, clusters.tested
    if len(rows) < 2 or on is None or all(row.prediction_strength is None for row in rows):
        return None
    option = _by_k(rows, "decimal", say)
    option["series"] = [
        _curve(rows, say, key, write, shade)
        for key, write, shade in (("strength", _strength, "c1"), ("jaccard", _least_jaccard, "c2"),
                                  ("ari", _digits("seed_ari", 2), "c3"))
    ]  # fmt: skip
    option["series"][0]["markLine"] = _needed(STRENGTH, "c1", "insideEndTop", say)
    option["series"][1]["markLine"] = _needed(STABLE, "c2", "insideEndBottom", say)
    option["series"][2]["lineStyle"] = {"width": 1.5, "type": "dashed"}
    option["yAxis"] |= {"min": 0, "max": 1, "interval": 0.25}
    option["legend"] = legend([series["name"] for series in option["series"]])
    option["grid"] |= {"top": 48}
    title = say("clusters.chart.stability.title")
    note = say("clusters.chart.stability.note", n=on.stability, draws=on.draws)
    columns = [("clusters.table.strength", _strength), ("clusters.table.jaccard", _least_jaccard),
               ("clusters.table.ari", _digits("seed_ari", 2))]  # fmt: skip
    return Chart("stability", title, note, option, _table(clusters, title, columns, say))


def _curve(rows: Sequence[Evidence], say: Words, key: str, write: Write, shade: str) -> Option:
    name = say(f"clusters.chart.stability.{key}")
    fields = {"strength": "prediction_strength", "jaccard": "least_jaccard", "ari": "seed_ari"}
    values = [getattr(row, fields[key]) for row in rows]
    tips = [tip(say("charts.word.clusters", n=row.k), (name, write(row, say))) for row in rows]
    return line(name, [None if value is None else round(value, 4) for value in values], tips, shade)


def _needed(value: float, shade: str, place: str, say: Words) -> Option:
    """A thin line at the value that has to be reached."""
    label = {"formatter": say("clusters.chart.stability.needed", value=value), "position": place,
             "color": color("muted")}  # fmt: skip
    return {"silent": True, "symbol": "none", "data": [{"yAxis": value}], "label": label,
            "lineStyle": {"color": color(shade), "width": 1, "type": "dotted"}}  # fmt: skip


def widths(clusters: Clusters, names: Sequence[str], say: Words) -> Chart | None:
    """Rousseeuw's plot: the silhouette of each sampled customer, sorted within the clusters."""
    plot = clusters.widths
    if plot is None or len(plot.widths) < 2 or len(names) != len(plot.widths):
        return None
    shown = sum(map(len, plot.widths))
    gap, start, series = max(shown // 60, 1), 0, []
    for i, (name, values) in enumerate(zip(names, plot.widths, strict=True)):
        data = [[start + j, value] for j, value in enumerate((*values, *values[-1:]))]  # the last step has its width
        series.append({"type": "line", "name": short(name, 40), "step": "end", "symbol": "none", "silent": True,
                       "data": data, "color": series_color(i), "lineStyle": {"width": 1},
                       "areaStyle": {"opacity": 0.85, "origin": 0}})  # fmt: skip
        start += len(values) + gap
    lowest = floor(4 * min(0.0, *(values[-1] for values in plot.widths if values))) / 4
    option = base(
        grid={"left": 4, "right": 16, "top": 40, "bottom": 8, "containLabel": True},
        xAxis=values_axis("number", show=False, min=0, max=start - gap),
        yAxis=values_axis("decimal", min=lowest, max=1, interval=0.25),
        series=series,
        legend=legend(names),
    )
    title, table = say("clusters.chart.widths.title"), _widths_table(clusters, plot, names, say)
    astray = sum(share * size for share, size in zip(plot.astray, plot.sizes, strict=True)) / plot.customers
    note = say("clusters.chart.widths.note", shown=shown, n=plot.customers, astray=astray)
    return Chart("silhouette_widths", title, note, option, table)


def _widths_table(clusters: Clusters, plot: Widths, names: Sequence[str], say: Words) -> Table:
    heads = (say("charts.word.group"), say("charts.word.customers"), say("clusters.chart.widths.mean"),
             say("clusters.chart.widths.astray"), say("clusters.stability.head"))  # fmt: skip
    rows = tuple(
        (name, say.number(plot.sizes[i]), say.number(plot.means[i], 2), say.percent(plot.astray[i]),
         stability_words(clusters, i, say) or say("common.unknown"))
        for i, name in enumerate(names)
    )  # fmt: skip
    return Table(say("clusters.chart.widths.title"), heads, rows, (1, 2, 3))


def stability_words(clusters: Clusters, index: int, say: Words) -> str | None:
    """`stable (97 % overlap)` of a cluster, counted from 0; None where that could not be tested."""
    row = next((row for row in clusters.evidence if row.k == clusters.k), None)
    if row is None or clusters.kept_from or index >= len(row.jaccard):
        return None
    jaccard = row.jaccard[index]
    return say("clusters.stability.fact", label=say(f"clusters.stability.{stability_of(jaccard)}"), jaccard=jaccard)


def _by_k(rows: Sequence[Evidence], form: str, say: Words) -> Option:
    option = standing_bars([str(row.k) for row in rows], [], form)
    option["xAxis"] |= {"name": say("charts.word.k"), "nameLocation": "middle", "nameGap": 28}
    option["grid"]["bottom"] = 28
    return option


def _mark(
    series: dict[str, object], rows: Sequence[Evidence], k: int | None, values: Sequence[float], text: str
) -> None:
    """Marks the value at k with a ring and a word."""
    at = next((i for i, row in enumerate(rows) if row.k == k), None)
    if at is None:
        return
    point = {"coord": [at, values[at]], "symbol": "circle", "symbolSize": 16,
             "itemStyle": {"color": "transparent", "borderColor": color("c2"), "borderWidth": 3},
             "label": {"show": True, "position": "top" if at else "right", "formatter": text, "color": color("ink"),
                       "fontWeight": 600}}  # fmt: skip
    series["markPoint"] = {"data": [point], "silent": True}


def _band(rows: Sequence[Evidence], say: Words) -> list[dict[str, object]]:
    """The null's mean and, as a stack of an unseen floor and a pale area, two standard deviations around it."""
    if any(row.null_silhouette is None for row in rows):
        return []
    means = [row.null_silhouette or 0.0 for row in rows]
    spread = [2 * (row.null_spread or 0.0) for row in rows]
    bare = {"type": "line", "stack": "band", "symbol": "none", "silent": True, "lineStyle": {"width": 0}}
    return [
        {**bare, "data": [round(m - s, 4) for m, s in zip(means, spread, strict=True)], "stackStrategy": "all"},
        {**bare, "data": [round(2 * s, 4) for s in spread], "stackStrategy": "all",
         "areaStyle": {"color": color("band"), "opacity": 0.55}},
        {"type": "line", "name": say("charts.word.null"), "data": [round(m, 4) for m in means], "symbol": "none",
         "color": color("muted"), "lineStyle": {"type": "dashed", "width": 2}, "silent": True},
    ]  # fmt: skip
