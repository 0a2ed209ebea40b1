"""Every page of a shop that has all of them, whose names attack: each chart hovered, each width fitted."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator

import regulars
from regulars.baskets.recommend_models import Asked
from regulars.recommending import recommended
from regulars.shop import open_shop
from report.make_study import HOSTILE
from web.shops import served, write_lines
from web.visit import Visit
from web.visit import served as listening

pytestmark = pytest.mark.slow
WIDTHS = (390, 1440, 3840)
ACROSS, DOWN = (0.12, 0.3, 0.5, 0.7, 0.9), (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)  # where a chart is pointed at
INJECTED = "main img, main iframe, main object, main script:not([type='application/json'], [src^='/static/'])"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies, so that there are moves; a customer table whose words attack; next products."""
    folder = tmp_path_factory.mktemp("everywhere")
    write_lines(folder, hostile=True, customers=60)
    table = ["customer_id,Age,Gender,Town,Joined"]
    towns = [name.replace('"', '""').replace("\n", " ") for name in HOSTILE[:4]]
    table += [f'C{n},{20 + n * 7 % 50},{"MF"[n % 2]},"{towns[n % 4]}",2022-0{n % 9 + 1}-03' for n in range(60)]
    (folder / "people.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    for day in (date(2023, 7, 1), date(2024, 1, 1)):
        lines = regulars.read(folder / "orders.csv", language="en", currency="GBP")
        table_read = regulars.read_customers(folder / "people.csv")
        found = regulars.study(lines, customers=table_read, as_of=day, earlier=folder / "toko")
        found.save(folder / "toko")
        found.close()
    recommended(open_shop(folder / "toko"), None, Asked())
    return folder / "toko"


@pytest.fixture(scope="module")
def server(shop: Path) -> Iterator[str]:
    with listening(shop) as address:
        yield address


@pytest.fixture(scope="module")
def pages(shop: Path) -> list[str]:
    """The addresses of all pages: those of the navigation, one of each list, and those within pages."""
    client = served(shop)
    found = [*dict.fromkeys(re.findall(r'<li><a href="(/\w+)', client.get("/overview").text))]
    for listed in ("customers", "products"):
        one = re.search(rf'href="(/{listed}/[^"?]+)', client.get(f"/{listed}").text)
        assert one
        found.append(one[1])
    return [*found, "/segments/map", "/segments/compare", "/sign-in"]


def pointed_at(chart: Locator) -> None:
    """Moves the mouse over a chart, from place to place."""
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    for down in DOWN:
        for across in ACROSS:
            chart.page.mouse.move(box["x"] + box["width"] * across, box["y"] + box["height"] * down)
    chart.page.wait_for_timeout(30)


def test_names_that_attack_are_text_in_every_chart_of_every_page(
    browser: Browser, server: str, pages: list[str]
) -> None:
    assert {"/moves", "/people", "/recommend", "/market", "/retention", "/plain", "/bundles"} <= set(pages)
    visit, charts = Visit(browser, server), 0
    for path in pages:
        page = visit.go(path)
        for chart in page.locator(".chart").all():
            pointed_at(chart)
            charts += 1
        assert (path, page.locator(INJECTED).count(), visit.wrong) == (path, 0, [])
    assert charts > 40
    visit.close()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_no_page_scrolls_sideways_at_any_width(browser: Browser, server: str, pages: list[str], lang: str) -> None:
    visit = Visit(browser, server, lang=lang)
    for path in pages:
        page = visit.go(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            visit.settle()
            assert (path, width, visit.fits()) == (path, width, True)
    visit.close()
