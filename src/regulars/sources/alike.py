"""The ids of a customer table, written as its orders write them."""

from regulars.sources.capitals import counted, typed
from regulars.sources.cells import folded_sql
from regulars.sources.customer_table import CustomerTable, require_once
from regulars.sources.layout import Capitals
from regulars.sources.lines import Lines


def as_in_orders(lines: Lines, table: CustomerTable) -> str:
    """The ids of a customer table as its orders write them, as SQL over `people_read`.

    Raises InputError where that makes one customer of several rows.
    """
    who = next(mapped for mapped in lines.layout.mapping if mapped.column == "customer_id")
    sql = folded_sql("customer_id") if who.folded else _cased(who.capitals)
    if sql == "customer_id" and lines.settings.capitals == "merge":
        sql = _cased(_only_style(lines, table))
    if sql != "customer_id":
        require_once(table.engine, sql, table.id_header)
    return sql


def _cased(capitals: Capitals) -> str:
    return "customer_id" if capitals == "as_written" else f"{capitals}(customer_id)"


def _only_style(lines: Lines, table: CustomerTable) -> Capitals:
    """The one way in which the orders write the letters of ids, where the table's were typed in others as well."""
    ways: tuple[Capitals, ...] = ("upper", "lower")
    for way in ways:
        other = f"select 1 from {{}} where customer_id <> {way}(customer_id) limit 1"
        if table.engine.rows(other.format("people_read")) and not lines.engine.rows(other.format("lines")):
            return way if typed(counted(table.engine, "people_read", "customer_id")) else "as_written"
    return "as_written"
