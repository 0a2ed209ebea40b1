"""The pages of customers: a list to search, filter, sort and page through, and each customer by themselves."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.contacts import told_columns
from regulars.errors import UsageError
from regulars.exports import Extract, export_table, study_names
from regulars.features.people_models import Attribute
from regulars.forget import NOTE as FORGOTTEN
from regulars.locale import Words
from regulars.pages.groups import cluster_label
from regulars.publish import NO_ORDERS
from regulars.web.access import Role, Viewer, masked, viewer
from regulars.web.audit import note
from regulars.web.behind import told
from regulars.web.customer import customer, id_at
from regulars.web.customer_view import customer_view, written
from regulars.web.faces import along, link, page, say_for, shown_to
from regulars.web.figures import MEDIA, MOST_ROWS, csv_answer, csv_of, figures_of, kept_as
from regulars.web.filters import Choice, choices, filters_of, of_all_orders, unknown
from regulars.web.known import known_filter
from regulars.web.listing import (
    PERSONAL,
    SORTS,
    CustomerRow,
    Filter,
    Wanted,
    customers_placed,
    totals,
    write_wanted,
)
from regulars.web.lists import Head, Line, Listed, Order, address, heads, here, order_asked
from regulars.web.masks import MASK, attribute_hidden, id_hidden
from regulars.web.opened import Opened, OpenedStudy
from regulars.web.steady import Steady

router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)], route_class=Steady)
NAMES = ("segment", "cluster", "persona", "country", "category", "since", "until", "at_risk", "behind", "q")
FURTHER = ("cluster", "persona", "at_risk")  # folded away
RISK = {"yes": True, "no": False}
PAGE = 50
ATTRIBUTES = 6


def wanted_of(request: Request, study: Study) -> Wanted:
    """The list that an address asks for. Raises UsageError."""
    given, common = request.query_params, filters_of(request)
    sort, falling = order_asked(request, SORTS, "monetary")
    cluster, risk = given.get("cluster"), given.get("at_risk")
    if cluster and not (cluster.isascii() and cluster.isdigit() and len(cluster) < 10):
        raise UsageError("not_a_cluster", text=cluster[:20])
    if risk and risk not in RISK:
        raise unknown("at_risk", risk, tuple(RISK))
    asked = Filter(
        search=given.get("q") or None, segment=common.segment, cluster=int(cluster) if cluster else None,
        persona=given.get("persona") or None, country=common.country, category=common.category,
        since=common.since, until=common.until, at_risk=RISK.get(risk or ""), behind=given.get("behind") or None,
    )  # fmt: skip
    return Wanted(
        filter=known_filter(study, asked), sort=sort, descending=falling, mark=given.get("mark") or None, most=PAGE
    )


@router.get("/customers")
def customers(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """The list of customers."""
    if "id" in request.query_params:
        return one(request, found, role, request.query_params["id"])
    if place := request.query_params.get("at"):
        return _one(request, found, role, _placed(found, place))
    say, wanted, personal = say_for(request), wanted_of(request, found.study), not masked(role)
    return page(
        request, "web/customers.html.j2", follows=True,
        insights=_insights(found, wanted.filter, personal, say),
        choices=_choices(found, request, say), further=FURTHER,
        opened=any(request.query_params.get(name) for name in FURTHER),
        filtered=wanted.filter != Filter(), search=wanted.filter.search or "", personal=personal,
        listed=_listed(request, found, wanted, personal, say), note=of_all_orders(filters_of(request), say),
        behind=wanted.filter.behind and told(found.study, wanted.filter.behind, say),
        beside=here(request, "/customers", NAMES, behind=None, mark=None),
    )  # fmt: skip


def _listed(request: Request, found: Opened, wanted: Wanted, personal: bool, say: Words) -> Listed:
    to = partial(here, request, "/customers", NAMES)
    shown, places = customers_placed(found, wanted, personal)
    columns = _columns(found, shown.customers, say)
    order = Order(wanted.sort, wanted.falling, SORTS)
    people = _attributes(found, [row.customer_id for row in shown.customers], personal, say)
    lines = tuple(
        Line(_address(request, row.customer_id, place), row.customer_id,
             (*(write(row, say) for write in columns.values()), *people.get(row.customer_id, ())),
             " · ".join(text for text in (row.name, row.email, row.phone) if text))
        for row, place in zip(shown.customers, places, strict=True)
    )  # fmt: skip
    return Listed(
        say("web_customers.list.caption", sort=say(f"web_customers.head.{wanted.sort}")),
        (
            *heads([("customer_id", False), *((key, key in _NUMERIC) for key in columns)], order, to, say),
            *(
                Head(one.name, one.title(say), numeric=one.kind == "number")
                for one in (_shown(found.study) if people else ())
            ),
        ),
        lines,
        say("web_customers.shown", shown=len(lines), total=shown.total),
        to(mark=shown.next) if shown.next else "",
        to(mark=shown.previous) if shown.previous else "",
        to(mark=None) if wanted.mark else "",
        here(request, "/customers.csv", NAMES, mark=None),
        here(request, "/customers.xlsx", NAMES, mark=None) if shown.total <= MOST_ROWS else "",
    )


def _shown(study: Study) -> tuple[Attribute, ...]:
    """The attributes that a list shows: where a customer table is all there is."""
    return study.people.of_kind("number", "category", "ordered", "date", "yes_no")[:ATTRIBUTES] if study.people else ()


def _attributes(found: Opened, ids: list[str], personal: bool, say: Words) -> dict[str, tuple[str, ...]]:
    """The cells of those attributes by customer; none where there are orders to show."""
    if found.study.overview or not found.study.people:
        return {}
    names = {one.name: personal or not attribute_hidden(one) for one in _shown(found.study)}
    rows = found.engine.rows("select * from customers where list_contains($ids, customer_id)", ids=ids)
    cells = {
        row["customer_id"]: tuple(written(row[name], say) if open_ else MASK for name, open_ in names.items())
        for row in rows
    }
    return {id_: cells.get(id_, (say("web_customers.unknown"),) * len(names)) for id_ in ids}


def _address(request: Request, id_: str, place: int) -> str:
    """The page of a customer; by place where the id is masked."""
    return link(request, "/customers", at=str(place)) if MASK in id_ else address(request, "customers", id_)


def _placed(found: Opened, place: str) -> str:
    """The id at a place of an address. Raises 404."""
    digits = place.isascii() and place.isdigit() and len(place) < 16
    if not digits or (id_ := id_at(found, int(place))) is None:
        raise HTTPException(404, "no_customer")
    return id_


_NUMERIC = {"recency_days", "orders", "monetary", "avg_order_value", "next_value", "products", "profit"}
_Write = Callable[[CustomerRow, Words], str]


def _amounts(rows: tuple[CustomerRow, ...], name: str, say: Words) -> _Write:
    """Writes a row's amount as those of the whole page: with equally many decimals."""
    write = say.alike([getattr(row, name) for row in rows], "web_customers.unknown")
    return lambda row, _: write(getattr(row, name))


def _number(value: float | None, say: Words) -> str:
    return say("web_customers.unknown") if value is None else say.number(value)


def _columns(found: Opened, rows: tuple[CustomerRow, ...], say: Words) -> dict[str, _Write]:
    """The columns that the study can fill, after the customer's own."""
    study = found.study
    money, orders = study.net_revenue is not None, study.overview is not None
    all_: dict[str, tuple[bool, _Write]] = {
        "segment": (any(group.customers for group in study.segments),
                    lambda row, say: segment_label(row.segment, say) if row.segment else say("web_customers.unknown")),
        "cluster": (study.clusters.k > 1 and not orders, lambda row, say: _number(row.cluster, say)),
        "recency_days": (study.as_of is not None, _ago),
        "orders": (orders or any(row.orders is not None for row in rows), lambda row, say: _number(row.orders, say)),
        "monetary": (money or any(row.monetary is not None for row in rows),
                     _amounts(rows, "monetary", say)),
        "avg_order_value": (money, _amounts(rows, "avg_order_value", say)),
        "next_value": (found.has("value") and money, _amounts(rows, "next_value", say)),
        "country": (len(study.overview.countries if study.overview else ()) > 1,
                    lambda row, say: row.country or say("web_customers.unknown")),
        "at_risk": (found.has("rhythm"), _risk),
    }  # fmt: skip
    return {name: write for name, (there, write) in all_.items() if there}


def _ago(row: CustomerRow, say: Words) -> str:
    return (
        say("web_customers.unknown") if row.recency_days is None else say("web_customers.ago.days", n=row.recency_days)
    )


def _risk(row: CustomerRow, say: Words) -> str:
    return say({None: "web_customers.unknown", True: "web_customers.yes", False: "web_customers.no"}[row.at_risk])


def _insights(found: Opened, asked: Filter, personal: bool, say: Words) -> tuple[str, ...]:
    study, left = found.study, totals(found, asked, personal)
    everybody = totals(found, Filter(), personal).customers  # without those who were forgotten since
    whole = left.customers >= everybody
    if not left.customers:
        return ()
    without = 0 if whole or asked.segment == NO_ORDERS else _without(found)
    if without and totals(found, replace(asked, segment=asked.segment or NO_ORDERS), personal).customers:
        without *= asked.segment is not None  # some of those listed have no order either
    base = everybody - without
    size = {"n": left.customers, "total": base, "share": left.customers / base, "without": without}
    told = [say(f"web_customers.list.{'all' if whole else 'ordered' if without else 'some'}", **size)]
    told += [note.text(say) for note in study.assumptions if whole and note.key == FORGOTTEN]
    if left.sales and study.net_revenue and left.sales > 0 and not whole:
        told.append(say("web_customers.list.sales", sales=left.sales, share=left.sales / study.net_revenue))
    if left.rhythms and asked.at_risk is None:
        told.append(say("web_customers.list.risk", n=left.at_risk, of=left.rhythms, share=left.at_risk / left.rhythms))
    if left.next_value and study.value and study.value.horizon_days:
        told.append(say("web_customers.list.expected", value=left.next_value, days=study.value.horizon_days))
    return tuple(told)


def _without(found: Opened) -> int:
    """How many customers stand in the customer table alone."""
    return totals(found, Filter(segment=NO_ORDERS)).customers if found.study.overview else 0


def _choices(found: Opened, request: Request, say: Words) -> tuple[Choice, ...]:
    """The lists to filter by; those of FURTHER last."""
    study, given = found.study, request.query_params
    labels = {"segment": {group.name: segment_label(group.name, say) for group in study.segments}}
    made = list(choices(study, filters_of(request), labels, say))
    if _without(found):
        last = NO_ORDERS, segment_label(NO_ORDERS, say)
        made = [Choice(one.name, (*one.options, last), filters_of(request).segment or "")
                if one.name == "segment" else one for one in made]  # fmt: skip
    clusters = tuple((str(i), cluster_label(str(i), say)) for i in range(1, study.clusters.k + 1))
    personas = {group.persona: say(f"personas.{group.persona}.name") for group in study.segments if group.customers}
    yes_no = (("yes", say("web_customers.yes")), ("no", say("web_customers.no"))) if found.has("rhythm") else ()
    for name, options in (("cluster", clusters), ("persona", tuple(personas.items())), ("at_risk", yes_no)):
        if len(options) > 1:
            made.append(Choice(name, options, given.get(name, "")))
    return tuple(made)


@router.get("/customers.csv")
def customers_csv(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """All customers of a list as a CSV in the reader's language, guarded against formulas."""
    return _file(request, found, role, "csv")


@router.get("/customers.xlsx")
def customers_xlsx(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """The same as a workbook, in which ids and telephone numbers are texts: none loses its first zero."""
    return _file(request, found, role, "xlsx")


def _file(request: Request, found: Opened, role: Role, kind: Literal["csv", "xlsx"]) -> Response:
    say, wanted, personal = say_for(request), wanted_of(request, found.study), not masked(role)
    folder = Path(mkdtemp(prefix="regulars-"))
    try:
        table, target = folder / "listed.parquet", folder / f"customers.{kind}"
        write_wanted(found, wanted, table, personal)
        extract = Extract(_filled(found, personal), study_names(found.study, say.language), most=MOST_ROWS)
        rows = export_table(table, target, kind, say.language, extract=extract)
        note(request, "export", role, page="customers", rows=rows, study=found.study.folder)
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise
    return FileResponse(
        target, media_type=MEDIA[kind], background=BackgroundTask(rmtree, folder, ignore_errors=True),
        headers=kept_as(f"{found.shop.name}-{found.study.folder}-customers.{kind}"),
    )  # fmt: skip


def _filled(found: Opened, personal: bool) -> tuple[str, ...]:
    """The columns of an export that the study can fill."""
    study = found.study
    held = set(found.engine.column_names("stored_sales")) if found.has("sales") else set()
    held |= told_columns(study).keys()
    there = {
        **{name: personal and name in held for name in PERSONAL}, "country": "country" in held,
        "profit": bool(study.overview and study.overview.profit is not None),
        "top_category": bool(study.overview and study.overview.categories),
        "next_value": found.has("value"), "at_risk": found.has("rhythm"),
    }  # fmt: skip
    columns = ("customer_id", *PERSONAL, "country", "segment", "cluster", "r", "f", "m", "recency_days", "orders",
               "monetary", "avg_order_value", "first_order", "last_order", "products", "profit", "top_category",
               "next_value", "at_risk")  # fmt: skip
    return tuple(name for name in columns if there.get(name, True))


@router.get("/customers/{id_:path}")
def one(request: Request, found: OpenedStudy, role: Viewer, id_: str) -> Response:
    """A customer; a viewer comes to those whose id is hidden by their place."""
    if masked(role) and id_hidden(found.study, id_):
        raise HTTPException(404, "no_customer")
    return _one(request, found, role, id_)


def _one(request: Request, found: Opened, role: Role, id_: str) -> Response:
    seen = customer(found, id_, personal=not masked(role))
    if seen is None:
        raise HTTPException(404, "no_customer")
    say = say_for(request)
    view = customer_view(found, seen, say, partial(address, request),
                         lambda segment: link(request, "/customers", segment=segment))  # fmt: skip
    if figure := request.query_params.get("csv"):
        table = figures_of(view.blocks, figure)
        note(request, "export", role, page="customer", figure=figure, study=found.study.folder)
        return csv_answer(shown_to(role, csv_of(table, say).decode()), f"customer-{figure}.csv")
    figures = str(request.url.include_query_params(csv="FIGURE"))
    return page(request, "web/customer.html.j2", view=view, csv=figures, whole="one",
                back=along(request, "/customers"))  # fmt: skip
