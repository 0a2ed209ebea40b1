"""What `regulars inspect` shows: how an input was understood, before anything is computed from it."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.engine import DuckEngine, quoted
from regulars.errors import ColumnError, InputError
from regulars.features.people_models import Attribute
from regulars.locale import Message
from regulars.quality import Finding, Reconciliation
from regulars.settings import Settings
from regulars.sources.canonical import KINDS
from regulars.sources.layout import Layout
from regulars.sources.lines import Lines
from regulars.sources.raw import InputFile

FIRST = 5
Judge = Callable[[Lines, Settings], Reconciliation | None]


@dataclass(frozen=True, slots=True)
class Inspection:
    """How an input was read; plain values throughout, so it is JSON as it stands.

    `first_rows` are the first lines as read: canonical columns that the input fills, values as text.
    """

    inputs: tuple[InputFile, ...]
    rows: int
    headers: tuple[str, ...]
    layout: Layout  # name, mapping with confidence and why, dates, decimal sign, currency, attributes, notes
    first_rows: tuple[dict[str, str | None], ...]
    unparsed: dict[str, int]  # canonical column -> cells that could not be read
    findings: tuple[Finding, ...]
    single: bool = False  # nobody stands in it twice, and nothing in it says what was ordered: rather customers
    statuses: tuple[str, ...] = ()  # the values of the status column, the most frequent first
    account: Reconciliation | None = (
        None  # what cleaning would make of its lines: of the first ones, where `read` < rows
    )


@dataclass(frozen=True, slots=True)
class TableInspection:
    """How a customer table was read. `first_rows` are its first rows as read, by header, values as text."""

    inputs: tuple[InputFile, ...]
    rows: int
    headers: tuple[str, ...]
    id_header: str | None  # None: no column says who; the rows are numbered
    attributes: tuple[Attribute, ...]
    as_of: date | None
    first_rows: tuple[dict[str, str | None], ...]
    findings: tuple[Finding, ...]
    assumptions: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """An input as it stands, before anything is understood: for whoever has to say which column is what."""

    inputs: tuple[InputFile, ...]
    rows: int
    headers: tuple[str, ...]
    first_rows: tuple[dict[str, str | None], ...]


def recognise(
    source: Any, settings: Settings | None = None, judge: Judge | None = None
) -> Inspection | TableInspection:
    """Reads an input as what it is: order lines, else a customer table. Raises as `read` does of order lines."""
    try:
        seen = inspect(source, settings, judge)
    except ColumnError:
        if table := customers_or_none(source, settings):
            return table
        raise
    return (_table_or_none(source, settings) if seen.single else None) or seen


def inspect(source: Any, settings: Settings | None = None, judge: Judge | None = None) -> Inspection:
    """Reads order lines and says what was understood; `judge` says what would become of them. Raises as `read` does."""
    from regulars.sources import read_lines

    settings = settings or Settings()
    raw, lines = read_lines(source, settings)
    with lines.engine as engine:
        names = [mapped.column for mapped in lines.layout.mapping]
        names += ["amount"] if "amount" in lines.present and "amount" not in names else []
        texts = ", ".join(f"cast({name} as varchar) as {name}" for name in names)
        rows = engine.rows(f"select {texts} from lines order by line limit {FIRST}")
        rows = [_plain(row, {name for name in names if KINDS[name].startswith("DECIMAL")}) for row in rows]
        failed: dict[str, int] = {}
        for row in engine.rows("select unparsed, count(*) as n from lines where unparsed is not null group by 1"):
            for column in row["unparsed"].split(","):
                failed[column] = failed.get(column, 0) + row["n"]
        single, findings = lines.single, lines.findings
        counted = "select status from lines where status is not null group by status order by count(*) desc, status"
        statuses = engine.rows(f"{counted} limit {FIRST}") if "status" in names else []
        account = judge(lines, settings) if judge and lines.rows and not single else None  # last: it takes the lines
    return Inspection(
        raw.inputs,
        lines.rows,
        raw.headers,
        lines.layout,
        tuple(rows),
        dict(sorted(failed.items())),
        findings,
        single,
        tuple(row["status"] for row in statuses),
        account,
    )


def inspect_table(source: Any, settings: Settings | None = None) -> TableInspection:
    """Reads a customer table and says what was understood. Raises as `read_customers` does."""
    from regulars.sources.table import read_table

    table = read_table(source, settings or Settings())
    with table.engine as engine:
        named = {a.name: str(a.header) for a in table.attributes}
        texts = {"customer_id": table.id_header or "customer_id", **named}
        rows = _first(engine, "people_read", {header: quoted(name) for name, header in texts.items()})
        rows = [_plain(row, {str(a.header) for a in table.attributes if a.kind == "number"}) for row in rows]
    headers = (*([table.id_header] if table.id_header else []), *named.values())
    return TableInspection(
        table.inputs,
        table.rows,
        headers,
        table.id_header,
        table.attributes,
        table.as_of,
        tuple(rows),
        table.findings,
        table.assumptions,
    )


def _plain(row: dict[str, Any], numbers: AbstractSet[str]) -> dict[str, Any]:
    """A row whose numbers carry no zeros that the file did not hold: 1987, not 1987.0000."""
    return {
        name: text.rstrip("0").rstrip(".") if name in numbers and text and "." in text else text
        for name, text in row.items()
    }


def _first(engine: DuckEngine, table: str, cells: Mapping[str, str]) -> list[dict[str, Any]]:
    """The first rows of a table as texts, by header; headers name nothing in the query: one may be `line`."""
    texts = ", ".join(f"cast({cell} as varchar) as x{i}" for i, cell in enumerate(cells.values()))
    rows = engine.rows(f"select {texts} from {table} order by {table}.line limit {FIRST}")
    return [{header: row[f"x{i}"] for i, header in enumerate(cells)} for row in rows]


def cells_of(source: Any, settings: Settings | None = None) -> Cells:
    """Reads an input without understanding it. Raises InputError where not even its cells can be read."""
    from regulars.sources.open import read_raw

    raw = read_raw(source, settings)
    with raw.engine as engine:
        rows = _first(engine, "raw", {header: f"c{i}" for i, header in enumerate(raw.headers)})
    return Cells(raw.inputs, raw.rows, raw.headers, tuple(rows))


def customers_or_none(source: Any, settings: Settings | None) -> TableInspection | None:
    """The input as a customer table, where it says something of customers."""
    table = _table_or_none(source, settings)
    return table if table and _says_who(table) else None


def _table_or_none(source: Any, settings: Settings | None) -> TableInspection | None:
    try:
        return inspect_table(source, settings)
    except InputError:
        return None


def _says_who(table: TableInspection) -> bool:
    """Whether a table says something of customers: it has ids, or names its columns and means some of them."""
    nameless = any(note.key == "reading.no_header" for note in table.assumptions)
    return table.id_header is not None or (not nameless and any(each.role for each in table.attributes))
