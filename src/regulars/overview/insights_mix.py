"""What sells, to whom, where to, how it ships and at what price."""

from collections.abc import Iterator, Sequence

from regulars.locale import Message, Value
from regulars.overview.models import Overview, Ranked

ENOUGH_ORDERS = 30  # below it an average order value is chance
POINT = 0.01  # margins closer than one percentage point are called equal by saying nothing


def countries(seen: Overview) -> Iterator[Message]:
    """Where the money comes from, with and without the largest country."""
    named = [country for country in seen.countries if country.name]
    if not named:
        return
    top, rest = named[0], named[1:]
    if not rest:
        yield _say(seen, "countries.only", name=top.name, customers=top.customers, share=_part(seen, top))
        return
    yield _say(seen, "countries.top", name=top.name, sales=top.sales, share=_part(seen, top), customers=top.customers)
    others = sum(_size(seen, country) for country in rest)
    if len(rest) > 1 and others > 0:
        share = _size(seen, rest[0]) / others
        yield _say(seen, "countries.without", name=top.name, second=rest[0].name, share=share, n=len(rest))
    yield from _dearest(seen, named)
    losing = [country for country in named if country.profit is not None and country.profit < 0]
    if losing:
        worst = min(losing, key=lambda country: (country.profit or 0, country.name))
        yield _told("countries.losing", n=len(losing), name=worst.name, loss=abs(worst.profit or 0))


def categories(seen: Overview) -> Iterator[Message]:
    """What sells most, what makes and what loses money."""
    tops = [row for row in seen.categories if row.name]
    if tops:
        yield _say(
            seen, "categories.top", name=tops[0].name, sales=tops[0].sales, share=_part(seen, tops[0]), n=len(tops)
        )
    below = [row for row in seen.subcategories if row.name]
    if below:
        first, share = below[0], sum(_part(seen, row) for row in below[:3])
        key = "categories.subcategory" if len(below) > 3 else "categories.subcategory_few"
        yield _say(seen, key, name=first.name, sales=first.sales, part=_part(seen, first), share=share, n=len(below))
    rows = below or tops
    earning = [row for row in rows if row.profit is not None]
    if not earning:
        return
    best = min(earning, key=lambda row: (-(row.profit or 0), row.name))
    if (best.profit or 0) > 0 and best.sales > 0:
        yield _told("categories.profit", name=best.name, profit=best.profit, margin=(best.profit or 0) / best.sales)
    worst = min(earning, key=lambda row: (row.profit or 0, row.name))
    if (worst.profit or 0) < 0:
        yield _told("categories.loss", name=worst.name, loss=abs(worst.profit or 0), sales=worst.sales)


def products(seen: Overview) -> Iterator[Message]:
    """The product that sells most, by money and by pieces, and how much hangs on the first twenty."""
    tops = seen.top_products_by_sales
    if not tops:
        return
    key = "products.top_single" if tops[0].orders == 1 and seen.orders > 1 else "products.top"
    yield _say(seen, key, name=tops[0].name, sales=tops[0].sales, share=_part(seen, tops[0]), lines=tops[0].lines)
    if len(tops) >= 20:
        yield _say(seen, "products.first", n=len(tops), share=sum(_part(seen, row) for row in tops))
    if seen.top_products_by_pieces:
        most = seen.top_products_by_pieces[0]
        key = "products.single" if most.orders == 1 else "products.pieces"
        yield _told(key, name=most.name, pieces=most.pieces, orders=most.orders)
    losing = [row for row in tops if row.profit is not None and row.profit < 0]
    if losing:
        worst = min(losing, key=lambda row: (row.profit or 0, row.name))
        yield _told("products.losing", n=len(losing), of=len(tops), name=worst.name, loss=abs(worst.profit or 0))


def customers(seen: Overview) -> Iterator[Message]:
    """How much hangs on the best customers, and whether who takes more pieces also spends more."""
    tops = seen.top_customers
    if not tops:
        return
    apart = len(tops) == 1 or _size(seen, tops[0]) > _size(seen, tops[-1])  # else all are alike
    if apart:
        yield _say(seen, "customers.top", name=tops[0].name, sales=tops[0].sales, orders=tops[0].orders,
                   share=_part(seen, tops[0]))  # fmt: skip
    else:
        yield _told("customers.alike", n=len(tops))
    if seen.customers > len(tops):
        share, of = sum(_part(seen, row) for row in tops), len(tops) / seen.customers
        yield _say(seen, "customers.first", n=len(tops), share=share, of=of)
    if seen.sales is not None:
        yield _told("customers.mean", sales=seen.sales / seen.customers, customers=seen.customers)
    if seen.correlation.n:
        yield _correlation(seen)


def shipping(seen: Overview) -> Iterator[Message]:
    """How orders ship."""
    modes = sorted((mode for mode in seen.ship_modes if mode.name), key=lambda mode: (-mode.lines, mode.name))
    if not modes:
        return
    top, last = modes[0], modes[-1]
    if len(modes) == 1:
        yield _told("shipping.only", name=top.name, lines=top.share_of_lines)
        return
    yield _say(seen, "shipping.top", name=top.name, lines=top.share_of_lines, share=top.share)
    yield _say(seen, "shipping.last", name=last.name, lines=last.share_of_lines, share=last.share)
    if seen.profit is not None and all(mode.sales > 0 and mode.profit is not None for mode in modes):
        margins = {mode.name: (mode.profit or 0) / mode.sales for mode in modes}
        best = min(margins, key=lambda name: (-margins[name], name))
        worst = min(margins, key=lambda name: (margins[name], name))
        if margins[best] - margins[worst] >= POINT:
            yield _told("shipping.margin", best=best, high=margins[best], worst=worst, low=margins[worst])


def discounts(seen: Overview) -> Iterator[Message]:
    """How much is sold below list price, what that costs, and what is given away."""
    found = seen.discounts
    if found is None:
        return
    if found.discounted_lines:
        yield _say(
            seen,
            "discounts.share",
            lines=found.discounted_lines,
            share=found.discounted_share,
            sales=found.discounted_sales_share,
        )
        if found.depth is not None:
            yield _told("discounts.depth", depth=found.depth)
        if found.discounted_margin is not None and found.full_price_margin is not None:
            key = "discounts.margin" if found.discounted_margin >= 0 else "discounts.margin_loss"
            margin = abs(found.discounted_margin)
            yield _told(key, discounted=margin, full=found.full_price_margin)
    elif found.discounted_lines == 0:
        yield _told("discounts.none")
    if found.free_lines:
        yield _told("discounts.free", lines=found.free_lines)


def _dearest(seen: Overview, named: Sequence[Ranked]) -> Iterator[Message]:
    """The country whose average order is worth most, among those with enough orders to say so."""
    worth = {row.name: row.sales / row.orders for row in named if row.orders >= ENOUGH_ORDERS}
    if seen.sales is None or len(worth) < 2 or not seen.repeat.avg_order_value:
        return
    best = min(worth, key=lambda name: (-worth[name], name))
    yield _told("countries.order", name=best, value=worth[best], mean=seen.repeat.avg_order_value)


def _correlation(seen: Overview) -> Message:
    found = seen.correlation
    if found.value is None:
        return found.reason or _told("correlation.nothing")
    size = abs(found.value)
    # the usual words for a rank correlation: below .1 none, below .3 weak, below .6 clear, else strong
    strength = "none" if size < 0.1 else "weak" if size < 0.3 else "clear" if size < 0.6 else "strong"
    key = strength if strength == "none" or found.value > 0 else "negative"
    return _told(f"correlation.{key}", rho=found.value, n=found.n)


def _size(seen: Overview, row: Ranked) -> float:
    return row.sales if seen.sales is not None else row.lines


def _part(seen: Overview, row: Ranked) -> float:
    return row.share if seen.sales is not None else row.share_of_lines


def _say(seen: Overview, key: str, **values: Value) -> Message:
    """A sentence on sales or, where the data hold no amounts, its twin on lines and orders."""
    return _told(key if seen.sales is not None else f"{key}_lines", **values)


def _told(key: str, **values: Value) -> Message:
    return Message(f"overview.{key}", values)
