"""The parts that charts are made of: text made safe for a canvas, colours by role, axes, bars, tips.

A datum carries its tooltip as finished text (`tip`), written by locale in Python; axes and labels name a formatter.
"""

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from regulars.charts import Option
from regulars.charts.palette import SERIES

LONGEST = 60  # characters of a name within a chart; the tip and the table hold all of it


def fn(name: str, at: int | None = None) -> Option:
    """A formatter of charts.js; `at` picks one value of a datum that has several."""
    return {"$fn": name} if at is None else {"$fn": name, "at": at}


def color(role: str) -> Option:
    """A colour of the palette by role."""
    return {"$color": role}


def series_color(index: int) -> Option:
    """The colour of the n-th group, counted from 0."""
    return color(f"c{index % SERIES + 1}")


def clean(text: str) -> str:
    """Text for a canvas: one line, without control and direction-override characters."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text if c not in _DIRECTIONS)
    return " ".join("".join(kept).split())


def short(text: str, longest: int = LONGEST) -> str:
    """A name for an axis or a label, cut where it is too long."""
    text = clean(text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def tip(name: str, *figures: tuple[str, str]) -> str:
    """A tooltip: the whole name, wrapped, then one figure a line."""
    lines = textwrap.wrap(clean(name), 46) or ["–"]
    return "\n".join([*lines[:8], *(f"{label}: {value}" for label, value in figures)])


_DIRECTIONS = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c")


@dataclass(frozen=True, slots=True)
class Bars:
    """One series of bars: a value per name (None leaves a gap), a tip per name."""

    name: str
    values: Sequence[float | None]
    tips: Sequence[str]
    color: str = "c1"
    colors: Sequence[str] = ()  # one per bar, where each group has its own
    faded: frozenset[int] = frozenset()  # positions drawn pale: incomplete periods


def base(**parts: Any) -> Option:
    """What every chart shares."""
    return {
        "animation": False,
        "tooltip": {"renderMode": "richText", "confine": True, "trigger": "item", "formatter": fn("tip")},
        "grid": {"left": 4, "right": 16, "top": 16, "bottom": 4, "containLabel": True},
        **parts,
    }


def names_axis(names: Sequence[str], **more: Any) -> Option:
    """An axis of names or periods."""
    return {"type": "category", "data": [short(name) for name in names], "axisTick": {"show": False}, **more}


def values_axis(form: str, **more: Any) -> Option:
    """An axis of values, written by a formatter; one of "count" has no parts of a customer or an order."""
    whole = {"minInterval": 1} if form == "count" else {}
    label = {"formatter": fn("number" if whole else form), "hideOverlap": True}
    return {"type": "value", "axisLabel": label, "splitNumber": 4, **whole, **more}


def legend(names: Sequence[str]) -> Option:
    """A legend above the plot, at the left."""
    return {"show": True, "top": 0, "left": 0, "data": [short(name, 40) for name in names], "icon": "roundRect",
            "itemWidth": 12, "itemHeight": 12, "type": "scroll"}  # fmt: skip


def lying_bars(names: Sequence[str], series: Sequence[Bars], form: str) -> Option:
    """Horizontal bars, the first name on top, each bar with its value at its end."""
    many = len(series) > 1
    top = 32 if many else 4
    option = base(
        grid={"left": 4, "right": 80 if form == "money" else 64, "top": top, "bottom": 4, "containLabel": True},
        yAxis=names_axis(names, inverse=True, axisLine={"show": False},
                         axisLabel={"width": 280, "overflow": "truncate", "interval": 0}),
        xAxis=values_axis(form, axisLabel={"show": False}, splitLine={"show": False}, max="dataMax"),
        series=[_bar_series(bars, form, "right") for bars in series],
    )  # fmt: skip
    if many:
        option["legend"] = legend([bars.name for bars in series])
    return option


def standing_bars(names: Sequence[str], series: Sequence[Bars], form: str, stacked: bool = False) -> Option:
    """Vertical bars over periods; the values are on the axis and in the tips."""
    many = len(series) > 1
    option = base(
        grid={"left": 4, "right": 24, "top": 40 if many else 16, "bottom": 4, "containLabel": True},
        xAxis=names_axis(names, axisLabel={"hideOverlap": True}),
        yAxis=values_axis(form),
        series=[_bar_series(bars, form, None) | ({"stack": "all"} if stacked else {}) for bars in series],
    )
    option["tooltip"]["trigger"] = "axis"
    option["tooltip"]["axisPointer"] = {"type": "shadow"}
    if many:
        option["legend"] = legend([bars.name for bars in series])
    return option


def _bar_series(bars: Bars, form: str, label: str | None) -> Option:
    data: list[Option] = [{"value": value, "tip": text} for value, text in zip(bars.values, bars.tips, strict=True)]
    for i, shade in enumerate(bars.colors):
        data[i]["itemStyle"] = {"color": color(shade)}
    for i in bars.faded:
        data[i]["itemStyle"] = {"opacity": 0.4}
    rounded = [0, 3, 3, 0] if label else [3, 3, 0, 0]
    series: Option = {
        "type": "bar",
        "name": short(bars.name, 40),
        "data": data,
        "color": color(bars.color),
        "barMaxWidth": 22 if label else 56,
        "itemStyle": {"borderRadius": rounded},
    }
    if label:
        series["label"] = {"show": True, "position": label, "formatter": fn(f"{form}_exact"), "opacity": 1}
    return series


Cell = tuple[int, int, float, str, str]  # column, row, value, tip, name ("" where it has none)


def line(name: str, values: Sequence[float | None], tips: Sequence[str], shade: str) -> Option:
    """A line with a point at each value."""
    return {
        "type": "line",
        "name": short(name, 40),
        "data": [{"value": value, "tip": text} for value, text in zip(values, tips, strict=True)],
        "color": color(shade),
        "symbol": "circle",
        "symbolSize": 6,
        "lineStyle": {"width": 2.5},
    }


def heat_map(columns: Sequence[str], rows: Sequence[str], cells: Sequence[Cell], form: str | None) -> Option:
    """Cells from pale to strong, labelled by a formatter in what reads on their colour."""
    most = max((value for _, _, value, _, _ in cells), default=0.0)
    data = [
        {"value": [x, y, value], "tip": text, **({"name": short(name, 40)} if name else {}),
         **({"label": {"color": {"$onheat": round(value / (most or 1), 3)}}} if form else {})}
        for x, y, value, text, name in cells
    ]  # fmt: skip
    return base(
        grid={"left": 4, "right": 4, "top": 4, "bottom": 4, "containLabel": True},
        xAxis=names_axis(columns, axisLine={"show": False}, splitArea={"show": False}),
        yAxis=names_axis(rows, inverse=True, axisLine={"show": False}),
        visualMap={"show": False, "min": 0, "max": most or 1, "dimension": 2,
                   "inRange": {"color": [color("heat0"), color("heat1")]}},
        series=[{"type": "heatmap", "data": data, "itemStyle": {"borderColor": color("card"), "borderWidth": 2,
                                                                "borderRadius": 3},
                 "label": {"show": True, "formatter": fn(form), "lineHeight": 17} if form else {"show": False}}],
    )  # fmt: skip
