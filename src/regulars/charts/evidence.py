"""Charts of how many clusters there are: the elbow, and the silhouette against the null."""

from collections.abc import Sequence

from regulars.charts import Chart, Table
from regulars.charts.kit import color, legend, line, standing_bars, tip
from regulars.locale import Words
from regulars.segments.models import Clusters, Evidence


def evidence_table(clusters: Clusters, say: Words) -> Table:
    """One row per number of clusters tried; the recommended one is marked."""
    heads = tuple(say(f"charts.word.{word}") for word in ("k", "inertia", "silhouette", "null", "smallest"))
    rows = tuple(
        (f"{row.k} ✓" if row.k == clusters.recommended_k else str(row.k), say.number(row.inertia),
         f"{say.number(row.silhouette, 3)} ± {say.number(row.silhouette_spread, 3)}", _null(row, say),
         say.percent(row.smallest_share))
        for row in clusters.evidence
    )  # fmt: skip
    return Table(say("charts.silhouette.title"), heads, rows, (0, 1, 2, 3, 4))


def _null(row: Evidence, say: Words) -> str:
    if row.null_silhouette is None:
        return say("common.unknown")
    return f"{say.number(row.null_silhouette, 3)} ± {say.number(row.null_spread or 0, 3)}"


def elbow(clusters: Clusters, say: Words) -> Chart | None:
    """Inertia by number of clusters, the elbow marked."""
    rows = clusters.evidence
    if len(rows) < 2:
        return None
    name = say("charts.word.inertia")
    tips = [tip(say("charts.word.clusters", n=row.k), (name, say.number(row.inertia))) for row in rows]
    option = standing_bars([str(row.k) for row in rows], [], "number")
    series = line(name, [round(row.inertia, 2) for row in rows], tips, "c1")
    _mark(series, rows, clusters.elbow_k, [row.inertia for row in rows], say("charts.elbow.mark"))
    option["series"] = [series]
    option["xAxis"] |= _axis_name(say)
    option["grid"]["bottom"] = 28
    title = say("charts.elbow.title")
    table = evidence_table(clusters, say)
    note = say("charts.elbow.note", n=clusters.fitted_on)
    return Chart("elbow", title, note, option, Table(title, table.headers, table.rows, table.numeric))


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
    option = standing_bars([str(row.k) for row in rows], [], "decimal")
    option["series"] = [*band, series]
    option["xAxis"] |= _axis_name(say)
    option["yAxis"]["scale"] = True
    option["legend"] = legend(names)
    option["grid"] |= {"top": 48, "bottom": 28}
    note = say("charts.silhouette.note", n=clusters.fitted_on)
    return Chart("silhouette", say("charts.silhouette.title"), note, option, evidence_table(clusters, say))


def _axis_name(say: Words) -> dict[str, object]:
    return {"name": say("charts.word.k"), "nameLocation": "middle", "nameGap": 28}


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
