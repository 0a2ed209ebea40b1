"""What the products of a study sell: a list with search, an order and pages by key, and one product in full."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any, Final

from regulars.baskets.models import Rule
from regulars.engine import DuckEngine, Row
from regulars.errors import UsageError
from regulars.stored import stored_customers, stored_sales
from regulars.web.filters import Filters
from regulars.web.laid import ready
from regulars.web.listing import begins
from regulars.web.marks import mark_of
from regulars.web.opened import Opened

# what a list can be sorted by, and whether the largest comes first unless one asks otherwise
SORTS: Final[dict[str, bool]] = {
    "sales": True, "pieces": True, "orders": True, "customers": True, "returned": True, "last_day": True,
    "product": False, "code": False,
}  # fmt: skip
MOST, BUYERS = 500, 10
QUIET = 90  # days without a sale
KEPT = 12  # filters whose products stand on the server's disk


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


@dataclass(frozen=True, slots=True)
class ProductTotals:
    """The products of a list, in sum. Money in the study's currency; None without amounts, or without products."""

    products: int
    sales: float | None  # net
    brought: float | None  # by those with positive sales
    half: int | None  # how many of the largest bring half of that
    top: float | None  # sales of the largest
    best: str | None  # its name
    quiet: int  # without a sale for more than QUIET days before the study's day
    first_day: date | None


def products_page(found: Opened, wanted: WantedProducts) -> ProductsPage:
    """One page of what the products sell. Raises UsageError for an unknown order, a size or a mark that cannot be."""
    if wanted.sort not in SORTS:
        raise UsageError("list_products", name=wanted.sort, known=", ".join(SORTS))
    if not 1 <= wanted.most <= MOST:
        raise UsageError("list_size", size=wanted.most, most=MOST)
    key, place, back = begins(wanted.mark)
    totals = product_totals(found, wanted)
    rows = _page(found, wanted, key=key, place=place, back=back, most=wanted.most + 1)
    more = len(rows) > wanted.most
    rows = rows[1:] if back and more else rows[: wanted.most]
    after = rows and (more or back)
    before = rows and (more if back else wanted.mark is not None)
    return ProductsPage(
        tuple(_product_row(row) for row in rows), totals.products, totals.sales,
        mark_of(rows[-1]["key"], str(rows[-1]["place"])) if after else None,
        mark_of(rows[0]["key"], str(rows[0]["place"]), back=True) if before else None,
    )  # fmt: skip


def all_products(found: Opened, wanted: WantedProducts) -> tuple[ProductRow, ...]:
    """All products of a list, in its order, which ends with the code."""
    rows = _page(found, wanted, key=None, place=None, back=False, most=2**62)
    return tuple(_product_row(row) for row in rows)


def product_totals(found: Opened, wanted: WantedProducts) -> ProductTotals:
    """What the products of a list sum to, counted once per study."""
    search = (wanted.search or "").strip() or None

    def make() -> ProductTotals:
        asked = {"search": search, "as_of": found.study.as_of, "days": QUIET}
        return ProductTotals(**_ask(found, wanted.filters, "web/sold_count", **asked)[0])

    return found.once(("products", wanted.filters, search), make)


def _page(found: Opened, wanted: WantedProducts, **where: Any) -> list[Row]:
    return _ask(found, wanted.filters, "web/sold_page", search=(wanted.search or "").strip() or None,
                sort=wanted.sort, sign=-1.0 if wanted.falling else 1.0, **where)  # fmt: skip


def _product_row(row: Row) -> ProductRow:
    return ProductRow(**{name: row[name] for name in ProductRow.__dataclass_fields__})


class _Narrowed:
    """Which filters' products stand in `narrowed`, and under which number; the oldest make room."""

    def __init__(self) -> None:
        self.numbers: dict[Filters, int] = {}
        self.lock = Lock()
        self.last = 0

    def number(self, found: Opened, filters: Filters) -> int:
        """The number of the filters, whose products are computed where they do not stand; 0: of no filter."""
        with self.lock if filters and filters not in self.numbers else nullcontext():
            if filters and filters not in self.numbers:
                self.last += 1
                _narrow(found, filters, self.last)
                self.numbers[filters] = self.last
                while len(self.numbers) > KEPT:
                    old = self.numbers.pop(next(iter(self.numbers)))
                    found.engine.rows("delete from narrowed where chosen = $old", old=old)
            return self.numbers.get(filters, 0)


def _ask(found: Opened, filters: Filters, step: str, **values: Any) -> list[Row]:
    """A step over the products that the filters leave."""
    ready(found)
    kept = found.once("sold", lambda: _sold(found))
    while True:
        number = kept.number(found, filters)
        rows = found.engine.ask(step, chosen=number, **values)
        if number == kept.numbers.get(filters, 0):  # else others made room meanwhile
            return rows


def _sold(found: Opened) -> _Narrowed:
    found.engine.make_from("narrowed", "select 0 as chosen, * from products limit 0")
    found.engine.view_from("sold", "select 0 as chosen, * from products union all select * from narrowed")
    return _Narrowed()


def _narrow(found: Opened, filters: Filters, number: int) -> None:
    """Computes the products that the filters leave, by an engine of its own, whose memory is free again afterwards."""
    with _chosen(found, filters) as engine, TemporaryDirectory(prefix="regulars-") as folder:
        engine.make("web/product_rows")
        engine.write_parquet("select * from product_rows", Path(folder) / "rows.parquet")
        found.engine.load("arriving", Path(folder) / "rows.parquet")
        found.engine.rows("insert into narrowed select $number, * from arriving", number=number)


@contextmanager
def _chosen(found: Opened, filters: Filters) -> Iterator[DuckEngine]:
    """An engine with `customers` and the lines that the filters leave as `chosen`."""
    with DuckEngine(threads=2, memory_limit="192MB") as engine:
        stored_customers(engine, found.shop, found.day)
        stored_sales(engine, found.shop, found.day)
        if filters:
            engine.make("overview/chosen", **asdict(filters))
        else:
            engine.view_from("chosen", "select * from sales")
        yield engine


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
    rows = _ask(found, Filters(), "web/sold_row", code=code)
    return found.once(("product", code), lambda: _product(found, rows[0])) if rows else None


def _product(found: Opened, ranked: Row) -> Product:
    row = _product_row(ranked)
    order = {name: place for place, name in enumerate(found.study.scheme.segments)}
    with _chosen(found, Filters()) as engine:
        engine.make("web/product_lines", code=row.code)
        segments = [InSegment(**each) for each in engine.ask("web/product_segments") if each["segment"] is not None]
        return Product(
            row,
            ranked["nr"] if row.sales is not None else None,
            ranked["products"],
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
