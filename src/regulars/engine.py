"""The one file that names an engine: DuckDB by default, Spark where a laptop ends.

A step is a named query in a `.sql` file below this package, in DuckDB's dialect, addressed as `folder/name`; running it
leaves a table (or view) called `name`. Spark runs the same text, translated by sqlglot, or the twin `name.spark.sql`
where the dialects part in a way that no translation shows. Values are named parameters (`$as_of`), never text.
"""

import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import copy
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Protocol, Self, cast

import duckdb

from regulars.errors import InputError, StoreError, UsageError
from regulars.steps import has_twin, step_sql

Row = dict[str, Any]
EngineName = Literal["duckdb", "spark"]


class Engine(Protocol):
    """What a stage may ask of an engine. `steps` remembers the SQL that ran, so that any number can show its query."""

    name: EngineName
    steps: dict[str, str]
    at_once: int  # rows that may be taken out into arrays at a time; 0 where they lie on other machines

    def make(self, step: str, /, **values: Any) -> None:
        """Run a step and keep its result as a table, computed once."""

    def view(self, step: str, /, **values: Any) -> None:
        """Name a step's query without running it; `values` must be empty on engines whose views take none."""

    def ask(self, step: str, /, **values: Any) -> list[Row]:
        """Run a step and fetch its small result, one dict per row. Never per customer: those stay in the engine."""

    def rows(self, sql: str, /, **values: Any) -> list[Row]:
        """The small result of a query written by a model or a source, one dict per row."""

    def make_from(self, name: str, sql: str, /, **values: Any) -> None:
        """Keep the result of a query written by a model or a source as table `name`."""

    def columns(self, sql: str, /, **values: Any) -> dict[str, Any]:
        """A bounded result as numpy arrays by column: what learning reads (a sample, counts by value)."""

    def put(self, name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]], /) -> None:
        """A small table from Python: `types` are DuckDB types by column, `rows` at most some thousands."""

    def put_columns(self, name: str, types: Mapping[str, str], columns: Mapping[str, Any], /) -> None:
        """A bounded table from numpy arrays by column: what learning gives back (a score for each distinct value)."""

    def load(self, name: str, path: Path, /) -> None:
        """Name a Parquet file as a table."""

    def write_parquet(self, sql: str, path: Path, /) -> None:
        """Write a query's result to one Parquet file, rows in the query's order."""

    def column_names(self, table: str, /) -> list[str]:
        """The column names of a table or view, in order."""

    def arrow_stream(self, sql: str, requested_schema: object = None, /) -> object:
        """A result as an Arrow stream (the PyCapsule `arrow_array_stream`)."""

    def drop(self, *tables: str) -> None:
        """Forget tables that no later step reads."""

    def close(self) -> None:
        """End the engine and remove what it spilled."""


class DuckEngine:
    """DuckDB in this process; tables in memory, spilling to a temporary folder past the memory limit.

    With `on_disk` the tables stand compressed in that folder: for a server that keeps them for long.
    """

    name: EngineName = "duckdb"
    at_once = 16_000_000

    def __init__(self, threads: int | None = None, memory_limit: str | None = None, on_disk: bool = False) -> None:
        self.steps: dict[str, str] = {}
        self._spill = tempfile.mkdtemp(prefix="regulars-")
        self._remove: Callable[[], Any] = weakref.finalize(self, shutil.rmtree, self._spill, ignore_errors=True)
        self._apart: list[weakref.finalize[..., DuckEngine]] = []
        config: dict[str, Any] = {"temp_directory": self._spill, "autoinstall_known_extensions": False}
        if threads:
            config["threads"] = threads
        if memory_limit:
            config["memory_limit"] = memory_limit
        self._db = duckdb.connect(config=config)
        self._db.execute("set preserve_insertion_order = false; set timezone = 'UTC'; set enable_progress_bar = false")
        # an IN list of six and more would become a join, computed for every row, also where nobody reads the column
        self._db.execute("set disabled_optimizers = 'in_clause'")
        self._use = "use kept" if on_disk else ""
        if on_disk:
            self._db.execute(f"attach {text(str(Path(self._spill) / 'tables'))} as kept; use kept")

    def make(self, step: str, /, **values: Any) -> None:
        self.make_from(step.split("/")[1], step_sql(step), **values)

    def make_from(self, name: str, sql: str, /, **values: Any) -> None:
        self.steps[name] = sql
        self._run(f"create or replace table {quoted(name)} as {sql}", values)

    def view(self, step: str, /, **values: Any) -> None:
        if values:
            self.make(step, **values)
        else:
            self.view_from(step.split("/")[1], step_sql(step))

    def view_from(self, name: str, sql: str, /) -> None:
        """Name a query written by a source."""
        self.steps[name] = sql
        self._run(f"create or replace view {quoted(name)} as {sql}", {})

    def ask(self, step: str, /, **values: Any) -> list[Row]:
        self.steps[step.split("/")[1]] = step_sql(step)
        return self.rows(step_sql(step), **values)

    def rows(self, sql: str, /, **values: Any) -> list[Row]:
        result = self._run(sql, values)
        names = [column[0] for column in result.description or ()]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def columns(self, sql: str, /, **values: Any) -> dict[str, Any]:
        return cast(dict[str, Any], self._run(sql, values).fetchnumpy())

    def put(self, name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]], /) -> None:
        fields = ", ".join(f"{quoted(column)} {kind}" for column, kind in types.items())
        self._run(f"create or replace table {quoted(name)} ({fields})", {})
        if rows:
            marks = ", ".join("?" * len(types))
            self._db.executemany(f"insert into {quoted(name)} values ({marks})", [list(row) for row in rows])

    def put_columns(self, name: str, types: Mapping[str, str], columns: Mapping[str, Any], /) -> None:
        self._db.register("arriving", dict(columns))
        chosen = ", ".join(f"cast({quoted(column)} as {kind}) as {quoted(column)}" for column, kind in types.items())
        self._run(f"create or replace table {quoted(name)} as select {chosen} from arriving", {})
        self._db.unregister("arriving")

    def load(self, name: str, path: Path, /) -> None:
        exact = re.sub(r"([*?\[])", r"[\1]", str(path))  # a folder's name is no pattern
        self.view_from(name, f"select * from read_parquet({text(exact)}, hive_partitioning = false)")

    def write_parquet(self, sql: str, path: Path, /) -> None:
        self._db.execute("set preserve_insertion_order = true")
        try:
            options = "format parquet, compression zstd, row_group_size 122880"
            self._run(f"copy ({sql}) to {text(str(path))} ({options})", {})
        except duckdb.IOException as error:
            raise StoreError("cannot_write", path=str(path), why=first_line(error)) from error
        finally:
            self._db.execute("set preserve_insertion_order = false")

    def column_names(self, table: str, /) -> list[str]:
        return [str(row["column_name"]) for row in self.rows(f"describe {quoted(table)}")]

    def arrow_stream(self, sql: str, requested_schema: object = None, /) -> object:
        return self._db.sql(sql).__arrow_c_stream__(requested_schema)

    def drop(self, *tables: str) -> None:
        here = "table_catalog in (current_database(), 'temp')"
        found = self.rows(f"select table_name as name, table_type as kind from information_schema.tables where {here}")
        kinds = {row["name"]: "view" if row["kind"] == "VIEW" else "table" for row in found}
        for table in tables:
            if table in kinds:
                self._run(f"drop {kinds[table]} {quoted(table)}", {})

    def register(self, name: str, frame: object) -> None:
        """Name any Arrow-speaking object (`__arrow_c_stream__`) so that queries read it."""
        self._db.register(name, frame)

    def beside(self) -> "DuckEngine":
        """Another connection to the same tables and views, for a thread of its own; close this engine last."""
        other = copy(self)
        other.steps, other._db = {}, self._db.cursor()
        other._db.execute(f"set timezone = 'UTC'; {self._use}")
        other._remove = lambda: None
        return other

    def apart(self, *tables: str) -> "DuckEngine":
        """An engine within this one that has tables of its own and of this one's sees only `tables`, uncopied."""
        home = quoted(self.rows("select current_database() as name")[0]["name"])
        other, name = self.beside(), f"apart_{len(self._apart)}"
        other.steps, other._use, other._apart = dict(self.steps), f"use {name}", []
        other._db.execute(f"attach ':memory:' as {name}; {other._use}")
        for table in map(quoted, tables):
            other._db.execute(f"create view {table} as select * from {home}.main.{table}")
        other._remove = end = weakref.finalize(other, _detach, other._db, name)
        self._apart.append(end)
        return other

    @property
    def in_use(self) -> bool:
        """Whether an engine that stands apart within this one is still open."""
        return any(end.alive for end in self._apart)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The open connection, for sources alone: they read files through it."""
        return self._db

    def close(self) -> None:
        if "apart" in self._use:
            self._remove()
        self._db.close()
        self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, sql: str, values: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
        used = {name: value for name, value in values.items() if f"${name}" in sql}
        try:
            with legible():
                return self._db.execute(sql, used) if used else self._db.execute(sql)
        except duckdb.ConnectionException as error:
            raise UsageError("engine_closed") from error
        except RuntimeError as error:
            if "interrupted" in str(error):  # DuckDB's word for Ctrl-C
                raise KeyboardInterrupt from error
            raise


@contextmanager
def legible() -> Iterator[None]:
    """Turns what the engine says of a damaged Parquet file into our error: a view reads it whenever it is asked."""
    try:
        yield
    except duckdb.Error as error:
        if _DAMAGED.search(str(error)):
            raise InputError("parquet_broken") from error
        raise


def _detach(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    with suppress(duckdb.ConnectionException), connection.cursor() as aside:  # all may be closed already
        aside.execute(f"use memory; detach {name}")


class SparkEngine:
    """Spark SQL: the same steps over the same tables, translated. Needs the `spark` extra and Java 17 or later."""

    name: EngineName = "spark"
    at_once = 0

    def __init__(self, options: Mapping[str, str] | None = None) -> None:
        """A session on this machine, or within the one that runs already; `options` are Spark's own settings."""
        if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
            raise UsageError("no_java")
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise UsageError("no_extra", extra="spark") from error
        self.steps: dict[str, str] = {}
        self._folder = tempfile.mkdtemp(prefix="regulars-")
        running = SparkSession.getActiveSession()
        self._own = running is None
        self._spark: Any = running.newSession() if running else self._session(SparkSession.builder, options or {})

    def _session(self, builder: Any, options: Mapping[str, str]) -> Any:
        for name, value in {**_SPARK, "spark.sql.warehouse.dir": self._folder, **options}.items():
            builder = builder.config(name, value)
        session = builder.appName("regulars").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        return session

    def make(self, step: str, /, **values: Any) -> None:
        self._keep(step.split("/")[1], self._text(step), values)

    def make_from(self, name: str, sql: str, /, **values: Any) -> None:
        self._keep(name, translated(sql), values)

    def view(self, step: str, /, **values: Any) -> None:
        self.make(step, **values)  # without a cache every later step would compute it anew

    def ask(self, step: str, /, **values: Any) -> list[Row]:
        sql = self._text(step)
        self.steps[step.split("/")[1]] = sql
        return [row.asDict() for row in self._run(sql, values).collect()]

    def rows(self, sql: str, /, **values: Any) -> list[Row]:
        return [row.asDict() for row in self._run(translated(sql), values).collect()]

    def columns(self, sql: str, /, **values: Any) -> dict[str, Any]:
        import numpy as np

        frame = self._run(translated(sql), values)
        rows = frame.collect()
        return {name: np.array([row[i] for row in rows]) for i, name in enumerate(frame.columns)}

    def put(self, name: str, types: Mapping[str, str], rows: Sequence[Sequence[Any]], /) -> None:
        kinds = ", ".join(f"`{column}` {_SPARK_TYPES.get(kind.upper(), kind)}" for column, kind in types.items())
        self._spark.createDataFrame([tuple(row) for row in rows], kinds).createOrReplaceTempView(name)

    def put_columns(self, name: str, types: Mapping[str, str], columns: Mapping[str, Any], /) -> None:
        self.put(name, types, list(zip(*(columns[column].tolist() for column in types), strict=True)))

    def load(self, name: str, path: Path, /) -> None:
        """Name a Parquet file or folder as a table."""
        self._spark.read.parquet(str(path)).createOrReplaceTempView(name)

    def write_parquet(self, sql: str, path: Path, /) -> None:
        """Spark writes parts; one file with the query's order is what a study holds, so one partition writes it."""
        folder = Path(f"{path}.parts")
        self._run(translated(sql), {}).coalesce(1).write.mode("overwrite").parquet(str(folder))
        next(folder.glob("part-*.parquet")).replace(path)
        shutil.rmtree(folder)

    def column_names(self, table: str, /) -> list[str]:
        return list(self._spark.table(table).columns)

    def arrow_stream(self, sql: str, requested_schema: object = None, /) -> object:
        return self._run(translated(sql), {}).toArrow().__arrow_c_stream__(requested_schema)

    def take(self, other: DuckEngine, table: str, sql: str = "") -> None:
        """Bring a table, or what a query gives, over from DuckDB, through a Parquet file that goes with this engine."""
        path = Path(self._folder) / f"{table}.parquet"
        other.write_parquet(sql or f"select * from {quoted(table)}", path)
        self.load(table, path)

    def drop(self, *tables: str) -> None:
        for table in tables:
            self._spark.catalog.dropTempView(table)

    def close(self) -> None:
        if self._own:
            self._spark.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _text(self, step: str) -> str:
        return step_sql(step, "spark") if has_twin(step) else translated(step_sql(step))

    def _keep(self, name: str, sql: str, values: Mapping[str, Any]) -> None:
        """Computed once, and cut off from what it was made of: a plan that holds the plans of all the tables it names,
        each of which holds its own, doubles from step to step until the heap is full. Spark frees what nothing names.
        """
        self.steps[name] = sql
        self._run(sql, values).localCheckpoint().createOrReplaceTempView(name)

    def _run(self, sql: str, values: Mapping[str, Any]) -> Any:
        return self._spark.sql(sql, args={name: value for name, value in values.items() if f":{name}" in sql})


_DAMAGED = re.compile("likely corrupted|Snappy|[Dd]ecompress|TProtocol|Out of buffer|statistics in your data source")
_SPARK = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.session.timeZone": "UTC",
}
_SPARK_TYPES = {"VARCHAR": "string", "DOUBLE": "double", "INTEGER": "int", "BIGINT": "bigint", "TINYINT": "tinyint"}


@cache
def translated(sql: str) -> str:
    """DuckDB's dialect as Spark's, parameters included."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


def quoted(identifier: str) -> str:
    """An identifier as SQL text; needed in sources alone, where the user's own headers may stand."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A string as an SQL literal, for the places where an engine takes no parameter (file names)."""
    return "'" + value.replace("'", "''") + "'"


def first_line(error: Exception) -> str:
    """What an engine's error says, without the query behind it; the system's own words where it gives their number."""
    if number := re.search(r'"errno":"(\d+)"', str(error)):
        return os.strerror(int(number[1]))
    return next((line for line in str(error).strip().splitlines() if line), type(error).__name__)
