"""What stands on an order instead of its lines: filled down, and money spread over the lines once, to the cent.

Shopify writes an order's fields, its discount and its refund on the order's first line only; others repeat the order's
discount on each of its lines. Shopify's may be one that the lines carry already (`Lineitem discount`) or one on the
shipping: the order's subtotal and total say which. Tax and shipping are left out. A refund includes them, so it takes
no more than the lines are worth.
"""

ORDER_MONEY = (
    "order_discount",
    "order_refund",
    "order_subtotal",
    "order_total",
    "order_shipping",
    "order_taxes",
    "order_paid",
)
BESIDE = (*ORDER_MONEY, "cancelled_at", "returned_quantity")

_ORDER = "coalesce(order_id, 'line ' || line), customer_id"  # a number that every day begins anew
_SPREAD = """
with filled as ({filled}),
     own as (select *, try_cast({own} as decimal(24,4)) as own, {on_lines} as on_line from filled),
     sold as (select *, greatest(own, 0) as sold from own),
     whole as (select *, sum(sold) over o as whole, sum(on_line) over o as on_lines,
                      sum(sold) over (o order by line rows unbounded preceding) as so_far
               from sold window o as (partition by {order})),
     parts as (select *, {off} as off, so_far - sold as before from whole)
select * exclude (own, sold, on_line, on_lines, whole, so_far, before, off {replaced}), {amount} as amount from parts
"""


def fill_down(sql: str, columns: tuple[str, ...]) -> str:
    """Gives every line of an order what only its first line says."""
    filled = ", ".join(
        f"coalesce({c}, case when order_id is not null then any_value({c}) over (partition by order_id) end) as {c}"
        for c in columns
    )
    return f"select * replace ({filled}) from ({sql})"


def once_per_order(sql: str, have: frozenset[str]) -> str:
    """Gives every line of an order the one discount and refund that its lines repeat, whatever their sign."""
    once = [column for column in ("order_discount", "order_refund") if column in have]
    each = ", ".join(f"max(abs({column})) over o as {column}" for column in once)
    return f"select * replace ({each}) from ({sql}) window o as (partition by {_ORDER})" if once else sql


def spread_sql(filled: str, own: str, discount: str, have: frozenset[str]) -> str:
    """The query `filled` with the column `amount`: a line's own money less its part of what its order takes off.

    Parts are proportional to the lines' own money and rounded to the cent by running totals, so that they add up.
    Lines of a return take no part. `own` is a line's money as an expression, `discount` the discount that it has
    taken off already.
    """
    if "order_total" in have:  # one total for the order: its lines share it evenly
        own, discount, off = "1", "0", "whole - coalesce(order_total, 0)"
        amount = _running("coalesce(order_total, 0)", "so_far") + " - " + _running("coalesce(order_total, 0)", "before")
    else:
        off = f"least({_off(have)}, whole)"
        amount = f"own - case when whole > 0 then {_running('off', 'so_far')} - {_running('off', 'before')} else 0 end"
    replaced = ", amount" if "amount" in have else ""
    return _SPREAD.format(
        order=_ORDER, filled=filled, own=own, on_lines=discount, off=off, replaced=replaced, amount=amount
    )


def _running(money: str, so_far: str) -> str:
    """The part of an order's money that belongs to the lines so far."""
    share = f"cast(round(cast({money} as double) * {so_far} / whole, 2) as decimal(24,4))"
    return f"case when {so_far} = whole then {money} else {share} end"


def _off(have: frozenset[str]) -> str:
    """What the order takes off its lines beyond their own discounts."""
    off = ["coalesce(order_refund, 0)"] if "order_refund" in have else []
    if "order_discount" in have:
        cases = []
        if "order_subtotal" in have:
            cases.append("when on_lines > 0 and abs(whole - order_subtotal) < 0.01 then 0")
            again = "abs(whole + on_lines - order_discount - order_subtotal) < 0.01"
            cases.append(f"when on_lines > 0 and {again} then order_discount - on_lines")
        if {"order_subtotal", "order_paid", "order_shipping", "order_taxes"} <= have:
            paid = "order_paid - order_subtotal - coalesce(order_shipping, 0)"
            full = f"(abs({paid} - coalesce(order_taxes, 0)) < 0.01 or abs({paid}) < 0.01)"
            cases.append(f"when abs(whole - order_subtotal) < 0.01 and {full} then 0")
        discount = "coalesce(order_discount, 0)"
        off.append(f"case {' '.join(cases)} else {discount} end" if cases else discount)
    return " + ".join(off) or "0"
