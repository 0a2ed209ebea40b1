"""What a chart of a page leads to: the customers behind it, and its figures as a CSV."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException
from fastapi.responses import Response

from regulars.charts import Chart, Option, Table
from regulars.charts.kit import LONGEST, short
from regulars.exports import guarded
from regulars.locale import Words
from regulars.pages.models import Block

MEDIA = {"csv": "text/csv; charset=utf-8", "parquet": "application/vnd.apache.parquet",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip
MOST_ROWS = 200_000  # of a workbook, whose cells are written one by one while others wait for their pages
IN_LEGEND = 40  # characters of what a series is called
Links = Mapping[str, str]  # what a bar or a row is called -> the address behind it


def linked(chart: Chart, links: Links) -> Chart:
    """The chart with an `href` at every datum whose name is among `links`, and at a series that is called so."""
    known = {short(name, longest): address for name, address in links.items() for longest in (LONGEST, IN_LEGEND)}
    option = chart.option
    axis = next((a["data"] for a in (option.get("yAxis"), option.get("xAxis"))
                 if isinstance(a, dict) and a.get("type") == "category"), None)  # fmt: skip
    return replace(chart, option={**option, "series": [_series(one, axis, known) for one in option.get("series", [])]})


def _series(series: Option, axis: list[str] | None, links: Links) -> Option:
    if not isinstance(series.get("data"), list):
        return series
    whole = links.get(series.get("name", ""), "")
    found = {**series, "data": [_datum(i, datum, series, axis, links) for i, datum in enumerate(series["data"])]}
    if not whole or any(isinstance(datum, dict) and "href" in datum for datum in found["data"]):
        return found
    line = {"triggerLineEvent": True} if series.get("type") == "line" else {}
    return {**found, "href": whole, "silent": False, **line}


def _datum(place: int, datum: Any, series: Option, axis: list[str] | None, links: Links) -> Any:
    if not isinstance(datum, dict):
        return datum
    name = datum.get("name", "")
    if not name and axis and series.get("type") in {"bar", "line", "scatter"}:
        value = datum.get("value")
        at = value[1] if series["type"] == "scatter" and isinstance(value, list) else place  # lying: names stand at y
        name = axis[at] if isinstance(at, int) and at < len(axis) else ""
    return {**datum, "href": links[name]} if name in links else datum


def csv_of(table: Table, say: Words) -> bytes:
    """A table for a spreadsheet of the reader's language: numbers as numbers (percentages as shares), guarded texts."""
    return csv_bytes(
        [
            [guarded(head, say.language) for head in table.headers],
            *([(i in table.numeric and _number(cell, say)) or guarded(cell, say.language) for i, cell in enumerate(row)]
              for row in (*table.rows, *((table.foot,) if table.foot else ()))),
        ],
        say,
    )  # fmt: skip


def csv_bytes(rows: Iterable[Sequence[str]], say: Words) -> bytes:
    """Rows of cells, texts already guarded, as a CSV with the signs of the reader's language."""
    written = io.StringIO()
    csv.writer(written, delimiter=";" if say.language == "id" else ",", lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode("utf-8-sig")


def chart_of(charts: Iterable[Chart], key: str) -> Chart:
    """The chart of that key; 404 where there is none."""
    found = next((chart for chart in charts if chart.key == key), None)
    if found is None:
        raise HTTPException(404)
    return found


def figures_of(blocks: Iterable[Block], key: str) -> Table:
    """The figures of a chart of these blocks by its key, or a table by its place in its block; 404 for neither."""
    found: dict[str, Table] = {}
    for block in blocks:
        found |= {chart.key: chart.table for chart in block.charts}
        found |= {f"{block.key}-{place}": table for place, table in enumerate(block.tables, 1)}
    if key not in found:
        raise HTTPException(404)
    return found[key]


def csv_answer(content: bytes | str, name: str) -> Response:
    """A CSV to keep under a name."""
    return Response(content, media_type=MEDIA["csv"], headers=kept_as(name))


def kept_as(name: str) -> dict[str, str]:
    """The header that makes a browser keep an answer under a name."""
    return {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}


def _number(cell: str, say: Words) -> str:
    """`£12,346` as 12346, `34.2 %` as 0.342, in the decimal sign of the language; "" where it is no number."""
    group, point = (",", ".") if say.language == "en" else (".", ",")
    found = re.fullmatch(rf"(-?)[^\d\s<>-]*\s*(\d+(?:\{group}\d{{3}})*)(?:\{point}(\d+))?(\s*%)?", cell.strip())
    if found is None:
        return ""
    sign, whole, digits, percent = found.groups()
    whole, digits = whole.replace(group, ""), digits or ""
    if percent:
        both = f"{whole:0>3}"
        whole, digits = both[:-2], (both[-2:] + digits).rstrip("0")
    whole = whole.lstrip("0") or "0"
    return f"{sign}{whole}{point + digits if digits else ''}"
