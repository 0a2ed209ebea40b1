"""How an input writes its dates, numbers and money: decided on whole columns, after the columns are known."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from regulars.settings import Settings
from regulars.sources import content as look_into
from regulars.sources import dates
from regulars.sources.draft import Draft
from regulars.sources.headers import currency_in, currency_of, meanings
from regulars.sources.layout import DateFormat, Layout, Mapped
from regulars.sources.layouts import Template
from regulars.sources.numbers import decide_decimal
from regulars.sources.raw import Raw
from regulars.sources.totals import total_rows
from regulars.sources.types import is_date, is_numeric

_WHOLE = {"IDR", "JPY", "KRW", "VND", "CLP"}  # currencies written without decimals
_MONEY = ("unit_price", "amount", "discount", "profit", "shipping_cost", "order_discount", "order_refund")


def decimal_of(draft: Draft) -> str:
    """The decimal sign that all money columns together use; the setting overrules."""
    if draft.settings.decimal:
        return draft.settings.decimal
    money = {i for column in _MONEY for i in draft.named.get(column, {}) if i in draft.contents}
    cells = [c for i in sorted(money) if not is_numeric(draft.raw.types[i]) for c in draft.contents[i].cells]
    if not cells:
        return "."
    decided = decide_decimal(cells, _currency_of(draft) in _WHOLE)
    if decided.assumed:
        draft.assume("decimal", sign=decided.decimal)
    return decided.decimal


def decide_conventions(draft: Draft, layout: Layout, template: Template | None) -> Layout:
    """The layout with its dates, decimal sign and currency."""
    dated = [column for column in ("ordered_at", "shipped_at") if column in draft.taken]
    formats = tuple(date_format(draft, draft.taken[column], template) for column in dated)
    _say_zone(draft, dated, formats)
    totals = total_rows(draft)
    if totals:
        draft.assume("total_rows", count=len(totals))
    return replace(
        layout,
        dates=formats,
        decimal=draft.decimal,
        currency=_currency_of(draft),
        skipped_rows=_description_rows(draft, template),
        total_rows=totals,
        assumptions=tuple(draft.assumptions),
    )


def _say_zone(draft: Draft, dated: Sequence[str], formats: Sequence[DateFormat]) -> None:
    """A type that knows its zone holds no clock of the shop, so it is UTC; text shows what the clock showed."""
    typed = any(draft.raw.types[draft.taken[column].index] == "TIMESTAMP WITH TIME ZONE" for column in dated)
    if typed or any("%z" in pattern for form in formats for pattern in form.patterns):
        known = draft.settings.timezone
        draft.assume("zone" if known else "zone_utc" if typed else "zone_kept", zone=known or "UTC")


def stated_currency(raw: Raw, settings: Settings, money: Iterable[int] = ()) -> str | None:
    """The currency that an input with a sample states itself, whatever is set; `money`: columns of it besides."""
    named: dict[str, dict[int, float]] = {"amount": dict.fromkeys(money, 1.0)}
    for index, header in enumerate(raw.headers):
        for column, strength in meanings(header):
            if column in {"currency", *_MONEY}:
                named.setdefault(column, {})[index] = strength
    wanted = sorted({index for places in named.values() for index in places})[: look_into.MOST_COLUMNS]
    return _currency_of(Draft(raw, settings, named, look_into.look(raw, wanted)))


def _currency_of(draft: Draft) -> str | None:
    """What is beyond doubt, else a currency column, the headers of money columns, or the signs in their cells."""
    if draft.currency:
        return draft.currency
    for index in draft.named.get("currency", {}):
        if index in draft.contents:
            codes = Counter(code for cell in draft.contents[index].cells if (code := currency_of(cell)))
            if codes:
                return codes.most_common(1)[0][0]
    money = [i for column in _MONEY for i in draft.named.get(column, {}) if i in draft.contents]
    if headed := [code for i in money if (code := currency_in(draft.raw.headers[i]))]:
        return headed[0]
    signs = (
        re.match(r"^[\s(+-]*([A-Za-z]{1,3}\$?|[$£€¥₹฿₫₱])\.?\s*[\d.,-]|.*\d\s*([A-Z]{3}|[$£€₫])\)?$", c)
        for i in money
        for c in draft.contents[i].cells[:200]
    )
    codes = Counter(code for sign in signs if sign and (code := currency_of(sign[1] or sign[2])))
    return codes.most_common(1)[0][0] if codes else None


def date_format(draft: Draft, mapped: Mapped, template: Template | None) -> DateFormat:
    """How a column of dates writes them; what had to be assumed is said in the draft."""
    column = mapped.column
    if is_date(draft.raw.types[mapped.index]):
        return DateFormat(column, "native")
    found = draft.contents[mapped.index].dates
    if found is None:
        return DateFormat(column, "iso", (dates.SHORT_ISO,))
    if not found.open:
        return DateFormat(column, found.kind, found.patterns)
    day_first, assumed = _day_first(draft, mapped.index, found, template)
    if assumed:
        draft.assume("day_first" if day_first else "month_first", header=mapped.header)
    return DateFormat(column, found.kind, dates.fixed(found.patterns, day_first), day_first, assumed)


def _day_first(draft: Draft, index: int, found: dates.Written, template: Template | None) -> tuple[bool, bool]:
    """Whether the day stands first, and whether that had to be assumed."""
    if draft.settings.date_order:
        return draft.settings.date_order == "day_first", False
    first, second = found.first, found.second
    if first <= 12 and second <= 12:
        first, second = _reach(draft, index, found.separator or "/")
    if (first > 12) != (second > 12):
        return first > 12, False
    if first > 12:  # both orders stand in one column: the one that more sampled cells can have
        shapes = [shape for cell in draft.contents[index].cells if (shape := dates.shape_of(cell))]
        days = sum((shape.first or 0) > 12 for shape in shapes) - sum((shape.second or 0) > 12 for shape in shapes)
        return days >= 0, False  # the others are counted as unreadable
    if template and template.day_first is not None:
        return template.day_first, True
    plausible = dates.more_plausible(_triples(draft.contents[index].cells))
    if plausible is None:
        american = _currency_of(draft) == "USD"
        plausible = not (
            american or any(re.search("[ap]m", c, re.IGNORECASE) for c in draft.contents[index].cells[:50])
        )
    return plausible, True


def _reach(draft: Draft, index: int, sign: str) -> tuple[int, int]:
    """The greatest first and second number of the whole column."""
    first, second = (
        f"max(try_cast(split_part(trim(cast(c{index} as varchar)), '{sign}', {part}) as integer))" for part in (1, 2)
    )
    row = draft.raw.engine.rows(f"select {first} as a, {second} as b from raw")[0]
    return row["a"] or 0, row["b"] or 0


def _triples(cells: Sequence[str]) -> list[tuple[int, int, int]]:
    found = (re.match(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})", cell) for cell in cells)
    return [(int(m[1]), int(m[2]), int(m[3]) + (2000 if len(m[3]) == 2 else 0)) for m in found if m]


def _description_rows(draft: Draft, template: Template | None) -> int:
    """Rows under the header that describe the columns: neither their date nor their quantity is one."""
    if template is None or not template.described:
        return 0
    checked = [draft.taken[column].index for column in ("ordered_at", "quantity") if column in draft.taken]
    cells = ", ".join(f"cast(c{index} as varchar) as c{index}" for index in checked)
    row = draft.raw.engine.rows(f"select {cells} from raw where line = 1")
    described = row and all(
        value and re.search(r"[A-Za-z]{3,}", value) and not dates.shape_of(value.strip()) for value in row[0].values()
    )
    return 1 if described else 0
