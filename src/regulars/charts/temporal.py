"""Charts of later data: what the customers of each group did afterwards, with intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from regulars.charts import Chart, Option, Table, height_of
from regulars.charts.kit import base, color, fn, legend, names_axis, tip, values_axis
from regulars.locale import Words
from regulars.segments.temporal import Held


@dataclass(frozen=True, slots=True)
class Reach:
    """A figure with its interval, where there is one."""

    value: float | None
    low: float | None
    high: float | None


def came_back(held: Held, names: Sequence[str], days: int, say: Words) -> Chart:
    """Who bought again in the days after, per group."""
    figures = [Reach(g.rate, g.rate_low, g.rate_high) if g.rate is not None else Reach(None, None, None)
               for g in held.groups]  # fmt: skip
    return _intervals(
        f"later_rate_{held.kind}", figures, held, names, (days, "percent", lambda v: say.percent(v, 0)), say
    )


def spent(held: Held, names: Sequence[str], days: int, say: Words) -> Chart | None:
    """What a customer spent in the days after, per group; None without amounts."""
    figures = [Reach(g.spend, g.spend_low, g.spend_high) for g in held.groups]
    if all(figure.value is None for figure in figures):
        return None
    return _intervals(f"later_spend_{held.kind}", figures, held, names, (days, "money", say.money), say)


def later_table(held: Held, names: Sequence[str], say: Words) -> Table:
    """One row per group: its size then and now, and what its customers did afterwards."""
    paid = any(group.spend is not None for group in held.groups)
    heads = ["group", "then", "share", "share_after", "rate", *(["spend"] if paid else [])]
    rows = []
    for name, g in zip(names, held.groups, strict=True):
        rate = said(Reach(g.rate, g.rate_low, g.rate_high), lambda v: say.percent(v, 0), say)
        spend = [said(Reach(g.spend, g.spend_low, g.spend_high), say.money, say)] if paid else []
        rows.append((name, say.number(g.customers), say.percent(g.share), say.percent(g.share_after), rate, *spend))
    return Table(say(f"temporal.table.{held.kind}"), tuple(say(f"temporal.head.{head}") for head in heads),
                 tuple(rows), tuple(range(1, len(heads))))  # fmt: skip


def said(figure: Reach, write: Callable[[float], str], say: Words) -> str:
    """`34 % (31 % – 37 %)`, without the interval where there is none."""
    if figure.value is None:
        return say("common.unknown")
    if figure.low is None or figure.high is None:
        return write(figure.value)
    return say("temporal.interval", value=write(figure.value), low=write(figure.low), high=write(figure.high))


def _intervals(key: str, figures: Sequence[Reach], held: Held, names: Sequence[str],
               form: tuple[int, str, Callable[[float], str]], say: Words) -> Chart:  # fmt: skip
    """A dot per group on the band of its interval."""
    days, axis, write = form
    title = say(f"temporal.chart.{key}", days=days)
    tips = [tip(name, (title, said(figure, write, say)), (say("temporal.head.then"), say.number(group.customers)))
            for name, figure, group in zip(names, figures, held.groups, strict=True)]  # fmt: skip
    bare: Option = {"type": "bar", "stack": "band", "stackStrategy": "all", "barWidth": 10, "silent": True}
    floors = [figure.low or 0.0 for figure in figures]
    bands = [(f.high - f.low) if f.low is not None and f.high is not None else 0.0 for f in figures]
    dots = [{"value": [f.value, i], "tip": tips[i]} for i, f in enumerate(figures) if f.value is not None]
    ends = [[max(f.high or 0.0, f.value), i, f.value] for i, f in enumerate(figures) if f.value is not None]
    option = base(
        grid={"left": 4, "right": 72, "top": 32, "bottom": 4, "containLabel": True},
        legend=legend([say("temporal.chart.mean"), say("temporal.chart.band")]),
        xAxis=values_axis(axis, min=min(0, *(round(floor, 4) for floor in floors)), splitNumber=2,
                          axisLabel={"formatter": fn(axis), "hideOverlap": True, "showMinLabel": True}),
        yAxis=names_axis(names, inverse=True, axisLine={"show": False},
                         axisLabel={"width": 170, "overflow": "truncate", "interval": 0}),
        series=[
            {**bare, "data": [round(floor, 4) for floor in floors], "itemStyle": {"color": "transparent"}},
            {**bare, "name": say("temporal.chart.band"), "data": [round(band, 4) for band in bands],
             "color": color("band"), "itemStyle": {"borderRadius": 5}},
            {"type": "scatter", "name": say("temporal.chart.mean"), "data": dots, "symbolSize": 10,
             "color": color("c1")},
            {"type": "scatter", "data": ends, "symbolSize": 1, "silent": True, "color": "transparent",
             "label": {"show": True, "position": "right", "distance": 10, "color": color("ink"),
                       "formatter": fn(f"{axis}_exact", 2)}},
        ],
    )  # fmt: skip
    note = say("temporal.chart.note", n=sum(group.customers for group in held.groups))
    return Chart(key, title, note, option, later_table(held, names, say), "half", height_of(len(names) + 1))
