"""The figures at the head of the overview, with their change against the months before."""

from collections.abc import Callable, Sequence
from typing import Any

from regulars.locale import Words
from regulars.overview.models import Period
from regulars.pages.models import Fact
from regulars.web.filters import Filters, before, chosen_overview
from regulars.web.opened import Opened


def headline(found: Opened, filters: Filters, say: Words) -> dict[str, Any]:
    """`facts` and `period`, what a page of the overview opens with."""
    seen = chosen_overview(found, filters)
    if seen is None:
        return {"facts": (), "period": ""}
    now, then = before(found, filters)

    def fact(key: str, shown: float, total: Callable[[Sequence[Period]], float], write: Callable[[float], str]) -> Fact:
        return Fact(say(key), write(shown), change(total, write))

    def change(total: Callable[[Sequence[Period]], float], write: Callable[[float], str]) -> str:
        if not now or total(then) <= 0:
            return ""
        arrow = _change(total(now), total(then), say)
        if len(now) == len(seen.months):  # the card shows the very months that are compared
            return arrow
        key = "web.kpi.of" if len(now) > 1 else "web.kpi.of_one"
        return say(key, n=len(now), figure=write(total(now)), arrow=arrow)

    facts = [fact("report.fact.orders", seen.orders, _orders, say.number),
             Fact(say("report.fact.customers"), say.number(seen.customers)),
             fact("web.kpi.new", _new(seen.months), _new, say.number),
             Fact(say("report.fact.repeat"), say.percent(seen.repeat.share))]  # fmt: skip
    if seen.sales is not None:
        facts.insert(0, fact("report.fact.sales", seen.sales, _sales, say.money))
        if seen.profit is not None:
            facts.insert(1, fact("report.fact.profit", seen.profit, _profit, say.money))
        if seen.orders:
            facts.append(fact("report.fact.order_value", seen.sales / seen.orders,
                              lambda months: _sales(months) / (_orders(months) or 1), say.money))  # fmt: skip
    day = "_day" if seen.first_day == seen.last_day else ""
    period = say(f"web.kpi.period{day}", first=seen.first_day.isoformat(), last=seen.last_day.isoformat())
    if now:
        key = "web.kpi.compared" if len(now) > 1 else "web.kpi.compared_one"
        period += " " + say(key, n=len(now), first=now[0].start.isoformat(), last=now[-1].start.isoformat())
    return {"facts": tuple(facts), "period": period}


def _change(now: float, then: float, say: Words) -> str:
    rate = now / then - 1
    way = "same" if abs(rate) < 0.0005 else "up" if rate > 0 else "down"
    return say(f"web.kpi.{way}", rate=abs(rate))


def _sales(months: Sequence[Period]) -> float:
    return sum(month.sales for month in months)


def _profit(months: Sequence[Period]) -> float:
    return sum(month.profit or 0.0 for month in months)


def _orders(months: Sequence[Period]) -> float:
    return sum(month.orders for month in months)


def _new(months: Sequence[Period]) -> float:
    return sum(month.new_customers for month in months)
