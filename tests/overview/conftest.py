"""Small shops as the cleaning leaves them: the tables `sales` and `orders`."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from regulars.engine import Engine

Lines = Sequence[dict[str, Any]]
_TYPES = {
    "line": "BIGINT",
    "customer_id": "VARCHAR",
    "order_id": "VARCHAR",
    "ordered_at": "TIMESTAMP",
    "day": "DATE",
    "is_return": "BOOLEAN",
    "quantity": "DECIMAL(18,3)",
    "amount": "DECIMAL(18,4)",
    "profit": "DECIMAL(18,4)",
    "shipping_cost": "DECIMAL(18,4)",
    "discount": "DECIMAL(18,4)",
    "product_id": "VARCHAR",
    "product": "VARCHAR",
    "category": "VARCHAR",
    "subcategory": "VARCHAR",
    "ship_mode": "VARCHAR",
    "country": "VARCHAR",
}


@pytest.fixture
def fill() -> Callable[[Engine, Lines], None]:
    """Puts lines into an engine; a line needs customer_id, order_id and `at` (ISO), the rest may be left out."""
    return put_shop


def put_shop(engine: Engine, lines: Lines) -> None:
    rows = []
    for number, line in enumerate(lines, 1):
        at = datetime.fromisoformat(line["at"]).replace(tzinfo=UTC)
        known = {**line, "line": number, "ordered_at": at, "day": at.date()}
        known["is_return"] = (line.get("quantity") or 0) < 0 or (line.get("amount") or 0) < 0
        rows.append([_exact(known.get(name), kind) for name, kind in _TYPES.items()])
    engine.put("sales", _TYPES, rows)
    engine.make_from("judged", "select *, cast(null as varchar) as reason from sales")
    engine.make("orders/orders")
    engine.drop("judged")


def _exact(value: Any, kind: str) -> Any:
    return Decimal(str(value)) if value is not None and kind.startswith("DECIMAL") else value
