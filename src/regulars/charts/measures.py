"""Charts of people's numbers: how far they go together, how they are spread, how near they come to a normal one."""

from collections.abc import Sequence
from itertools import pairwise
from math import log10

from regulars.charts import Chart, Option, Table
from regulars.charts.kit import base, color, fn, legend, names_axis, series_color, short, tip, values_axis
from regulars.charts.people_words import Named
from regulars.people.models import Correlation, Density, Scatter, Shape

SHOWN = 9  # measures of the heat map: more do not fit a phone
WIDE = 20  # times the median from which on the largest value asks for a logarithmic axis
_MIDDLE = {"nameLocation": "middle", "scale": True, "axisLine": {"onZero": False}, "axisTick": {"show": False}}


def heat(found: Sequence[Correlation], named: Named) -> Chart | None:
    """Rank correlations of every pair as a triangle; Pearson's and all intervals are in the table."""
    names = list(dict.fromkeys(name for one in found if one.spearman is not None for name in (one.first, one.second)))
    names = names[:SHOWN]
    known = [one for one in found if one.spearman is not None and {one.first, one.second} <= set(names)]
    if not known:
        return None
    say = named.say
    places = {name: place for place, name in enumerate(names)}
    labels = [
        f"{place} {short(named.measure(name), 40)}" for name, place in zip(names, range(1, len(names) + 1), strict=True)
    ]
    data = []
    for one in known:
        x, y = sorted((places[one.first], places[one.second]))
        text = tip(_pair(one, named), *zip(_heads(named)[1:], _row(one, named)[1:], strict=True))
        data.append({"value": [x, y, round(one.spearman or 0.0, 3)], "tip": text})
    option = base(
        grid={"left": 4, "right": 4, "top": 4, "bottom": 4, "containLabel": True},
        xAxis=names_axis([str(i + 1) for i in range(len(names) - 1)], axisLine={"show": False}),
        yAxis=names_axis(labels, inverse=True, axisLine={"show": False},
                         axisLabel={"width": 170, "overflow": "truncate", "interval": 0}),
        visualMap={"show": False, "min": -1, "max": 1, "dimension": 2,
                   "inRange": {"color": [color("c2"), color("card"), color("c1")], "colorAlpha": [0.55, 0.55]}},
        # half transparent, so that the ink reads on every cell, light and dark
        series=[{"type": "heatmap", "data": data, "label": {"show": True, "formatter": fn("decimal"), "fontSize": 11,
                                                            "color": color("ink")},
                 "itemStyle": {"borderColor": color("line"), "borderWidth": 1, "borderRadius": 3}}],
    )  # fmt: skip
    title = say("people_pages.heat.title")
    note = say("people_pages.heat.note", n=max(one.n for one in known))
    table = Table(title, _heads(named), tuple(_row(one, named) for one in known), (1, 2, 3))
    return Chart("people_correlations", title, note, option, table, "half", 400)


def _pair(one: Correlation, named: Named) -> str:
    return f"{named.measure(one.first)} × {named.measure(one.second)}"


def _heads(named: Named) -> tuple[str, ...]:
    return tuple(named.say(f"people_pages.word.{word}") for word in ("pair", "spearman", "pearson", "n"))


def _row(one: Correlation, named: Named) -> tuple[str, ...]:
    say = named.say

    def written(r: float | None, low: float | None, high: float | None) -> str:
        if r is None or low is None or high is None:
            return say("common.unknown")
        return f"{say.number(r, 2)} ({say.number(low, 2)} – {say.number(high, 2)})"

    return (_pair(one, named), written(one.spearman, one.spearman_low, one.spearman_high),
            written(one.pearson, one.pearson_low, one.pearson_high), say.number(one.n))  # fmt: skip


def scatter(found: Scatter, correlations: Sequence[Correlation], named: Named) -> Chart | None:
    """A measure against the outcome, one dot a customer."""
    if len(found.points) < 2:
        return None
    say = named.say
    x, y = named.measure(found.measure), named.measure(found.outcome)
    option = base(
        grid={"left": 46, "right": 16, "top": 12, "bottom": 28, "containLabel": True},
        xAxis=_axis([point[0] for point in found.points], named.form(found.measure), short(x, 40), 28),
        yAxis=_axis([point[1] for point in found.points], named.form(found.outcome), short(y, 30), 54),
        series=[{"type": "scatter", "data": [list(point[:2]) for point in found.points], "symbolSize": 5,
                 "color": color("c1"), "silent": True, "itemStyle": {"opacity": 0.45}}],
    )  # fmt: skip
    option["tooltip"] = {"show": False}
    title = say("people_pages.scatter.title", x=short(x, 40), y=short(y, 40))
    drawn = "all" if len(found.points) == found.of else "some"
    notes = [say(f"people_pages.scatter.{drawn}", shown=len(found.points), n=found.of)]
    if any(option[axis]["type"] == "log" for axis in ("xAxis", "yAxis")):
        notes.append(say("people_pages.scatter.logged"))
    pair = {found.measure, found.outcome}
    rows = tuple(_row(one, named) for one in correlations if {one.first, one.second} == pair)
    table = Table(title, _heads(named), rows, (1, 2, 3))
    return Chart(f"people_scatter_{found.measure}", title, " ".join(notes), option, table, "half", 320, "canvas")


def _axis(values: Sequence[float], form: str, name: str, gap: int) -> Option:
    """An axis of values; logarithmic where the largest are many times the middle one."""
    ordered = sorted(values)
    wide = ordered[0] > 0 and ordered[-1] > WIDE * ordered[len(ordered) // 2]
    axis = values_axis(form, name=name, nameGap=gap, **_MIDDLE)
    return axis | {"type": "log", "scale": False} if wide else axis


def form(found: Shape, named: Named) -> Chart:
    """A measure's histogram behind its smooth curves, one a group."""
    say = named.say
    measure = short(named.measure(found.measure), 40)
    everybody = [_share(found, low, high, count) for (low, high), count in
                 zip(pairwise(found.edges), found.counts, strict=True)]  # fmt: skip
    steps = [[edge, height] for edge, height in zip(found.edges, [*everybody, everybody[-1]], strict=True)]
    histogram: Option = {"type": "line", "name": say("people_pages.word.histogram"), "data": steps, "step": "end",
                         "symbol": "none", "silent": True, "color": color("band"), "lineStyle": {"width": 0},
                         "areaStyle": {"color": color("band"), "opacity": 0.5}}  # fmt: skip
    names = [short(named.group(found.by, curve.group), 40) for curve in found.densities]
    curves = [_curve(found, curve, name, i) for i, (curve, name) in enumerate(zip(found.densities, names, strict=True))]
    option = base(
        grid={"left": 8, "right": 20, "top": 40, "bottom": 28, "containLabel": True},
        legend=legend([histogram["name"], *names]),
        xAxis=values_axis(named.form(found.measure), name=measure, nameGap=28, **_MIDDLE,
                          min=found.edges[0], max=found.edges[-1]) | ({"type": "log"} if found.logged else {}),
        yAxis={"type": "value", "show": False},
        series=[histogram, *curves],
    )  # fmt: skip
    option["tooltip"] = {"show": False}
    title = say("people_pages.form.title", measure=measure)
    note = say("people_pages.form.logged" if found.logged else "people_pages.form.note", n=found.n)
    heads = (measure, say("charts.word.customers"), say("charts.word.share"))
    edges = [named.value(found.measure, edge) for edge in found.edges]
    rows = tuple((f"{low} – {high}", say.number(count), say.percent(count / found.n))
                 for (low, high), count in zip(pairwise(edges), found.counts, strict=True))  # fmt: skip
    return Chart(f"people_form_{found.measure}", title, note, option, Table(title, heads, rows, (1, 2)), "half", 320)


def _share(found: Shape, low: float, high: float, count: int) -> float:
    """The height of a bin whose area is its share of the customers, like the area below a curve."""
    width = log10(high / low) if found.logged else high - low
    return float(f"{count / found.n / width:.4g}") if width > 0 else 0.0


def _curve(found: Shape, curve: Density, name: str, place: int) -> Option:
    shade = color("ink") if not curve.group else series_color(place - 1)
    width = 1.5 if not curve.group else 2.5
    return {"type": "line", "name": name, "data": [[x, y] for x, y in zip(found.grid, curve.values, strict=True)],
            "symbol": "none", "silent": True, "color": shade, "lineStyle": {"width": width}}  # fmt: skip


def qq(found: Shape, named: Named) -> Chart:
    """The Q-Q plot: dots on the line are a normal distribution; where they leave it, it is not one."""
    say = named.say
    measure = short(named.measure(found.measure), 40)
    ends = [min(found.normal[0], found.observed[0]), max(found.normal[-1], found.observed[-1])]
    form = named.form(found.measure)
    option = base(
        grid={"left": 46, "right": 16, "top": 12, "bottom": 28, "containLabel": True},
        xAxis=values_axis(form, name=say("people_pages.qq.normal"), nameGap=28, **_MIDDLE),
        yAxis=values_axis(form, name=say("people_pages.qq.observed"), nameGap=54, **_MIDDLE),
        series=[
            {"type": "line", "data": [[end, end] for end in ends], "symbol": "none", "silent": True,
             "color": color("muted"), "lineStyle": {"type": "dashed", "width": 1.5}},
            {"type": "scatter", "data": [list(pair) for pair in zip(found.normal, found.observed, strict=True)],
             "symbolSize": 6, "color": color("c1"), "silent": True},
        ],
    )  # fmt: skip
    option["tooltip"] = {"show": False}
    title = say("people_pages.qq.title", measure=measure)
    note = say("people_pages.qq.note", n=found.n, skewness=found.skewness)
    picked = range(2, len(found.normal), 5)
    rows = tuple((say.percent((i + 0.5) / len(found.normal), 0), named.value(found.measure, found.normal[i]),
                  named.value(found.measure, found.observed[i])) for i in picked)  # fmt: skip
    heads = (say("people_pages.qq.place"), say("people_pages.qq.normal"), say("people_pages.qq.observed"))
    return Chart(f"people_qq_{found.measure}", title, note, option, Table(title, heads, rows, (0, 1, 2)), "half", 320)
