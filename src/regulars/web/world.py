"""The world as a map of sales: borders from the vendored World Atlas, countries known by name in both languages."""

import json
import math
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from regulars.charts import Chart, Option
from regulars.charts.business import ranked_table
from regulars.charts.kit import base, color, tip
from regulars.locale import Words
from regulars.overview.models import Overview, Ranked

FEWEST = 3  # countries that make a map worth a look
_ALSO = {  # names in shops' files that no list of territories has
    "eire": "IE", "usa": "US", "uk": "GB", "great britain": "GB", "england": "GB", "rsa": "ZA", "uae": "AE",
    "korea": "KR", "south korea": "KR", "north korea": "KP", "russian federation": "RU", "viet nam": "VN",
    "czech republic": "CZ", "holland": "NL", "the netherlands": "NL", "turkey": "TR", "ivory coast": "CI",
    "burma": "MM", "swaziland": "SZ", "macedonia": "MK", "inggris": "GB", "amerika": "US",
    "democratic republic of the congo": "CD", "republic of the congo": "CG",
}  # fmt: skip
Point = tuple[float, float]


def world_map(seen: Overview, say: Words, links: Mapping[str, str]) -> Chart | None:
    """Sales by country, a shade for each power of ten; None where few countries are known or all sales are nothing."""
    known: dict[str, Ranked] = {}
    for row in seen.countries:
        if row.sales > 0 and (code := country_code(row.name)):
            known.setdefault(code, row)
    if len(known) < FEWEST:
        return None
    data: list[Option] = [
        {"name": code, "value": round(math.log10(row.sales), 3), "tip": _tip(row, say)} for code, row in known.items()
    ]
    for datum, row in zip(data, known.values(), strict=True):
        if row.name in links:
            datum["href"] = links[row.name]
    depths = [float(datum["value"]) for datum in data]
    plain = {"areaColor": color("sunken"), "borderColor": color("line"), "borderWidth": 0.6}
    option = base(
        visualMap={"show": False, "min": min(depths) - 0.5, "max": max(depths),
                   "inRange": {"color": [color("heat0"), color("heat1")]}},
        series=[{"type": "map", "map": "world", "roam": False, "data": data, "itemStyle": plain,
                 "select": {"disabled": True}, "label": {"show": False},
                 "emphasis": {"label": {"show": False}, "itemStyle": {"areaColor": color("c2")}},
                 "left": 0, "right": 0, "top": 0, "bottom": 0, "preserveAspect": "contain"}],
    )  # fmt: skip
    del option["grid"]
    title = say("web.map.title")
    note = say("web.map.note", n=len(known), of=sum(bool(row.name) for row in seen.countries))
    return Chart("world", title, note, option, ranked_table(title, list(known.values()), say, 200), "full", 440)


def _tip(row: Ranked, say: Words) -> str:
    return tip(
        row.name,
        (say("charts.word.sales"), say.money(row.sales)),
        (say("charts.word.orders"), say.number(row.orders)),
        (say("charts.word.customers"), say.number(row.customers)),
    )


def country_code(name: str) -> str | None:
    """The two letters of a country (ISO 3166-1) by its name in English or Indonesian, or by its code."""
    return _codes().get(name.strip().casefold())


@cache
def _codes() -> dict[str, str]:
    from babel import Locale

    found: dict[str, str] = {}
    for language in ("id", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found |= {name.casefold(): code, name.replace("&", "and").casefold(): code, code.casefold(): code}
    return found | _ALSO


@cache
def borders() -> bytes:
    """GeoJSON of the countries, named by their two letters; a tenth of a degree is enough for a chart."""
    from babel.core import get_global

    codes = get_global("territory_aliases")
    atlas = json.loads((files("regulars") / "static" / "vendor" / "countries-110m.json").read_text(encoding="utf-8"))
    arcs = [_decoded(arc, atlas["transform"]) for arc in atlas["arcs"]]
    features = [
        {"type": "Feature", "properties": {"name": codes.get(shape.get("id"), [shape["properties"]["name"]])[0]},
         "geometry": {"type": shape["type"], "coordinates": _rings(shape["arcs"], arcs)}}
        for shape in atlas["objects"]["countries"]["geometries"]
        if shape["properties"]["name"] != "Antarctica"
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":")).encode()


def _decoded(arc: list[list[int]], transform: Mapping[str, Any]) -> list[Point]:
    """An arc of steps on TopoJSON's grid as longitudes and latitudes."""
    (across, up), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    points: list[Point] = []
    for step in arc:
        x, y = x + step[0], y + step[1]
        points.append((round(x * across + left, 1), round(y * up + low, 1)))
    return points


def _rings(shape: Any, arcs: list[list[Point]]) -> Any:
    """A shape's lists of arc numbers as rings of points, as deep as it is, without islands smaller than the grid."""
    if isinstance(shape[0], list):
        return [ring for part in shape if (ring := _rings(part, arcs))]
    ring = list(_walked(shape, arcs))
    return _whole(ring) if len(ring) > 3 else []


def _whole(ring: list[Point]) -> list[Point]:
    """A ring in one piece: one that crosses the 180th meridian goes on beyond it, on the side where most of it is."""
    turn, before = 0, ring[0][0]
    found = []
    for x, y in ring:
        turn += -360 if x - before > 180 else 360 if x - before < -180 else 0
        before = x
        found.append((round(x + turn, 1), y))
    middle = (min(x for x, _ in found) + max(x for x, _ in found)) / 2
    shift = 360 if middle < -180 else -360 if middle > 180 else 0
    return [(round(x + shift, 1), y) for x, y in found]


def _walked(numbers: list[int], arcs: list[list[Point]]) -> Iterator[Point]:
    """The points of arcs in turn, each once; the arc of a negative number is walked backwards."""
    last: Point | None = None
    for number in numbers:
        for point in arcs[number] if number >= 0 else reversed(arcs[~number]):
            if point != last:
                yield point
            last = point
