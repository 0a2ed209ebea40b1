"""The figures of each group of customers, fetched from the engine: what all rules about a group read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from regulars.engine import Engine, Row
from regulars.profiles.models import Kind, Measures, TopCategory

TopOf = Literal["category", "product", "product_id"]


@dataclass(frozen=True, slots=True)
class Thirds:
    """Lower third, median and upper third of a measure over a group's customers (interpolated)."""

    lower: float
    median: float
    upper: float


@dataclass(frozen=True, slots=True)
class Group:
    """A group of customers, or the whole shop. Money is None without amounts; means are per customer."""

    name: str
    customers: int
    orders: int
    sales: float | None
    mean: Measures
    recency_days: Thirds
    orders_each: Thirds
    monetary: Thirds | None
    avg_order_value: float | None
    profit: float | None
    shipping: float | None
    return_share: float | None
    one_order_share: float
    days_between: float | None
    many: int  # the orders that the shop's upper third begins at, two at least
    many_share: float  # customers with so many orders or more

    @property
    def median(self) -> Measures:
        """The typical customer."""
        spent = self.monetary.median if self.monetary else None
        return Measures(self.recency_days.median, self.orders_each.median, spent)


def read_groups(engine: Engine, kind: Kind, order: Sequence[str], by_lines: bool) -> tuple[list[Group], Group]:
    """The groups that hold a customer, in the order given (unlisted ones last, by name), and the whole shop.

    `by_lines` says that the scores counted lines, so that the orders are counted anew from the table `orders`.
    """
    rows = engine.ask("profiles/group_figures", kind=kind, by_lines=by_lines)
    places = {name: place for place, name in enumerate(order)}
    groups = [_group(row) for row in rows if not row["whole"] and row["name"] is not None]
    shop = next(_group(row) for row in rows if row["whole"])
    return sorted(groups, key=lambda group: (places.get(group.name, len(places)), group.name)), shop


def read_top(engine: Engine, kind: Kind, money: bool) -> tuple[TopOf | None, dict[str, tuple[TopCategory, ...]]]:
    """What each group buys most, by group: categories, else product names, else product codes, else nothing."""
    named = engine.ask("profiles/named_lines")[0]
    top_of = next((name for name in ("category", "product", "product_id") if named[name]), None)
    if top_of is None:
        return None, {}
    tops: defaultdict[str, list[TopCategory]] = defaultdict(list)
    for row in engine.ask("profiles/group_categories", kind=kind, top_of=top_of, money=money):
        tops[row["name"]].append(_top(row, money))
    return cast(TopOf, top_of), {name: tuple(top) for name, top in tops.items()}


def _top(row: Row, money: bool) -> TopCategory:
    share = row["weight"] / row["group_weight"]
    usual = row["item_weight"] / row["shop_weight"] if row["shop_weight"] > 0 else 0
    return TopCategory(
        name=row["item"],
        sales=float(row["weight"]) if money else None,
        share=float(share),
        index=float(share / usual) if usual > 0 else None,
    )


def _group(row: Row) -> Group:
    customers = row["customers"]
    return Group(
        name=row["name"] or "",
        customers=customers,
        orders=int(row["orders"]),
        sales=None if row["monetary"] is None else float(row["monetary"]),
        mean=Measures(
            _ratio(row["recency_days"], customers) or 0.0,
            _ratio(row["orders"], customers) or 0.0,
            _ratio(row["monetary"], customers),
        ),
        recency_days=Thirds(*row["recency_thirds"]),
        orders_each=Thirds(*row["orders_thirds"]),
        monetary=None if row["monetary"] is None else Thirds(*row["monetary_thirds"]),
        avg_order_value=_ratio(row["monetary"], row["orders"]),
        profit=_ratio(row["profit"], row["with_profit"]),
        shipping=_ratio(row["shipping"], row["with_shipping"]),
        return_share=_ratio(row["returned"], row["sold"]),
        one_order_share=row["one_order"] / customers,
        days_between=row["days_between"],
        many=int(row["many"]),
        many_share=row["with_many"] / customers,
    )


def _ratio(above: Any, below: Any) -> float | None:
    """An exact quotient as a float; None where either side is missing or there is nothing to divide by."""
    return float(above / below) if above is not None and below else None
