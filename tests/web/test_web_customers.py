"""The pages of customers: one customer's figures, masks, hostile names and ids, addresses, CSV, maps, comparison."""

import base64
import csv
import hashlib
import io
import json
import re
import shutil
import struct
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import fastexcel
import httpx
import numpy as np
import polars
import pytest
from playwright.sync_api import Browser
from starlette.testclient import TestClient

import regulars
from regulars.locale import words
from regulars.segments.models import Cuts
from regulars.shop import open_shop, save_study
from regulars.web.customer import customer
from regulars.web.customer_view import why
from regulars.web.map_charts import Points, pair_chart
from regulars.web.masks import MASK
from regulars.web.opened import Opened, Shelf
from regulars.web.register import Register
from regulars.web.settings import WebSettings
from web import visit
from web.shops import made_shop, served, write_lines

ODD = ("a/b", "..", ".", "50 %", "é ü 你", "?x=1&y=2#z", "A+B", "%2F", "<img src=x onerror=alert(1)>",
       '=HYPERLINK("http://x")', "{{7*7}}", "</script>", "ani@toko.id", "N" * 300, "a\\b", "semi;colon")  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("customers"), hostile=True)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose ids of customers and products are as awkward as ids can be, in two studies."""
    folder = tmp_path_factory.mktemp("odd")
    rows = [["order_id", "customer_id", "order_date", "product_id", "product", "quantity", "price"]]
    for i in range(400):
        who, what = ODD[i % len(ODD)], ODD[(i * 7) % len(ODD)]
        rows.append([f"O{i}", who, f"20{22 + i // 300}-{1 + i % 12:02}-{1 + i % 28:02}", what, f"Product {what}",
                     "1", f"{5 + i % 9}.00"])  # fmt: skip
    path = folder / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    for as_of in (date(2023, 1, 1), date(2024, 1, 1)):
        found = regulars.study(regulars.read(path, currency="IDR", language="id", as_of=as_of))
        found.save(folder / "toko")
        found.close()
    return folder / "toko"


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


@pytest.fixture(scope="module")
def found(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


def text_of(html: str) -> str:
    """What a reader sees of a page, blanks as one."""
    bare = re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(bare).split())


# --- one customer ----------------------------------------------------------------------------------------------------


def test_a_customer_is_what_the_lines_say(found: Opened) -> None:
    seen = customer(found, "C7", personal=True)
    assert seen is not None
    lines = found.engine.rows("select * from sales where customer_id = 'C7'")
    assert {order.order_id for order in seen.orders} == {line["order_id"] for line in lines}
    assert sum(order.amount or 0 for order in seen.orders) == pytest.approx(float(sum(x["amount"] for x in lines)))
    assert sum(month.amount or 0 for month in seen.months) == pytest.approx(seen.features["monetary"])
    assert sum(month.orders for month in seen.months) == seen.features["orders"] == len(seen.orders)
    assert sum(each.pieces or 0 for each in seen.products) == float(sum(line["quantity"] for line in lines))
    assert [order.day for order in seen.orders] == sorted((order.day for order in seen.orders), reverse=True)
    assert seen.contact["email"] == "c7@example.org" and seen.contact["name"] == "Name 7"
    assert [then.segment for then in seen.history] == [seen.features["segment"]]
    masked = customer(found, "C7")
    assert masked and (masked.contact["email"], masked.contact["name"]) == (MASK, MASK)
    assert customer(found, "nobody") is None


def test_a_customer_is_found_in_the_file_of_their_hash_alone(found: Opened, tmp_path: Path) -> None:
    """A large shop keeps its lines in sixteen files: the page of a customer reads one of them."""
    whole = customer(found, "C7", personal=True)
    place = tmp_path / "big" / "studies" / found.study.folder
    shutil.copytree(found.shop.folder / "studies" / found.study.folder, place)
    shutil.rmtree(place / "sales")
    (place / "sales").mkdir()
    for bucket in "0123456789abcdef":
        chosen = f"select * from stored_sales where left(md5(customer_id), 1) = '{bucket}'"
        found.engine.write_parquet(chosen, place / "sales" / f"{bucket}.parquet")
    (place / "study.json").unlink()
    study = save_study(found.study, place)
    for file in (place / "sales").iterdir():
        if file.stem != hashlib.md5(b"C7", usedforsecurity=False).hexdigest()[0]:
            file.write_bytes(b"not read")
    again = Opened(open_shop(tmp_path / "big"), found.day, study, "another", found.engine)
    assert customer(again, "C7", personal=True) == whole is not None


@pytest.mark.parametrize(
    ("value", "score", "said"),
    [
        (12, 5, "12 days ago: R 5, since at most 25"),
        (25, 5, "25 days ago: R 5, since at most 25"),
        (26, 4, "26 days ago: R 4, since more than 25, at most 60"),
        (1, 5, "1 day ago: R 5, since at most 25"),
        (900, 1, "900 days ago: R 1, since more than 300"),
    ],
)
def test_why_a_score_is_what_it_is(value: int, score: int, said: str) -> None:
    cuts = Cuts("recency_days", (25.0, 60.0, 120.0, 300.0), mirrored=True)
    assert cuts.score(value) == score
    assert why(cuts, value, score, "R", words("en")) == said


def test_why_of_orders_and_of_money() -> None:
    say = words("en", "GBP")
    assert why(Cuts("orders", (1.0, 3.0)), 2, 2, "F", say) == "2 orders: F 2, since more than 1, at most 3"
    assert why(Cuts("monetary", (10.5, 200.0)), 5, 1, "M", say) == "£5.00: M 1, since at most £10.50"
    assert why(Cuts("orders", ()), 1, 1, "F", say) == "1 order: everybody has the same score"


def test_the_page_says_why_what_next_and_shows_hostile_names_as_text(client: TestClient) -> None:
    html = client.get("/customers/C7").text
    for tag in ("<img src=x", "<script>alert", "onerror=alert(1)>"):
        assert tag not in html
    text = text_of(html)
    assert "</script><script>alert(2)</script><!--" in text and "{{7*7}}" in text
    assert re.search(r"R \d, since (at most|more than) \d+", text)
    assert "c7@example.org" in text
    options = re.findall(r'id="option-customer_months">(.*?)</script>', html)
    assert json.loads(options[0])["series"][0]["data"]


def test_segments_over_time_name_every_study(odd: Path) -> None:
    client = served(odd)
    page = text_of(client.get(f"/customers/{quote('A+B', safe='')}?lang=en").text)
    assert "Where the customer stood in each study 1 Jan 2024" in page.replace(
        "Study Segment Scores Orders Net sales ", ""
    )
    assert "1 Jan 2023" in page
    assert client.get(f"/customers/{quote('A+B', safe='')}?study=2023-01-01&lang=en").status_code == 200


# --- ids of any kind -------------------------------------------------------------------------------------------------


def links_of(html: str, kind: str) -> list[str]:
    found = re.findall(rf'<th scope="row"[^>]*><a href="(/{kind}[/?][^"]*)"><bdi>', html)
    return [unescape(link) for link in found]


@pytest.mark.parametrize("kind", ["customers", "products"])
def test_every_id_has_an_address_that_leads_to_it(odd: Path, kind: str) -> None:
    seen = set()
    with visit.served(odd) as server, httpx.Client(base_url=server) as client:
        links = links_of(client.get(f"/{kind}?lang=en").text, kind)
        for link in links:
            answer = client.get(link)
            assert answer.status_code == 200, link
            seen.add(unescape(re.findall(r"<h1><bdi>(.*?)</bdi>", answer.text, re.DOTALL)[0]).removeprefix("Product "))
    assert len(links) == len(ODD) and seen == set(ODD)


def test_a_browser_follows_those_that_it_would_rather_change(odd: Path, browser: Browser) -> None:
    with visit.served(odd) as server:
        there = visit.Visit(browser, server)
        for id_ in (".", "..", "%2F", "a\\b", "?x=1&y=2#z"):
            there.go("/customers?lang=en").get_by_role("link", name=id_, exact=True).click()
            there.page.wait_for_selector("h1 bdi")
            assert there.page.locator("h1").inner_text() == id_
        there.close()


def test_an_id_that_is_an_address_stays_hidden_from_viewers(odd: Path) -> None:
    tokens = Register(odd).new_tokens()
    client = served(odd, sign_in=True)
    head = {"authorization": f"Bearer {tokens['viewer']}"}
    pages = [client.get(path, headers=head).text for path in ("/customers?lang=en", "/customers.csv")]
    links = [link for link in links_of(pages[0], "customers") if "at=" in link]
    assert len(links) == 1
    pages.append(client.get(links[0], headers=head).text)
    pages += [
        client.get(link, headers=head).text for link in links_of(client.get("/products", headers=head).text, "products")
    ]
    assert not [page for page in pages if "ani@" in unquote(unescape(page))]
    assert f"a{MASK}@{MASK}" in pages[0] and f"<h1><bdi>a{MASK}@{MASK}</bdi></h1>" in pages[2]
    clear = client.get("/customers?lang=en", headers={"authorization": f"Bearer {tokens['analyst']}"}).text
    assert "ani@toko.id" in clear


@pytest.mark.parametrize("path", ["/customers/nobody", "/customers?at=0", "/customers?at=x", "/customers?at=99999",
                                  "/customers?id=", "/segments/map/0", "/segments/map/12345"])  # fmt: skip
def test_nobody_is_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("query", ["sort=name", "mark=x", "cluster=one", "since=yesterday", "cluster=99999999999"])
def test_what_cannot_be_asked_is_said(client: TestClient, query: str) -> None:
    assert client.get(f"/customers?{query}").status_code == 422


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_opens_with_what_it_shows(client: TestClient) -> None:
    assert "All 60 customers are listed." in text_of(client.get("/customers").text)
    some = text_of(client.get("/customers?segment=Loyal").text)
    assert re.search(r"\d+ of 60 customers \(\d+\.\d % \) fit the filters|\d+ of 60 customers", some)
    assert "No customer fits these filters" in text_of(client.get("/customers?q=nobody").text)


def test_customers_of_the_table_alone_are_no_base_of_shares_and_can_be_chosen(tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("customer_id,age\n" + "".join(f"C{i},{20 + i}\n" for i in range(66)), encoding="utf-8")
    shop = tmp_path / "toko"
    found = regulars.study(regulars.read(write_lines(tmp_path), language="en", currency="GBP"),
                           customers=regulars.read_customers(table))  # fmt: skip
    found.save(shop)
    found.close()
    client = served(shop)
    largest = max(Shelf(WebSettings(shop=shop)).opened(None).study.segments, key=lambda group: group.customers)
    some = text_of(client.get("/customers", params={"segment": largest.name, "lang": "en"}).text)
    share = text_of(words("en").percent(largest.share))
    assert f"{largest.customers} of 60 customers with an order ({share}) fit the filters; 6 more" in some
    assert "In all their orders together they brought" in some
    assert text_of(client.get("/customers?category=Drinks&lang=en").text).count("customers with an order") == 1
    html = client.get("/customers?lang=id").text
    assert '<option value="No orders">Belum ada pesanan</option>' in html
    alone = client.get("/customers?segment=No+orders&lang=en").text
    assert "6 of 66 customers" in text_of(alone) and '<option value="No orders" selected>No orders</option>' in alone
    assert "tercantum sebagai &#34;Belum ada pesanan&#34;" in client.get("/quality?lang=id").text


def test_filters_stay_in_every_address_of_the_list(client: TestClient) -> None:
    html = client.get("/customers?country=Japan&sort=orders&order=up").text
    assert 'aria-sort="ascending"' in html
    for link in re.findall(r'href="(/customers(?:\.csv)?\?[^"]*)"', html):
        if "sort=" in link or ".csv" in link:
            assert "country=Japan" in unescape(link)


def test_the_csv_is_the_filtered_list_guarded_and_noted(client: TestClient, shop: Path) -> None:
    answer = client.get("/customers.csv?country=Japan&sort=orders")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Customer", "Name", "E-mail", "Latest country"]
    assert {row[3] for row in rows[1:]} == {"Japan"} and len(rows) == 21
    orders = rows[0].index("Orders")
    assert [int(row[orders]) for row in rows[1:]] == sorted((int(row[orders]) for row in rows[1:]), reverse=True)
    last = json.loads((shop / ".web" / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["act"], last["page"], last["rows"]) == ("export", "customers", 20)


def test_the_workbook_is_the_same_list_with_texts_whole(tmp_path: Path) -> None:
    path = write_lines(tmp_path)
    path.write_text(re.sub(r",C(\d+),", lambda found: f",0812{int(found[1]):06},", path.read_text(encoding="utf-8")))
    found = regulars.study(regulars.read(path, language="en", currency="GBP"))
    found.save(tmp_path / "toko")
    found.close()
    client = served(tmp_path / "toko")
    html = client.get("/customers?country=Japan&lang=en").text
    link = re.search(r'href="(/customers\.xlsx[^"]+)" download>XLSX of this list', html)
    assert link
    answer = client.get(unescape(link[1]) + "&lang=en")
    assert answer.headers["content-type"].endswith("spreadsheetml.sheet")
    assert ".xlsx" in answer.headers["content-disposition"]
    book = fastexcel.read_excel(answer.content).load_sheet(0).to_polars()
    assert book.height == 20 and book["Customer"].dtype == polars.String
    assert all(id_.startswith("0812") for id_ in book["Customer"])
    last = json.loads((tmp_path / "toko/.web/audit.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["act"], last["page"], last["rows"]) == ("export", "customers", 20)


def test_a_list_too_long_for_a_workbook_is_offered_as_csv_alone(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("regulars.web.customers.MOST_ROWS", 2)
    html = client.get("/customers").text
    assert "/customers.csv" in html and "/customers.xlsx" not in html
    answer = client.get("/customers.xlsx")
    assert answer.status_code == 422 and "Take CSV" in answer.text


def test_ids_that_begin_formulas_are_guarded(odd: Path) -> None:
    body = served(odd).get("/customers.csv?lang=en").content.decode("utf-8-sig")
    ids = [row[0] for row in csv.reader(io.StringIO(body))][1:]
    assert '\'=HYPERLINK("http://x")' in ids and not [id_ for id_ in ids if id_.startswith(("=", "+", "-", "@"))]


def test_a_customer_table_alone_has_its_pages(tmp_path: Path) -> None:
    rows = ["id,age,income,job,name"]
    rows += [f"K{i},{20 + i % 50},{1000 + i % 7 * 900},{'Cook' if i % 3 else 'Nurse'},Ani {i}" for i in range(120)]
    (tmp_path / "people.csv").write_text("\n".join(rows), encoding="utf-8")
    made = regulars.study(regulars.read_customers(tmp_path / "people.csv"))
    made.save(tmp_path / "toko")
    made.close()
    client = served(tmp_path / "toko")
    text = text_of(client.get("/customers?lang=en").text)
    assert "All 120 customers are listed." in text and "K0 " in text and "Nurse" in text
    for query in ("category=Tea", "country=France"):
        assert "this study knows no" in text_of(client.get(f"/customers?{query}").text)
    for query in ("since=2024-01-01", "q=K11", "cluster=1", "sort=segment"):
        assert client.get(f"/customers?{query}").status_code == 200
        assert client.get(f"/customers.csv?{query}").status_code == 200
    one = text_of(client.get("/customers/K1?lang=en").text)
    assert "What the customer table says" in one and "Cook" in one and "No order" not in one
    assert "at least three customers with orders" in text_of(client.get("/segments/map?lang=en").text)
    assert client.get("/segments/compare").status_code == client.get("/products").status_code == 200


# --- maps and comparison ---------------------------------------------------------------------------------------------


def test_each_point_of_the_map_leads_to_its_customer(client: TestClient, found: Opened) -> None:
    html = client.get("/segments/map?by=segment").text
    option = json.loads(re.findall(r'id="option-map_recency_days_orders">(.*?)</script>', html, re.DOTALL)[0])
    held = {row["customer_id"]: row for row in found.engine.rows("select * from customers")}
    points = 0
    for series in option["series"]:
        data = base64.b64decode(series["data"]["$f32"])
        numbers = struct.unpack(f"<{len(data) // 4}f", data)
        for days, orders, place in zip(*[iter(numbers)] * 3, strict=True):
            answer = client.get(series["lead"].replace("PLACE", str(int(place))))
            row = held[answer.headers["location"].removeprefix("/customers/")]
            assert row["segment"] == series["name"]
            assert 1 <= days / max(row["recency_days"], 1) < 1.18 and 1 <= orders / row["orders"] < 1.18
            points += 1
    assert points == 60


def test_segments_are_compared_by_the_frozen_figures(client: TestClient, found: Opened) -> None:
    groups = [group for group in found.study.segments if group.customers]
    a, b = groups[0], groups[-1]
    page = client.get(f"/segments/compare?a={quote(a.name)}&b={quote(b.name)}").text
    text = text_of(page)
    assert f"Customers {a.customers} {b.customers} {b.customers / a.customers:.2f} ×" in text
    assert "Choose two different segments" in text_of(client.get(f"/segments/compare?a={a.name}&b={a.name}").text)
    assert client.get("/segments/compare?a=nothing").status_code == 200


# --- in a browser ----------------------------------------------------------------------------------------------------

PAGES = ("/customers", "/customers/C7", "/segments/map", "/segments/compare")


@pytest.mark.parametrize(("width", "theme", "lang"), [(1440, "light", "en"), (390, "dark", "id")])
def test_pages_pass_axe_fit_and_ask_nobody_else(
    browser: Browser, shop: Path, width: int, theme: str, lang: str
) -> None:
    with visit.served(shop) as server:
        there = visit.Visit(browser, server, width, theme, lang)
        for path in PAGES:
            there.go(path)
            assert there.fits(), path
            assert there.violations() == [], path
        there.close()


def test_search_sort_and_pages_change_the_address_and_back_leads_back(browser: Browser, shop: Path) -> None:
    with visit.served(shop) as server:
        there = visit.Visit(browser, server)
        page = there.go("/customers")
        first = page.locator("#list tbody th").first
        best = first.inner_text()
        page.locator("#page-next").click()
        page.wait_for_url("**mark=*")
        page.wait_for_selector("#page-previous")
        assert first.inner_text() != best
        page.locator("#sort-orders").click()
        page.wait_for_url("**/customers?sort=orders")
        assert page.evaluate("document.activeElement.id") == "sort-orders"
        page.fill("#search", "c5")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=c5**")
        assert "sort=orders" in page.url and "segment=" not in page.url
        page.wait_for_selector("text=/of 60 customers/")
        page.reload()
        assert page.input_value("#search") == "c5"
        page.go_back()
        page.wait_for_url("**/customers?sort=orders")
        page.wait_for_selector("text=All 60 customers")
        assert page.input_value("#search") == ""
        there.close()


def test_a_click_on_the_map_opens_the_customer(browser: Browser, shop: Path) -> None:
    with visit.served(shop) as server:
        there = visit.Visit(browser, server)
        page = there.go("/segments/map?by=segment")
        place = page.locator(".chart").first
        place.scroll_into_view_if_needed()
        at = page.evaluate(
            "() => { const chart = echarts.getInstanceByDom(document.querySelector('.chart'));"
            " const data = chart.getOption().series[0].data;"
            " return chart.convertToPixel({ seriesIndex: 0 }, [data[0], data[1]]); }"
        )
        box = place.bounding_box()
        assert box
        page.mouse.click(box["x"] + at[0], box["y"] + at[1])
        page.wait_for_url(re.compile(r"/customers/C\d+"))
        there.close()


def test_an_axis_of_the_map_begins_where_customers_are() -> None:
    """A user saw two thirds of a map empty: it began at Rp 1."""
    columns = {"orders": np.array([1.0, 3.0, 9.0]), "monetary": np.array([22_000.0, 3e5, 4e6])}
    points = Points(columns, np.arange(3), np.zeros(3, dtype=int), ("All",), "/customers/PLACE")
    chart = pair_chart(points, "orders", "monetary", words("id", "IDR"))
    assert chart is not None and chart.option["yAxis"]["min"] == 10_000 and chart.option["xAxis"]["min"] == 1
