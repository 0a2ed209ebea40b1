"""Text files whose quotes or rows are not in order -> a temporary copy that is, row by row.

DuckDB reads well-formed files fast, refuses most others, and loses text of some (`"5" vinyl"` becomes `5`, a row behind
a quote that never closes disappears). So what it refuses is read here with the rules of Python's csv module, which lose
nothing, and written anew.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from regulars.errors import InputError
from regulars.sources.encoding import LONGEST_LINE


def repaired(source: Path, target: Path, delimiter: str, width: int, name: str) -> Path:
    """Writes the rows of `source` to `target` in good order; of the cells beyond `width` the first filled one is kept.

    Raises InputError where a quotation mark is not closed within 2 MB.
    """
    with (
        _long_cells(),
        source.open(encoding="utf-8-sig", newline="") as file,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        reader = csv.reader(file, delimiter=delimiter)
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        start = 1
        try:
            for row in reader:
                if row:
                    surplus = [cell for cell in row[width:] if cell]
                    writer.writerow(row[:width] + [""] * (width - len(row)) + surplus[:1])
                start = reader.line_num + 1
        except csv.Error as error:
            raise InputError("quote_open", file=name, line=start) from error
    return target


def blank_lines(source: Path) -> int:
    """How many lines of a file are empty."""
    with source.open("rb") as file:
        return sum(line in (b"\n", b"\r\n") for line in file)


def last_line_ends(source: Path, delimiter: str) -> bool:
    """Whether every quotation mark of the last line is closed."""
    with source.open("rb") as file:
        file.seek(max(0, source.stat().st_size - LONGEST_LINE))
        last = file.read().rstrip(b"\r\n").rpartition(b"\n")[2]
    try:
        with _long_cells():
            list(csv.reader([last.decode("utf-8", "replace")], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


@contextmanager
def _long_cells() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_LINE)
    try:
        yield
    finally:
        csv.field_size_limit(before)
