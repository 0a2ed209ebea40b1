"""One file, sheet, table or frame after loading: a table in the engine that is not yet one with its neighbours."""

from dataclasses import dataclass, replace

from regulars.engine import DuckEngine, quoted
from regulars.locale import Message
from regulars.sources.raw import InputFile


@dataclass(frozen=True, slots=True)
class Part:
    """A loaded table with the columns c0, c1, ... in the order of `headers`; its first `skip` rows are no data."""

    table: str
    headers: tuple[str, ...]
    skip: int
    file: InputFile
    notes: tuple[Message, ...] = ()


def without_blank_rows(engine: DuckEngine, part: Part) -> Part:
    """The part without rows whose cells are all empty, counted in a note; and with `file.rows` filled in."""
    table, filled = quoted(part.table), f"coalesce({', '.join(f'c{i}::varchar' for i in range(len(part.headers)))})"
    counts = engine.rows(f"select count(*) as n, count({filled}) as kept from {table} where rowid >= {part.skip}")[0]
    rows, blank = counts["kept"], counts["n"] - counts["kept"]
    notes = part.notes
    if blank:
        where = f"rowid >= {part.skip} and {filled} is not null"
        engine.connection.execute(f"create or replace table {table} as select * from {table} where {where}")
        notes = (*notes, Message("reading.blank_rows", {"file": part.file.name, "count": blank}))
    skip = 0 if blank else part.skip
    return replace(part, skip=skip, notes=notes, file=replace(part.file, rows=rows))
