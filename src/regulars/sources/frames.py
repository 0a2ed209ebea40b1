"""Tables that bring their own types: Parquet files and Arrow-speaking frames -> a part."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from regulars.engine import DuckEngine, quoted
from regulars.errors import InputError
from regulars.sources.arrow import ArrowStream
from regulars.sources.files import as_pattern, damaged, refused
from regulars.sources.head import distinct
from regulars.sources.part import Part, in_order
from regulars.sources.raw import InputFile

MOST_COLUMNS = 2_000
_OURS = {"file_row_number", "rowid"}


def read_parquet(engine: DuckEngine, path: Path, table: str) -> Part:
    """Names a Parquet file; its columns keep their types, and each query reads those that it needs.

    Where times carry a zone, which holds for this session alone, or a column is called as our row number, it is loaded.
    """
    query = f"select * from read_parquet({as_pattern(path)})"
    try:
        described = engine.connection.execute(f"describe {query}").fetchall()
    except duckdb.Error as error:
        raise damaged(error, path.name) from error
    columns = [(str(row[0]), str(row[1])) for row in described]
    size, digest = checksum(path)
    file = InputFile(path.name, "parquet", size, digest)
    if any(name.lower() in _OURS or kind == "TIMESTAMP WITH TIME ZONE" for name, kind in columns):
        return Part(table, load_query(engine, query, table, path.name), 0, file)
    if len(columns) > MOST_COLUMNS:
        raise InputError("too_many_columns", file=path.name, limit=MOST_COLUMNS)
    cells = [
        f"{quoted(name) if kind == 'VARCHAR' else _cell(quoted(name), kind)} as c{i}"
        for i, (name, kind) in enumerate(columns)
    ]
    rows = f"read_parquet({as_pattern(path)}, file_row_number = true)"
    engine.view_from(table, f"select file_row_number as rowid, {', '.join(cells)} from {rows}")
    counted = engine.rows(f"select count(*) as n from {table}")[0]["n"]
    headers = distinct([name for name, _ in columns], len(columns))
    return Part(table, headers, 0, replace(file, rows=counted), whole=True)


def read_frame(engine: DuckEngine, frame: Any, table: str) -> Part:
    """Loads a frame of pandas, Polars, pyarrow, DuckDB or any other that has `__arrow_c_stream__`."""
    pandas = type(frame).__module__.partition(".")[0] == "pandas"
    name = type(frame).__name__
    headers = load_stream(engine, frame if pandas else ArrowStream(frame), table, name)
    return Part(table, headers, 0, InputFile(name, "frame", None, None))


def load_stream(engine: DuckEngine, stream: Any, table: str, name: str) -> tuple[str, ...]:
    """Loads an Arrow stream as `table` and gives its headers."""
    engine.register("arriving", stream)
    try:
        return load_query(engine, "select * from arriving", table, name)
    finally:
        engine.connection.unregister("arriving")


def load_query(engine: DuckEngine, query: str, table: str, name: str) -> tuple[str, ...]:
    """Runs a query into `table` with the columns c0, c1, ... and gives its headers.

    Times with a zone become times in the session's zone, types without a use here text, floats of four bytes the
    shortest number that they are; an empty text and not-a-number are NULL.
    """
    db = engine.connection
    try:
        columns = db.execute(f"describe {query}").fetchall()
        if len(columns) > MOST_COLUMNS:
            raise InputError("too_many_columns", file=name, limit=MOST_COLUMNS)
        cells = ", ".join(f"{_cell(quoted(f'x{i}'), str(column[1]))} as c{i}" for i, column in enumerate(columns))
        names = ", ".join(f"x{i}" for i in range(len(columns)))
        with in_order(engine):
            db.execute(f"create or replace table {table} as select {cells} from ({query}) as t({names})")
    except duckdb.Error as error:
        raise refused(error, name) from error
    return distinct([str(column[0]) for column in columns], len(columns))


def _cell(column: str, kind: str) -> str:
    if kind == "FLOAT":
        column, kind = f"{column}::varchar::double", "DOUBLE"
    if kind == "DOUBLE":
        return f"case when not isnan({column}) then {column} end"
    if kind.startswith("TIMESTAMP"):
        return f"{column}::timestamp"
    kept = ("DECIMAL", "DATE", "BOOLEAN")
    if kind.removeprefix("U") in _WHOLE or (kind.startswith(kept) and not kind.endswith("]")):
        return column
    return f"nullif({column}::varchar, '')"


_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")


def checksum(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()
