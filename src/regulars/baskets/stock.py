"""A list of product codes from a file: what is in stock, or what is not."""

import csv
from pathlib import Path

from regulars.errors import UsageError
from regulars.sources.headers import meanings

MOST = 64_000_000  # bytes
SURE = 0.8  # the least strength of a header


def read_codes(path: Path) -> tuple[str, ...]:
    """The codes in a text or CSV file, in their order, each once.

    Of several columns the one whose header is known as a product's code counts, else the first. Raises UsageError.
    """
    try:
        if path.stat().st_size > MOST:
            raise UsageError("stock_large", path=str(path), most=MOST // 1_000_000)
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError("stock_not_text", path=str(path)) from error
    except OSError as error:
        raise UsageError("stock_unread", path=str(path), why=error.strerror or str(error)) from error
    head = text.partition("\n")[0]
    separator = max(",;\t|", key=lambda sign: (head.count(sign), sign == ","))
    rows = [row for row in csv.reader(text.splitlines(), delimiter=separator) if any(map(str.strip, row))]
    column, headed = _column(rows[0]) if rows else (0, False)
    cells = (row[column].strip() for row in rows[headed:] if len(row) > column)
    codes = tuple(dict.fromkeys(cell for cell in cells if cell))
    if not codes:
        raise UsageError("stock_empty", path=str(path))
    return codes


def _column(head: list[str]) -> tuple[int, bool]:
    """Which column holds the products, and whether the first row is one of headers."""
    for wanted in ("product_id", "product"):
        for column, cell in enumerate(head):
            if (found := meanings(cell)) and found[0][0] == wanted and found[0][1] >= SURE:
                return column, True
    return 0, False
