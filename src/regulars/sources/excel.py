"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) -> parts, one per sheet of order lines."""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from regulars.engine import DuckEngine, quoted
from regulars.errors import InputError
from regulars.locale import Message
from regulars.sources.arrow import OneBatch
from regulars.sources.frames import load_stream
from regulars.sources.head import FIRST_ROWS, Cells, distinct, find_head, head_notes
from regulars.sources.part import Part, without_blank_rows
from regulars.sources.raw import InputFile
from regulars.sources.reach import refuse_reach

_OLE = b"\xd0\xcf\x11\xe0"  # how XLS begins, and any workbook under a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UNNAMED = "__UNNAMED__"  # how fastexcel calls a column without a header


def read_workbook(engine: DuckEngine, path: Path, table: str, sheet: str | None) -> list[Part]:
    """Loads the sheet of order lines, and with it all sheets of the same layout; `sheet` names one alone.

    The sheet of order lines is the one with most rows below a header. A column keeps its type (number, date, truth)
    where all its cells agree; otherwise its cells are text as the workbook holds them, dates as ISO.
    """
    refuse_reach(path)
    content = path.read_bytes()
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise InputError("workbook_locked", file=path.name)
    with _understood(path.name):
        book = fastexcel().read_excel(content)  # not the path, whose ending may be wrong
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise InputError("no_such_sheet", file=path.name, sheet=sheet, known=", ".join(names))
    whole = InputFile(path.name, "xlsx", len(content), hashlib.sha256(content).hexdigest())
    parts = []
    for at, name in enumerate([sheet] if sheet else names):
        part = _loaded(engine, book, f"{table}_{at}", replace(whole, sheet=name))
        if part:
            parts.append(part)
    if not parts:
        raise InputError("input_empty", file=path.name)
    main = max(parts, key=lambda part: (part.named, part.file.rows))
    chosen = [part for part in parts if sorted(part.headers) == sorted(main.headers) and part.named == main.named]
    engine.drop(*(part.table for part in parts if part not in chosen))
    if len(names) > 1 and sheet is None:
        known = ", ".join(str(part.file.sheet) for part in chosen)
        note = Message("reading.sheets", {"file": path.name, "sheets": known, "of": len(names)})
        chosen[0] = replace(chosen[0], notes=(*chosen[0].notes, note))
    return chosen


def fastexcel() -> Any:
    """The library, silenced: it warns on standard error of columns that hold only errors."""
    import fastexcel as library

    logging.getLogger("fastexcel").addHandler(logging.NullHandler())
    return library


@contextmanager
def _understood(name: str) -> Iterator[None]:
    """Turns what the library says of a damaged workbook, a panic of its Rust code included, into our errors."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, fastexcel().FastExcelError) and type(error).__name__ != "PanicException":
            raise
        locked = any(word in str(error).lower() for word in ("password", "encrypt"))
        raise InputError("workbook_locked" if locked else "workbook_damaged", file=name) from error


def _loaded(engine: DuckEngine, book: Any, table: str, file: InputFile) -> Part | None:
    """One sheet. Its first row is taken for the header at first, so that a usual sheet is parsed once."""
    names = _load(engine, book, table, file, header_row=0)
    if not names:
        return None
    head = find_head([names, *_first_rows(engine, table, len(names))], len(names))
    if head.skip != 1 or head.names is None:
        width = len(_load(engine, book, table, file, header_row=None, skip_rows=0, dtypes="string"))
        head = find_head(_first_rows(engine, table, width), width)
        names = _load(engine, book, table, file, header_row=None, skip_rows=head.skip)
    _whole_numbers(engine, table, len(names))
    headers = distinct(head.names or (), len(names))
    part = Part(table, headers, 0, file, tuple(head_notes(head, file.name)), named=head.names is not None)
    return without_blank_rows(engine, part)


def _load(engine: DuckEngine, book: Any, table: str, file: InputFile, **how: Any) -> tuple[str, ...]:
    """The cells of a sheet as `table`, types decided on all rows; gives the names that stood there."""
    with _understood(file.name):
        sheet = book.load_sheet(file.sheet, schema_sample_rows=None, whitespace_as_null=True, **how)
        if not sheet.width:
            return ()
        names = load_stream(engine, OneBatch(sheet), table, file.name)
    return tuple("" if name.startswith(_UNNAMED) else name for name in names)


def _first_rows(engine: DuckEngine, table: str, width: int) -> Sequence[Cells]:
    cells = ", ".join(f"c{at}::varchar" for at in range(width))
    first = f"select {cells} from {quoted(table)} where rowid < {FIRST_ROWS} order by rowid"
    return engine.connection.execute(first).fetchall()


def _whole_numbers(engine: DuckEngine, table: str, width: int) -> None:
    """A workbook knows only floats: columns of whole numbers become BIGINT, so that an id is not `17850.0`."""
    kinds = engine.rows(f"describe {quoted(table)}")[:width]
    doubles = [kind["column_name"] for kind in kinds if kind["column_type"] == "DOUBLE"]
    if not doubles:
        return
    tests = ", ".join(f"bool_and({c} = trunc({c}) and abs({c}) < 9e15) as {c}" for c in doubles)
    whole = engine.rows(f"select {tests} from {quoted(table)}")[0]
    for column in doubles:
        if whole[column]:
            engine.connection.execute(f"alter table {quoted(table)} alter {column} type bigint")
