"""What the API answers with: plain and typed, every sentence in the language asked for."""

from dataclasses import dataclass
from datetime import date

from regulars.baskets.models import Rule
from regulars.overview.models import Overview
from regulars.profiles.models import Levels, Measures, TopCategory
from regulars.quality import Reconciliation
from regulars.web.customer import Customer
from regulars.web.listing import CustomersPage


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong: a code that stays the same, and a sentence."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """The shape of every error."""

    error: Fault


@dataclass(frozen=True, slots=True)
class StudyRef:
    """A study of the shop: its as-of day (or `undated`), to be asked for as `?study=`."""

    study: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies of the shop, the oldest first."""

    shop: str
    studies: tuple[StudyRef, ...]


@dataclass(frozen=True, slots=True)
class ActionCard:
    """A recommended action: what to do, and the figures behind it."""

    key: str
    title: str
    do: str
    why: str


@dataclass(frozen=True, slots=True)
class GroupOut:
    """A named segment or a cluster. Money is in the study's currency, shares are of 1; what is not known is null."""

    name: str  # English, the same in every language
    label: str
    customers: int
    share: float
    persona: str | None
    persona_key: str | None
    description: str
    because: tuple[str, ...]
    actions: tuple[ActionCard, ...]
    sales: float | None = None
    sales_share: float | None = None
    orders: int | None = None
    avg_order_value: float | None = None
    one_order_share: float | None = None
    return_share: float | None = None
    profit: float | None = None
    mean: Measures | None = None
    median: Measures | None = None
    levels: Levels | None = None
    top_categories: tuple[TopCategory, ...] = ()


@dataclass(frozen=True, slots=True)
class Segments:
    """The named segments, best customers first, and the learned clusters with how far to trust them.

    With filters the figures are of the `customers` whom they leave; who is in which group, personas, actions and the
    clusters' verdict stay those of the whole shop. With days, sales, orders and what is made of them are of these days.
    """

    study: str
    currency: str | None
    filters: dict[str, str]
    customers: int
    segments: tuple[GroupOut, ...]
    clusters: tuple[GroupOut, ...]
    clusters_verdict: str  # structure, no_clear_structure or low_data
    clusters_reason: str


@dataclass(frozen=True, slots=True)
class OverviewOut:
    """The business at a glance, of all lines or of those that the filters leave (null: none)."""

    study: str
    since: date | None
    currency: str | None
    customers: int  # of the whole study, as the next four
    orders: int
    revenue: float | None
    returns_value: float | None
    net_revenue: float | None
    filters: dict[str, str]
    overview: Overview | None


@dataclass(frozen=True, slots=True)
class FindingOut:
    """Something about the data: what, how much, and how to mend it."""

    code: str
    title: str
    says: str
    fix: str
    count: int
    of: int
    share: float
    unit: str
    samples: tuple[dict[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """What was read, set aside and found."""

    study: str
    reconciliation: Reconciliation
    findings: tuple[FindingOut, ...]
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What sells together, the best rules first: `found` have a lift above 1, of which the study keeps the best.

    `next` is the place to ask for with `after`; null: there are no more.
    """

    study: str
    level: str
    basket: str
    baskets: int
    found: int
    kept: int
    rules: tuple[Rule, ...]
    next: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """A customer of the study, with persona and recommended actions."""

    study: str
    customer: Customer
    persona: str | None
    actions: tuple[ActionCard, ...]


@dataclass(frozen=True, slots=True)
class NextProduct:
    """A product for a customer. Bought before: how often, when last, and how many days usually lie between."""

    place: int
    product_id: str
    product: str | None
    times: int | None
    last_bought: date | None
    usual_days: int | None
    because: str | None  # the product that it goes with


@dataclass(frozen=True, slots=True)
class NextProducts:
    """What a customer may buy again, and products not bought yet that go with what was; the best first."""

    study: str
    customer_id: str
    again: tuple[NextProduct, ...]
    next: tuple[NextProduct, ...]


ANSWERS = (
    Problem, Studies, Segments, OverviewOut, Quality, Rules, CustomersPage, CustomerAnswer, NextProducts,
)  # fmt: skip
