"""A table of the store as a file for people: CSV or XLSX in their language, or Parquet as it is.

Cells are guarded against formulas (OWASP, "CSV Injection"): a text that a spreadsheet would take for one gets an
apostrophe before it. Numbers are left alone, also negative ones, and telephone numbers of a plus, digits and single
blanks (+62 811 2345 678): no sign in them computes, calls or refers to anything, and what sends messages reads them as
they are. One with hyphens or brackets would be worked out as a sum. The same table gives the same bytes.

A CSV is written as the spreadsheets of its language expect it: in English with commas and decimal points, in Indonesian
with semicolons and decimal commas.
"""

import errno
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb

from regulars.contacts import told_text
from regulars.engine import DuckEngine, first_line, quoted, text
from regulars.errors import RegularsError, StoreError, UsageError
from regulars.locale import Language, Words, words
from regulars.workbook import Sheets, write_workbook

if TYPE_CHECKING:
    from regulars.analysis import Study

Kind = Literal["csv", "xlsx", "parquet"]
MEMORY = "128MB"
_CONTACTS = ("name", "email", "phone", "consent_email", "consent_sms", "consent_phone")
_WORDED = {
    "segment": ("segments", ".label"),
    "persona": ("personas", ".name"),
    "cluster_persona": ("personas", ".name"),
    "action": ("actions", ".title"),
    "cluster_action": ("actions", ".title"),
    "group_name": ("segments", ".label"),
    "reason": ("reasons", ""),
    "list": ("recommend.list", ""),
    **dict.fromkeys(("segment_from", "segment_to"), ("segments", ".label")),
    **dict.fromkeys(("segment_kind", "cluster_kind"), ("moves.kind", "")),
}
# a column of this table means something else than elsewhere
_OWN_HEADERS = {("rhythm", "state"): "judged_by", ("listed", "country"): "latest_country"}
_KEYS = {"persona_key", "action_key", "cluster_persona_key", "cluster_action_key"}  # for programs: not shown unasked
_PLAIN = re.compile(r"(TINY|SMALL|BIG|HUGE|U\w+)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT|DATE|TIMESTAMP|BOOLEAN")

# blanks and invisible signs, then what begins a formula, full-width forms included
_STARTS = r"[\s\p{Z}\p{C}]*[=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_GUARD = (rf"^([\t\r\n]|{_STARTS})", r"'\1")
_WITHIN = r"\1'\2"
_TELEPHONE = r"\+[1-9]( ?[0-9]){6,14}"  # as long as a number can be (E.164)
_BEGINS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")  # the same, for a text at a time
_BREAKS = frozenset("\t\r\n")
_ZEROS = (r"\.0+$|(\.\d*[1-9])0+$", r"\1")  # 600.0 is 600, 94.5000 is 94.5


@dataclass(frozen=True, slots=True)
class _Signs:
    """How a language writes a CSV. `starts`: where a spreadsheet of another language may begin a cell unasked."""

    separator: str
    decimal: str
    starts: str


# commas need no second guard in English: the texts that hold one are quoted, which no spreadsheet splits there
_SIGNS: dict[Language, _Signs] = {"en": _Signs(",", ".", ";\t\r\n"), "id": _Signs(";", ",", ";,\t\r\n")}


@dataclass(frozen=True, slots=True)
class Extract:
    """What of a table is wanted: its columns (none: all but the keys for programs), further English names -> words
    (`study_names`), and, for a table of customers, whether their contacts are.

    Contacts are personal data, so nobody gets them unasked: of each customer the latest name, e-mail address, telephone
    number and consents that the lines hold (`lines`: their folder), else those of the customer table (`told`: the
    columns that hold them, `contacts.told_columns`; as such they are left out). `most`: rows that a workbook may have.
    """

    columns: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    contacts: bool = False
    lines: Path | None = None
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    most: int | None = None


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

    CSV: UTF-8 with a byte order mark (Excel needs it), CRLF (RFC 4180), signs by language. XLSX: real numbers, dates,
    a new sheet every 1,048,575 rows. Both with headers, segments, personas, actions and reasons in `language`, and
    whatever `extract.names` translates besides (a persona with its qualifier: `study_names`); Parquet as stored.
    Raises UsageError for an unknown column, contacts that are not held, a workbook of more than `extract.most` rows, or
    a target that exists, StoreError where the file cannot be written.
    """
    if target.exists() and not overwrite:
        raise UsageError("export_exists", path=str(target))
    # one thread holds a third of the memory, and takes no more CPU
    with DuckEngine(threads=1, memory_limit=MEMORY, on_disk=True) as engine, _beside(target) as part:
        try:
            types = _types(engine, source, extract)
            rows = int(engine.rows("select count(*) as n from exported")[0]["n"])
            if kind == "xlsx" and extract.most is not None and rows > extract.most:
                raise UsageError("export_rows", rows=rows, most=extract.most)
            shown = [name for name in types if kind == "parquet" or name not in _KEYS]
            chosen = _chosen(extract.columns or shown, types)
            if kind == "parquet":
                engine.write_parquet(f"select {', '.join(map(quoted, chosen))} from exported", part)
            else:
                say = words(language)
                labels = _labels(engine, chosen, say, extract.names)
                engine.connection.execute("set preserve_insertion_order = true")
                fields = {name: types[name] for name in chosen}
                if kind == "csv":
                    query = _select(fields, labels, say, _SIGNS[language], table=source.stem)
                    _write_csv(engine, query, _SIGNS[language], part)
                else:
                    sheet = f"exports.sheets.{source.stem}"
                    title = say(sheet if say.has(sheet) else "exports.sheets.other")
                    ours = [say.has(f"exports.columns.{name}") for name in chosen]
                    query = _select(fields, labels, say, table=source.stem)
                    write_workbook(engine, query, part, Sheets(title, chosen, ours))
            return rows
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


def _types(engine: DuckEngine, source: Path, extract: Extract) -> dict[str, str]:
    """Names the source `exported`, contacts joined where they are wanted, and gives its columns with their types."""
    apart = [quoted(column) for columns in extract.told.values() for column in columns]
    shown = f"table_.* exclude ({', '.join(apart)})" if apart else "table_.*"
    query = f"select {shown} from {_stored(source)} table_"
    if extract.contacts:
        query = _with_contacts(engine, source, shown, extract)
    engine.view_from("exported", query)
    return _columns(engine, "exported")


def _with_contacts(engine: DuckEngine, source: Path, shown: str, extract: Extract) -> str:
    """The query of the source with the contacts of each customer. Raises UsageError where there are none."""
    held: list[str] = []
    if extract.lines:
        engine.view_from("contact_lines", f"select * from {_stored(extract.lines)}")
        held = [name for name in _CONTACTS if name in _columns(engine, "contact_lines")]
    if not held and not extract.told:
        raise UsageError("export_no_contacts")
    ways = {name: [f"_{name}"] if name in held else [] for name in _CONTACTS}
    for name, columns in extract.told.items():
        ways[name].append(told_text(name, columns))
    joined = [f"coalesce({', '.join(way)}) as {name}" for name, way in ways.items() if way]
    query = f"select {shown}, {', '.join(joined)} from {_stored(source)} table_"
    if held:
        latest = [f"arg_max({n}, row(ordered_at, line)) filter (where {n} is not null) as _{n}" for n in held]
        found = f"select customer_id, {', '.join(latest)} from contact_lines group by customer_id"
        query += f" left join ({found}) using (customer_id)"
    return f"{query} order by customer_id"


def _stored(place: Path) -> str:
    files = place / "**" / "*.parquet" if place.is_dir() else place
    return f"read_parquet({text(str(files))}, hive_partitioning = false)"


def _columns(engine: DuckEngine, table: str) -> dict[str, str]:
    return {str(row["column_name"]): str(row["column_type"]) for row in engine.rows(f"describe {table}")}


def _chosen(columns: Sequence[str], types: dict[str, str]) -> list[str]:
    if unknown := [name for name in columns if name not in types]:
        raise UsageError("export_column", name=unknown[0], known=", ".join(types))
    return list(dict.fromkeys(columns))


def study_names(study: "Study", language: Language) -> dict[str, str]:
    """The English names of a study's personas, with what tells those of one name apart -> the same in `language`."""
    groups = (*study.segments, *study.cluster_profiles)
    learned = study.people.groups if study.people else ()
    names = {group.persona_name: group.title(words(language)) for group in groups}
    return names | {group.title(words("en")): group.title(words(language)) for group in learned}


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


def _select(
    types: dict[str, str], labels: dict[str, dict[str, str]], say: Words, signs: _Signs | None = None, table: str = ""
) -> str:
    """The query of an export: words put in, texts guarded, columns headed; for a CSV with `signs`."""
    fields: list[str] = []
    for column, kind in types.items():
        key = f"exports.columns.{_OWN_HEADERS.get((table, column), column)}"
        header = say(key) if say.has(key) else column
        if signs and not fields:
            header = f"\N{ZERO WIDTH NO-BREAK SPACE}{header}"  # the byte order mark
        fields.append(f"{_field(column, kind, labels.get(column, {}), signs)} as {quoted(header)}")
    return f"select {', '.join(fields)} from exported"


def _field(column: str, kind: str, labels: dict[str, str], signs: _Signs | None) -> str:
    value = f"cast({quoted(column)} as varchar)"
    if _PLAIN.fullmatch(kind):
        if not signs or not kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
            return quoted(column)
        return f"replace(regexp_replace({value}, {text(_ZEROS[0])}, {text(_ZEROS[1])}), '.', {text(signs.decimal)})"
    if labels:
        cases = " ".join(f"when {text(name)} then {text(label)}" for name, label in labels.items())
        value = f"case {value} {cases} else {value} end"
    if signs:
        value = f"regexp_replace({value}, {text(f'([{signs.starts}])({_STARTS})')}, {text(_WITHIN)}, 'g')"
    guard = f"regexp_replace({value}, {text(_GUARD[0])}, {text(_GUARD[1])})"
    if labels:
        return guard
    held = f"cast({quoted(column)} as varchar)"
    return f"case when {held}[1] = '+' and regexp_full_match({held}, {text(_TELEPHONE)}) then {held} else {guard} end"


def guarded(cell: str, language: Language) -> str:
    """A text of a CSV in that language as the exports guard it: for tables that stand in no engine."""
    if re.fullmatch(_TELEPHONE, cell):
        return cell
    parts, at, seen = [], 0, 0  # kept up to `at`, looked at up to `seen`: once each, however many blanks there are
    for place, sign in enumerate(cell):
        if place >= seen and sign in _SIGNS[language].starts:
            seen = _past_blanks(cell, place + 1)
            if cell[seen : seen + 1] in _BEGINS:
                parts += [cell[at : place + 1], "'"]
                at, seen = place + 1, seen + 1
    safe = "".join([*parts, cell[at:]])
    first = _past_blanks(safe, 0)
    return f"'{safe}" if safe[:1] in _BREAKS or safe[first : first + 1] in _BEGINS else safe


def _past_blanks(cell: str, at: int) -> int:
    while at < len(cell) and (cell[at].isspace() or unicodedata.category(cell[at])[0] in "ZC"):
        at += 1
    return at


def _write_csv(engine: DuckEngine, query: str, signs: _Signs, part: Path) -> None:
    options = rf"""format csv, header, delimiter '{signs.separator}', quote '"', escape '"', new_line '\r\n'"""
    engine.connection.execute(f"copy ({query}) to {text(str(part))} ({options})")
