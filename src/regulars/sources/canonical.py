"""The table `lines`: canonical columns with their types, one row per line of the input, made in one pass.

Text is read once into the table `lines_read`; inputs that carry types (Parquet, databases, frames) are cast in a view,
so that a column nobody asks for costs nothing. `lines` is a view over either: what the input lacks is NULL there.
"""

from dataclasses import dataclass

from regulars.quality import Finding
from regulars.schema import COLUMNS
from regulars.settings import Settings
from regulars.sources.cells import boolean_sql, id_sql, text_sql
from regulars.sources.content import is_date, is_numeric
from regulars.sources.dates import date_sql
from regulars.sources.layout import Layout, Mapped
from regulars.sources.lines import Lines
from regulars.sources.numbers import number_sql
from regulars.sources.raw import Raw
from regulars.sources.spread import ORDER_LEVEL, fill_down, spread_sql

KINDS = {column.name: column.kind for column in COLUMNS}
KINDS |= {"returned_quantity": KINDS["quantity"], "cancelled_at": "TIMESTAMP"} | dict.fromkeys(
    ORDER_LEVEL, KINDS["amount"]
)
IDS = ("order_id", "customer_id", "product_id", "line_id", "phone", "postcode")


@dataclass(frozen=True, slots=True)
class Read:
    """One column of `lines_read`: how its cells are read, and the condition under which that failed."""

    name: str
    sql: str
    failed: str | None


def canonical(raw: Raw, layout: Layout, settings: Settings, findings: tuple[Finding, ...] = ()) -> Lines:
    """Creates `lines` (see lines.py) from `raw` as the layout says."""
    reads = [_read(raw, layout, settings, mapped) for mapped in (*layout.mapping, *layout.beside)]
    ours = {mapped.index for mapped in (*layout.mapping, *layout.beside)}
    attributes = [index for index in range(len(raw.headers)) if index not in ours]
    columns = ["line", *(f"{read.sql} as {read.name}" for read in reads)]
    columns += [f"{text_sql(f'c{index}', raw.types[index])} as attribute_{index}" for index in attributes]
    sql = f"select {', '.join(columns)}, {_unparsed(reads)} as unparsed from raw"
    if layout.skipped_rows:
        sql += f" where line > {layout.skipped_rows}"
    if layout.fill_down:
        sql = fill_down(sql, layout.fill_down, tuple(m.column for m in layout.beside))
    # DuckDB 2.0 fails (internal error) on `order by line limit n` through these views when it looks rows up late
    raw.engine.connection.execute("set late_materialization_max_rows = 0")
    if any(kind != "VARCHAR" for kind in raw.types) and not layout.beside:
        raw.engine.view_from("lines_read", sql)
    else:
        raw.engine.make_from("lines_read", sql)
    present = _view(raw, layout, reads, attributes)
    return Lines(raw.engine, layout, raw.inputs, raw.rows - layout.skipped_rows, present, findings)


def _read(raw: Raw, layout: Layout, settings: Settings, mapped: Mapped) -> Read:
    cell, kind, column = f"c{mapped.index}", raw.types[mapped.index], mapped.column
    wanted = KINDS[column]
    if wanted == "TIMESTAMP":
        sql = _date(cell, kind, layout, settings, column)
    elif wanted == "BOOLEAN":
        return Read(column, boolean_sql(cell, kind), None)
    elif wanted == "VARCHAR":
        text = id_sql(cell, kind) if column in IDS else text_sql(cell, kind)
        if column == "email" or (column == "customer_id" and _is_email(layout, mapped)):
            text = f"lower({text})"
        return Read(column, text, None)
    else:
        sql = (
            f"try_cast({cell} as {wanted})"
            if is_numeric(kind)
            else number_sql(text_sql(cell, kind), layout.decimal, wanted)
        )
    empty = (
        f"{cell} is not null"
        if kind != "VARCHAR"
        else f"{text_sql(cell, kind)} not in ('-', 'N/A', 'n/a', 'NULL', 'null')"
    )
    return Read(column, sql, f"{column} is null and {empty}")


def _is_email(layout: Layout, mapped: Mapped) -> bool:
    return any(other.column == "email" and other.index == mapped.index for other in layout.mapping)


def _date(cell: str, kind: str, layout: Layout, settings: Settings, column: str) -> str:
    form = next(form for form in layout.dates if form.column == column)
    if form.kind == "native":
        if kind == "TIMESTAMP WITH TIME ZONE":
            return f"timezone('{settings.timezone or 'UTC'}', {cell})"
        return cell if kind == "TIMESTAMP" else f"try_cast({cell} as timestamp)"
    return date_sql(text_sql(cell, kind), form.kind, form.patterns, settings.timezone)


def _unparsed(reads: list[Read]) -> str:
    failing = [read for read in reads if read.failed]
    if not failing:
        return "cast(null as varchar)"
    names = ", ".join(f"case when {read.failed} then '{read.name}' end" for read in failing)
    return f"case when {' or '.join(f'({read.failed})' for read in failing)} then concat_ws(',', {names}) end"


def _view(raw: Raw, layout: Layout, reads: list[Read], attributes: list[int]) -> frozenset[str]:
    """Makes the view `lines` and says which canonical columns it fills."""
    filled = {read.name: read.name for read in reads if read.name in {column.name for column in COLUMNS}}
    filled |= _amount(filled, {mapped.column for mapped in layout.beside}, layout.amount_rule)
    columns = [
        f"cast({filled[c.name]} as {c.kind}) as {c.name}" if c.name in filled else f"cast(null as {c.kind}) as {c.name}"
        for c in COLUMNS
    ]
    rest = "".join(f", attribute_{index}" for index in attributes)
    raw.engine.view_from("lines", f"select line, {', '.join(columns)}, unparsed{rest} from lines_read")
    return frozenset(filled)


def _amount(filled: dict[str, str], beside: set[str], rule: str) -> dict[str, str]:
    """The amount where it is price × quantity, the price where it is amount / quantity, and what an order spreads."""
    made: dict[str, str] = {}
    if rule == "unit_price" and "unit_price" in filled:
        pieces = "quantity" if "quantity" in filled else "1"
        if "returned_quantity" in beside:
            pieces = f"({pieces} - coalesce(returned_quantity, 0))"
            made["quantity"] = pieces
        gross = f"unit_price * {pieces}"
        made["amount"] = f"{gross} - coalesce(discount, 0)" if "discount" in filled else gross
        made["amount"] = spread_sql(made["amount"], beside) if beside & set(ORDER_LEVEL) else made["amount"]
    elif "amount" in filled and "quantity" in filled and "unit_price" not in filled:
        made["unit_price"] = "case when quantity <> 0 then round(amount / quantity, 4) end"
    if "cancelled_at" in beside:
        made["status"] = "case when cancelled_at is not null then 'cancelled' else status end"
    return made
