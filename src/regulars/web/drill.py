"""What stands behind the names of a page: the customers of a segment, a country, a month; a customer, a product."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from fastapi import Request

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.locale import Words
from regulars.overview.models import Overview, Period
from regulars.pages.groups import cluster_label
from regulars.web.behind import asked
from regulars.web.faces import link, link_in
from regulars.web.filters import Filters, month_after
from regulars.web.masks import MASK

# blocks whose names are not today's groups: who stood in them on an earlier day, or "New" of a month, not the segment
NOT_GROUPS = ("temporal_segments", "temporal_clusters", "moves_by_segment", "moves_by_cluster", "retention_cohorts",
              "retention_second", "retention_flow", "retention_repeat")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Behind:
    """Addresses by what a bar or a row is called: `groups` anywhere, `blocks` in a block of that key alone."""

    groups: Mapping[str, str] = field(default_factory=dict)
    blocks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)  # English names of segments and clusters
    to: Callable[..., str] | None = None  # the customers behind a part of a chart, by the text that asks for them

    def of(self, block: str) -> Mapping[str, str]:
        """The addresses of one block."""
        return self.blocks.get(block, self.groups)


def behind(request: Request, study: Study, filters: Filters, say: Words) -> Behind:
    """The addresses behind the names of a study's pages, with the filters that they follow; none to pages that this
    server has not."""
    if "/customers" not in request.app.state.paths:
        return Behind()
    day = request.query_params.get("study")  # the request itself is not kept: addresses outlive it

    def customers(**more: str) -> str:
        return link_in(day, "/customers", **{**filters.query(), **more})

    names = {p.name: customers(segment=p.name) for p in study.segments}
    clusters = [str(number) for number in range(1, study.clusters.k + 1) if study.clusters.k > 1]
    names |= {f"Cluster {number}": customers(cluster=number) for number in clusters}
    groups = {segment_label(p.name, say): names[p.name] for p in study.segments}
    groups |= {cluster_label(number, say): names[f"Cluster {number}"] for number in clusters}
    blocks: dict[str, dict[str, str]] = {}
    if seen := study.overview:
        blocks = {
            "countries": {row.name: customers(country=row.name) for row in seen.countries if row.name},
            "categories": {row.name: customers(category=row.name) for row in seen.categories if row.name},
            "months": {_month(month, say): customers(**_days(month, month_after(month.start)))
                       for month in seen.months},
            "years": {_year(year): customers(**_days(year, year.start.replace(year=year.start.year + 1)))
                      for year in seen.years},
        }  # fmt: skip
        blocks |= _single(request, seen)
    blocks |= {key: {} for key in NOT_GROUPS}

    def to(text: str, **more: str) -> str:
        return customers(behind=text, **more)

    return Behind(groups, blocks, names, to)


def _single(request: Request, seen: Overview) -> dict[str, dict[str, str]]:
    """The pages of single customers and products."""
    found = {"customers": {row.name: link(request, f"/customers/{quote(row.name, safe='')}")
                           for row in seen.top_customers if row.name and MASK not in row.name}}  # fmt: skip
    if "/products" in request.app.state.paths:
        rows = (*seen.top_products_by_sales, *seen.top_products_by_pieces)
        found["products"] = {
            row.name: link(request, f"/products/{quote(row.code or row.name, safe='')}") for row in rows if row.name
        }
    return found


def _days(period: Period, end: object) -> dict[str, str]:
    """Some days as a filter, and as those alone whom the overview counts: with an order that counts."""
    return {"since": str(period.start), "until": str(end), "behind": asked("days", period.start, end)}


def _month(month: Period, say: Words) -> str:
    return say.month(month.start) + ("" if month.complete else " *")


def _year(year: Period) -> str:
    return f"{year.start.year}{'' if year.complete else ' *'}"
