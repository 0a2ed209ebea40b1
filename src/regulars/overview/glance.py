"""The conductor of the overview: runs the queries and gathers what they give."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.overview.calendar import periods
from regulars.overview.insights import insights
from regulars.overview.models import Correlation, Discounts, Overview, Ranked, Repeat, Slot

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE = 45_000  # customers wanted in the sample of the correlation
_TEMPORARY = (
    "buyers",
    "product_sums",
    "top_products",
    "top_product_orders",
)


def overview(
    engine: Engine, free_lines: int = 0, ranks: str = "overview/order_ranks", buyers: str = "overview/buyers"
) -> Overview:
    """The business at a glance, from the tables `sales` and `orders`, which hold at least one line.

    `free_lines` are the lines that cleaning set aside because they cost nothing; `ranks` is the step that tells an
    order's place among the customer's (of a part of the lines: another), `buyers` the one that sums up customers.
    `sales` is scanned a fixed number of times; what leaves the engine is bounded by the calendar and by the length of
    the lists.
    """
    totals = engine.ask("overview/line_totals")[0]
    engine.make(ranks)
    engine.make(buyers)
    repeats = engine.ask("overview/repeat")[0]
    selling_days = [row["day"] for row in engine.ask("overview/selling_days")]
    by_period = engine.ask("overview/periods")
    slots = _slots(engine.ask("overview/slots"))
    engine.drop("order_ranks")  # each table goes once it is read: a server's memory is small
    categories, subcategories = _categories(engine, totals)
    countries, ship_modes = _places(engine, totals)
    by_sales, by_pieces = _products(engine, totals)
    seen = Overview(
        lines=totals["lines"],
        customers=repeats["customers"],
        orders=repeats["orders"] or 0,
        sales=_number(totals["sales"]),
        profit=_number(totals["profit"]),
        first_day=selling_days[0],
        last_day=selling_days[-1],
        years=periods(by_period, "year", selling_days),
        months=periods(by_period, "month", selling_days),
        slots=slots,
        countries=countries,
        categories=categories,
        subcategories=subcategories,
        ship_modes=ship_modes,
        top_customers=_ranked(engine.ask("overview/top_customers"), totals),
        top_products_by_sales=by_sales,
        top_products_by_pieces=by_pieces,
        discounts=_discounts(totals, free_lines),
        repeat=_repeat(repeats),
        correlation=_correlation(engine, repeats["customers"]),
        insights={},
    )
    engine.drop(*_TEMPORARY)
    return replace(seen, insights=insights(seen))


def _categories(engine: Engine, totals: Row) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    if not (totals["with_category"] or totals["with_subcategory"]):
        return (), ()
    engine.make("overview/category_parts")
    categories = _ranked(engine.ask("overview/categories", alone=not totals["with_subcategory"]), totals)
    parts = _ranked(engine.ask("overview/subcategories"), totals) if totals["with_subcategory"] else ()
    engine.drop("category_parts")
    return categories, parts


def _places(engine: Engine, totals: Row) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """The countries and the ship modes."""
    countries, modes = totals["with_country"], totals["with_ship_mode"]
    if countries or modes:
        engine.make("overview/order_parts")
    found = (
        _ranked(engine.ask("overview/countries", alone=not modes), totals) if countries else (),
        _ranked(engine.ask("overview/ship_modes", alone=not countries), totals) if modes else (),
    )
    engine.drop("order_parts")
    return found


def _products(engine: Engine, totals: Row) -> tuple[tuple[Ranked, ...], tuple[Ranked, ...]]:
    """The top products by sales and by pieces; what takes a distinct count is asked for those few alone."""
    if not totals["with_product"]:
        return (), ()
    engine.make("overview/product_sums")
    engine.make("overview/top_products")
    engine.make("overview/top_product_orders")
    buyers = {row["code"]: row for row in engine.ask("overview/top_product_buyers")}
    names: dict[str, str] = {}  # the name on most lines
    for row in engine.ask("overview/top_product_names"):
        names.setdefault(row["code"], row["name"])
    rows = engine.rows("select * from top_products")
    for row in rows:
        row |= {"name": names.get(row["code"], row["code"]), **buyers[row["code"]]}
    lists = []
    for measure in ("sales", "pieces"):
        top = [row for row in rows if row[f"by_{measure}"]]
        top.sort(key=lambda row: (row[measure] is None, -(row[measure] or 0), -row["lines"], row["code"]))
        lists.append(_ranked(top, totals))
    return lists[0], lists[1] if any(row["pieces"] is not None for row in rows) else ()


def _ranked(rows: Sequence[Row], totals: Row) -> tuple[Ranked, ...]:
    """Rows of a ranked list, in their order; empty where no row has a name."""
    if all(row["name"] is None for row in rows):
        return ()
    return tuple(
        Ranked(
            name=row["name"] or "",
            sales=float(row["sales"] or 0),
            share=_share(row["sales"], totals["sales"]) or 0.0,
            share_of_lines=row["lines"] / totals["lines"],
            orders=row["orders"],
            customers=row["customers"],
            lines=row["lines"],
            pieces=float(row["pieces"] or 0),
            profit=_number(row["profit"]),
            parent=row.get("parent"),
            code=row["code"] if row.get("code") not in (None, row["name"]) else None,
        )
        for row in rows
    )


def _slots(rows: Sequence[Row]) -> tuple[Slot, ...]:
    timed = any(row["timed"] for row in rows)
    return tuple(
        Slot(row["weekday"], int(row["hour"]) if timed else None, row["orders"], float(row["sales"] or 0))
        for row in rows
    )


def _discounts(totals: Row, free_lines: int) -> Discounts | None:
    if not totals["with_discount"]:
        return Discounts(None, None, None, None, free_lines) if free_lines else None
    lines, money, size = totals["discount_lines"], totals["discount_amount"], totals["discount_sum"]
    depth = None
    if lines and totals["discount_most"] <= 1:
        depth = float(size) / lines
    elif lines and money is not None:
        depth = _share(size, money + size)
    return Discounts(
        discounted_lines=lines,
        discounted_share=_share(lines, totals["sale_lines"]),
        discounted_sales_share=_share(money or 0, totals["sale_amount"]),
        depth=depth,
        free_lines=free_lines,
        discounted_margin=_share(totals["discount_profit"], money),
        full_price_margin=_share(totals["rest_profit"], totals["rest_amount"]),
    )


def _repeat(buyers: Row) -> Repeat:
    customers, orders = buyers["customers"], buyers["orders"] or 0
    return Repeat(
        customers=buyers["repeat_customers"],
        share=buyers["repeat_customers"] / customers if customers else 0.0,
        sales_share=_share(buyers["repeat_sales"] or 0, buyers["sales"]),
        avg_order_value=_share(buyers["sales"], orders),
        orders_per_customer=orders / customers if customers else 0.0,
        none_left=buyers["none_left"],
        none_left_sales_share=_share(buyers["none_left_sales"] or 0, buyers["sales"]),
    )


def _correlation(engine: Engine, customers: int) -> Correlation:
    """Spearman's rho over all customers, or over some 45,000 of them picked by a hash of their ids."""
    import numpy as np

    cut = "g" if customers <= SAMPLE else f"{int(SAMPLE / customers * 2**32):08x}"
    engine.make("overview/spend_sample", cut=cut)
    sample = engine.columns("select pieces, spend from spend_sample order by pieces, spend")
    engine.drop("spend_sample")
    n = len(sample["pieces"])
    if not n:
        return Correlation(None, 0, Message("overview.correlation.nothing"))
    if n < 10:
        return Correlation(None, n, Message("overview.correlation.too_few", {"n": n, "needed": 10}))
    ranks = [_mean_ranks(np.asarray(sample[name], dtype=float)) for name in ("pieces", "spend")]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return Correlation(None, n, Message("overview.correlation.all_equal", {"n": n}))
    return Correlation(float(np.corrcoef(ranks[0], ranks[1])[0, 1]), n)


def _mean_ranks(values: "NDArray[Any]") -> "NDArray[Any]":
    """Ranks, ties sharing their mean (scipy.stats.rankdata without the second that its import takes)."""
    import numpy as np

    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _share(part: Any, whole: Any) -> float | None:
    """part / whole; None where either is missing or the whole is not above zero."""
    number, of = _number(part), _number(whole)
    return number / of if number is not None and of is not None and of > 0 else None
