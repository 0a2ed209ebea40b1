"""Text files with separated cells (CSV, TSV, semicolon, pipe, fixed columns of numbers) -> a part."""

import re
from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, quoted, text
from regulars.errors import InputError
from regulars.locale import Message
from regulars.sources.dialect import ONE_COLUMN, SAMPLE, Dialect, sniff
from regulars.sources.encoding import LONGEST_LINE, Plain, plain_text
from regulars.sources.files import as_pattern, refused
from regulars.sources.frames import MOST_COLUMNS
from regulars.sources.head import FIRST_ROWS, distinct, find_head, head_notes
from regulars.sources.part import Part, in_order
from regulars.sources.raw import InputFile
from regulars.sources.repair import blank_lines, last_line_ends, repaired


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
    try:
        _load(engine, source, table, dialect, plain, folder / f"{table}.fixed")
    except duckdb.Error as error:
        raise refused(error, path.name) from error
    return _described(engine, table, plain, dialect)


def _load(engine: DuckEngine, source: Path, table: str, dialect: Dialect, plain: Plain, spare: Path) -> None:
    """All cells as text, and one column more than the width, which catches what is too much.

    What DuckDB refuses, or what it may have lost rows of, is repaired and read again.
    """
    delimiter = dialect.delimiter or "\t"
    with in_order(engine):
        if plain.quotes % 2 == 0:  # in a file in good order every quotation mark has its partner
            try:
                _read_csv(engine, source, table, delimiter, dialect.width)
            except duckdb.Error as error:
                if "No space left" in str(error):
                    raise
            else:
                if _complete(engine, table, source, plain, dialect):
                    return
        fixed = repaired(source, spare, delimiter, dialect.width, plain.name)
        _read_csv(engine, fixed, table, delimiter, dialect.width)


def _read_csv(engine: DuckEngine, source: Path, table: str, delimiter: str, width: int) -> None:
    """One thread reads: DuckDB's parallel reader refuses short rows beside quoted newlines, and costs more CPU."""
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(width + 1))
    options = (
        "auto_detect = false, header = false, quote = '\"', escape = '\"', null_padding = true, strict_mode = true, "
        f"parallel = false, compression = 'none', max_line_size = {2 * LONGEST_LINE}, delim = {text(delimiter)}, "
        f"columns = {{{columns}}}"
    )
    query = f"select * from read_csv({as_pattern(source)}, {options})"
    engine.connection.execute(f"create or replace table {quoted(table)} as {query}")


def _complete(engine: DuckEngine, table: str, source: Path, plain: Plain, dialect: Dialect) -> bool:
    """Whether each line of the file is a row, a blank line, or stands within a cell, and the last one has its end.

    DuckDB drops without a word what follows a quotation mark that is never closed.
    """
    missing = plain.lines - engine.rows(f"select count(*) as n from {quoted(table)}")[0]["n"]
    if missing > 0:
        counts = (
            f"case when contains(c{at}, chr(10)) then length(regexp_replace({bare}, '\\n+', chr(10), 'g')) "
            f"- length(replace({bare}, chr(10), '')) else 0 end"
            for at in range(dialect.width)
            for bare in [f"replace(c{at}, chr(13), '')"]
        )
        within = engine.rows(f"select sum({' + '.join(counts)}) as n from {quoted(table)}")[0]["n"] or 0
        if missing != within + blank_lines(source):
            return False
    return plain.quotes == 0 or last_line_ends(source, dialect.delimiter or "\t")


def _described(engine: DuckEngine, table: str, plain: Plain, dialect: Dialect) -> Part:
    cells = ", ".join(f"c{at}" for at in range(dialect.width))
    first = f"select {cells} from {quoted(table)} where rowid < {FIRST_ROWS} order by rowid"
    head = find_head(engine.connection.execute(first).fetchall(), dialect.width)
    file = InputFile(
        name=plain.name,
        kind="csv",
        bytes=plain.bytes,
        sha256=plain.sha256,
        encoding=plain.encoding,
        delimiter=None if dialect.delimiter == ONE_COLUMN else dialect.delimiter or " ",
        compression=plain.compression,
    )
    notes = (*_file_notes(plain), *head_notes(head, plain.name), *_row_notes(engine, table, plain, dialect))
    headers = distinct(head.names or (), dialect.width)
    return Part(table, headers, head.skip, file, notes, named=head.names is not None)


def _file_notes(plain: Plain) -> list[Message]:
    notes = []
    if plain.encoding in ("cp1252", "latin-1"):
        notes.append(Message("reading.encoding", {"file": plain.name, "encoding": plain.encoding}))
    if plain.nul:
        notes.append(Message("reading.nul", {"file": plain.name}))
    return notes


def _row_notes(engine: DuckEngine, table: str, plain: Plain, dialect: Dialect) -> list[Message]:
    """Rows with too many cells, and cells that swallowed whole rows because a quote was never closed."""
    notes = []
    rows = engine.rows(
        f"select count(*) as n, count(c{dialect.width}) as surplus, "
        f"min(case when c{dialect.width} is not null then rowid end) + 1 as first from {quoted(table)}"
    )[0]
    if rows["surplus"]:
        values = {"file": plain.name, "count": rows["surplus"], "row": rows["first"]}
        notes.append(Message("reading.surplus_cells", values))
    if plain.lines > rows["n"] and dialect.width > 3:  # below that width a text may hold as many separators
        whole_row = f"chr(10) || '([^\\n]*{re.escape(dialect.delimiter or chr(9))}){{{dialect.width - 1}}}'"
        swallowed = " or ".join(f"regexp_matches(c{at}, {whole_row})" for at in range(dialect.width))
        found = engine.rows(f"select count(*) as n, min(rowid) + 1 as first from {quoted(table)} where {swallowed}")[0]
        if found["n"]:
            notes.append(
                Message("reading.quote_open", {"file": plain.name, "count": found["n"], "row": found["first"]})
            )
    return notes


def _tabbed(source: Path, target: Path) -> Path:
    """Columns held apart by blanks, as columns held apart by tabs."""
    with source.open(encoding="utf-8-sig") as lines, target.open("w", encoding="utf-8") as out:
        out.writelines("\t".join(line.split()) + "\n" for line in lines)
    return target
