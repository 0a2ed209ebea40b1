"""What scoring reads and answers as JSON: the types check it, and describe it in the API's OpenAPI document."""

from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

MOST_CUSTOMERS = 100_000
MOST_ORDERS = 10_000  # of one customer
_Money = Annotated[float, Meta(ge=-1e14, le=1e14)]
_Text = Annotated[str, Meta(max_length=1_000)]


class PastOrder(Struct, forbid_unknown_fields=True, gc=False):
    """One order: its day and its net amount (below zero: a refund; null: not known)."""

    date: date
    amount: _Money | None = None
    lines: Annotated[int, Meta(ge=1, le=1_000_000)] = 1


class CustomerIn(Struct, forbid_unknown_fields=True):
    """A customer to be placed: by recency, orders and money, by the orders themselves, or by attributes.

    `attributes` are the columns of a customer table by header or name, or further features that the clusters of a study
    of orders are told by. null is "not known". `orders` of 0 with `recency_days` is somebody who returned everything;
    who has never ordered has no recency: null, or an empty `history` and no measures. Beside measures an empty
    `history` says nothing, and one with orders must agree with them.
    """

    customer_id: Annotated[str, Meta(min_length=1, max_length=500)] | int
    recency_days: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType | None = UNSET
    orders: Annotated[int, Meta(ge=0, le=1_000_000_000)] | UnsetType | None = UNSET
    monetary: _Money | UnsetType | None = UNSET
    history: Annotated[list[PastOrder], Meta(max_length=MOST_ORDERS)] | UnsetType | None = UNSET
    attributes: dict[_Text, _Money | bool | _Text | None] | UnsetType | None = UNSET


class ScoreRequest(Struct, forbid_unknown_fields=True):
    """Customers to be placed. `as_of` is the day that recency of a `history` is counted to; else the study's own."""

    customers: Annotated[list[CustomerIn], Meta(min_length=1, max_length=MOST_CUSTOMERS)]
    as_of: date | None = None


class Scores(Struct, gc=False):
    """Recency, frequency and monetary scores, 1 worst."""

    r: int
    f: int
    m: int


class ActionOut(Struct, gc=False):
    """A recommended action; `/segments` says how it is done."""

    key: str
    title: str


class CustomerOut(Struct):
    """Where a customer stands. `segment` (its English name) and keys are the same in every language; `reason` says why
    something is null.
    """

    customer_id: str
    scores: Scores | None
    segment: str | None
    cluster: int | None
    persona: str | None
    persona_key: str | None
    actions: list[ActionOut]
    cluster_persona: str | None
    cluster_persona_key: str | None
    reason: str | None


class ScoreAnswer(Struct):
    """The customers in the order in which they were given, by the study of that day.

    `notes`: what looks wrong with them all, such as spending that seems to be in another currency; mostly none.
    """

    study: str
    customers: list[CustomerOut]
    notes: list[str]


class Encoded(Struct):
    """A CustomerOut whose parts were encoded before: they are the same for many customers."""

    customer_id: str
    scores: msgspec.Raw
    segment: msgspec.Raw
    cluster: msgspec.Raw
    persona: msgspec.Raw
    persona_key: msgspec.Raw
    actions: msgspec.Raw
    cluster_persona: msgspec.Raw
    cluster_persona_key: msgspec.Raw
    reason: msgspec.Raw


EXAMPLES: dict[str, dict[str, Any]] = {
    "by_measures": {
        "summary": "By recency, orders and money",
        "value": {"customers": [{"customer_id": "C-1", "recency_days": 12, "orders": 7, "monetary": 812.5}]},
    },
    "by_orders": {
        "summary": "By the orders themselves",
        "value": {
            "as_of": "2011-12-10",
            "customers": [
                {
                    "customer_id": "C-2",
                    "history": [
                        {"date": "2011-11-02", "amount": 120.4},
                        {"date": "2011-11-20", "amount": 45, "lines": 3},
                        {"date": "2011-11-22", "amount": -15.5},
                    ],
                }
            ],
        },
    },
}
