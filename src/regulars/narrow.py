"""Sentences and tables in a terminal of any width: a figure and its unit are never parted, and never cut off."""

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from rich.table import Table

LEAST = 16  # characters that a column of words gets before its table is stacked
_GAPS = (2, 1)  # blanks between columns, where there is room


def sentence(out: Console, text: str, style: str = "") -> None:
    """Prints a text, wrapped between words in a terminal; the spaces of `US$ 1,234` do not count as such."""
    lines = text.split("\n")
    if out.is_terminal:  # else a program reads it, or a pager wraps it
        lines = [textwrap.fill(line, out.width, break_long_words=False, break_on_hyphens=False) for line in lines]
    told = escape("\n".join(lines))
    out.print(f"[{style}]{told}[/]" if style else told, soft_wrap=True, highlight=False)


def table(
    out: Console, title: str | None, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]
) -> None:
    """Prints a table; where its figures need more than the terminal's width, each row one below the other.

    The first column says what a row is about; `numeric` are the columns of figures.
    """
    columns = range(len(heads))
    needed = [_width(i, heads, rows, numeric) for i in columns]
    gap = next((gap for gap in _GAPS if sum(needed) + gap * (len(heads) - 1) <= out.width), None)
    if gap is None:
        _stacked(out, title, heads, rows)
        return
    shown, left = _table(title, gap), out.width - sum(needed) - gap * (len(heads) - 1)
    for i in columns:  # what is left goes to who would else wrap, first come, first served
        more = min(left, max(cell_len(heads[i]), *(cell_len(row[i]) for row in rows), 0) - needed[i])
        left -= more
        shown.add_column(escape(heads[i]), justify="right" if i in numeric else "left", width=needed[i] + more)
    for row in rows:
        shown.add_row(*map(escape, row))
    out.print(shown, highlight=False)


def _table(title: str | None, gap: int) -> "Table":
    from rich.table import Table

    title = escape(title) if title else None
    return Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, gap, 0, 0))


def _width(column: int, heads: Sequence[str], rows: Sequence[Sequence[str]], numeric: Sequence[int]) -> int:
    """What a column needs: its figures whole, its words down to some letters."""
    longest = max((cell_len(row[column]) for row in rows), default=0)
    word = max(map(cell_len, heads[column].split()), default=0)
    if column in numeric:
        return max(longest, word)
    return max(min(longest, LEAST), word, max((cell_len(w) for row in rows for w in row[column].split()), default=0))


def _stacked(out: Console, title: str | None, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Each row: what it is about, then a line per column that says something."""
    if title:
        sentence(out, title, "italic")
    wide = max(map(len, heads[1:]), default=0)
    for row in rows:
        out.print(f"[bold]{escape(row[0])}[/]", soft_wrap=True, highlight=False)
        for head, cell in zip(heads[1:], row[1:], strict=True):
            if cell:
                out.print(f"  {escape(head):<{wide}}  {escape(cell)}", soft_wrap=True, highlight=False)
