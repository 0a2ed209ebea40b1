"""A customer table: one row per customer, any columns -> the table `people_read`, typed and checked.

    read_raw -> people_cells (each cell as text and as what it may be) -> kinds, roles -> people_read

`people_read` has `line`, `customer_id` and one typed column per attribute; every row of the input is in it. A value
that cannot be (an age of 0, a birth in 1893, an income of 666,666) becomes unknown and is a finding.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from regulars.engine import DuckEngine, Row, quoted
from regulars.errors import InputError
from regulars.features.people_models import RESERVED, Attribute
from regulars.locale import Message
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.cells import empty_sql, id_sql
from regulars.sources.customer_table import SHOWN, CustomerTable, require_once
from regulars.sources.headers import meanings, normalised
from regulars.sources.kinds import MOST_LEVELS, UNKNOWN, Column, decided, guessed
from regulars.sources.mistaken import nearly_ids, refuse_orders
from regulars.sources.open import read_raw
from regulars.sources.plausible import checked
from regulars.sources.raw import Raw
from regulars.sources.roles import role_of
from regulars.sources.spellings import Counted, merged_finding

MOST_COLUMNS = 300  # of a table; every one costs planning and pairs with every other
BLOCK = 50  # columns that are counted by one query: what planning it takes grows with the square of their number


def read_table(source: Any, settings: Settings) -> CustomerTable:
    """Reads any source as a customer table.

    Raises InputError where it is not understood, has no rows, or customers stand in it twice.
    """
    raw = read_raw(source, settings)
    try:
        return _table(raw, settings)
    except BaseException:
        raw.engine.close()
        raise


def _table(raw: Raw, settings: Settings) -> CustomerTable:
    _refuse(raw, settings)
    columns, assumed = guessed(raw, settings)
    who = id_column(raw, columns, settings)
    others = [column for column in columns if column is not who]
    _read_cells(raw, who, others)
    engine = raw.engine
    counts = _counts(engine, others)
    held = [_levels(engine, column) for column in others]
    known = [decided(column, counts, found) for column, found in zip(others, held, strict=True)]
    names = _names(engine, known)
    checks = checked(engine, known)
    fields = [f"{checks.sql.get(c.index, c.typed())} as {quoted(n)}" for c, n in zip(known, names, strict=True)]
    engine.make_from("people_read", f"select line, {', '.join(['customer_id', *fields])} from people_cells")
    attributes = tuple(
        replace(attribute, possible=checks.possible.get(column.index))
        for attribute, column in zip(_attributes(engine, known, names), known, strict=True)
    )
    unfit = ([] if who else nearly_ids(raw, _weak(columns))) + _unfit_kinds(raw.headers, known, settings)
    unread = (*_unread(engine, known), *_said_unknown(raw, others), *checks.findings)
    written = (*_counters(known), *_respelled(known, held))
    found = (*_ids(engine, who), *unfit, *unread, *written, *_useless(attributes, raw.rows))
    engine.drop("people_cells", "sample")
    raw.drop()
    return CustomerTable(
        engine,
        raw.rows,
        attributes,
        found,
        raw.inputs,
        who.header if who else None,
        _day_after(engine, attributes),
        (*raw.notes, *assumed, *([] if who else [Message("people.table.numbered")])),
        settings,
    )


def _refuse(raw: Raw, settings: Settings) -> None:
    """Raises InputError where the input is empty, too wide, or holds orders."""
    if not raw.rows:
        raise InputError("table_empty")
    if len(raw.headers) > MOST_COLUMNS:
        raise InputError("table_too_wide", columns=len(raw.headers), most=MOST_COLUMNS)
    refuse_orders(raw, settings)


def id_column(raw: Raw, columns: Sequence[Column], settings: Settings) -> Column | None:
    """The column that says who: the one given, else by name, else `ID` where no value stands twice."""
    wanted = settings.map.get("customer_id")
    if wanted and (given := [c for c in columns if normalised(c.header) == normalised(wanted)]):
        return given[0]
    strength = {c.index: dict(meanings(c.header)).get("customer_id", 0.0) for c in columns}
    named = [column for column in columns if strength[column.index] >= 0.7]
    if named:
        return max(named, key=lambda column: (strength[column.index], -column.index))
    return next((column for column in _weak(columns) if _unique(raw, column)), None)


def _weak(columns: Sequence[Column]) -> list[Column]:
    """The columns that say who if no value stands in them twice."""
    return [
        column
        for column in columns
        if "customer_id" in dict(meanings(column.header))
        or normalised(column.header) in _WEAK_IDS
        or column.header.strip() == "#"
    ]


_WEAK_IDS = frozenset({"id", "no", "nomor", "number", "uid", "key", "index", "column 1", "email", "e mail", "row"})


def _unique(raw: Raw, column: Column) -> bool:
    row = raw.engine.rows(f"select count(v) as n, count(distinct v) as d from (select {column.text} as v from raw)")[0]
    return bool(row["n"] == row["d"] == raw.rows)


def _read_cells(raw: Raw, who: Column | None, others: Sequence[Column]) -> None:
    """Makes `people_cells`: line, customer_id, whether the table gives none, and of each column the text t<i> and what
    it may be, v<i>. A row without an id gets the number of its line.
    """
    texts = "".join(f", {column.text} as t{column.index}" for column in others)
    fields = ["line", "coalesce(given, concat('row ', line)) as customer_id", "given is null as numbered"]
    for column in others:
        fields += [f"t{column.index}", f"{column.value or 'cast(null as varchar)'} as v{column.index}"]
    engine = raw.engine
    if len(others) > BLOCK:  # in a wide table, looking for parts that expressions share takes longer than working them
        engine.connection.execute("set disabled_optimizers = 'in_clause, common_subexpressions'")
    engine.make_from(
        "people_cells", f"select {', '.join(fields)} from (select *, {id_of(raw, who)} as given{texts} from raw)"
    )
    engine.connection.execute("set disabled_optimizers = 'in_clause'")


def id_of(raw: Raw, who: Column | None) -> str:
    """A customer's id, written as reading orders would write it; null where there is none."""
    if who is None:
        return "cast(null as varchar)"
    cell, kind = f"c{who.index}", raw.types[who.index]
    sampled = raw.engine.rows(f"select {cell} as v from sample where {cell} is not null limit 1000")
    texts = [str(row["v"]) for row in sampled]
    pointed = bool(texts) and all(re.fullmatch(r"\s*\d+(\.0)?\s*", t) for t in texts) and any("." in t for t in texts)
    sql = id_sql(cell, kind, pointed and kind == "VARCHAR")
    if texts and sum("@" in text for text in texts) >= 0.9 * len(texts):
        sql = f"lower({sql})"
    return f"case when not {empty_sql(sql)} then {sql} end"


def _counts(engine: DuckEngine, columns: Sequence[Column]) -> Row:
    counts: Row = {}
    for start in range(0, len(columns), BLOCK):
        counts |= engine.rows(_counts_sql(columns[start : start + BLOCK]))[0]
    return counts


def _counts_sql(columns: Sequence[Column]) -> str:
    counts = ["count(*) as n"]
    for at in (column.index for column in columns):
        counts.append(f"count(t{at}) as filled{at}, count(distinct t{at}) as texts{at}")
        counts.append(f"count(v{at}) as parsed{at}, count(distinct v{at}) as values{at}")
    for column in columns:
        text, value, number = f"t{column.index}", f"v{column.index}", column.guess == "number"
        flags = f"count(*) filter ({value} in (0, 1))" if number else "0"
        tiny = f"count(*) filter ({value} = 0 and regexp_matches({text}, '^[^eE]*[1-9]'))" if number else "0"
        counts.append(f"{flags} as flags{column.index}, {tiny} as tiny{column.index}")
        off = f"max(abs({value} - line))" if number else "null"
        broken = f"count(*) filter ({value} <> floor({value}))" if number else "0"
        counts.append(f"{off} as off{column.index}, {broken} as broken{column.index}")
    return f"select {', '.join(counts)} from people_cells"


def _levels(engine: DuckEngine, column: Column) -> list[tuple[str, int]]:
    """The texts of a column with the rows that hold them, most frequent first."""
    at = f"t{column.index}"
    rows = engine.rows(
        f"select {at} as level, count(*) as n from people_cells where {at} is not null "
        f"group by all order by n desc, level limit {MOST_LEVELS + 1}"
    )
    return [(row["level"], row["n"]) for row in rows]


def _names(engine: DuckEngine, columns: Sequence[Column]) -> list[str]:
    """The columns' names in SQL: lower-case ASCII, unique, no keyword, and none that Regulars uses itself."""
    words = engine.rows("select keyword_name as word from duckdb_keywords() where keyword_category = 'reserved'")
    reserved = RESERVED | {row["word"] for row in words}
    names: list[str] = []
    for column in columns:
        plain = unicodedata.normalize("NFKD", normalised(column.header)).encode("ascii", "ignore").decode()
        name = "_".join(re.findall(r"[a-z0-9]+", plain))[:60] or f"column_{column.index + 1}"
        name = f"n_{name}" if name[0].isdigit() else f"{name}_given" if name in reserved else name
        times = 2
        while name in names:
            name, times = f"{name.removesuffix(f'_{times - 1}')}_{times}", times + 1
        names.append(name)
    return names


def _attributes(engine: DuckEngine, columns: Sequence[Column], names: Sequence[str]) -> tuple[Attribute, ...]:
    """The attributes, counted as they stand in `people_read`."""
    counts = [f"count({quoted(n)}) as f{i}, count(distinct {quoted(n)}) as d{i}" for i, n in enumerate(names)]
    blocks = (counts[start : start + BLOCK] for start in range(0, len(counts), BLOCK))
    row = {k: n for some in blocks for k, n in engine.rows(f"select {', '.join(some)} from people_read")[0].items()}
    return tuple(
        Attribute(
            name,
            c.header,
            c.kind,
            c.role,
            c.levels if c.kind in _LEVELLED else (),
            row[f"f{i}"],
            row[f"d{i}"],
            said=c.said is not None,
        )
        for i, (c, name) in enumerate(zip(columns, names, strict=True))
    )


_LEVELLED = ("category", "ordered")


def _ids(engine: DuckEngine, who: Column | None) -> list[Finding]:
    """Rows without an id are said; customers that stand twice are refused."""
    require_once(engine, "customer_id", who.header if who else None)
    row = engine.rows("select count(*) as n, count(*) filter (numbered) as missing from people_cells")[0]
    if who is None or not row["missing"]:
        return []
    return [Finding("table_no_id", row["missing"], row["n"], "customers", values={"column": who.header})]


def _unfit_kinds(headers: Sequence[str], columns: Sequence[Column], settings: Settings) -> list[Finding]:
    """Kinds of the settings that a column cannot have, and those of columns that are not there."""
    unfit = [c for c in columns if c.refused]
    found = [
        Finding(str(c.refused), c.distinct if c.refused == "table_kind_levels" else 1, c.filled, "columns",
                values={"column": c.header})
        for c in unfit
    ]  # fmt: skip
    known = {normalised(header) for header in headers}
    if nowhere := [wanted for wanted in settings.kinds if normalised(wanted) not in known]:
        close = [near for name in nowhere for near in get_close_matches(name, headers, n=1, cutoff=0.3)] or headers[:20]
        values = {"columns": ", ".join(nowhere[:SHOWN]), "close": ", ".join(dict.fromkeys(close))}
        found.append(Finding("table_kind_nowhere", len(nowhere), len(settings.kinds), "columns", values={**values}))
    return found


def _unread(engine: DuckEngine, columns: Sequence[Column]) -> list[Finding]:
    """Cells of numbers and dates that are none."""
    found = []
    for column in (each for each in columns if each.unread):
        cells = engine.rows(
            f"select line, t{column.index} as cell from people_cells "
            f"where t{column.index} is not null and v{column.index} is null order by line limit 5"
        )
        samples = tuple({"line": str(row["line"]), column.header: row["cell"][:60]} for row in cells)
        code = "table_unread_dates" if column.guess == "date" else "table_unread_numbers"
        of = column.filled + column.unread
        values = {"column": column.header}
        found.append(Finding(code, column.unread, of, "customers", () if column.personal else samples, {**values}))
    return [*found, *_rounded(columns), *_misread(columns)]


def _said_unknown(raw: Raw, columns: Sequence[Column]) -> list[Finding]:
    """Cells that say in words that nothing is known, by column."""
    texts = [column for column in columns if raw.types[column.index] == "VARCHAR"]
    cells = " union all ".join(f"select {c.index} as place, lower(trim(c{c.index})) as word from raw" for c in texts)
    if not texts:
        return []
    rows = raw.engine.rows(
        f"select place, word, count(*) as n from ({cells}) where word in {UNKNOWN} "
        "group by all order by place, n desc, word"
    )
    said: dict[int, list[Row]] = {}
    for row in rows:
        said.setdefault(row["place"], []).append(row)
    return [
        Finding(
            "table_said_unknown",
            sum(row["n"] for row in said[column.index]),
            raw.rows,
            "customers",
            values={"column": column.header, "words": ", ".join(row["word"] for row in said[column.index][:5])},
        )
        for column in texts
        if column.index in said
    ]


def _rounded(columns: Sequence[Column]) -> list[Finding]:
    """Numbers that four decimals make 0."""
    return [
        Finding("table_tiny_numbers", c.tiny, c.filled, "customers", values={"column": c.header})
        for c in columns
        if c.tiny and c.kind == "number"
    ]


def _counters(columns: Sequence[Column]) -> list[Finding]:
    """Columns that number the rows."""
    running = [c.header for c in columns if c.running]
    values = {"columns": ", ".join(running[:SHOWN])}
    return [Finding("table_running_numbers", len(running), len(columns), "columns", values={**values})] * bool(running)


def _respelled(columns: Sequence[Column], held: Sequence[Counted]) -> list[Finding]:
    """Categories whose values were written in several ways."""
    both = zip(columns, held, strict=True)
    return [merged_finding(c.header, found, dict(c.merged)) for c, found in both if c.merged]


def _misread(columns: Sequence[Column]) -> list[Finding]:
    """Columns that are called, and look, like numbers or dates, but too few of whose cells are."""
    found = []
    for column in columns:
        if column.near and column.filled and column.kind in {"text", "category", "id"} and _expected(column):
            values = {"column": column.header}
            found.append(
                Finding(f"table_not_{column.near}s", column.filled, column.filled, "customers", values={**values})
            )
    return found


def _expected(column: Column) -> bool:
    """Whether what the column looks like is what its header means."""
    return column.near == "date" or role_of(column.header, "number") is not None


def _useless(attributes: Sequence[Attribute], rows: int) -> list[Finding]:
    """Columns without a value, with one value for everybody, and categories that are another one for everybody."""
    found = []
    kinds = {
        "table_empty_columns": [a for a in attributes if not a.filled],
        "table_constant_columns": [a for a in attributes if a.distinct == 1 and a.filled == rows and rows > 1],
        "table_all_distinct": [a for a in attributes if a.kind == "text" and a.role and a.distinct == a.filled > 1],
    }
    for code, columns in kinds.items():
        if columns:
            names = ", ".join(str(column.header) for column in columns[:SHOWN])
            found.append(Finding(code, len(columns), len(attributes), "columns", values={"columns": names}))
    return found


def _day_after(engine: DuckEngine, attributes: Sequence[Attribute]) -> date | None:
    """The day after the latest date of the table; days of birth say nothing of when it was made."""
    dated = [a.name for a in attributes if a.kind == "date" and a.role != "birth_date" and a.filled]
    if not dated:
        return None
    latest = engine.rows(
        f"select {', '.join(f'max({quoted(n)}) as d{i}' for i, n in enumerate(dated))} from people_read"
    )
    day: date = max(latest[0].values())
    return day + timedelta(days=1)
