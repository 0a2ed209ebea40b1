"""What programs read of a frozen study: segments, customers, overview, quality, rules, studies."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from shlex import quote
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.dependencies.models import Dependant
from pydantic import AfterValidator, WithJsonSchema

from regulars.analysis import Study
from regulars.ids import spellings
from regulars.locale import Words
from regulars.pages.quality import quality_page
from regulars.pages.sentences import all_told
from regulars.scoring import Scorer
from regulars.web.access import viewer
from regulars.web.api.answers import Refused, frozen, plain
from regulars.web.api.document import errors, returns
from regulars.web.api.groups import action_cards, features_in, segments_of
from regulars.web.api.models import (
    CustomerAnswer,
    FindingOut,
    NextProduct,
    NextProducts,
    OverviewOut,
    Quality,
    Rules,
    Studies,
    StudyRef,
)
from regulars.web.customer import customer
from regulars.web.faces import say_for
from regulars.web.filters import Filters, check_filters, chosen_overview, filters_of
from regulars.web.known import known_filter
from regulars.web.listing import MOST, SORTS, Filter, Wanted, customers_page
from regulars.web.masks import id_hidden
from regulars.web.narrowed import follows, narrowed
from regulars.web.opened import Opened, OpenedStudy, Shelf
from regulars.web.steady import Steady

_json = msgspec.json.Encoder(decimal_format="number")


def only_known(request: Request) -> None:
    """Refuses parameters that an endpoint does not know: a misspelt filter would be answered with everybody."""
    viewer(request)
    known = {"study", "lang", *_parameters(request.scope["route"].dependant)}
    if other := sorted(set(request.query_params) - known):
        raise Refused(422, "no_parameter", name=other[0][:60], known=", ".join(sorted(known)))


def _parameters(dependant: Dependant) -> Iterator[str]:
    """The query parameters of an endpoint and of what it depends on."""
    yield from (parameter.alias for parameter in dependant.query_params)
    for part in dependant.dependencies:
        yield from _parameters(part)


def _iso(text: str) -> str:
    """A day as it must be written; ValueError for another text."""
    date.fromisoformat(text if text[4:5] == "-" else "no")
    return text


_DAY_SCHEMA = {"type": "string", "format": "date"}
_IsoDay = Annotated[str, AfterValidator(_iso), WithJsonSchema(_DAY_SCHEMA)]
_Day = Annotated[_IsoDay | None, Query()]
_Text = Annotated[str | None, Query(max_length=500)]


async def described(
    study: Annotated[_IsoDay | Literal["undated"] | None, Query(description="Day of a study; else the latest")] = None,
    lang: Annotated[Literal["en", "id"] | None, Query(description="Language of the sentences")] = None,
) -> None:
    """The parameters that every endpoint takes; those who read them are `opened` and `say_for`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewAsked:
    """Filters of the overview and of the segments; `filters_of` reads them."""

    segment: _Text = None
    country: _Text = None
    category: _Text = None
    since: _Day = None
    until: _Day = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersAsked(OverviewAsked):
    """A page of customers: filters that must all hold, an order, the mark of the page."""

    search: _Text = None
    cluster: Annotated[int | None, Query(ge=1, le=1_000)] = None
    persona: _Text = None
    at_risk: bool | None = None
    behind: Annotated[str | None, Query(max_length=500, description="Part of a chart, as its link names it")] = None
    sort: Annotated[str, Query(json_schema_extra={"enum": list(SORTS)})] = "monetary"
    descending: bool | None = None
    mark: _Text = None
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50

    def wanted(self, study: Study, segment: str | None) -> Wanted:
        """As the list asks for it, `segment` by its English name. Raises UsageError."""
        held = {name: getattr(self, name) for name in Filter.__dataclass_fields__} | {"segment": segment}
        held = {name: None if value == "" else value for name, value in held.items()}
        held |= {name: date.fromisoformat(day) for name in ("since", "until") if (day := held[name])}
        asked = known_filter(study, Filter(**held))
        return Wanted(filter=asked, sort=self.sort, descending=self.descending, mark=self.mark, most=self.limit)


router = APIRouter(dependencies=[Depends(viewer), Depends(described)], route_class=Steady)


def scorer_of(found: Opened) -> Scorer:
    """The frozen model of a study, made once per process."""
    return found.once("scorer", lambda: Scorer(found.study))


@router.get(
    "/studies",
    summary="The studies of the shop",
    responses=errors(422),
    openapi_extra=returns("Studies"),
    response_class=Response,
)
def studies(request: Request) -> Response:
    """The studies of the shop, the oldest first; the latest is what all else shows unless `study` says otherwise."""
    shelf: Shelf = request.app.state.shelf
    days = [str(day) for day in shelf.shop.days()]
    found = tuple(StudyRef(day, day == days[-1]) for day in days)
    return Response(_json.encode(Studies(shelf.shop.name, found)), media_type="application/json")


@router.get(
    "/segments",
    summary="Segments and clusters",
    responses=errors(304, 404, 422),
    openapi_extra=returns("Segments"),
    response_class=Response,
)
def segments(request: Request, found: OpenedStudy, asked: Annotated[OverviewAsked, Depends()]) -> Response:  # noqa: ARG001
    """The named segments and the learned clusters: figures, personas, actions; of all or of whom the filters leave."""
    say, filters = say_for(request), filters_of(request)
    if filters and not follows(found.study, "segments"):
        raise Refused(422, "no_filters")
    check_filters(found.study, filters)

    def make() -> bytes:
        part = _part(found, filters) if filters else found.study
        return _json.encode(segments_of(scorer_of(found), say, filters, part))

    return frozen(request, found, make)


def _part(found: Opened, filters: Filters) -> Study:
    """The segments and clusters of whom the filters leave; with nobody left there are none."""
    by_score, learned = (narrowed(found, filters, page) for page in ("segments", "clusters"))
    if by_score is None or learned is None:
        return replace(found.study, customers=0, segments=(), cluster_profiles=())
    return replace(by_score, cluster_profiles=learned.cluster_profiles)


@router.get(
    "/overview",
    summary="The business at a glance",
    responses=errors(304, 404, 422),
    openapi_extra=returns("OverviewOut"),
    response_class=Response,
)
def overview(request: Request, found: OpenedStudy, asked: Annotated[OverviewAsked, Depends()]) -> Response:  # noqa: ARG001
    """Sales by time, place, category and product, of all lines or of those that the filters leave."""
    say = say_for(request)

    def make() -> bytes:
        study, filters = found.study, filters_of(request)
        told = OverviewOut(
            study.folder, study.since, study.currency, study.customers, study.orders, study.revenue,
            study.returns_value, study.net_revenue, filters.query(), chosen_overview(found, filters),
        )  # fmt: skip
        return _json.encode(plain(told, say))

    return frozen(request, found, make)


@router.get(
    "/quality",
    summary="The data's account",
    responses=errors(304, 404, 422),
    openapi_extra=returns("Quality"),
    response_class=Response,
)
def quality(request: Request, found: OpenedStudy) -> Response:
    """What was read, what was set aside and why, what was found and assumed."""
    say = say_for(request)
    return frozen(request, found, lambda: _json.encode(_quality(found, say)))


def _quality(found: Opened, say: Words) -> Quality:
    study = found.study
    ordered = sorted(study.findings, key=lambda one: (-one.share, one.code))
    told = tuple(
        FindingOut(one.code, card.title, card.says, card.fix, one.count, one.of, one.share, one.unit, one.samples)
        for one, card in zip(ordered, quality_page(study, say).findings, strict=True)
    )
    assumed = all_told((*study.assumptions, *study.layout.assumptions), say)
    return Quality(study.folder, study.reconciliation, told, assumed)


@router.get(
    "/rules",
    summary="What sells together",
    responses=errors(304, 404, 422),
    openapi_extra=returns("Rules"),
    response_class=Response,
)
def rules(
    request: Request,
    found: OpenedStudy,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Response:
    """The best rules of the study with their evidence; all of them are in the table `rules`."""
    bundles = found.study.bundles
    if bundles is None:
        raise Refused(404, "no_rules")
    say = say_for(request)
    page = bundles.rules[after : after + limit]
    left = after + limit if after + limit < len(bundles.rules) else None
    told = Rules(
        found.study.folder, bundles.level, bundles.basket, bundles.baskets, bundles.found, len(bundles.rules), page,
        left, bundles.reason.text(say) if bundles.reason else None,
    )  # fmt: skip
    return frozen(request, found, lambda: _json.encode(told))


@router.get(
    "/customers",
    summary="List customers",
    responses=errors(304, 404, 422, 503),
    openapi_extra=returns("CustomersPage"),
    response_class=Response,
)
def customers(request: Request, found: OpenedStudy, asked: Annotated[CustomersAsked, Depends()]) -> Response:
    """A page of customers; `next` and `previous` are the marks of the pages beside it."""
    wanted = asked.wanted(found.study, filters_of(request).segment)
    return frozen(request, found, lambda: _json.encode(customers_page(found, wanted, found.personal)))


@router.get(
    "/customers/{customer_id:path}", summary="One customer", responses=errors(304, 404, 422),
    openapi_extra=returns("CustomerAnswer"), response_class=Response,
)  # fmt: skip
def one_customer(request: Request, found: OpenedStudy, customer_id: str) -> Response:
    """A customer's orders, scores, products, studies before, and what is recommended."""
    hidden = not found.personal and id_hidden(found.study, customer_id)
    seen = None if hidden else customer(found, customer_id, personal=found.personal)
    if seen is None:
        raise Refused(404, "no_customer")
    say, scorer = say_for(request), scorer_of(found)
    card = next((card for card in scorer.cards()[0] if card.name == seen.features.get("segment")), None)
    seen = replace(seen, features=features_in(seen.features, found.study, say))
    told = CustomerAnswer(
        found.study.folder, seen, card.persona(say) if card else None, action_cards(card.actions, say) if card else ()
    )
    return frozen(request, found, lambda: _json.encode(told))


@router.get(
    "/recommendations/{customer_id:path}", summary="Next products of a customer", responses=errors(304, 404, 422),
    openapi_extra=returns("NextProducts"), response_class=Response,
)  # fmt: skip
def recommendations(request: Request, found: OpenedStudy, customer_id: str) -> Response:
    """What a customer may buy again, and what to try next, the best first; 404 before `regulars recommend` has run."""
    if not found.has("recommendations"):
        raise Refused(404, "no_recommendations", shop=quote(found.shop.name))
    hidden = not found.personal and id_hidden(found.study, customer_id)
    for name in () if hidden else spellings(found.study, customer_id):
        if rows := found.once(("recommendations", name), partial(_recommended, found, name)):
            break
    else:
        raise Refused(404, "no_customer")
    lists: dict[str, list[NextProduct]] = {"again": [], "next": []}
    for row in rows:
        lists[row["list"]].append(NextProduct(**{name: row[name] for name in row if name != "list"}))
    told = NextProducts(found.study.folder, name, tuple(lists["again"]), tuple(lists["next"]))
    return frozen(request, found, lambda: _json.encode(told))


def _recommended(found: Opened, customer_id: str) -> list[dict[str, Any]]:
    fields = ", ".join(NextProduct.__dataclass_fields__)
    with found.engine.beside() as engine:
        engine.load("recommended", found.shop.path_of(found.day, "recommendations.parquet", check=False))
        query = f"select list, {fields} from recommended where customer_id = $id order by list, place"
        return engine.rows(query, id=customer_id)
