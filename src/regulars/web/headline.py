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

    def change(total: Callable[[Sequence[Period]], float]) -> str:
        return _change(total(now), total(then), say) if now and total(then) > 0 else ""

    facts = [Fact(say("report.fact.orders"), say.number(seen.orders), change(_orders)),
             Fact(say("report.fact.customers"), say.number(seen.customers)),
             Fact(say("web.kpi.new"), say.number(sum(month.new_customers for month in seen.months)), change(_new)),
             Fact(say("report.fact.repeat"), say.percent(seen.repeat.share))]  # fmt: skip
    if seen.sales is not None:
        facts.insert(0, Fact(say("report.fact.sales"), say.money(seen.sales), change(_sales)))
        if seen.profit is not None:
            facts.insert(1, Fact(say("report.fact.profit"), say.money(seen.profit), change(_profit)))
        if seen.orders:
            value = say.money(seen.sales / seen.orders)
            facts.append(Fact(say("report.fact.order_value"), value, change(lambda m: _sales(m) / (_orders(m) or 1))))
    period = say("web.kpi.period", first=seen.first_day.isoformat(), last=seen.last_day.isoformat())
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
