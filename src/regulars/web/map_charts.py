"""Maps of customers: two axes of the principal components, or two of recency, frequency and spending.

A point is three 32-bit numbers: where it stands, and the customer's place in the order of ids, so that a click finds
them. The points travel as base64 (`{"$f32": ...}` in charts.js) and are drawn in ECharts' mode for many points.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.charts import Chart, Option, Table
from regulars.charts.groups import feature_name
from regulars.charts.kit import base, legend, series_color, short, values_axis
from regulars.locale import Words
from regulars.segments.assign import scaled
from regulars.segments.models import ClusterModel, PcaMap

if TYPE_CHECKING:
    from numpy.typing import NDArray

MANY = 2_000  # points from which a series is drawn as one
_MIDDLE = {"nameLocation": "middle", "axisTick": {"show": False}, "axisLine": {"onZero": False}}


@dataclass(frozen=True, slots=True)
class Points:
    """Customers of a map: numbers by column, their places, and for each the group whose colour it has."""

    columns: dict[str, "NDArray[Any]"]
    place: "NDArray[Any]"
    group: "NDArray[Any]"  # index into names; negative: none
    names: tuple[str, ...]
    lead: str  # the address behind a point, PLACE for its place


def pca_points(model: ClusterModel, found: PcaMap, columns: dict[str, "NDArray[Any]"]) -> "NDArray[Any]":
    """Customers on the two main axes of the clusters' features, of shape (customers, 2)."""
    import numpy as np

    z = scaled(model, np.column_stack([columns[name] for name in model.features]))
    return np.asarray((z - z.mean(axis=0)) @ np.array(found.loadings))


def pca_chart(points: Points, xy: "NDArray[Any]", model: ClusterModel, found: PcaMap, say: Words) -> Chart:
    """All customers on the two main axes."""
    first, second = (say("web_customers.map.axis", axis=i, share=share) for i, share in enumerate(found.explained, 1))
    option = _map(points, xy, "decimal", "decimal", (first, second))
    rows = tuple((feature_name(name, say), *(say.number(v, 2) for v in pair))
                 for name, pair in zip(model.features, found.loadings, strict=True))  # fmt: skip
    table = Table(say("charts.pca.table"), (say("charts.word.feature"), first, second), rows, (1, 2))
    note = say("web_customers.map.pca_note", n=len(points.place))
    return Chart("map_pca", say("web_customers.map.pca"), note, option, table, "full", 600, "canvas")


def pair_chart(points: Points, x: str, y: str, say: Words) -> Chart | None:
    """Two of recency, frequency and spending; a point is moved a little so that equal customers do not hide another."""
    import numpy as np

    places = np.column_stack([_spread(points.columns[name], points.place, i) for i, name in enumerate((x, y))])
    if not np.isfinite(places).any(axis=0).all():
        return None
    names = [say(f"web_customers.map.{_WORDS[name]}") for name in (x, y)]
    forms = ["money" if name == "monetary" else "number" for name in (x, y)]
    option = _map(points, places, forms[0], forms[1], (names[0], names[1]), log=True)
    title = say("web_customers.map.pair", x=names[0][:1].lower() + names[0][1:], y=names[1])
    heads = (say("charts.word.group"), say("charts.word.customers"),
             *(say("web_customers.map.median", name=name) for name in names))  # fmt: skip
    rows = []
    for i, name in enumerate(points.names):
        chosen = points.group == i
        if chosen.any():
            medians = [float(np.nanmedian(points.columns[key][chosen])) for key in (x, y)]
            told = [say.money(v) if form == "money" else say.number(v) for v, form in zip(medians, forms, strict=True)]
            rows.append((name, say.number(int(chosen.sum())), *told))
    note = say("web_customers.map.pair_note", n=len(points.place))
    return Chart(
        f"map_{x}_{y}", title, note, option, Table(title, heads, tuple(rows), (1, 2, 3)), "third", 400, "canvas"
    )


_WORDS = {"recency_days": "recency", "orders": "frequency", "monetary": "monetary"}


def _spread(values: "NDArray[Any]", place: "NDArray[Any]", salt: int) -> "NDArray[Any]":
    """Values of 1 or more for a logarithmic axis, each moved up by at most 17 % by its customer's place."""
    import numpy as np

    moved = (place * (0.618034 + 0.131 * salt)) % 1  # the golden ratio spreads consecutive places evenly
    return np.asarray(np.maximum(values, 1.0) * np.exp(0.16 * moved))


def _floor(values: "NDArray[Any]") -> float:
    """The power of ten that a logarithmic axis begins at, so that no decade without a customer is drawn."""
    import numpy as np

    least = float(np.min(values, where=np.isfinite(values), initial=np.inf))
    return float(10 ** np.floor(np.log10(least))) if np.isfinite(least) else 1.0


def _map(
    points: Points, xy: "NDArray[Any]", form_x: str, form_y: str, names: Sequence[str], log: bool = False
) -> Option:
    series = []
    for i, name in enumerate(points.names):
        chosen = points.group == i
        if chosen.any():
            series.append(_series(name, i, xy[chosen], points.place[chosen], points.lead))
    kinds = [{"type": "log", "logBase": 10, "min": _floor(xy[:, i])} if log else {"scale": True} for i in (0, 1)]
    gap = 76 if form_y == "money" else 48 if log else 36  # beside the longest label
    option = base(
        grid={"left": gap - 12, "right": 16, "top": 48, "bottom": 32, "containLabel": True},  # the name stands whole
        legend=legend([name for i, name in enumerate(points.names) if (points.group == i).any()]),
        xAxis=values_axis(form_x, name=names[0], nameGap=30, splitLine={"show": False}, **kinds[0], **_MIDDLE),
        yAxis=values_axis(form_y, name=names[1], nameGap=gap, **kinds[1], **_MIDDLE),
        series=series,
    )
    option["tooltip"] = {"show": False}
    return option


def _series(name: str, index: int, xy: "NDArray[Any]", place: "NDArray[Any]", lead: str) -> Option:
    import numpy as np

    flat = np.column_stack([xy, place]).astype("<f4")
    flat = flat[np.isfinite(flat).all(axis=1)]
    return {
        "type": "scatter", "name": short(name, 40), "dimensions": ["x", "y", "place"], "encode": {"x": "x", "y": "y"},
        "data": {"$f32": base64.b64encode(flat.tobytes()).decode()}, "lead": lead,
        "large": True, "largeThreshold": MANY, "progressive": 0, "symbolSize": 5, "color": series_color(index),
        "itemStyle": {"opacity": 0.55},
    }  # fmt: skip
