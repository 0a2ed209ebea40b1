"""What folds in a report: a phone gets a page that can be read, the menu, cards of a line; paper gets everything."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from regulars.report import write_report
from report.make_study import make_study

PHONE, DESK = (390, 844), (1440, 900)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = make_study(10, 4)
    path = tmp_path_factory.mktemp("folds") / "report.html"
    write_report(replace(study, layout=replace(study.layout, mapping=study.layout.mapping * 5)), path)
    return path


@pytest.fixture
def phone(browser: Browser, report: Path) -> Iterator[Page]:
    yield from opened(browser, report, PHONE)


@pytest.fixture
def desk(browser: Browser, report: Path) -> Iterator[Page]:
    yield from opened(browser, report, DESK)


def opened(browser: Browser, report: Path, size: tuple[int, int]) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme="light")
    page.goto(report.as_uri())
    page.wait_for_selector(".chart:not([data-ready])", state="detached")
    yield page
    page.close()


def test_every_page_is_two_taps_away_on_a_phone(phone: Page) -> None:
    wanted = phone.locator("main .page").evaluate_all("pages => pages.map(page => page.id)")
    assert len(wanted) >= 5
    for key in wanted:
        phone.locator(".menu > summary").click()
        phone.locator(f'.menu a[href="#{key}"]').click()
        phone.wait_for_timeout(700)  # the page scrolls smoothly
        top = phone.locator(f"#{key} h2").bounding_box()
        assert top and 0 <= top["y"] <= PHONE[1], key
        assert phone.locator(".menu[open]").count() == 0


def test_a_tap_beside_the_menu_closes_it(phone: Page) -> None:
    phone.locator(".menu > summary").click()
    assert phone.locator(".menu nav").is_visible()
    phone.locator("h1").click(position={"x": 5, "y": 5}, force=True)
    assert not phone.locator(".menu nav").is_visible()


def test_a_wide_window_shows_the_whole_navigation_and_all_charts(desk: Page) -> None:
    assert not desk.locator(".menu > summary").is_visible()
    assert all(link.is_visible() for link in desk.locator(".menu a").all())
    charts = "charts => charts.filter(c => !c.closest('.person, .fold') && c.dataset.ready !== 'true').length"
    assert desk.locator(".chart").evaluate_all(charts) == 0


def test_the_line_of_a_card_carries_what_matters(phone: Page) -> None:
    line = phone.locator("#segments .person > summary").first.inner_text()
    assert line.splitlines()[0] == "Champions"
    assert "customers" in line and "of sales" in line and "VIP" in line
    assert not phone.locator("#segments .inside").first.is_visible()
    phone.locator("#segments .person > summary").first.click()
    assert phone.locator("#segments .inside").first.is_visible()


def test_one_button_opens_all_cards_and_closes_them(desk: Page) -> None:
    button = desk.locator("#segments .all")
    assert button.inner_text() == "Open all"
    button.click()
    assert desk.locator("#segments .person[open]").count() == desk.locator("#segments .person").count() == 10
    desk.wait_for_timeout(50)
    assert button.inner_text() == "Close all"
    button.click()
    assert desk.locator("#segments .person[open]").count() == 0


def test_a_folded_chart_is_drawn_when_it_opens_in_the_colours_of_now(phone: Page) -> None:
    place = phone.locator("#figure-months .chart")
    assert place.get_attribute("data-ready") == "folded"
    more = phone.locator("#months .more > summary")
    more.click()
    phone.wait_for_selector("#figure-months .chart[data-ready=true]")
    assert "#4fc3a5" not in place.inner_html()
    more.click()
    phone.locator("#theme").click()
    more.click()
    phone.wait_for_selector("#figure-months .chart[data-ready=true]")
    assert "#4fc3a5" in place.inner_html()


def test_long_tables_show_eight_rows_and_the_rest_on_demand(phone: Page) -> None:
    phone.locator("#quality details.more > summary").last.click()
    long = phone.locator("#quality .long").first
    assert sum(row.is_visible() for row in long.locator("tbody tr").all()) == 8
    long.locator(".rest").click()
    assert sum(row.is_visible() for row in long.locator("tbody tr").all()) == 15
    assert long.locator(".rest").count() == 0


def test_paper_gets_everything(phone: Page) -> None:
    phone.evaluate("dispatchEvent(new Event('beforeprint'))")
    phone.emulate_media(media="print")
    phone.wait_for_selector(".chart:not([data-ready=true])", state="detached")
    assert phone.locator("details:is(.fold, .more):not([open])").count() == 0
    assert all(row.is_visible() for row in phone.locator("#quality .long tbody tr").all())
    assert all(card.is_visible() for card in phone.locator(".person > summary").all())
    phone.emulate_media(media="screen")
    phone.evaluate("dispatchEvent(new Event('afterprint'))")
    assert phone.locator("#segments .person[open]").count() == 0


def test_without_script_cards_open_and_charts_have_their_tables(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("details.more:not([open])").count() == 0
    assert all(row.is_visible() for row in page.locator("#quality .long tbody tr").all())
    page.locator("#segments .person > summary").first.click()
    assert page.locator("#segments .inside").first.is_visible()
    context.close()
