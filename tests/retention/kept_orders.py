"""Small shops as the tables that coming back reads."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from regulars.engine import Engine
from regulars.retention.models import Grain, Retention
from regulars.retention.retention import retention

Order = tuple[str, str, float | None]  # customer, day, net amount (below zero: a return alone, which does not count)


def put_orders(engine: Engine, rows: Sequence[Order]) -> None:
    """Makes `orders` and `gaps`; every row is an order of its own."""
    columns = {
        "customer_id": np.array([row[0] for row in rows], dtype=object),
        "day": np.array([row[1] for row in rows], dtype="datetime64[us]"),
        "amount": np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=float),
        "nr": np.arange(len(rows)),
    }
    types = {"customer_id": "VARCHAR", "day": "DATE", "amount": "DOUBLE", "nr": "INTEGER"}
    engine.put_columns("given", types, columns)
    engine.make_from(
        "orders",
        """
        select customer_id, cast(nr as varchar) as order_id, day,
               amount is null or isnan(amount) or amount >= 0 as counts,
               case when not isnan(amount) then cast(amount as decimal(28, 4)) end as amount
        from   given""",
    )
    engine.make("market/gaps")


def study(
    engine: Engine, rows: Sequence[Order], as_of: date | None = None, by: Grain | None = None
) -> Retention | None:
    """Who comes back in a shop of these orders, as of the day after the last one."""
    put_orders(engine, rows)
    last = max(date.fromisoformat(row[1]) for row in rows)
    return retention(engine, as_of or last + timedelta(days=1), by)


def steady(customers: int = 40, days: int = 300, every: int = 10, start: date = date(2023, 1, 1)) -> list[Order]:
    """Customers who arrive one a day and buy every so many days."""
    return [
        (f"c{nr:03d}", (start + timedelta(days=day)).isoformat(), 10.0)
        for nr in range(customers)
        for day in range(nr, days, every)
    ]
