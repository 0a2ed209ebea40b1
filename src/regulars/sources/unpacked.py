"""What a file is and how large it becomes once it is unpacked, before anything reads it: for files from strangers."""

import zipfile
import zlib
from itertools import chain
from pathlib import Path

import duckdb

from regulars.engine import DuckEngine, quoted
from regulars.errors import InputError
from regulars.sources.encoding import GZIP, ZSTD, head_of, unpacked
from regulars.sources.files import Kind, as_pattern, damaged, kind_of
from regulars.sources.reach import refuse_reach

_CHUNK = 1 << 20
_PACKED_CHUNK = 1 << 12  # a packed byte may hold 32,000 bytes: small pieces keep the memory bounded
WEIGHING = "512MB"  # of memory, for a look at a Parquet file
MOST_WORKBOOK = 1 << 31  # bytes of an unpacked workbook; its reader holds all cells in memory


def weigh(path: Path, most: int) -> tuple[Kind, int]:
    """What a file is by its content (text, workbook or parquet), and its bytes once unpacked.

    A workbook is unpacked on trial, so that what its directory says of sizes need not be believed. Of Parquet the
    cells are counted, and the bytes of texts: a few bytes may stand for any number of either.

    Raises InputError for a file that would be larger than `most`, that is damaged, or that is something else.
    """
    kind = kind_of(path)
    if kind == "text":
        return kind, _text(path, most)
    if kind == "workbook":
        return kind, _workbook(path, min(most, MOST_WORKBOOK))
    if kind == "parquet":
        return kind, _parquet(path, most)
    raise InputError("input_is_other", file=path.name, kind="SQLite" if kind == "sqlite" else "database")


def _text(path: Path, most: int) -> int:
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        packed = "gzip" if start.startswith(GZIP) else "zstd" if start == ZSTD else None
        if packed is None:
            head_of(file.read(_CHUNK), path.name)
            return path.stat().st_size
        size, chunks = 0, unpacked(iter(lambda: file.read(_PACKED_CHUNK), b""), packed, path.name)
        first = next(chunks, b"")
        head_of(first, path.name)
        for chunk in chain([first], chunks):
            size += len(chunk)
            if size > most:
                raise _too_large(path, most)
        return size


def _workbook(path: Path, most: int) -> int:
    with path.open("rb") as file:
        if file.read(2) != b"PK":  # the format before XLSX, which packs nothing
            return path.stat().st_size
    size = 0
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > most:
                raise _too_large(path, most)
            for member in archive.infolist():
                with archive.open(member) as content:
                    while chunk := content.read(_CHUNK):  # what is more than announced fails its checksum
                        size += len(chunk)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError("archive_damaged", file=path.name, kind="ZIP") from error
    refuse_reach(path)
    return size


def _parquet(path: Path, most: int) -> int:
    place = as_pattern(path)
    try:
        with DuckEngine(threads=2, memory_limit=WEIGHING) as engine:
            cells = engine.rows(f"select coalesce(sum(num_values), 0) as n from parquet_metadata({place})")[0]["n"]
            if cells > most:
                raise _too_large(path, most)
            known = engine.rows(f"describe select * from read_parquet({place})")
            texts = [quoted(one["column_name"]) for one in known if one["column_type"] == "VARCHAR"]
            bytes_ = " + ".join(f"coalesce(sum(strlen({name})), 0)" for name in texts) or "0"
            size = engine.rows(f"select {bytes_} as n from read_parquet({place})")[0]["n"]
    except duckdb.OutOfMemoryException as error:  # a page of a gigabyte
        raise _too_large(path, most) from error
    except duckdb.Error as error:
        raise damaged(error, path.name) from error
    if size > most:
        raise _too_large(path, most)
    return max(int(cells), int(size), path.stat().st_size)


def _too_large(path: Path, most: int) -> InputError:
    return InputError("unpacks_too_large", file=path.name, most=most / 2**30)
