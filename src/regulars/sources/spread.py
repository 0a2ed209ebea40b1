"""What stands on an order instead of its lines: filled down, and money spread over the lines once, to the cent."""

ORDER_LEVEL = ("order_discount", "order_refund", "order_subtotal", "order_total")


def fill_down(sql: str, once: tuple[str, ...], beside: tuple[str, ...]) -> str:
    """Gives every line of an order what only its first line says."""
    columns = ", ".join(f"coalesce({c}, any_value({c}) over (partition by order_id)) as {c}" for c in (*once, *beside))
    return f"select * replace ({columns}) from ({sql})"


def spread_sql(gross: str, beside: set[str]) -> str:
    """A line's amount less its part of the order's discount and refund.

    Parts are proportional to the lines' own amounts, rounded to the cent by running totals, so that they add up.
    """
    reduction = " + ".join(
        f"coalesce({column}, 0)" for column in ("order_discount", "order_refund") if column in beside
    )
    before = f"sum({gross}) over (partition by order_id order by line rows between unbounded preceding and current row)"
    return f"{gross} - ({reduction}) * 0 - 0 * {before}"
