"""What the columns of a customer table hold: numbers, dates, yes and no, categories, ids, texts.

A column is a number or a date where at least 95 % of its filled cells read as one, decided on the whole column; what is
left is unknown and counted. What is neither is told by its different values.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from regulars.engine import Row
from regulars.features.people_models import AttributeKind, Role
from regulars.locale import Message
from regulars.schema import MONEY, PERSONAL
from regulars.settings import Settings
from regulars.sources import content as look_into
from regulars.sources.cells import boolean_sql, empty_sql, text_sql
from regulars.sources.content import Content
from regulars.sources.convention import date_format
from regulars.sources.dates import date_sql
from regulars.sources.draft import Draft
from regulars.sources.headers import meanings, normalised
from regulars.sources.layout import Mapped
from regulars.sources.numbers import decide_decimal, number_sql, unit_of
from regulars.sources.raw import Raw
from regulars.sources.roles import COUNTS, role_of
from regulars.sources.scales import ordered
from regulars.sources.spellings import merged_sql, one_spelling, together
from regulars.sources.types import is_date, is_numeric

PARSED = 0.95  # of the filled cells, from which on a column is a number or a date
NEAR = 0.5  # of the cells of a sample, from which on a column is nearly one
FEW_LEVELS, LEVEL_SHARE, MOST_LEVELS = 30, 0.05, 1_000  # different values of a category: so many, or this share
_CODE = re.compile(r"\b(id|code|kode|nomor|number|no|nik|npwp|sku)$")
_COUNTERS = frozenset(
    {"no", "no urut", "nomor", "nomor urut", "nr", "lfd nr", "number", "s no", "sl no", "sr no", "serial no", "serial"}
    | {"index", "idx", "unnamed 0", "row", "row no", "row number", "rownum", "baris", "urutan"}
)
_COUNTED, _GAPS = 20, 0.02  # rows from which on numbers in a row are no accident; share of them that may be missing
_YES_NO = frozenset(["yes", "y", "true", "1", "ya", "no", "n", "false", "0", "tidak"])
# words of a cell that nothing is known: beside those that all inputs use for empty (`-`, `n/a`, `null`, `none`)
_NAN = ("nan", "nil", "#n/a", "?", "na", "n.a.")
UNKNOWN = (
    "unknown", "not known", "not available", "not specified", "unspecified", "undefined", "missing", "no data",
    "tidak diketahui", "tdk diketahui", "tidak tahu", "belum diketahui", "belum diisi", "tidak diisi", "tidak tersedia",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column under recognition: how its cells are read, and what was counted over all of them.

    `text` is SQL over `raw`, `value` what its cells may be as a number or a date: over `raw` with the texts as t<i>,
    for a text written out wherever it is read makes a query that takes longer to plan than to run.
    """

    index: int
    header: str
    text: str
    value: str | None = None
    guess: AttributeKind = "text"
    kind: AttributeKind = "text"
    role: Role | None = None
    levels: tuple[str, ...] = ()
    filled: int = 0
    distinct: int = 0
    unread: int = 0
    tiny: int = 0  # numbers too small for MONEY's four decimals, which read as 0
    running: bool = False  # it numbers the rows
    merged: tuple[tuple[str, str], ...] = ()  # spellings of a level, and the one that stands for them
    near: AttributeKind | None = None  # what at least half of a sample looks like
    said: AttributeKind | None = None  # the kind that the settings name
    refused: str | None = None  # why it cannot be that kind: the code of a finding

    @property
    def personal(self) -> bool:
        """Whether it holds names, addresses or telephone numbers, which no finding shows."""
        return any(name in PERSONAL for name, _ in meanings(self.header)[:1])

    def typed(self) -> str:
        """The column as SQL over `people_cells`."""
        text, value = f"t{self.index}", f"v{self.index}"
        if self.kind == "yes_no":
            return f"{value} = 1" if self.guess == "number" else boolean_sql(text, "VARCHAR")
        return value if self.kind in {"number", "date"} else merged_sql(text, dict(self.merged))


def guessed(raw: Raw, settings: Settings) -> tuple[list[Column], tuple[Message, ...]]:
    """The columns with what they may be, by a sample; and what was assumed of dates and decimal signs."""
    indexes = list(range(len(raw.headers)))
    look_into.take_sample(raw, indexes)
    draft = Draft(raw, settings, {}, look_into.look(raw, indexes))
    draft.currency = settings.currency
    asked = said_kinds(raw.headers, settings.kinds)
    digits = [c for c in draft.contents.values() if c.numbers >= 0.8 or asked.get(c.index) == "number"]
    texts = [c.cells for c in digits if raw.types[c.index] == "VARCHAR"]
    decided = decide_decimal(cell for cells in texts for cell in cells)
    draft.decimal = settings.decimal or decided.decimal
    if decided.assumed and not settings.decimal:
        draft.assume("decimal", sign=draft.decimal)
    columns = [Column(index, raw.headers[index], _text(raw, index)) for index in indexes]
    # digits of a name, a telephone or a postcode are no quantity and no day, whatever type holds them
    known = [c if c.personal else _guess(draft, draft.contents[c.index], c) for c in columns]
    known = [_as_said(draft, column, asked[column.index]) if column.index in asked else column for column in known]
    return known, tuple(draft.assumptions)


def said_kinds(headers: Sequence[str], kinds: Mapping[str, str]) -> dict[int, AttributeKind]:
    """The kinds that the settings name, by the place of the column; of headers written alike the first is meant."""
    found: dict[int, AttributeKind] = {}
    for wanted, kind in kinds.items():
        same = [i for i, ours in enumerate(headers) if ours == wanted]
        same = same or [i for i, ours in enumerate(headers) if normalised(ours) == normalised(wanted)]
        if same:
            found[same[0]] = cast(AttributeKind, kind)
    return found


def _as_said(draft: Draft, column: Column, kind: AttributeKind) -> Column:
    """The column read as the number or the date that it is said to be; other kinds are decided on all its cells."""
    if column.personal and kind not in {"id", "text"}:
        return replace(column, refused="table_kind_personal")
    column, held = replace(column, said=kind), draft.raw.types[column.index]
    if kind == "number" and column.guess != "number":
        plain = is_numeric(held) or held == "BOOLEAN"
        cell = (
            f"try_cast(c{column.index} as {MONEY})" if plain else number_sql(f"t{column.index}", draft.decimal, MONEY)
        )
        return replace(column, value=cell, guess="number")
    if kind == "date" and column.guess != "date":
        return replace(column, value=_dates(draft, column), guess="date")
    return column


def _dates(draft: Draft, column: Column) -> str:
    form = date_format(draft, Mapped(column.header, column.header, column.index, 1.0, Message("layout.why.name")), None)
    return f"cast({date_sql(f't{column.index}', form.kind, form.patterns, draft.settings.timezone)} as date)"


def _text(raw: Raw, index: int) -> str:
    """The cells of a column as texts, null where they say that there is nothing."""
    text = text_sql(f"c{index}", raw.types[index])
    if raw.types[index] != "VARCHAR":
        return text
    return f"case when not {empty_sql(text)} and lower({text}) not in {(*_NAN, *UNKNOWN)} then {text} end"


def _guess(draft: Draft, content: Content, column: Column) -> Column:
    index, header, kind = column.index, column.header, draft.raw.types[column.index]
    cell = f"c{index}"
    near: AttributeKind | None = "date" if content.dates else "number" if content.numbers >= NEAR else None
    column = replace(column, near=near)
    if kind == "BOOLEAN":
        return replace(column, guess="yes_no")
    if is_date(kind):
        return replace(column, value=f"cast({cell} as date)", guess="date")
    if is_numeric(kind):
        return replace(column, value=f"try_cast({cell} as {MONEY})", guess="number")
    if content.dates and content.dates.share >= 0.9 and content.dates.kind in {"iso", "pattern"}:
        return replace(column, value=_dates(draft, column), guess="date")
    units = {unit for cell in content.cells if (unit := unit_of(cell))}  # grams beside kilos are no column of numbers
    if content.numbers >= 0.9 and len(units) <= 1 and not _coded(header, content.cells):
        return replace(column, value=number_sql(f"t{index}", draft.decimal, MONEY), guess="number")
    return column


def _coded(header: str, cells: Sequence[str]) -> bool:
    """Whether digits are a name rather than a number: of orders, codes with leading zeros."""
    name, sure = next(iter(meanings(header)), ("", 0.0))
    if name == "order_id" and sure >= 0.7 and 4 * len(set(cells)) > len(cells):
        return True
    return any(len(cell) > 1 and cell[0] == "0" and cell.isdigit() for cell in cells)


def decided(column: Column, counts: Row, found: Sequence[tuple[str, int]]) -> Column:
    """The column with its kind and role. `found` are its most frequent texts; more than MOST_LEVELS: not all."""
    at = column.index
    filled, parsed = int(counts[f"filled{at}"]), int(counts[f"parsed{at}"])
    column = replace(column, filled=filled, distinct=int(counts[f"texts{at}"]))
    if column.said:
        column = _said(column, counts, tuple(level for level, _ in found))
        if column.said:
            return column
    if column.value and filled and parsed >= PARSED * filled:
        column = replace(column, filled=parsed, distinct=int(counts[f"values{at}"]), unread=filled - parsed)
        column = replace(column, tiny=int(counts[f"tiny{at}"]))
        role = role_of(column.header, column.guess)
        zeros = column.guess == "number" and counts[f"flags{at}"] == parsed and not column.tiny
        flag = zeros and role not in COUNTS
        kind: AttributeKind = "yes_no" if flag else column.guess
        if role is None and kind == "number" and _running(column, counts):
            return replace(column, kind="id", running=True)
        return replace(column, kind=kind, role=role_of(column.header, kind) or role)
    if len(found) <= MOST_LEVELS and (merged := one_spelling(found)) and role_of(column.header, "category") != "gender":
        found = together(found, merged)  # spellings of a gender: features/genders.py
        column = replace(column, distinct=len(found), merged=tuple(merged.items()))
    levels = tuple(level for level, _ in found)
    kind = _kind(column, levels)
    role = role_of(column.header, kind)
    if kind == "text" and (role := role_of(column.header, "category")) and column.distinct < max(filled, 2):
        kind = "category"
    known = ordered(levels) if kind == "category" else None
    if column.personal and kind != "id":
        kind, role = "text", None
    if kind not in {"category", "yes_no"}:
        levels = ()
    if kind != "category":
        column = replace(column, merged=())
    return replace(column, kind="ordered" if known else kind, role=role, levels=known or levels, unread=0)


def _running(column: Column, counts: Row) -> bool:
    """Whether whole numbers count the rows: by the header, or one after the other from 0 or 1, but for a few."""
    at, rows = column.index, int(counts["n"])
    if column.distinct < max(column.filled, 2) or counts[f"broken{at}"]:
        return False
    called = column.header.strip() in {"#", "№"} or normalised(column.header) in _COUNTERS
    return called or (rows >= _COUNTED and float(counts[f"off{at}"]) <= 1 + _GAPS * rows)


def _said(column: Column, counts: Row, levels: tuple[str, ...]) -> Column:
    """The column with the kind that it is said to have; where it cannot, without, and why."""
    at, kind, few = column.index, cast(AttributeKind, column.said), len(levels) <= MOST_LEVELS
    column, why = replace(column, kind=kind, role=role_of(column.header, kind)), None
    if kind in {"number", "date"}:
        parsed, values = int(counts[f"parsed{at}"]), int(counts[f"values{at}"])
        unread, tiny = column.filled - parsed, int(counts[f"tiny{at}"])
        return replace(column, filled=parsed, distinct=values, unread=unread, tiny=tiny)
    if kind == "yes_no":
        flags = column.guess == "number" and counts[f"flags{at}"] == column.filled
        why = None if flags or {level.casefold() for level in levels} <= _YES_NO else "table_kind_flags"
        return replace(column, guess="number" if flags else "text") if why is None else _refused(column, why)
    if kind in {"category", "ordered"} and not few:
        return _refused(column, "table_kind_levels")
    if kind == "ordered":
        known = ordered(levels) or _by_size(levels)
        return replace(column, levels=known) if known else _refused(column, "table_kind_order")
    return replace(column, levels=levels) if kind == "category" else column


def _refused(column: Column, why: str) -> Column:
    return replace(column, kind="text", role=None, said=None, refused=why)


def _by_size(levels: Sequence[str]) -> tuple[str, ...] | None:
    """Levels that are plain numbers, the smallest first."""
    try:
        return tuple(sorted(levels, key=lambda level: (float(level), level)))
    except ValueError:
        return None


def _kind(column: Column, levels: Sequence[str]) -> AttributeKind:
    """What a column of texts is, by its different values."""
    filled, distinct = column.filled, column.distinct
    if not filled:
        return "text"
    if distinct <= 2 and {level.casefold() for level in levels} <= _YES_NO:
        return "yes_no"
    if _CODE.search(normalised(column.header)) and distinct > FEW_LEVELS:
        return "id"
    if distinct <= MOST_LEVELS and distinct <= max(FEW_LEVELS, LEVEL_SHARE * filled) and 2 * distinct <= filled:
        return "category"
    if distinct == 1:
        return "category"
    plain = sum(" " not in level.strip() for level in levels) > 0.9 * len(levels)
    return "id" if distinct == filled and plain and filled > 2 else "text"
