"""What the calendar tells: years, months, the week, and how customers come back."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from regulars.locale import Message, Value
from regulars.overview.models import Overview, Period

FLAT = 0.005  # a change below half a percent is called none
WEEKS = 4  # of data before weekdays are compared
MATTERS = 1.15  # a busiest weekday with less than so many times the orders of the quietest is no news
UNLIKE = 1.5  # where orders are even, sales of weekdays that differ less follow from a few large orders


def years(seen: Overview) -> Iterator[Message]:
    """Which year earned most, how the last full one grew, what was left as profit; partial ones are named, not used."""
    full = [year for year in seen.years if year.complete]
    if len(full) >= 2:
        best = max(full, key=lambda year: _size(seen, year))
        yield _say(seen, "years.best", year=best.start.year, sales=best.sales, orders=best.orders)
        yield _change(seen, "years.change", full[-1], full[-2])
    elif full:
        yield _say(seen, "years.only", year=full[0].start.year, sales=full[0].sales, orders=full[0].orders)
    else:
        yield _told("years.none", first=seen.first_day.isoformat(), last=seen.last_day.isoformat())
    if len(full) < 2:
        yield _say(seen, "years.total", sales=seen.sales, orders=seen.orders, customers=seen.customers)
    yield from _profit(seen, full)
    partial = [year.start.year for year in seen.years if not year.complete]
    if full and partial:
        yield _told("years.partial" if len(partial) == 1 else "years.partials", year=partial[0], other=partial[-1])


def months(seen: Overview) -> Iterator[Message]:
    """The best and the weakest month, and the last full one against the same month a year before."""
    full = [month for month in seen.months if month.complete]
    if len(full) < 2:
        yield _told("months.few", n=len(full), first=seen.first_day.isoformat(), last=seen.last_day.isoformat())
        yield _told("months.basket", lines=seen.lines / seen.orders)
        return
    best = max(full, key=lambda month: _size(seen, month))
    weakest = min(full, key=lambda month: _size(seen, month))
    if _size(seen, best) > _size(seen, weakest):
        yield _say(seen, "months.best", month=best.start.isoformat(), sales=best.sales, orders=best.orders)
        yield _say(seen, "months.weakest", month=weakest.start.isoformat(), sales=weakest.sales, orders=weakest.orders)
    last = full[-1]
    year_before = [month for month in full if month.start == last.start.replace(year=last.start.year - 1)]
    yield _change(seen, "months.change", last, year_before[0] if year_before else full[-2])
    partial = [month.start.isoformat() for month in seen.months if not month.complete]
    if partial:
        key = "months.partial" if len(partial) == 1 else "months.partials"
        yield _told(key, month=partial[0], other=partial[-1])


def week(seen: Overview) -> Iterator[Message]:
    """The best and weakest weekday, days without orders, and the hours in which people buy."""
    if (seen.last_day - seen.first_day).days + 1 < 7 * WEEKS:
        yield _told("week.too_short", weeks=WEEKS, days=(seen.last_day - seen.first_day).days + 1)
    else:
        yield from _weekdays(seen)
    yield from _hours(seen)


def repeat(seen: Overview) -> Iterator[Message]:
    """Who comes back, what they bring, what an order is worth."""
    again = seen.repeat
    if again.customers:
        yield _say(seen, "repeat.share", customers=again.customers, of=seen.customers, share=again.share,
                   sales=again.sales_share)  # fmt: skip
    else:
        yield _told("repeat.nobody", of=seen.customers)
    yield _say(seen, "repeat.order", value=again.avg_order_value, orders=again.orders_per_customer)
    last = next((month for month in reversed(seen.months) if month.complete and month.customers), None)
    # in the first month of the data everybody looks new
    if last and last.start > seen.months[0].start:
        yield _told(
            "repeat.month" if last.new_customers else "repeat.month_no_new",
            month=last.start.isoformat(),
            customers=last.customers,
            new=last.new_customers,
            share=1 - last.new_customers / last.customers,
        )


def _profit(seen: Overview, full: Sequence[Period]) -> Iterator[Message]:
    if seen.profit is None or not seen.sales or seen.sales <= 0:
        return
    best = max(full, key=lambda year: year.profit or 0, default=None)
    if len(full) >= 2 and best and best.profit is not None and best.profit > 0 and best.sales > 0:
        margin = best.profit / best.sales
        yield _told("years.profit_best", year=best.start.year, profit=best.profit, margin=margin)
    else:
        margin = seen.profit / seen.sales
        if margin >= 0:
            yield _told("years.profit", profit=seen.profit, margin=margin)
        else:
            yield _told("years.loss", loss=-seen.profit, margin=margin)


def _weekdays(seen: Overview) -> Iterator[Message]:
    sums: dict[int, float] = {}
    orders: Counter[int] = Counter()
    for slot in seen.slots:
        orders[slot.weekday] += slot.orders
        size = slot.sales if seen.sales is not None else slot.orders
        sums[slot.weekday] = sums.get(slot.weekday, 0) + size
    total = sum(sums.values())
    if total <= 0:
        return
    best = min(sums, key=lambda day: (-sums[day], day))
    weakest = min(sums, key=lambda day: (sums[day], day))
    if len(orders) > 1 and _even(tuple(orders.values())) and sums[best] < UNLIKE * sums[weakest]:
        counts = orders.values()
        yield _told("week.even", most=max(counts) / seen.orders, least=min(counts) / seen.orders)
    else:
        yield _say(seen, "week.best", weekday=best, size=sums[best], share=sums[best] / total)
        yield _say(seen, "week.weakest", weekday=weakest, size=sums[weakest], share=sums[weakest] / total)
    closed = [day for day in range(1, 8) if day not in sums]
    if len(closed) == 1:
        yield _told("week.closed", weekday=closed[0])


def _even(counts: Sequence[int]) -> bool:
    """Whether orders per weekday differ by no more than chance, or by too little to matter.

    Pearson's chi-square against equal shares at the 1 % level, its bound by Wilson and Hilferty (1931).
    """
    if max(counts) < MATTERS * min(counts):
        return True
    mean, free = sum(counts) / len(counts), len(counts) - 1
    found = sum((count - mean) ** 2 for count in counts) / mean
    bound = free * (1 - 2 / (9 * free) + 2.326 * math.sqrt(2 / (9 * free))) ** 3
    return found <= bound


def _hours(seen: Overview) -> Iterator[Message]:
    orders: Counter[int] = Counter()
    for slot in seen.slots:
        if slot.hour is None:
            yield _told("week.no_times")
            return
        orders[slot.hour] += slot.orders
    start, end = _half(orders)
    best = min(orders, key=lambda hour: (-orders[hour], hour))
    yield _told(
        "week.hours",
        hour=best,
        until=best + 1,
        share=orders[best] / seen.orders,
        start=start,
        end=end,
        half=sum(orders[hour] for hour in range(start, end)) / seen.orders,
    )


def _half(orders: Counter[int]) -> tuple[int, int]:
    """The shortest run of hours, start <= hour < end, that holds at least half of the orders; the fullest of those."""
    need = sum(orders.values()) / 2
    runs = [(start, end) for start in range(24) for end in range(start + 1, 25)]
    held = {run: sum(orders[hour] for hour in range(*run)) for run in runs}
    return min((run for run in runs if held[run] >= need), key=lambda run: (run[1] - run[0], -held[run], run))


def _change(seen: Overview, key: str, now: Period, before: Period) -> Message:
    """The change from one full period to another, as more, less or the same."""
    new, old = _size(seen, now), _size(seen, before)
    values: dict[str, Value] = {
        "now": now.start.isoformat() if key.startswith("months") else now.start.year,
        "before": before.start.isoformat() if key.startswith("months") else before.start.year,
        "size": new,
    }
    if old <= 0:
        return _say(seen, f"{key}_unknown", **values)
    share = new / old - 1
    way = "same" if abs(share) < FLAT else "up" if share > 0 else "down"
    return _say(seen, f"{key}_{way}", share=abs(share), **values)


def _size(seen: Overview, period: Period) -> float:
    return period.sales if seen.sales is not None else period.orders


def _say(seen: Overview, key: str, **values: Value) -> Message:
    """A sentence on sales or, where the data hold no amounts, its twin on orders."""
    return _told(key if seen.sales is not None else f"{key}_orders", **values)


def _told(key: str, **values: Value) -> Message:
    return Message(f"overview.{key}", values)
