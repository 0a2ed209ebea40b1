"""Recognition: which column is what, by name and content, and how dates, numbers and money are written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from regulars.errors import ColumnError, UsageError
from regulars.schema import IDS, NAMES
from regulars.settings import Settings
from regulars.sources import content as look_into
from regulars.sources.convention import decide_conventions, decimal_of
from regulars.sources.discounts import say_order_money, take_discounts
from regulars.sources.draft import WEAK, Draft
from regulars.sources.headers import meanings, normalised
from regulars.sources.layout import Layout
from regulars.sources.layouts import Template, template_of
from regulars.sources.money import take_money
from regulars.sources.people import require_columns, take_customer, take_date
from regulars.sources.raw import Raw
from regulars.sources.types import is_date

MONEY = ("unit_price", "amount", "discount", "profit", "shipping_cost")
DATES = ("ordered_at", "shipped_at")
# Taken in this order; a column fills one canonical column (an e-mail or a name may be the customer as well).
_ORDER = (
    *("email", "phone", "customer_id", "order_id", "name", *DATES, "product_id", "product", "line_id"),
    *("category", "subcategory", "shipping_cost", "profit", "discount", "ship_mode", "status", "currency"),
    *("country", "region", "state", "city", "postcode", "market", "channel"),
    *("consent_email", "consent_sms", "consent_phone"),
)


def detect(raw: Raw, settings: Settings) -> Layout:
    """The layout of `raw`. Raises ColumnError where who or when cannot be found, UsageError for a wrong --map."""
    given = _given(raw.headers, settings.map)
    template = template_of(raw.headers)
    draft = _draft(raw, settings, given, template)
    for column, index in given.items():
        draft.take(column, index, 1.0, "given")
    for column in (column for column, header in settings.map.items() if not header):
        draft.named.pop(column, None)  # the user says that no column is this
    if template:
        _follow(draft, template)
        say_order_money(draft)
    else:
        _recognise(draft)
        take_money(draft)
        take_discounts(draft)
    take_date(draft)
    take_customer(draft)
    require_columns(draft)
    return decide_conventions(draft, _layout(draft, template), template)


def _layout(draft: Draft, template: Template | None) -> Layout:
    """The layout as far as columns go; how dates and numbers are written is decided next."""
    taken = [draft.taken[name] for name in NAMES if name in draft.taken]
    ids = [mapped.index for mapped in taken if mapped.column in IDS]
    rest = [mapped.index for mapped in taken if mapped.index in draft.contents and mapped.index not in ids]
    forms = look_into.forms(draft.raw, ids, rest)
    mapping = tuple(replace(mapped, form=forms.get(mapped.index, "any")) for mapped in taken)
    used = draft.used
    others = tuple(header for index, header in enumerate(draft.raw.headers) if index not in used)
    return Layout(
        name=template.name if template else "generic",
        mapping=mapping,
        attributes=others,
        dates=(),
        decimal=".",
        currency=None,
        amount_rule=draft.amount_rule,
        fill_down=template.filled_once(mapping) if template else (),
        skipped_rows=0,
        assumptions=tuple(draft.assumptions),
        discount=draft.discount,
        beside=tuple(draft.beside),
    )


def _given(headers: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    given = {}
    for column, header in wanted.items():
        if column not in NAMES:
            close = get_close_matches(column, NAMES, n=3, cutoff=0.5)
            raise UsageError("map_unknown_column", column=column, close=", ".join(close or NAMES))
        if not header:
            continue
        found = [i for i, ours in enumerate(headers) if ours == header] or [
            i for i, ours in enumerate(headers) if normalised(ours) == normalised(header)
        ]
        if not found:
            close = get_close_matches(header, headers, n=3, cutoff=0.3)
            raise ColumnError(
                "map_unknown_header", header=header, column=column, close=", ".join(close or headers[:20])
            )
        given[column] = found[0]
    return given


def _draft(raw: Raw, settings: Settings, given: Mapping[str, int], template: Template | None) -> Draft:
    named: dict[str, dict[int, float]] = {}
    strength: dict[int, float] = dict.fromkeys(given.values(), 2.0)
    for index, header in enumerate(raw.headers):
        for column, how_strong in meanings(header):
            named.setdefault(column, {})[index] = how_strong
            strength[index] = max(strength.get(index, 0.0), how_strong)
    if template:
        wanted = {normalised(header) for headers in template.mapping.values() for header in headers}
        wanted |= {normalised(header) for header in template.beside.values()}
        strength |= {i: 2.0 for i, header in enumerate(raw.headers) if normalised(header) in wanted}
    for index in range(min(20, len(raw.headers))):  # a nameless column may still be a date
        strength.setdefault(index, 0.0)
    best = sorted(strength, key=lambda index: (-strength[index], index))[: look_into.MOST_COLUMNS]
    look_into.take_sample(raw, sorted(best))
    draft = Draft(raw, settings, named, look_into.look(raw, sorted(best)))
    draft.currency = settings.currency or (template.currency if template else None)
    draft.decimal = decimal_of(draft)
    return draft


def _follow(draft: Draft, template: Template) -> None:
    """Takes the columns that a known export's template names."""
    places = {normalised(header): index for index, header in reversed(list(enumerate(draft.raw.headers)))}
    for column, headers in template.mapping.items():
        if draft.settings.map.get(column) == "":
            continue
        there = [places[normalised(header)] for header in headers if normalised(header) in places]
        filled = [index for index in there if draft.contents[index].cells] or there
        if column not in draft.taken and filled:
            draft.take(column, filled[0], 0.99, "export", layout=template.name)
    for name, header in template.beside.items():
        if normalised(header) in places:
            draft.take(name, places[normalised(header)], 0.99, "export", layout=template.name)
    draft.amount_rule, draft.discount = template.amount_rule, "money"


def _recognise(draft: Draft) -> None:
    """Takes, one canonical column after the other, the best-named free column whose content fits."""
    for column in _ORDER:
        if column in draft.taken:
            continue
        fits = [(draft.named[column][i] * fit, i) for i in draft.free(column) if (fit := _fit(draft, column, i))]
        if fits:
            confidence, index = max(fits, key=lambda candidate: (candidate[0], -candidate[1]))
            draft.take(column, index, confidence, "name")


def _fit(draft: Draft, column: str, index: int) -> float:
    """How well a column's content fits, 0..1; 0 rules it out."""
    content = draft.contents[index]
    if not content.cells:
        return 0.3
    if column in DATES:
        return float(content.native_date or content.dates is not None)
    if is_date(draft.raw.types[index]):
        return 0.0
    if column in MONEY:
        return float(content.numbers >= 0.6)
    if column in {"country", "city", "state", "region", "category", "subcategory", "product"}:
        return 0.4 if content.numbers > 0.9 else 1.0
    return _fit_of_id(draft, column, index)


def _fit_of_id(draft: Draft, column: str, index: int) -> float:
    content, weak = draft.contents[index], draft.named[column][index] < WEAK
    if column == "email":
        return content.emails if content.emails >= 0.3 or any("*" in cell for cell in content.cells[:50]) else 0.0
    if column == "line_id":
        return float(not look_into.repeats(draft.raw, index))
    if column == "order_id":  # `ID` that never repeats is the line's own number
        return float(content.emails <= 0.5 and not (weak and not look_into.repeats(draft.raw, index)))
    if column == "customer_id":  # `Customer` that holds names: see people.py
        return float(not (weak and content.words > 0.5))
    return 1.0
