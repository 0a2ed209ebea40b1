"""Tables in one file of DuckDB's own format, which any number of processes read at the same time."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import StoreError

VERSION = duckdb.__version__  # a file is only read for certain by the version that wrote it


WORDS = 50_000  # different ones in a column, up to which rows hold numbers instead
Columns = Sequence[Sequence[str]]


def write_tables(
    engine: DuckEngine, tables: Sequence[str], path: Path, words: Mapping[str, Columns] | None = None
) -> None:
    """Writes tables and views to a new file, their rows in order. Raises StoreError.

    `words`: of a table the columns that repeat a few texts, those together that share them; they are written as numbers
    in the order of the texts, and are read, compared and sorted as texts.
    """
    connection = engine.connection
    try:
        connection.execute(f"attach {text(str(path))} as made; set preserve_insertion_order = true")
        for table in tables:
            known = _words(engine, table, (words or {}).get(table, ()))
            chosen = f"* replace ({known})" if known else "*"
            connection.execute(f"create table made.{quoted(table)} as select {chosen} from {quoted(table)}")
        connection.execute("detach made; set preserve_insertion_order = false")
    except duckdb.IOException as error:
        raise StoreError("cannot_write", path=str(path.parent), why=first_line(error)) from error


def _words(engine: DuckEngine, table: str, columns: Columns) -> str:
    """Makes the types of a table's words in the file; the columns in them, as SQL."""
    cast = []
    for number, some in enumerate(columns):
        each = (f"select {quoted(one)} as word from {quoted(table)} where {quoted(one)} is not null" for one in some)
        engine.make_from("words", f"select distinct word from ({' union all '.join(each)}) as every order by word")
        if 0 < engine.rows("select count(*) as n from words")[0]["n"] <= WORDS:
            kind = f"made.{quoted(f'{table} {number}')}"
            engine.connection.execute(f"create type {kind} as enum (select word from words order by word)")
            cast += [f"cast({quoted(one)} as {kind}) as {quoted(one)}" for one in some]
    return ", ".join(cast)


def read_tables(engine: DuckEngine, path: Path) -> None:
    """Names the tables of a file that `write_tables` made. Raises StoreError where it cannot be read."""
    try:
        engine.connection.execute(f"attach {text(str(path))} as made (read_only)")
    except duckdb.IOException as error:
        raise StoreError("cannot_read", path=str(path.parent), why=first_line(error)) from error
    for row in engine.rows("select table_name as name from duckdb_tables() where database_name = 'made' order by name"):
        engine.view_from(row["name"], f"select * from made.{quoted(row['name'])}")
