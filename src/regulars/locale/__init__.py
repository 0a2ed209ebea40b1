"""The words: every text a user reads, in English and Bahasa Indonesia, and numbers, money and dates by locale.

Texts stand in `locale/<language>/<area>.toml`. A key is `area.table.name`; a text is a `str.format` template whose
fields may carry one of the formats below. A text missing in one language, or with other fields there, fails a test.

    {x:n}  12,346     {x:n1}  12,345.7     {x:n01}  9 or 9.5     {x:pct}  34 %     {x:pct1}  34.2 %
    {x:money}  £12,346     {x:date}  9 Dec 2011     {x:month}  Dec 2011     {x:weekday}  Monday (of 1)
    {x:plural customer|customers}  the word that fits the number
    {x:typed}  0.34 (as a command wants it, in every language)
    {x:dated}  of 2011-12-09 (a study; without a date)     {x:as_of}  --as-of 2011-12-09 (nothing where it has no date)

What has no value (None) is written as the catalogue's `common.unknown`.
"""

import os
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Language = Literal["en", "id"]
LANGUAGES: tuple[Language, ...] = ("en", "id")
Value = str | int | float | None
_UNDATED = "undated"  # how the study of a customer table without dates is called where it is typed
_LOCALES = {"en": "en_GB", "id": "id_ID"}
_POINTS = str.maketrans(",.", ".,")  # what groups thousands and what begins the decimals, the other way round
_SYMBOLS = {"IDR": "Rp", "GBP": "£", "USD": "$", "EUR": "€"}


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence before it is written in a language: the catalogue's key and the figures it holds (dates as ISO)."""

    key: str
    values: dict[str, Value] = field(default_factory=dict)

    def text(self, say: "Words") -> str:
        """The sentence in the language of `say`."""
        return say(self.key, **self.values)


def spoken() -> Language:
    """The language of the terminal: REGULARS_LANGUAGE, else the system's, where it is one of ours; else English."""
    for name in ("REGULARS_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        for language in LANGUAGES:
            if os.environ.get(name, "").lower().startswith(language):
                return language
    return "en"


class Words(string.Formatter):
    """One language (and a currency) put into words: `say("findings.no_customer.title", n=12)`."""

    def __init__(self, language: Language, currency: str | None = None) -> None:
        self.language: Language = language
        self.currency = currency
        self.locale = _LOCALES[language]
        self._texts = _catalogue(language)

    def __call__(self, key: str, /, **values: Value) -> str:
        """The text of a key, its fields filled by locale."""
        return self.vformat(self._texts[key], (), values)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows this key."""
        return key in self._texts

    def under(self, prefix: str) -> dict[str, str]:
        """The raw texts whose keys begin with `prefix.`, for the script of a page."""
        return {key: text for key, text in self._texts.items() if key.startswith(f"{prefix}.")}

    def format_field(self, value: Any, format_spec: str) -> str:
        """Formats one field of a template by locale."""
        if value is None:
            return self._texts["common.unknown"]
        if format_spec.startswith("plural "):
            one, many = format_spec.removeprefix("plural ").split("|")
            return one if value == 1 else many
        writers: dict[str, Callable[[Any], str]] = {
            "n": self.number,
            "n1": lambda number: self.number(number, 1),
            "n2": lambda number: self.number(number, 2),
            "n01": lambda number: self.number(number, 0 if round(number, 1) % 1 == 0 else 1),
            "pct": lambda share: self.percent(share, 0),
            "pct1": self.percent,
            "money": self.money,
            "date": self.day,
            "month": self.month,
            "weekday": self.weekday,
            "typed": lambda share: f"{share:.2g}",
            "dated": self.dated,
            "as_of": lambda day: "" if day == _UNDATED else f" --as-of {day}",
        }
        writer = writers.get(format_spec)
        return writer(value) if writer else str(super().format_field(value, format_spec))

    def number(self, value: float, digits: int = 0) -> str:
        """12345.678 as `12,346` or, in Indonesian, `12.346`."""
        text = f"{_round(value, digits):,.{digits}f}"  # as Babel writes it, in a twentieth of the time
        return text.translate(_POINTS) if self.language == "id" else text

    def percent(self, share: float, digits: int = 1) -> str:
        """A share of 1 as `34.2 %`, in Indonesian `34,2%`; one too small for its digits as `< 0.1 %`."""
        sign = "%" if self.language == "id" else "\N{NO-BREAK SPACE}%"
        if share > 0 and round(share * 100, digits) == 0:
            return f"<\N{NO-BREAK SPACE}{self.number(10**-digits, digits)}{sign}"
        return f"{self.number(share * 100, digits)}{sign}"

    def money(self, value: float, digits: int | None = None) -> str:
        """An amount in the shop's currency; cents only where the amount is below 100, and not zero."""
        if digits is None:
            digits = 0 if abs(value) >= 100 or value == 0 or self.currency == "IDR" else 2
        figure = self.number(abs(value), digits)
        sign = "-" if value < 0 and figure.strip("0.,") else ""
        return f"{sign}{self.symbol}{figure}"

    def alike(self, values: Iterable[float | None], unknown: str = "common.unknown") -> Callable[[float | None], str]:
        """Writes amounts that stand below each other with equally many decimals: cents where none is 1,000 or more.

        An amount below one keeps its cents: it is no zero.
        """
        known = [abs(value) for value in values if value is not None]
        cents = 0 if self.currency == "IDR" else 2
        digits = 0 if max(known, default=0) >= 1000 or all(value == int(value) for value in known) else cents

        def write(value: float | None) -> str:
            if value is None:
                return self(unknown)
            return self.money(value, cents if 0 < abs(value) < 1 else digits)

        return write

    @property
    def symbol(self) -> str:
        """What stands before an amount: `£`, `Rp` and a space; nothing where the data name no currency."""
        symbol = _SYMBOLS.get(self.currency or "", self.currency or "")
        return f"{symbol}\N{NO-BREAK SPACE}" if len(symbol) > 1 else symbol

    def day(self, day: date | str) -> str:
        """A day as `9 Dec 2011`."""
        from babel.dates import format_date

        return str(format_date(_date(day), format="d MMM y", locale=self.locale))

    def dated(self, day: date | str) -> str:
        """Of which day a study is, as it is typed: `of 2011-12-09`; `without a date`."""
        return self("common.undated") if day == _UNDATED else self("common.dated", day=str(day))

    def month(self, day: date | str) -> str:
        """A month as `Dec 2011`."""
        from babel.dates import format_date

        return str(format_date(_date(day), format="MMM y", locale=self.locale))

    def weekday(self, number: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
        """The name of a weekday; 1 is Monday (ISO 8601)."""
        from babel.dates import get_day_names

        return str(get_day_names(width, locale=self.locale)[number - 1])


@cache
def words(language: Language, currency: str | None = None) -> Words:
    """The words of a language; the same object for the same language and currency."""
    return Words(language, currency)


@cache
def _catalogue(language: Language) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((files(__package__) / language).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            _flatten(file.name.removesuffix(".toml"), tomllib.loads(file.read_text(encoding="utf-8")), texts)
    return texts


def _flatten(prefix: str, table: Mapping[str, Any], texts: dict[str, str]) -> None:
    for name, value in table.items():
        if isinstance(value, str):
            texts[f"{prefix}.{name}"] = value
        else:
            _flatten(f"{prefix}.{name}", value, texts)


def _date(day: date | str) -> date:
    return day if isinstance(day, date) else date.fromisoformat(day[:10])


def _round(value: float, digits: int) -> float:
    rounded = round(value, digits)
    return 0.0 if rounded == 0 else rounded  # no minus sign before a zero
