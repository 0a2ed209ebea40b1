"""From a dropped file to the result, in a real browser: names that attack, both languages and themes, a phone, axe."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from web.shops import write_lines
from web.visit import Visit
from web.visit import served as listening

EVIL = "<img src=x onerror=alert(1)> {{7*7}}.csv"
PATIENT = 60_000  # milliseconds
CUSTOMERS = "Member,Age,Gender,Note\n" + "".join(f"C{i},{20 + i},{'MF'[i % 2]},<b>{i}</b>\n" for i in range(25))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journey")


@pytest.fixture(scope="module")
def files(folder: Path) -> list[str]:
    lines = write_lines(folder, hostile=True, customers=25)
    evil = folder / EVIL
    evil.write_bytes(lines.read_bytes())
    (folder / "orang.csv").write_text(CUSTOMERS, encoding="utf-8")
    return [str(evil), str(folder / "orang.csv")]


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[str]:
    with listening(folder / "toko") as address:
        yield address


def choose(page: Page, files: list[str]) -> None:
    page.locator("#file").set_input_files(files)


def test_from_a_file_to_its_result(browser: Browser, server: str, files: list[str]) -> None:
    visit = Visit(browser, server)
    page = visit.go("/start")
    choose(page, files)
    page.locator("form.look").wait_for(timeout=PATIENT)
    expect(page.locator(".file").first).to_contain_text(EVIL)
    expect(page.locator("select[name='map.ordered_at']")).to_have_value("order_date")
    # a correction, made with the keyboard, is read again
    chosen = page.locator("select[name='map.profit']")
    chosen.focus()
    page.keyboard.press("Home")
    page.get_by_role("button", name="Read again").press("Enter")
    page.wait_for_url(re.compile(r"/start/[0-9a-f]{32}$"))
    page.locator("form.look").wait_for(timeout=PATIENT)
    page.locator("summary").first.click()
    expect(page.locator("select[name='map.profit']")).to_have_value("")
    page.locator("select[name=currency]").select_option("IDR")
    page.get_by_role("button", name="Run the analysis").click()
    page.wait_for_url(re.compile(r"\?study=2024-01-01"), timeout=PATIENT)
    visit.settle()
    expect(page.locator(".shop")).to_have_text("toko")
    # back to the run by its address: it says that it is done, and does not lead on by itself
    page.go_back()
    expect(page.locator("#progress")).to_have_attribute("data-state", "done")
    expect(page.get_by_role("link", name="See the result")).to_be_visible()
    visit.close()


def test_a_file_that_is_none_is_refused_in_a_sentence(browser: Browser, server: str, folder: Path) -> None:
    visit = Visit(browser, server)
    picture = folder / "<b>foto.png.csv"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    page = visit.go("/start")
    choose(page, [str(picture)])
    expect(page.locator("#trouble")).to_contain_text("<b>foto.png.csv is a PNG file")
    expect(page.locator("#file")).to_be_focused()
    assert visit.violations() == []
    # the browser itself says that an answer was 422; nothing else goes wrong
    visit.wrong = [wrong for wrong in visit.wrong if "422" not in wrong]
    visit.close()


def test_a_run_is_cancelled_from_its_page(browser: Browser, server: str, files: list[str], folder: Path) -> None:
    from regulars.shop import open_shop

    visit = Visit(browser, server)
    page = visit.go("/start")
    with open_shop(folder / "toko").writing():  # so that it waits
        choose(page, files[:1])
        page.locator("form.look").wait_for(timeout=PATIENT)
        page.get_by_role("button", name="Run the analysis").click()
        expect(page.locator("#progress")).to_have_attribute("data-state", "waiting")
        assert visit.violations() == []
        page.get_by_role("button", name="Cancel").click()
        expect(page.locator("#state")).to_contain_text("was cancelled")
        page.get_by_role("link", name="Correct the columns").click()
        page.locator("form.look").wait_for(timeout=PATIENT)
    visit.close()


@pytest.mark.parametrize(("width", "theme", "lang"), [(1440, "light", "en"), (390, "dark", "id")])
def test_every_page_is_accessible_and_fits(
    browser: Browser, server: str, files: list[str], width: int, theme: Any, lang: str
) -> None:
    visit = Visit(browser, server, width, theme, lang)
    page = visit.go("/start")
    assert (visit.violations(), visit.fits()) == ([], True)
    choose(page, files)
    page.locator("form.look").wait_for(timeout=PATIENT)
    for summary in page.locator("summary").all():
        summary.click()
    assert (visit.violations(), visit.fits()) == ([], True)
    expect(page.locator("html")).to_have_attribute("lang", lang)
    visit.close()


def link_to(page: Page, *parts: str) -> Any:
    """The first link whose address begins so."""
    return page.locator(", ".join(f"main a[href^='{part}']" for part in parts)).first


def csv_behind(visit: Visit, link: Locator) -> list[list[str]]:
    """The rows of a CSV that a link, when it is clicked, saves."""
    with visit.page.expect_download() as saved:
        link.click()
    assert saved.value.suggested_filename.endswith(".csv")
    answer = visit.context.request.get(saved.value.url)
    return list(csv.reader(io.StringIO(answer.body().decode("utf-8-sig"))))


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "id"])
def test_from_a_file_to_one_customer_and_their_figures(
    browser: Browser, tmp_path: Path, folder: Path, files: list[str], lang: str
) -> None:
    """A file is dropped, a column corrected, the study run; a segment leads to its customers, one of them to a CSV."""
    with listening(tmp_path / "toko") as server:
        visit = Visit(browser, server, lang=lang)
        page = visit.go("/start")
        choose(page, files)
        page.locator("form.look").wait_for(timeout=PATIENT)
        page.locator("summary").first.click()
        page.locator("select[name='map.profit']").select_option("")
        page.locator("select[name=currency]").select_option("IDR")
        page.locator("form.look .sticky button").first.click()
        page.wait_for_url(re.compile(r"/(overview)?\?study=2024-01-01"), timeout=PATIENT)
        visit.settle()
        page.locator("nav a[href^='/segments']").first.click()
        page.wait_for_url(re.compile("/segments"))
        visit.settle()
        size = page.locator(".someone a.size").first
        counted = int(re.sub(r"\D", "", size.inner_text().split(":")[0]))
        size.click()
        page.wait_for_url(re.compile(r"/customers\?.*segment="))
        assert len(csv_behind(visit, link_to(page, "/customers.csv"))) == counted + 1
        link_to(page, "/customers/C").click()
        page.wait_for_url(re.compile("/customers/C"))
        visit.settle()
        expect(page.locator("html")).to_have_attribute("lang", lang)
        expect(page.locator("h1")).to_have_text(re.compile(r"^C\d+$"))
        assert len(csv_behind(visit, page.locator(".tools a").first)) > 1
        visit.close()
