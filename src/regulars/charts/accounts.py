"""The chart of the reconciliation: from the lines read to the lines analysed, step by step."""

from regulars.charts import Chart, Table
from regulars.charts.kit import base, clean, color, fn, names_axis, tip, values_axis
from regulars.locale import Words
from regulars.quality import Reconciliation


def reconciliation_table(found: Reconciliation, say: Words) -> Table:
    """Lines and money by where they went; the foot is what was read."""
    parts = [(say("charts.word.sale_lines"), found.sales, found.sales_amount),
             (say("charts.word.return_lines"), found.returns, found.returns_amount),
             *((say(f"reasons.{part.reason}"), part.lines, part.amount) for part in found.set_aside)]  # fmt: skip
    with_money = found.read_amount is not None
    digits = 0 if say.currency == "IDR" else 2

    def row(name: str, lines: int, amount: float | None) -> tuple[str, ...]:
        share = say.percent(lines / found.read if found.read else 0)
        return (name, say.number(lines), share, *((say.money(amount or 0, digits),) if with_money else ()))

    words = ("where", "lines", "share", *(("amount",) if with_money else ()))
    heads = tuple(say(f"charts.word.{word}") for word in words)
    foot = row(say("charts.word.read_lines"), found.read, found.read_amount)
    return Table(say("charts.waterfall.title"), heads, tuple(row(*part) for part in parts),
                 tuple(range(1, len(heads))), foot)  # fmt: skip


def waterfall(found: Reconciliation, say: Words) -> Chart:
    """Lines read, less what was set aside by reason and the returns, leave the sales."""
    aside = sorted(found.set_aside, key=lambda part: (-part.lines, part.reason))
    steps = [(say(f"reasons.{part.reason}"), part.lines, "c2") for part in aside if part.lines]
    if found.returns:
        steps.append((say("charts.word.return_lines"), found.returns, "c8"))
    names, hidden, shown = [say("charts.word.read_lines")], [0], [(found.read, "c11")]
    left = found.read
    for name, lines, shade in steps:
        left -= lines
        names.append(name)
        hidden.append(left)
        shown.append((lines, shade))
    names.append(say("charts.word.sale_lines"))
    hidden.append(0)
    shown.append((found.sales, "c1"))
    data = [
        {"value": lines, "itemStyle": {"color": color(shade)},
         "tip": tip(name, (say("charts.word.lines"), say.number(lines)),
                    (say("charts.word.share"), say.percent(lines / found.read if found.read else 0)))}
        for name, (lines, shade) in zip(names, shown, strict=True)
    ]  # fmt: skip
    bar = {"type": "bar", "stack": "all", "barMaxWidth": 26}
    option = base(
        grid={"left": 4, "right": 72, "top": 4, "bottom": 4, "containLabel": True},
        yAxis=names_axis([clean(name) for name in names], inverse=True, axisLine={"show": False},
                         axisLabel={"width": 190, "overflow": "truncate", "interval": 0}),
        xAxis=values_axis("number", axisLabel={"show": False}, splitLine={"show": False}, max="dataMax"),
        series=[{**bar, "data": hidden, "itemStyle": {"color": "transparent"}, "silent": True,
                 "tooltip": {"show": False}},
                {**bar, "data": data, "label": {"show": True, "position": "right", "formatter": fn("whole_exact")}}],
    )  # fmt: skip
    height = 60 + 36 * len(names)
    title = say("charts.waterfall.title")
    return Chart("waterfall", title, say("charts.waterfall.note", n=found.read), option,
                 reconciliation_table(found, say), "full", min((height + 39) // 40 * 40, 600))  # fmt: skip
