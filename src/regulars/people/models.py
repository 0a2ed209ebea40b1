"""What the statistics of people find: small frozen documents, JSON without loss. Intervals are 95 %.

"Cannot say" is None with a reason. A group is a named segment or a cluster, a level one value of an attribute.
"""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message
from regulars.rates import Rate

By = Literal["segment", "cluster"]
Strength = Literal["none", "weak", "medium", "strong"]
Why = Literal["large", "growing", "valuable"]


@dataclass(frozen=True, slots=True)
class Association:
    """How far two categories go together: the effect first, then how surely it is no accident.

    `effect` is Cramér's V, corrected for bias (Bergsma 2013), `strength` its size in words (Cohen 1988). `p` comes from
    chi-square, or from tables drawn at random with the same margins where expected counts are small; `q` is p after
    Benjamini & Hochberg (1995) over all tables of the same grouping.
    """

    n: int
    chi_square: float | None
    degrees: int
    p: float | None
    q: float | None
    effect: float | None
    strength: Strength | None
    method: Literal["chi_square", "permutation"] | None
    reason: Message | None = None  # why nothing can be said


@dataclass(frozen=True, slots=True)
class Crosstab:
    """An attribute's levels against the groups: customers, and their net sales where the shop has amounts.

    `counts[i][j]` is of level i and group j. The levels are values of the attribute, or, where `edges` are given, bands
    of a number: band i holds edges[i-1] < value <= edges[i], the first and last open. `unknown` customers have none.
    """

    attribute: str
    by: By
    answer: bool  # what somebody answered (a campaign), not who they are
    made_of: bool  # the groups were learned from it, so that it goes with them by construction
    levels: tuple[str, ...]
    edges: tuple[float, ...]
    groups: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    sales: tuple[tuple[float, ...], ...] | None
    spread: tuple[tuple[float, ...], ...] | None  # sums of squared sales per customer, for the interval of a share
    unknown: int
    association: Association

    @property
    def customers(self) -> int:
        """Customers whose value is known."""
        return sum(map(sum, self.counts))

    def of_level(self, level: int) -> int:
        """Customers of a level."""
        return sum(self.counts[level])

    def of_group(self, group: int) -> int:
        """Customers of a group whose value is known."""
        return sum(row[group] for row in self.counts)


@dataclass(frozen=True, slots=True)
class Underserved:
    """Customers with one value of an attribute who are seldom in the best groups, against all other known customers.

    `difference` is penetration - penetration of the rest, in shares of 1, with Newcombe's interval (1998). `why` says
    what makes them worth it: many, ever more of them, or more money an order than the rest (never surely less).
    """

    attribute: str
    by: By
    level: str  # as in the crosstab: the number of the band where that has edges
    edges: tuple[float, ...]
    n: int
    share: float  # of all known customers
    penetration: Rate
    rest: Rate
    difference: tuple[float, float, float]  # value, low, high
    q: float
    why: tuple[Why, ...]
    order_value: float | None  # net sales per order of the level
    rest_order_value: float | None
    newcomers: Rate | None  # customers of the level among the newest
    before: Rate | None  # and among those who came in the same number of days before


@dataclass(frozen=True, slots=True)
class Underserving:
    """Where the best groups have room: `best` are the groups that spend most, at most a third of all customers.

    `looked_at` levels were compared; `too_few` had fewer customers than the least that anything is said of.
    """

    by: By
    best: tuple[str, ...]
    found: tuple[Underserved, ...]
    looked_at: int
    too_few: int
    reason: Message | None = None  # why nothing can be said


@dataclass(frozen=True, slots=True)
class Correlation:
    """How far two numbers go together, with intervals: Pearson (Fisher's z), Spearman (Bonett & Wright 2000)."""

    first: str
    second: str
    n: int
    pearson: float | None
    pearson_low: float | None
    pearson_high: float | None
    spearman: float | None
    spearman_low: float | None
    spearman_high: float | None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How a measure is spread over the sampled customers of a group; `low` and `high` are the mean's interval."""

    measure: str
    by: By
    group: str  # "" is everybody
    n: int
    quantiles: tuple[float, float, float, float, float] | None  # 5, 25, 50, 75, 95 %
    mean: float | None
    low: float | None
    high: float | None
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Density:
    """A measure's density in a group at the grid of its `Shape`: Gaussian kernel, Silverman's width, `n` customers."""

    group: str  # "" is everybody
    n: int
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one measure's distribution over the sampled customers.

    `edges` and `counts` are the histogram, `grid` and `densities` the smooth curves by group, `normal` and `observed`
    the Q-Q plot: quantiles of a normal distribution with the measure's own mean and deviation, and the measure's.
    """

    measure: str
    by: By
    n: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    grid: tuple[float, ...]
    densities: tuple[Density, ...]
    normal: tuple[float, ...]
    observed: tuple[float, ...]
    mean: float
    median: float
    skewness: float | None
    logged: bool  # histogram and curves are of the logarithm: heights per power of ten


@dataclass(frozen=True, slots=True)
class Scatter:
    """Sampled customers: one measure against the outcome, and the group of each (index into `groups`)."""

    measure: str
    outcome: str
    by: By
    of: int  # customers with both values in the sample that these were drawn from
    groups: tuple[str, ...]
    points: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Mix:
    """Which channels a group's purchases went through: `purchases` of all customers, by channel."""

    by: By
    group: str
    customers: int
    channels: tuple[str, ...]
    purchases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PeopleFigures:
    """All statistics of people. `measures` are names of attributes, or features of customers (monetary, orders ...)."""

    customers: int  # those of the study whose row in the customer table is known
    sampled: int
    outcome: str | None  # the measure that the others are set against
    crosstabs: tuple[Crosstab, ...]
    underserving: tuple[Underserving, ...]
    correlations: tuple[Correlation, ...]
    spreads: tuple[Spread, ...]
    mixes: tuple[Mix, ...]
    shapes: tuple[Shape, ...]
    scatters: tuple[Scatter, ...]
    left_out: tuple[Message, ...] = ()
