"""A shop's settings: what `shop.toml` and `--set NAME=VALUE` may say. The defaults are right for who sets nothing."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import available_timezones

from regulars.errors import SettingsError
from regulars.locale import Language
from regulars.window import Window

GENERATIONS = {  # Pew Research Center (2019)
    "Greatest Generation": 1901,
    "Silent Generation": 1928,
    "Baby Boomer": 1946,
    "Generation X": 1965,
    "Millennial": 1981,
    "Generation Z": 1997,
    "Generation Alpha": 2013,
}
KINDS = ("number", "category", "ordered", "date", "yes_no", "id", "text")  # of columns of a customer table


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one run. The names are those of `shop.toml`."""

    language: Language = "en"
    currency: str | None = None  # ISO 4217; None: as found in the data
    timezone: str | None = None  # IANA name; None: times stay as written, typed times with a zone become UTC
    # reading: what overrules the recognition
    map: dict[str, str] = field(default_factory=dict)  # canonical column -> header
    date_order: Literal["day_first", "month_first"] | None = None
    decimal: Literal[",", "."] | None = None
    amount_is: Literal["unit", "line"] | None = None
    sheet: str | None = None
    capitals: Literal["merge", "keep"] = "merge"  # ids of customers that differ in capital letters alone
    kinds: dict[str, str] = field(default_factory=dict)  # header of a customer table -> what the column holds: KINDS
    # cleaning
    duplicates: Literal["drop", "keep"] = "drop"
    cancelled: Literal["set_aside", "keep"] = "set_aside"
    non_sales: Literal["set_aside", "keep"] = "set_aside"
    non_sale_products: tuple[str, ...] = ()  # further product ids or names that are no sale
    sale_products: tuple[str, ...] = ()  # products that are a sale although they look like none
    returns: Literal["net", "drop"] = "net"
    zero_prices: Literal["set_aside", "keep"] = "set_aside"
    currencies: Literal["main", "keep"] = "main"
    # what is analysed
    since: date | None = None
    as_of: date | None = None
    where: str | None = None
    # features, scores, named segments
    frequency: Literal["orders", "lines"] = "orders"
    preset: str = "standard"  # standard | klaviyo | value | custom
    schemes: dict[str, Any] = field(default_factory=dict)  # the shop's own scheme: see segments/named.py
    # clusters
    features: tuple[str, ...] = ("recency_days", "orders", "monetary")
    transform: Literal["log1p", "log1p_but_recency", "none"] = "log1p"
    k_min: int = 2
    k_max: int = 9
    k: int | None = None  # None: the recommended one
    outliers: Literal["none", "cap_iqr", "exclude_from_fit_iqr"] = "cap_iqr"
    scaling: Literal["standard", "robust", "minmax"] = "standard"
    seed: int = 0
    # customer tables
    encoding: Literal["ranks", "one_hot", "gower", "k_prototypes"] = "ranks"  # what becomes of categories in clustering
    outcome: str | None = None  # the number that people are set against: a header or a measure; None: what they spent
    generations: dict[str, int] = field(default_factory=lambda: dict(GENERATIONS))  # name -> first year of birth
    # on later data
    later_days: int = 90  # how many of the last days show whether segments keep what they promise
    # wording
    actions: dict[str, str] = field(default_factory=dict)  # action name -> the shop's own sentence


def load_settings(
    path: Path | None,
    overrides: Sequence[str] = (),
    mapping: Mapping[str, str] | None = None,
    language: Language = "en",
    kinds: Mapping[str, str] | None = None,
    **given: Any,
) -> Settings:
    """Settings from `shop.toml` (where it exists), then `NAME=VALUE` pairs, then keyword arguments that are not None.

    `mapping` (canonical column -> header) comes on top of the shop's own `[map]`, `kinds` (header -> kind) of its own
    `[kinds]`; `language` is that of the terminal, for a shop that names none.

    Raises SettingsError for unknown names and impossible values, naming the nearest known name.
    """
    values: dict[str, Any] = {}
    if path is not None and path.is_file():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError("settings_syntax", path=str(path), why=str(error)) from error
    for pair in overrides:
        name, found, value = pair.partition("=")
        if not found:
            raise SettingsError("settings_pair", pair=pair)
        values[name.strip()] = _parsed(value.strip())
    values.setdefault("language", language)
    for name, further in (("map", mapping), ("kinds", kinds)):
        if further:
            values[name] = {**values.get(name, {}), **further}
    return settings_from(values | {name: value for name, value in given.items() if value is not None})


def settings_from(values: Mapping[str, Any]) -> Settings:
    """Settings from plain values, checked: types, choices and names."""
    import msgspec

    known = Settings.__dataclass_fields__
    for name in values:
        if name not in known:
            from difflib import get_close_matches

            close = get_close_matches(name, known, n=1)
            raise SettingsError("settings_unknown", name=name, close=close[0] if close else ", ".join(sorted(known)))
    try:
        settings = msgspec.convert(dict(values), Settings, strict=False)
    except msgspec.ValidationError as error:
        found = re.search(r"\$\.(\w+)", str(error))
        raise _refused(found[1] if found else "", values) from error
    if settings.timezone and settings.timezone not in available_timezones():
        raise SettingsError("settings_timezone", timezone=settings.timezone)
    settings = replace(settings, currency=_currency(settings.currency))
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Raises SettingsError, or WindowError, for values that no setting can have."""
    if settings.since and settings.as_of:
        Window(settings.since, settings.as_of)
    if not 0 <= settings.seed < 2**32:
        raise SettingsError("settings_seed", seed=settings.seed)
    if not 2 <= settings.k_min <= settings.k_max <= 20:
        raise SettingsError("settings_k", low=settings.k_min, high=settings.k_max)
    if settings.k is not None and not 2 <= settings.k <= 50:
        raise SettingsError("settings_k_asked", k=settings.k)
    for header, kind in settings.kinds.items():
        if kind not in KINDS:
            raise SettingsError("settings_kind", header=header, kind=kind, known=", ".join(KINDS))
    if not 7 <= settings.later_days <= 3650:
        raise SettingsError("settings_later_days", days=settings.later_days)


def _currency(given: str | None) -> str | None:
    """The code of a currency, from its code or a symbol. Raises SettingsError for what is neither."""
    if not given:
        return None
    from babel.numbers import is_currency

    from regulars.sources.headers import CODES, currency_of

    code = currency_of(given) or given.upper()
    if not is_currency(code):
        raise SettingsError("settings_currency", currency=given, known=", ".join(sorted(CODES)))
    return code


def _refused(name: str, values: Mapping[str, Any]) -> SettingsError:
    """The error about a setting whose value has the wrong type: what was given, and what was expected."""
    hint = Settings.__dataclass_fields__[name].type
    kinds = get_args(hint) if get_origin(hint) in {Union, UnionType} else (hint,)
    kind = next(each for each in kinds if each is not NoneType)
    given = {"name": name, "value": str(values[name])}
    if get_origin(kind) is Literal:
        return SettingsError("settings_choice", **given, known=" | ".join(get_args(kind)))
    plain = get_origin(kind) or kind
    return SettingsError(f"settings_expected.{_EXPECTED[plain]}", **given)


_EXPECTED = {date: "day", int: "whole", str: "text", tuple: "list", dict: "table"}


def settings_over(settings: Settings, values: Mapping[str, Any]) -> Settings:
    """Settings with some of them given anew, checked."""
    return settings_from({**asdict(settings), **values}) if values else settings


def _parsed(value: str) -> Any:
    """`a,b` of --set as TOML would read it: a number, a date, a boolean, a list, else the text itself."""
    try:
        return tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return value
