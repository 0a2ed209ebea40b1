"""The sentences: every one exists in both languages, says what the figures say, and stays silent without data."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest

from regulars.engine import DuckEngine
from regulars.locale import LANGUAGES, words
from regulars.overview import overview
from regulars.overview.insights import SECTIONS, insights
from regulars.overview.models import Correlation, Overview, Period, Slot

Fill = Callable[..., None]


def daily(first: date, last: date, amount: Callable[[date], float], **more: Any) -> list[dict[str, Any]]:
    """One order a day by one of seven customers."""
    days = [first + timedelta(days=i) for i in range((last - first).days + 1)]
    return [
        {"customer_id": f"c{i % 7}", "order_id": f"o{i}", "at": f"{day} 10:15", "quantity": 1 + i % 5, **more}
        | {"amount": amount(day)}
        for i, day in enumerate(days)
    ]


@pytest.fixture
def two_years(duck: DuckEngine, fill: Fill) -> Overview:
    """2022 and 2023 in full, 20 a day and 25 a day, and six weeks of 2024 at 1,000 a day."""
    fill(duck, daily(date(2022, 1, 1), date(2024, 2, 10), lambda day: {2022: 20, 2023: 25, 2024: 1000}[day.year]))
    return overview(duck)


def said(seen: Overview, section: str) -> list[str]:
    return [told.text(words("en", "GBP")).replace("\N{NO-BREAK SPACE}", " ") for told in seen.insights[section]]


def test_a_year_begun_is_never_compared_with_a_full_one(two_years: Overview) -> None:
    assert said(two_years, "years") == [
        "2023 earned most of all full years: £9,125 from 365 orders.",
        "2023 brought £9,125, 25.0 % more than 2022.",
        "2024 is covered only in part, so it is shown but not compared.",
    ]


def test_a_month_begun_is_never_compared_with_a_full_one(two_years: Overview) -> None:
    assert said(two_years, "months") == [
        "Jan 2024 was the best month: £31,000 from 31 orders.",
        "Feb 2022 was the weakest month: £560 from 28 orders.",
        "Jan 2024, the last full month, brought £31,000: 3,900.0 % more than Jan 2023.",
        "Feb 2024 is covered only in part, so it is shown but not compared.",
    ]


def test_the_hours_that_hold_half_of_the_orders(duck: DuckEngine, fill: Fill) -> None:
    lines = daily(date(2023, 1, 2), date(2023, 2, 26), lambda day: 70 if day.isoweekday() == 6 else 10)
    for i, line in enumerate(lines):
        line["at"] = line["at"].replace("10:15", "19:30" if i % 4 else "08:00")
    fill(duck, [line for line in lines if date.fromisoformat(line["at"][:10]).isoweekday() != 7])
    assert said(overview(duck), "week") == [
        "Saturday is the best day of the week: £560, or 58.3 % of all sales.",
        "Monday is the weakest: £80.00, or 8.3 % of all sales.",
        "No order was ever placed on a Sunday.",
        "Most orders come between 19:00 and 20:00 (75.0 %); the hours from 19:00 to 20:00 hold 75 % of all orders.",
    ]


def test_an_even_week_has_no_best_day(duck: DuckEngine, fill: Fill) -> None:
    fill(duck, daily(date(2023, 1, 2), date(2023, 2, 26), lambda day: 10 + day.isoweekday() / 2))
    told = said(overview(duck), "week")[0]
    assert told.startswith("Orders are spread almost evenly over the week: 14.3 % come on the busiest weekday, 14.3 %")


@pytest.mark.parametrize(
    ("orders", "even"),
    [((20, 14, 12, 15, 17, 13, 9), True), ((200, 140, 120, 150, 170, 130, 90), False), ((10**6, 10**6 + 9_000), True)],
)
def test_weekdays_differ_only_beyond_chance_and_where_it_matters(
    two_years: Overview, orders: tuple[int, ...], even: bool
) -> None:
    slots = tuple(Slot(day, None, many, 100.0) for day, many in enumerate(orders, 1))
    told = insights(replace(two_years, slots=slots, orders=sum(orders)))["week"]
    assert (told[0].key == "overview.week.even") is even


def test_too_little_is_said_to_be_too_little(duck: DuckEngine, fill: Fill) -> None:
    fill(
        duck, [{"customer_id": "a", "order_id": "1", "at": "2023-03-05", "quantity": 1, "amount": 9, "product": "Tea"}]
    )
    seen = overview(duck)
    assert said(seen, "years")[0].startswith("The data cover no calendar year in full")
    assert said(seen, "months")[0].endswith("cover 0 full months: too little to compare months.")
    assert said(seen, "week")[0] == "The data cover 1 day; 4 weeks are needed to say which weekday is best."
    assert said(seen, "customers")[-1].endswith("cannot be said: 1 customer, 10 needed.")
    assert {"countries", "categories", "shipping", "discounts"}.isdisjoint(seen.insights)


def test_names_of_products_and_places_are_text_and_nothing_else(duck: DuckEngine, fill: Fill) -> None:
    wild = "{0} {name.__class__} <b>\u202e\U0001f381 100%"
    more = {"product": wild, "country": wild, "category": wild, "subcategory": wild, "ship_mode": wild}
    fill(duck, daily(date(2023, 1, 1), date(2023, 1, 31), lambda _: 5, **more))
    seen = overview(duck)
    for section in ("countries", "categories", "products", "shipping"):
        assert wild in said(seen, section)[0]


def test_a_fall_and_a_standstill(two_years: Overview) -> None:
    def with_years(*sales: float) -> str:
        years = [Period(date(2020 + i, 1, 1), True, 9, 9, 9, money, None, 1, 1, 1) for i, money in enumerate(sales)]
        return insights(replace(two_years, years=tuple(years)))["years"][1].key

    assert with_years(100, 99.7) == "overview.years.change_same"
    assert with_years(100, 60) == "overview.years.change_down"
    assert with_years(0, 60) == "overview.years.change_unknown"


@pytest.mark.parametrize(
    ("rho", "word"), [(0.9, "strong"), (0.5, "clear"), (0.2, "weak"), (-0.05, "none"), (-0.4, "negative")]
)
def test_the_words_for_a_rank_correlation(two_years: Overview, rho: float, word: str) -> None:
    told = insights(replace(two_years, correlation=Correlation(rho, 50)))["customers"]
    assert told[-1].key == f"overview.correlation.{word}"


def test_every_sentence_of_the_catalogue_is_used_and_every_used_one_exists() -> None:
    """Keys are written out in the modules, so that they can be compared with the catalogue."""
    texts = {key.removeprefix("overview.") for key in words("en").under("overview")}
    sentences = {key for key in texts if not key.startswith("sections.")}
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (files("regulars") / "overview").iterdir()
        if path.name.startswith(("insights", "glance"))
    )
    stems = {re.sub(r"_(orders|lines)$", "", key) for key in sentences}
    stems = {re.sub(r"change_(up|down|same|unknown)$", "change", key) for key in stems}
    unused = [stem for stem in stems if f'{stem}"' not in code and not stem.startswith("correlation.")]
    assert unused == []
    assert {f"sections.{section}.{part}" for section in SECTIONS for part in ("title", "question")} <= texts


@pytest.mark.parametrize("with_money", [True, False])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_of_a_rich_shop_reads_well(duck: DuckEngine, fill: Fill, language: Any, with_money: bool) -> None:
    lines = daily(date(2021, 12, 1), date(2024, 2, 10), lambda day: 10 + day.month)
    for i, line in enumerate(lines):
        line |= {
            "product": f"Product {i % 23}",
            "category": f"Category {i % 3}",
            "subcategory": f"Sub {i % 6}",
            "country": ("UK", "UK", "France", "Spain")[i % 4],
            "ship_mode": ("Post", "Post", "Van")[i % 3],
            "customer_id": f"c{i % 41}",
            "discount": 0.1 if i % 5 == 0 else 0,
        }
        line |= {"profit": -1 if i % 6 == 0 else 3} if with_money else {"amount": None}
    fill(duck, lines)
    told = overview(duck, free_lines=1).insights
    assert tuple(told) == SECTIONS
    for section, messages in told.items():
        assert 2 <= len(messages) <= 4, section
        for message in messages:
            text = message.text(words(language, "IDR"))
            assert text.endswith(".")
            assert words(language)("common.unknown") not in text
            assert not re.search(r"[{}]|\bnan\b|None", text)
