"""What a study knows about what sells together: rules with their evidence, frozen, JSON without loss."""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message

Level = Literal["product", "subcategory", "category"]
Basket = Literal["order", "customer", "day"]


@dataclass(frozen=True, slots=True)
class Late:
    """A rule in the last quarter: baskets that hold all of it, and its lift against baskets of equal size.

    `verdict`: it `holds` (the interval lies above 1), it `fades` (the interval lies below the whole period's lift),
    or too few baskets `cannot_say`.
    """

    count: int
    expected: float
    lift: float | None  # None: fewer than 5 expected
    low: float | None
    high: float | None
    verdict: Literal["holds", "fades", "cannot_say"]


@dataclass(frozen=True, slots=True)
class Rule:
    """Baskets that hold the antecedent hold the consequent more often than others. Shares are of 1.

    `lift` compares with all baskets, `adjusted_lift` with baskets of equal size: every large basket holds more of
    everything. `p_value` is Fisher's one-sided p, `q_value` its Benjamini-Hochberg value over all candidates tested;
    `adjusted_p_value` and `adjusted_q_value` are the same against baskets of equal size. Intervals hold 95 %.
    """

    antecedent: tuple[str, ...]
    consequent: tuple[str, ...]
    antecedent_codes: tuple[str, ...]  # as the items are called in the data
    consequent_codes: tuple[str, ...]
    support: float
    count: int
    antecedent_support: float
    consequent_support: float
    confidence: float
    lift: float
    lift_low: float
    lift_high: float
    leverage: float
    conviction: float | None  # None: no basket holds the antecedent alone, so it has no bound
    p_value: float
    q_value: float
    expected: float  # baskets that would hold all of it if baskets of equal size were alike
    adjusted_lift: float | None  # None: no basket with the antecedent could hold more
    adjusted_low: float | None
    adjusted_high: float | None
    adjusted_p_value: float
    adjusted_q_value: float
    late: Late
    value: float | None  # what one of each item usually brings, shop currency
    margin: float | None  # profit as a share of that
    redundant: bool  # a shorter rule explains it


@dataclass(frozen=True, slots=True)
class InSegment:
    """A bundle among the baskets of one named segment. `share` of those baskets hold it."""

    segment: str
    baskets: int
    count: int
    share: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """The best rule of a set of items, and how the named segments differ in it."""

    rule: Rule
    segments: tuple[InSegment, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundles:
    """What sells together. `rules` are the best ones first; a study keeps the best 200, `rules.parquet` all of them."""

    level: Level
    basket: Basket
    baskets: int
    capped: int  # baskets of which only the 200 best-selling items count
    min_count: int
    items: int  # that at least `min_count` baskets hold
    candidates: int  # sets and ways to split them that were tested
    late_since: str | None  # first day of the last quarter, ISO
    found: int  # rules with lift above 1
    sure: int  # of these, not redundant and more often than in baskets of equal size (q at most 5 %)
    rules: tuple[Rule, ...]
    bundles: tuple[Bundle, ...]
    reason: Message | None = None  # why there are no rules
