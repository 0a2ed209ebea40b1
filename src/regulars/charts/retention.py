"""Charts of coming back: where each period's customers come from, and how long it takes."""

from collections.abc import Callable, Sequence

from regulars.charts import Chart, Option, Table
from regulars.charts.kit import Bars, color, fn, legend, line, standing_bars, tip
from regulars.locale import Words
from regulars.rates import Rate
from regulars.retention.models import NEEDED, Cohort, Flow, Grain, Point, Retention, Waiting

DASH = "\N{EN DASH}"  # cannot be said
NEARLY_ALL = 0.8  # from here on an axis of shares goes to 1
Banded = tuple[str, Sequence[tuple[str, float | None, float | None, float | None]], Sequence[str], str]


def units(by: Grain, say: Words) -> dict[str, str]:
    """The names of a period, one and several, as the texts use them."""
    return {"unit": say(f"retention.unit.{by}"), "units": say(f"retention.units.{by}")}


def period_name(period: Flow | Cohort, by: Grain, say: Words, form: str = "period") -> str:
    """A period as readers call it: Dec 2011, Q4 2011; `spoken` within a sentence."""
    start = period.start
    return say(f"retention.{form}.{by}", start=start.isoformat(), number=(start.month + 2) // 3, year=str(start.year))


def marked(period: Flow | Cohort, by: Grain, say: Words) -> str:
    """The same with * where it is not complete, and ° where its new customers may be old ones."""
    return f"{period_name(period, by, say)}{'' if period.complete else '*'}{'°' if period.early else ''}"


def ranged(share: Rate | Point | None, say: Words) -> str:
    """`34 % (31 % – 37 %)`; a dash where it cannot be said."""
    if share is None:
        return DASH
    value = share.value if isinstance(share, Rate) else share.share
    texts = [say.percent(part, 0) for part in (value, share.low, share.high)]
    return say("retention.word.interval", value=texts[0], low=texts[1], high=texts[2])


def flow_customers(found: Retention, say: Words) -> Chart:
    """New, repeating and won-back customers of each period; below zero who lapsed."""
    known = found.lapse_days is not None
    kinds = ["new", "repeating", *(["won_back", "lapsed"] if known else [])]
    shades = {"new": "c2", "repeating": "c1", "won_back": "c3", "lapsed": "band"}
    values = {
        "new": [flow.new for flow in found.flows],
        "repeating": [flow.repeating for flow in found.flows],
        "won_back": [flow.won_back or 0 for flow in found.flows],
        "lapsed": [-(flow.lapsed or 0) for flow in found.flows],
    }
    title = say("retention.chart.flow", **units(found.by, say))
    table = flow_table(found, title, say)
    tips = [
        tip(row[0], *zip(table.headers[1 : 4 + 2 * known], row[1 : 4 + 2 * known], strict=True)) for row in table.rows
    ]
    option = _stack(found, [(say(f"retention.word.{kind}"), values[kind], shades[kind]) for kind in kinds], tips,
                    "count", say)  # fmt: skip
    note = say("retention.chart.flow_note", n=found.customers)
    return Chart("retention_flow", title, note, option, table, "full")


def flow_table(found: Retention, title: str, say: Words) -> Table:
    """One row per period: its customers by where they come from, and the sales they brought."""
    known, paid = found.lapse_days is not None, found.flows[0].sales is not None
    heads = [say("retention.head.period"), say("retention.head.customers"), say("retention.word.new"),
             say("retention.word.repeating")]  # fmt: skip
    heads += (
        [say("retention.word.won_back"), say("retention.word.lapsed"), say("retention.head.active")] if known else []
    )
    money = (
        ["sales", "new_sales", "repeating_sales", *(["won_back_sales"] if known else []), "other_sales"] if paid else []
    )
    heads += [say(f"retention.head.{name}") for name in money]
    rows = tuple(
        (
            marked(flow, found.by, say),
            *(say.number(n) for n in (flow.customers, flow.new, flow.repeating)),
            *((say.number(n or 0) for n in (flow.won_back, flow.lapsed, flow.active)) if known else ()),
            *(say.money(getattr(flow, name) or 0.0) for name in money),
        )
        for flow in found.flows
    )
    return Table(title, tuple(heads), rows, tuple(range(1, len(heads))))


def flow_sales(found: Retention, say: Words) -> Chart | None:
    """The sales of each period by the same kinds; None without amounts."""
    if found.flows[0].sales is None:
        return None
    known = found.lapse_days is not None
    kinds = ["new", "repeating", *(["won_back"] if known else [])]
    shades = {"new": "c2", "repeating": "c1", "won_back": "c3"}
    parts = [(say(f"retention.word.{kind}"), [round(getattr(flow, f"{kind}_sales") or 0.0, 2) for flow in found.flows],
              shades[kind]) for kind in kinds]  # fmt: skip
    title = say("retention.chart.sales", **units(found.by, say))
    heads = (say("retention.head.period"), say("retention.head.sales"), *(name for name, _, _ in parts),
             say("retention.head.other_sales"))  # fmt: skip
    rows = tuple(
        (marked(flow, found.by, say), say.money(flow.sales or 0.0), *(say.money(values[i]) for _, values, _ in parts),
         say.money(flow.other_sales or 0.0))
        for i, flow in enumerate(found.flows)
    )  # fmt: skip
    tips = [tip(row[0], *zip(heads[1:], row[1:], strict=True)) for row in rows]
    option = _stack(found, parts, tips, "money", say)
    note = say("retention.chart.sales_note", **units(found.by, say))
    return Chart("retention_sales", title, note, option, Table(title, heads, rows, tuple(range(1, len(heads)))),
                 "full")  # fmt: skip


def _stack(found: Retention, parts: Sequence[tuple[str, Sequence[float], str]], tips: Sequence[str], form: str,
           say: Words) -> Option:  # fmt: skip
    faded = frozenset(i for i, flow in enumerate(found.flows) if not flow.complete)
    names = [marked(flow, found.by, say) for flow in found.flows]
    bars = [Bars(name, list(values), tips, shade, faded=faded) for name, values, shade in parts]
    option = standing_bars(names, bars, form, stacked=True)
    option["xAxis"]["axisLabel"] |= {"alignMaxLabel": "right"}
    return option


def repeat(found: Retention, say: Words) -> Chart | None:
    """The share of each period's customers who had bought before, and of those with two orders within it."""
    shown = [flow if comparable(flow) else None for flow in found.flows]
    if sum(flow is not None for flow in shown) < 2:
        return None
    text = units(found.by, say)
    title = say("retention.chart.repeat", **text)
    heads = (say("retention.head.period"), say("retention.head.customers"), say("retention.word.before"),
             say("retention.word.twice"))  # fmt: skip
    rows = tuple(
        (
            marked(flow, found.by, say),
            say.number(flow.customers),
            ranged(flow.returning, say),
            ranged(flow.two_orders, say),
        )
        for flow in found.flows
    )
    tips = [tip(row[0], *zip(heads[1:], row[1:], strict=True)) for row in rows]
    first = next(i for i, flow in enumerate(shown) if flow)
    names = [marked(flow, found.by, say) for flow in found.flows][first:]

    def points(of: Callable[[Flow], Rate | None]) -> list[tuple[str, float | None, float | None, float | None]]:
        rates = [of(flow) if flow else None for flow in shown[first:]]
        return [(name, *((r.value, r.low, r.high) if r else (None, None, None)))
                for name, r in zip(names, rates, strict=True)]  # fmt: skip

    option = banded([(heads[2], points(lambda flow: flow.returning), tips[first:], "c1"),
                      (heads[3], points(lambda flow: flow.two_orders), tips[first:], "c2")], "")  # fmt: skip
    note = say("retention.chart.repeat_note", needed=NEEDED, **text)
    return Chart("retention_repeat", title, note, option, Table(title, heads, rows, (1, 2, 3)), "full")


def comparable(flow: Flow) -> bool:
    """Whether the shares of a period may stand beside those of others."""
    return flow.complete and not flow.early and flow.customers >= NEEDED


def waits(found: Retention, say: Words) -> Chart | None:
    """How long a second purchase takes, and the return after a lapse."""
    second, back = found.second, found.back
    if second is None:
        return None
    title = say("retention.chart.wait")
    named = [("second", second, "c1"), *([("back", back, "c3")] if back else [])]
    option = _curves([(say(f"retention.word.{key}"), w, shade) for key, w, shade in named], say)
    note = say("retention.chart.wait_note_plain", n=second.customers, events=second.events)
    if back:
        note = say("retention.chart.wait_note", n=second.customers, events=second.events, lapsed=back.customers,
                   back=back.events)  # fmt: skip
    return Chart("retention_wait", title, note, option, _within_table(title, named, say))


def stays(found: Retention, say: Words) -> Chart | None:
    """Who has never lapsed, by days since the first order."""
    if (lapse := found.lapse) is None:
        return None
    title = say("retention.chart.stay")
    points = [(str(p.days), 1 - p.share, 1 - p.high, 1 - p.low) for p in lapse.points]
    texts = [ranged(Point(p.days, 1 - p.share, 1 - p.high, 1 - p.low), say) for p in lapse.points]
    heads = (say("retention.head.days"), say("retention.word.active"))
    tips = [tip(f"{heads[0]}: {p.days}", (heads[1], text)) for p, text in zip(lapse.points, texts, strict=True)]
    option = banded([(heads[1], points, tips, "c1")], heads[0], days=True)
    rows = tuple((say.number(p.days), text) for p, text in zip(lapse.points, texts, strict=True))
    note = say("retention.chart.stay_note", days=found.lapse_days, n=lapse.customers, events=lapse.events)
    return Chart("retention_stay", title, note, option, Table(title, heads, rows[:: max(len(rows) // 20, 1)], (0, 1)))


def _within_table(title: str, named: Sequence[tuple[str, Waiting, str]], say: Words) -> Table:
    heads = (say("retention.head.within"), *(say(f"retention.word.{key}") for key, _, _ in named))
    rows = tuple(
        (say("retention.fact.days", n=part.days), *(ranged(w.within[i].share, say) for _, w, _ in named))
        for i, part in enumerate(named[0][1].within)
    )
    return Table(title, heads, rows, tuple(range(1, len(heads))))


def _curves(named: Sequence[tuple[str, Waiting, str]], say: Words) -> Option:
    """Curves over days, on one axis of values."""
    drawn = []
    for name, w, shade in named:
        tips = [tip(f"{say('retention.head.days')}: {p.days}", (name, ranged(p, say))) for p in w.points]
        drawn.append((name, [(str(p.days), p.share, p.low, p.high) for p in w.points], tips, shade))
    return banded(drawn, say("retention.head.days"), days=True)


def banded(curves: Sequence[Banded], axis: str, days: bool = False) -> Option:
    """Lines of shares, each on the band of its intervals: name, points (x, share, low, high), tips, colour.

    With `days`, x is a number of days, else a name.
    """
    option = standing_bars([point[0] for point in curves[0][1]], [], "percent")
    series: list[Option] = []
    for name, points, tips, shade in curves:
        x = [int(point[0]) if days else i for i, point in enumerate(points)]
        floors = [None if p[2] is None else round(p[2], 4) for p in points]
        bands = [None if p[2] is None or p[3] is None else round(p[3] - p[2], 4) for p in points]
        bare: Option = {"type": "line", "stack": name, "silent": True, "symbol": "none", "lineStyle": {"opacity": 0}}
        series.append({**bare, "data": list(map(list, zip(x, floors, strict=True)))})
        series.append({**bare, "data": list(map(list, zip(x, bands, strict=True))),
                       "areaStyle": {"color": color(shade), "opacity": 0.18}})  # fmt: skip
        drawn = line(name, [None if p[1] is None else round(p[1], 4) for p in points], tips, shade)
        for datum, place in zip(drawn["data"], x, strict=True):
            datum["value"] = [place, datum["value"]]
        series.append(drawn | ({"symbolSize": 4} if len(points) > 40 else {}))
    option["series"] = series
    if max((p[3] or 0.0 for _, points, _, _ in curves for p in points), default=0.0) > NEARLY_ALL:
        option["yAxis"] |= {"max": 1, "interval": 0.25}
    if days:
        option["xAxis"] = {"type": "value", "max": "dataMax", "axisLabel": {"formatter": fn("number")},
                           "splitLine": {"show": False}}  # fmt: skip
    option["tooltip"] |= {"trigger": "item"}
    if axis:
        option["xAxis"] |= {"name": axis, "nameLocation": "middle", "nameGap": 28}
        option["grid"]["bottom"] = 28
    if len(curves) > 1:
        option["legend"] = legend([curve[0] for curve in curves])
        option["grid"]["top"] = 40
    return option
