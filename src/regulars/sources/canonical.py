"""The table `lines`: canonical columns with their types, one row per line of the input, made in one pass.

Text is read once into the table `lines_read`; inputs that carry types (Parquet, databases, frames) are cast in a view,
so that a column nobody asks for costs nothing. `lines` is a view over either: what the input lacks is NULL there.
"""

from dataclasses import dataclass

from regulars.schema import COLUMNS, IDS, MONEY, NAMES, QUANTITY
from regulars.settings import Settings
from regulars.sources.cells import boolean_sql, empty_sql, folded_sql, id_sql, text_sql
from regulars.sources.dates import date_sql
from regulars.sources.layout import Layout, Mapped
from regulars.sources.lines import Lines
from regulars.sources.numbers import number_sql
from regulars.sources.raw import Raw
from regulars.sources.spread import ORDER_MONEY, fill_down, once_per_order, spread_sql
from regulars.sources.types import is_numeric

KINDS = {column.name: column.kind for column in COLUMNS}
KINDS |= {"returned_quantity": QUANTITY, "cancelled_at": "VARCHAR"} | dict.fromkeys(ORDER_MONEY, MONEY)


@dataclass(frozen=True, slots=True)
class Read:
    """One column of `lines_read`: how its cells are read, and the condition under which that failed."""

    name: str
    sql: str
    failed: str | None = None


def canonical(raw: Raw, layout: Layout, settings: Settings) -> Lines:
    """Creates `lines` (see lines.py) from `raw` as the layout says."""
    mapped = (*layout.mapping, *layout.beside)
    reads = [_read(raw, layout, settings, one) for one in mapped]
    attributes = sorted(set(range(len(raw.headers))) - {one.index for one in mapped})
    columns = ["*", *(f"{read.sql} as {read.name}" for read in reads)]
    columns += [f"{text_sql(f'c{index}', raw.types[index])} as attribute_{index}" for index in attributes]
    # the cells stand beside what was read of them, so that a failure is found without reading twice
    both = f"select {', '.join(columns)} from raw"
    if layout.skipped_rows or layout.total_rows:
        totals = "".join(f" and line <> {line}" for line in layout.total_rows)
        both += f" where line > {layout.skipped_rows}{totals}"
    kept = ["line", *(read.name for read in reads), *(f"attribute_{index}" for index in attributes)]
    sql = f"select {', '.join(kept)}, {_unparsed(reads)} as unparsed from ({both})"
    have = frozenset(read.name for read in reads)
    if layout.fill_down:
        sql = fill_down(sql, (*layout.fill_down, *(one.column for one in layout.beside)))
    if have & set(ORDER_MONEY):
        sql = sql if layout.fill_down else once_per_order(sql, have)
        sql = spread_sql(sql, _own_money(have, layout), "coalesce(discount, 0)" if "discount" in have else "0", have)
    # DuckDB 2.0 fails (internal error) on `order by line limit n` through these views when it looks rows up late
    raw.engine.connection.execute("set late_materialization_max_rows = 0")
    if any(kind != "VARCHAR" for kind in raw.types) and not have & set(ORDER_MONEY):
        raw.engine.view_from("lines_read", sql)
    else:
        raw.engine.make_from("lines_read", sql)
    present = _view(raw, layout, have, attributes)
    others = {raw.headers[index]: f"attribute_{index}" for index in attributes}
    rows = raw.rows - layout.skipped_rows - len(layout.total_rows)
    derived = {"amount"} if layout.amount_rule == "unit_price" and not have & set(ORDER_MONEY) else ()
    return Lines(raw.engine, layout, raw.inputs, rows, present, others, frozenset(derived), settings)


def _read(raw: Raw, layout: Layout, settings: Settings, mapped: Mapped) -> Read:
    cell, kind, column = f"c{mapped.index}", raw.types[mapped.index], mapped.column
    wanted = KINDS[column]
    if wanted == "BOOLEAN":
        return Read(column, boolean_sql(cell, kind))
    if wanted == "VARCHAR":
        text = _text(cell, kind, mapped)
        if column == "email" or (column == "customer_id" and layout.header_of("email") == mapped.header):
            text = f"lower({text})"
        text = folded_sql(text) if mapped.folded else text
        return Read(column, text if mapped.capitals == "as_written" else f"{mapped.capitals}({text})")
    if wanted == "TIMESTAMP":
        sql = _date(cell, kind, layout, settings, column)
    elif is_numeric(kind):
        sql = f"try_cast({cell} as {wanted})"
    else:
        sql = number_sql(cell if kind == "VARCHAR" else text_sql(cell, kind), layout.decimal, wanted)
    filled = f"not {empty_sql(text_sql(cell, kind))}" if kind == "VARCHAR" else f"{cell} is not null"
    return Read(column, sql, f"case when {column} is null then {filled} end")


def _text(cell: str, kind: str, mapped: Mapped) -> str:
    if mapped.form != "any" and not mapped.pointed:
        return cell if mapped.form == "plain" else f"trim({cell})"
    return id_sql(cell, kind, mapped.pointed) if mapped.column in (*IDS, "cancelled_at") else text_sql(cell, kind)


def _date(cell: str, kind: str, layout: Layout, settings: Settings, column: str) -> str:
    form = next(form for form in layout.dates if form.column == column)
    if form.kind != "native":
        first, trimmed = (
            date_sql(text, form.kind, form.patterns, settings.timezone) for text in (cell, text_sql(cell, kind))
        )
        return trimmed if kind != "VARCHAR" else f"case when {first} is not null then {first} else {trimmed} end"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('{settings.timezone or 'UTC'}', {cell})"
    return cell if kind == "TIMESTAMP" else f"try_cast({cell} as timestamp)"


def _unparsed(reads: list[Read]) -> str:
    failing = [read for read in reads if read.failed]
    names = ", ".join(f"case when {read.failed} then '{read.name}' end" for read in failing)
    return f"case when {' or '.join(str(read.failed) for read in failing)} then concat_ws(',', {names}) end"


def _own_money(have: frozenset[str], layout: Layout) -> str:
    """A line's own money: its total, or price × pieces less the line's discount."""
    if layout.amount_rule != "unit_price":
        return "amount" if "amount" in have else "1"
    # 38 digits hold any product but take ten times as long as the 18 that almost every line needs
    wide, narrow = f"cast(unit_price as decimal(20,4)) * {_pieces(have)}", f"unit_price * {_pieces(have)}"
    gross = f"case when {_small(have)} then cast({narrow} as {MONEY}) else try_cast({wide} as {MONEY}) end"
    if "discount" not in have or layout.discount == "none":
        return gross
    if layout.discount == "share":
        return f"round({gross} * cast(1 - coalesce(discount, 0) as double), 4)"
    sign = "+" if layout.discount == "minus" else "-"
    return f"{gross} {sign} coalesce(discount, 0)"


def _small(have: frozenset[str]) -> str:
    return f"unit_price between -10000000 and 10000000 and {_pieces(have)} between -1000 and 1000"


def _pieces(have: frozenset[str]) -> str:
    if "quantity" not in have:
        return "1"
    return (
        "cast(quantity - coalesce(returned_quantity, 0) as decimal(18,3))"
        if "returned_quantity" in have
        else "quantity"
    )


def _view(raw: Raw, layout: Layout, have: frozenset[str], attributes: list[int]) -> frozenset[str]:
    """Makes the view `lines` and says which canonical columns it fills."""
    filled = {name: name for name in have if name in KINDS} | _derived(have, layout)
    columns = [
        f"try_cast({filled[c.name]} as {c.kind}) as {c.name}"
        if c.name in filled
        else f"cast(null as {c.kind}) as {c.name}"
        for c in COLUMNS
    ]
    unparsed = "unparsed"
    if layout.amount_rule == "unit_price" and not have & set(ORDER_MONEY):
        lost = f"not ({_small(have)}) and try_cast({filled['amount']} as {MONEY}) is null"
        unparsed = f"case when {lost} then concat_ws(',', unparsed, 'amount') else unparsed end"
    rest = "".join(f", attribute_{index}" for index in attributes)
    raw.engine.view_from("lines", f"select line, {', '.join(columns)}, {unparsed} as unparsed{rest} from lines_read")
    return frozenset(name for name in filled if name in NAMES)


def _derived(have: frozenset[str], layout: Layout) -> dict[str, str]:
    """What follows from other columns: amount, price, pieces after those sent back, a status from a date."""
    made: dict[str, str] = {}
    if have & set(ORDER_MONEY):
        made["amount"] = "amount"
    elif layout.amount_rule == "unit_price":
        made["amount"] = _own_money(have, layout)
    elif {"amount", "returned_quantity", "quantity"} <= have:
        kept = "round(amount * (cast(quantity - returned_quantity as double) / quantity), 4)"
        made["amount"] = f"case when coalesce(returned_quantity, 0) = 0 or quantity = 0 then amount else {kept} end"
    if (
        layout.amount_rule == "line_total"
        and "quantity" in have
        and "unit_price" not in have
        and "amount" in {*have, *made}
    ):
        made["unit_price"] = "case when quantity <> 0 then round(amount / quantity, 4) end"
    if "returned_quantity" in have and "quantity" in have:
        made["quantity"] = _pieces(have)
    if "cancelled_at" in have:
        made["status"] = (
            "case when cancelled_at is not null then 'cancelled' else status end"
            if "status" in have
            else "case when cancelled_at is not null then 'cancelled' end"
        )
    return made
