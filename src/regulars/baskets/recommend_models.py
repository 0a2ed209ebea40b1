"""What a look at next products finds: plain and frozen, part of a study."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.locale import Message
from regulars.rates import Rate

List = Literal["again", "next"]
Way = Literal["rhythm", "count", "similar", "popular", "fresh"]
Stock = Literal["all", "in", "out"]
# the ways to make each list, ours first; the last ones are the plain popularity that it must beat
WAYS: dict[List, tuple[Way, ...]] = {"again": ("rhythm", "count", "popular"), "next": ("similar", "popular", "fresh")}
PLAIN: tuple[Way, ...] = ("popular", "fresh")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What lists were made by: how long, which products may stand in them, how much a margin counts (0..1)."""

    top: int = 10
    holdout_days: int | None = None  # of the check; None: a tenth of the shop's days, 14 to 90
    stock: Stock = "all"
    barred: tuple[str, ...] = ()  # categories or sub-categories that are not offered
    margin: float = 0.0
    codes: int = 0  # products that the list of stock names
    checksum: str = ""  # of that list
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: the wishes, and the products in or out of stock."""

    wishes: Wishes = Wishes()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contender:
    """How one way to make a list did at ten places: the share of customers with a hit, and NDCG among those for whom
    there was something to hit (95 % by bootstrap)."""

    way: Way
    hit: Rate
    ndcg: float
    ndcg_low: float
    ndcg_high: float


@dataclass(frozen=True, slots=True)
class Check:
    """A list on later purchases. `gain` is NDCG of the better of our ways less that of the best plain popularity, with
    its 95 % interval over customers (paired bootstrap); `beats` is whether all of it lies above zero."""

    customers: int  # known by the cut, who bought since; a sample where there are very many
    with_any: int  # of these, bought something that the list could hold
    contenders: tuple[Contender, ...]
    gain: float
    gain_low: float
    gain_high: float
    beats: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """A product and how many customers' lists hold it."""

    product_id: str
    product: str | None
    customers: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A product that is offered to who bought the other; the strongest of what was learned."""

    bought: str
    offered: str
    weight: float


@dataclass(frozen=True, slots=True)
class NextList:
    """One of the two lists: by which way it was made and why, for how many customers, and what it offers most."""

    way: Way | None  # None: there is none
    customers: int
    offers: int
    matched: int  # offers that go with something the customer bought
    most: tuple[Offered, ...]
    check: Check | None  # None: too few later purchases to check
    reason: Message


@dataclass(frozen=True, slots=True)
class Recommendations:
    """Next products: what each customer may buy again, and what may be tried next; never mixed.

    The lists themselves are `recommendations.parquet`, one row per customer, list and place.
    """

    as_of: date
    cut: date | None  # the check learns from what was bought before it; None: no check
    days: int  # of the check
    customers: int  # who bought a product that is named
    products: int
    once: int  # products that one customer alone bought: never offered to others
    shelf: int  # products that others may be offered
    shelf_share: float  # of all purchases (customer and product)
    wishes: Wishes
    margins: bool  # whether profits are known, so that a margin can count
    known: int  # products of the list of stock that the shop has sold
    again: NextList
    next: NextList
    pairs: tuple[Pair, ...]
    reason: Message | None = None  # why there are no lists
