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
    tenure campaigns_accepted"""
RESERVED: frozenset[str] = frozenset(f"{_STUDY} {_DERIVED}".split())


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

    @property
    def derived(self) -> bool:
        """Whether Regulars computed it from other columns."""
        return self.formula is not None

    def title(self, say: Words) -> str:
        """What a reader calls it: the header of the input, or the name of a derived one in the language of `say`."""
        return say(f"people.derived.{self.name}") if self.header is None else self.header


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

    def of_role(self, *roles: Role) -> tuple[Attribute, ...]:
        """The attributes with one of these roles, in the order of the table."""
        return tuple(each for each in self.attributes if each.role in roles)

    def of_kind(self, *kinds: AttributeKind) -> tuple[Attribute, ...]:
        """The attributes of these kinds, in the order of the table."""
        return tuple(each for each in self.attributes if each.kind in kinds)
