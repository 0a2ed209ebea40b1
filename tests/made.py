"""Small tables for tests, written by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from regulars.engine import Engine
from regulars.schema import COLUMNS

LINE_TYPES = {"line": "BIGINT", **{column.name: column.kind for column in COLUMNS}, "unparsed": "VARCHAR"}
_READERS = {
    "TIMESTAMP": lambda cell: cell if isinstance(cell, datetime) else datetime.fromisoformat(cell),
    "DECIMAL(18,4)": lambda cell: Decimal(str(cell)),
    "DECIMAL(18,3)": lambda cell: Decimal(str(cell)),
}


def put_lines(engine: Engine, rows: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Makes the table `lines` from rows that name what they hold; gives the columns that some row fills."""

    def cell(row: Mapping[str, Any], name: str, kind: str) -> Any:
        value = row.get(name)
        return value if value is None else _READERS.get(kind, lambda cell: cell)(value)

    table = [[number, *(cell(row, column.name, column.kind) for column in COLUMNS), None] for number, row in
             enumerate(rows, 1)]  # fmt: skip
    engine.put("lines", LINE_TYPES, table)
    return frozenset(name for row in rows for name in row)


def sale(customer: str | None, order: str | None, day: str, amount: float, **more: Any) -> dict[str, Any]:
    """A line: one piece of product P, unless `more` says otherwise."""
    return {
        "customer_id": customer, "order_id": order, "ordered_at": day, "amount": amount, "product_id": "P",
        "product": "Pot", "quantity": 1, **more,
    }  # fmt: skip
