"""Shops whose customers follow a model with known parameters, as tables of orders."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from regulars.engine import Engine

ORDER_TYPES = {
    "customer_id": "VARCHAR", "order_id": "VARCHAR", "day": "DATE", "amount": "DECIMAL(28,4)",
    "profit": "DECIMAL(28,4)", "counts": "BOOLEAN",
}  # fmt: skip
START = date(2022, 1, 1)


def put_orders(engine: Engine, rows: list[tuple[str, str, float | None]], **more: float) -> None:
    """The table `orders` from (customer, day, amount); an amount below zero is a return. `more`: profit of an order."""
    profit = Decimal(str(more["profit"])) if "profit" in more else None
    table = [
        (customer, str(nr), date.fromisoformat(day), None if amount is None else Decimal(str(amount)), profit,
         amount is None or amount > 0)
        for nr, (customer, day, amount) in enumerate(rows)
    ]  # fmt: skip
    engine.put("orders", ORDER_TYPES, table)


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
