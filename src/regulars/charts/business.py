"""Charts of the business at a glance: periods, weekdays, places, categories, shipping, the largest customers."""

from collections.abc import Sequence
from typing import Literal

from regulars.charts import Chart, Option, Table, Width, height_of
from regulars.charts.kit import Bars, base, color, fn, heat_map, line, lying_bars, short, standing_bars, tip
from regulars.charts.palette import SERIES
from regulars.locale import Words
from regulars.overview.models import Overview, Period, Ranked, Slot

TOP = 10
Measured = Literal["orders", "sales"]


def years(overview: Overview, say: Words) -> Chart | None:
    """Sales and profit by calendar year."""
    if len(overview.years) < 2:
        return None
    names = [f"{year.start.year}{'' if year.complete else ' *'}" for year in overview.years]
    return _periods("years", overview.years, names, say)


def months(overview: Overview, say: Words) -> Chart | None:
    """Sales and profit by month."""
    names = [say.month(month.start) + ("" if month.complete else " *") for month in overview.months]
    return _periods("months", overview.months, names, say) if overview.months else None


def _periods(key: str, periods: Sequence[Period], names: Sequence[str], say: Words) -> Chart:
    with_money = any(period.sales for period in periods)
    with_profit = any(period.profit is not None for period in periods)
    columns: dict[str, list[float | None]] = {"sales": [p.sales for p in periods]}
    columns["profit"] = [p.profit for p in periods]
    if not with_money:
        columns = {"orders": [float(p.orders) for p in periods]}
    elif not with_profit:
        del columns["profit"]
    faded = frozenset(i for i, period in enumerate(periods) if not period.complete)
    form = "money" if with_money else "count"
    tips = [_period_tip(name, p, say) for name, p in zip(names, periods, strict=True)]
    bars = [
        Bars(say(f"charts.word.{name}"), values, tips, shade, faded=faded)
        for (name, values), shade in zip(columns.items(), ("c1", "c2"), strict=False)
    ]
    title = say(f"charts.{key}.{'_'.join(columns)}")
    note = say("charts.note.periods", n=sum(p.orders for p in periods))
    if faded:
        note += " " + say("charts.note.incomplete")
    table = _period_table(title, periods, names, with_money, say)
    width: Width = "half" if key == "years" else "full"
    return Chart(key, title, note, standing_bars(names, bars, form), table, width)


def _period_tip(name: str, period: Period, say: Words) -> str:
    figures = [(say("charts.word.orders"), say.number(period.orders)),
               (say("charts.word.customers"), say.number(period.customers))]  # fmt: skip
    if period.profit is not None:
        figures.insert(0, (say("charts.word.profit"), say.money(period.profit)))
    if period.sales:
        figures.insert(0, (say("charts.word.sales"), say.money(period.sales)))
    return tip(name, *figures)


def _period_table(caption: str, periods: Sequence[Period], names: Sequence[str], with_money: bool, say: Words) -> Table:
    with_profit = any(period.profit is not None for period in periods)
    words = ["period", "orders", "customers", "new", "returning"]
    words += ["sales"] * with_money + ["profit"] * with_profit
    rows = []
    sales, profit = say.alike([p.sales for p in periods]), say.alike([p.profit or 0 for p in periods])
    for name, p in zip(names, periods, strict=True):
        row = [name, *(say.number(n) for n in (p.orders, p.customers, p.new_customers, p.customers - p.new_customers))]
        row += [sales(p.sales)] * with_money + [profit(p.profit or 0)] * with_profit
        rows.append(tuple(row))
    return Table(caption, _words(words, say), tuple(rows), tuple(range(1, len(words))))


def _words(names: Sequence[str], say: Words) -> tuple[str, ...]:
    return tuple(say(f"charts.word.{name}") for name in names)


def newcomers(overview: Overview, say: Words) -> Chart | None:
    """New and returning customers by month, stacked to all who bought."""
    periods = overview.months
    if len(periods) < 2:
        return None
    names = [say.month(month.start) + ("" if month.complete else " *") for month in periods]
    tips = [
        tip(name, (say("charts.word.new"), say.number(p.new_customers)),
            (say("charts.word.returning"), say.number(p.customers - p.new_customers)))
        for name, p in zip(names, periods, strict=True)
    ]  # fmt: skip
    faded = frozenset(i for i, period in enumerate(periods) if not period.complete)
    bars = [
        Bars(say("charts.word.returning"), [p.customers - p.new_customers for p in periods], tips, "c1", faded=faded),
        Bars(say("charts.word.new"), [p.new_customers for p in periods], tips, "c2", faded=faded),
    ]
    rows = tuple(
        (name, say.number(p.new_customers), say.number(p.customers - p.new_customers), say.percent(p.repeat_rate or 0))
        for name, p in zip(names, periods, strict=True)
    )
    heads = tuple(say(f"charts.word.{word}") for word in ("period", "new", "returning", "repeat_rate"))
    title = say("charts.newcomers.title")
    note = say("charts.newcomers.note", n=overview.customers)
    return Chart("newcomers", title, note, standing_bars(names, bars, "count", stacked=True),
                 Table(title, heads, rows, (1, 2, 3)))  # fmt: skip


def order_value(overview: Overview, say: Words) -> Chart | None:
    """Average order value by complete month."""
    periods = [month for month in overview.months if month.complete and month.orders]
    if len(periods) < 2 or overview.sales is None:
        return None
    names = [say.month(month.start) for month in periods]
    values = [round(p.sales / p.orders, 2) for p in periods]
    value_word, orders_word = say("charts.word.order_value"), say("charts.word.orders")
    tips = [tip(name, (value_word, say.money(value)), (orders_word, say.number(p.orders)))
            for name, value, p in zip(names, values, periods, strict=True)]  # fmt: skip
    option = standing_bars(names, [], "money")
    option["series"] = [line(value_word, values, tips, "c3")]
    title = say("charts.order_value.title")
    heads = tuple(say(f"charts.word.{word}") for word in ("period", "order_value", "orders"))
    money = say.alike(values)
    rows = tuple(
        (name, money(value), say.number(p.orders)) for name, value, p in zip(names, values, periods, strict=True)
    )
    note = say("charts.order_value.note", n=sum(p.orders for p in periods))
    return Chart("order_value", title, note, option, Table(title, heads, rows, (1, 2)))


def slots(overview: Overview, say: Words, measure: Measured = "orders") -> Chart | None:
    """Orders or sales by weekday and hour; by weekday alone where the data hold no times."""
    found = overview.slots
    if not found or (measure == "sales" and overview.sales is None):
        return None
    if any(slot.hour is None for slot in found):
        return _weekdays(found, measure, say)
    hours = range(min(_hour(slot) for slot in found), max(_hour(slot) for slot in found) + 1)
    figures = {(slot.weekday, _hour(slot)): float(getattr(slot, measure)) for slot in found}
    write = say.money if measure == "sales" else say.number
    word, days = say(f"charts.word.{measure}"), [say.weekday(number, "abbreviated") for number in range(1, 8)]
    cells = [
        (x, day - 1, max(figures.get((day, hour), 0.0), 0.0),
         tip(f"{say.weekday(day)} {hour:02d}:00", (word, write(figures.get((day, hour), 0.0)))), "")
        for day in range(1, 8) for x, hour in enumerate(hours)
    ]  # fmt: skip
    option = heat_map([f"{hour:02d}" for hour in hours], days, cells, None)
    rows = tuple((say.weekday(day), *(write(figures.get((day, hour), 0.0)) for hour in hours)) for day in range(1, 8))
    heads = (say("charts.word.weekday"), *(f"{hour:02d}" for hour in hours))
    key = "slots" if measure == "orders" else "slots_sales"
    title, note = say(f"charts.{key}.title"), say(f"charts.{key}.note", n=sum(slot.orders for slot in found))
    return Chart(key, title, note, option, Table(title, heads, rows, tuple(range(1, len(heads)))), "half", 280)


def _hour(slot: Slot) -> int:
    return slot.hour or 0


def _weekdays(found: Sequence[Slot], measure: Measured, say: Words) -> Chart:
    figures = [float(sum(getattr(slot, measure) for slot in found if slot.weekday == day)) for day in range(1, 8)]
    money, days = measure == "sales", [say.weekday(number) for number in range(1, 8)]
    write, total, word = say.money if money else say.number, sum(figures), say(f"charts.word.{measure}")
    tips = [tip(day, (word, write(figure))) for day, figure in zip(days, figures, strict=True)]
    rows = tuple(
        (day, write(figure), say.percent(figure / total if total > 0 else 0))
        for day, figure in zip(days, figures, strict=True)
    )
    heads = (say("charts.word.weekday"), word, say("charts.word.share"))
    names = [say.weekday(number, "abbreviated") for number in range(1, 8)]
    option = standing_bars(names, [Bars(word, figures, tips, "c1")], "money" if money else "count")
    key = "weekdays_sales" if money else "weekdays"
    title, note = say(f"charts.{key}.title"), say(f"charts.{key}.note", n=sum(slot.orders for slot in found))
    return Chart(key, title, note, option, Table(title, heads, rows, (1, 2)))


def ranked(key: str, rows: Sequence[Ranked], say: Words, *, by: str = "sales", n: int) -> Chart | None:
    """The largest of something as lying bars: by sales, pieces, lines or customers."""
    shown = [row for row in rows if getattr(row, by) > 0][:TOP]
    if not shown:
        return None
    form = "money" if by == "sales" else "number"
    tips = [tip(_name(row, say), *_figures(row, say)) for row in shown]
    bars = [Bars(say(f"charts.word.{by}"), [float(getattr(row, by)) for row in shown], tips)]
    title = say(f"charts.{key}.{by}")
    option = lying_bars([_name(row, say) for row in shown], bars, form)
    return Chart(key, title, say(f"charts.{key}.note", n=n, shown=len(shown)), option,
                 ranked_table(title, rows, say), "half", height_of(len(shown)))  # fmt: skip


def _name(row: Ranked, say: Words) -> str:
    return row.name or say("charts.word.unnamed")


def _figures(row: Ranked, say: Words) -> list[tuple[str, str]]:
    figures = [("sales", say.money(row.sales)), ("share", say.percent(row.share))] if row.sales else []
    counts = {"orders": row.orders, "customers": row.customers, "lines": row.lines, "pieces": row.pieces}
    figures += [(word, say.number(n)) for word, n in counts.items() if n]
    return [(say(f"charts.word.{word}"), value) for word, value in figures]


def ranked_table(caption: str, rows: Sequence[Ranked], say: Words, most: int = 20) -> Table:
    """Ranked rows with all their sums; money is left out where none of them has any."""
    with_money = any(row.sales for row in rows)
    money = say.alike([row.sales for row in rows[:most]])
    words = ("name", *(("sales", "share") if with_money else ()), "orders", "customers", "lines", "pieces")
    cells = tuple(
        (_name(row, say), *((money(row.sales), say.percent(row.share)) if with_money else ()),
         *(say.number(n) for n in (row.orders, row.customers, row.lines, row.pieces)))
        for row in rows[:most]
    )  # fmt: skip
    return Table(caption, _words(words, say), cells, tuple(range(1, len(words))))


def countries(overview: Overview, say: Words) -> list[Chart]:
    """Sales by country, and again without the largest, which else hides the others."""
    by = "sales" if overview.sales is not None else "lines"
    charts = [ranked("countries", overview.countries, say, by=by, n=len(overview.countries))]
    if len(overview.countries) > 2:
        rest = overview.countries[1:]
        charts.append(ranked("other_countries", rest, say, by=by, n=len(rest)))
    return [chart for chart in charts if chart]


_PLAIN = {"borderColor": color("card"), "borderWidth": 0}
_TREEMAP: Option = {
    "type": "treemap",
    "animation": False,  # else the labels fade in after the chart says that it is finished
    "roam": False,
    "nodeClick": False,
    "breadcrumb": {"show": False},
    **dict.fromkeys(("left", "right", "top", "bottom"), 0),
    "label": {"show": True, "overflow": "truncate", "fontSize": 13, "lineHeight": 18, "formatter": fn("name_money")},
    "upperLabel": {"show": True, "height": 24, "color": color("ink"), "fontWeight": 600, "overflow": "truncate"},
    "levels": [
        {"itemStyle": {**_PLAIN, "gapWidth": 8}, "upperLabel": {"show": False}},
        {"itemStyle": {**_PLAIN, "gapWidth": 2}},
    ],
}


def _branch(index: int, top: Ranked, overview: Overview, say: Words) -> Option:
    """A category and its sub-categories, in one colour."""
    shade = f"c{index % SERIES + 1}"

    def leaf(row: Ranked) -> Option:
        return {"name": short(_name(row, say)), "value": row.sales, "tip": tip(_name(row, say), *_figures(row, say))}

    below = [row for row in overview.subcategories if row.parent == top.name and row.sales > 0]
    children = [leaf(row) | {"label": {"color": {"$on": shade}}} for row in below]
    return leaf(top) | {"itemStyle": {"color": color(shade)}, "children": children}


def categories(overview: Overview, say: Words) -> Chart | None:
    """Categories and their sub-categories as a treemap of sales; as bars where there is but one of the two."""
    tops = [row for row in overview.categories if row.sales > 0]
    if not tops or not overview.subcategories:
        by = "sales" if tops else "lines"
        return ranked("categories", overview.categories, say, by=by, n=len(overview.categories))
    option = base(series=[_TREEMAP | {"data": [_branch(i, top, overview, say) for i, top in enumerate(tops)]}])
    del option["grid"]
    title = say("charts.treemap.title")
    table = ranked_table(title, [*overview.categories, *overview.subcategories], say, 60)
    note = say("charts.treemap.note", n=len(overview.categories), subs=len(overview.subcategories))
    return Chart("treemap", title, note, option, table, "full", 400)


def repeat(overview: Overview, say: Words) -> Chart | None:
    """How many customers come back, and how much of the sales they bring."""
    found = overview.repeat
    if not overview.customers:
        return None
    shares = {"customers": _kept(found.share, found.none_left / overview.customers)}
    if found.sales_share is not None:
        shares["sales"] = _kept(found.sales_share, found.none_left_sales_share or 0.0)
    parts = ("repeat", "once", *(["none_left"] if found.none_left else []))
    names, heads = ([say(f"charts.word.{word}") for word in words] for words in (shares, parts))
    tips = [tip(name, *((head, say.percent(share)) for head, share in zip(heads, each, strict=False)))
            for name, each in zip(names, shares.values(), strict=True)]  # fmt: skip
    drawn = [Bars(head, [max(each[at], 0.0) for each in shares.values()], tips, color)
             for at, (head, color) in enumerate(zip(heads, ("c1", "band", "c2"), strict=False))]  # fmt: skip
    option = lying_bars(names, drawn, "percent")
    for series in option["series"]:
        series["stack"] = "all"
        series["barMaxWidth"] = 34
        series["label"] |= {
            "position": "inside",
            "formatter": fn("percent_inside"),
            "color": {"$on": series["color"]["$color"]},
        }
    option["xAxis"]["max"] = 1
    option["grid"]["right"] = 4
    title = say("charts.repeat.title")
    cells = ((say.percent(share) for share in each[: len(heads)]) for each in shares.values())
    rows = tuple((name, *each) for name, each in zip(names, cells, strict=True))
    table = Table(title, (say("charts.word.measure"), *heads), rows, tuple(range(1, len(heads) + 1)))
    return Chart(
        "repeat",
        title,
        say("charts.repeat.note", n=overview.customers),
        option,
        table,
        "half",
        160 if len(names) > 1 else 120,
    )


def _kept(again: float, none_left: float) -> tuple[float, float, float]:
    """The parts of those who bought again, once, and nothing that they kept."""
    return again, 1 - again - none_left, none_left


def overview_charts(overview: Overview, say: Words) -> dict[str, list[Chart]]:
    """The charts of the overview by section; a section without data has none."""
    by = "sales" if overview.sales is not None else "lines"
    found: dict[str, list[Chart | None]] = {
        "years": [years(overview, say)],
        "months": [months(overview, say), newcomers(overview, say), order_value(overview, say)],
        "week": [slots(overview, say), slots(overview, say, "sales")],
        "countries": [*countries(overview, say)],
        "categories": [categories(overview, say)],
        "products": [ranked("products_by_sales", overview.top_products_by_sales, say, by=by, n=overview.lines),
                     ranked("products_by_pieces", overview.top_products_by_pieces, say, by="pieces", n=overview.lines)],
        "customers": [ranked("top_customers", overview.top_customers, say, by=by, n=overview.customers)],
        "repeat": [repeat(overview, say)],
        "shipping": [ranked("ship_modes", overview.ship_modes, say, by="lines", n=overview.lines)],
    }  # fmt: skip
    return {section: [chart for chart in charts if chart] for section, charts in found.items()}
