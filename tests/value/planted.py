"""Shops whose customers follow a model with known parameters, as tables of orders."""

from datetime import date, timedelta

import numpy as np

from regulars.engine import Engine

START = date(2022, 1, 1)


def put_orders(engine: Engine, rows: list[tuple[str, str, float | None]], **more: float) -> None:
    """The table `orders` from (customer, day, amount); an amount below zero is a return. `more`: profit of an order."""
    columns = {
        "customer_id": np.array([row[0] for row in rows], dtype=object),
        "day": np.array([row[1] for row in rows], dtype=object),
        "amount": np.array([np.nan if row[2] is None else row[2] for row in rows], dtype=float),
    }
    engine.put_columns("given", {"customer_id": "VARCHAR", "day": "VARCHAR", "amount": "DOUBLE"}, columns)
    profit = str(more["profit"]) if "profit" in more else "null"
    engine.make_from(
        "orders",
        f"""
        select customer_id, concat(day, ' ', customer_id) as order_id, cast(day as date) as day,
               cast(case when not isnan(amount) then amount end as decimal(28, 4)) as amount,
               cast({profit} as decimal(28, 4)) as profit, amount is null or isnan(amount) or amount > 0 as counts
        from   given""",
    )


def put_segments(engine: Engine) -> None:
    """Everybody in one segment."""
    engine.make_from("scores", "select distinct customer_id, 'Everybody' as segment from orders")


def shop(customers: int, days: int, seed: int = 0, leaving: float = 0.1) -> list[tuple[str, str, float | None]]:
    """Orders of customers who arrive over time, buy at paces of their own and leave with a chance after each order."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, float | None]] = []
    for nr in range(customers):
        day, pace, mean = rng.integers(0, days * 3 // 4), rng.gamma(0.8, 1 / 25), rng.gamma(4, 20)
        while day < days:
            amount = max(round(float(rng.gamma(3, mean / 3)), 2), 0.01)
            rows.append((f"c{nr:05d}", (START + timedelta(days=int(day))).isoformat(), amount))
            if rng.random() < leaving:
                break
            day += 1 + rng.exponential(1 / max(pace, 1e-6))
    return rows
