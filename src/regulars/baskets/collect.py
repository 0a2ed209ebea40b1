"""From sales to numbered baskets: the engine makes them, and hands them over in chunks of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from regulars.baskets.models import Basket, Level
from regulars.engine import Engine
from regulars.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CELLS = 40  # 19 strata of size, once for the earlier days and once for the late period
LATE = 20  # cells from here on are of the late period
CAP = 200  # items that count in a giant basket: pairs grow with the square
CHUNK = 24_000_000  # entries held at once: about 500 MB
ITEMS = 10_000  # frequent items at most
LATE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Support:
    """How often a set must be bought: as a share of the baskets, as a count, or as fits the shop (neither)."""

    share: float | None = None
    count: int | None = None


@dataclass(slots=True)
class Chunk:
    """Some of the baskets, sorted by cell. Rows are baskets, columns are items."""

    rows: Any  # scipy CSR, column numbers ascending
    columns: Any  # the same by item: CSR of the transpose
    starts: "NDArray[Any]"  # of shape (CELLS + 1,): where each cell begins
    capped: int  # baskets that were cut


@dataclass(slots=True)
class Baskets:
    """Baskets in an engine; arrays are by frequent item (the rarest first) or by cell."""

    engine: Engine
    total: int
    min_count: int
    codes: list[str]
    names: list[str]
    counts: "NDArray[Any]"  # baskets that hold the item, after the cap
    value: "NDArray[Any]"  # what a basket with the item usually brings by it; NaN where unknown
    profit: "NDArray[Any]"
    cell_baskets: "NDArray[Any]"
    cell_items: "NDArray[Any]"  # the sum of their sizes, items that few hold counted too
    item_cells: "NDArray[Any]"  # of shape (items, CELLS)
    late_since: date | None
    entries: int
    capped: int = 0
    _kept: list[Chunk] = field(default_factory=list)

    def chunks(self) -> Iterator[Chunk]:
        """All baskets, some at a time; where one chunk holds them, it is read once."""
        if self._kept:
            yield from self._kept
            return
        parts = max(1, ceil(self.entries / CHUNK))
        for part in range(parts):
            chunk = self._read(self.total * part // parts, self.total * (part + 1) // parts)
            if parts == 1:
                self._kept.append(chunk)
            yield chunk

    def _read(self, low: int, high: int) -> Chunk:
        import numpy as np
        from scipy.sparse import csr_array

        from regulars.steps import step_sql

        sizes = self.engine.columns(step_sql("baskets/basket_numbers"), low=low, high=high)
        cell = np.empty(high - low, np.int8)
        cell[np.asarray(sizes["number"], np.int32) - low] = sizes["cell"]
        found = self.engine.columns(step_sql("baskets/basket_entries"), low=low, high=high)
        number, item = np.asarray(found["number"], np.int32) - low, np.asarray(found["item"], np.int32)
        order = np.argsort(cell, kind="stable")
        place = np.empty(high - low, np.int32)
        place[order] = np.arange(high - low, dtype=np.int32)
        starts = np.searchsorted(cell[order], np.arange(CELLS + 1))
        ones = np.ones(len(item), np.int8)
        columns = csr_array((ones, (item, place[number])), shape=(len(self.codes), high - low))
        columns.sort_indices()
        return _capped(columns.T.tocsr(), columns, starts)


def _capped(rows: Any, columns: Any, starts: "NDArray[Any]") -> Chunk:
    """Giant baskets cut to their CAP best-selling items."""
    import numpy as np

    sizes = np.diff(rows.indptr)
    giants = int((sizes > CAP).sum())
    if giants:
        from_end = np.repeat(rows.indptr[1:], sizes) - np.arange(rows.nnz)
        rows.data[from_end > CAP] = 0
        rows.eliminate_zeros()
        columns = rows.T.tocsr()
    return Chunk(rows, columns, starts, giants)


def collect(engine: Engine, basket: Basket, level: Level, support: Support) -> Baskets | None:
    """The baskets of the table `sales`; None where no line names an item of that level.

    Raises UsageError where so many items are frequent that their pairs do not fit.
    """
    engine.make("baskets/basket_items", basket=basket, level=level)
    engine.make("baskets/basket_sizes")
    span = engine.ask("baskets/basket_span")[0]
    if not span["baskets"]:
        return None
    late = _late(span["first_day"], span["last_day"])
    engine.make("baskets/baskets", late=(late or span["last_day"] + timedelta(days=1)).isoformat())
    engine.make("baskets/item_counts")
    least = _least(engine, int(span["baskets"]), support)
    engine.make("baskets/item_labels", level=level)
    engine.make("baskets/frequent_items", least=least)
    return _loaded(engine, least, late)


def _late(first: date | None, last: date | None) -> date | None:
    """The first day of the last quarter: of the year, or of the days where the shop is younger than a year."""
    if first is None or last is None or (last - first).days < 7:
        return None
    return last + timedelta(days=1 - min(LATE_DAYS, ((last - first).days + 1) // 4))


FITS = 500  # items, where the caller leaves it to us: as many of the best-selling ones
SHARE, LEAST = 0.001, 10  # and never below this share of the baskets or this many


def _least(engine: Engine, total: int, support: Support) -> int:
    """The smallest count that reaches the minimum support."""
    if support.count is not None:
        return max(1, support.count)
    if support.share is not None:
        least = max(1, ceil(support.share * total))
        while least > 1 and (least - 1) / total >= support.share:
            least -= 1
        return least if least / total >= support.share else least + 1
    place = f"select baskets from item_counts order by baskets desc limit 1 offset {FITS}"
    beyond = engine.rows(place)
    return max(LEAST, ceil(SHARE * total), int(beyond[0]["baskets"]) + 1 if beyond else 0)


def _loaded(engine: Engine, least: int, late: date | None) -> Baskets:
    import numpy as np

    query = "select code, name, baskets, sales, profit from frequent_items order by item"
    count = int(engine.rows("select count(*) as n from frequent_items")[0]["n"])
    if count > ITEMS:
        raise UsageError("rules_too_many_items", items=count, most=ITEMS, least=least)
    rows = engine.rows(query)
    cells = engine.ask("baskets/basket_cells")
    cell_baskets, cell_items = np.zeros(CELLS, np.int64), np.zeros(CELLS)
    for row in cells:
        cell_baskets[row["cell"]], cell_items[row["cell"]] = row["baskets"], row["items"]

    def money(name: str) -> "NDArray[Any]":
        return np.array([np.nan if row[name] is None else float(row[name]) / row["baskets"] for row in rows])

    codes = [row["code"] for row in rows]
    found = Baskets(
        engine=engine,
        total=int(cell_baskets.sum()),
        min_count=least,
        codes=codes,
        names=_labels(codes, [row["name"] for row in rows]),
        counts=np.array([row["baskets"] for row in rows], np.int64),
        value=money("sales"),
        profit=money("profit"),
        cell_baskets=cell_baskets,
        cell_items=cell_items,
        item_cells=np.zeros((len(codes), CELLS), np.int64),
        late_since=late,
        entries=sum(int(row["baskets"]) for row in rows),
    )
    for chunk in found.chunks():
        found.item_cells += _by_cell(chunk, len(codes))
        found.capped += chunk.capped
    found.counts = found.item_cells.sum(axis=1)
    return found


def _by_cell(chunk: Chunk, items: int) -> "NDArray[Any]":
    import numpy as np

    cell = np.repeat(np.arange(CELLS, dtype=np.int32), np.diff(chunk.starts))
    first = np.repeat(np.arange(items, dtype=np.int32) * CELLS, np.diff(chunk.columns.indptr))
    key = first + cell[chunk.columns.indices]
    return np.bincount(key, minlength=items * CELLS).reshape(items, CELLS)


def _labels(codes: list[str], names: list[str | None]) -> list[str]:
    """What the items are called: by name, with the code where several share a name."""
    known: dict[str, int] = {}
    for name in names:
        if name is not None:
            known[name] = known.get(name, 0) + 1
    return [
        code if name is None else name if known[name] == 1 else f"{name} ({code})"
        for code, name in zip(codes, names, strict=True)
    ]
