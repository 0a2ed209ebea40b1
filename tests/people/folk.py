"""A shop's customers and their table, by hand or planted, for the tests of people."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa

from regulars.engine import DuckEngine, Engine
from regulars.features.people_models import Attribute, AttributeKind, People, Role
from regulars.people.reading import Frame

CUSTOMERS = {
    "customer_id": "VARCHAR",
    "segment": "VARCHAR",
    "cluster": "INTEGER",
    "monetary": "DECIMAL(28,4)",
    "orders": "INTEGER",
    "recency_days": "INTEGER",
    "avg_order_value": "DECIMAL(28,4)",
    "first_order": "DATE",
}
KINDS: dict[str, str] = {"number": "DECIMAL(18,4)", "date": "DATE", "yes_no": "BOOLEAN"}
SEGMENTS = ("Best", "Middle", "Last")
FRAME = Frame({"segment": SEGMENTS, "cluster": ("1", "2")}, date(2022, 1, 1), date(2024, 1, 1), True)
Given = Mapping[str, tuple[AttributeKind, Role | None]]


def customer(
    name: str, segment: str | None, spent: float, orders: int = 2, first: str = "2023-06-01"
) -> tuple[Any, ...]:
    """A row of `customers`: cluster 1 spends 100 and more."""
    money = Decimal(str(spent))
    return name, segment, 1 if spent >= 100 else 2, money, orders, 30, money / orders, date.fromisoformat(first)


def put_folk(
    engine: Engine, customers: Sequence[tuple[Any, ...]], given: Given, rows: Mapping[str, Sequence[Any]]
) -> People:
    """Makes `customers` and `people`; gives what was read. A row of `people` has a cell for each given attribute."""
    _put(engine, "customers", CUSTOMERS, customers)
    types = {"customer_id": "VARCHAR"} | {name: KINDS.get(kind, "VARCHAR") for name, (kind, _) in given.items()}
    _put(engine, "people", types, [(name, *(_cell(value) for value in row)) for name, row in rows.items()])
    attributes = []
    for i, (name, (kind, role)) in enumerate(given.items()):
        known = [row[i] for row in rows.values() if row[i] is not None]
        levels = tuple(sorted(set(known), key=lambda v: (-known.count(v), v))) if kind == "category" else ()
        attributes.append(Attribute(name, name.title(), kind, role, levels, len(known), len(set(known))))
    return People(len(rows), len(rows), 0, 0, tuple(attributes), (), "Customer")


def _put(engine: Engine, name: str, types: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    """As `put`, through Arrow where there are many rows: row by row takes longer than all the figures."""
    if not isinstance(engine, DuckEngine) or len(rows) < 100:
        return engine.put(name, types, rows)
    columns = dict(zip(types, zip(*rows, strict=True), strict=True))
    engine.register("given", pa.table({column: list(cells) for column, cells in columns.items()}))
    chosen = ", ".join(f"cast({column} as {kind}) as {column}" for column, kind in types.items())
    return engine.make_from(name, f"select {chosen} from given")


def _cell(value: Any) -> Any:
    return Decimal(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
