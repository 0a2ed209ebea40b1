"""Orders given as a customer table and the reverse; and the column that would say who, but for copies in it."""

from collections.abc import Sequence
from typing import Any

from regulars.errors import ColumnError, InputError, RegularsError
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.customer_table import SHOWN
from regulars.sources.headers import meanings, normalised
from regulars.sources.kinds import Column
from regulars.sources.lines import OF_ORDERS
from regulars.sources.raw import Raw

_SURE = 0.7  # strength of a name
_FEW = 0.05  # of the rows may be copies in a column that says who


def told_of_orders(headers: Sequence[str]) -> frozenset[str]:
    """What only order lines say, by the names of the columns."""
    return OF_ORDERS & {name for header in headers for name, strength in meanings(header)[:1] if strength >= _SURE}


def as_customers(source: Any, settings: Settings, error: ColumnError) -> ColumnError:
    """The error that orders lack a column; of a customer table, that it is one and what to type."""
    from regulars.sources.inspect import customers_or_none

    if error.message.key != "errors.columns_missing" or not (table := customers_or_none(source, settings)):
        return error
    if told_of_orders(table.headers):
        return error
    flags = " ".join(f"--map {column}=HEADER" for column in str(error.message.values["missing"]).split(", "))
    return ColumnError("rather_customers", file=table.inputs[0].name, rows=table.rows, flags=flags)


def refuse_orders(raw: Raw, settings: Settings) -> None:
    """Raises InputError where what is given as a customer table is recognised as order lines, many of a customer."""
    from regulars.sources.detect import detect

    if not told_of_orders(raw.headers):
        return
    try:
        layout = detect(raw, settings)
    except RegularsError:
        return
    if not OF_ORDERS & {mapped.column for mapped in layout.mapping}:
        return
    who = next(mapped for mapped in layout.mapping if mapped.column == "customer_id")
    if who.folded and any(normalised(h) in {"id", "uid"} and _unique(raw, i) for i, h in enumerate(raw.headers)):
        return  # people of one name, each with an id
    row = raw.engine.rows(f"select count(c{who.index}) as n, count(distinct c{who.index}) as ids from raw")[0]
    if row["ids"] < (1 - _FEW) * row["n"]:
        name = raw.inputs[0].name
        raise InputError("table_is_orders", file=name, ids=row["ids"], rows=row["n"], column=who.header)


def _unique(raw: Raw, index: int) -> bool:
    row = raw.engine.rows(f"select count(distinct c{index}) as ids from raw")[0]
    return bool(row["ids"] == raw.rows)


def nearly_ids(raw: Raw, columns: Sequence[Column]) -> list[Finding]:
    """The first of these columns that would say who, were it not for few that stand in it twice."""
    for column in columns:
        values = f"(select {column.text} as v from raw)"
        row = raw.engine.rows(f"select count(v) as n, count(distinct v) as ids from {values}")[0]
        if row["n"] == raw.rows and (1 - _FEW) * row["n"] <= row["ids"] < row["n"]:
            twice = raw.engine.rows(
                f"select v from {values} group by v having count(*) > 1 order by v limit {SHOWN + 1}"
            )
            ids = ", ".join(str(each["v"]) for each in twice[:SHOWN]) + (", …" if len(twice) > SHOWN else "")
            count = row["n"] - row["ids"]
            return [
                Finding("table_near_id", count, raw.rows, "customers", values={"column": column.header, "ids": ids})
            ]
    return []
