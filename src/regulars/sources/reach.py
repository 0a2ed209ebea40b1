"""How far the sheets of a workbook reach, before a reader fills memory with them.

A reader holds the whole rectangle from the first cell to the last, so two cells in opposite corners of a sheet stand
for seventeen thousand million; and every cell of a text gets a copy of it. A file of some kilobytes can ask for all
memory there is, and a library that is refused memory ends the process. So the addresses of the cells are read first, as
plain bytes: only of XLSX, the others say nothing that is as cheap to read.
"""

import re
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path

from regulars.errors import InputError

MOST_CELLS = 1 << 26  # of one sheet, empty ones counted: a full sheet of 64 columns
MOST_TEXT = 1 << 31  # bytes of the texts of all cells
_ROWS = 1 << 20  # of any sheet
_MOST_TEXTS = 1 << 24  # different ones whose lengths are kept for the exact sum
_LEAST, _LEAST_TEXT = 4, 20  # bytes of a cell, and of one that holds a shared text
_CHUNK, _OVER = 1 << 20, 64  # bytes read at once; of the piece before, looked at again
_SHEET = re.compile(r"(^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_TEXTS = re.compile(r"(^|/)sharedStrings\.xml$", re.IGNORECASE)
_WIDE = (re.compile(rb'r="([A-Z][A-Z]{1,2})\d'), re.compile(rb"r='([A-Z][A-Z]{1,2})\d"))  # few sheets have such columns
_ROW = re.compile(rb"""r=["'][A-Z]{0,3}(\d{1,7})["']""")
_OF_TEXT = re.compile(rb't="s"[^>]{0,80}>\s*<v>(\d{1,9})</v>')


def refuse_reach(path: Path) -> None:
    """Refuses a workbook that would fill the memory. Raises InputError, saying what was found."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            sheets = [name for name in names if _SHEET.search(name)]
            held = sum(_reach(archive, name, path.name) for name in sheets)
            for name in names:
                if _TEXTS.search(name):
                    _refuse_texts(archive, name, sheets, held // _LEAST_TEXT, path.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):
        return  # who reads it says what is wrong with it


def _reach(archive: zipfile.ZipFile, name: str, file: str) -> int:
    """The bytes of a sheet. Raises InputError where it reaches too far, or holds too many cells."""
    size, wide = 0, set[bytes]()
    for piece in _pieces(archive, name):
        wide.update(letters for quotes in _WIDE for letters in quotes.findall(piece))
        size += len(piece)
    if size // _LEAST > MOST_CELLS:
        cells = sum(piece.count(b"<c ") + piece.count(b"<c>") + piece.count(b"<c/") for piece in _pieces(archive, name))
        if cells > MOST_CELLS:
            raise InputError("workbook_cells", file=file, cells=cells, most=MOST_CELLS)
    width = max(map(_place, wide), default=26)
    if width * _ROWS > MOST_CELLS:
        rows = max((int(row) for piece in _pieces(archive, name) for row in set(_ROW.findall(piece))), default=0)
        if width * rows > MOST_CELLS:
            far, area = max(wide, key=_place).decode(), width * rows
            raise InputError("workbook_reaches", file=file, column=far, row=rows, cells=area, most=MOST_CELLS)
    return size


def _refuse_texts(archive: zipfile.ZipFile, name: str, sheets: list[str], cells: int, file: str) -> None:
    """Raises InputError where the shared texts, each written out in all its cells, are too many bytes."""
    lengths, open_ = array("I"), 0
    for piece in _pieces(archive, name, over=0):
        first, *others = piece.split(b"</si>")  # one cut in two by a piece's end adds its few bytes to the next
        open_ += len(first)
        for other in others:
            lengths.append(min(open_, (1 << 32) - 1))
            open_ = len(other)
        if len(lengths) > _MOST_TEXTS:
            return
    if not lengths or cells * max(lengths) <= MOST_TEXT:
        return
    size = 0
    for sheet in sheets:
        for piece in _pieces(archive, sheet):
            size += sum(lengths[at] for text in _OF_TEXT.findall(piece) if (at := int(text)) < len(lengths))
            if size > MOST_TEXT:
                raise InputError("workbook_texts", file=file, most=MOST_TEXT / 2**30)


def _pieces(archive: zipfile.ZipFile, name: str, over: int = _OVER) -> Iterator[bytes]:
    """A member in pieces, each with the end of the one before: what is cut in two is found, a little counted twice."""
    with archive.open(name) as content:
        last = b""
        while piece := content.read(_CHUNK):
            yield last + piece
            last = piece[-over:] if over else b""


def _place(letters: bytes) -> int:
    """The number of a column: A is 1, AA 27."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place
