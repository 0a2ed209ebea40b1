"""One file, sheet, table or frame after loading: a table in the engine that is not yet one with its neighbours."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from regulars.engine import DuckEngine, quoted
from regulars.locale import Message
from regulars.sources.raw import InputFile


@dataclass(frozen=True, slots=True)
class Part:
    """A loaded table with the columns c0, c1, ... in the order of `headers`; its first `skip` rows are no data.

    `named` is whether the headers are the input's own; if not, they are `column 1`, `column 2`, ...
    """

    table: str
    headers: tuple[str, ...]
    skip: int
    file: InputFile
    notes: tuple[Message, ...] = ()
    named: bool = True
    whole: bool = False  # it is a view over a file, its rows counted: no person leaves blank lines in Parquet


def without_blank_rows(engine: DuckEngine, part: Part) -> Part:
    """The part without rows whose cells are all blank, counted in a note; and with `file.rows` filled in."""
    if part.whole:
        return part
    table, filled = quoted(part.table), _filled(_kinds(engine, part))
    counts = engine.rows(
        f"select count(*) as n, count(*) filter (where {filled}) as kept from {table} where rowid >= {part.skip}"
    )[0]
    rows, blank = counts["kept"], counts["n"] - counts["kept"]
    if not blank:
        return replace(part, file=replace(part.file, rows=rows))
    where = f"rowid >= {part.skip} and ({filled})"
    with in_order(engine):
        engine.connection.execute(f"create or replace table {table} as select * from {table} where {where}")
    note = Message("reading.blank_rows", {"file": part.file.name, "count": blank})
    return replace(part, skip=0, notes=(*part.notes, note), file=replace(part.file, rows=rows))


@contextmanager
def in_order(engine: DuckEngine) -> Iterator[None]:
    """Tables made inside keep the order of the rows they are made from, so that `rowid` numbers them."""
    engine.connection.execute("set preserve_insertion_order = true")
    try:
        yield
    finally:
        engine.connection.execute("set preserve_insertion_order = false")


def _kinds(engine: DuckEngine, part: Part) -> list[str]:
    described = engine.rows(f"describe {quoted(part.table)}")
    return [str(row["column_type"]) for row in described][: len(part.headers)]


def _filled(kinds: list[str]) -> str:
    """Whether any cell of a row is not blank; the first comparison settles nearly every row, and costs least."""
    texts = [f"c{at}" for at, kind in enumerate(kinds) if kind == "VARCHAR"]
    others = [f"c{at}" for at, kind in enumerate(kinds) if kind != "VARCHAR"]
    tests = [f"{cell} is not null" for cell in others] + [f"{cell} >= '!'" for cell in texts]
    tests += [f"trim(concat({', '.join(texts)})) <> ''"] if texts else []
    return f"case {' '.join(f'when {test} then true' for test in tests)} else false end"
