"""The business at a glance: sums over the clean lines.

Sales are net of returns under the policy `returns = "net"`; money is in the shop's currency. Where the data hold no
amounts `Overview.sales` is None, and the sales of its parts are 0 and not to be shown. Orders are those that count (net
above zero). A name "" stands for lines that name none.
"""

from dataclasses import dataclass
from datetime import date

from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar year or month. `complete` is False for a first or last one that the data cover in part.

    Customers are those with an order in the period; its sales are those of the orders placed in it.
    """

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

    @property
    def avg_order_value(self) -> float | None:
        """Net sales per order; None without orders."""
        return self.sales / self.orders if self.orders else None

    @property
    def repeat_rate(self) -> float | None:
        """The share of the period's customers for whom it was not (only) the first order; None without customers."""
        return self.repeat_customers / self.customers if self.customers else None


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
    share: float  # of all sales; 0 where those are not above zero
    share_of_lines: float
    orders: int
    customers: int
    lines: int
    pieces: float  # 0 where the data hold no quantities
    profit: float | None
    parent: str | None = None
    code: str | None = None  # a product's code, where it differs from its name


@dataclass(frozen=True, slots=True)
class Discounts:
    """Discounted lines, and free lines (set aside by cleaning); shares are of sale lines and of sales before returns.

    Depth: mean discount share over discounted lines where the data give shares, else discount money / list price.
    Margins are profit / sales of the lines with and without a discount. None: the data do not say.
    """

    discounted_lines: int | None
    discounted_share: float | None
    discounted_sales_share: float | None
    depth: float | None
    free_lines: int
    discounted_margin: float | None = None
    full_price_margin: float | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """Customers with two or more orders (shares of all customers and of all sales), and what an order brings.

    `none_left` are those without an order that counts: they returned all that they had bought.
    """

    customers: int
    share: float
    sales_share: float | None
    avg_order_value: float | None
    orders_per_customer: float
    none_left: int = 0
    none_left_sales_share: float | None = None  # mostly 0 or below


@dataclass(frozen=True, slots=True)
class Correlation:
    """Spearman's rank correlation of pieces and spend per customer; None with the reason where it cannot be said."""

    value: float | None
    n: int
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All pages of the overview; a part that the data cannot give is None or empty.

    Ranked lists run from most to least sales (without amounts: lines): all countries, categories, sub-categories and
    ship modes up to 1,000 each, and the first 20 customers and products. Years and months have no gaps.
    """

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
