"""Tables in one file of DuckDB's own format, which any number of processes read at the same time."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import StoreError

VERSION = duckdb.__version__  # a file is only read for certain by the version that wrote it


def write_tables(engine: DuckEngine, tables: Sequence[str], path: Path) -> None:
    """Writes tables and views to a new file, their rows in order. Raises StoreError."""
    connection = engine.connection
    try:
        connection.execute(f"attach {text(str(path))} as made; set preserve_insertion_order = true")
        for table in tables:
            connection.execute(f"create table made.{quoted(table)} as select * from {quoted(table)}")
        connection.execute("detach made; set preserve_insertion_order = false")
    except duckdb.IOException as error:
        raise StoreError("cannot_write", path=str(path.parent), why=first_line(error)) from error


def read_tables(engine: DuckEngine, path: Path) -> None:
    """Names the tables of a file that `write_tables` made. Raises StoreError where it cannot be read."""
    try:
        engine.connection.execute(f"attach {text(str(path))} as made (read_only)")
    except duckdb.IOException as error:
        raise StoreError("cannot_read", path=str(path.parent), why=first_line(error)) from error
    for row in engine.rows("select table_name as name from duckdb_tables() where database_name = 'made' order by name"):
        engine.view_from(row["name"], f"select * from made.{quoted(row['name'])}")
