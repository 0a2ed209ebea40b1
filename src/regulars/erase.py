"""One customer taken out of one file: a Parquet table, a CSV, a workbook. All other rows stay as they are."""

import codecs
import csv
import os
import re
import shutil
import zipfile
from collections.abc import Callable
from html import escape
from io import BytesIO
from pathlib import Path

from regulars.engine import DuckEngine, text
from regulars.errors import StoreError
from regulars.locale import LANGUAGES, words

ID = "customer_id"
_ROW = re.compile(rb"<row [^>]*?(?:/>|>.*?</row>)", re.DOTALL)


def erased(source: Path, target: Path | None, customer: str) -> int:
    """Writes `source` without the customer to `target`; gives the rows left out. Without any, nothing is written.

    Without a target they are only counted. A file of another kind holds none. Raises StoreError for one that cannot be
    read.
    """
    erase = _KINDS.get(source.suffix.lower())
    try:
        return erase(source, target, customer) if erase else 0
    except (OSError, UnicodeDecodeError, csv.Error, zipfile.BadZipFile) as error:
        raise StoreError("cannot_read", path=source.name, why=str(error)) from error


def erase_in_place(path: Path, customer: str) -> int:
    """The same, with the new file in the place of the old one: a kill leaves one of them."""
    part = path.with_name(f".{path.name}.part{path.suffix}")
    try:
        if rows := erased(path, part, customer):
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(path)
        return rows
    finally:
        part.unlink(missing_ok=True)


def _parquet(source: Path, target: Path | None, customer: str) -> int:
    with DuckEngine(threads=2) as engine:
        engine.load("held", source)
        if ID not in engine.column_names("held"):
            return 0
        theirs = f"cast({ID} as varchar) is not distinct from {text(customer)}"
        rows = int(engine.rows(f"select count(*) as n from held where {theirs}")[0]["n"])
        if rows and target:
            engine.write_parquet(f"select * from held where not ({theirs})", target)
        return rows


def _headers() -> frozenset[str]:
    """What the column of ids is headed in our exports."""
    return frozenset({ID, *(words(language)(f"exports.columns.{ID}") for language in LANGUAGES)})


def _csv(source: Path, target: Path | None, customer: str) -> int:
    """A row is a customer's where its id stands under a header of ours, with or without the guard before it."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        signs = ";" if first.count(";") > first.count(",") else "\t" if "\t" in first else ","
        file.seek(0)
        rows = csv.reader(file, delimiter=signs)
        header = next(rows, [])
        at = next((place for place, name in enumerate(header) if name in _headers()), None)
        if at is None:
            return 0
        theirs = {customer, f"'{customer}"}
        if target is None:
            return sum(len(row) > at and row[at] in theirs for row in rows)
        marked = "utf-8-sig" if source.read_bytes()[:3] == codecs.BOM_UTF8 else "utf-8"
        with target.open("w", encoding=marked, newline="") as out:
            writer = csv.writer(out, delimiter=signs, lineterminator="\r\n" if first.endswith("\r\n") else "\n")
            writer.writerow(header)
            gone = 0
            for row in rows:
                if len(row) > at and row[at] in theirs:
                    gone += 1
                else:
                    writer.writerow(row)
        return gone


def _xlsx(source: Path, target: Path | None, customer: str) -> int:
    """Rows of the workbooks that Regulars writes, where each text stands in its cell; an empty row is left behind."""
    cells = tuple(f">{escape(name, quote=False)}</t>".encode() for name in (customer, f"'{customer}"))

    def rest(row: "re.Match[bytes]") -> bytes:
        return b"" if any(cell in row[0] for cell in cells) else row[0]

    gone = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target or BytesIO(), "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", entry.filename):
                gone += sum(not rest(row) for row in _ROW.finditer(data))
                data = _ROW.sub(rest, data)
            new.writestr(entry, data)
    return gone


def linked(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


_KINDS: dict[str, Callable[[Path, Path | None, str], int]] = {".parquet": _parquet, ".csv": _csv, ".xlsx": _xlsx}
