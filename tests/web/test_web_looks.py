"""What pages look like to a reader: few sentences first, names that explain themselves, nothing offered in vain."""

import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import regulars
from regulars.locale import words
from regulars.pages.groups import segments_page
from regulars.report import templates
from regulars.shop import open_shop
from web.shops import made_shop, served


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_shop(tmp_path_factory.mktemp("looks"))


@pytest.fixture(scope="module")
def client(shop: Path) -> TestClient:
    return served(shop)


def test_a_segment_says_what_its_name_means_before_its_persona(shop: Path, client: TestClient) -> None:
    cards = segments_page(open_shop(shop).load(), words("en")).cards
    html = client.get("/segments").text
    assert cards and all(card.meaning and f'<p class="meaning">{card.meaning}</p>' in unescape(html) for card in cards)
    assert not [card.persona for card in cards if card.label in card.persona]  # its own name is above it
    assert words("en")("web.segments.both") in unescape(html)


def test_four_insights_are_in_sight_and_the_others_to_be_opened() -> None:
    own = templates().get_template("web/parts.html.j2").module
    few, many = (own.insights_of([f"Sentence {i}." for i in range(n)], words("en")) for n in (4, 6))
    assert "<details" not in few
    assert many.index("Sentence 3.") < many.index("<details") < many.index("Sentence 4.") and "2 more notes" in many


def test_a_table_of_sentences_stands_below_each_other_on_a_telephone(client: TestClient) -> None:
    html = client.get("/plain").text
    assert re.search(r'class="stacked">\s*<caption class="hidden">The rule of each segment', html)


def shop_of(folder: Path, text: str) -> TestClient:
    """A shop with one study of these order lines, served."""
    (folder / "orders.csv").write_text(text, encoding="utf-8")
    found = regulars.study(regulars.read(folder / "orders.csv", language="en"))
    found.save(folder / "toko")
    found.close()
    return served(folder / "toko")


def test_a_shop_whose_customers_are_alike_is_told_so(tmp_path: Path) -> None:
    lines = "".join(f"O{i},C{i},2024-03-01,Kopi,5\n" for i in range(40))
    alike, say = shop_of(tmp_path, f"order_id,customer_id,order_date,product,amount\n{lines}"), words("en")
    assert say("report.meaning_alone") in unescape(alike.get("/segments").text)  # not: quiet for a while
    html = unescape(alike.get("/overview").text)
    assert say("overview.repeat.nobody", of=40) in html and "brings most: 5" not in html
    assert "Largest first: 10 of 40 customers." in html and "1 product was sold." in alike.get("/products").text
    assert say("market.price.caveat") not in unescape(alike.get("/market").text)  # no discounts, no advice on them
    own = f'class="hidden">{say("temporal.title")}</h2>'  # the page's own title is not shown twice
    assert own in alike.get("/temporal").text


def test_filters_can_be_cleared_where_there_are_some(client: TestClient) -> None:
    assert '<a class="clear"' in client.get("/customers").text  # the style hides it as long as nothing is chosen
    assert '<a class="clear on"' in client.get("/customers?country=France").text


def test_a_shop_without_products_says_what_would_show_them(tmp_path: Path) -> None:
    lines = "".join(f"C{i % 5},2024-0{1 + i % 6}-11,{10 + i}\n" for i in range(40))
    html = shop_of(tmp_path, f"customer_id,order_date,amount\n{lines}").get("/products").text
    assert words("en")("web_customers.products.none") in html and '<form class="filters"' not in html
