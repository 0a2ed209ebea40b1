"""The report in a real browser: drawn whole, quiet, alone, and fitting, whatever the names in it say."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from regulars.report import write_report
from report.make_study import make_study, one_customer

STUDIES = {
    "plain": make_study(2, 3),
    "hostile": make_study(12, 9, "id", hostile=True),
    "one": one_customer(),
    "bare": make_study(1, 1, amounts=False, products=False, sure=False),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("reports")
    for name, study in STUDIES.items():
        write_report(study, folder / f"{name}.html")
    return {name: folder / f"{name}.html" for name in STUDIES}


class Visit:
    """One page view, and all that it said or asked for."""

    def __init__(self, browser: Browser, path: Path, width: int = 1440, scheme: Any = "light") -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append(f"dialog {dialog.message}"), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        self.settle()

    def settle(self) -> None:
        """Waits until every chart is drawn. By a selector: the page's policy forbids evaluated conditions."""
        self.page.wait_for_selector(".chart", state="attached")
        self.page.wait_for_selector(".chart:not([data-ready])", state="detached", timeout=20_000)

    def unfold(self) -> None:
        """Opens whatever folds, and waits until what was within is drawn."""
        self.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        self.page.wait_for_selector(".chart[data-ready=folded]", state="detached", timeout=20_000)
        self.settle()


@pytest.mark.parametrize("name", STUDIES)
@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_a_report_is_drawn_whole_and_alone(browser: Browser, files: dict[str, Path], name: str, width: int,
                                           scheme: str) -> None:  # fmt: skip
    visit = Visit(browser, files[name], width, scheme)
    folded = visit.page.evaluate("document.documentElement.scrollHeight")
    visit.unfold()
    assert folded < visit.page.evaluate("document.documentElement.scrollHeight")
    assert visit.said == []
    assert [url for url in visit.asked if url != files[name].as_uri() and url != "data:,"] == []
    assert visit.page.evaluate("document.documentElement.scrollWidth") == width
    drawn = visit.page.evaluate(
        "[...document.querySelectorAll('.chart')].map(c => c.querySelectorAll('svg path, canvas').length)"
    )
    assert len(drawn) >= 5 and min(drawn) >= 1
    outside = visit.page.evaluate(
        "[...document.querySelectorAll('main *')]"
        ".filter(e => !e.closest('.scroll, .chart, .hidden, .tags li, nav, svg')"
        " && e.getBoundingClientRect().right > innerWidth + 1 && e.checkVisibility())"
        ".map(e => e.outerHTML.slice(0, 80))"
    )
    assert outside == []
    visit.page.close()


def test_tooltips_show_hostile_names_as_text(browser: Browser, files: dict[str, Path]) -> None:
    visit = Visit(browser, files["hostile"])
    for key in ("countries", "treemap", "segment_sizes"):
        chart = visit.page.locator(f"#figure-{key} .chart")
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box
        for share in (0.1, 0.35, 0.6, 0.85):
            visit.page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * share)
            visit.page.wait_for_timeout(60)
    assert visit.said == []
    assert visit.page.locator("img, main script:not([type='application/json'])").count() == 0
    visit.page.close()


def test_labels_read_on_every_cell_of_the_heat_map(browser: Browser, files: dict[str, Path]) -> None:
    visit = Visit(browser, files["plain"])
    seen = visit.page.evaluate("""() => {
        const setup = JSON.parse(document.getElementById("setup").textContent);
        const option = JSON.parse(document.getElementById("option-score_map").textContent);
        const shares = option.series[0].data.map(datum => datum.label.color.$onheat);
        const part = (hex, i) => parseInt(hex.slice(i, i + 2), 16) / 255;
        const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        const light = rgb => 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
        return ["light", "dark"].flatMap(mode => shares.map(share => {
            const { heat0, heat1 } = setup.palettes[mode];
            const ground = light([1, 3, 5].map(i => part(heat0, i) + (part(heat1, i) - part(heat0, i)) * share));
            const ready = regulars.ready({ color: { $onheat: share } }, setup, mode, 800).color;
            const text = light([1, 3, 5].map(i => part(ready, i)));
            return (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
        }));
    }""")
    assert len(seen) == 50 and min(seen) >= 4.2
    visit.page.close()


def test_the_toggle_turns_page_and_charts_dark_and_back(browser: Browser, files: dict[str, Path]) -> None:
    visit = Visit(browser, files["plain"])

    def colours() -> tuple[str, str]:
        visit.settle()
        page = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return page, visit.page.locator("#figure-months .chart").inner_html()

    light = colours()
    visit.page.keyboard.press("Tab")
    visit.page.locator("#theme").focus()
    visit.page.keyboard.press("Enter")
    dark = colours()
    assert dark[0] != light[0] and "#4fc3a5" in dark[1] and "#4fc3a5" not in light[1]
    assert visit.page.locator("#theme").get_attribute("aria-pressed") == "true"
    visit.page.locator("#theme").click()
    assert colours()[0] == light[0]
    visit.page.close()


def test_charts_follow_the_width_of_the_window(browser: Browser, files: dict[str, Path]) -> None:
    visit = Visit(browser, files["plain"])
    visit.page.set_viewport_size({"width": 500, "height": 900})
    visit.page.wait_for_timeout(400)
    visit.unfold()
    widths = visit.page.evaluate(
        "[...document.querySelectorAll('.chart')].map(c => [c.clientWidth, c.firstElementChild.clientWidth])"
    )
    assert all(place == drawn for place, drawn in widths)
    assert visit.page.evaluate("document.documentElement.scrollWidth") == 500
    visit.page.close()


def test_dark_reports_print_light_and_whole(browser: Browser, files: dict[str, Path]) -> None:
    visit = Visit(browser, files["plain"], scheme="dark")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.emulate_media(media="print")
    visit.page.set_viewport_size({"width": 720, "height": 1000})
    visit.settle()
    assert "#4fc3a5" not in visit.page.locator("#figure-months .chart").inner_html()
    assert visit.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    cut = visit.page.evaluate(
        "[...document.querySelectorAll('.chart')].filter(c => [...c.querySelectorAll('svg, canvas')]"
        ".some(d => d.getBoundingClientRect().right > c.getBoundingClientRect().right + 1)).length"
    )
    assert cut == 0
    assert visit.page.pdf().count(b"/Type /Page\n") >= 5
    visit.page.close()


def test_without_scripts_every_figure_still_stands_in_a_table(browser: Browser, files: dict[str, Path]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(files["plain"].as_uri())
    assert page.locator("noscript").count() == 1
    assert page.locator("figure table").count() == page.locator("figure").count()
    context.close()
