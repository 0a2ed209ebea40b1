"""The business at a glance: sums over the clean lines.

Sales are net of returns under the policy `returns = "net"`; money is in the shop's currency.
"""

from dataclasses import dataclass
from datetime import date

from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year or month. `complete` is False for a first or last one that the data cover in part."""

    start: date
    complete: bool
    lines: int
    orders: int
    customers: int
    sales: float
    profit: float | None
    new_customers: int  # first order falls in the period
    repeat_customers: int  # bought in the period and had bought before it or twice in it
    repeat_sales: float  # sales of orders that were not the customer's first


@dataclass(frozen=True, slots=True)
class Slot:
    """Orders and sales by weekday (1 = Monday) and hour (None where the data hold no times)."""

    weekday: int
    hour: int | None
    orders: int
    sales: float


@dataclass(frozen=True, slots=True)
class Ranked:
    """One country, category, product, customer ... with its sums. `parent` is a sub-category's category."""

    name: str
    sales: float
    share: float  # of all sales
    orders: int
    customers: int
    lines: int
    pieces: float
    profit: float | None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Discounts:
    """Discounted and free lines. Depth: mean discount share over discounted lines, where the data give it."""

    discounted_lines: int | None
    discounted_share: float | None
    discounted_sales_share: float | None
    depth: float | None
    free_lines: int


@dataclass(frozen=True, slots=True)
class Repeat:
    """Customers with two or more orders, and what they bring."""

    customers: int
    share: float
    sales_share: float
    avg_order_value: float
    orders_per_customer: float


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation of pieces and spend per customer; None with the reason where it cannot be said."""

    value: float | None
    n: int
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All pages of the overview; a part that the data cannot give is None or empty."""

    lines: int
    customers: int
    orders: int
    sales: float | None
    profit: float | None
    first_day: date
    last_day: date
    years: tuple[Period, ...]
    months: tuple[Period, ...]
    slots: tuple[Slot, ...]
    countries: tuple[Ranked, ...]
    categories: tuple[Ranked, ...]
    subcategories: tuple[Ranked, ...]
    ship_modes: tuple[Ranked, ...]
    top_customers: tuple[Ranked, ...]
    top_products_by_sales: tuple[Ranked, ...]
    top_products_by_pieces: tuple[Ranked, ...]
    discounts: Discounts | None
    repeat: Repeat
    correlation: Correlation
    insights: dict[str, tuple[Message, ...]]  # section name -> two to four sentences, computed
