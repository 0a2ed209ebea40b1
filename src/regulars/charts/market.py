"""Bars of price, risk and growth: one value a group, with its range in the tip and in the table."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.charts import Chart, Table, height_of
from regulars.charts.kit import Bars, lying_bars, tip


@dataclass(frozen=True, slots=True)
class Bar:
    """A group's value, a share or a change of 1."""

    name: str
    value: float
    text: str  # the value with its range


def range_bars(key: str, title: str, note: str, bars: Sequence[Bar], table: Table) -> Chart | None:
    """Lying bars of shares or changes of 1; groups without a value are left out, the table holds every figure."""
    if not bars:
        return None
    tips = [tip(bar.name, (title, bar.text)) for bar in bars]
    values = [round(bar.value, 4) for bar in bars]
    option = lying_bars([bar.name for bar in bars], [Bars(title, values, tips)], "percent")
    if min(values) < 0:
        option["xAxis"] |= {"min": "dataMin"}
        option["yAxis"]["axisLabel"] |= {"margin": 56}
        for datum in option["series"][0]["data"]:
            if datum["value"] < 0:
                datum["label"] = {"position": "left"}
    return Chart(key, title, note, option, table, "full", height_of(len(bars)))
