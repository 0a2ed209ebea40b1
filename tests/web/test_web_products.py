"""The pages of products: figures against the lines, filters, pages by mark, one product, CSV."""

import csv
import io
import json
import re
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

from regulars.engine import Engine
from regulars.errors import UsageError
from regulars.web import selling
from regulars.web.filters import Filters
from regulars.web.opened import Opened, Shelf
from regulars.web.selling import SORTS, ProductRow, WantedProducts, product, products_page
from regulars.web.settings import WebSettings
from web import visit
from web.shops import made_shop, served
from web.test_web_customers import text_of


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("products"), hostile=True)


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def by_hand(found: Opened, **only: str) -> dict[str, tuple[float, int, int]]:
    """Sales, orders and customers of each code."""
    lines = found.engine.rows("select s.*, c.segment from sales s join customers c using (customer_id)")
    chosen = [line for line in lines if all(line[name] == value for name, value in only.items())]
    sales: dict[str, float] = defaultdict(float)
    orders, customers = defaultdict(set), defaultdict(set)
    for line in chosen:
        sales[line["product_id"]] += float(line["amount"])
        orders[line["product_id"]].add((line["customer_id"], line["order_id"]))
        customers[line["product_id"]].add(line["customer_id"])
    return {code: (round(sales[code], 2), len(orders[code]), len(customers[code])) for code in sales}


def figures(rows: tuple[ProductRow, ...]) -> dict[str, tuple[float, int, int]]:
    return {row.code: (round(row.sales or 0, 2), row.orders, row.customers) for row in rows}


def test_the_list_is_what_the_lines_sum_to(found: Opened) -> None:
    page = products_page(found, WantedProducts())
    assert figures(page.products) == by_hand(found)
    assert page.sales == pytest.approx(found.study.net_revenue)


@pytest.mark.parametrize("only", [{"segment": "Loyal"}, {"country": "Japan"}, {"category": "Tools"}], ids=str)
def test_a_filter_is_of_the_lines(found: Opened, only: dict[str, str]) -> None:
    page = products_page(found, WantedProducts(filters=Filters(**only)))
    assert figures(page.products) == by_hand(found, **only) != by_hand(found)


@pytest.mark.parametrize("sort", [*SORTS])
@pytest.mark.parametrize("falling", [True, False])
def test_pages_walk_through_every_order(found: Opened, sort: str, falling: bool) -> None:
    wanted = WantedProducts(sort=sort, descending=falling, most=2)
    rows: list[ProductRow] = []
    page = products_page(found, wanted)
    assert page.previous is None
    while True:
        rows += page.products
        if page.next is None:
            break
        here = page.products
        page = products_page(found, WantedProducts(sort=sort, descending=falling, most=2, mark=page.next))
        assert page.previous
        back = WantedProducts(sort=sort, descending=falling, most=2, mark=page.previous)
        assert products_page(found, back).products == here
    assert len(rows) == page.total == len({row.code for row in rows})
    values = [row.name.lower() if sort == "product" else getattr(row, sort) for row in rows]
    assert values == sorted(values, reverse=falling)


def test_filters_that_others_push_out_are_computed_again(found: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selling, "KEPT", 1)
    asked = [WantedProducts(filters=Filters(country=name)) for name in ("Japan", "France", "Japan", "Indonesia")]
    pages = [products_page(found, wanted).products for wanted in asked]
    assert pages[0] == pages[2] and [figures(page) for page in pages] == [
        by_hand(found, country=str(wanted.filters.country)) for wanted in asked
    ]
    assert found.engine.rows("select count(distinct chosen) as n from narrowed") == [{"n": 1}]
    assert len(products_page(found, WantedProducts()).products) == 5


def test_both_engines_list_products_alike(engine: Engine) -> None:
    kinds = {"chosen": "INTEGER", "code": "VARCHAR", "product": "VARCHAR", "category": "VARCHAR",
             "subcategory": "VARCHAR", "sales": "DOUBLE", "returned": "DOUBLE", "pieces": "DOUBLE", "orders": "BIGINT",
             "customers": "BIGINT", "first_day": "DATE", "last_day": "DATE", "place": "BIGINT",
             "by_name": "BIGINT"}  # fmt: skip
    held = [("A", "tea", 5.0, 1, 3), ("B", None, None, 6, 1), ("C", "Cup", 5.0, 6, 2), ("D", "Urn", 20.0, 6, 4)]
    day = date(2024, 1, 1)
    rows = [(0, code, name, None, None, sales, None, 1.0, 1, 1, day, day.replace(month=month), place, by_name)
            for place, (code, name, sales, month, by_name) in enumerate(held, 1)]  # fmt: skip
    engine.put("sold", kinds, [*rows, (1, *rows[0][1:])])
    order = {"chosen": 0, "search": None, "sort": "sales", "sign": -1.0, "key": None, "place": None, "back": False,
             "most": 9}  # fmt: skip

    def codes(**more: object) -> str:
        values: dict = {**order, **more}
        return "".join(row["code"] for row in engine.ask("web/sold_page", **values))

    assert (codes(), codes(sign=1.0), codes(sort="product", sign=1.0), codes(chosen=1)) == ("DACB", "ACDB", "BCAD", "A")
    assert (codes(key=-5.0, place=1), codes(key=-5.0, place=3, back=True), codes(search="U")) == ("CB", "DA", "DC")
    count = engine.ask("web/sold_count", chosen=0, search=None, as_of=date(2024, 6, 30), days=90)[0]
    assert count == {"products": 4, "sales": 30.0, "brought": 30.0, "half": 1, "top": 20.0, "best": "Urn", "quiet": 1,
                     "first_day": date(2024, 1, 1)}  # fmt: skip
    none = engine.ask("web/sold_count", chosen=9, search=None, as_of=None, days=90)[0]
    assert (none["products"], none["sales"], none["half"], none["best"], none["quiet"]) == (0, None, None, None, 0)
    assert [(r["nr"], r["products"]) for r in engine.ask("web/sold_row", code="C")] == [(3, 4)]


def test_a_search_is_of_codes_and_names(found: Opened) -> None:
    assert {row.code for row in products_page(found, WantedProducts(search="p3")).products} == {"P3"}
    assert {row.name for row in products_page(found, WantedProducts(search="ONERROR")).products} == {
        "<img src=x onerror=alert(1)>"
    }
    assert products_page(found, WantedProducts(search="nothing")).products == ()


@pytest.mark.parametrize(
    "wanted", [WantedProducts(sort="colour"), WantedProducts(most=0), WantedProducts(mark="?")], ids=str
)
def test_what_cannot_be_is_refused(found: Opened, wanted: WantedProducts) -> None:
    with pytest.raises(UsageError):
        products_page(found, wanted)


def test_one_product_adds_up(found: Opened) -> None:
    seen = product(found, "P1")
    assert seen is not None
    assert sum(month.amount or 0 for month in seen.months) == pytest.approx(seen.row.sales)
    assert sum(each.buyers for each in seen.segments) == seen.row.customers
    assert sum(each.amount or 0 for each in seen.segments) == pytest.approx(seen.row.sales)
    assert all(each.share <= 1 for each in seen.segments)
    ranked = sorted(by_hand(found).items(), key=lambda item: -item[1][0])
    assert seen.rank == [code for code, _ in ranked].index("P1") + 1
    held = {code for rule in seen.rules for code in (*rule.antecedent_codes, *rule.consequent_codes)}
    assert not seen.rules or "P1" in held
    assert product(found, "P99") is None


def test_the_page_names_months_that_the_data_cover_in_part(client: TestClient) -> None:
    html = client.get("/products/P1").text
    option = json.loads(re.findall(r'id="option-product_months">(.*?)</script>', html)[0])
    assert option["xAxis"]["data"][0].startswith("Jan 2022")
    links = [row.get("href", "") for row in json.loads(
        re.findall(r'id="option-product_segments">(.*?)</script>', html)[0])["series"][0]["data"]]  # fmt: skip
    assert links and all(link.startswith("/customers?segment=") for link in links)


def test_the_list_opens_with_what_it_shows_and_names_are_text(client: TestClient) -> None:
    html = client.get("/products").text
    assert "<img src=x" not in html and "<script>alert" not in html
    text = text_of(html)
    assert "5 products were sold." in text and "<img src=x onerror=alert(1)>" in text and "{{7*7}}" in text
    assert "No product fits these filters" in text_of(client.get("/products?q=nothing").text)
    assert client.get("/products/P99").status_code == 404


def test_the_csv_is_the_filtered_list_guarded(client: TestClient) -> None:
    body = client.get("/products.csv?sort=code&lang=en").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert [row[0] for row in rows] == ["Code", "P0", "P1", "P2", "P3", "P4"]
    assert not [cell for row in rows for cell in row if cell.startswith("=")]
    one = list(csv.reader(io.StringIO(client.get("/products.csv?q=P3&lang=id").text), delimiter=";"))
    assert len(one) == 2 and one[1][8] <= date(2024, 1, 1).isoformat()


def test_pages_pass_axe_and_fit(browser: Browser, shop: Path) -> None:
    with visit.served(shop) as server:
        for width, theme, lang in ((1440, "dark", "id"), (390, "light", "en")):
            there = visit.Visit(browser, server, width, theme, lang)
            for path in ("/products", "/products/P1"):
                there.go(path)
                assert there.fits(), path
                assert there.violations() == [], path
            there.close()
