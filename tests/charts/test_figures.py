"""Numbers on charts: written as in the texts beside them, and as the Unicode CLDR has it for the language."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from regulars.locale import LANGUAGES, Language, words
from regulars.report import UNITS, chart_setup, static

mini_racer = pytest.importorskip("py_mini_racer", reason="the export extra is not installed")
Write = Callable[[str, float], str]
SPACE = "\N{NO-BREAK SPACE}"


def writer(language: Language, currency: str | None) -> Write:
    engine = mini_racer.MiniRacer()
    engine.eval("var globalThis = this; " + static("charts.js"))
    engine.eval(f"var setup = {json.dumps(chart_setup(words(language, currency)))}")

    def write(name: str, value: float) -> str:
        option: dict[str, Any] = {"made": {"$fn": name}}
        return str(engine.eval(f"regulars.ready({json.dumps(option)}, setup, 'light', 900).made({json.dumps(value)})"))

    return write


WRITE = {
    (language, currency): writer(language, currency) for language in LANGUAGES for currency in ("GBP", "IDR", None)
}


@pytest.mark.parametrize(("name", "value", "english", "indonesian"), [
    ("money", 0, "£0", "Rp 0"), ("money", 12.34, "£12.3", "Rp 12,3"), ("money", 1234, "£1.2K", "Rp 1,2 rb"),
    ("money", -1_250_000, "-£1.3M", "-Rp 1,3 jt"), ("money", 999_949, "£999.9K", "Rp 999,9 rb"),
    ("money", 999_950, "£1M", "Rp 1 jt"), ("money", 2.5e9, "£2.5B", "Rp 2,5 M"), ("money", 7e12, "£7T", "Rp 7 T"),
    ("money", 4e15, "£4,000T", "Rp 4.000 T"), ("money", 999.96, "£1K", "Rp 1 rb"),
    ("number", -0.04, "0", "0"), ("number", 950, "950", "950"), ("number", 20_000, "20K", "20 rb"),
    ("money_exact", 12.5, "£12.50", "Rp 12,50"), ("money_exact", 12, "£12", "Rp 12"),
    ("money_exact", 1234.5, "£1,235", "Rp 1.235"), ("money_exact", 123_456, "£123K", "Rp 123 rb"),
    ("money_exact", 12_345_678, "£12.3M", "Rp 12,3 jt"), ("money_exact", 1_234_567, "£1.23M", "Rp 1,23 jt"),
    ("money_exact", 999_999, "£1.00M", "Rp 1,00 jt"), ("number_exact", 99.95, "100", "100"),
    ("number_exact", 9999.7, "10,000", "10.000"), ("whole_exact", 1_234_567, "1,234,567", "1.234.567"),
    ("decimal", 1.25, "1.25", "1,25"), ("decimal", 1.5, "1.5", "1,5"), ("percent", 0.342, "34.2 %", "34,2%"),
    ("percent", 1, "100 %", "100%"),
])  # fmt: skip
def test_figures_by_hand(name: str, value: float, english: str, indonesian: str) -> None:
    assert WRITE["en", "GBP"](name, value).replace(SPACE, " ") == english
    assert WRITE["id", "IDR"](name, value).replace(SPACE, " ") == indonesian


@pytest.mark.parametrize("language", LANGUAGES)
def test_units_are_those_of_the_cldr(language: Language) -> None:
    theirs = Locale.parse(language).compact_decimal_formats["short"]["other"]
    ours = [words(language)(f"charts.unit.{name}", figure="") for name in UNITS]
    assert ours == [theirs[str(1000**i)].pattern.removeprefix("0") for i in range(1, 5)]


@given(st.floats(min_value=100, max_value=9_000_000), st.sampled_from(LANGUAGES), st.sampled_from(["GBP", "IDR", None]))
def test_an_amount_reads_on_a_chart_as_in_the_text_beside_it(
    value: float, language: Language, currency: str | None
) -> None:
    whole = float(round(value))
    text = words(language, currency).money(whole)
    assert text.endswith(WRITE[language, currency]("whole_exact", whole))
    if whole < 10_000:
        assert WRITE[language, currency]("money_exact", whole) == text


def test_no_currency_no_symbol() -> None:
    assert WRITE["en", None]("money", 1500) == "1.5K"
