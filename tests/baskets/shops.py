"""Small shops for baskets: a table `sales` from lists of items, one basket each."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from regulars.engine import Engine

TYPES = {
    "customer_id": "VARCHAR", "order_id": "VARCHAR", "day": "DATE", "product_id": "VARCHAR", "product": "VARCHAR",
    "category": "VARCHAR", "subcategory": "VARCHAR", "amount": "DECIMAL(18,4)", "profit": "DECIMAL(18,4)",
    "is_return": "BOOLEAN",
}  # fmt: skip


def put_sales(engine: Engine, rows: Sequence[dict[str, Any]]) -> None:
    """Makes `sales` from rows that name what they hold."""
    base = {"is_return": False, "day": date(2024, 1, 1)}
    table = [[{**base, **row}.get(name) for name in TYPES] for row in rows]
    engine.put("sales", TYPES, table)


def put_baskets(engine: Engine, baskets: Iterable[Iterable[str]], days: int = 360) -> None:
    """One order per basket, spread over the days, its customer every fourth order."""
    rows = [
        {
            "customer_id": f"C{i // 4}",
            "order_id": f"O{i}",
            "product": item,
            "day": date(2024, 1, 1) + timedelta(i % days),
        }
        for i, basket in enumerate(baskets)
        for item in basket
    ]
    put_sales(engine, rows)


def put_many(engine: Any, baskets: Sequence[Sequence[int]]) -> None:
    """Many baskets of numbered items at once, through arrays; on the default engine alone."""
    import numpy as np

    sizes = np.array([len(basket) for basket in baskets])
    columns = {"b": np.repeat(np.arange(len(baskets)), sizes), "i": np.concatenate([np.array(b, int) for b in baskets])}
    engine.put_columns("drawn", {"b": "BIGINT", "i": "BIGINT"}, columns)
    engine.make_from("sales", _DRAWN)


_DRAWN = """
select 'C' || (b // 4)::varchar as customer_id, 'O' || b::varchar as order_id,
       date '2024-01-01' + (b % 360)::int as day, 'P' || i::varchar as product_id, null::varchar as product,
       null::varchar as category, null::varchar as subcategory, null::decimal(18,4) as amount,
       null::decimal(18,4) as profit, false as is_return
from   drawn
"""
