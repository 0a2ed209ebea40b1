"""Which column is the quantity, which the money, and whether the money is one piece's price or the line's total."""

from dataclasses import dataclass

from regulars.sources.content import Content
from regulars.sources.draft import WEAK, Draft
from regulars.sources.numbers import number_sql
from regulars.sources.raw import Raw
from regulars.sources.types import is_numeric

FEW_PAIRS, ENOUGH_PAIRS = 5, 20  # of lines of one product with different quantities, for content to decide


@dataclass(frozen=True, slots=True)
class Scaling:
    """How money moves with quantity within products: `line` is the share of pairs in which it moved along."""

    pairs: int
    line: float

    @property
    def decided(self) -> bool:
        """Whether the pairs speak clearly enough to overrule a name."""
        clearly = abs(self.line - 0.5)
        return (self.pairs >= ENOUGH_PAIRS and clearly >= 0.2) or (self.pairs >= FEW_PAIRS and clearly >= 0.45)


def is_quantity(content: Content) -> bool:
    """Mostly small whole numbers."""
    return content.numbers >= 0.6 and content.integers >= 0.95 * content.numbers and content.median <= 200


def scaling(raw: Raw, product: int, quantity: int, money: int, decimal: str) -> Scaling:
    """Compares each sampled line with the product's line before it in order of quantity: did the money double with it?

    The slope of log money on log quantity is 0 for a price per piece and 1 for a total; half way between is undecided.
    """
    q, m = as_double(raw, quantity, decimal), as_double(raw, money, decimal)
    row = raw.engine.rows(
        f"""
        with cells as (select cast(c{product} as varchar) as p, abs({q}) as q, abs({m}) as m from sample),
             points as (select p, q, median(m) as m from cells where p is not null and q > 0 and m > 0 group by p, q),
             pairs as (select ln(m / lag(m) over w) / ln(q / lag(q) over w) as slope from points
                       window w as (partition by p order by q))
        select count(slope) as pairs, count(*) filter (slope >= 0.5) as line from pairs where slope between -1 and 2"""
    )[0]
    return Scaling(row["pairs"], row["line"] / row["pairs"] if row["pairs"] else 0.0)


def stands_on_order(raw: Raw, order: int, money: int, decimal: str) -> float:
    """The share of sampled orders with several lines whose money is the same on every line: an order's total."""
    m = as_double(raw, money, decimal)
    row = raw.engine.rows(
        f"""with orders as (select count(*) as lines, min(m) as low, max(m) as high
                            from (select c{order} as o, {m} as m from sample)
                            where o is not null and m is not null group by o)
            select count(*) as n, count(*) filter (low = high) as same from orders where lines > 1"""
    )[0]
    return row["same"] / row["n"] if row["n"] >= 10 else 0.0


def as_double(raw: Raw, index: int, decimal: str) -> str:
    """A column of `sample` as a double (a sample's shares need no exact sums)."""
    if is_numeric(raw.types[index]):
        return f"cast(c{index} as double)"
    return f"cast({number_sql(f'trim(c{index})', decimal, 'decimal(18,4)')} as double)"


def take_money(draft: Draft) -> None:
    """Takes quantity, unit price and amount: by name first, then by how they move with each other."""
    price, amounts = numeric(draft, "unit_price"), numeric(draft, "amount")
    quantity = _quantity(draft, price, amounts)
    price, amounts = [i for i in price if i != quantity], [i for i in amounts if i != quantity]
    price = [draft.taken["unit_price"].index] if "unit_price" in draft.taken else price
    amounts = [draft.taken["amount"].index] if "amount" in draft.taken else _of_the_line(draft, amounts)
    if amounts and price and amounts[0] == price[0]:
        price = price[1:]
    _decide(draft, price[0] if price else None, amounts[0] if amounts else None)


def numeric(draft: Draft, column: str) -> list[int]:
    """Free columns named like this one that hold numbers, best name first."""
    return [i for i in draft.free(column) if draft.contents[i].numbers >= 0.6 and not draft.contents[i].native_date]


def _quantity(draft: Draft, price: list[int], amounts: list[int]) -> int | None:
    if "quantity" in draft.taken:
        return draft.taken["quantity"].index
    named = draft.named.get("quantity", {})
    for index in numeric(draft, "quantity"):
        small = is_quantity(draft.contents[index])
        if named[index] >= WEAK and (small or index not in amounts):
            draft.take("quantity", index, named[index], "name")
            return index
        # a column called AMOUNT that holds small whole numbers beside a price
        if small and [other for other in (*price, *amounts) if other != index]:
            draft.take("quantity", index, 0.8, "small_whole")
            return index
    return None


def _of_the_line(draft: Draft, amounts: list[int]) -> list[int]:
    """Amounts that differ within orders; a total that stands on every line of its order is the order's."""
    order = draft.index_of("order_id")
    if order is None:
        return amounts
    repeated = [index for index in amounts if stands_on_order(draft.raw, order, index, draft.decimal) > 0.9]
    own = [index for index in amounts if index not in repeated]
    if repeated and not own and not numeric(draft, "unit_price"):
        draft.take("order_total", repeated[0], 0.8, "order_total")
        draft.assume("order_total", header=draft.raw.headers[repeated[0]])
    return own


def _decide(draft: Draft, price: int | None, amount: int | None) -> None:
    """Whether the money is a price per piece or the line's total, from the setting, the content, or the name."""
    quantity, said = draft.index_of("quantity"), draft.settings.amount_is
    if amount is not None and price is not None:
        draft.take("amount", amount, _strength(draft, "amount", amount), "name")
        draft.take("unit_price", price, _strength(draft, "unit_price", price), "name")
        draft.amount_rule = "unit_price" if said == "unit" else "line_total"
        return
    index = price if amount is None else amount
    if index is None:
        draft.amount_rule = "line_total" if any(m.column == "order_total" for m in draft.beside) else "none"
        return
    per_piece, confidence, why = (
        amount is None and quantity is not None,
        _strength(draft, "amount" if price is None else "unit_price", index),
        "name",
    )
    kinds = ("product_id", "product", "subcategory", "category")  # without products, the categories do
    product = next((draft.index_of(kind) for kind in kinds if kind in draft.taken), None)
    if said is not None:
        per_piece, confidence, why = said == "unit", 1.0, "set"
    elif quantity is not None and product is not None:
        seen = scaling(draft.raw, product, quantity, index, draft.decimal)
        if seen.decided:
            per_piece = seen.line < 0.5
            confidence, why = max(seen.line, 1 - seen.line), "per_piece" if per_piece else "per_line"
    column = "unit_price" if per_piece else "amount"
    draft.take(column, index, confidence, why)
    draft.amount_rule = "unit_price" if per_piece else "line_total"
    if quantity is not None and why == "name":
        draft.assume("per_piece" if per_piece else "per_line", header=draft.raw.headers[index])


def _strength(draft: Draft, column: str, index: int) -> float:
    return draft.named.get(column, {}).get(index, 1.0)
