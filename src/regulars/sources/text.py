"""Text files with separated cells (CSV, TSV, semicolon, pipe, fixed columns of numbers) -> a part."""

from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import InputError
from regulars.locale import Message, Value
from regulars.sources.dialect import ONE_COLUMN, SAMPLE, Dialect, sniff
from regulars.sources.encoding import Plain, plain_text
from regulars.sources.head import Head, distinct, find_head
from regulars.sources.part import Part
from regulars.sources.raw import InputFile

MOST_COLUMNS = 2_000
_FIRST_ROWS = 60


def read_text(engine: DuckEngine, path: Path, table: str, folder: Path) -> Part:
    """Loads a text file into `table`, every cell as text and an empty one as NULL, rows in the order of the file.

    A row with fewer cells than the header is filled up with NULLs; what stands beyond the last column is counted in a
    note. Raises InputError where the content cannot be a table.
    """
    plain = plain_text(path, folder / f"{table}.txt")
    with plain.path.open("r", encoding="utf-8-sig", newline="") as file:
        sample = file.read(SAMPLE)
    if not sample.strip():
        raise InputError("input_empty", file=path.name)
    dialect = sniff(sample if len(sample) < SAMPLE else sample[: sample.rfind("\n") + 1] or sample)
    if dialect.width > MOST_COLUMNS:
        raise InputError("too_many_columns", file=path.name, count=dialect.width, limit=MOST_COLUMNS)
    source = plain.path
    if dialect.delimiter is None:
        source = _tabbed(source, folder / f"{table}.tsv")
    _load(engine, source, table, dialect, path.name)
    return _described(engine, path, table, plain, dialect)


def _described(engine: DuckEngine, path: Path, table: str, plain: Plain, dialect: Dialect) -> Part:
    cells = ", ".join(f"c{i}" for i in range(dialect.width))
    first = engine.connection.execute(
        f"select {cells} from {quoted(table)} where rowid < {_FIRST_ROWS} order by rowid"
    ).fetchall()
    head = find_head(first, dialect.width)
    delimiter = None if dialect.delimiter == ONE_COLUMN else dialect.delimiter or " "
    file = InputFile(
        name=path.name,
        kind="csv",
        bytes=plain.bytes,
        sha256=plain.sha256,
        encoding=plain.encoding,
        delimiter=delimiter,
        compression=plain.compression,
    )
    notes = (*_file_notes(plain, path.name), *head_notes(head, path.name))
    surplus = f"c{dialect.width}"
    found = engine.rows(f"select count(*) as n, min(rowid) as first from {quoted(table)} where {surplus} is not null")[
        0
    ]
    if found["n"]:
        values: dict[str, Value] = {"file": path.name, "count": found["n"], "row": found["first"] + 1}
        notes = (*notes, Message("reading.surplus_cells", values))
    return Part(table, distinct(head.names or (), dialect.width), head.skip, file, notes)


def head_notes(head: Head, name: str) -> tuple[Message, ...]:
    """What the reader is told about the header row."""
    notes = []
    if head.names is None:
        notes.append(Message("reading.no_header", {"file": name}))
    if head.titles:
        notes.append(Message("reading.titles", {"file": name, "count": head.titles}))
    return tuple(notes)


def _file_notes(plain: Plain, name: str) -> tuple[Message, ...]:
    notes = []
    if plain.encoding in ("cp1252", "latin-1"):
        notes.append(Message("reading.encoding", {"file": name, "encoding": plain.encoding}))
    if plain.nul:
        notes.append(Message("reading.nul", {"file": name}))
    return tuple(notes)


def _load(engine: DuckEngine, source: Path, table: str, dialect: Dialect, name: str) -> None:
    """All cells as text, and one column more than the width, which catches what is too much.

    One thread reads: DuckDB's parallel reader refuses short rows beside quoted newlines, and costs a third more CPU.
    """
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(dialect.width + 1))
    options = (
        "auto_detect = false, header = false, quote = '\"', escape = '\"', null_padding = true, strict_mode = false, "
        f"parallel = false, delim = {text(dialect.delimiter or chr(9))}, columns = {{{columns}}}"
    )
    try:
        engine.connection.execute("set preserve_insertion_order = true")
        engine.connection.execute(
            f"create or replace table {quoted(table)} as select * from read_csv({text(str(source))}, {options})"
        )
    except duckdb.Error as error:
        raise InputError("input_unreadable", file=name, why=first_line(error)) from error
    finally:
        engine.connection.execute("set preserve_insertion_order = false")


def _tabbed(source: Path, target: Path) -> Path:
    """Columns held apart by blanks, as columns held apart by tabs."""
    with source.open(encoding="utf-8-sig") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines("\t".join(line.split()) + "\n" for line in lines)
    return target
