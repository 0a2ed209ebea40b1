"""What the cells of a column look like, from a bounded sample spread over the whole input."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from regulars.engine import legible
from regulars.sources.cells import id_sql, plain_id_sql, text_sql
from regulars.sources.dates import Written, written
from regulars.sources.layout import Form
from regulars.sources.numbers import AFTER, BEFORE, parse
from regulars.sources.raw import Raw
from regulars.sources.types import is_date, is_numeric

BLOCKS, BLOCK_ROWS = 10, 2_000  # contiguous rows, so that orders stay whole
LOOKED_AT = 1_000  # cells of a column that are looked at one by one
LONGEST = 300  # characters of a cell that are looked at: what it is shows at its beginning
MOST_COLUMNS = 120  # that are looked into; the best names first
_NUMBER = re.compile(
    rf"^[(+-]?\s*(?:{BEFORE}\.?|[A-Z]{{0,2}}[$£€¥₹฿₫₱])?\s*[-+]?\d[\d.,\s'\u00a0\u202f]*\s*(?:{AFTER}\.?|[$€₫%])?[)-]?$"
)
_WORD, _BLANK, _LETTER = re.compile(r"[^\W\d_]{2}"), re.compile(r"\s"), re.compile(r"[^\W\d_]")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")


@dataclass(frozen=True, slots=True)
class Content:
    """A column of the sample: shares are of its filled cells, 0 where there are none."""

    index: int
    cells: tuple[str, ...]  # as text, trimmed, blanks left out
    filled: float
    numbers: float
    integers: float
    median: float  # of the absolute numbers
    emails: float
    words: float  # cells with letters on both sides of a blank: names, descriptions
    dates: Written | None
    native_date: bool


def take_sample(raw: Raw, indexes: Sequence[int]) -> None:
    """Leave the table `sample`: line and these columns, at most 20,000 rows in blocks spread over the input."""
    if raw.rows <= BLOCKS * BLOCK_ROWS:
        where = "true"
    else:
        starts = [1 + block * (raw.rows - BLOCK_ROWS) // (BLOCKS - 1) for block in range(BLOCKS)]
        where = " or ".join(raw.between(start, start + BLOCK_ROWS - 1) for start in starts)
    columns = ", ".join(["line", *(f"c{index}" for index in indexes)])
    with legible():
        raw.engine.connection.execute(f"create or replace temp table sample as select {columns} from raw where {where}")


def look(raw: Raw, indexes: Sequence[int]) -> dict[int, Content]:
    """The content of these columns of `sample`, looked at evenly over its rows."""
    if not indexes:
        return {}
    texts = ", ".join(
        f"left(trim(cast(c{index} as varchar), ' ' || chr(9) || chr(160) || chr(0)), {LONGEST}) as c{index}"
        for index in indexes
    )
    rows = raw.engine.connection.execute("select count(*) from sample").fetchone()
    step = max(1, (rows[0] if rows else 0) // LOOKED_AT)
    numbered = "select *, row_number() over (order by line) as r from sample"
    sql = f"select {texts} from ({numbered}) where r % {step} = 0 order by r"
    columns = list(zip(*raw.engine.connection.execute(sql).fetchall(), strict=True)) or [() for _ in indexes]
    return {index: _content(index, raw.types[index], cells) for index, cells in zip(indexes, columns, strict=True)}


def forms(raw: Raw, ids: Sequence[int], others: Sequence[int]) -> dict[int, Form]:
    """How much care the text columns of a typed input need, which each query reads anew: plain is taken as it stands.

    Ids are judged by every distinct value, other texts by the sample (there an odd blank would be a blemish, in an id
    another customer).
    """
    if all(kind == "VARCHAR" for kind in raw.types):
        return {}
    found: dict[int, Form] = {}
    for index in (*ids, *others):
        if raw.types[index] != "VARCHAR":
            continue
        cell = f"c{index}"
        asked = f"raw where not {plain_id_sql(cell)}" if index in ids else f"sample where {cell} is not null"
        full = (id_sql if index in ids else text_sql)(cell, "VARCHAR")
        changed, odd = f"({full}) is distinct from {cell}", f"({full}) is distinct from trim({cell})"
        row = raw.engine.rows(
            f"select coalesce(bool_or({changed}), false) as changed, coalesce(bool_or({odd}), false) as odd "
            f"from (select distinct {cell} from {asked})"
        )[0]
        if not row["odd"]:
            found[index] = "spaces" if row["changed"] or index in others else "plain"
    return found


def repeats(raw: Raw, index: int) -> bool:
    """Whether any value of a column stands twice in the sample, whose rows stand together as in the input."""
    row = raw.engine.rows(f"select count(c{index}) > count(distinct c{index}) as twice from sample")[0]
    return bool(row["twice"])


def _content(index: int, kind: str, cells: Sequence[str | None]) -> Content:
    filled = tuple(cell for cell in cells if cell and cell != "-")
    n = len(filled) or 1
    shaped = [cell for cell in filled if is_numeric(kind) or _NUMBER.match(cell)]
    values = [
        v
        for cell in shaped
        if (v := parse(cell, ".") if parse(cell, ".") is not None else parse(cell, ",")) is not None
    ]
    return Content(
        index=index,
        cells=filled,
        filled=len(filled) / (len(cells) or 1),
        numbers=len(values) / n,
        integers=sum(value == int(value) for value in values) / n,
        median=float(median(abs(value) for value in values)) if values else 0.0,
        emails=sum(bool(_EMAIL.match(cell)) for cell in filled) / n,
        words=sum(map(_is_phrase, filled)) / n,
        dates=None if is_date(kind) or kind == "BOOLEAN" else written(filled),
        native_date=is_date(kind),
    )


def _is_phrase(cell: str) -> bool:
    """Whether two letters in a row stand before a blank and a letter behind it; in time that grows with the length."""
    word = _WORD.search(cell)
    blank = _BLANK.search(cell, word.end()) if word else None
    return bool(blank and _LETTER.search(cell, blank.end()))
