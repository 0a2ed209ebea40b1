"""Price and churn, moves, next products and plain rules of whom a filter leaves, against the study's tables by hand."""

import csv
import io
import re
from datetime import date
from html import unescape
from pathlib import Path
from string import Formatter
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from regulars.engine import Row
from regulars.locale import LANGUAGES, words
from regulars.web.filters import Filters
from regulars.web.narrowed import follows, narrowed
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import served, two_studies, write_lines

PAGES = {"market": "market", "moves": "moves", "recommend": "recommendations", "plain": "plain_rules"}
FRENCH = "select distinct customer_id from sales where country = 'France' and not is_return"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with two studies, a year apart, the later one with next products."""
    folder = tmp_path_factory.mktemp("recounted")
    return two_studies(folder / "toko", write_lines(folder, customers=150))


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def part(found: Opened, page: str, filters: Filters) -> object:
    study = narrowed(found, filters, page)
    assert study
    return getattr(study, PAGES[page])


def by_hand(found: Opened, table: str, query: str) -> list[Row]:
    """A query over a table of the study, `kept`, beside its `sales`."""
    path = found.shop.path_of(found.day, f"{table}.parquet")
    return found.engine.rows(query.replace("kept", f"read_parquet('{path}')"))


@pytest.mark.parametrize("page", PAGES)
def test_a_filter_that_leaves_everybody_changes_no_figure(found: Opened, page: str) -> None:
    assert follows(found.study, page)
    assert part(found, page, Filters()) == getattr(found.study, PAGES[page])


def test_quiet_customers_are_those_of_the_filter_by_the_shops_rhythm(found: Opened) -> None:
    risk = part(found, "market", Filters(country="France")).risk
    whole = found.study.market.risk
    row = by_hand(found, "rhythm", f"""
        select count(*) as customers, count(*) filter (where state = 'own') as own,
               count(*) filter (where state = 'shop') as shop
        from kept where customer_id in ({FRENCH})""")[0]  # fmt: skip
    shown = next(group for group in risk.groups if group.kind == "shop")
    assert (shown.customers, shown.own, shown.shop) == (row["customers"], row["own"], row["shop"])
    assert shown.customers == 50 and (risk.check, risk.shop_gap) == (whole.check, whole.shop_gap)
    parts = [part(found, "market", Filters(country=name)).risk.groups for name in ("France", "Japan", "Indonesia")]
    assert sum(one.own + one.shop for groups in parts for one in groups if one.kind == "shop") == sum(
        one.own + one.shop for one in whole.groups if one.kind == "shop"
    )


def test_prices_are_measured_by_what_the_whole_shop_paid(found: Opened) -> None:
    price = part(found, "market", Filters(country="France")).price
    row = found.engine.rows(f"""
        with usual as (
          select product_id, sum(amount) / sum(quantity) as price from sales where not is_return group by 1)
        select cast(sum(s.amount) as double) / cast(sum(s.quantity * u.price) as double) as ratio, count(*) as lines
        from sales s join usual u using (product_id) where s.customer_id in ({FRENCH})""")[0]  # fmt: skip
    shown = next(group for group in price.groups if group.kind == "shop")
    assert shown.lines == row["lines"] and shown.same_product.value == pytest.approx(row["ratio"], abs=1e-5)
    assert abs(shown.same_product.value - 1) > 1e-3  # not the shop's own mean


def test_growth_compares_the_shops_months(found: Opened) -> None:
    whole = found.study.market.growth
    grown = part(found, "market", Filters(country="France", since=date(2023, 6, 1))).growth
    assert [(one.by, one.before, one.after) for one in grown] == [(one.by, one.before, one.after) for one in whole]
    first = grown[0]
    row = found.engine.rows(
        f"""select cast(sum(amount) as double) as sales from sales where day >= $since and day < $until
        and customer_id in ({FRENCH}) and customer_id in (
            select customer_id from sales where day >= '2023-06-01' and not is_return)""",
        since=first.after[0], until=first.after[1],
    )[0]  # fmt: skip
    assert next(c.after for c in first.cells if (c.name, c.item) == ("", "")) == pytest.approx(row["sales"])


def test_moves_are_of_those_who_pass_now(found: Opened) -> None:
    moves = part(found, "moves", Filters(country="France"))
    rows = by_hand(found, "moves", f"""
        select segment_from as origin, segment_to as target, segment_kind as kind, count(*) as customers,
               cast(sum(sales_to) as double) as sales
        from kept where customer_id in ({FRENCH}) group by all""")  # fmt: skip
    assert {(c.origin, c.target, c.kind): (c.customers, c.sales_after) for c in moves.segments.cells} == {
        (row["origin"], row["target"], row["kind"]): (row["customers"], pytest.approx(row["sales"])) for row in rows
    }
    assert moves.segments.customers == moves.clusters.customers == 50
    champions = part(found, "moves", Filters(segment="Champions")).segments
    assert {cell.target for cell in champions.cells} == {"Champions"}
    assert (moves.before, moves.segments.groups) == (found.study.moves.before, found.study.moves.segments.groups)


def test_lists_of_next_products_are_counted_of_who_passes(found: Opened) -> None:
    lists, whole = part(found, "recommend", Filters(country="France")), found.study.recommendations
    rows = by_hand(found, "recommendations", f"""
        select list, product_id, count(*) as customers
        from kept where customer_id in ({FRENCH}) group by all""")  # fmt: skip
    most = {(row["list"], row["product_id"]): row["customers"] for row in rows}
    for which in ("again", "next"):
        one, shop = getattr(lists, which), getattr(whole, which)
        assert one.most and all(most[which, each.product_id] == each.customers for each in one.most)
        assert one.offers == sum(n for (name, _), n in most.items() if name == which) < shop.offers
        assert (one.way, one.check, one.reason) == (shop.way, shop.check, shop.reason)
    assert lists.customers == 50 and lists.pairs == whole.pairs


def test_plain_rules_find_some_of_who_passes_and_are_the_shops(found: Opened) -> None:
    parts = [part(found, "plain", Filters(country=name)) for name in ("France", "Japan", "Indonesia")]
    whole = found.study.plain_rules
    assert any(rule.found for rule in whole.rules)
    for i, rule in enumerate(whole.rules):  # every customer buys in one country
        same = [one.rules[i] for one in parts]
        assert {(one.conditions, one.precision, one.recall) for one in same} == {
            (rule.conditions, rule.precision, rule.recall)
        }
        if rule.found is not None:
            assert (sum(one.found for one in same), sum(one.hits for one in same)) == (rule.found, rule.hits)
    assert {one.trees for one in parts} == {whole.trees}


@pytest.mark.parametrize("page", PAGES)
def test_page_table_csv_and_links_follow_and_say_what_does_not(client: TestClient, page: str) -> None:
    query = "country=France&since=2022-03-01"
    html, whole = client.get(f"/{page}?{query}&lang=en").text, client.get(f"/{page}?lang=en").text
    assert "50 of 150 customers are shown." in html and words("en")(f"web.follows.{page}.is") in unescape(html)
    assert words("en")(f"web.follows.{page}.months") in unescape(html)
    assert "is not applied here" not in html and "customers are shown" not in whole
    changed = 0
    for address in map(unescape, re.findall(r'href="(/figures/[^"]+)"', html)):
        assert "country=France" in address and "since=2022-03-01" in address
        narrow, bare = client.get(address), client.get(address.split("?")[0])
        assert narrow.status_code == 200 and list(csv.reader(io.StringIO(narrow.content.decode("utf-8-sig"))))
        changed += narrow.content != bare.content
    assert changed
    leads = re.findall(r'href="(/customers\?[^"]*)"', html.split("<main")[1])
    followed = [lead for lead in leads if "leaf%3A" not in lead]  # questions are the whole shop's
    assert all("country=France" in lead for lead in followed)


@pytest.mark.parametrize("page", PAGES)
def test_filters_that_leave_nobody_say_so(client: TestClient, page: str) -> None:
    answer = client.get(f"/{page}?since=2090-01-01")
    assert answer.status_code == 200 and "Nobody fits these filters" in answer.text


def test_no_text_says_whole_shop_of_some_customers(client: TestClient) -> None:
    html = client.get("/market?country=France&lang=en").text
    main = html.split("<main")[1].replace(words("en")("web.follows.market.is"), "")
    assert words("en")("narrowed.market.shop") in main
    assert "Whole shop" not in main and "whole shop" not in re.sub(r'<p class="period">.*?</p>', "", main)
    assert "Whole shop" in client.get("/market?lang=en").text


@pytest.mark.parametrize("language", LANGUAGES)
def test_twins_of_texts_about_the_whole_shop_ask_for_no_other_fields(language: str) -> None:
    say = words(language)
    texts = say.under("narrowed")
    assert texts
    for key, text in texts.items():
        usual = key.removeprefix("narrowed.")
        theirs = say.under(usual.rpartition(".")[0])[usual]
        assert {name for _, name, _, _ in Formatter().parse(text) if name} <= {
            name for _, name, _, _ in Formatter().parse(theirs) if name
        }, key


@pytest.mark.parametrize("page", [*PAGES, "overview", "segments", "clusters", "value", "retention", "segments/map",
                                  "segments/compare", "customers", "products"])  # fmt: skip
def test_every_file_of_a_page_carries_its_filters(client: TestClient, page: str) -> None:
    query = {
        "country": "France",
        "category": "Tools",
        "since": "2022-03-01",
        "until": "2023-12-01",
        "segment": "Champions",
    }
    asked = {name: value for name, value in query.items() if not (page == "segments/compare" and name == "segment")}
    html = client.get(f"/{page}", params=asked).text
    files = [unescape(link) for link in re.findall(r'<a href="([^"]+)" download>', html)]
    assert files
    for link in files:
        assert {name: value[0] for name, value in parse_qs(urlsplit(link).query).items() if name in asked} == asked
    assert client.get(files[0]).status_code == 200


def test_pages_lists_and_the_api_count_the_same_customers(client: TestClient, found: Opened) -> None:
    for query in (
        "country=France",
        "category=Tools&since=2022-03-01&until=2022-05-01",
        "segment=Champions&country=Japan",
    ):
        listed = client.get(f"/api/v1/customers?{query}").json()["total"]
        assert client.get(f"/api/v1/segments?{query}").json()["customers"] == listed > 0
        seen = client.get(f"/api/v1/overview?{query}").json()
        assert seen["filters"] == dict(parse_qsl(query)) and seen["overview"]["customers"] >= 1
        for page in (*PAGES, "segments"):
            assert (
                f"{listed} of {found.study.customers} customers are shown"
                in client.get(f"/{page}?{query}&lang=en").text
            )


@pytest.mark.parametrize("path", ["rules", "quality", "studies"])
def test_what_follows_no_filter_refuses_it_in_the_api(client: TestClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}?country=France")
    assert answer.status_code == 422 and "country" in answer.text
