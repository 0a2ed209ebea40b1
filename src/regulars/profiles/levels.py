"""Where a group stands in its shop: the three rules that personas and actions rest on.

A group is looked at through its typical (median) customer, against the thirds of all customers of the shop:

    value       high     spent at least what the shop's upper third begins at      (and more than the shop's median)
                low      spent at most what its lower third ends at                (and less than the shop's median)
    frequency   one      has no second order (or none at all, once returns are taken off)
                often    as `high` above, and at least four orders
    recency     recent   within the usual gap between two orders, or as `low` above and within the shop's gap
                lapsed   longer ago than the shop's median, than three usual gaps and than 30 days
                         (as `high` above, and than 90 days, where nobody ordered on two days: no gap is known)

What is neither is `mid`, `several` and `cooling`. The second conditions keep a group that is like the whole shop in the
middle. The usual gap (the median of the group or of the shop, the shorter one) keeps a shop
where everybody bought this week from calling anybody lapsed. Who ordered once is recent for 90 days at most, whatever
the gap, and so is everybody where none is known: nobody is called new after that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message, Value
from regulars.profiles.groups import Group, Thirds
from regulars.profiles.models import Frequency, Levels, Recency, TopCategory, ValueLevel

OFTEN_ORDERS = 4
RECENT_DAYS = 90
LAPSED_GAPS, LAPSED_DAYS = 3, 30


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules about a group read: the group, the whole shop, and what the group buys."""

    group: Group
    shop: Group
    levels: Levels
    top: Sequence[TopCategory]
    products: bool = True  # whether anything is known of what is bought: not in a customer table alone

    @property
    def sales_share(self) -> float | None:
        """The group's part of the shop's net sales; None without amounts, or where the shop's are not positive."""
        group, shop = self.group.sales, self.shop.sales
        return group / shop if group is not None and shop is not None and shop > 0 else None

    @property
    def none_left(self) -> bool:
        """Whether the typical customer has no order left once returns are taken off."""
        return self.group.orders_each.median < 1

    @property
    def shipping_share(self) -> float | None:
        """Shipping cost per unit of net sales."""
        sales, shipping = self.group.mean.monetary, self.group.shipping
        return shipping / sales if shipping is not None and sales is not None and sales > 0 else None


def levels_of(group: Group, shop: Group) -> Levels:
    """The levels of a group in its shop."""
    frequency = _frequency(group, shop)
    return Levels(_value(group, shop), frequency, _recency(group, shop, frequency))


def usual_gap(group: Group, shop: Group) -> float:
    """Days between two orders: of the group or of the shop, the shorter one; 0 where neither is known."""
    return min((each.days_between for each in (group, shop) if each.days_between), default=0.0)


def because(group: Group, shop: Group, levels: Levels) -> tuple[Message, ...]:
    """Why these levels, with the figures that were compared."""
    reasons = []
    if group.monetary and shop.monetary:
        reasons.append(_compared(f"value.{levels.value}", group.monetary, shop.monetary))
    if group.orders_each.median < 1:
        reasons.append(Message("profiles.because.frequency.none"))
    elif levels.frequency == "one":
        reasons.append(Message("profiles.because.frequency.one", {"share": group.one_order_share}))
    else:
        typical: dict[str, Value] = {"typical": group.orders_each.median, "orders": shop.many, "share": shop.many_share}
        reasons.append(Message(f"profiles.because.frequency.{levels.frequency}", typical))
    gap = usual_gap(group, shop)
    known = "gap" if gap else "thirds"
    reasons.append(_compared(f"recency.{levels.recency}.{known}", group.recency_days, shop.recency_days, gap))
    return tuple(reasons)


def _compared(key: str, group: Thirds, shop: Thirds, gap: float | None = None) -> Message:
    values: dict[str, Value] = {"lower": shop.lower, "middle": shop.median, "upper": shop.upper, "gap": gap}
    return Message(f"profiles.because.{key}", values | {"typical": group.median})


def _third(typical: float, shop: Thirds) -> Literal["high", "mid", "low"]:
    if typical >= shop.upper and typical > shop.median:
        return "high"
    return "low" if typical <= shop.lower and typical < shop.median else "mid"


def _value(group: Group, shop: Group) -> ValueLevel:
    if group.monetary is None or shop.monetary is None:
        return "unknown"
    return _third(group.monetary.median, shop.monetary)


def _frequency(group: Group, shop: Group) -> Frequency:
    typical = group.orders_each.median
    if typical <= 1:
        return "one"
    return "often" if typical >= OFTEN_ORDERS and _third(typical, shop.orders_each) == "high" else "several"


def _recency(group: Group, shop: Group, frequency: Frequency) -> Recency:
    typical, gap = group.recency_days.median, usual_gap(group, shop)
    third = _third(typical, shop.recency_days)
    within = shop.days_between or RECENT_DAYS
    if (third == "low" or typical <= gap) and typical <= (min(within, RECENT_DAYS) if frequency == "one" else within):
        return "recent"
    if not gap:
        return "lapsed" if third == "high" and typical > RECENT_DAYS else "cooling"
    return "lapsed" if typical > max(shop.recency_days.median, LAPSED_GAPS * gap, LAPSED_DAYS) else "cooling"
