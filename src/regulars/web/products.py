"""The pages of products: a list to search, filter, sort and page through, and each product by itself."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import Response

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.exports import guarded
from regulars.locale import Words
from regulars.web.access import Viewer, masked, viewer
from regulars.web.audit import note
from regulars.web.faces import along, link, page, say_for, shown_to
from regulars.web.figures import csv_answer, csv_bytes, csv_of, figures_of
from regulars.web.filters import check_filters, choices, filters_of
from regulars.web.lists import Line, Listed, Order, address, heads, here, order_asked
from regulars.web.opened import Opened, OpenedStudy
from regulars.web.product_view import product_view, products_told
from regulars.web.selling import (
    SORTS,
    ProductRow,
    ProductsPage,
    WantedProducts,
    all_products,
    product,
    product_totals,
    products_page,
)
from regulars.web.steady import Steady

router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)], route_class=Steady)
NAMES = ("segment", "country", "category", "since", "until", "q")


def wanted_of(request: Request, study: Study) -> WantedProducts:
    """The list that an address asks for. Raises UsageError."""
    filters = filters_of(request)
    check_filters(study, filters)
    sort, falling = order_asked(request, SORTS, "sales")
    return WantedProducts(
        filters=filters,
        search=request.query_params.get("q") or None,
        sort=sort,
        descending=falling,
        mark=request.query_params.get("mark") or None,
    )


@router.get("/products")
def products(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """The list of products."""
    if "id" in request.query_params:
        return one(request, found, role, request.query_params["id"])
    say, wanted = say_for(request), wanted_of(request, found.study)
    labels = {"segment": {group.name: segment_label(group.name, say) for group in found.study.segments}}
    return page(
        request, "web/products.html.j2", follows=True,
        insights=products_told(found.study, product_totals(found, wanted), bool(wanted.filters or wanted.search), say),
        choices=choices(found.study, wanted.filters, labels, say), filtered=bool(wanted.filters or wanted.search),
        search=wanted.search or "", listed=_listed(request, found, wanted, products_page(found, wanted), say),
    )  # fmt: skip


_Write = Callable[[ProductRow, Words], str]


def _columns(found: Opened, rows: tuple[ProductRow, ...], say: Words) -> dict[str, _Write]:
    """The columns that the study can fill, after the product's own."""
    study = found.study
    money = study.net_revenue is not None
    sales, returned = (say.alike([getattr(row, name) for row in rows], "web_customers.unknown")
                       for name in ("sales", "returned"))  # fmt: skip
    all_: dict[str, tuple[bool, _Write]] = {
        "category": (bool(study.overview and study.overview.categories),
                     lambda row, say: row.category or say("web_customers.unknown")),
        "sales": (money, lambda row, _: sales(row.sales)),
        "pieces": (bool(study.overview and study.overview.top_products_by_pieces),
                   lambda row, say: say("web_customers.unknown") if row.pieces is None else say.number(row.pieces)),
        "orders": (True, lambda row, say: say.number(row.orders)),
        "customers": (True, lambda row, say: say.number(row.customers)),
        "returned": (bool(study.returns_value), lambda row, _: returned(row.returned)),
        "last_day": (True, lambda row, say: say.day(row.last_day).replace(" ", "\N{NO-BREAK SPACE}")),
    }  # fmt: skip
    return {name: write for name, (there, write) in all_.items() if there}


def _listed(request: Request, found: Opened, wanted: WantedProducts, shown: ProductsPage, say: Words) -> Listed:
    to = partial(here, request, "/products", NAMES)
    columns = _columns(found, shown.products, say)
    lines = tuple(
        Line(address(request, "products", row.code), row.name, tuple(write(row, say) for write in columns.values()),
             row.code if row.name != row.code else "")
        for row in shown.products
    )  # fmt: skip
    numeric = set(columns) - {"category", "last_day"}
    return Listed(
        say("web_customers.products.caption", sort=say(f"web_customers.head.{wanted.sort}")),
        heads([("product", False), *((key, key in numeric) for key in columns)],
              Order(wanted.sort, wanted.falling, SORTS), to, say),
        lines,
        say("web_customers.shown", shown=len(lines), total=shown.total),
        to(mark=shown.next) if shown.next else "",
        to(mark=shown.previous) if shown.previous else "",
        to(mark=None) if wanted.mark else "",
        here(request, "/products.csv", NAMES, mark=None),
    )  # fmt: skip


@router.get("/products.csv")
def products_csv(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """All products of a list as a CSV in the reader's language, guarded against formulas."""
    say, wanted = say_for(request), wanted_of(request, found.study)
    rows = all_products(found, wanted)
    note(request, "export", role, page="products", rows=len(rows), study=found.study.folder)
    return csv_answer(_csv(rows, say), f"{found.shop.name}-{found.study.folder}-products.csv")


def _csv(rows: tuple[ProductRow, ...], say: Words) -> bytes:
    keys = ("code", "product", "category", "sales", "pieces", "orders", "customers", "returned", "last_day")
    point = "," if say.language == "id" else "."
    lines = [[say(f"web_customers.head.{key}") for key in keys]]
    for row in rows:
        cells = []
        for key in keys:
            value = getattr(row, key)
            number = f"{value:.4f}".rstrip("0").rstrip(".").replace(".", point) if isinstance(value, float) else None
            text = "" if value is None else guarded(str(value), say.language)
            cells.append(text if number is None else number)
        lines.append(cells)
    return csv_bytes(lines, say)


@router.get("/products/{code:path}")
def one(request: Request, found: OpenedStudy, role: Viewer, code: str) -> Response:
    """A product."""
    seen = product(found, code)
    if seen is None:
        raise HTTPException(404, "no_product")
    say = say_for(request)
    view = product_view(found.study, seen, say, partial(address, request),
                        lambda **more: link(request, "/customers", **more),
                        not masked(role))  # fmt: skip
    if figure := request.query_params.get("csv"):
        table = figures_of(view.blocks, figure)
        note(request, "export", role, page="product", figure=figure, study=found.study.folder)
        return csv_answer(shown_to(role, csv_of(table, say).decode()), f"product-{figure}.csv")
    figures = str(request.url.include_query_params(csv="FIGURE"))
    return page(request, "web/product.html.j2", view=view, csv=figures, whole="one",
                back=along(request, "/products"))  # fmt: skip
