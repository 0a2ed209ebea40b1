"""Text files with separated cells (CSV, TSV, semicolon, pipe, fixed columns of numbers) -> a part."""

import re
from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import InputError
from regulars.locale import Message
from regulars.sources.dialect import ONE_COLUMN, SAMPLE, Dialect, sniff
from regulars.sources.encoding import LONGEST_LINE, Plain, plain_text
from regulars.sources.files import as_pattern
from regulars.sources.frames import MOST_COLUMNS
from regulars.sources.head import FIRST_ROWS, distinct, find_head, head_notes
from regulars.sources.part import Part, in_order
from regulars.sources.raw import InputFile

_LINE = re.compile(r"on Line: (\d+)")


def read_text(engine: DuckEngine, path: Path, table: str, folder: Path) -> Part:
    """Loads a text file into `table`, every cell as text and an empty one as NULL, rows in the order of the file.

    A row with fewer cells than the header is filled up with NULLs; what stands beyond the last column is counted in a
    note. Raises InputError where the content cannot be a table.
    """
    plain = plain_text(path, folder / f"{table}.txt")
    with plain.path.open(encoding="utf-8-sig", newline="") as file:
        sample = file.read(SAMPLE)
    if not sample.strip():
        raise InputError("input_empty", file=path.name)
    dialect = sniff(sample if len(sample) < SAMPLE else sample[: sample.rfind("\n") + 1] or sample)
    if dialect.width > MOST_COLUMNS:
        raise InputError("too_many_columns", file=path.name, limit=MOST_COLUMNS)
    source = plain.path
    if dialect.delimiter is None:
        source = _tabbed(source, folder / f"{table}.tsv")
    _load(engine, source, table, dialect, path.name)
    return _described(engine, path.name, table, plain, dialect)


def _load(engine: DuckEngine, source: Path, table: str, dialect: Dialect, name: str) -> None:
    """All cells as text, and one column more than the width, which catches what is too much.

    One thread reads: DuckDB's parallel reader refuses short rows beside quoted newlines, and costs a third more CPU.
    """
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(dialect.width + 1))
    options = (
        "auto_detect = false, header = false, quote = '\"', escape = '\"', null_padding = true, strict_mode = false, "
        f"parallel = false, compression = 'none', max_line_size = {LONGEST_LINE}, "
        f"delim = {text(dialect.delimiter or chr(9))}, columns = {{{columns}}}"
    )
    try:
        with in_order(engine):
            query = f"select * from read_csv({as_pattern(source)}, {options})"
            engine.connection.execute(f"create or replace table {quoted(table)} as {query}")
    except duckdb.Error as error:
        if "Maximum line size" in str(error):
            line = _LINE.search(str(error))
            raise InputError("quote_open", file=name, line=line.group(1) if line else None) from error
        raise InputError("input_unreadable", file=name, why=first_line(error)) from error


def _described(engine: DuckEngine, name: str, table: str, plain: Plain, dialect: Dialect) -> Part:
    cells = ", ".join(f"c{at}" for at in range(dialect.width))
    first = f"select {cells} from {quoted(table)} where rowid < {FIRST_ROWS} order by rowid"
    head = find_head(engine.connection.execute(first).fetchall(), dialect.width)
    file = InputFile(
        name=name,
        kind="csv",
        bytes=plain.bytes,
        sha256=plain.sha256,
        encoding=plain.encoding,
        delimiter=None if dialect.delimiter == ONE_COLUMN else dialect.delimiter or " ",
        compression=plain.compression,
    )
    notes = (*_file_notes(plain, name), *head_notes(head, name), *_row_notes(engine, table, plain, dialect, name))
    headers = distinct(head.names or (), dialect.width)
    return Part(table, headers, head.skip, file, notes, named=head.names is not None)


def _file_notes(plain: Plain, name: str) -> list[Message]:
    notes = []
    if plain.encoding in ("cp1252", "latin-1"):
        notes.append(Message("reading.encoding", {"file": name, "encoding": plain.encoding}))
    if plain.nul:
        notes.append(Message("reading.nul", {"file": name}))
    return notes


def _row_notes(engine: DuckEngine, table: str, plain: Plain, dialect: Dialect, name: str) -> list[Message]:
    """Rows with too many cells, and cells that swallowed whole rows because a quote was never closed."""
    notes = []
    rows = engine.rows(
        f"select count(*) as n, count(c{dialect.width}) as surplus, "
        f"min(case when c{dialect.width} is not null then rowid end) + 1 as first from {quoted(table)}"
    )[0]
    if rows["surplus"]:
        values = {"file": name, "count": rows["surplus"], "row": rows["first"]}
        notes.append(Message("reading.surplus_cells", values))
    if plain.newlines > rows["n"] and dialect.width > 3:  # below that width a text may hold as many separators
        whole_row = f"chr(10) || '([^\\n]*{re.escape(dialect.delimiter or chr(9))}){{{dialect.width - 1}}}'"
        swallowed = " or ".join(f"regexp_matches(c{at}, {whole_row})" for at in range(dialect.width))
        found = engine.rows(f"select count(*) as n, min(rowid) + 1 as first from {quoted(table)} where {swallowed}")[0]
        if found["n"]:
            notes.append(Message("reading.quote_open", {"file": name, "count": found["n"], "row": found["first"]}))
    return notes


def _tabbed(source: Path, target: Path) -> Path:
    """Columns held apart by blanks, as columns held apart by tabs."""
    with source.open(encoding="utf-8-sig") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines("\t".join(line.split()) + "\n" for line in lines)
    return target
