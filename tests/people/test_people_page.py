"""The page of people: its sentences computed from figures, hostile names as text, both languages, in a browser."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from people.folk import FRAME, Given, customer, put_folk
from regulars.analysis import Study
from regulars.charts.people import shown, with_everybody
from regulars.engine import DuckEngine
from regulars.features.people_models import Encoded, Recovered
from regulars.locale import LANGUAGES, Language, words
from regulars.pages.models import Page
from regulars.pages.people import people_page
from regulars.people.figures import people_figures
from regulars.report import report_html
from regulars.settings import Settings
from report.make_study import HOSTILE, make_study

FOLK: Given = {"town": ("category", "city"), "pay": ("number", "income"), "vip": ("yes_no", None),
               "yes": ("yes_no", "accepted"), "rate": ("number", "response_rate"), "web": ("number", "web"),
               "store": ("number", "store")}  # fmt: skip


def study_of(names: tuple[str, ...], segments: tuple[str, ...], n: int = 900) -> Study:
    """Customers of whom the first town is seldom in the first segment; income goes with what is spent."""
    rng = np.random.default_rng(3)
    rows, table = [], {}
    for i in range(n):
        town = i % len(names)
        best = rng.random() < (0.1 if town == 0 else 0.4)
        orders = 9 if best else 1 + i % 2
        spent = round(float(orders * rng.lognormal(4, 0.3)), 2)
        segment = segments[0] if best else segments[1 + i % (len(segments) - 1)]
        rows.append(customer(f"c{i}", segment, spent, orders))
        pay = None if i % 50 == 0 else round(float(spent * rng.uniform(5, 20)), 2)
        table[f"c{i}"] = [names[town], pay, i % 3 == 0, best, (i % 9) / 4, i % 5, i % 3]
    with DuckEngine() as duck:
        people = put_folk(duck, rows, FOLK, table)
        groups = {"segment": segments, "cluster": ("1", "2")}
        found = people_figures(duck, people, replace(FRAME, groups=groups), Settings())
    return replace(make_study(len(segments), 2), people=people, people_figures=found)


@pytest.fixture(scope="module")
def plain() -> Study:
    return study_of(("Bandung", "Jakarta", "Medan"), ("Champions", "Loyal", "At Risk"))


@pytest.fixture(scope="module")
def hostile() -> Study:
    names = tuple(name.replace("\x00", "") for name in HOSTILE)
    return study_of(names, ("Champions", *names[:3]))


def page_of(study: Study, language: Language = "en") -> Page:
    page = people_page(study, words(language, "GBP"))
    assert page is not None
    return page


def test_there_is_no_page_without_a_customer_table() -> None:
    assert people_page(make_study(3, 2), words("en")) is None


def test_the_sentences_say_what_was_planted(plain: Study) -> None:
    said = page_of(plain).insights
    assert 2 <= len(said) <= 4
    assert said[0].startswith("Pay has a strong link with the segment (V = 0.")
    assert "Town: Bandung – 300 customers (33" in said[1] and "under-served" in said[1]
    assert "(Champions)" in said[1]
    assert any(text.startswith("Pay and Spent rise together: rank correlation 0.9") for text in said)


def test_groups_that_are_one_column_over_again_are_called_so(plain: Study) -> None:
    assert plain.people is not None and plain.people_figures is not None
    found = Recovered("town", "Town", 900, 3, purity=0.99, guessed=0.4, strength=0.98)
    encoded = Encoded(("town_jakarta", "town_medan", "pay"), (), "one_hot", "standard", ())
    with DuckEngine() as duck:
        rows = [customer(f"c{i}", "Best", 500 if i % 2 else 5) for i in range(90)]
        people = put_folk(duck, rows, FOLK, {f"c{i}": ["ab"[i % 2], i, True, i % 3 == 0, 1, 1, 1] for i in range(90)})
        people = replace(people, recovered=(found,), encoded=encoded, named=False)
        figures = people_figures(duck, people, replace(FRAME, groups={"cluster": ("1", "2")}), Settings())
    assert figures is not None
    assert {table.attribute for table in figures.crosstabs if table.made_of} == {"town", "pay"}
    page = page_of(replace(plain, people=people, people_figures=figures))
    assert page.insights[0].startswith("Careful: the groups are little more than Town over again.")
    assert "99" in page.insights[0] and not any("has a strong link" in text for text in page.insights)


def test_who_answered_campaigns_is_apart_from_who_somebody_is(plain: Study) -> None:
    blocks = {block.key: [chart.key for chart in block.charts] for block in page_of(plain).blocks}
    assert {"people_town", "people_pay", "people_vip"} <= set(blocks["people-who"])
    assert "people_yes" not in blocks["people-who"]
    assert {"people_acceptance", "people_mix", "people_box_rate", "people_box_share_web"} <= set(
        blocks["people-response"]
    )
    assert {"people_correlations", "people_scatter_pay", "people_form_pay", "people_qq_pay"} <= set(
        blocks["people-numbers"]
    )


def test_each_block_says_what_stands_out(plain: Study) -> None:
    told = {block.key: " ".join(block.insights) for block in page_of(plain).blocks}
    assert "“Champions” answers “Yes” most: 100" in told["people-response"]  # who is Champion was made to say yes
    assert "Spent: £" in told["people-numbers"] and "half of the customers are below £" in told["people-numbers"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_has_its_title_sample_size_and_figures(plain: Study, language: Language) -> None:
    charts = [chart for block in page_of(plain, language).blocks for chart in block.charts]
    assert len({chart.key for chart in charts}) == len(charts) > 10
    for chart in charts:
        assert chart.title and any(digit in chart.note for digit in "123456789"), chart.key
        assert chart.table.rows, chart.key
        assert {len(row) for row in chart.table.rows} == {len(chart.table.headers)}, chart.key
        json.dumps(chart.option, allow_nan=False)


def test_bars_of_a_group_sum_to_all_of_it(plain: Study) -> None:
    assert plain.people_figures is not None
    for table in plain.people_figures.crosstabs:
        whole = with_everybody(shown(table))
        assert whole.of_group(0) == table.customers
        assert sum(map(sum, shown(table).counts)) == table.customers


def test_more_levels_than_colours_are_gathered(plain: Study) -> None:
    assert plain.people_figures is not None
    table = plain.people_figures.crosstabs[0]
    counts = tuple((i + 1,) * len(table.groups) for i in range(12))
    many = replace(table, levels=tuple(f"l{i}" for i in range(12)), counts=counts, sales=None, spread=None)
    few = shown(many)
    assert few.levels == ("l6", "l7", "l8", "l9", "l10", "l11", "")
    assert few.counts[-1][0] == sum(range(1, 7))


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_text(hostile: Study, language: Language) -> None:
    html = report_html(hostile, language)
    assert "<img src=x" not in html and "<script>alert(2)" not in html
    assert "\u202e" not in html


def test_nothing_is_claimed_of_a_handful() -> None:
    page = page_of(study_of(("Bandung", "Jakarta"), ("Champions", "Loyal", "At Risk"), n=12))
    assert len(page.insights) == 1 and "known of 11 of 12 customers" in page.insights[0]
    texts = [block.empty for block in page.blocks] + [text for block in page.blocks for text in block.insights]
    assert any("too few" in text or "fewer than 30" in text or "Cannot say" in text for text in texts)


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_the_page_is_drawn_whole_at_the_width_of_a_phone_too(
    browser: Browser, hostile: Study, tmp_path: Path, width: int, scheme: str
) -> None:
    path = tmp_path / "report.html"
    path.write_text(report_html(hostile, "id"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details.more').forEach(part => { part.open = true; })")
    page.wait_for_selector("#people .chart:not([data-ready=true])", state="detached", timeout=60_000)
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    drawn = page.evaluate(
        "[...document.querySelectorAll('#people .chart')].map(c => c.querySelectorAll('svg path, canvas').length)"
    )
    assert len(drawn) > 10 and min(drawn) >= 1
    page.close()
