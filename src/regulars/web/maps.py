"""Maps of customers whose points lead to them, and one segment compared with another."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from regulars.charts import Chart
from regulars.charts.groups import feature_name, segment_label
from regulars.engine import quoted
from regulars.locale import Words
from regulars.pages.groups import cluster_label, segments_page
from regulars.steps import step_sql
from regulars.web.access import Viewer, masked, viewer
from regulars.web.audit import note
from regulars.web.compared import compared
from regulars.web.customer import id_at
from regulars.web.drill import behind
from regulars.web.faces import link, page, say_for
from regulars.web.figures import chart_of, csv_answer, csv_of, linked
from regulars.web.filters import Filters, check_filters, filters_of, once
from regulars.web.lists import address
from regulars.web.map_charts import Points, pair_chart, pca_chart, pca_points
from regulars.web.masks import id_hidden
from regulars.web.narrowed import follows, narrowed
from regulars.web.opened import Opened, OpenedStudy
from regulars.web.steady import Steady
from regulars.web.studies import filter_bar

if TYPE_CHECKING:
    from numpy.typing import NDArray

router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)], route_class=Steady)
MOST, PAIRS = 100_000, 15_000  # customers of the map, and of each of the three linked ones
LEAST = 3
FEW_MAPS = 4  # with filters, in memory: each holds up to MOST customers
_PAIRS = (("recency_days", "orders"), ("recency_days", "monetary"), ("orders", "monetary"))


@dataclass(frozen=True, slots=True)
class Sampled:
    """The customers of a map, of so many: numbers by column, segments, clusters, places."""

    of: int
    columns: dict[str, "NDArray[Any]"]
    segment: tuple[str, ...]  # names, in the order of the scheme
    segment_at: "NDArray[Any]"  # index into them
    cluster: "NDArray[Any]"  # from 1; 0: none
    place: "NDArray[Any]"


def sampled(found: Opened, filters: Filters) -> Sampled:
    """The customers of the maps of a study, those whom the filters leave, read once."""
    return once(found, filters, ("map",), lambda: _sampled(found, filters), most=FEW_MAPS)


def _sampled(found: Opened, filters: Filters) -> Sampled:
    import numpy as np

    engine = found.engine
    held = engine.column_names("customers")
    features = found.study.clusters.model.features if found.study.clusters.model else ()
    wanted = [name for name in dict.fromkeys((*features, "recency_days", "orders", "monetary")) if name in held]
    numbers = ", ".join(f"cast({quoted(name)} as double) as {quoted(name)}" for name in wanted)
    places, points = step_sql("web/places"), step_sql("web/map_points")
    passing = step_sql("web/passing") if filters else "select customer_id from customers"
    chosen = f"with places as ({places}), passing as ({passing})"
    read = engine.columns(
        f"{chosen}, map_points as ({points})\n"
        f"select {numbers}, place, segment, coalesce(cluster, 0) as cluster from map_points",
        most=MOST, **asdict(filters),
    )  # fmt: skip
    of = found.study.customers
    if filters:
        of = engine.rows(f"{chosen} select count(*) as n from passing", **asdict(filters))[0]["n"]
    names = tuple(group.name for group in found.study.segments if group.customers)
    index = {name: i for i, name in enumerate(names)}
    return Sampled(
        of,
        {name: np.ma.filled(np.ma.asarray(read[name], dtype=float), np.nan) for name in wanted},
        names,
        np.array([index.get(name, -1) for name in read["segment"].tolist()]),
        np.asarray(read["cluster"]),
        np.asarray(read["place"]),
    )


def _points(found: Opened, seen: Sampled, by: str, lead: str, say: Words) -> Points:
    if by == "segment":
        return Points(
            seen.columns, seen.place, seen.segment_at, tuple(segment_label(n, say) for n in seen.segment), lead
        )
    names = tuple(cluster_label(profile.name, say) for profile in found.study.cluster_profiles)
    return Points(seen.columns, seen.place, seen.cluster - 1, names, lead)


def _first(points: Points, most: int) -> Points:
    """The first customers of a map, which are a sample of all."""
    columns = {name: values[:most] for name, values in points.columns.items()}
    return Points(columns, points.place[:most], points.group[:most], points.names, points.lead)


@router.get("/segments/map")
def customer_map(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """Every customer as a point, and the three measures against each other."""
    say, filters = say_for(request), _filters(request, found)
    by = "segment" if request.query_params.get("by") == "segment" or found.study.clusters.k < 2 else "cluster"
    lead = link(request, "/segments/map/PLACE")
    seen = sampled(found, filters)
    key = ("maps", by, say.language, lead)
    charts = once(found, filters, key, lambda: _charts(found, seen, (by, lead), say), most=FEW_MAPS)
    if figure := request.query_params.get("csv"):
        return _csv(request, found, role, (chart for chart in charts), figure)
    shown = min(seen.of, MOST)
    told = [say("web_customers.map.says")] if charts else []
    if charts:
        told.append(say(f"web_customers.map.{'sampled' if shown < seen.of else 'all'}", n=shown, total=seen.of))
    main = [chart for chart in charts if chart.key == "map_pca"]
    if main and (axes := found.study.clusters.map) and (model := found.study.clusters.model):
        told.append(say("web_customers.map.variance", share=sum(axes.explained),
                        features=", ".join(feature_name(name, say) for name in model.features)))  # fmt: skip
    bar = filter_bar(request, found, "map", seen.of)
    return page(request, "web/map.html.j2", insights=tuple(told), main=main, by=by, **bar,
                links=behind(request, found.study, filters, say).groups,
                pairs=[chart for chart in charts if chart.key != "map_pca"],
                csv=str(request.url.include_query_params(csv="FIGURE")),
                ways=["segment"] if found.study.clusters.k < 2 else ["cluster", "segment"])  # fmt: skip


def _filters(request: Request, found: Opened) -> Filters:
    """The filters of a request where the study can follow them. Raises UsageError."""
    filters = filters_of(request)
    check_filters(found.study, filters)
    return filters if follows(found.study, "segments") else Filters()


def _charts(found: Opened, seen: Sampled, asked: tuple[str, str], say: Words) -> tuple[Chart, ...]:
    (by, lead), clusters = asked, found.study.clusters
    if len(seen.place) < LEAST:
        return ()
    points = _points(found, seen, by, lead, say)
    charts: list[Chart | None] = []
    model = clusters.model
    if clusters.map and model and set(model.features) <= seen.columns.keys():
        charts.append(pca_chart(points, pca_points(model, clusters.map, seen.columns), model, clusters.map, say))
    few = _first(points, PAIRS)
    charts += [pair_chart(few, x, y, say) for x, y in _PAIRS if {x, y} <= seen.columns.keys()]
    return tuple(chart for chart in charts if chart)


def _csv(request: Request, found: Opened, role: str, charts: Any, figure: str) -> Response:
    chart = chart_of(charts, figure)
    note(request, "export", role, page="map", figure=figure, study=found.study.folder)
    return csv_answer(csv_of(chart.table, say_for(request)), f"{chart.key}.csv")


@router.get("/segments/map/{place}")
def behind_point(request: Request, found: OpenedStudy, role: Viewer, place: int) -> Response:
    """Leads to the customer at a place in the order of ids."""
    id_ = id_at(found, place)
    if id_ is None:
        raise HTTPException(404, "no_customer")
    hidden = masked(role) and id_hidden(found.study, id_)
    to = link(request, "/customers", at=str(place)) if hidden else address(request, "customers", id_)
    return RedirectResponse(to, 303)


@router.get("/segments/compare")
def compare(request: Request, found: OpenedStudy, role: Viewer) -> Response:
    """Two named segments side by side."""
    say, filters = say_for(request), _filters(request, found)
    study = narrowed(found, filters, "segments") if filters else found.study
    groups = [group for group in study.segments if group.customers] if study else []
    ranked = sorted(groups, key=lambda g: (-(g.sales or 0.0), -g.customers, g.name))
    asked = [request.query_params.get(name) for name in ("a", "b")]
    pair = _pair(asked, [group.name for group in ranked])
    chosen = [next(group for group in groups if group.name == name) for name in pair]
    told = compared(found.study, chosen[0], chosen[1], say) if len(chosen) == 2 else None
    if told and (figure := request.query_params.get("csv")):
        return _csv(request, found, role, told.charts, figure)
    if told:
        links = behind(request, study or found.study, filters, say).groups
        told = replace(told, charts=tuple(linked(chart, links) for chart in told.charts))
    cards = {card.name: card for card in segments_page(study, say).cards} if study else {}
    bar = filter_bar(request, found, "compare", study.customers if study else 0)
    return page(request, "web/compare.html.j2", **bar, compared=told, pair=pair, same=asked[0] and asked[0] == asked[1],
                options=[(group.name, segment_label(group.name, say)) for group in groups],
                cards=[cards[name] for name in pair if name in cards],
                behind=behind(request, study, filters, say).names if study else {},
                csv=str(request.url.include_query_params(csv="FIGURE")))  # fmt: skip


def _pair(asked: Sequence[str | None], known: Sequence[str]) -> list[str]:
    """The two segments asked for; what is missing, unknown or twice the same is the largest other one."""
    if len(known) < 2:
        return []
    first = asked[0] if asked[0] in known else next(name for name in known if name != asked[1])
    second = asked[1] if asked[1] in known and asked[1] != first else next(name for name in known if name != first)
    return [str(first), str(second)]
