"""What a look at customers' value finds: plain and frozen, part of a study; arrays only on the way there."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from regulars.locale import Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

ModelName = Literal["mbgnbd", "bgnbd", "pareto"]
MODEL_NAMES: tuple[ModelName, ...] = ("mbgnbd", "bgnbd", "pareto")  # the default first
ContenderName = Literal["mbgnbd", "bgnbd", "pareto", "nbd", "boosted", "last_period", "hiatus"]
Verdict = Literal["trust", "care", "do_not_use", "unproven"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for. `deep` tries all models and the trees, which cost seconds."""

    horizon_days: int | None = None  # None: as long as the shop's days allow a check
    holdout_days: int | None = None  # of the check; None: as the horizon, at most half of the shop's days
    discount: float = 0.1  # a year
    margin: float | None = None  # share of sales; None: value is sales
    deep: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Ahead:
    """What customers who are still there do in the time ahead, one entry a cell."""

    mean: "NDArray[Any]"  # expected orders
    pairs: "NDArray[Any]"  # expected orders × (orders - 1)
    none: "NDArray[Any]"  # the chance of no order at all


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model of buying with its parameters; times are in weeks. `errors` are standard errors, None where unknown."""

    model: ModelName
    parameters: dict[str, float]
    errors: dict[str, float] | None
    log_likelihood: float
    customers: int
    at_bound: tuple[str, ...]  # parameters that ran into the end of their range: the data do not pin them down
    converged: bool
    covariance: tuple[tuple[float, ...], ...] | None  # of the logarithms of the parameters


@dataclass(frozen=True, slots=True)
class Spend:
    """Gamma-Gamma's parameters (gamma in the shop's currency), and what they say: the mean amount of an order day over
    all customers, and by how many own orders a customer's mean weighs as much as the shop's."""

    p: float
    q: float
    gamma: float
    log_likelihood: float
    customers: int
    mean: float
    even_at: float
    correlation: float  # between orders and amounts; the model takes it for zero
    at_bound: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contender:
    """How one way to foretell did on the later orders: per customer (mae, rmse) and in sum (total against actual)."""

    name: ContenderName
    mae: float
    rmse: float
    total: float
    tenths_error: float  # by tenths of the forecast: the sum of what each missed / all actual orders
    auc: float | None  # how well it ranks who orders again


@dataclass(frozen=True, slots=True)
class Tenth:
    """A tenth of the customers, 1 with the least expected: mean orders foretold and seen, and their money."""

    tenth: int
    customers: int
    expected: float
    actual: float
    expected_sales: float | None
    actual_sales: float | None


@dataclass(frozen=True, slots=True)
class Track:
    """Repeat order days of the customers known by the cut, added up to the end of a week of the shop."""

    week: int  # 1-based, from the shop's first day
    expected: float
    actual: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """How well a score tells who will not order again: the area under its curve (.5: a coin, 1: perfect)."""

    score: Literal["expected", "rhythm", "recency", "alive"]
    auc: float


@dataclass(frozen=True, slots=True)
class Backtest:
    """The check: learned from the orders before `cut`, compared with those of the `days` after it."""

    cut: date
    days: int
    customers: int  # known by the cut
    looked_at: int  # of them, a sample where there are very many
    returned: int  # of those looked at, ordered in the days after
    actual: float  # their order days then
    contenders: tuple[Contender, ...]
    winner: ContenderName
    tenths: tuple[Tenth, ...]
    total_error: float  # of the winner: (foretold - actual) / actual orders
    tenths_error: float
    sales_error: float | None  # as tenths_error, in money, by tenths of expected money
    sales_total_error: float | None
    coverage: float | None  # share of customers within their range; .8 and more are promised
    rankings: tuple[Ranking, ...]
    tracking: tuple[Track, ...]


@dataclass(frozen=True, slots=True)
class YearAgo:
    """The winner at the same day a year before: the same season as the forecast's."""

    cut: date
    days: int
    customers: int
    error: float  # (foretold - actual) / actual orders


@dataclass(frozen=True, slots=True)
class SegmentValue:
    """What the customers of a named segment will still order and bring."""

    segment: str
    customers: int
    expected_orders: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Value:
    """What customers will still be worth over the horizon, how far to trust it, and by what it was found.

    Money is in the shop's currency: `expected_sales` net of returns, `value` discounted and × margin. Low and high are
    the wider of the model's own 90 % interval and of its error in the check. None: it cannot be said.
    """

    horizon_days: int
    discount: float  # a year
    margin: float | None  # None: value is sales
    customers: int  # with an order that counts
    repeaters: int
    verdict: Verdict
    reason: Message
    error: float | None  # the ± of the verdict
    winner: ContenderName | None
    fitted: tuple[Fitted, ...]  # on all orders; the default model first
    spend: Spend | None
    spend_reason: Message | None  # why there is no amount, or only the shop's mean
    expected_orders: float | None
    orders_low: float | None
    orders_high: float | None
    expected_sales: float | None
    value: float | None
    value_low: float | None
    value_high: float | None
    shop_margin: float | None  # profit / net sales, where the input knows profits
    risk_by: Literal["expected", "rhythm"]  # what ranks who is likely not to order: the better of both in the check
    usual_gap: float | None  # days, median between two order days
    late: int  # customers with 3 or more order days, twice their usual gap behind
    late_spent: float | None
    segments: tuple[SegmentValue, ...]
    backtest: Backtest | None
    year_ago: YearAgo | None
    notes: tuple[Message, ...]
