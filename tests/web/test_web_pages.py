"""The pages of a study: the report's figures, filters that drive page, table and CSV alike, names that attack."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from regulars.charts import Chart, Table
from regulars.charts.kit import Bars, lying_bars
from regulars.locale import words
from regulars.pages.business import overview_page
from regulars.pages.report import MORE
from regulars.shop import open_shop
from regulars.web.calendar import in_calendar
from regulars.web.figures import csv_of, linked
from regulars.web.filters import Filters, before, chosen_overview
from regulars.web.headline import headline
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from regulars.web.studies import PARTS, WHOLE
from regulars.web.world import borders, country_code, world_map
from report.make_study import HOSTILE
from web.shops import made_shop, served
from web.visit import Visit
from web.visit import served as listening


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("pages"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("hostile"), hostile=True, customers=45)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


def pages_of(shop: Path) -> list[str]:
    """Every page in the navigation that shows a part of the study."""
    html = served(shop).get("/overview").text
    return [path for path in re.findall(r'<li><a href="(/\w+)"', html) if path[1:] in {*PARTS, *WHOLE}]


# --- the pages -------------------------------------------------------------------------------------------------------


def test_every_part_of_the_report_has_its_page(shop: Path, client: TestClient) -> None:
    study = open_shop(shop).load()
    say = words("en", study.currency)
    there = {page.key for part in MORE if (page := part(study, say))}
    assert there and there <= PARTS.keys() and {f"/{key}" for key in there} <= set(pages_of(shop))
    for key in PARTS:
        made = key in there or key == "recommend"  # where there are no lists yet, they are made
        assert client.get(f"/{key}").status_code == (200 if made else 404)


def test_a_page_shows_each_chart_with_its_table_its_csv_and_its_picture(shop: Path, client: TestClient) -> None:
    for page in pages_of(shop):
        html = client.get(page).text
        figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
        for figure in figures:
            assert (
                "<table" in figure
                and 'class="png"' in figure
                and json.loads(
                    re.search(r'type="application/json"[^>]*>(.*?)</script>', figure, re.DOTALL)[1]  # type: ignore[index]
                )["series"]
            )
            address = re.search(r'href="(/figures/[^"]+)"', figure)
            assert address
            rows = list(csv.reader(io.StringIO(client.get(address[1]).content.decode("utf-8-sig"))))
            assert len(rows) == len(re.findall("<tr>", figure))


def test_a_page_drawn_for_one_reader_is_not_what_another_gets(shop: Path) -> None:
    """Blocks are drawn once and kept: by language, chosen study and filters."""
    day = open_shop(shop).days()[-1]
    ways = ["", "?lang=id", f"?study={day}", "?country=Japan", f"?country=Japan&study={day}&lang=id"]
    alone = {way: _content(served(shop).get(f"/overview{way}").text) for way in ways}
    assert len(set(alone.values())) == len(ways)
    once = served(shop)
    for way in ways * 2:
        once.cookies.clear()
        assert _content(once.get(f"/overview{way}").text) == alone[way], way


def _content(html: str) -> str:
    """The part of a page that is no one's own: without the token of its session."""
    return html.partition("<main")[2]


# --- filters ---------------------------------------------------------------------------------------------------------


def by_hand(found: Opened, where: str) -> dict[str, Any]:
    """The sums of the stored lines that fit a condition."""
    row = found.engine.rows(f"""
        select cast(sum(amount) as double) as sales, count(*) as lines, count(distinct customer_id) as customers,
               count(distinct (customer_id, order_id)) as orders from sales
        where {where}""")
    return row[0]


def test_all_lines_give_the_overview_of_the_study(found: Opened) -> None:
    seen = found.study.overview
    assert seen
    every = chosen_overview(found, Filters(since=date(1990, 1, 1), until=date(2090, 1, 1)))
    assert every
    assert replace(every, insights={}, discounts=None) == replace(seen, insights={}, discounts=None)


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        (Filters(country="Japan"), "country = 'Japan'"),
        (Filters(category="Tools"), "category = 'Tools'"),
        (Filters(since=date(2022, 3, 1), until=date(2022, 6, 1)), "day >= '2022-03-01' and day < '2022-06-01'"),
        (Filters(country="Japan", category="Tools", since=date(2023, 1, 1)),
         "country = 'Japan' and category = 'Tools' and day >= '2023-01-01'"),
    ],
    ids=str,
)  # fmt: skip
def test_a_filter_leaves_the_lines_that_fit(found: Opened, filters: Filters, where: str) -> None:
    seen, hand = chosen_overview(found, filters), by_hand(found, where)
    assert seen
    assert (seen.lines, seen.customers, seen.orders) == (hand["lines"], hand["customers"], hand["orders"])
    assert seen.sales == pytest.approx(hand["sales"])
    assert sum(month.sales for month in seen.months) == pytest.approx(hand["sales"])


def test_a_segment_leaves_its_customers(found: Opened) -> None:
    for group in found.study.segments:
        seen = chosen_overview(found, Filters(segment=group.name)) if group.customers else None
        assert (seen.customers if seen else 0) == group.customers


def test_who_is_new_in_a_month_does_not_depend_on_the_months_shown(found: Opened) -> None:
    seen = found.study.overview
    part = chosen_overview(found, Filters(since=date(2022, 6, 1), until=date(2022, 9, 1)))
    assert part and seen
    assert part.months == tuple(m for m in seen.months if m.start in {month.start for month in part.months})
    assert [month.start.month for month in part.months] == [6, 7, 8]
    assert part.years[0].new_customers == sum(month.new_customers for month in part.months)


def test_who_is_new_is_told_by_all_orders_not_by_those_of_a_category(found: Opened) -> None:
    days = "s.day >= '2022-06-01' and s.day < '2023-01-01'"
    new = found.engine.rows(f"""
        select count(distinct c.customer_id) as n from customers c join sales s on s.customer_id = c.customer_id
        where  s.category = 'Tools' and {days} and date_trunc('month', s.day) = date_trunc('month', c.first_order)""")
    part = chosen_overview(found, Filters(category="Tools", since=date(2022, 6, 1), until=date(2023, 1, 1)))
    assert part and 0 < sum(month.new_customers for month in part.months) == new[0]["n"]
    whole = chosen_overview(found, Filters(category="Tools"))
    assert whole and sum(month.new_customers for month in whole.months) < whole.customers


def test_a_part_of_the_lines_lies_in_the_calendar_of_the_shop(found: Opened) -> None:
    shop = found.study.overview
    assert shop and len(shop.years) > 1
    some = tuple(replace(month, complete=False, orders=1) for month in shop.months[3:5])
    seen = in_calendar(replace(shop, months=some, years=shop.years[:1]), shop, None, None)
    assert [(month.start, month.complete) for month in seen.months] == [(m.start, m.complete) for m in shop.months[3:]]
    assert [month.orders for month in seen.months[:3]] == [1, 1, 0]
    assert [year.orders for year in seen.years] == [shop.years[0].orders, *(0 for _ in shop.years[1:])]
    until = in_calendar(replace(shop, months=some, years=shop.years[:1]), shop, None, shop.months[6].start)
    assert len(until.months) == 3 and not until.years[0].complete


def test_what_a_filter_hides_is_not_said_to_be_missing_in_the_file(found: Opened) -> None:
    shop = found.study.overview
    assert shop and shop.categories and not shop.ship_modes
    part = replace(found.study, overview=replace(shop, categories=(), subcategories=(), insights={}))
    said = {block.key: block.empty for block in overview_page(part, words("en"), shop).blocks if block.empty}
    assert "Categories" in said["not_here"] and "Shipping" not in said["not_here"]
    assert "Shipping" in said["missing"] and "Categories" not in said["missing"]
    alone = {block.key: block.empty for block in overview_page(part, words("en")).blocks if block.empty}
    assert "Categories" in alone["missing"] and "not_here" not in alone


def test_changes_compare_whole_periods_of_one_length(found: Opened) -> None:
    now, then = before(found, Filters())
    assert len(now) == len(then) == 12 and all(month.complete for month in (*now, *then))
    now, then = before(found, Filters(since=date(2022, 6, 1), until=date(2022, 8, 1)))
    assert [month.start.month for month in (*then, *now)] == [4, 5, 6, 7]
    assert before(found, Filters(until=date(2022, 3, 1))) == ((), ())


def test_page_chart_table_csv_and_form_follow_the_same_filter(client: TestClient) -> None:
    html = client.get("/overview?country=Japan&since=2022-03-01&until=2022-06-01").text
    assert '<option value="Japan" selected>' in html and '<option value="2022-03-01" selected>' in html
    option = json.loads(re.search(r'id="option-months">(.*?)</script>', html)[1])  # type: ignore[index]
    assert [len(series["data"]) for series in option["series"]] == [3, 3]
    address = re.search(r'href="(/figures/overview/months.csv[^"]+)"', html)
    assert address
    rows = list(csv.reader(io.StringIO(client.get(address[1].replace("&amp;", "&")).content.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["Mar 2022", "Apr 2022", "May 2022"]
    drawn = [round(datum["value"]) for datum in option["series"][0]["data"]]
    assert [int(row[rows[0].index("Sales")]) for row in rows[1:]] == pytest.approx(drawn, abs=1)


def test_a_filter_that_leaves_nothing_says_so(found: Opened, client: TestClient) -> None:
    assert chosen_overview(found, Filters(since=date(2030, 1, 1))) is None
    answer = client.get("/overview?since=2030-01-01")
    assert answer.status_code == 200 and "No order fits these filters" in answer.text


# --- figures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "cells", "written"),
    [
        ("en", ("£12,346", "34.2 %", "-£3.50", "1,234.5", "–", "< 0.1 %", "100 %", "5 %"),
         ("12346", "0.342", "-3.50", "1234.5", "–", "< 0.1 %", "1", "0.05")),
        ("id", ("Rp\xa012.346", "34,2%", "-Rp\xa03,50", "1.234,5", "–", "< 0,1%", "100%", "7%"),
         ("12346", "0,342", "-3,50", "1234,5", "–", "< 0,1%", "1", "0,07")),
    ],
)  # fmt: skip
def test_numbers_in_a_csv_are_numbers(language: Any, cells: tuple[str, ...], written: tuple[str, ...]) -> None:
    table = Table("t", ("name", *"abcdefgh"), (("1,000 cups", *cells),), tuple(range(1, 9)))
    text = csv_of(table, words(language)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if language == "id" else ","))
    assert tuple(rows[1][1:]) == written and rows[1][0] == "1,000 cups"


def test_a_bar_leads_to_what_stands_behind_its_name() -> None:
    option = lying_bars(["A", "B"], [Bars("n", [1.0, 2.0], ["a", "b"])], "number")
    chart = Chart("k", "t", "n", option, Table("t", ("x",), ()))
    data = linked(chart, {"B": "/customers?segment=B"}).option["series"][0]["data"]
    assert [datum.get("href") for datum in data] == [None, "/customers?segment=B"]
    assert "href" not in json.dumps(option)


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[str]:
    with listening(shop) as address:
        yield address


@pytest.fixture(scope="module")
def attacked(hostile: Path) -> Iterator[str]:
    with listening(hostile) as address:
        yield address


@pytest.mark.parametrize(("width", "theme", "lang"), [(390, "dark", "id"), (1440, "light", "en")])
def test_every_page_is_drawn_fits_and_is_accessible(browser: Browser, hostile: Path, attacked: str, width: int,
                                                    theme: str, lang: str) -> None:  # fmt: skip
    visit = Visit(browser, attacked, width, theme, lang)
    for path in (*pages_of(hostile), "/sign-in"):
        visit.go(path)
        assert (path, visit.fits(), visit.violations()) == (path, True, [])
    visit.close()


def test_a_wide_screen_is_filled_without_scrolling(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, 3840)
    for path in ("/overview", "/segments"):
        visit.go(path)
        assert visit.fits()
    visit.close()


def test_names_that_attack_are_text_in_tips_pages_and_files(browser: Browser, hostile: Path, attacked: str) -> None:
    visit = Visit(browser, attacked)
    page = visit.go("/overview")
    for key in ("countries", "categories", "products_by_sales"):
        chart = page.locator(f"#figure-{key} .chart")
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box
        for share in (0.1, 0.35, 0.6, 0.85):
            page.mouse.move(box["x"] + box["width"] * 0.35, box["y"] + box["height"] * share)
            page.wait_for_timeout(50)
    assert page.locator("img, main script:not([type='application/json'], [src^='/static/'])").count() == 0
    page.locator("#figure-products_by_sales summary").click()
    assert HOSTILE[0] in page.locator("#figure-products_by_sales table").inner_text()
    visit.close()
    rows = served(hostile).get("/figures/overview/products_by_sales.csv").content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(rows)) if row[0].startswith(("=", "+", "-", "@"))] == []


def test_filters_colours_menu_and_pictures_work_by_hand(browser: Browser, server: str) -> None:
    visit = Visit(browser, server, 390)
    page = visit.go("/overview")
    page.locator("select[name=country]").select_option("Japan")
    page.wait_for_url("**/overview?country=Japan")
    visit.settle()
    page.locator("#theme").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert not page.locator("#pages").is_visible()
    page.locator("#menu").click()
    page.locator("#pages a", has_text="Segments").click()
    page.wait_for_url("**/segments?country=Japan")
    visit.settle()
    with page.expect_download() as picture:
        page.locator("#figure-segment_sizes button.png").click()
    assert picture.value.path().read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    with page.expect_download() as figures:
        page.locator("#figure-segment_sizes .tools a").click()
    assert figures.value.suggested_filename.endswith("segment_sizes.csv")
    page.go_back()
    assert page.url.endswith("/overview?country=Japan")
    visit.settle()
    visit.close()


def test_without_scripts_pages_still_show_every_figure(browser: Browser, server: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/overview")
    assert page.locator("#pages").is_visible() and page.locator("form.filters button").is_visible()
    assert page.locator("figure table").count() == page.locator("figure").count() > 5
    context.close()


# --- the map ---------------------------------------------------------------------------------------------------------


def test_borders_are_whole_shapes_named_by_their_codes() -> None:
    shapes = {shape["properties"]["name"]: shape["geometry"] for shape in json.loads(borders())["features"]}
    assert len(shapes) == 176 and {"ID", "GB", "RU", "FJ", "US"} <= shapes.keys()
    for geometry in shapes.values():
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            assert ring[0] == ring[-1] and len(ring) > 3
            assert max(abs(a[0] - b[0]) for a, b in pairwise(ring)) < 180  # nothing runs across the whole map


@pytest.mark.parametrize(
    ("name", "code"),
    [("United Kingdom", "GB"), ("Inggris Raya", "GB"), ("EIRE", "IE"), (" indonesia ", "ID"), ("Amerika Serikat", "US"),
     ("DE", "DE"), ("Unspecified", None), ("", None), ("<img src=x onerror=alert(1)>", None)],
)  # fmt: skip
def test_countries_are_known_by_their_names(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_few_or_unknown_countries_make_no_map(found: Opened) -> None:
    seen = found.study.overview
    assert seen and world_map(seen, words("en"), {}) is not None
    assert world_map(replace(seen, countries=seen.countries[:2]), words("en"), {}) is None
    unsold = tuple(replace(row, sales=0.0) for row in seen.countries)
    assert world_map(replace(seen, countries=unsold), words("en"), {}) is None


def test_a_table_of_a_page_can_be_had_as_a_csv(shop: Path, client: TestClient) -> None:
    for page in pages_of(shop):
        for table in re.findall(r'<div class="card tabled">.*?</div>\s*</section>', client.get(page).text, re.DOTALL):
            for address in re.findall(r'href="(/figures/[^"]+)"', table):
                rows = list(csv.reader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
                assert len(rows) > 1 and len({len(row) for row in rows}) == 1


def test_every_table_of_a_customer_and_of_a_product_can_be_had_as_a_csv(client: TestClient) -> None:
    """Their charts could; of a table the link led to a page that said that there is none."""
    for listed in ("customers", "products"):
        one = re.search(rf'href="(/{listed}/[^"?]+)', client.get(f"/{listed}").text)
        assert one
        links = re.findall(r'href="([^"]+[?&]csv=[^"]+)"', client.get(one[1]).text.replace("&amp;", "&"))
        assert any(re.search(r"-\d$", link) for link in links)
        for link in links:
            answer = client.get(link)
            assert (link, answer.status_code) == (link, 200) and answer.headers["content-type"].startswith("text/csv")
    assert client.get(f"{one[1]}?csv=nothing").status_code == 404


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_page_opens_with_two_to_four_sentences(shop: Path, lang: str) -> None:
    """Of the overview these are what to do first; what else there is to say stands beside its block."""
    client = served(shop)  # one of its own: the language asked for stays with a client
    customer = re.search(r'href="(/customers/[^"?]+)', client.get("/customers").text)
    assert customer
    said = {}
    for page in ({*pages_of(shop), "/start", customer[1]}) - {"/overview"}:
        html = client.get(f"{page}?lang={lang}").text
        head = html[html.index("<h1") :].split('<section class="block')[0].split("</header>")[0]
        said[page] = len(re.findall(r"<li>", head))
    assert not {page: n for page, n in said.items() if not 1 <= n <= 4}, "one where it cannot be said"
    assert all(said[page] >= 2 for page in ("/segments", "/clusters", "/retention", "/start", customer[1])), said


def test_an_arrow_says_what_it_compares_where_the_card_shows_more(found: Opened) -> None:
    """Of twelve customers who were all new, a card said that new customers were down by 90.9 %."""
    seen, say = found.study.overview, words("en", "GBP")
    assert seen
    now, then = before(found, Filters())
    cards = {fact.name: fact.more for fact in headline(found, Filters(), say)["facts"]}
    orders = [sum(month.orders for month in months) for months in (now, then)]
    rate = say.percent(abs(orders[0] / orders[1] - 1))
    arrow = "▲" if orders[0] > orders[1] else "▼"
    assert cards["Orders"] == f"last {len(now)} full months: {say.number(orders[0])}, {arrow}\N{NO-BREAK SPACE}{rate}"
    chosen = Filters(since=date(2023, 1, 1), until=date(2023, 7, 1))
    assert {fact.name: fact.more for fact in headline(found, chosen, say)["facts"]}["Orders"][0] in "▲▼"


def test_the_overview_opens_with_what_to_do_and_with_a_filter_with_what_it_shows(client: TestClient) -> None:
    assert '<ul class="first">' in client.get("/overview").text
    filtered = client.get("/overview?country=Japan").text
    head = filtered[filtered.index("Arrows compare") : filtered.index('<section class="block')]
    assert '<ul class="first">' not in filtered and 2 <= head.count("<li>") <= 4
