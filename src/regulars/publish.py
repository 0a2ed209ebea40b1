"""From an analysis to the shop's folder: the tables of a study as Parquet files, its report, its manifest."""

from math import ceil
from pathlib import Path

from regulars.analysis import Study
from regulars.engine import Engine, quoted
from regulars.people.models import PeopleFigures
from regulars.people.tables import CROSSTABS, UNDERSERVED, crosstab_rows, underserved_rows
from regulars.pipeline import Tell, quiet
from regulars.report import write_report
from regulars.schema import NAMES
from regulars.shop import Writer, save_study
from regulars.sources.lines import Lines

LINES_A_FILE = 4_000_000
NO_ORDERS = "No orders"  # the segment of customers whom only a customer table names
_OWN = ("line", "order_id", "customer_id", "ordered_at", "day", "is_return")


def publish(engine: Engine, study: Study, lines: Lines | None, writer: Writer, tell: Tell = quiet) -> Study:
    """Writes the study into the shop, as a whole or not at all; gives it with the checksums of its files.

    Raises StoreError where the folder cannot be written.
    """
    with writer.publish(study.as_of) as folder:
        tell("write")
        engine.write_parquet(_customers(engine, study), folder / "customers.parquet")
        if study.people:
            engine.write_parquet("select * from people order by line", folder / "people.parquet")
        if lines:
            engine.write_parquet("select * from left_out order by customer_id", folder / "customers_left_out.parquet")
            write_sales(engine, lines, folder / "sales")
        if study.bundles and study.bundles.found:
            engine.write_parquet("select * from rules order by place", folder / "rules.parquet")
        if study.value and study.value.winner:
            engine.write_parquet("select * from value order by customer_id", folder / "value.parquet")
        if study.moves:
            engine.write_parquet("select * from moves order by customer_id", folder / "moves.parquet")
        if study.retention:
            engine.write_parquet("select * from cohorts order by cohort, period", folder / "cohorts.parquet")
        if study.people_figures:
            _write_people(engine, study.people_figures, folder)
        if study.market and study.market.risk:
            engine.write_parquet("select * from rhythm order by customer_id", folder / "rhythm.parquet")
        tell("report")
        write_report(study, folder / "report.html")
        return save_study(study, folder)


def extend(engine: Engine, study: Study, table: str, query: str, writer: Writer) -> Study:
    """Adds a table to a stored study, or puts it in the place of its former one, with the report and the manifest.

    `study` is the stored study with what was found put in; readers see all of it or nothing. Raises StoreError.
    """
    with writer.extend(study) as folder:
        (folder / f"{table}.parquet").unlink(missing_ok=True)  # a link to the former study's file
        engine.write_parquet(query, folder / f"{table}.parquet")
        write_report(study, folder / "report.html")
        return save_study(study, folder)


def _customers(engine: Engine, study: Study) -> str:
    """Everybody: the customers of the study, with what a table says of them; and those of the table without orders."""
    if study.people is None:
        return customers_of(study)
    ours = [name for name in engine.column_names("labelled") if name not in {"customer_id", "segment"}]
    ours += ["at_risk"] if study.market else []
    fields = [*(f"l.{quoted(name)}" for name in ours), *(f"p.{quoted(a.name)}" for a in study.people.attributes)]
    alone = f"case when l.customer_id is null then '{NO_ORDERS}' else l.segment end as segment"
    return (
        f"select coalesce(l.customer_id, p.customer_id) as customer_id, {alone}, {', '.join(fields)} "
        f"from ({customers_of(study)}) l full join people p on p.customer_id = l.customer_id order by customer_id"
    )


def customers_of(study: Study) -> str:
    """The query of the study's customers; with orders also `at_risk`: beyond their rhythm (NULL: unknown)."""
    if study.market is None:
        return "select * from labelled order by customer_id"
    flagged = "select l.*, r.at_risk from labelled l left join rhythm r on r.customer_id = l.customer_id"
    return f"{flagged} order by l.customer_id"


def _write_people(engine: Engine, found: PeopleFigures, folder: Path) -> None:
    """Attributes by group, and the under-served groups, where there are any."""
    engine.put("crosstabs", CROSSTABS, crosstab_rows(found))
    engine.write_parquet("select * from crosstabs", folder / "crosstabs.parquet")
    if rows := underserved_rows(found):
        engine.put("underserved", UNDERSERVED, rows)
        engine.write_parquet("select * from underserved", folder / "underserved.parquet")


def write_sales(engine: Engine, lines: Lines, folder: Path) -> None:
    """The clean lines in the order of the input, returns marked; large shops in buckets by customer.

    A bucket is the first hexadecimal digits of md5(customer_id), so that a later study finds a customer's lines again.
    """
    folder.mkdir()
    present = [*_OWN, *(name for name in NAMES if name in lines.present and name not in _OWN)]
    columns = ", ".join(map(quoted, [*present, *dict.fromkeys(lines.attributes.values())]))
    digits = 0 if lines.rows <= LINES_A_FILE else 1 if ceil(lines.rows / LINES_A_FILE) <= 16 else 2
    for bucket in range(16**digits):
        name = f"{bucket:0{digits}x}" if digits else "all"
        condition = f"where left(md5(customer_id), {digits}) = '{name}'" if digits else ""
        engine.write_parquet(f"select {columns} from sales {condition} order by line", folder / f"{name}.parquet")
