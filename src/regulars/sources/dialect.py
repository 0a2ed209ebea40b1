"""How a text file separates its cells, decided by its content."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from regulars.sources.head import find_head

DELIMITERS = (",", ";", "\t", "|")
ONE_COLUMN = "\x1f"  # a delimiter that stands in no text: each line is one cell
SAMPLE = 120_000  # characters; below the csv module's limit for one field, so that an open quote cannot break it
_ROWS = 400


@dataclass(frozen=True, slots=True)
class Dialect:
    """`delimiter` between cells (None: runs of blanks, as in fixed-width text), `width` cells in a row."""

    delimiter: str | None
    width: int


def sniff(sample: str) -> Dialect:
    """The dialect of the first lines of a file.

    A delimiter is taken when most rows agree on a number of cells above one. Between several, the one with a header
    row of that width wins (so a decimal comma in a semicolon file does not count), then agreement, then more cells.
    """
    found: list[tuple[bool, bool, float, int, int, str]] = []
    for rank, delimiter in enumerate(DELIMITERS):
        rows = _rows(sample, delimiter)
        counts = Counter(len(row) for row in rows if len(row) > 1)
        if not counts:
            continue
        width, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]))
        head = find_head(rows, width)
        if head.names is not None:
            named = len(head.names)
            width = width if width > named and agreeing * 2 > len(rows) else named
            agreeing = sum(1 < len(row) <= width for row in rows)
        share = round(agreeing / len(rows), 1)
        if share >= 0.5 or (head.names is not None and share >= 0.2):  # a header holds ragged rows together
            found.append((share >= 0.5, head.names is not None, share, width, -rank, delimiter))
    if found:
        return Dialect(max(found)[-1], max(found)[3])
    columns = _blank_columns(sample)
    return Dialect(None, columns) if columns else Dialect(ONE_COLUMN, 1)


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    for row in reader:
        if any(cell.strip() for cell in row):
            rows.append(row)
        if len(rows) == _ROWS:
            break
    return rows


def _blank_columns(sample: str) -> int:
    """How many numbers stand on each line between blanks, below a possible header; 0 where it is not so."""
    rows = [line.split() for line in sample.splitlines() if line.strip()]
    numbers = [row for row in rows if all(not word.strip("-+.0123456789") for word in row)]
    widths = {len(row) for row in rows}
    plain = len(widths) == 1 and len(rows) - len(numbers) <= 1 < len(rows)
    return len(rows[0]) if plain and len(rows[0]) > 1 else 0
