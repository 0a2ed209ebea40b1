"""Two named segments side by side, from the frozen figures of the study."""

from collections.abc import Callable
from dataclasses import dataclass

from regulars.analysis import Study
from regulars.charts import Chart, Table, height_of
from regulars.charts.groups import segment_label
from regulars.charts.kit import Bars, lying_bars, tip
from regulars.locale import Words
from regulars.profiles.models import Profile

Read = Callable[[Profile], float | None]
# figure, how it is written, whether the difference is in points (of a share) rather than times
_FIGURES: tuple[tuple[str, str, Read], ...] = (
    ("customers", "number", lambda p: p.customers),
    ("share", "share", lambda p: p.share),
    ("sales", "money", lambda p: p.sales),
    ("sales_share", "share", lambda p: p.sales_share),
    ("recency", "days", lambda p: p.mean.recency_days),
    ("orders", "decimal", lambda p: p.mean.orders),
    ("monetary", "money", lambda p: p.mean.monetary),
    ("order_value", "money", lambda p: p.avg_order_value),
    ("between", "days", lambda p: p.days_between),
    ("profit", "money", lambda p: p.profit),
    ("return_share", "share", lambda p: p.return_share),
    ("once", "share", lambda p: p.one_order_share),
)
_AGAINST = ("recency", "orders", "monetary", "order_value")  # of the chart


@dataclass(frozen=True, slots=True)
class Compared:
    """What tells two segments apart, in words, figures and a chart."""

    insights: tuple[str, ...]
    table: Table
    charts: tuple[Chart, ...]


def compared(study: Study, first: Profile, second: Profile, say: Words) -> Compared:
    """The second segment against the first."""
    names = (segment_label(first.name, say), segment_label(second.name, say))
    rows = []
    for key, form, read in _FIGURES:
        a, b = read(first), read(second)
        if a is not None or b is not None:
            label = say(f"web_customers.compare.{key}")
            rows.append((label, _written(a, form, say), _written(b, form, say), _difference(a, b, form, say)))
    heads = (say("web_customers.compare.figure"), *names, say("web_customers.compare.difference"))
    table = Table(say("web_customers.compare.caption", a=names[0], b=names[1]), heads, tuple(rows), (1, 2, 3))
    chart = _chart(study, (first, second), names, say)
    return Compared(tuple(_insights(first, second, names, say)), table, (chart,) if chart else ())


def _written(value: float | None, form: str, say: Words) -> str:
    if value is None:
        return say("common.unknown")
    if form == "money":
        return say.money(value)
    return say.percent(value) if form == "share" else say.number(value, 0 if form == "number" else 1)


def _difference(a: float | None, b: float | None, form: str, say: Words) -> str:
    if a is None or b is None:
        return say("web_customers.unknown")
    if form == "share":
        sign = "+" if b >= a else "\N{MINUS SIGN}"
        return sign + say("web_customers.compare.points", points=abs(b - a) * 100)
    return say("web_customers.compare.times", rate=b / a) if a > 0 and b >= 0 else say("web_customers.unknown")


def _insights(first: Profile, second: Profile, names: tuple[str, str], say: Words) -> list[str]:
    told = []
    if first.sales and second.sales and first.sales > 0 and second.sales > 0:
        big, small, i = (first, second, 0) if first.sales >= second.sales else (second, first, 1)
        rates = {"rate": (big.sales or 0.0) / (small.sales or 1.0), "ratio": big.customers / small.customers}
        told.append(say("web_customers.compare.bigger", a=names[i], b=names[1 - i], **rates))
    if first.mean.monetary is not None and second.mean.monetary is not None:
        told.append(say("web_customers.compare.each", a=names[0], b=names[1], x=first.mean.monetary,
                        y=second.mean.monetary))  # fmt: skip
    told.append(say("web_customers.compare.pace", a=names[0], b=names[1], x=first.mean.recency_days,
                    y=second.mean.recency_days))  # fmt: skip
    return told


def _chart(study: Study, pair: tuple[Profile, Profile], names: tuple[str, str], say: Words) -> Chart | None:
    """Each figure as a share of the shop's average."""
    bars: dict[str, list[float]] = {}
    for key, _, read in _FIGURES:
        values = [read(group) for group in pair]
        overall = _overall(study, key, read)
        if key in _AGAINST and overall and None not in values:
            bars[say(f"web_customers.compare.{key}")] = [round((value or 0.0) / overall, 4) for value in values]
    if len(bars) < 2:
        return None
    series = [
        Bars(names[i], [found[i] for found in bars.values()],
             [tip(name, (names[i], say.percent(found[i], 0))) for name, found in bars.items()],
             ("c1", "c3")[i])
        for i in range(2)
    ]  # fmt: skip
    rows = tuple(
        (name, *(say("web_customers.compare.times", rate=rate) for rate in found)) for name, found in bars.items()
    )
    title = say("web_customers.compare.chart")
    note = say("web_customers.compare.chart_note", a=pair[0].customers, b=pair[1].customers)
    return Chart("segments_compared", title, note, lying_bars(list(bars), series, "percent"),
                 Table(title, (say("web_customers.compare.figure"), *names), rows, (1, 2)), "full",
                 height_of(2 * len(bars)))  # fmt: skip


def _overall(study: Study, key: str, read: Read) -> float | None:
    """The shop's average: of customers, or of orders where the figure is per order."""
    groups = [group for group in study.segments if group.customers]
    if key == "order_value":
        sales = sum(group.sales or 0.0 for group in groups)
        orders = sum(group.orders for group in groups)
        return sales / orders if orders and sales > 0 else None
    total = sum((read(group) or 0.0) * group.customers for group in groups)
    customers = sum(group.customers for group in groups)
    return total / customers if customers and total > 0 else None
