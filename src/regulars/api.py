"""The Python side: read order lines, study them, take the tables on as Arrow, pandas or Polars."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from regulars.engine import DuckEngine, Engine, EngineName, Row, SparkEngine
from regulars.errors import UsageError
from regulars.pipeline import Tell, quiet
from regulars.segments.frozen import Earlier
from regulars.settings import Settings, settings_from, settings_over
from regulars.sources import read as read_lines
from regulars.sources.customer_table import CustomerTable, require_ids
from regulars.sources.lines import Lines

if TYPE_CHECKING:
    import pandas
    import polars

    from regulars.analysis import Study
    from regulars.shop import Writer

__all__ = ["Analysis", "CustomerTable", "Settings", "Table", "read", "read_customers", "study"]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an analysis, still in its engine: `for row in table.rows()`, `table.pandas()`, `table.polars()`.

    It speaks Arrow (`__arrow_c_stream__`), so that any frame library takes it without a copy of ours in between.
    """

    engine: Engine
    sql: str

    def rows(self) -> list[Row]:
        """All rows as dicts; for tables that fit."""
        return self.engine.rows(self.sql)

    def pandas(self) -> "pandas.DataFrame":
        """As a pandas frame (pandas must be installed)."""
        import pandas

        return pandas.DataFrame(self.engine.columns(self.sql))

    def polars(self) -> "polars.DataFrame":
        """As a Polars frame (Polars must be installed)."""
        import polars

        return polars.DataFrame(self)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The Arrow PyCapsule interface: the rows as a stream of record batches."""
        return self.engine.arrow_stream(self.sql, requested_schema)


class Analysis:
    """A finished analysis: `result` is the frozen study, the tables are still in the engine."""

    def __init__(self, engine: Engine, lines: Lines | None, result: "Study", *further: Engine) -> None:
        self._engine = engine
        self._lines = lines
        self._further = further  # engines that are closed with this one
        self._closed = False
        self.result = result

    def __repr__(self) -> str:
        groups = ", ".join(f"{group.name} {group.customers:,}" for group in self.result.segments)
        return f"Analysis(as of {self.result.as_of}, {self.result.customers:,} customers: {groups})"

    @property
    def customers(self) -> Table:
        """One row per customer: features, scores, segment, cluster, persona, action, churn risk."""
        from regulars.publish import customers_of

        return self._table(customers_of(self.result))

    @property
    def people(self) -> Table:
        """One row per row of the customer table: its columns, typed, and what was derived from them."""
        return self._table("select * from people order by line")

    @property
    def sales(self) -> Table:
        """One row per clean line, returns marked."""
        return self._table("select * from sales order by line")

    @property
    def orders(self) -> Table:
        """One row per order of a customer."""
        return self._table("select * from orders order by customer_id, order_id")

    @property
    def value(self) -> Table:
        """One row per customer: what they will still order and bring, their risk rank (docs/value.md).

        Raises UsageError where the study foretells nothing; `result.value.reason` says why.
        """
        return self._made("value", self.result.value is not None and self.result.value.winner is not None)

    @property
    def cohorts(self) -> Table:
        """One row per cohort (customers by the month of their first order) and period from then on.

        Raises UsageError where the study has no orders that count.
        """
        return self._made("cohorts", self.result.retention is not None)

    def _made(self, name: str, made: bool) -> Table:
        if not made:
            raise UsageError("table_missing", name=name)
        return self._table(f"select * from {name} order by {'customer_id' if name == 'value' else 'cohort, period'}")

    def _table(self, sql: str) -> Table:
        if self._closed:
            raise UsageError("analysis_closed")
        return Table(self._engine, sql)

    def sql(self, step: str) -> str:
        """The query that made a table or a figure; `result.steps` names them all."""
        return self.result.steps[step]

    def save(self, shop: str | Path, tell: Tell = quiet) -> "Study":
        """Writes the study into a shop's folder, report included; gives it with the checksums of its files.

        Raises LockedError where another run is writing, StoreError where the folder cannot be written.
        """
        from regulars.shop import open_shop

        with open_shop(Path(shop)).writing() as writer:
            return self.write(writer, tell)

    def write(self, writer: "Writer", tell: Tell = quiet) -> "Study":
        """As `save`, by a writer that holds the shop's lock already."""
        from regulars.publish import publish

        named = replace(self.result, shop=writer.shop.name)
        self.result = publish(self._engine, named, self._lines, writer, tell)
        return self.result

    def report(self, path: str | Path) -> None:
        """Writes the report alone: one HTML file."""
        from regulars.report import write_report

        write_report(self.result, Path(path))

    def close(self) -> None:
        """Ends the study's tables, and the lines with the last study of them; the result stays."""
        self._closed = True
        self._engine.close()
        for engine in (*([self._lines.engine] if self._lines else []), *self._further):
            if not (isinstance(engine, DuckEngine) and engine.in_use):
                engine.close()


def read(source: Any, /, **settings: Any) -> Lines:
    """Order lines from a file, a folder, a list of files, a database address or an Arrow-speaking frame.

    Settings are those of shop.toml, such as `map={"ordered_at": "Tanggal"}`, `date_order="day_first"`, `sheet="2024"`.
    Raises InputError where the input is not understood, UsageError where it cannot be opened.
    """
    return read_with(source, settings_from(settings))


def read_with(source: Any, settings: Settings) -> Lines:
    """As `read`, with settings that are complete already."""
    return read_lines(source, settings)


def read_customers(source: Any, /, **settings: Any) -> CustomerTable:
    """A customer table, one row per customer and any columns, from whatever `read` takes.

    Raises InputError where the input is not understood or a customer stands in it twice, UsageError where it cannot be
    opened.
    """
    from regulars.sources.table import read_table

    return read_table(source, settings_from(settings))


def study(
    lines: Lines | CustomerTable,
    /,
    *,
    customers: CustomerTable | None = None,
    engine: EngineName = "duckdb",
    tell: Tell = quiet,
    earlier: str | Path | None = None,
    refit: bool = False,
    **settings: Any,
) -> Analysis:
    """Studies order lines: clean lines, features, scores, named segments, clusters, profiles, overview.

    `settings` are those of shop.toml and come on top of those that the lines were read with. On Spark the lines are
    handed over as a Parquet file. The same lines can be studied several times: each study has tables of its own.
    `earlier` is a shop's folder: the study goes on with the cut points and clusters of its latest study before this
    one's day; `refit` learns them anew and only keeps the numbers of the clusters.

    `customers` is a table of the same customers, joined to their orders; given alone, in place of `lines`, it is
    studied by itself.

    Raises NothingLeftError where no valid line is left, InputError where nobody of `customers` has an order.
    """
    if isinstance(lines, CustomerTable):
        return study_table(lines, settings_over(lines.settings, settings), engine_name(engine), tell)
    chain = _before(earlier, refit) if earlier is not None else None
    chosen = settings_over(lines.settings, settings)
    return study_with(lines, chosen, engine_name(engine), tell, chain, customers)


def _before(shop: str | Path, refit: bool) -> Earlier:
    from regulars.shop import open_shop

    return Earlier(open_shop(Path(shop)).before, refit)


def study_with(
    lines: Lines,
    settings: Settings,
    engine: EngineName = "duckdb",
    tell: Tell = quiet,
    earlier: Earlier | None = None,
    customers: CustomerTable | None = None,
) -> Analysis:
    """As `study`, with settings that are complete already."""
    from regulars.analysis import analyse

    if customers is not None:
        require_ids(customers)
    chosen: Engine = lines.engine.apart("lines") if engine == "duckdb" else SparkEngine()
    if isinstance(chosen, SparkEngine):
        chosen.take(lines.engine, "lines")
    result = analyse(chosen, lines, settings, "", tell, earlier)
    if customers is None:
        return Analysis(chosen, lines, result)
    from regulars.people_analysis import join_table
    from regulars.sources.alike import as_in_orders

    _hand_over(customers, chosen, as_in_orders(lines, customers))
    return Analysis(chosen, lines, join_table(chosen, result, customers), customers.engine)


def study_table(
    table: CustomerTable, settings: Settings, engine: EngineName = "duckdb", tell: Tell = quiet
) -> Analysis:
    """As `study` of a customer table alone, with settings that are complete already."""
    from regulars.people_analysis import analyse_table

    if engine == "duckdb":
        own = table.engine.apart("people_read")
        return Analysis(own, None, analyse_table(own, table, settings, "", tell), table.engine)
    spark = SparkEngine()
    _hand_over(table, spark)
    return Analysis(spark, None, analyse_table(spark, table, settings, "", tell), table.engine)


def _hand_over(table: CustomerTable, engine: Engine, ids: str = "customer_id") -> None:
    """Brings a customer table into another engine; `ids` writes its ids as those of the orders are."""
    sql = f"select {'*' if ids == 'customer_id' else f'* replace ({ids} as customer_id)'} from people_read"
    if isinstance(engine, SparkEngine):
        engine.take(table.engine, "people_read", sql)
    elif isinstance(engine, DuckEngine):
        engine.register("people_arriving", Table(table.engine, sql))
        engine.make_from("people_read", "select * from people_arriving")
        engine.connection.unregister("people_arriving")


def engine_name(text: str) -> EngineName:
    """The name of an engine, checked. Raises UsageError."""
    for name in get_args(EngineName):
        if text == name:
            return cast(EngineName, name)
    raise UsageError("engine_unknown", engine=text)
