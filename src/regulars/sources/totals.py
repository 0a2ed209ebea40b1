"""Rows at the end of a file that add up the others, as people and tills write them."""

import re

from regulars.sources.draft import Draft

_TOTAL = re.compile(
    r"(?:(?:grand|sub|net|overall|report)[ -]?)?totals?(?: (?:keseluruhan|akhir|penjualan|sales|amount))?"
    r"|(?:jumlah|summe|suma|somme|gesamtsumme|gesamt)(?: (?:total|keseluruhan|akhir))?"
)
_LAST = 5  # rows of each file: under a total may stand who printed it, and when
_TYPED = {"parquet", "database"}  # written by programs, for programs


def total_rows(draft: Draft) -> tuple[int, ...]:
    """The lines at the end of each input that begin with a word for a total and name no order, customer or date."""
    ends: list[int] = []
    end = 0
    for file in draft.raw.inputs:
        end += file.rows
        if file.kind not in _TYPED:
            ends += range(max(end - min(file.rows, _LAST), 0) + 1, end + 1)
    if not ends:
        return ()
    cells = ", ".join(f"cast(c{index} as varchar)" for index in range(len(draft.raw.headers)))
    last = f"select line, [{cells}] as cells from raw where line in ({', '.join(map(str, ends))}) order by line"
    whose = [draft.taken[c].index for c in ("order_id", "customer_id", "ordered_at") if c in draft.taken]
    return tuple(row["line"] for row in draft.raw.engine.rows(last) if _is_total(row["cells"], whose))


def _is_total(cells: list[str | None], whose: list[int]) -> bool:
    words = [(at, " ".join(cell.split()).casefold()) for at, cell in enumerate(cells) if cell and cell.strip()]
    if not words or not _TOTAL.fullmatch(words[0][1].rstrip(" :")):
        return False
    return not any(at in whose for at, _ in words[1:])
