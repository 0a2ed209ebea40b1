"""A table of the store as a file for people: CSV or XLSX in their language, or Parquet as it is.

Cells are guarded against formulas (OWASP, "CSV Injection"): a text that a spreadsheet would take for one gets an
apostrophe before it. Numbers are left alone, also negative ones. The same table gives the same bytes.
"""

import errno
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import duckdb

from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import RegularsError, StoreError, UsageError
from regulars.locale import Language, Words, words

if TYPE_CHECKING:
    from regulars.analysis import Study

Kind = Literal["csv", "xlsx", "parquet"]
SHEET_ROWS = 1_048_575  # what Excel holds below the header
_CELL = 32_767  # characters that Excel holds in a cell
_CHUNK = 10_000
_FORMATS: dict[type, str] = {Decimal: "#,##0.00", float: "0.00", date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm"}
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - no clock: the same table gives the same bytes
_WORDED = {
    "segment": ("segments", ".label"),
    "persona": ("personas", ".name"),
    "cluster_persona": ("personas", ".name"),
    "action": ("actions", ".title"),
    "cluster_action": ("actions", ".title"),
    "reason": ("reasons", ""),
}
_KEYS = {"persona_key", "action_key", "cluster_persona_key", "cluster_action_key"}  # for programs: not shown unasked
_PLAIN = re.compile(r"(TINY|SMALL|BIG|HUGE|U\w+)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT|DATE|TIMESTAMP|BOOLEAN")

# blanks and invisible signs, then what begins a formula, full-width forms included
_STARTS = r"[\s\p{Z}\p{C}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_GUARD = (rf"^([\t\r\n]|{_STARTS})", r"'\1")
# where a spreadsheet splits a row at other signs than we do, a cell also begins after those
_GUARD_WITHIN = (rf"([;\t\r\n])({_STARTS})", r"\1'\2")


@dataclass(frozen=True, slots=True)
class Extract:
    """What of a table is wanted: its columns (none: all), and further English names -> words (`study_names`)."""

    columns: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


WHOLE = Extract()


def export_table(
    source: Path,
    target: Path,
    kind: Kind,
    language: Language,
    overwrite: bool = False,
    extract: Extract = WHOLE,
) -> int:
    """Write a Parquet file (or a folder of them) to `target`; gives the number of rows.

    CSV: UTF-8 with a byte order mark (Excel needs it), commas, CRLF (RFC 4180). XLSX: real numbers and dates, a new
    sheet every 1,048,575 rows. Both with headers, segments, personas, actions and reasons in `language`, and whatever
    `extract.names` translates besides (a persona with its qualifier: `study_names`); Parquet as stored.
    Raises UsageError for an unknown column or a target that exists, StoreError where the file cannot be written.
    """
    if target.exists() and not overwrite:
        raise UsageError("export_exists", path=str(target))
    with DuckEngine() as engine, _beside(target) as part:
        try:
            types = _types(engine, source)
            shown = [name for name in types if kind == "parquet" or name not in _KEYS]
            chosen = _chosen(extract.columns or shown, types)
            if kind == "parquet":
                engine.write_parquet(f"select {', '.join(map(quoted, chosen))} from exported", part)
            else:
                labels = _labels(engine, chosen, words(language), extract.names)
                select = partial(_select, {name: types[name] for name in chosen}, labels, words(language))
                engine.connection.execute("set preserve_insertion_order = true")
                (_write_csv if kind == "csv" else _write_xlsx)(engine, select, part)
            return int(engine.rows("select count(*) as n from exported")[0]["n"])
        except duckdb.Error as error:
            raise StoreError("cannot_export", path=str(target), why=first_line(error)) from error
        except StoreError as error:
            raise StoreError("cannot_export", path=str(target), why=error.message.values["why"]) from error


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A file beside the target that takes its place at the end, or is gone at an error."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        part.touch()  # what cannot be written is said before the work
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        if isinstance(error, RegularsError):
            raise
        raise StoreError("cannot_export", path=str(target), why=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def _types(engine: DuckEngine, source: Path) -> dict[str, str]:
    """Names the source `exported` and gives its columns with their types."""
    place = source / "**" / "*.parquet" if source.is_dir() else source
    engine.view_from("exported", f"select * from read_parquet({text(str(place))}, hive_partitioning = false)")
    return {str(row["column_name"]): str(row["column_type"]) for row in engine.rows("describe exported")}


def _chosen(columns: Sequence[str], types: dict[str, str]) -> list[str]:
    if unknown := [name for name in columns if name not in types]:
        raise UsageError("export_column", name=unknown[0], known=", ".join(types))
    return list(dict.fromkeys(columns))


def study_names(study: "Study", language: Language) -> dict[str, str]:
    """The English names of a study's personas, with what tells those of one name apart -> the same in `language`."""
    groups = (*study.segments, *study.cluster_profiles)
    return {group.persona_name: group.title(words(language)) for group in groups}


def _labels(
    engine: DuckEngine, columns: Sequence[str], say: Words, names: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """For the columns that hold names of ours, key or English words: value -> its words in the export's language."""
    labels: dict[str, dict[str, str]] = {}
    for column in columns:
        if column in _WORDED:
            area, name = _WORDED[column]
            english = {label: key for key, label in words("en").under(area).items() if key.endswith(name)}
            found = engine.rows(f"select distinct {quoted(column)} as value from exported order by 1")
            keys = {row["value"]: english.get(row["value"], f"{area}.{row['value']}{name}") for row in found}
            labels[column] = {value: say(key) for value, key in keys.items() if say.has(key)}
            labels[column] |= {value: names[value] for value in keys if value in names}
    return labels


def _select(types: dict[str, str], labels: dict[str, dict[str, str]], say: Words, within: bool, mark: str = "") -> str:
    """The query of an export: words put in, texts guarded, columns headed; `mark` stands before the first header."""
    fields = []
    for column, kind in types.items():
        key = f"exports.columns.{column}"
        header = mark + (say(key) if say.has(key) else column)
        mark = ""
        fields.append(f"{_field(column, kind, labels.get(column, {}), within)} as {quoted(header)}")
    return f"select {', '.join(fields)} from exported"


def _field(column: str, kind: str, labels: dict[str, str], within: bool) -> str:
    if _PLAIN.fullmatch(kind):
        return quoted(column)
    value = f"cast({quoted(column)} as varchar)"
    if labels:
        cases = " ".join(f"when {text(name)} then {text(label)}" for name, label in labels.items())
        value = f"case {value} {cases} else {value} end"
    if within:
        value = f"regexp_replace({value}, {text(_GUARD_WITHIN[0])}, {text(_GUARD_WITHIN[1])}, 'g')"
    return f"regexp_replace({value}, {text(_GUARD[0])}, {text(_GUARD[1])})"


def _write_csv(engine: DuckEngine, select: Callable[..., str], part: Path) -> None:
    options = r"""format csv, header, delimiter ',', quote '"', escape '"', new_line '\r\n'"""
    query = select(within=True, mark="\N{ZERO WIDTH NO-BREAK SPACE}")
    engine.connection.execute(f"copy ({query}) to {text(str(part))} ({options})")


def _write_xlsx(engine: DuckEngine, select: Callable[..., str], part: Path) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    result = engine.connection.execute(select(within=False))
    headers = [str(name) for name, *_ in result.description or ()]
    with part.open("wb") as file, tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        sink = _Sink(file)
        book = xlsxwriter.Workbook(sink, {"constant_memory": True, "nan_inf_to_errors": True, "tmpdir": folder})
        book.use_zip64()
        book.set_properties({"created": _CREATED})
        _fill(book, headers, iter(partial(result.fetchmany, _CHUNK), []))
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


def _fill(book: Any, headers: Sequence[str], chunks: Iterator[list[tuple[Any, ...]]]) -> None:
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
    sheet, row = _new_sheet(book, headers, bold), 0
    for values in chain.from_iterable(chunks):
        if row == SHEET_ROWS:
            sheet, row = _new_sheet(book, headers, bold), 0
        row += 1
        for column, value in enumerate(values):
            if value is not None:
                _write_cell(sheet, (row, column), value, formats)


def _new_sheet(book: Any, headers: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, max(12, min(len(header) + 2, 40)))
    for column, header in enumerate(headers):
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
