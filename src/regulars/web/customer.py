"""One customer of a study: orders, scores, segments over time, products, what is still expected; from one bucket."""

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Literal, TypeVar

from regulars.analysis import Study
from regulars.contacts import told_sql
from regulars.engine import DuckEngine, Row
from regulars.ids import spellings
from regulars.schema import PERSONAL
from regulars.stored import stored_bucket
from regulars.web.laid import ready
from regulars.web.masks import MASK, attribute_hidden, shown_id
from regulars.web.opened import Opened

ORDERS, PRODUCTS, STUDIES = 200, 50, 24  # shown at most
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class Order:
    """An order on a day; `amount` is net of what was returned with it, in the study's currency."""

    order_id: str | None
    day: date
    amount: float | None
    pieces: float | None
    lines: int
    is_return: bool


@dataclass(frozen=True, slots=True)
class Month:
    """What a customer bought in a month."""

    month: date
    orders: int
    amount: float | None


@dataclass(frozen=True, slots=True)
class Bought:
    """A product that a customer bought: pieces and sales net of returns."""

    code: str
    product: str | None
    pieces: float | None
    amount: float | None
    orders: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Then:
    """Where a customer stood in a study."""

    as_of: date
    segment: str | None
    cluster: int | None
    r: int | None
    f: int | None
    m: int | None
    orders: int | None
    monetary: float | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What is still expected of a customer within the horizon of the study's value part."""

    expected_orders: float | None
    next_value: float | None
    low: float | None
    high: float | None
    overdue: float | None  # days since the last order / the customer's own usual gap


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The gaps between order days. `state`: own, shop, steady, unknown."""

    gaps: int
    usual_gap_days: float | None
    longest: int | None
    silence: int
    at_risk: bool | None
    state: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A next product, from `regulars recommend`: to buy again (`again`) or to try (`next`)."""

    list: Literal["again", "next"]
    place: int
    product_id: str
    product: str | None
    times: int | None  # how often it was bought
    last_bought: date | None
    usual_days: int | None  # between two purchases of it, by all
    because: str | None  # what was bought that speaks for it


@dataclass(frozen=True, slots=True)
class Customer:
    """Everything a study holds of one customer. What is masked for the reader is `MASK`."""

    customer_id: str
    features: dict[str, Any]  # the columns of customers.parquet that Regulars computes
    contact: dict[str, str | None]  # country, city, name, email, phone
    attributes: dict[str, Any]  # the columns of the shop's customer table
    orders: tuple[Order, ...]  # the latest, at most ORDERS
    months: tuple[Month, ...]
    products: tuple[Bought, ...]  # at most PRODUCTS
    history: tuple[Then, ...]  # studies in which the customer stood, oldest first
    expected: Expected | None
    rhythm: Rhythm | None
    offers: tuple[Offer, ...] = ()  # next products, where the shop has asked for them


def customer(found: Opened, id_: str, personal: bool = False) -> Customer | None:
    """One customer, None where the study has none of that id; personal columns masked unless `personal`."""
    named = (found.once(("customer", name), partial(_customer, found, name)) for name in spellings(found.study, id_))
    seen = next((one for one in named if one), None)
    return seen if seen is None or personal else _masked(found.study, seen)


def id_at(found: Opened, place: int) -> str | None:
    """The id of the customer at a place in the order of ids, counted from 1; None where there is none."""
    ready(found)
    rows = found.engine.ask("web/placed", place=place)
    return str(rows[0]["customer_id"]) if rows else None


def _customer(found: Opened, id_: str) -> Customer | None:
    with closing(DuckEngine(threads=1, memory_limit="128MB")) as engine:
        engine.load("customers", found.shop.path_of(found.day, "customers.parquet", check=False))
        rows = engine.ask("web/customer_row", id=id_)
        if not rows:
            return None
        people = found.study.people
        given = {attribute.name for attribute in people.attributes} if people else set()
        row = rows[0]
        engine.view_from("told", told_sql(found.study))
        contact: dict[str, str | None] = engine.ask("web/customer_told", id=id_)[0]
        orders, months, products = [], [], []
        if found.has("sales"):
            stored_bucket(engine, found.shop, found.day, id_)
            said = engine.ask("web/customer_contact", id=id_)[0]
            contact |= {name: value for name, value in said.items() if value is not None}
            orders = engine.ask("web/customer_orders", id=id_, most=ORDERS)
            months = engine.ask("web/customer_months", id=id_)
            products = engine.ask("web/customer_products", id=id_, most=PRODUCTS)
        return Customer(
            id_,
            {name: value for name, value in row.items() if name not in given and name != "customer_id"},
            {name: value for name, value in contact.items() if value is not None},
            {name: row[name] for name in row if name in given},
            tuple(Order(**each) for each in orders),
            tuple(Month(**each) for each in months),
            tuple(Bought(**each) for each in products),
            _history(found, engine, id_),
            _one(found, engine, "value", Expected, id_),
            _one(found, engine, "rhythm", Rhythm, id_),
            _offers(found, engine, id_),
        )


def _one(found: Opened, engine: DuckEngine, table: str, kind: type[_Kind], id_: str) -> _Kind | None:
    """The customer's row of a table that not every study has."""
    if not found.has(table):
        return None
    engine.load(f"kept_{table}", found.shop.path_of(found.day, f"{table}.parquet", check=False))
    rows = engine.ask(f"web/customer_{table}", id=id_)
    return kind(**rows[0]) if rows else None


def _offers(found: Opened, engine: DuckEngine, id_: str) -> tuple[Offer, ...]:
    if not found.has("recommendations"):
        return ()
    file = found.shop.path_of(found.day, "recommendations.parquet", check=False)
    engine.load("kept_recommendations", file)
    return tuple(Offer(**row) for row in engine.ask("web/customer_offers", id=id_))


def _history(found: Opened, engine: DuckEngine, id_: str) -> tuple[Then, ...]:
    """The customer in this study and those before it; a study that cannot be read is left out."""
    days = [day for day in found.shop.studies() if isinstance(found.day, date) and day <= found.day][-STUDIES:]
    seen: list[Then] = []
    for day in days:
        try:
            engine.load("customers_then", found.shop.path_of(day, "customers.parquet", check=False))
        except OSError:
            continue
        seen += [Then(as_of=day, **row) for row in engine.ask("web/customer_then", id=id_)]
    return tuple(seen)


def _masked(study: Study, seen: Customer) -> Customer:
    """The customer for those who may not see names, addresses and numbers."""
    names = {one.name for one in (study.people.attributes if study.people else ()) if attribute_hidden(one)}

    def hidden(values: Row) -> Row:
        return {k: MASK if k in PERSONAL | names and value is not None else value for k, value in values.items()}

    id_ = shown_id(study, seen.customer_id, personal=False)
    return replace(seen, customer_id=id_, contact=hidden(seen.contact), attributes=hidden(seen.attributes))
