"""Discounts and refunds: the line's own, and the order's, which count once however many lines repeat them.

What is taken off is said, and so is what looks like it and is left alone because nothing shows that it is in the money.
"""

from dataclasses import dataclass
from decimal import Decimal

from regulars.sources.draft import Draft
from regulars.sources.money import as_double, numeric
from regulars.sources.numbers import parse

_ORDERS, _AMOUNTS = 10, 5  # of orders and of different discounts, to tell an order's discount by its content alone


@dataclass(frozen=True, slots=True)
class Repeats:
    """How money other than zero stands on sampled orders of several lines."""

    orders: int
    everywhere: float  # share of the orders that repeat it on every line
    once: float  # share of the orders that know one amount, be it on every line or not
    amounts: int  # different ones


def take_discounts(draft: Draft) -> None:
    """Takes the discounts and refunds of orders beside the canonical columns; says how all of them count."""
    for column in ("order_discount", "order_refund"):
        for index in numeric(draft, column):
            if not _any_money(draft, index):
                continue
            if column in {mapped.column for mapped in draft.beside} or not _counts_once(draft, column, index):
                draft.assume("not_subtracted", header=draft.raw.headers[index])
            else:
                draft.take(column, index, 0.9, "on_order")
                draft.assume(column, header=draft.raw.headers[index])
    if "discount" in draft.taken:
        _line_discount(draft, draft.taken["discount"].index)


def say_order_money(draft: Draft) -> None:
    """Says what a known export takes off the lines, where it holds any."""
    for mapped in draft.beside:
        if mapped.column in {"order_discount", "order_refund", "returned_quantity"} and _any_money(draft, mapped.index):
            draft.assume(mapped.column, header=mapped.header)


def _line_discount(draft: Draft, index: int) -> None:
    """A column called discount: money or a share of each line, or by its content the order's.

    Whole numbers to 100 may be per cent, which repeat within an order as well.
    """
    values, header = _amounts(draft, index), draft.taken["discount"].header
    share = 0 < max(values, default=0) <= 1 and min(values) >= 0
    percents = all(abs(value) <= 100 and value == int(value) for value in values)
    given = draft.taken["discount"].why.key == "layout.why.given"
    free = not given and not any(mapped.column in {"order_discount", "order_total"} for mapped in draft.beside)
    if free and not share and not percents and _on_orders(draft, index):
        del draft.taken["discount"]
        if _before_discounts(draft, index):
            draft.take("order_discount", index, 0.8, "on_order")
            draft.assume("order_discount", header=header)
        else:
            draft.assume("not_subtracted", header=header)
    elif draft.amount_rule == "unit_price":
        minus = sum(value < 0 for value in values) > sum(value > 0 for value in values)
        draft.discount = "share" if share else "minus" if minus else "money"
        draft.assume("discount_share" if share else "discount_money", header=header)


def _amounts(draft: Draft, index: int) -> list[Decimal]:
    return [value for cell in draft.contents[index].cells if (value := parse(cell, draft.decimal)) is not None]


def _on_orders(draft: Draft, index: int) -> bool:
    if "order_id" not in draft.taken:
        return False
    seen = _repeats(draft, index)
    return seen.orders >= _ORDERS and seen.everywhere > 0.9 and seen.amounts >= _AMOUNTS


def _counts_once(draft: Draft, column: str, index: int) -> bool:
    """Whether a column that is named as the order's holds one amount of money per order, not yet in the lines."""
    if "order_id" not in draft.taken or max(map(abs, _amounts(draft, index)), default=0) <= 1:  # shares
        return False
    if column == "order_refund" and _has_returns(draft):  # they stand in the lines already
        return False
    return _repeats(draft, index).once > 0.9 and _before_discounts(draft, index)


def _repeats(draft: Draft, index: int) -> Repeats:
    money = as_double(draft.raw, index, draft.decimal)
    whose = ", ".join(
        f"c{draft.taken[column].index}" for column in ("order_id", "customer_id") if column in draft.taken
    )
    row = draft.raw.engine.rows(
        f"""with orders as (select count(*) as lines, count(distinct nullif(m, 0)) as amounts,
                                   min(m) as low, max(m) as high
                            from (select {whose}, coalesce(abs({money}), 0) as m from sample)
                            where c{draft.taken["order_id"].index} is not null group by {whose} having high > 0)
            select count(*) as n, count(*) filter (low = high) as everywhere, count(*) filter (amounts = 1) as once,
                   count(distinct high) as amounts from orders where lines > 1"""
    )[0]
    n = row["n"] or 1
    return Repeats(row["n"], row["everywhere"] / n, row["once"] / n if row["n"] else 1.0, row["amounts"])


def _before_discounts(draft: Draft, index: int) -> bool:
    """Whether the lines' money is price × pieces where the order has a discount: it is not taken off yet."""
    if draft.amount_rule == "unit_price":
        return True
    columns = [draft.index_of(column) for column in ("amount", "unit_price", "quantity")]
    if draft.amount_rule != "line_total" or None in columns:
        return False
    amount, price, pieces, off = (as_double(draft.raw, i, draft.decimal) for i in (*columns, index) if i is not None)
    row = draft.raw.engine.rows(
        f"select count(*) as n, count(*) filter (abs({amount} - {price} * {pieces}) < 0.01) as gross "
        f"from sample where {off} <> 0"
    )[0]
    return bool(row["gross"] > 0.9 * row["n"])


def _has_returns(draft: Draft) -> bool:
    counted = [draft.index_of(column) for column in ("quantity", "amount")]
    tests = [f"{as_double(draft.raw, index, draft.decimal)} < 0" for index in counted if index is not None]
    found = draft.raw.engine.rows(
        f"select coalesce(bool_or({' or '.join(tests or ['false'])}), false) as x from sample"
    )
    return bool(found[0]["x"])


def _any_money(draft: Draft, index: int) -> bool:
    cell = as_double(draft.raw, index, draft.decimal)
    return bool(draft.raw.engine.rows(f"select coalesce(bool_or({cell} <> 0), false) as x from raw")[0]["x"])
