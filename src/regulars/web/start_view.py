"""What the start page shows of files as they were read: plain rows, every text by locale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.charts import Table as AccountTable
from regulars.features.people_models import Attribute
from regulars.locale import Message, Value, Words
from regulars.pages.reading import account_table, account_texts, cell_text, dates_text, value_text
from regulars.quality import Finding
from regulars.schema import NAMES, NECESSARY
from regulars.settings import KINDS
from regulars.sources.inspect import Inspection, TableInspection
from regulars.sources.raw import InputFile
from regulars.web.looks import Seen

USUAL = (*NECESSARY, "order_id", "product", "quantity", "unit_price", "amount", "category", "country")
EXAMPLES, SHOWN = 3, 8  # values beside a column; columns of a customer table in its first rows
_LONGEST = 40  # letters of a value
CURRENCIES = (
    *("IDR", "USD", "EUR", "GBP", "SGD", "MYR", "THB", "PHP", "VND", "AUD", "NZD", "JPY", "CNY", "HKD", "TWD", "KRW"),
    *("INR", "PKR", "BDT", "LKR", "AED", "SAR", "TRY", "ZAR", "NGN", "KES", "EGP", "CHF", "SEK", "NOK", "DKK", "PLN"),
    *("CZK", "HUF", "RON", "UAH", "CAD", "MXN", "BRL", "ARS", "CLP", "COP", "PEN"),
)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file: what it is taken for, and facts about it."""

    upload: str
    name: str
    kind: str
    facts: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One canonical column and the header that fills it; "" where none does."""

    column: str
    label: str
    header: str
    sure: str
    why: str
    examples: tuple[str, ...]
    necessary: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The first rows as read."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something that was found or assumed; `title` and `fix` are "" for what is merely said."""

    title: str
    says: str
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Files as they were read."""

    files: tuple[FileRow, ...]
    headers: tuple[str, ...]  # of the orders
    columns: tuple[ColumnRow, ...]  # recognised, or usual
    others: tuple[ColumnRow, ...]  # what else there might be
    kept: tuple[str, ...]  # headers that are no canonical column
    grids: tuple[Grid, ...]
    noticed: tuple[Noticed, ...]
    currency: str | None
    sheets: bool  # whether a workbook is among the files
    table: "Table | None"
    ready: bool  # whether it can be run
    account: "Account | None" = None  # what would become of the lines
    stop: str = ""  # why a run would be of nothing


@dataclass(frozen=True, slots=True)
class Account:
    """What would become of the lines: sentences, and each fate with its lines and their share."""

    told: tuple[str, ...]
    table: AccountTable


@dataclass(frozen=True, slots=True)
class Table:
    """A customer table: its id column, and each attribute as header, kind, role, filled, different values.

    `kinds` are those that a column can have, each with its name.
    """

    headers: tuple[str, ...]
    id_header: str | None
    said: str
    attributes: tuple[tuple[str, str, str, str, str], ...]
    kinds: tuple[tuple[str, str], ...]


def reading(seen: Seen, given: Mapping[str, str], say: Words) -> Reading:
    """The page of a look. `given` is the mapping that was asked for."""
    orders, table, cells = seen.orders, seen.customers, seen.cells
    columns = _columns(orders, given, say) if orders or cells else ()
    grids = [_orders_grid(orders, say)] if orders else []
    grids += [_grid(cells.first_rows, {}, say)] if cells else []
    grids += [_grid(table.first_rows, {str(a.header): _kind(a) for a in table.attributes}, say)] if table else []
    whole = orders.headers if orders else cells.headers if cells else ()
    stop = _stop(orders, say)
    return Reading(
        files=_files(seen, say),
        headers=whole,
        columns=tuple(row for row in columns if row.header or row.column in USUAL),
        others=tuple(row for row in columns if not row.header and row.column not in USUAL),
        kept=orders.layout.attributes if orders else (),
        grids=tuple(grid for grid in grids if grid.rows),
        noticed=(*_of_orders(orders, say), *_of_table(table, say)),
        currency=orders.layout.currency if orders else None,
        sheets=any(file.sheet for part in (orders, cells, table) if part for file in part.inputs),
        table=_table(table, say) if table else None,
        ready=cells is None and bool(orders or table) and not stop,
        account=_account(orders, say),
        stop=stop,
    )


def _stop(orders: Inspection | None, say: Words) -> str:
    """That no line read would count as a sale, and what most are set aside for; "" where some would."""
    found = orders.account if orders else None
    if found is None or found.sales or not found.set_aside:
        return ""
    most = max(found.set_aside, key=lambda part: part.lines)
    return say("web_start.look.nothing", of=found.read, n=most.lines, reason=say(f"reasons.{most.reason}"))


def _account(orders: Inspection | None, say: Words) -> Account | None:
    if orders is None or orders.account is None:
        return None
    return Account(account_texts(orders.account, orders.rows, say), account_table(orders.account, say))


def _files(seen: Seen, say: Words) -> tuple[FileRow, ...]:
    parts = [part for part in (seen.orders, seen.cells, seen.customers) if part]
    inputs = [file for part in parts for file in part.inputs]
    rows = []
    for each in seen.files:
        sheets = [file for file in inputs if file.name == each.name]
        rows.append(FileRow(each.upload, each.name, each.kind, _facts(sheets, say)))
    return tuple(rows)


def _facts(sheets: Sequence[InputFile], say: Words) -> str:
    if not sheets:
        return ""
    first = sheets[0]
    names = ", ".join(file.sheet for file in sheets if file.sheet)
    size = (
        say("web_start.size", mb=mb)
        if (mb := (first.bytes or 0) / 2**20) >= 1
        else say("web_start.size_kb", kb=mb * 1024)
    )
    facts = [first.kind.upper(), names, first.encoding, first.compression, size]
    return " · ".join([fact for fact in facts if fact] + [say("cli.rows", rows=sum(file.rows for file in sheets))])


def _columns(orders: Inspection | None, given: Mapping[str, str], say: Words) -> tuple[ColumnRow, ...]:
    found = {mapped.column: mapped for mapped in orders.layout.mapping} if orders else {}
    rows = []
    for column in sorted(NAMES, key=lambda name: (name not in NECESSARY, name not in USUAL)):
        mapped, label = found.get(column), say(f"columns.name.{column}")
        if mapped and orders:
            values = (cell_text(column, row.get(column), say) for row in orders.first_rows)
            shown = tuple(dict.fromkeys(_short(value) for value in values if value))[:EXAMPLES]
            shown = tuple(map(_short, orders.statuses)) if column == "status" else shown
            sure, why = say.percent(mapped.confidence, 0), mapped.why.text(say)
            rows.append(ColumnRow(column, label, mapped.header, sure, why, shown, column in NECESSARY))
        else:
            why = say("web_start.look.not_there") if given.get(column) == "" else ""
            rows.append(ColumnRow(column, label, given.get(column, ""), "", why, (), column in NECESSARY))
    return tuple(rows)


def _orders_grid(orders: Inspection, say: Words) -> Grid:
    names = list(orders.first_rows[0]) if orders.first_rows else []
    rows = (tuple(_short(cell_text(name, row[name], say)) for name in names) for row in orders.first_rows)
    caption = say("web_start.look.first_rows", what=say("web_start.look.orders"))
    return Grid(caption, tuple(say(f"columns.name.{name}") for name in names), tuple(rows))


def _grid(first: Sequence[Mapping[str, str | None]], kinds: Mapping[str, str], say: Words) -> Grid:
    names = list(first[0])[:SHOWN] if first else []
    rows = (tuple(_short(value_text(kinds.get(name, "text"), row[name], say)) for name in names) for row in first)
    what = say("web_start.look.customers" if kinds else "web_start.look.orders")
    return Grid(say("web_start.look.first_rows", what=what), tuple(names), tuple(rows))


def _kind(attribute: Attribute) -> str:
    return "year" if attribute.role == "birth_year" else attribute.kind


def _of_orders(orders: Inspection | None, say: Words) -> list[Noticed]:
    if orders is None:
        return []
    said = [say("cli.dates", column=say(f"columns.name.{form.column}"), how=dates_text(form, say))
            for form in orders.layout.dates]  # fmt: skip
    said += [_text(message, say) for message in orders.layout.assumptions]
    said += [say("cli.unparsed", column=say(f"columns.name.{column}") if column in NAMES else column, count=count)
             for column, count in orders.unparsed.items()]  # fmt: skip
    return [*(Noticed("", text) for text in said), *(_finding(found, say) for found in orders.findings)]


def _of_table(table: TableInspection | None, say: Words) -> list[Noticed]:
    if table is None:
        return []
    said = [Noticed("", _text(message, say)) for message in table.assumptions]
    return said + [_finding(found, say) for found in table.findings]


def _finding(found: Finding, say: Words) -> Noticed:
    figures: dict[str, Value] = {"count": found.count, "of": found.of, "share": found.share, **found.values}
    title, says, fix = (f"findings.{found.code}.{part}" for part in ("title", "says", "fix"))
    return Noticed(say(title, **figures), say(says, **figures), say(_ours(fix, say), **figures))


def _text(message: Message, say: Words) -> str:
    return say(_ours(message.key, say), **message.values)


def _ours(key: str, say: Words) -> str:
    """The key of this page's own text, where the usual one names flags of the command line."""
    return f"web_start.{key}" if say.has(f"web_start.{key}") else key


def _table(table: TableInspection, say: Words) -> Table:
    key = "columns.table.is" if table.id_header else "columns.table.numbered"
    attributes = tuple(
        (
            each.title(say),
            each.kind,
            say(f"columns.role.{each.role}") if each.role else "",
            say.number(each.filled),
            say.number(each.distinct),
        )
        for each in table.attributes
    )
    kinds = tuple((kind, say(f"columns.kind.{kind}")) for kind in KINDS)
    return Table(table.headers, table.id_header, say(key, header=table.id_header), attributes, kinds)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
