"""A chart of months: what a customer bought, or a product sold, from the first month to the study's last."""

from collections.abc import Mapping
from datetime import date

from regulars.analysis import Study
from regulars.charts import Chart, Table
from regulars.charts.kit import Bars, standing_bars, tip
from regulars.locale import Words

MONTHS = 60  # shown at most
Sold = tuple[float | None, int]  # net sales (None without amounts) and orders


def months_chart(key: str, found: Mapping[date, Sold], study: Study, say: Words) -> Chart:
    """Bars of net sales (without amounts: of orders) by month; months without any stand too."""
    months = months_shown(found, study)
    money = any(amount is not None for amount, _ in found.values())
    held = [found.get(month, (0.0, 0)) for month in months]
    write = say.money if money else say.number
    values = [float((amount or 0.0) if money else n) for amount, n in held]
    part = {month.start for month in study.overview.months if not month.complete} if study.overview else set()
    names = [say.month(month) + (" *" if month in part else "") for month in months]
    unit, counted = say(f"charts.word.{'sales' if money else 'orders'}"), say("charts.word.orders")
    orders = [(((counted, say.number(n)),) if money else ()) for _, n in held]
    tips = [tip(name, (unit, write(value)), *more) for name, value, more in zip(names, values, orders, strict=True)]
    faded = frozenset(i for i, month in enumerate(months) if month in part)
    option = standing_bars(names, [Bars(unit, values, tips, "c1", faded=faded)], "money" if money else "count")
    heads = (say("web_customers.head.month"), unit, *((counted,) if money else ()))
    listed = say.alike(values) if money else say.number
    rows = tuple((name, listed(value), *(text for _, text in more))
                 for name, value, more in zip(names, values, orders, strict=True))  # fmt: skip
    title = say("web_customers.block.months")
    note = say(f"web_customers.block.months_note{'_in' if money and study.currency else ''}", n=len(months),
               currency=study.currency)  # fmt: skip
    if faded:
        note += " " + say("charts.note.incomplete")
    return Chart(key, title, note, option, Table(title, heads, rows, (1, 2)), "full", 280)


def months_shown(found: Mapping[date, Sold], study: Study) -> list[date]:
    """The first days of the months that are drawn."""
    first, last = min(found), max(found)
    end = max(last, study.overview.last_day) if study.overview else last
    count = (end.year - first.year) * 12 + end.month - first.month + 1
    months = [date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(count)]
    return months[-MONTHS:]
