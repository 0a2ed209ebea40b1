"""Workbooks (XLSX, XLSM, XLSB, XLS, ODS) -> parts, one per sheet of order lines."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from regulars.engine import DuckEngine, quoted
from regulars.errors import InputError
from regulars.locale import Message
from regulars.sources.frames import checksum, load_stream
from regulars.sources.head import Cells, distinct, find_head
from regulars.sources.part import Part, without_blank_rows
from regulars.sources.raw import InputFile
from regulars.sources.text import head_notes

_FIRST_ROWS = 60
_UNNAMED = "__UNNAMED__"  # how fastexcel calls a column without a header


def read_workbook(engine: DuckEngine, path: Path, table: str, sheet: str | None) -> list[Part]:
    """Loads the sheet of order lines, and with it all sheets of the same layout; `sheet` names one alone.

    The sheet of order lines is the one with most rows below a header. A column keeps its type (number, date, truth)
    where all its cells agree; otherwise its cells are text as the workbook holds them, dates as ISO.
    """
    size, digest = checksum(path)
    book = _opened(path)
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise InputError("no_such_sheet", file=path.name, sheet=sheet, known=", ".join(names))
    parts = []
    for at, name in enumerate([sheet] if sheet else names):
        file = InputFile(path.name, "xlsx", size, digest, sheet=name)
        part = _loaded(engine, book, f"{table}_{at}", file)
        if part and part.file.rows:
            parts.append(part)
    if not parts:
        raise InputError("input_empty", file=path.name)
    main = max(parts, key=lambda part: (not _unnamed(part), part.file.rows))
    chosen = [part for part in parts if sorted(part.headers) == sorted(main.headers)]
    engine.drop(*(part.table for part in parts if part not in chosen))
    if len(names) > 1 and sheet is None:
        known = ", ".join(str(part.file.sheet) for part in chosen)
        note = Message("reading.sheets", {"file": path.name, "sheets": known, "of": len(names)})
        chosen[0] = replace(chosen[0], notes=(*chosen[0].notes, note))
    return chosen


def _unnamed(part: Part) -> bool:
    return any(note.key == "reading.no_header" for note in part.notes)


def _opened(path: Path) -> Any:
    import fastexcel

    logging.getLogger("fastexcel").addHandler(logging.NullHandler())  # it warns of columns that hold only errors
    try:
        return fastexcel.read_excel(path)
    except fastexcel.FastExcelError as error:
        locked = any(word in str(error).lower() for word in ("password", "encrypt"))
        raise InputError("workbook_locked" if locked else "workbook_damaged", file=path.name) from error


def _loaded(engine: DuckEngine, book: Any, table: str, file: InputFile) -> Part | None:
    """One sheet. Its first row is taken for the header at first, so that a usual sheet is parsed once."""
    headers = _load(engine, book, table, file, 0)
    if not headers:
        return None
    names = tuple("" if header.startswith(_UNNAMED) else header for header in headers)
    cells = ", ".join(f"c{i}::varchar" for i in range(len(headers)))
    first: Sequence[Cells] = engine.connection.execute(
        f"select {cells} from {quoted(table)} where rowid < {_FIRST_ROWS} order by rowid"
    ).fetchall()
    head = find_head([names, *first], len(names))
    if head.skip != 1 or head.names is None:
        headers = _load(engine, book, table, file, head.skip - 1 if head.names else None)
        names = tuple(headers) if head.names else ()
        names = tuple("" if name.startswith(_UNNAMED) else name for name in names)
    _whole_numbers(engine, table, len(headers))
    skip = head.titles if head.names is None else 0
    part = Part(table, distinct(names, len(headers)), skip, file, head_notes(head, file.name))
    return without_blank_rows(engine, part)


def _load(engine: DuckEngine, book: Any, table: str, file: InputFile, header_row: int | None) -> tuple[str, ...]:
    import fastexcel

    try:
        sheet = book.load_sheet(file.sheet, header_row=header_row, schema_sample_rows=None)
    except fastexcel.FastExcelError as error:
        raise InputError("workbook_damaged", file=file.name) from error
    return load_stream(engine, sheet, table, file.name) if sheet.width else ()


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
