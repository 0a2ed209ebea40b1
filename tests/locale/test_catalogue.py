"""The catalogue: the same keys and fields in both languages, every template can be written, nothing left in English."""

import re
import string
from importlib.resources import files

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from regulars.locale import LANGUAGES, Language, Value, Words, words

FOLDER = files("regulars.locale")
AREAS = sorted(file.name for file in (FOLDER / "en").iterdir() if file.name.endswith(".toml"))
FIELD_FORMATS = {
    "",
    "n",
    "n1",
    "n2",
    "n01",
    "pct",
    "pct1",
    "money",
    "date",
    "month",
    "weekday",
    "02d",
    "dated",
    "as_of",
    "typed",
}


def texts(language: Language) -> dict[str, str]:
    say = words(language)
    return {key: text for area in AREAS for key, text in say.under(area.removesuffix(".toml")).items()}


def fields(template: str) -> list[tuple[str, str]]:
    return [(name, spec or "") for _, name, spec, _ in string.Formatter().parse(template) if name is not None]


def sample(spec: str) -> Value:
    return "2011-12-09" if spec in {"date", "month"} else 3


def test_both_languages_have_the_same_files() -> None:
    assert [
        sorted(file.name for file in (FOLDER / each).iterdir() if file.name.endswith(".toml")) for each in LANGUAGES
    ] == [
        AREAS,
        AREAS,
    ]


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys(area: str) -> None:
    prefix = area.removesuffix(".toml")
    assert set(words("en").under(prefix)) == set(words("id").under(prefix))


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_use_the_same_fields(area: str) -> None:
    english, indonesian = (words(language).under(area.removesuffix(".toml")) for language in LANGUAGES)
    apart = {
        key: (sorted({name for name, _ in fields(text)}), sorted({name for name, _ in fields(indonesian[key])}))
        for key, text in english.items()
        if {name for name, _ in fields(text)} != {name for name, _ in fields(indonesian[key])}
    }
    assert not apart


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_template_can_be_written(language: Language, area: str) -> None:
    say = Words(language, "GBP")
    for key, text in say.under(area.removesuffix(".toml")).items():
        for name, spec in fields(text):
            assert name.isidentifier(), key
            assert spec in FIELD_FORMATS or re.fullmatch(r"plural [^|]*\|[^|]*", spec), (key, spec)
        written = say(key, **{name: sample(spec) for name, spec in reversed(fields(text))})
        assert written.strip() == written, key
        assert not re.search(r"[{}]", written), key


def test_amounts_below_each_other_have_equally_many_decimals() -> None:
    pounds, rupiah = words("en", "GBP"), words("id", "IDR")

    def listed(say: Words, *values: float | None) -> list[str]:
        return [*map(say.alike(values), values)]

    assert listed(pounds, 240.0, 74.4, None) == ["£240.00", "£74.40", "unknown"]
    assert listed(pounds, 13_716.0, 84.27, 0.4, 0.0) == ["£13,716", "£84", "£0.40", "£0"]  # an amount is no zero
    assert listed(pounds, 12.0, 5.0) == ["£12", "£5"] and listed(pounds) == []
    assert listed(rupiah, 99.5, 12.0) == [f"Rp\N{NO-BREAK SPACE}{figure}" for figure in ("100", "12")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_values_are_written_in_words(language: Language) -> None:
    say = words(language)
    for key, text in texts(language).items():
        if fields(text):
            written = say(key, **{name: None for name, _ in fields(text)})
            assert "None" not in written, key


def test_nothing_is_left_in_english() -> None:
    english, indonesian = texts("en"), texts("id")
    left = {
        key: text
        for key, text in english.items()
        if text == indonesian[key] and len(re.findall(r"[A-Za-z]{3,}", re.sub(r"\{[^}]*\}", "", text))) > 2
    }
    assert not left


def test_indonesian_sentences_hold_no_english_function_words() -> None:
    english = re.compile(r"\b(the|and|with|from|this|that|have|which|your|are|was|were|of)\b")
    quoted = re.compile(r"`[^`]*`|\"[^\"]*\"|\{[^}]*\}|--\S+")
    assert not {key: text for key, text in texts("id").items() if english.search(quoted.sub("", text))}


def test_a_share_too_small_for_its_digits_is_not_nothing() -> None:
    assert words("en").percent(0.0001) == "<\N{NO-BREAK SPACE}0.1\N{NO-BREAK SPACE}%"
    assert words("id").percent(0.0001) == "<\N{NO-BREAK SPACE}0,1%"
    assert words("id").percent(0.004, 0) == "<\N{NO-BREAK SPACE}1%"
    assert (words("en").percent(0.0), words("id").percent(0.169)) == ("0.0\N{NO-BREAK SPACE}%", "16,9%")


@given(
    st.floats(-1e12, 1e12) | st.integers(-(10**12), 10**12) | st.decimals(-(10**9), 10**9, places=4), st.integers(0, 3)
)
def test_numbers_are_written_as_their_locale_writes_them(value: float, digits: int) -> None:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    for say in (words("en"), words("id")):
        rounded = round(value, digits)
        written = format_decimal(0 if rounded == 0 else rounded, format=pattern, locale=say.locale)
        assert say.number(value, digits) == written


@pytest.mark.parametrize(("language", "dated", "undated"), [
    ("en", "The study of 2024-01-31 in toko is damaged", "The study without a date in toko is damaged"),
    ("id", "Studi tanggal 2024-01-31 di toko rusak", "Studi tanpa tanggal di toko rusak"),
])  # fmt: skip
def test_a_study_without_a_date_is_called_so(language: Language, dated: str, undated: str) -> None:
    say = words(language)
    told = {day: say("errors.study_damaged", day=day, path="toko", file="x") for day in ("2024-01-31", "undated")}
    assert told["2024-01-31"].startswith(dated)
    assert told["2024-01-31"].endswith("--shop toko --as-of 2024-01-31")
    assert told["undated"].startswith(undated)
    assert told["undated"].endswith("--shop toko")
    assert not [key for key, text in say._texts.items() if "tudy of {day}" in text or "tudi tanggal {day}" in text]


def test_one_thing_has_one_name_in_indonesian() -> None:
    say = words("id")
    for name in ("quantity", "amount", "channel", "ordered_at", "shipped_at", "ship_mode"):
        assert say(f"exports.columns.{name}") == say(f"columns.name.{name}")
    other = re.compile(r"\b(?:irama|ritme)(?:nya)?\b|\bbundel\b|\bkuantitas\b|\bpp\b", re.IGNORECASE)
    assert not {key: text for key, text in texts("id").items() if other.search(text)}
