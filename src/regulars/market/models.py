"""Price, churn risk and growth by segment: small frozen tables, each figure with its sample and its uncertainty."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.locale import Message
from regulars.rates import Rate

GroupKind = Literal["shop", "segment", "cluster"]  # "shop": everybody, its name is ""
NEEDED = 30  # customers of a group, below which no share of it is said


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of two sums over `n` customers, with its 95 % interval (Cochran 1977, ch. 6: customers vary, not
    lines)."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """How a group pays. Returns are left out; None: the data do not say, or the `reason` does.

    `same_product` is what the group paid over what the same pieces cost at the shop's mean price of each product, and
    `same_category` over the mean price of a piece of each category: 0.95 = 5 % less. Only products with more than one
    price count in the former; `compared` is the share of the group's sales that they are.
    """

    kind: GroupKind
    name: str
    customers: int
    lines: int
    discounted: Rate | None  # lines with a discount; its interval knows that lines of one customer are alike
    depth: float | None  # of the discounted lines: as Discounts.depth of the overview
    same_product: Ratio | None
    same_category: Ratio | None
    compared: float | None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """Price sensitivity by group; the reasons say why a column is empty throughout."""

    groups: tuple[GroupPrice, ...]
    no_discounts: Message | None
    no_products: Message | None
    no_categories: Message | None


@dataclass(frozen=True, slots=True)
class GroupRisk:
    """Customers of a group who have been quiet for longer than their rhythm; `unknown` have too few order days."""

    kind: GroupKind
    name: str
    customers: int
    unknown: int
    own: int  # at risk by their own gaps between orders
    shop: int  # at risk by the shop's gaps, since they have too few of their own
    at_risk: Rate | None  # of those with a rhythm; None with a reason
    sales: float | None  # net sales so far of those at risk
    sales_share: float | None  # of the group's net sales
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class RiskCheck:
    """The same flag, set some days earlier: how many bought again since."""

    days: int
    flagged: Rate
    steady: Rate


@dataclass(frozen=True, slots=True)
class Risk:
    """Churn risk by group. `shop_gap` is the gap in days that 90 % of all gaps between order days do not exceed."""

    groups: tuple[GroupRisk, ...]
    shop_gap: int | None
    check: RiskCheck | None
    no_check: Message | None


@dataclass(frozen=True, slots=True)
class Cell:
    """Net sales of a group in one category or region: the later period over the earlier one.

    An empty `name` is the whole shop, an empty `item` all items together. `growth` is of 1: 0.12 = 12 % more.
    `against` compares with the group's growth over all items, which tells more: see Growth.
    """

    name: str
    item: str
    customers: int  # who bought in either period
    before: float
    after: float
    growth: Ratio | None
    against: float | None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth by segment and item between two periods of whole months; `seasonal`: the same months, a year apart.

    Segments are made of what customers did up to today: one of recent buyers has grown, one of quiet customers has
    shrunk, by their definition. So read a segment's items against its own total.
    """

    by: Literal["category", "region"]
    column: str  # that the items are of
    before: tuple[date, date]  # first day, day after the last
    after: tuple[date, date]
    months: int
    seasonal: bool
    items: tuple[str, ...]  # the largest, by sales
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Market:
    """The uses of a segmentation. Growth that cannot be said is left out of `growth` and named in `no_growth`."""

    price: Price | None
    risk: Risk | None
    growth: tuple[Growth, ...]
    no_growth: tuple[Message, ...]
