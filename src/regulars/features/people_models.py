"""What is known of customers from a table of their own: the columns of the table `people`, and what was found in them.

The table `people` has one row for each row of the customer table: `customer_id` (VARCHAR) and one column per
`Attribute`, typed by its kind: number DECIMAL(18,4), date DATE, yes_no BOOLEAN, category, ordered, id and text VARCHAR.
NULL is "not known": an empty cell, one that could not be read, or a value that cannot be (an age of 0).
"""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message, Words
from regulars.quality import Finding
from regulars.sources.raw import InputFile

AttributeKind = Literal["number", "category", "ordered", "date", "yes_no", "id", "text"]
Role = Literal[
    "customer_id",
    "age",
    "birth_year",
    "birth_date",
    "generation",
    "gender",
    "profession",
    "income",
    "education",
    "marital_status",
    "joined",  # the day the customer became one
    "tenure",  # days, or as the header says, since then
    "children",
    "family_size",
    "recency",  # days since the last order
    "spending",  # money spent on one kind of thing (Mnt...), in one column of several
    "total_spending",
    "transactions",  # number of orders, over all channels
    "deals",  # orders by channel
    "web",
    "catalogue",
    "store",
    "visits",  # visits to the web shop a month
    "response",  # whether the last campaign was answered
    "response_rate",
    "accepted",  # one campaign accepted, in one column of several
    "campaigns_accepted",
    "complained",
    "score",
    "country",
    "city",
]


# columns of the customers in a study, and of what is derived here: a column of the input takes another name
_STUDY = """line customer_id recency_days orders monetary first_order last_order tenure_days avg_order_value
    return_share days_between profit shipping_cost lines pieces sales_amount returns_amount products top_category
    r f m segment cluster persona action cluster_persona cluster_action persona_key action_key cluster_persona_key
    cluster_action_key"""
_DERIVED = """age_at_joining age_then generation total_spending total_transactions response_rate_per_visit children
    tenure campaigns_accepted gender_merged"""
RESERVED: frozenset[str] = frozenset(f"{_STUDY} {_DERIVED}".split())


@dataclass(frozen=True, slots=True)
class Possible:
    """What a value can be: from `least` to `most` (of days: the years), of one digit repeated up to `repeated`.

    And none of `placed`: placeholders of this table, as they are typed.
    """

    least: float | None = None
    most: float | None = None
    repeated: float | None = None
    placed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """One column of `people`. `distinct` counts its different values, `filled` the customers whose value is known."""

    name: str  # column in `people`: lower-case ASCII letters, digits and `_`; unique, and none of the features' names
    header: str | None  # as in the input; None: derived
    kind: AttributeKind
    role: Role | None
    levels: tuple[str, ...]  # ordered: lowest first; category: most frequent first; else empty
    filled: int
    distinct: int
    formula: Message | None = None  # how a derived one comes about; None for a column of the input
    possible: Possible | None = None  # None: anything
    said: bool = False  # whether the kind is the one that the settings name

    @property
    def derived(self) -> bool:
        """Whether Regulars computed it from other columns."""
        return self.formula is not None

    @property
    def shown_as(self) -> str:
        """How its values are written: as its kind, but years without separators."""
        return "year" if self.role == "birth_year" else self.kind

    def title(self, say: Words) -> str:
        """What a reader calls it: the header of the input, or the name of a derived one in the language of `say`."""
        return say(f"people.derived.{self.name}") if self.header is None else self.header


@dataclass(frozen=True, slots=True)
class Recovered:
    """How far the clusters are one column of categories over again.

    `purity` is the share of customers in the cluster that most customers of their level are in, `guessed` what it would
    be if nothing but the sizes of the clusters were known, `strength` the part of the errors that the column takes away
    (lambda of Goodman & Kruskal 1954): 1 where the column alone tells the cluster of everybody.
    """

    attribute: str
    header: str | None
    customers: int  # whose level is known
    levels: int
    purity: float
    guessed: float
    strength: float

    @property
    def merely(self) -> bool:
        """Whether the clusters say little more than this column."""
        return self.strength >= MERELY


MERELY = 0.8


@dataclass(frozen=True, slots=True)
class Trait:
    """What sets a group apart: a number's mean there and over all, in standard deviations; or a level's shares."""

    attribute: str
    header: str | None
    level: str | None  # None: a number; of a yes/no `true`
    here: float  # mean in the group, or share of its customers who have the level
    all: float
    deviations: float | None  # (here - all) / standard deviation over all; None for levels

    def name(self, say: Words) -> str:
        """What a reader calls the attribute."""
        return say(f"people.derived.{self.attribute}") if self.header is None else self.header

    def text(self, say: Words) -> str:
        """In two or three words: `high Income`, `Profession: Artist`."""
        if self.deviations is None:
            key = "is" if self.level == "true" else "level"
            return say(f"people.trait.{key}", name=self.name(say), level=self.level)
        return say(f"people.trait.{'high' if self.deviations > 0 else 'low'}", name=self.name(say))

    def says(self, say: Words) -> str:
        """In a sentence with its figures."""
        figures = {"name": self.name(say), "level": self.level, "here": self.here, "all": self.all}
        if self.deviations is None:
            return say(f"people.trait.says_{'is' if self.level == 'true' else 'level'}", **figures)
        key = "high" if self.deviations > 0 else "low"
        digits = "_small" if abs(self.all) < SMALL and abs(self.here) < SMALL else ""
        return say(f"people.trait.says_{key}{digits}", **figures)


SMALL = 10  # means below it are written with two decimals


@dataclass(frozen=True, slots=True)
class Group:
    """A learned group of customers described by their attributes."""

    cluster: int
    customers: int
    share: float
    traits: tuple[Trait, ...]  # the strongest first
    action: str  # words: actions.<action>.title, .do
    because: Trait | None  # what the action rests on; None: nothing says what these customers spend

    def title(self, say: Words) -> str:
        """Its two strongest traits: `High Income, low Age`."""
        if not self.traits:
            return say("people.group.plain", n=self.cluster)
        title = ", ".join(trait.text(say) for trait in self.traits[:2])
        return title[:1].upper() + title[1:]

    def says(self, say: Words) -> tuple[str, ...]:
        """Who they are, in sentences."""
        size = say("people.group.size", customers=self.customers, share=self.share)
        return size, *([trait.says(say) for trait in self.traits] or [say("people.group.like_all")])

    def why(self, say: Words) -> str:
        """Why this action."""
        return self.because.says(say) if self.because else say("people.group.why_plain")


@dataclass(frozen=True, slots=True)
class Encoded:
    """How clusters were learned from attributes: their columns, which of them as logarithms, the settings chosen."""

    features: tuple[str, ...]
    logged: tuple[str, ...]
    encoding: str
    scaling: str
    left_out: tuple[str, ...]  # headers of the categories that describe the groups, but do not make them


@dataclass(frozen=True, slots=True)
class People:
    """A customer table as it was read. `customers` are its rows; `matched` of them have orders in the study.

    Without orders `matched` and `only_in_orders` are None. `only_in_table`: rows of customers without an order.
    """

    customers: int
    matched: int | None
    only_in_table: int | None
    only_in_orders: int | None
    attributes: tuple[Attribute, ...]
    findings: tuple[Finding, ...]
    id_header: str | None  # None: no column holds ids, the rows are numbered
    inputs: tuple[InputFile, ...] = ()
    named: bool = True  # whether there are named segments; else the learned groups stand for them
    groups: tuple[Group, ...] = ()  # the clusters by their attributes, where orders do not describe them
    recovered: tuple[Recovered, ...] = ()  # the strongest first
    encoded: Encoded | None = None  # None: the clusters were learned from the orders

    @property
    def merely(self) -> Recovered | None:
        """The column that the clusters merely recover, if any."""
        return next((found for found in self.recovered if found.merely), None)

    def of_role(self, *roles: Role) -> tuple[Attribute, ...]:
        """The attributes with one of these roles, in the order of the table."""
        return tuple(each for each in self.attributes if each.role in roles)

    def of_kind(self, *kinds: AttributeKind) -> tuple[Attribute, ...]:
        """The attributes of these kinds, in the order of the table."""
        return tuple(each for each in self.attributes if each.kind in kinds)
