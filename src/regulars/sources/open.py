"""The door: a file, several, a folder, a database's table or a frame -> the table `raw`."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from regulars.engine import DuckEngine, quoted
from regulars.errors import InputError, UsageError
from regulars.settings import Settings
from regulars.sources.databases import is_address, read_database
from regulars.sources.excel import read_workbook
from regulars.sources.files import files_of, kind_of, readable
from regulars.sources.frames import read_frame, read_parquet
from regulars.sources.part import Part, without_blank_rows
from regulars.sources.raw import Raw
from regulars.sources.text import read_text


def read_raw(source: Any, settings: Settings | None = None, *, engine: DuckEngine | None = None) -> Raw:
    """Loads `source` into the table `raw` of `engine` (a new one if none is given).

    `source` is a path, a list of paths, a folder, a database address (`postgresql://...#table`, `sqlite:///...#select
    ...`, `duckdb:///...#table`) or any object with `__arrow_c_stream__`. Several files must have one layout.
    Raises UsageError where there is nothing to read, InputError where the content is not understood.
    """
    own = engine or DuckEngine()
    try:
        with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
            parts = _parts(own, source, settings or Settings(), Path(folder))
        return _joined(own, parts)
    except BaseException:
        if engine is None:
            own.close()
        raise


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
    parts = [without_blank_rows(engine, part) for part in loaded]
    first = parts[0]
    queries, start = [], 0
    for part in parts:
        _same_layout(first, part)
        cells = ", ".join(f"c{part.headers.index(header)} as c{at}" for at, header in enumerate(first.headers))
        line = f"rowid + {start + 1 - part.skip} as line"
        queries.append(f"select {line}, {cells} from {quoted(part.table)} where rowid >= {part.skip}")
        start += part.file.rows
    engine.view_from("raw", " union all ".join(queries))
    kinds = tuple(str(row["column_type"]) for row in engine.rows("describe raw"))[1:]
    notes = tuple(note for part in parts for note in part.notes)
    return Raw(engine, first.headers, kinds, start, tuple(part.file for part in parts), notes)


def _same_layout(first: Part, part: Part) -> None:
    if sorted(first.headers) == sorted(part.headers):
        return
    ours, theirs = set(first.headers), set(part.headers)
    raise InputError(
        "layouts_differ",
        one=first.file.name,
        other=part.file.name,
        only_one=", ".join(header for header in first.headers if header not in theirs) or "-",
        only_other=", ".join(header for header in part.headers if header not in ours) or "-",
    )
