"""Which files a path means, and what kind each is by its content (its name decides nothing)."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from regulars.engine import first_line, text
from regulars.errors import InputError, RegularsError, StoreError, UsageError

MOST_UNPACKED = 1 << 33  # bytes of a workbook; its reader holds all cells in memory

Kind = str  # text | parquet | workbook | sqlite | duckdb


def files_of(path: Path) -> list[Path]:
    """The file itself, or the visible files of a folder in natural order (`part-2` before `part-10`)."""
    if is_file(path):
        return [path]
    if not path.is_dir():
        raise UsageError("no_such_file", path=str(path))
    found = [file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES and _counts(file)]
    if not found:
        raise InputError("folder_empty", path=str(path))
    return sorted(found, key=lambda file: [(part.isdigit(), part.zfill(20)) for part in _NUMBERS.split(file.name)])


_NUMBERS = re.compile(r"(\d+)")
_TEXTS = {".csv", ".tsv", ".tab", ".psv", ".txt", ".gz", ".zst"}
_SUFFIXES = _TEXTS | {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".pq"}


def _counts(file: Path) -> bool:
    """Whether a file of a folder is read: hidden files, locks of Excel and empty files are not."""
    return file.is_file() and not file.name.startswith((".", "~$", "_")) and file.stat().st_size > 0


def refused(error: duckdb.Error, name: str) -> RegularsError:
    """What DuckDB says of an input, as one of our errors."""
    if "No space left" in str(error):
        return StoreError("no_room", path=name)
    return InputError("input_unreadable", file=name, why=first_line(error))


def damaged(error: duckdb.Error, name: str) -> RegularsError:
    """The same of what begins as a Parquet file."""
    said = refused(error, name)
    return said if isinstance(said, StoreError) else InputError("parquet_damaged", file=name)


def as_pattern(path: Path) -> str:
    """A path as an SQL literal for DuckDB's readers, which would take `[1]` or `*` in a name for a pattern."""
    return text(re.sub(r"[\[*?]", r"[\g<0>]", path.resolve().as_posix()))


def is_file(path: str | Path) -> bool:
    """Whether a text names a file; a query of 300 letters does not."""
    try:
        return Path(path).is_file()
    except OSError:
        return False


def kind_of(path: Path) -> Kind:
    """What a file is, by its first bytes."""
    with path.open("rb") as file:
        head = file.read(16)
        if head.startswith(b"PK\x03\x04"):
            file.seek(0)
            return _zip_kind(path)
    if not head:
        raise InputError("input_empty", file=path.name)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "workbook"
    if head == b"SQLite format 3\0":
        return "sqlite"
    return "duckdb" if head[8:12] == b"DUCK" else "text"


def _zip_kind(path: Path) -> Kind:
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise InputError("archive_cut", file=path.name, kind="ZIP") from error
    if size > MOST_UNPACKED:
        raise InputError("workbook_huge", file=path.name)
    if any(name.startswith("xl/") for name in names) or "content.xml" in names:
        return "workbook"
    raise InputError("input_zip", file=path.name, names=", ".join(names[:3]))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turns what the operating system says of a file into our errors."""
    try:
        yield
    except FileNotFoundError as error:
        raise UsageError("no_such_file", path=str(path)) from error
    except PermissionError as error:
        raise InputError("no_permission", path=str(path)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError("no_room", path=str(path)) from error
        raise InputError("input_unreadable", file=path.name, why=error.strerror or str(error)) from error
