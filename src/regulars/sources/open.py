"""The door: a file, several, a folder, a database's table or a frame -> the table `raw`."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from regulars.engine import DuckEngine, quoted, text
from regulars.errors import InputError, SettingsError, UsageError
from regulars.locale import Message
from regulars.settings import Settings
from regulars.sources.databases import is_address, read_database
from regulars.sources.excel import read_workbook
from regulars.sources.files import files_of, kind_of, readable
from regulars.sources.frames import read_frame, read_parquet
from regulars.sources.part import Part, without_blank_rows
from regulars.sources.raw import Raw
from regulars.sources.text import read_text

_MOST_NOTES = 3  # of one kind


def read_raw(source: Any, settings: Settings | None = None, *, engine: DuckEngine | None = None) -> Raw:
    """Loads `source` into the table `raw` of `engine` (a new one if none is given).

    `source` is a path, a list of paths, a folder, a database address (`postgresql://...#table`, `sqlite:///...#select
    ...`, `duckdb:///...#table`) or any object with `__arrow_c_stream__`. Several files must have one layout.
    Times with a zone become the shop's (`settings.timezone`, else UTC). Raises UsageError where there is nothing to
    read, InputError where the content is not understood.
    """
    own = engine or DuckEngine()
    try:
        settings = settings or Settings()
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder, _in_zone(own, settings.timezone):
            parts = _parts(own, source, settings, Path(folder))
        return _joined(own, parts)
    except BaseException:
        if engine is None:
            own.close()
        raise


@contextmanager
def _in_zone(engine: DuckEngine, zone: str | None) -> Iterator[None]:
    """Times that carry a zone are read as the shop's clock showed them; without a zone of the shop, as UTC."""
    try:
        engine.connection.execute(f"set timezone = {text(zone or 'UTC')}")
    except duckdb.Error as error:
        raise SettingsError("timezone_unknown", zone=zone) from error
    try:
        yield
    finally:
        engine.connection.execute("set timezone = 'UTC'")


def _parts(engine: DuckEngine, source: Any, settings: Settings, folder: Path) -> list[Part]:
    if hasattr(source, "__arrow_c_stream__"):
        return [read_frame(engine, source, "raw_0")]
    given = [source] if isinstance(source, str | Path) else source
    if not isinstance(given, Sequence) or not all(isinstance(one, str | Path) for one in given) or not given:
        raise UsageError("source_unknown", kind=type(source).__name__)
    parts: list[Part] = []
    for one in given:
        if is_address(str(one)):
            parts.append(read_database(engine, str(one), f"raw_{len(parts)}"))
            continue
        with readable(Path(one)):
            files = files_of(Path(one))
        for file in files:
            with readable(file):
                parts += _read(engine, file, f"raw_{len(parts)}", settings, folder)
    return parts


def _read(engine: DuckEngine, path: Path, table: str, settings: Settings, folder: Path) -> list[Part]:
    kind = kind_of(path)
    if kind == "text":
        return [read_text(engine, path, table, folder)]
    if kind == "parquet":
        return [read_parquet(engine, path, table)]
    if kind == "workbook":
        return read_workbook(engine, path, table, settings.sheet)
    return [read_database(engine, f"{kind}:///{path}", table)]


def _joined(engine: DuckEngine, loaded: Sequence[Part]) -> Raw:
    """The view `raw` over all parts, one after the other, their columns in the order of the first part's."""
    once, copies = _once(engine, loaded)
    parts = [without_blank_rows(engine, part) for part in once]
    first = parts[0]
    queries, start = [], 0
    for part in parts:
        order = _columns_of(part, first)
        cells = ", ".join(f"c{column} as c{at}" for at, column in enumerate(order))
        line = f"rowid + {start + 1 - part.skip} as line"
        queries.append(f"select rowid as place, {line}, {cells} from {quoted(part.table)} where rowid >= {part.skip}")
        start += part.file.rows
    engine.view_from("raw", " union all ".join(queries))
    kinds = tuple(str(row["column_type"]) for row in engine.rows("describe raw"))[2:]
    notes = _brief([note for part in (*parts, *copies) for note in part.notes])
    tables = tuple(part.table for part in parts)
    placed = 1 - first.skip if len(parts) == 1 else None
    inputs = tuple(part.file for part in (*parts, *copies))
    return Raw(engine, first.headers, kinds, start, inputs, notes, tables, placed)


def _once(engine: DuckEngine, loaded: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """The parts of different files, and those that are another's copy byte for byte: without rows, and said."""
    seen: dict[tuple[str, str | None], str] = {}
    once, copies = [], []
    for part in loaded:
        key = (part.file.sha256 or part.table, part.file.sheet)
        if key not in seen:
            seen[key] = part.file.name
            once.append(part)
            continue
        engine.drop(part.table)
        note = Message("reading.same_file", {"file": part.file.name, "other": seen[key]})
        copies.append(replace(part, file=replace(part.file, rows=0), notes=(note,)))
    return once, copies


def _brief(notes: Sequence[Message]) -> tuple[Message, ...]:
    """All notes, or the first of a kind and how many files more where a folder has it often."""
    result: list[Message] = []
    for key in dict.fromkeys(note.key for note in notes):
        same = [note for note in notes if note.key == key]
        if len(same) > _MOST_NOTES:
            same = [same[0], Message("reading.elsewhere", {"file": same[0].values["file"], "count": len(same) - 1})]
        result += same
    return tuple(result)


def _columns_of(part: Part, first: Part) -> list[int]:
    """Where the first part's columns stand in another part: by header, or by place where that part has no header."""
    if not part.named and first.named and len(part.headers) == len(first.headers):
        return list(range(len(first.headers)))
    if sorted(first.headers) == sorted(part.headers):
        return [part.headers.index(header) for header in first.headers]
    raise InputError(
        "layouts_differ",
        one=first.file.name,
        other=part.file.name,
        only_one=", ".join(header for header in first.headers if header not in part.headers) or "-",
        only_other=", ".join(header for header in part.headers if header not in first.headers) or "-",
    )
