"""Coming back: what is known of it. Shares are of 1 with 95 % intervals, money is in the currency of the study."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.locale import Message
from regulars.rates import Rate, rate

Grain = Literal["week", "month", "quarter", "year"]
NEEDED = 30  # customers, below which a share is not said
LEAST = 5  # customers, below which not even a rough share is shown
SOON = 90  # days within which a customer of any cohort should have come back, to compare cohorts


@dataclass(frozen=True, slots=True)
class Flow:
    """The customers of one period, by where they come from; the sales of the four parts add up to the period's.

    `complete` is False for a first or last period that the data cover in part; `early` is True where customers who look
    new may have bought before the data begin. `other_sales` are those of customers without an order that counts.
    """

    start: date
    end: date  # exclusive
    complete: bool
    early: bool
    customers: int  # with an order that counts
    orders: int
    new: int
    repeating: int
    won_back: int | None  # bought after a lapse; None: the shop has too few gaps to say what a lapse is
    lapsed: int | None  # times that a customer became lapsed
    active: int | None  # bought within the lapse at its end
    twice: int  # two orders or more within the period, bought before or not
    sales: float | None
    new_sales: float | None
    repeating_sales: float | None
    won_back_sales: float | None
    other_sales: float | None

    @property
    def returning(self) -> Rate | None:
        """Who of the period's customers had bought before it; None: fewer than 30 customers."""
        return self._share(self.repeating + (self.won_back or 0))

    @property
    def two_orders(self) -> Rate | None:
        """Who of them ordered twice or more within it: grows with the length of the period, whoever they are."""
        return self._share(self.twice)

    def _share(self, part: int) -> Rate | None:
        return rate(part, self.customers) if self.customers >= NEEDED else None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cohort in one period: who bought, in how many orders, for how much (net of returns).

    `complete` is False where the data cover the cohort's own period or this one in part.
    """

    customers: int
    orders: int
    sales: float | None
    complete: bool


@dataclass(frozen=True, slots=True)
class Cohort:
    """The customers whose first order fell in a period; `cells` begin with that period itself.

    `soon` is the share who bought again within 90 days: every customer has the same time, so that cohorts compare.
    None: the cohort has fewer than 30, or not all of them were watched as long.
    """

    start: date
    complete: bool
    early: bool
    customers: int
    cells: tuple[Cell, ...]
    soon: Rate | None

    def share(self, age: int) -> Rate | None:
        """Who of the cohort bought `age` periods later; None: the cohort has fewer than 30, or is younger."""
        if self.customers < NEEDED or age >= len(self.cells):
            return None
        return rate(self.cells[age].customers, self.customers)

    def rough(self, age: int) -> Rate | None:
        """The same down to 5 customers, for charts that show it pale, with its wide interval."""
        if self.customers < LEAST or age >= len(self.cells):
            return None
        return rate(self.cells[age].customers, self.customers)


@dataclass(frozen=True, slots=True)
class Age:
    """All cohorts that can be compared, so many periods after the first order."""

    age: int
    cohorts: int
    share: Rate


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a curve: the share to whom it has happened by that day."""

    days: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Within:
    """The share to whom it happened within some days; `n` of the rate were watched as long. None: fewer than 30."""

    days: int
    share: Rate | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long something takes, counting those to whom it has not happened yet (Kaplan & Meier 1958)."""

    customers: int
    events: int
    median: int | None  # days; None: it has not happened to half of them within the days that were watched
    median_low: int | None
    median_high: int | None
    within: tuple[Within, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """Who comes back. Days with an order count once: a second purchase is one on a later day.

    `lapse_days`: the days between two orders that 90 % of all such gaps in the shop do not exceed; who has been away
    for longer is lapsed. Customers first seen in the first `lapse_days` of the data may be old ones: `settled` is
    the day from which on a new customer is taken for one.
    """

    by: Grain
    since: date
    as_of: date
    customers: int
    gaps: int  # between two order days of a customer
    lapse_days: int | None  # None: fewer than 30 gaps
    settled: date
    flows: tuple[Flow, ...]
    cohorts: tuple[Cohort, ...]
    ages: tuple[Age, ...]
    second: Waiting | None  # from the first order to the second
    lapse: Waiting | None  # from the first order to the first lapse
    back: Waiting | None  # from the lapse to the next order
    second_all: bool  # customers of the early days are in `second` and `lapse`: without them too few are left
    notes: tuple[Message, ...] = ()
