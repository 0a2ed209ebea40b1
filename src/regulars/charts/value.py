"""Charts of what customers will still bring: by segment, and the forecast against what came."""

from regulars.charts import Chart, Table, height_of
from regulars.charts.groups import segment_label
from regulars.charts.kit import Bars, color, legend, line, lying_bars, standing_bars, tip
from regulars.locale import Words
from regulars.value.models import MODEL_NAMES, Backtest, SegmentValue, Value


def segment_values(found: Value, say: Words) -> Chart | None:
    """What each named segment will still bring (without amounts: order); None where no segment is known."""
    paid = found.value is not None
    groups = sorted(found.segments, key=lambda g: (-_worth(g), g.segment))
    if not groups:
        return None
    names = [segment_label(group.segment, say) for group in groups]
    heads = [say(f"value.head.{head}") for head in ("segment", "customers", "orders", *(["value"] if paid else []))]
    rows = tuple(
        (name, say.number(group.customers), say.number(group.expected_orders),
         *([say.money(group.value)] if paid and group.value is not None else []))
        for name, group in zip(names, groups, strict=True)
    )  # fmt: skip
    tips = [tip(row[0], *zip(heads[1:], row[1:], strict=False)) for row in rows]
    series = Bars(heads[-1], [round(_worth(group), 2) for group in groups], tips)
    title = say("value.chart.segments" if paid else "value.chart.segments_orders", days=found.horizon_days)
    note = say("value.chart.segments_note", n=sum(group.customers for group in groups))
    table = Table(title, tuple(heads), rows, tuple(range(1, len(heads))))
    return Chart("value_segments", title, note, lying_bars(names, [series], "money" if paid else "number"), table,
                 "full", height_of(len(groups)))  # fmt: skip


def tenths(check: Backtest, say: Words) -> Chart:
    """Orders per customer in the days of the check, foretold and seen, by tenths of the forecast."""
    names = [str(tenth.tenth) for tenth in check.tenths]
    labels = say("value.word.expected"), say("value.word.actual")
    rows = tuple(
        (name, say.number(t.customers), say.number(t.expected, 2), say.number(t.actual, 2),
         *([] if t.expected_sales is None or t.actual_sales is None
           else [say.money(t.expected_sales), say.money(t.actual_sales)]))
        for name, t in zip(names, check.tenths, strict=True)
    )  # fmt: skip
    words = ["tenth", "customers", "expected_each", "actual_each"]
    if check.tenths[0].expected_sales is not None:
        words += ["expected_sales", "actual_sales"]
    heads = tuple(say(f"value.head.{word}") for word in words)
    tips = [tip(f"{heads[0]} {row[0]}", *zip(heads[1:], row[1:], strict=True)) for row in rows]
    option = standing_bars(names, [
        Bars(labels[0], [round(t.expected, 3) for t in check.tenths], tips, "c1"),
        Bars(labels[1], [round(t.actual, 3) for t in check.tenths], tips, "c2"),
    ], "decimal")  # fmt: skip
    option["xAxis"] |= {"name": heads[0], "nameLocation": "middle", "nameGap": 28}
    option["grid"]["bottom"] = 28
    title = say("value.chart.tenths")
    note = say("value.chart.tenths_note", n=check.looked_at, days=check.days)
    return Chart("value_tenths", title, note, option, Table(title, heads, rows, tuple(range(len(heads)))))


def tracking(check: Backtest, say: Words) -> Chart | None:
    """Repeat orders added up week by week, foretold from nothing but who came first when."""
    track = check.tracking
    if len(track) < 4:
        return None
    heads = tuple(say(f"value.head.{word}") for word in ("week", "expected", "actual"))
    rows = tuple((str(t.week), say.number(t.expected), say.number(t.actual)) for t in track)
    tips = [tip(f"{heads[0]} {row[0]}", *zip(heads[1:], row[1:], strict=True)) for row in rows]
    names = [say("value.word.expected"), say("value.word.actual")]
    series = [
        line(names[0], [round(t.expected, 1) for t in track], tips, "c1"),
        line(names[1], [float(t.actual) for t in track], tips, "c2"),
    ]
    for each in series:
        each["symbol"] = "none"
    series[0]["lineStyle"] = {"width": 2.5, "type": "dashed"}
    weeks = len(track) - round(check.days / 7)
    series[1]["markLine"] = {"silent": True, "symbol": "none", "data": [{"xAxis": max(weeks - 1, 0)}],
                             "lineStyle": {"color": color("muted")},
                             "label": {"formatter": say("value.chart.cut"), "position": "end", "color": color("ink"),
                                       "textBorderWidth": 0}}  # fmt: skip
    option = standing_bars([str(t.week) for t in track], [], "count")
    option["series"] = series
    option["xAxis"] |= {"name": heads[0], "nameLocation": "middle", "nameGap": 28}
    option["legend"] = legend(names)
    option["grid"] |= {"top": 48, "bottom": 28}
    title = say("value.chart.tracking")
    model = check.winner if check.winner in MODEL_NAMES else MODEL_NAMES[0]
    note = say("value.chart.tracking_note", n=check.customers, model=say(f"value.contender.{model}"))
    return Chart(
        "value_tracking", title, note, option, Table(title, heads, rows[:: max(len(rows) // 26, 1)], (0, 1, 2))
    )


def _worth(group: SegmentValue) -> float:
    return group.expected_orders if group.value is None else group.value
