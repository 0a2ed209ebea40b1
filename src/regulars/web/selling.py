"""What the products of a study sell: a list with search, an order and pages by key, and one product in full."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Final

from regulars.baskets.models import Rule
from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.stored import stored_customers, stored_sales
from regulars.web.filters import Filters
from regulars.web.marks import mark_of, read_mark
from regulars.web.opened import Kept, Opened

# what a list can be sorted by, and whether the largest comes first unless one asks otherwise
SORTS: Final[dict[str, bool]] = {
    "sales": True, "pieces": True, "orders": True, "customers": True, "returned": True, "last_day": True,
    "product": False, "code": False,
}  # fmt: skip
MOST, BUYERS = 500, 10
KEPT = 6  # lists of products in memory


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product in a list; sales and pieces are net of returns, `returned` is positive."""

    code: str
    product: str | None
    category: str | None
    subcategory: str | None
    sales: float | None
    returned: float | None
    pieces: float | None
    orders: int
    customers: int
    first_day: date
    last_day: date

    @property
    def name(self) -> str:
        """What a reader calls it."""
        return self.product or self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedProducts:
    """A page of a list: filters, part of a code or name, an order, the mark of the page."""

    filters: Filters = field(default_factory=Filters)
    search: str | None = None
    sort: str = "sales"
    descending: bool | None = None  # None: as SORTS says
    mark: str | None = None
    most: int = 50

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        return SORTS[self.sort] if self.descending is None else self.descending


@dataclass(frozen=True, slots=True)
class ProductsPage:
    """A page of a list, of `total` products that are left. The marks lead to the next and the page before."""

    products: tuple[ProductRow, ...]
    total: int
    sales: float | None  # of all that are left
    next: str | None
    previous: str | None


def products_page(found: Opened, wanted: WantedProducts) -> ProductsPage:
    """One page of what the products sell. Raises UsageError for an unknown order, a size or a mark that cannot be."""
    if wanted.sort not in SORTS:
        raise UsageError("list_products", name=wanted.sort, known=", ".join(SORTS))
    if not 1 <= wanted.most <= MOST:
        raise UsageError("list_size", size=wanted.most, most=MOST)
    rows = all_products(found, wanted)
    key, code, back = read_mark(wanted.mark)
    at = 0
    if code is not None:  # the marked product may have gone: its place in the order has not
        place = (_key(wanted, key), code)
        at = sum((_key(wanted, _value(row, wanted.sort)), row.code) < place for row in rows)
        at += 0 if back else (at < len(rows) and rows[at].code == code)
    start = max(0, at - wanted.most) if back else at
    shown = rows[start : at if back else start + wanted.most]
    sums = [row.sales for row in rows if row.sales is not None]
    last = start + len(shown)
    return ProductsPage(
        shown, len(rows), sum(sums) if sums else None,
        mark_of(_value(shown[-1], wanted.sort), shown[-1].code) if shown and last < len(rows) else None,
        mark_of(_value(shown[0], wanted.sort), shown[0].code, back=True) if shown and start else None,
    )  # fmt: skip


def all_products(found: Opened, wanted: WantedProducts) -> tuple[ProductRow, ...]:
    """All products of a list, in its order, which ends with the code."""
    kept: Kept = found.once("products", lambda: Kept(KEPT))
    return kept.once(replace(wanted, mark=None, most=1), lambda: _sorted(found, kept, wanted))


def _sorted(found: Opened, kept: Kept, wanted: WantedProducts) -> tuple[ProductRow, ...]:
    rows: tuple[ProductRow, ...] = kept.once(wanted.filters, lambda: _rows(found, wanted.filters))
    if text := (wanted.search or "").strip().lower():
        rows = tuple(row for row in rows if text in row.code.lower() or text in (row.product or "").lower())
    return tuple(sorted(rows, key=lambda row: (_key(wanted, _value(row, wanted.sort)), row.code)))


def _value(row: ProductRow, sort: str) -> float | str | None:
    value = getattr(row, "name" if sort == "product" else sort)
    return float(value.toordinal()) if isinstance(value, date) else value


def _key(wanted: WantedProducts, value: float | str | None) -> tuple[bool, float, tuple[int, ...]]:
    """Sorts a value as wanted, the unknown last; texts fall too."""
    sign = -1 if wanted.falling else 1
    if isinstance(value, str):
        return False, 0.0, tuple(sign * ord(c) for c in value.lower()) + ((1,) if sign < 0 else ())
    return value is None, sign * (value or 0.0), ()


@contextmanager
def _chosen(found: Opened, filters: Filters) -> Iterator[DuckEngine]:
    """An engine with `customers` and the lines that the filters leave as `chosen`."""
    with DuckEngine(threads=2, memory_limit="512MB") as engine:
        stored_customers(engine, found.shop, found.day)
        stored_sales(engine, found.shop, found.day)
        if filters:
            engine.make("overview/chosen", **asdict(filters))
        else:
            engine.view_from("chosen", "select * from sales")
        yield engine


def _rows(found: Opened, filters: Filters) -> tuple[ProductRow, ...]:
    if not found.has("sales"):
        return ()
    with _chosen(found, filters) as engine:
        return tuple(ProductRow(**row) for row in engine.ask("web/product_rows"))


@dataclass(frozen=True, slots=True)
class ProductMonth:
    """What a product sold in a month, net of returns."""

    month: date
    amount: float | None
    pieces: float | None
    orders: int


@dataclass(frozen=True, slots=True)
class InSegment:
    """Who of a named segment bought a product."""

    segment: str
    buyers: int
    amount: float | None
    customers: int

    @property
    def share(self) -> float:
        """Of the segment's customers."""
        return self.buyers / self.customers


@dataclass(frozen=True, slots=True)
class Buyer:
    """A customer who bought a product."""

    customer_id: str
    segment: str | None
    amount: float | None
    pieces: float | None
    orders: int
    last_day: date


@dataclass(frozen=True, slots=True)
class Product:
    """One product: its figures, its months, who buys it, what it sells together with."""

    row: ProductRow
    rank: int | None  # among all by net sales, from 1; None without amounts
    of: int
    months: tuple[ProductMonth, ...]
    segments: tuple[InSegment, ...]  # those that bought it, in the order of the scheme
    buyers: tuple[Buyer, ...]  # at most BUYERS
    rules: tuple[Rule, ...]  # of the study's best rules those that hold it


def product(found: Opened, code: str) -> Product | None:
    """One product of a study over all its days, None where there is none of that code."""
    rows = all_products(found, WantedProducts())
    at = next((i for i, row in enumerate(rows) if row.code == code), None)
    return None if at is None else found.once(("product", code), lambda: _product(found, rows[at], at, len(rows)))


def _product(found: Opened, row: ProductRow, at: int, of: int) -> Product:
    order = {name: place for place, name in enumerate(found.study.scheme.segments)}
    with _chosen(found, Filters()) as engine:
        engine.make("web/product_lines", code=row.code)
        segments = [InSegment(**each) for each in engine.ask("web/product_segments") if each["segment"] is not None]
        return Product(
            row,
            at + 1 if row.sales is not None else None,
            of,
            tuple(ProductMonth(**each) for each in engine.ask("web/product_months")),
            tuple(
                sorted((s for s in segments if s.buyers), key=lambda s: (order.get(s.segment, len(order)), s.segment))
            ),
            tuple(Buyer(**each) for each in engine.ask("web/product_buyers", most=BUYERS)),
            _rules(found, row),
        )


def _rules(found: Opened, row: ProductRow) -> tuple[Rule, ...]:
    bundles = found.study.bundles
    names = {row.code, row.product} if bundles and bundles.level == "product" else set()
    best = [rule for rule in (bundles.rules if bundles else ()) if not rule.redundant]
    return tuple(rule for rule in best if names & {*rule.antecedent_codes, *rule.consequent_codes})
