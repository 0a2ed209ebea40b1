"""Small shops for the tests of price, risk and growth: lines as a shop would export them, groups as given."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from made import put_lines
from regulars.engine import Engine
from regulars.orders import clean, reconcile
from regulars.settings import Settings

START = date(2024, 1, 1)


def day(number: int) -> str:
    """The n-th day of the shop, counted from 0."""
    return (START + timedelta(days=number)).isoformat()


def open_for(engine: Engine, lines: Sequence[Mapping[str, Any]], groups: Mapping[str, str]) -> None:
    """Makes `sales`, `orders` and `customers` (one cluster) from lines and each customer's segment."""
    reconcile(engine, clean(engine, put_lines(engine, lines), Settings(duplicates="keep")))
    spent: dict[str, Decimal] = {}
    for line in lines:
        if line.get("amount") is not None:
            spent[line["customer_id"]] = spent.get(line["customer_id"], Decimal(0)) + Decimal(str(line["amount"]))
    types = {"customer_id": "VARCHAR", "segment": "VARCHAR", "cluster": "INTEGER", "monetary": "DECIMAL(28,4)"}
    engine.put("customers", types, [(who, segment, 1, spent.get(who)) for who, segment in groups.items()])
