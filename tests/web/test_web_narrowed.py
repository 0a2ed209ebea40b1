"""Filters on the pages of customers: figures of who passes, those of the whole shop where frozen, said either way."""

import base64
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

import regulars
from regulars.analysis import Study
from regulars.engine import DuckEngine
from regulars.locale import words
from regulars.overview import overview
from regulars.profiles.models import Paragraph, Profile
from regulars.stored import stored_customers, stored_sales
from regulars.web.filters import FEW, Filters, chosen_overview, once
from regulars.web.listing import Filter, totals
from regulars.web.narrowed import follows, narrowed
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import made_shop, served, write_lines
from web.visit import Visit
from web.visit import served as listening

PAGES = ("segments", "clusters", "value", "retention", "people")
MARCH = {"since": date(2022, 3, 1), "until": date(2022, 5, 1)}
KINDS = (
    Filters(country="Japan"), Filters(category="Tools", since=date(2023, 12, 1)), Filters(**MARCH),
    Filters(segment="Champions"), Filters(country="France", category="Drinks", **MARCH),
    Filters(country="Japan", since=date(2023, 6, 1)),
)  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of 130 customers who return now and then, with a customer table."""
    folder = tmp_path_factory.mktemp("narrowed")
    path = write_lines(folder, customers=130)
    lines = path.read_text(encoding="utf-8").splitlines()
    back = [re.sub(r'",(\d+),', r'",-1,', line) for line in lines[5::9]]
    path.write_text("\n".join([*lines, *back, *(line for line in back if line.split(",")[1] == "C129")]) + "\n",
                    encoding="utf-8")  # fmt: skip
    rows = [f"C{i},{('F', 'M')[i % 2]},{18 + i * 7 % 60},{('Baker', 'Nurse', 'Smith')[i % 3]}" for i in range(130)]
    table = folder / "people.csv"
    table.write_text("\n".join(["customer_id,gender,age,profession", *rows]) + "\n", encoding="utf-8")
    kept = folder / "toko"
    read = regulars.read(path, language="en", currency="GBP", non_sales="keep")
    found = regulars.study(read, customers=regulars.read_customers(table))
    found.save(kept)
    found.close()
    return kept


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def part(found: Opened, filters: Filters, page: str) -> Study:
    study = narrowed(found, filters, page)
    assert study
    return study


def unsaid(study: Study) -> Study:
    """Without the sentences about groups: of a part of the customers they are others on purpose."""

    def bare(groups: tuple[Profile, ...]) -> tuple[Profile, ...]:
        return tuple(replace(group, description=Paragraph(())) for group in groups)

    return replace(study, segments=bare(study.segments), cluster_profiles=bare(study.cluster_profiles))


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES)
def test_a_filter_that_leaves_everybody_changes_no_figure(found: Opened, page: str) -> None:
    assert follows(found.study, page)
    assert unsaid(part(found, Filters(), page)) == unsaid(found.study)


@pytest.mark.parametrize("filters", KINDS, ids=str)
def test_who_passes_is_who_stands_in_the_list_of_customers(found: Opened, filters: Filters) -> None:
    left = totals(found, Filter(**{name: getattr(filters, name) for name in Filters.__dataclass_fields__}))
    study = part(found, filters, "segments")
    assert study.customers == left.customers == sum(group.customers for group in study.segments) <= 130
    assert sum(cell.customers for cell in study.score_cells) == left.customers
    assert all(sum(spread.counts) == left.customers for spread in study.distributions)
    assert sum(group.share for group in study.segments) == pytest.approx(1)
    spent = sum(group.mean.monetary * group.customers for group in study.segments if group.mean.monetary is not None)
    assert spent == pytest.approx(left.sales)
    for group in study.segments:
        one = totals(found, Filter(**{**{n: getattr(filters, n) for n in Filters.__dataclass_fields__},
                                      "segment": group.name}))  # fmt: skip
        assert (one.customers, one.sales) == (group.customers, pytest.approx(group.mean.monetary * group.customers))


@pytest.mark.parametrize("filters", KINDS, ids=str)
def test_an_overview_of_numbered_lines_is_that_of_the_stored_lines(found: Opened, filters: Filters) -> None:
    with DuckEngine() as engine:
        stored_customers(engine, found.shop, found.day)
        stored_sales(engine, found.shop, found.day)
        engine.make("overview/chosen", **asdict(filters))
        engine.view_from("sales", "select * from chosen")
        engine.make("overview/orders")
        whole = overview(engine, ranks="web/order_ranks")
    if filters.country or filters.category or filters.since or filters.until:  # of lines, those who bought are counted
        back = whole.repeat
        left = whole.customers - back.none_left
        each = {"share": back.customers / left, "orders_per_customer": whole.orders / left}
        whole = replace(whole, customers=left, repeat=replace(back, **each))
    seen = chosen_overview(found, filters)
    assert seen
    dated = dict.fromkeys(("years", "months", "insights"))  # the calendar is the shop's
    assert replace(seen, **dated) == replace(whole, **dated)


def test_segments_of_chosen_months_sell_what_the_overview_of_these_months_says(found: Opened) -> None:
    filters = Filters(**MARCH)
    study, seen = part(found, filters, "segments"), chosen_overview(found, filters)
    rows = found.engine.rows("""
        select c.segment, cast(sum(amount) as double) as sales,
               cast(-sum(case when is_return then amount else 0 end) as double)
                 / cast(sum(case when is_return then 0 else amount end) as double) as returned
        from sales s join customers c on c.customer_id = s.customer_id
        where day >= '2022-03-01' and day < '2022-05-01' and s.customer_id in (
            select customer_id from sales where not is_return and day >= '2022-03-01' and day < '2022-05-01')
        group by 1""")
    hand = {row["segment"]: (row["sales"], row["returned"]) for row in rows}
    assert {g.name: (g.sales, g.return_share) for g in study.segments} == {
        name: (pytest.approx(sales), pytest.approx(share)) for name, (sales, share) in hand.items()
    }
    assert seen and sum(group.sales for group in study.segments) <= seen.sales  # that has who only returned, too
    assert sum(group.orders for group in study.segments) == sum(month.orders for month in seen.months)
    for group in study.segments:
        assert group.avg_order_value == pytest.approx(group.sales / group.orders)
    whole = {group.name: group for group in found.study.segments}
    full = [group for group in study.segments if group.customers == whole[group.name].customers]
    assert full and all(group.mean == whole[group.name].mean for group in full)  # of all their orders, as the scores


def test_what_was_learned_stays_the_shops(found: Opened) -> None:
    known = {group.name: group for group in (*found.study.segments, *found.study.cluster_profiles)}
    for page in ("segments", "clusters"):
        study = part(found, Filters(country="Japan"), page)
        for group in study.segments if page == "segments" else study.cluster_profiles:
            same = known[group.name]
            assert (group.persona, group.actions, group.levels) == (same.persona, same.actions, same.levels)
            assert group.customers <= same.customers and "customers shown" in group.description.text(words("en"))
        assert (study.clusters, study.plain_rules, study.scheme) == (
            found.study.clusters, found.study.plain_rules, found.study.scheme
        )  # fmt: skip


def test_value_is_the_sum_of_who_passes_and_has_no_range(found: Opened) -> None:
    filters = Filters(country="Japan")
    seen, whole = part(found, filters, "value").value, found.study.value
    assert seen and whole
    path = found.shop.path_of(found.day, "value.parquet")
    row = found.engine.rows(f"""
        select cast(sum(expected_orders) as double) as orders, cast(sum(value) as double) as value
        from read_parquet('{path}') where customer_id in (
            select customer_id from sales where country = 'Japan' and not is_return)""")[0]
    assert (seen.expected_orders, seen.value) == (pytest.approx(row["orders"]), pytest.approx(row["value"]))
    assert sum(group.customers for group in seen.segments) == seen.customers < whole.customers
    assert (seen.orders_low, seen.value_high) == (None, None) and whole.orders_low is not None
    assert (seen.backtest, seen.fitted, seen.verdict) == (whole.backtest, whole.fitted, whole.verdict)
    late = [part(found, Filters(country=name), "value").value for name in ("Japan", "France", "Indonesia")]
    assert sum(one.late for one in late if one) == whole.late


def test_retention_keeps_the_shops_calendar_and_counts_who_passes(found: Opened) -> None:
    whole = found.study.retention
    parts = [part(found, Filters(country=name), "retention").retention for name in ("Japan", "France", "Indonesia")]
    assert whole and all(one and one.lapse_days == whole.lapse_days for one in parts)
    for place, flow in enumerate(whole.flows):  # every customer buys in one country
        same = [one.flows[place] for one in parts if one]
        assert {(one.start, one.complete, one.early) for one in same} == {(flow.start, flow.complete, flow.early)}
        assert sum(one.new for one in same) == flow.new and sum(one.active or 0 for one in same) == flow.active
        assert sum(one.sales or 0 for one in same) == pytest.approx(flow.sales)
    months = part(found, Filters(**MARCH), "retention").retention
    assert months and [flow.start.month for flow in months.flows] == [3, 4]
    assert months.cohorts == tuple(c for c in whole.cohorts if MARCH["since"] <= c.start < MARCH["until"])
    assert months.customers == sum(cohort.customers for cohort in months.cohorts)


def test_people_are_counted_anew(found: Opened) -> None:
    figures = part(found, Filters(country="Japan"), "people").people_figures
    assert figures and figures.customers == 43
    for table in figures.crosstabs:
        assert table.customers + table.unknown == 43


def test_nobody_left_is_nothing(found: Opened) -> None:
    assert [narrowed(found, Filters(since=date(2090, 1, 1)), page) for page in PAGES] == [None] * len(PAGES)


# --- pages -----------------------------------------------------------------------------------------------------------


def rows_of(client: TestClient, address: str) -> list[list[str]]:
    answer = client.get(unescape(address))
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("page", PAGES)
def test_page_chart_table_csv_and_links_follow_the_same_filter(client: TestClient, page: str) -> None:
    query = "country=Japan&since=2022-03-01"
    html, whole = client.get(f"/{page}?{query}").text, client.get(f"/{page}").text
    assert '<option value="Japan" selected>' in html and '<option value="2022-03-01" selected>' in html
    assert "of 130 customers are shown." in html and "customers are shown." not in whole
    changed = 0
    for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL):
        address = re.search(r'href="(/figures/[^"]+)"', figure)
        assert address and "country=Japan" in address[1]
        rows = rows_of(client, address[1])
        assert len(rows) == len(re.findall("<tr>", figure))
        bare = client.get(unescape(address[1]).split("?")[0])
        changed += bare.content != client.get(unescape(address[1])).content
    assert changed
    for lead in re.findall(r'href="(/customers\?[^"]*)"', html.split("<main")[1]):
        assert "country=Japan" in lead or page in lead
    nav = re.findall(r'<li><a href="([^"]+)"', html.split("<main")[0])
    assert all(("country=Japan" in one) != one.startswith("/start") for one in nav) and len(nav) > 8


def test_a_page_of_one_chart_leads_to_the_months_behind_it(client: TestClient) -> None:
    html = client.get("/retention?country=Japan").text
    option = json.loads(re.search(r'id="option-retention_flow">(.*?)</script>', html)[1])  # type: ignore[index]
    new, repeating = option["series"][:2]
    assert new["data"][3]["href"] == "/customers?country=Japan&behind=flow%3A2022-04-01%3Anew"
    assert repeating["data"][3]["href"] == "/customers?country=Japan&behind=flow%3A2022-04-01%3Arepeating"
    assert new["name"] == "New" and "href" not in new  # it is not the segment of that name


@pytest.mark.parametrize("path", ["/quality", "/temporal", "/bundles", "/customers/C7", "/products/P1"])
def test_a_page_that_cannot_follow_says_so_and_how_to_go_on(client: TestClient, path: str) -> None:
    html = client.get(f"{path}?country=Japan&lang=en").text
    assert "the filter (Country: Japan) is not applied here" in html
    assert f'<a href="{path}?lang=en">Clear filters</a>' in html
    assert "is not applied here" not in client.get(path).text


@pytest.mark.parametrize("path", ["/overview", "/segments", "/customers", "/products", "/segments/map", "/start"])
def test_a_page_that_follows_does_not_say_otherwise(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}?country=Japan")
    assert answer.status_code == 200 and "is not applied here" not in answer.text


@pytest.mark.parametrize("path", ["/segments", "/quality", "/segments/map", "/api/v1/segments"])
def test_a_filter_that_names_nothing_of_the_study_is_refused_everywhere(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}?country=Nowhere")
    assert answer.status_code == 422 and "Japan" in answer.text
    assert "country=Nowhere" not in "".join(re.findall(r'<li><a href="([^"]+)"', answer.text))


def test_a_group_that_no_study_figure_is_about_is_not_carried_along(client: TestClient) -> None:
    html = client.get("/customers?segment=No+orders").text
    assert "segment=" not in "".join(re.findall(r'<li><a href="([^"]+)"', html))


def test_of_the_results_for_filters_few_are_kept(found: Opened) -> None:
    made: list[int] = []
    for number in (*range(FEW + 1), 0, FEW):
        filters = Filters(country=str(number))
        once(found, filters, ("test",), lambda number=number: made.append(number))  # type: ignore[misc]
    once(found, Filters(), ("test",), lambda: made.append(-1))
    assert made == [*range(FEW + 1), 0, -1]


@pytest.mark.parametrize("page", PAGES)
def test_filters_that_leave_nobody_say_so(client: TestClient, page: str) -> None:
    answer = client.get(f"/{page}?since=2090-01-01")
    assert answer.status_code == 200 and "Nobody fits these filters" in answer.text and "<figure" not in answer.text
    assert client.get(f"/figures/{page}/segment_sizes.csv?since=2090-01-01").status_code == 404


def test_the_map_and_the_comparison_follow(client: TestClient, found: Opened) -> None:
    html = client.get("/segments/map?country=Japan&by=segment").text
    option = json.loads(re.search(r'id="option-map_pca">(.*?)</script>', html)[1])  # type: ignore[index]
    drawn = sum(len(base64.b64decode(series["data"]["$f32"])) // 12 for series in option["series"])  # x, y, place
    assert drawn == 43 and "43 of 130 customers are shown" in html
    study = part(found, Filters(country="Japan"), "segments")
    a, b = study.segments[:2]
    html = client.get(f"/segments/compare?country=Japan&a={a.name}&b={b.name}").text
    row = re.search(r"Customers</bdi></th>(.*?)</tr>", html, re.DOTALL)
    assert row and re.findall(r"<bdi>(\d+)</bdi>", row[1])[:2] == [str(a.customers), str(b.customers)]


# --- the API ---------------------------------------------------------------------------------------------------------


def test_the_apis_segments_follow(client: TestClient, found: Opened) -> None:
    told = client.get("/api/v1/segments?country=Japan&since=2022-03-01").json()
    study = part(found, Filters(country="Japan", since=date(2022, 3, 1)), "segments")
    assert told["filters"] == {"country": "Japan", "since": "2022-03-01"} and told["customers"] == study.customers
    assert [(g["name"], g["customers"], g["sales"]) for g in told["segments"]] == [
        (g.name, g.customers, g.sales) for g in study.segments
    ]
    assert sum(group["customers"] for group in told["clusters"]) == study.customers
    whole = client.get("/api/v1/segments").json()
    assert whole["filters"] == {} and whole["customers"] == 130 > study.customers
    nobody = client.get("/api/v1/segments?since=2090-01-01").json()
    assert (nobody["customers"], nobody["segments"], nobody["clusters"]) == (0, [], [])


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with listening(made_shop(tmp_path_factory.mktemp("attacked"), hostile=True, customers=45)) as address:
        yield address


@pytest.mark.parametrize(("width", "theme", "lang"), [(390, "light", "en"), (1440, "dark", "id")])
def test_filtered_pages_are_drawn_fit_and_are_accessible(browser: Browser, attacked: str, width: int, theme: Any,
                                                         lang: str) -> None:  # fmt: skip
    visit = Visit(browser, attacked, width, theme, lang)
    for path in ("/segments", "/clusters", "/retention", "/quality", "/segments/map", "/segments/compare"):
        page = f"{path}?category=Tools&country=Japan&since=2022-03-01"
        visit.go(page)
        assert (page, visit.fits(), visit.violations()) == (page, True, [])
    visit.go("/segments?since=2090-01-01")
    assert (visit.fits(), visit.violations()) == (True, [])
    visit.close()


@pytest.mark.parametrize("path", ["/segments", "/customers"])
def test_a_category_chooses_customers_and_the_page_says_that_it_shows_all_they_bought(
    client: TestClient, path: str
) -> None:
    whole = words("en")("web.follows.whole")
    several = client.get(f"{path}?category=Tools&since=2022-03-01").text
    one, none = client.get(f"{path}?country=Japan").text, client.get(f"{path}?since=2022-03-01").text
    assert whole in several and whole in one and whole not in none
