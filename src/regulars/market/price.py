"""Price sensitivity: how often and how deep a group buys at a discount, and what it pays for the same goods."""

from math import exp, log, sqrt
from typing import Any

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.market.models import NEEDED, GroupPrice, Price, Ratio
from regulars.rates import Rate, Z, rate


def prices(engine: Engine, *, by_code: bool = True) -> Price | None:
    """Price by group, from `sales` and `customers`; None without any amount or discount.

    A product is its code, or its name where the input has no codes.
    """
    usual_prices(engine, by_code=by_code)
    return prices_of(engine, by_code=by_code)


def usual_prices(engine: Engine, *, by_code: bool) -> None:
    """What the same products, and pieces of the same category, usually cost: made from the lines in `sales`."""
    engine.make("market/usual_prices", by_code=by_code)
    engine.make("market/category_prices")


def prices_of(engine: Engine, *, by_code: bool) -> Price | None:
    """Price by group against the usual prices that are there; `sales` may hold the lines of some customers alone."""
    engine.make("market/customer_prices", by_code=by_code)
    rows = engine.ask("market/price_groups")
    whole = next((row for row in rows if row["kind"] == "shop"), None)
    if whole is None:
        return None
    discounts, products = whole["discount_most"] is not None, bool(whole["paid"])
    categories = bool(whole["category_paid"])
    if not (discounts or products or categories):
        return None
    return Price(
        groups=tuple(_group(row, whole) for row in rows),
        no_discounts=None if discounts else Message("market.price.no_discounts"),
        no_products=None if products else Message("market.price.no_products"),
        no_categories=None if categories else Message("market.price.no_categories"),
    )


def ratio(above: Any, below: Any, squares: Any, n: int) -> Ratio | None:
    """above / below with its interval on the log scale, from the squared residuals in units of the mean."""
    if not above or not below or above <= 0 or below <= 0 or n < 2:
        return None
    value = float(above) / float(below)
    error = sqrt(float(squares) / n / (n - 1))  # n / (n - 1) * sum of squares / n^2, relative to the value
    return Ratio(value, exp(log(value) - Z * error), exp(log(value) + Z * error), n)


def _group(row: Row, whole: Row) -> GroupPrice:
    customers, lines = row["customers"], int(row["lines"])
    name = row["name"] if row["kind"] != "cluster" else f"Cluster {row['name']}"
    if customers < NEEDED:
        reason = Message("market.reason.few", {"n": customers, "needed": NEEDED})
        return GroupPrice(row["kind"], name, customers, lines, None, None, None, None, None, reason)
    discounted = _discounted(row) if whole["discount_most"] is not None else None
    return GroupPrice(
        kind=row["kind"],
        name=name,
        customers=customers,
        lines=lines,
        discounted=discounted,
        depth=_depth(row, shares=whole["discount_most"] <= 1) if discounted else None,
        same_product=ratio(row["paid"], row["usual"], row["squares"], row["n"]) if row["n"] >= NEEDED else None,
        same_category=ratio(row["category_paid"], row["category_usual"], row["category_squares"], row["category_n"])
        if row["category_n"] >= NEEDED
        else None,
        compared=float(row["paid"] / row["amount"]) if row["paid"] and row["amount"] else None,
    )


def _discounted(row: Row) -> Rate | None:
    """The share of discounted lines; its effective sample is that many independent lines as the customers are worth."""
    customers, lines, hits = row["customers"], int(row["lines"]), int(row["discount_lines"])
    share = hits / lines
    if 0 < share < 1 and row["discount_squares"]:
        variance = share**2 * float(row["discount_squares"]) / customers / (customers - 1)
        effective = share * (1 - share) / variance
    else:
        effective = float(customers)
    return rate(share * effective, effective, of=lines)


def _depth(row: Row, *, shares: bool) -> float | None:
    """Mean share where the data give shares, else discount money over list price."""
    lines, size, money = int(row["discount_lines"]), row["discount_sum"], row["discount_amount"]
    if not lines or size is None:
        return None
    if shares:
        return float(size) / lines
    return float(size / (money + size)) if money is not None and money + size > 0 else None
