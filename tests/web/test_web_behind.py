"""Drill-through: whoever a chart has counted stands in the list that its parts lead to, and nobody else."""

import json
import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from regulars.engine import Engine
from regulars.errors import UsageError
from regulars.locale import words
from regulars.web.behind import asked, told, who
from regulars.web.filters import Filters, month_after
from regulars.web.listing import Filter, totals
from regulars.web.narrowed import narrowed
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import served, two_studies, write_lines
from web.visit import Visit
from web.visit import served as listening

EVIDENCE = {"silhouette", "stability", "elbow", "waterfall", "recommend_contest_again", "recommend_contest_next",
            "retention_wait", "retention_stay", "value_tenths", "value_tracking", "customer_months",
            "people_effects_segment", "people_effects_cluster", "people_correlations",
            "later_rate_segment", "later_spend_segment", "later_rate_cluster", "later_spend_cluster"}  # fmt: skip
KINDS = {"newcomers", "retention_flow"}  # charts whose series are kinds of customers
SHARES = {"retention_ages", "retention_repeat"}  # of the customers in the tip
MONEY = {"value_segments", "retention_sales"}  # whose tips tell of money alone, or of those alone who are worth some
CURVES = ("people_form_", "people_qq_", "people_scatter_")  # figures of a sample, not of a customer
PAGES = ("overview", "segments", "clusters", "retention", "value", "moves", "recommend", "plain", "market", "bundles",
         "people", "temporal", "segments/compare", "products/P1")  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with every part: two studies, a customer table, next products; who returned something."""
    folder = tmp_path_factory.mktemp("behind")
    path = write_lines(folder, customers=150)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not re.search(r",C(3|14)\d?,2023-(0[6-9]|1)", line)]  # who have become quiet
    back = [re.sub(r'",(\d+),', r'",-1,', line) for line in lines[5::9]]
    back += [f'N{i},N{i},2023-0{i}-05 10:00,P1,"Tea","Drinks","France",1,9.50,1.25,n{i}@example.org,N' for i in (3, 5)]
    path.write_text("\n".join([*lines, *back]) + "\n", encoding="utf-8")
    rows = [
        f"C{i},{'FM'[i % 2]},{18 + i * 7 % 60},{('Baker', 'Nurse', 'A:B c')[i % 3]},{4064854.36 + i % 40 * 9001.07:.2f}"
        for i in range(150)
    ]
    table = folder / "people.csv"
    table.write_text("\n".join(["customer_id,gender,age,profession,income", *rows]) + "\n", encoding="utf-8")
    return two_studies(folder / "toko", path, table)


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def size(found: Opened, *parts: object, **more: Any) -> int:
    return totals(found, Filter(behind=asked(*parts), **more)).customers  # type: ignore[arg-type]


# --- counts ----------------------------------------------------------------------------------------------------------


def test_every_cell_of_the_cohorts_holds_the_customers_it_counts(found: Opened) -> None:
    back = found.study.retention
    assert back and len(back.cohorts) > 3
    for cohort in back.cohorts[:4]:
        assert size(found, "cohort", cohort.start) == cohort.customers
        for age, cell in list(enumerate(cohort.cells))[1:4]:
            assert size(found, "cohort", cohort.start, age) == cell.customers
    for flow in back.flows[-3:]:
        kinds = {"new": flow.new, "repeating": flow.repeating, "won_back": flow.won_back}
        assert {kind: size(found, "flow", flow.start, kind) for kind in kinds} == kinds


def test_a_cohort_of_a_filter_is_the_cohort_among_whom_the_filter_leaves(found: Opened) -> None:
    study = narrowed(found, Filters(country="France"), "retention")
    assert study and study.retention
    for cohort in study.retention.cohorts[:3]:
        assert size(found, "cohort", cohort.start, 1, country="France") == cohort.cells[1].customers


def test_scores_and_bars_of_histograms_hold_whom_they_count(found: Opened) -> None:
    for cell in found.study.score_cells:
        assert size(found, "score", cell.r, cell.f) == cell.customers
    for spread in found.study.distributions:
        last = len(spread.counts) - 1
        for i in {0, 1, last}:
            high = None if i == last and spread.open_ended else spread.edges[i + 1]
            assert size(found, "spread", spread.feature, spread.edges[i], high) == spread.counts[i]


def test_moves_lists_rules_and_levels_hold_whom_they_count(found: Opened) -> None:
    study = found.study
    assert study.moves and study.recommendations and study.plain_rules and study.people_figures
    for moved in (study.moves.segments, study.moves.clusters):
        flows = [flow for flow in moved.flows() if flow.target]
        assert flows and any(flow.origin is None for flow in flows)
        for flow in (*flows[:4], next(flow for flow in flows if flow.origin is None)):
            assert size(found, "move", moved.by, flow.origin, flow.target) == flow.customers
    for which in ("again", "next"):
        best = getattr(study.recommendations, which).most[0]
        assert size(found, "offer", which, best.product_id) == best.customers
    for rule in study.plain_rules.rules:
        if rule.found:
            assert size(found, "rule", rule.kind, rule.group) == rule.found
    for tree in study.plain_rules.trees:
        ends = [place for place, node in enumerate(tree.nodes) if node.condition is None]
        assert sum(size(found, "leaf", tree.kind, place) for place in ends) == study.customers
    for table in study.people_figures.crosstabs:
        for i, level in enumerate(table.levels):
            if table.by == "segment":
                bands = list(pairwise((None, *table.edges, None)))
                text = ("between", table.attribute, *bands[i]) if table.edges else ("level", table.attribute, level)
                assert size(found, *text, segment=table.groups[0]) == table.counts[i][0]
                assert size(found, *text) == table.of_level(i)


def test_orders_by_hour_by_number_and_by_product_are_counted_by_hand(found: Opened) -> None:
    def hand(condition: str, having: str = "true") -> int:
        rows = found.engine.rows(f"""
            with kept as (
              select customer_id, order_id, min(ordered_at) filter (where not is_return) as moment,
                     sum(amount) as amount
              from sales group by all)
            select customer_id from kept where amount > 0 and {condition} group by 1 having {having}""")  # fmt: skip
        return len(rows)

    slot = next(slot for slot in found.study.overview.slots if slot.orders > 3)
    assert size(found, "slot", slot.weekday, slot.hour) == hand(
        f"isodow(moment) = {slot.weekday} and hour(moment) = {slot.hour}"
    )
    assert size(found, "slot", 3) == hand("isodow(moment) = 3")
    assert size(found, "repeat", "again") == hand("true", "count(*) > 1")
    assert size(found, "repeat", "once") == hand("true", "count(*) = 1")
    bought = "select distinct customer_id from sales where not is_return and product_id = 'P1'"
    assert size(found, "bought", "product", "P1") == len(found.engine.rows(bought))
    month = found.engine.rows(f"{bought} and day >= '2023-03-01' and day < '2023-04-01'")
    assert size(found, "bought", "product", "P1", date(2023, 3, 1)) == len(month)


def test_a_bundle_is_bought_in_one_basket(found: Opened) -> None:
    bundles = found.study.bundles
    assert bundles and bundles.basket == "order" and bundles.level == "product"
    rows = found.engine.rows("""
        select distinct customer_id from (
          select customer_id, order_id from sales where not is_return and product_id in ('P1', 'P2')
          group by all having count(distinct product_id) = 2)""")
    assert size(found, "basket", "P1", "P2") == len(rows) > 0


def test_both_engines_find_the_same(engine: Engine) -> None:
    kinds = {"customer_id": "VARCHAR", "period": "INTEGER", "cohort": "INTEGER", "kind": "VARCHAR", "orders": "INTEGER"}
    engine.put("customer_periods", kinds, [("A", 1, 1, "new", 2), ("A", 2, 1, "repeating", 1), ("B", 2, 2, "new", 1),
                                           ("C", 2, None, "none", 0)])  # fmt: skip
    engine.put("asked", {"cohort": "INTEGER", "period": "INTEGER", "kind": "VARCHAR"}, [(None, 2, None)])
    engine.put("orders", {"customer_id": "VARCHAR", "day": "DATE", "counts": "BOOLEAN"},
               [("A", date(2024, 1, 9), True), ("A", date(2024, 2, 9), True), ("B", date(2024, 2, 2), True),
                ("C", date(2024, 2, 2), False)])  # fmt: skip
    engine.put("customers", {"customer_id": "VARCHAR", "first_order": "DATE"},
               [("A", date(2024, 1, 9)), ("B", date(2024, 2, 2)), ("C", None)])  # fmt: skip
    engine.put("moves", {"customer_id": "VARCHAR", "segment_from": "VARCHAR", "segment_to": "VARCHAR",
                         "cluster_from": "INTEGER", "cluster_to": "INTEGER"},
               [("A", "X", "Y", 1, 2), ("B", None, "Y", None, 2), ("C", "X", None, 1, None)])  # fmt: skip
    line = {
        "customer_id": "VARCHAR",
        "order_id": "VARCHAR",
        "day": "DATE",
        "product_id": "VARCHAR",
        "is_return": "BOOLEAN",
    }
    names = ("product", "category", "subcategory", "region", "country", "state", "city", "ship_mode", "market")
    more = dict.fromkeys(names, "VARCHAR")
    day = date(2024, 1, 1)
    engine.put("sales", line | more, [
        ("A", "1", day, "p", False, *[None] * 9), ("A", "1", day, "q", False, *[None] * 9),
        ("B", "2", day, "p", False, *[None] * 9), ("B", "3", day, "q", False, *[None] * 9),
        ("C", "4", day, "p", True, *[None] * 9),
    ])  # fmt: skip
    engine.put("items", {"item": "VARCHAR"}, [("p",), ("q",)])

    def ids(step: str, **values: object) -> str:
        return "".join(sorted(row["customer_id"] for row in engine.ask(f"web/behind_{step}", **values)))

    assert ids("period") == "AB"
    assert ids("days", start=date(2024, 2, 1), until=date(2024, 3, 1), new=True) == "B"
    assert ids("days", start=date(2024, 2, 1), until=date(2024, 3, 1), new=False) == "A"
    engine.put("asked", {"cohort": "INTEGER", "period": "INTEGER", "kind": "VARCHAR"}, [(None, 1, "twice")])
    assert ids("period") == "A"
    assert ids("move", clusters=False, origin="X", target="Y") == "A"
    assert ids("move", clusters=True, origin=None, target="2") == "B"
    assert ids("bought", by="product", item="p", country=None, category=None, since=None, until=None) == "AB"
    assert ids("basket", by="product", basket="order") == "A" and ids("basket", by="product", basket="day") == "AB"


# --- words and refusals ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "", "x", "cohort", "cohort:soon", "cohort:1999-01-01", "cohort:2022-01-01:999", "score:1", "score:a:b",
    "spread:email:1", "score:99999999999999999999:1", "spread:orders:nan", "slot:8", "slot:1:24", "repeat:x",
    "move:segment:Nobody:Champions", "offer:x:P1", "bought:email:a", "basket:P1",
    "level:email:a", "level:age:0",
    "between:gender:1:2", "between:age::", "between:age:nan:", "days:2023-02-01:2023-02-01",
    "rule:segment:Nobody", "leaf:segment:99", "flow:2022-01-01:x",
    "spread:orders:1:2:3", "basket:'; drop table customers; --", "age:0",
])  # fmt: skip
def test_what_no_chart_shows_is_refused(found: Opened, client: TestClient, text: str) -> None:
    with pytest.raises(UsageError):
        who(found.study, text)
    if text:
        for path in ("/customers", "/customers.csv", "/api/v1/customers"):
            assert client.get(path, params={"behind": text}).status_code == 422


def test_names_of_the_shop_travel_whole(found: Opened) -> None:
    text = asked("level", "profession", "A:B c")
    assert told(found.study, text, words("en")) == "Only those with profession: A:B c."
    assert size(found, "level", "profession", "A:B c") == 50
    assert size(found, "bought", "product", "'; drop table sales; -- %3A ✓") == 0


# --- pages -----------------------------------------------------------------------------------------------------------


def figures(html: str) -> dict[str, str]:
    return {key: figure for figure in re.findall(r"<figure.*?</figure>", html, re.DOTALL)
            for key in re.findall(r'id="figure-([^"]+)"', figure)}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_chart_leads_to_its_customers_by_mouse_and_by_key(client: TestClient, page: str) -> None:
    html = client.get(f"/{page}").text
    seen = figures(html)
    assert seen
    for key, figure in seen.items():
        option = re.search(r'id="option-[^"]+">(.*?)</script>', figure, re.DOTALL)
        assert option and "<table" in figure and "download>CSV" in figure and 'class="png"' in figure
        if key not in EVIDENCE and not key.startswith(CURVES):
            assert '"href"' in option[1], key
            if key not in {"pca", "segments_compared"}:  # beside them stand links to the same groups
                assert re.search(r"<t[hd][^>]*><a href=", figure), key
    cells = [unescape(href) for href in re.findall(r'<td[^>]*><a href="([^"]+)"', html)]
    for address in set(cells[:: max(len(cells) // 5, 1)]):
        assert client.get(address).status_code == 200, address


def parts(datum: Any) -> Iterator[dict[str, Any]]:
    """A datum and the parts within it that lead to customers."""
    if isinstance(datum, dict):
        if str(datum.get("href", "")).startswith("/customers?"):
            yield datum
        for child in datum.get("children", ()):
            yield from parts(child)


def counted(key: str, series: dict[str, Any], datum: dict[str, Any]) -> int | None:
    """How many customers a datum says that it is: by its value; in its tip, by the name of its kind, or at all."""
    value = datum["value"][-1] if isinstance(datum.get("value"), list) else datum.get("value")
    if key.startswith("distribution_") or key == "score_map" or series["type"] == "sankey":
        return int(value)
    said = dict(line.rsplit(": ", 1) for line in datum.get("tip", "").split("\n") if ": " in line)
    names = [*([series["name"]] if key in KINDS else []), "Bought", "Customers"]
    figures = [said[name].split()[0].replace(",", "") for name in names if name in said]
    n = next((int(figure) for figure in figures if figure.isdigit()), None)
    return n if n is None or key not in SHARES else round(n * value)


@pytest.mark.parametrize("query", ["", "country=France", "category=Drinks&since=2023-02-01&until=2023-08-01"])
def test_whatever_says_how_many_customers_it_is_leads_to_so_many(client: TestClient, query: str) -> None:
    wrong, seen = [], set()
    for page in PAGES[:-2]:
        html = client.get(f"/{page}?lang=en&{query}").text
        for key, option in re.findall(r'id="option-([^"]+)">(.*?)</script>', html, re.DOTALL):
            for series in json.loads(option)["series"]:
                data = [part for datum in (*series.get("data", ()), *series.get("links", ())) for part in parts(datum)]
                for part in data[:: max(len(data) // 4, 1)]:
                    address, n = part["href"], None if key in MONEY else counted(key, series, part)
                    if n is not None:
                        seen.add(key)
                        total = client.get(f"/api/v1{address}").json()["total"]
                        wrong += [(key, series.get("name"), address, n, total)] if n != total else []
    assert wrong == []
    assert {"newcomers", "months", "countries", "retention_flow", "moves_segment", "score_map", "people_age"} <= seen


def test_shares_lead_to_those_of_whom_they_are_shares(client: TestClient, found: Opened) -> None:
    study = found.study
    assert study.overview and study.retention and study.market and study.market.risk
    month, flow = study.overview.months[3], study.retention.flows[3]
    end = month_after(month.start)
    assert size(found, "days", month.start, end, "new") == month.new_customers
    assert size(found, "days", month.start, end, "before") == month.customers - month.new_customers > 0
    assert size(found, "flow", flow.start, "before") == flow.repeating + (flow.won_back or 0) > 0
    assert size(found, "flow", flow.start, "twice") == flow.twice > 0
    assert size(found, "flow", flow.start, "all") == flow.customers
    late = {group.name: group.own + group.shop for group in study.market.risk.groups if group.kind == "segment"}
    html = client.get("/market?lang=en").text
    option = json.loads(re.search(r'id="option-market_risk">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    led = [datum for datum in option["series"][0]["data"] if datum.get("href")]
    assert led
    for datum in led:
        segment = re.search(r"segment=([^&]+)", datum["href"])
        assert segment and "at_risk=yes" in datum["href"]
        assert client.get(f"/api/v1{datum['href']}").json()["total"] == late[unquote_plus(segment[1])]
    lapsed = json.loads(
        re.search(r'id="option-retention_flow">(.*?)</script>', client.get("/retention").text, re.DOTALL)[1]  # type: ignore[index]
    )["series"][3]
    assert not any("href" in datum for datum in lapsed["data"])  # a lapse is an event, behind which no list stands


def test_a_cell_leads_to_a_list_that_says_whom_it_holds_and_how_to_leave(client: TestClient, found: Opened) -> None:
    html = client.get("/retention?country=France&lang=en").text
    figure = figures(html)["retention_cohorts"]
    row = re.search(r"<tr><th.*?</tr>", figure.split("<tbody>")[1], re.DOTALL)
    assert row
    address = unescape(re.findall(r'href="([^"]+)"', row[0])[2])
    assert address.startswith("/customers?country=France&behind=cohort")
    answer = client.get(f"{address}&lang=en").text
    assert "Only those who first bought in" in answer and "Show all others too" in answer
    assert '<input type="hidden" form="filters" name="behind"' in answer
    lead = re.search(r'<p class="period behind">.*?<a href="([^"]+)"', answer, re.DOTALL)
    assert lead and "behind" not in lead[1] and "country=France" in lead[1]
    csv = re.search(r'href="(/customers\.csv[^"]+)" download', answer)
    assert csv and "behind=cohort" in csv[1]
    rows = client.get(unescape(csv[1])).text.strip().splitlines()
    total = client.get("/api/v1/customers" + address.removeprefix("/customers")).json()["total"]
    assert len(rows) - 1 == total > 0


def test_heat_maps_and_bars_carry_the_address_of_the_right_cell(client: TestClient, found: Opened) -> None:
    html = client.get("/segments").text
    option = json.loads(re.search(r'id="option-score_map">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    levels = found.study.scheme.levels
    cells = {(cell.r, cell.f): cell.customers for cell in found.study.score_cells}
    for datum in option["series"][0]["data"]:
        x, y, customers = datum["value"]
        if customers:
            assert f"score%3A{levels[0] - y}%3A{x + 1}" in datum["href"].replace(":", "%3A")
            assert cells[levels[0] - y, x + 1] == customers
    html = client.get("/overview").text
    option = json.loads(re.search(r'id="option-slots">(.*?)</script>', html, re.DOTALL)[1])  # type: ignore[index]
    hours = option["xAxis"]["data"]
    for datum in option["series"][0]["data"]:
        x, y, orders = datum["value"]
        assert bool(orders) == ("href" in datum)
        if orders:
            assert datum["href"].replace("%3A", ":").endswith(f"slot:{y + 1}:{int(hours[x])}")


def test_a_click_on_a_cell_opens_its_customers(browser: Browser, shop: Path) -> None:
    with listening(shop) as address:
        visit = Visit(browser, address, 1440, "light", "en")
        visit.go("/segments")
        place = visit.page.locator("#figure-score_map .chart")
        place.scroll_into_view_if_needed()
        visit.page.wait_for_timeout(500)  # until nothing above it moves any more
        box = place.bounding_box()
        assert box
        visit.page.mouse.click(box["x"] + box["width"] * 0.93, box["y"] + box["height"] * 0.12)  # R 5, F 5
        visit.page.wait_for_url("**/customers?behind=score*")
        assert visit.page.get_by_text("Only those with recency score 5 and frequency score 5.").count() == 1
        assert (visit.fits(), visit.violations()) == (True, [])
        visit.close()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_opened_tables_full_of_links_fit_and_are_accessible(
    browser: Browser, shop: Path, width: int, theme: str
) -> None:
    with listening(shop) as address:
        visit = Visit(browser, address, width, theme, "id")
        for path in ("/retention", "/bundles", "/segments", "/moves?country=France"):
            visit.go(path)
            visit.page.evaluate("document.querySelectorAll('figure details').forEach(one => { one.open = true })")
            assert (path, visit.fits(), visit.violations()) == (path, True, [])
        visit.close()
