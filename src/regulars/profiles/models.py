"""What a group of customers is like, what it is called, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class Measures:
    """Recency in days, orders, and monetary in shop currency: means or medians of a group."""

    recency_days: float
    orders: float
    monetary: float


@dataclass(frozen=True, slots=True)
class TopCategory:
    """A category in a group's sales. `index` compares its share with the whole shop's: 1.5 = half as much again."""

    name: str
    sales: float
    share: float
    index: float


@dataclass(frozen=True, slots=True)
class Action:
    """A recommended action. Words: `actions.<name>.title`, `actions.<name>.do`; `why` holds its rule's figures."""

    name: str
    why: Message


@dataclass(frozen=True, slots=True)
class Profile:
    """A named segment or a cluster: its figures, persona and actions.

    Shares are of all customers and of all net sales (None without amounts). Averages are per customer except
    `avg_order_value`, which is net sales / orders of the group.
    """

    kind: Literal["segment", "cluster"]
    name: str  # English: the preset's segment name, or "Cluster 1"
    customers: int
    share: float
    sales: float | None
    sales_share: float | None
    mean: Measures
    median: Measures
    orders: int
    avg_order_value: float | None
    profit: float | None  # mean per customer
    shipping: float | None  # mean per customer
    return_share: float | None  # returned money / sales money
    one_order_share: float  # customers with a single order
    top_categories: tuple[TopCategory, ...]
    persona: str  # key: words `personas.<persona>.name`; unique within a study among profiles of a kind
    persona_name: str  # English, with its qualifier where two groups would share a name
    description: Message
    actions: tuple[Action, ...]
