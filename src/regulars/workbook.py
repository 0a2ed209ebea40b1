"""A query's rows as an XLSX workbook: numbers as numbers in the form of their column, texts as texts, never a formula.

The header is bold and stays in sight, columns are as wide as what they hold. Rows are written as they come, so a table
of millions takes little memory; what does not fit a sheet goes on in the next.
"""

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO

from regulars.engine import DuckEngine

SHEET_ROWS = 1_048_575  # what Excel holds below the header
CHUNK = 10_000
_CELL = 32_767  # characters that Excel holds in a cell
_WIDEST, _LOOKED_AT = 60, 1_000  # characters of a column; rows that say how wide it is
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - no clock: the same table gives the same bytes
_DATES: dict[type, str] = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
_FORMS = (  # of a column's numbers, by its name; the first that fits
    (re.compile(r"line|place|cluster(_from|_to)?|[rfm]|risk_rank|periods_since|pieces|quantity"), ""),  # as they are
    (re.compile(r"(.*_)?share(_.*)?|support|confidence|penetration.*|difference.*"), "0.0%"),
    (re.compile(r"(.*_)?[pq]_value"), "[<0.0001]0.0E+00;0.0000"),
)


@dataclass(frozen=True, slots=True)
class Sheets:
    """What the sheets of a workbook are called, the columns that they show, and which of them have names of ours."""

    title: str
    columns: Sequence[str]
    ours: Sequence[bool]

    def name(self, number: int) -> str:
        """What the sheet of this number is called."""
        return self.title if number == 1 else f"{self.title} {number}"


def write_workbook(engine: DuckEngine, query: str, part: Path, sheets: Sheets) -> None:
    """Writes the rows of a query. Raises OSError where the file cannot be written."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    result = engine.connection.execute(query)
    headers = [str(name) for name, *_ in result.description or ()]
    with part.open("wb") as file, tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        sink = _Sink(file)
        book = xlsxwriter.Workbook(sink, {"constant_memory": True, "nan_inf_to_errors": True, "tmpdir": folder})
        book.use_zip64()
        book.set_properties({"created": _CREATED})
        _fill(book, sheets, headers, iter(partial(result.fetchmany, CHUNK), []))
        try:
            book.close()
        except FileCreateError as error:  # what the library makes of an OSError
            raise OSError(*error.args[0].args) from error
        if sink.error:
            raise sink.error


class _Sink:
    """A file that keeps its first error: zipfile, left with a full disk, would print a traceback when it is cleared."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None
        self.tell = file.tell

    def write(self, data: bytes) -> int:
        self._quietly(self._file.write, data)
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> None:
        self._quietly(self._file.seek, offset, whence)

    def flush(self) -> None:
        self._quietly(self._file.flush)

    def _quietly(self, do: Callable[..., object], *values: object) -> None:
        if self.error is None:
            try:
                do(*values)
            except OSError as error:
                self.error = error


def _fill(book: Any, sheets: Sheets, headers: Sequence[str], chunks: Iterator[list[tuple[Any, ...]]]) -> None:
    rows = chain.from_iterable(chunks)
    first = list(islice(rows, _LOOKED_AT))
    widths = [_width(header, [row[column] for row in first]) for column, header in enumerate(headers)]
    made: dict[str, Any] = {"": None}
    known = zip(sheets.columns, sheets.ours, strict=True)
    styles = [{kind: _style(book, made, form) for kind, form in _forms(*each).items()} for each in known]
    bold = book.add_format({"bold": True})
    number, row = 1, 0
    sheet = _new_sheet(book, sheets.name(number), (headers, widths), bold)
    for values in chain(first, rows):
        if row == SHEET_ROWS:
            number, row = number + 1, 0
            sheet = _new_sheet(book, sheets.name(number), (headers, widths), bold)
        row += 1
        for column, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, (row, column), value, styles[column])


def _forms(column: str, ours: bool) -> dict[type, str]:
    """How the values of a column are shown, by their type; a shop's own numbers stand as they are."""
    form = next((form for name, form in _FORMS if name.fullmatch(column)), None)
    whole, parts = ("#,##0", "#,##0.00") if form is None and ours else (form or "", form or "")
    return {**_DATES, int: whole, Decimal: parts, float: parts}


def _style(book: Any, made: dict[str, Any], form: str) -> Any:
    if form not in made:
        made[form] = book.add_format({"num_format": form})
    return made[form]


def _width(header: str, values: Sequence[Any]) -> float:
    """As wide as the longest value and the header; long texts are cut in sight."""
    longest = max((_long(value) for value in values if value is not None), default=0)
    return max(8, min(max(len(header), longest) + 2, _WIDEST))


def _long(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return len(f"{value:,}") if isinstance(value, int) else 14  # money with separators, a day with its time


def _new_sheet(book: Any, name: str, heads: tuple[Sequence[str], Sequence[float]], bold: Any) -> Any:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, (header, width) in enumerate(zip(*heads, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, header, bold)
    return sheet


def _write_cell(sheet: Any, place: tuple[int, int], value: Any, formats: dict[type, Any]) -> None:
    """A cell by its type; no text ever becomes a formula, a link or a number."""
    if isinstance(value, str):
        sheet.write_string(*place, value[:_CELL])
    elif isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif isinstance(value, date):
        if value.year < 1900:  # before Excel's calendar
            sheet.write_string(*place, str(value))
        else:
            sheet.write_datetime(*place, value, formats[type(value)])
    else:
        sheet.write_number(*place, value, formats.get(type(value)))
