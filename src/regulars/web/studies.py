"""The pages of a study: those of the report, each at its own address, with filters, drill-through and CSV."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from regulars.analysis import Study
from regulars.charts import Chart, Table
from regulars.charts.groups import money_bars, segment_label
from regulars.errors import RegularsError, UsageError
from regulars.locale import Words
from regulars.pages.business import overview_page
from regulars.pages.groups import clusters_page, segments_page
from regulars.pages.models import Block, Page
from regulars.pages.quality import quality_page
from regulars.pages.report import MORE, summary_page
from regulars.recommending import listable
from regulars.web.access import Viewer, role_of, viewer
from regulars.web.audit import note
from regulars.web.drill import Behind, behind
from regulars.web.faces import OfSome, block_html, link, page, page_title, say_for, shown_to
from regulars.web.figures import csv_answer, csv_of, linked
from regulars.web.filters import Filters, check_filters, choices, chosen_overview, filters_of, of_all_orders, once
from regulars.web.headline import headline
from regulars.web.leads import led, risk_led, rules_led
from regulars.web.narrowed import follows, narrowed
from regulars.web.opened import Opened, OpenedStudy
from regulars.web.steady import Steady
from regulars.web.world import world_map

router = APIRouter(include_in_schema=False, dependencies=[Depends(viewer)], route_class=Steady)
DRAWN = 8  # pages for filters that are kept as HTML, a third of a megabyte each
WHOLE = ("overview", "segments", "clusters", "quality")
PARTS: dict[str, Callable[[Study, Words], Page | None]] = {part.__name__.removesuffix("_page"): part for part in MORE}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page is made of: the study, narrowed where the page follows filters, and what stands behind its names."""

    found: Opened
    study: Study
    say: Words
    filters: Filters  # those that the page follows
    links: Behind
    kept_as: tuple[str, ...]  # what tells this page apart: its key, its language, a chosen study, for whom it is


@dataclass(frozen=True, slots=True)
class Shown:
    """A page ready to be shown: its template, what fills it, its charts."""

    template: str
    page: Any
    charts: tuple[Chart, ...]
    insights: tuple[str, ...] = ()  # where the page itself has none
    blocks: tuple[Block, ...] = ()

    def figures(self) -> dict[str, Table]:
        """What can be had as a CSV: the figures of charts by their keys, tables by their place in their block."""
        found = {chart.key: chart.table for chart in self.charts}
        return found | {f"{b.key}-{i}": table for b in self.blocks for i, table in enumerate(b.tables, 1)}


def shown(key: str, asked: Asked) -> Shown | None:
    """The page of that key with its charts linked; None where the study has nothing for it."""
    made = {"overview": _overview, "segments": _segments, "clusters": _clusters, "quality": _quality}.get(key)
    return made(asked) if made else _part(key, asked)


def _overview(asked: Asked) -> Shown | None:
    seen = asked.study.overview
    if seen is None and asked.found.study.overview is None:
        return None
    made = overview_page(asked.study, asked.say, asked.found.study.overview)
    blocks = tuple(_linked(block, asked) for block in made.blocks)
    if seen and (world := world_map(seen, asked.say, asked.links.of("countries"))):
        blocks = tuple(
            replace(block, charts=(world, *block.charts)) if block.key == "countries" else block for block in blocks
        )
    return Shown("overview", replace(made, blocks=blocks), _charts(blocks), _opening(made.blocks), blocks)


def _opening(blocks: tuple[Block, ...]) -> tuple[str, ...]:
    """Two to four sentences of the whole page: the first ones of the blocks that say most."""
    said = {block.key: block.insights for block in blocks}
    return tuple(said[key][0] for key in ("years", "months", "countries", "repeat") if said.get(key))


def _segments(asked: Asked) -> Shown | None:
    made = segments_page(asked.study, asked.say)
    if not made.cards:
        return None
    charts = tuple(_one(chart, asked.links.groups, asked) for chart in made.charts)
    groups = [group for group in asked.study.segments if group.customers]
    money = money_bars(groups, [segment_label(group.name, asked.say) for group in groups], asked.say)
    block = replace(made.behaviour, charts=(*made.behaviour.charts, *money))
    behaviour = _linked(block, asked)
    made = replace(made, charts=charts, behaviour=behaviour)
    return Shown("segments", made, (*charts, *behaviour.charts))


def _clusters(asked: Asked) -> Shown:
    made = clusters_page(asked.study, asked.say)
    blocks = _linked(made.evidence, asked), _linked(made.groups, asked)
    return Shown("clusters", replace(made, evidence=blocks[0], groups=blocks[1]), _charts(blocks), blocks=blocks)


def _quality(asked: Asked) -> Shown:
    made = quality_page(asked.found.study, asked.say)
    return Shown("quality", made, (made.reconciliation,) if made.reconciliation else ())


def _part(key: str, asked: Asked) -> Shown | None:
    made = PARTS[key](asked.study, asked.say)
    if made is None:
        return None
    if not made.insights and len(made.blocks) > 1:  # it opens with what its parts say first
        made = replace(made, insights=tuple(block.insights[0] for block in made.blocks if block.insights)[:4])
    blocks = tuple(_linked(block, asked) for block in made.blocks)
    return Shown("part", replace(made, blocks=blocks), _charts(blocks), blocks=blocks)


def _linked(block: Block, asked: Asked) -> Block:
    charts = tuple(_one(chart, asked.links.of(block.key), asked) for chart in block.charts)
    if (kind := block.key.removeprefix("plain_")) in {"segment", "cluster"}:
        block = replace(block, tables=rules_led(block.tables, kind, asked.study, asked.links.to))
    if block.key == "market_quiet" and asked.found.has("rhythm"):
        block = replace(block, tables=risk_led(block.tables, asked.links.of(block.key)))
    return replace(block, charts=charts)


def _one(chart: Chart, links: Mapping[str, str], asked: Asked) -> Chart:
    """A chart that leads to the customers behind its names and its parts."""
    return led(linked(chart, links), asked.study, asked.links.to)


def _charts(blocks: tuple[Block, ...]) -> tuple[Chart, ...]:
    return tuple(chart for block in blocks for chart in block.charts)


def _asked(request: Request, found: Opened, key: str) -> Asked | None:
    """What a page is made of; None where its filters leave nobody. Raises UsageError for filters that cannot be."""
    say, filters = say_for(request), filters_of(request)
    check_filters(found.study, filters)
    filters = filters if key == "overview" or follows(found.study, key) else Filters()
    study: Study | None = found.study
    if key == "overview":
        study = replace(found.study, overview=chosen_overview(found, filters))
    elif filters:
        study, say = narrowed(found, filters, key), OfSome(say.language, say.currency)
    if not study:
        return None
    kept_as = key, say.language, request.query_params.get("study") or "", str(role_of(request))
    links = once(found, filters, ("behind", *kept_as), lambda: behind(request, study, filters, say))
    return Asked(found, study, say, filters, links, kept_as)


def filter_bar(request: Request, found: Opened, key: str, left: int) -> dict[str, Any]:
    """The filters of a page as a form, and which of its figures, of `left` customers, follow them."""
    say, filters = say_for(request), filters_of(request)
    if key != "overview" and not follows(found.study, "segments" if key in {"map", "compare"} else key):
        return {"follows": False, "choices": (), "filtered": False, "told": ""}
    labels = {"segment": {group.name: segment_label(group.name, say) for group in found.study.segments}}
    bar: dict[str, Any] = {"follows": True, "choices": choices(found.study, filters, labels, say), "filtered": filters,
                           "told": ""}  # fmt: skip
    if filters and key != "overview":
        months = ".months" if (filters.since or filters.until) and say.has(f"web.follows.{key}.months") else ""
        told = [say("web.follows.left", n=left, total=found.study.customers), say(f"web.follows.{key}.is")]
        told += [say(f"web.follows.{key}{months}")] if months else []
        bar["told"] = " ".join([*told, of_all_orders(filters, say)]).strip() if left else ""
    return bar


def _made(key: str, asked: Asked) -> Shown:
    """A page, made once per study, language and filters. Raises 404 where the study has nothing for it."""
    made = once(asked.found, asked.filters, ("page", *asked.kept_as), lambda: shown(key, asked))
    if made is None:
        raise HTTPException(404, "part_missing")
    return made


def _drawn(made: Shown, asked: Asked, csv: str) -> tuple[Markup, ...]:
    """The blocks of a page as HTML, drawn once as well: tables of hundreds of rows take longer than all else."""

    def draw() -> tuple[Markup, ...]:
        title = getattr(made.page, "title", "")
        return tuple(block_html(it, asked.say, csv, asked.links.of(it.key), title) for it in made.blocks)

    return once(asked.found, asked.filters, ("drawn", *asked.kept_as), draw, most=DRAWN)


@router.get("/")
def home(request: Request, found: OpenedStudy) -> Response:
    """Leads to the first page that the study has."""
    return RedirectResponse(link(request, "/overview" if found.study.overview else "/clusters"), 303)


def currencies_apart(request: Request, study: Study) -> UsageError | None:
    """Why a study is not compared with the one before it: their money is in different currencies."""
    shelf = request.app.state.shelf
    before = [day for day in shelf.shop.studies() if study.as_of and day < study.as_of]
    if study.moves or not before:
        return None
    try:
        earlier = shelf.opened(before[-1]).study
    except RegularsError:
        return None  # whoever opens it says so
    if earlier.currency == study.currency:
        return None
    return UsageError("moves_apart", before=before[-1].isoformat(), first=earlier.currency or "–",
                      day=study.folder, second=study.currency or "–")  # fmt: skip


def show(request: Request, found: OpenedStudy, *, key: str) -> HTMLResponse:
    """A page of the study."""
    if key == "moves" and (why := currencies_apart(request, found.study)):
        raise why
    asked = _asked(request, found, key)
    bar = filter_bar(request, found, key, asked.study.customers if asked else 0)
    title = page_title(key, say_for(request))
    if asked is None:
        return page(request, "web/nothing.html.j2", title=title, **bar)
    if key == "recommend" and listable(found.study):
        return page(request, "web/no_lists.html.j2", title=title, day=found.study.folder, follows=True)
    made = _made(key, asked)
    csv = link(request, f"/figures/{key}/FIGURE.csv", **asked.filters.query())
    context: dict[str, Any] = {"page": made.page, "insights": made.insights, "links": asked.links, "csv": csv,
                               "blocks": _drawn(made, asked, csv), **bar}  # fmt: skip
    if key in {"overview", "segments", "clusters"}:
        context["since"] = learned(found.study, asked.say)
    if key == "overview":
        context |= headline(found, asked.filters, asked.say)
        first = () if asked.filters else summary_page(found.study, asked.say).first
        context["first"] = [one for one in first if one.key != "clusters"]  # they have a page of their own
    return page(request, f"web/{made.template}.html.j2", **context)


def learned(study: Study, say: Words) -> str:
    """From which studies cut points and clusters come, where not from this one, and what that means; else ""."""
    if study.frozen is None or study.as_of is None:
        return ""
    scores, clusters = study.frozen.scores.on, study.frozen.clusters.on if study.frozen.clusters else None
    if scores == study.as_of and clusters in {None, study.as_of}:
        return ""
    both = "both" if clusters == scores else "each" if clusters else "scores"
    days = {"scores": say.day(scores), "clusters": say.day(clusters) if clusters else ""}
    return (
        say(f"web_start.learned.{both}", **days)
        + " "
        + say("web_start.learned.anew", tick=say("web_start.settings.refit"))
    )


for _key in (*WHOLE, *PARTS):
    router.add_api_route(f"/{_key}", partial(show, key=_key), name=_key)


@router.get("/figures/{key}/{figure}.csv")
def figures(request: Request, found: OpenedStudy, role: Viewer, key: str, figure: str) -> Response:
    """The figures of a chart or a table, as the page with the same filters shows them."""
    if key not in {*WHOLE, *PARTS}:
        raise HTTPException(404)
    asked = _asked(request, found, key)
    table = _made(key, asked).figures().get(figure) if asked else None
    if asked is None or table is None:
        raise HTTPException(404)
    note(request, "export", role, page=key, figure=figure, study=found.study.folder)
    text = shown_to(role, csv_of(table, asked.say).decode())
    return csv_answer(text, f"{found.shop.name}-{found.study.folder}-{figure}.csv")
