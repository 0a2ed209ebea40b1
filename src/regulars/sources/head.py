"""Which row of an input names its columns, and names that are all there and all different."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from regulars.locale import Message

Cells = Sequence[str | None]

_MONEY = re.compile(r"^(?:rp|idr|usd|eur|gbp|[$£€])\.?\s*[\d.,]+$", re.IGNORECASE)
_DATE = re.compile(r"^\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{1,4}(?:[T ,].*)?$")
_NUMBERED = re.compile(r"^(\D*[^\W\d_]\D*)(\d{1,6})$")
_EMAIL = re.compile(r"^\S+@\S+\.\S+$")
FIRST_ROWS = 60  # a header stands among these
_LONGEST_NAME = 200  # characters; a header is a name, not a text


@dataclass(frozen=True, slots=True)
class Head:
    """Where the data begin.

    `names` are the header cells (None: the input has no header row), `skip` the rows before the first data row,
    `titles` how many of them are title lines, blank ones not counted.
    """

    names: tuple[str, ...] | None
    skip: int
    titles: int


def find_head(rows: Sequence[Cells], width: int) -> Head:
    """The header among the first rows of an input: the first row below title lines that holds names, not values.

    A title line fills less than half of the columns. A row whose cells come back below it is data, not a header.
    """
    titles = 0
    for at, row in enumerate(rows):
        cells = [cell.strip() for cell in row if cell and cell.strip()]
        if len(cells) < (max(2, (width + 1) // 2) if width > 1 else 1):
            titles += bool(cells)
            continue
        if _names(cells) and not _recurs(row, rows[at + 1 :]):
            return Head(tuple((cell or "").strip() for cell in row), at + 1, titles)
        return Head(None, at, titles)
    return Head(None, 0, 0)


def distinct(names: Sequence[str], width: int) -> tuple[str, ...]:
    """`width` names, none empty and none twice: `Name`, `Name (2)`, `column 7`."""
    clean = [" ".join(name.replace("\ufeff", "").split()) for name in names[:width]]
    clean += [""] * (width - len(clean))
    taken = set(clean)
    result: list[str] = []
    for at, name in enumerate(clean):
        own = name or f"column {at + 1}"
        count = 1
        while own in result or (count > 1 and own in taken):
            count += 1
            own = f"{name or f'column {at + 1}'} ({count})"
        result.append(own)
    return tuple(result)


def is_value(cell: str) -> bool:
    """Whether a cell reads as a value (number, amount, date, address, code) and not as the name of a column."""
    digits = sum(character.isdigit() for character in cell)
    if digits and not any(character.isalpha() for character in cell):
        return True
    solid = len(cell.replace(" ", ""))
    coded = solid >= 3 and digits / solid >= 0.4
    return coded or any(form.match(cell) is not None for form in (_MONEY, _DATE, _EMAIL))


def _names(cells: Sequence[str]) -> bool:
    series = _series(cells)
    values = (len(cell) > _LONGEST_NAME or (is_value(cell) and at not in series) for at, cell in enumerate(cells))
    return sum(values) <= len(cells) // 5


def _series(cells: Sequence[str]) -> set[int]:
    """The places of names that are counted on from cell to cell: Q1, Q2, ... of a survey look like codes."""
    numbered = [_NUMBERED.match(cell) for cell in cells]
    found: set[int] = set()
    for at, (one, other) in enumerate(pairwise(numbered)):
        if one and other and one[1] == other[1] and int(other[2]) == int(one[2]) + 1:
            found |= {at, at + 1}
    return found


def _recurs(row: Cells, below: Sequence[Cells]) -> bool:
    """Whether at least half of a row's cells stand again in their columns (a header repeated as a whole is none)."""
    others = [other for other in below if list(other) != list(row)]
    filled = [at for at, cell in enumerate(row) if cell]
    again = sum(any(at < len(other) and other[at] == row[at] for other in others) for at in filled)
    return again * 2 >= len(filled) > 0


def head_notes(head: Head, name: str) -> list[Message]:
    """What the reader is told about the header row."""
    notes = []
    if head.names is None:
        notes.append(Message("reading.no_header", {"file": name}))
    if head.titles:
        notes.append(Message("reading.titles", {"file": name, "count": head.titles}))
    return notes
