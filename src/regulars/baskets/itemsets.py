"""Frequent itemsets by levels (Agrawal & Srikant 1994): pairs from X'X, larger sets from bits.

An itemset is a row of item numbers, ascending; since items are numbered from the rarest, its first item is the rarest,
and the baskets that hold it are few. Within these, a set of items is the AND of their bit strings. The bits are laid
out by cell (size and period of the basket), so that one count gives the count in every cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.baskets.collect import CELLS, Baskets, Chunk
from regulars.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CANDIDATES = 20_000_000  # sets that are counted at most
BATCH = 200_000  # sets whose counts by cell are held at once
BLOCK = 2_000_000  # words of bits worked on at once, and cells of X'X


@dataclass(frozen=True, slots=True)
class Itemsets:
    """The frequent sets of one size: `items` of shape (sets, size), in order; `cells` of shape (sets, CELLS)."""

    items: "NDArray[Any]"
    cells: "NDArray[Any]"
    tested: int  # candidates that were counted

    @property
    def counts(self) -> "NDArray[Any]":
        """Baskets that hold each set."""
        import numpy as np

        return np.asarray(self.cells.sum(axis=1))


def frequent(baskets: Baskets, max_size: int) -> list[Itemsets]:
    """The frequent sets of size 1, 2, ... `max_size`. Raises UsageError where there are too many candidates."""
    import numpy as np

    kept = np.flatnonzero(baskets.counts >= baskets.min_count)
    found = [Itemsets(kept[:, None].astype(np.int32), baskets.item_cells[kept], len(kept))]
    for size in range(2, max_size + 1):
        sets = _frequent_pairs(baskets) if size == 2 else _candidates(found[-1].items, baskets)
        tested = len(kept) * (len(kept) - 1) // 2 if size == 2 else len(sets)
        found.append(_counted(baskets, sets, tested))
        if not len(found[-1].items):
            break
    return found


def _frequent_pairs(baskets: Baskets) -> "NDArray[Any]":
    import numpy as np

    count = len(baskets.codes)
    step = max(1, BLOCK * 8 // max(count, 1))
    found = [np.empty((0, 2), np.int32)]
    for low in range(0, count, step):
        together = np.zeros((min(step, count - low), count), np.int32)
        for chunk in baskets.chunks():
            together += (chunk.columns[low : low + step] @ chunk.rows).toarray()
        first, second = np.nonzero(together >= baskets.min_count)
        first += low
        upper = second > first
        found.append(np.column_stack([first[upper], second[upper]]).astype(np.int32))
        if sum(map(len, found)) > CANDIDATES:
            raise UsageError("rules_too_many", least=baskets.min_count, most=CANDIDATES)
    return np.concatenate(found)


def keys_of(items: "NDArray[Any]", base: int) -> "NDArray[Any]":
    """Each set as one number."""
    import numpy as np

    key = np.zeros(len(items), np.int64)
    for column in items.T:
        key = key * base + column
    return key


def _candidates(smaller: "NDArray[Any]", baskets: Baskets) -> "NDArray[Any]":
    """Sets one larger, all of whose subsets are frequent: two sets that differ in their last item are joined."""
    import numpy as np

    base, least = len(baskets.codes), baskets.min_count
    keys, size = keys_of(smaller, base), smaller.shape[1]
    heads = np.flatnonzero(np.append(True, np.any(smaller[1:, :-1] != smaller[:-1, :-1], axis=1)))
    ends = np.append(heads[1:], len(smaller))
    found, total = [np.empty((0, size + 1), np.int32)], 0
    for low, high in zip(heads, ends, strict=True):
        first, second = np.triu_indices(high - low, 1)
        joined = np.column_stack([smaller[low + first], smaller[low + second, -1]])
        for left_out in range(size - 1):
            wanted = keys_of(np.delete(joined, left_out, axis=1), base)
            place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            joined = joined[keys[place] == wanted]
        found.append(joined)
        total += len(joined)
        if total > CANDIDATES:
            raise UsageError("rules_too_many", least=least, most=CANDIDATES)
    return np.concatenate(found)


def _counted(baskets: Baskets, sets: "NDArray[Any]", tested: int) -> Itemsets:
    """Those of the sets that are frequent, with their counts by cell."""
    import numpy as np

    items, cells = [np.empty((0, sets.shape[1]), np.int32)], [np.empty((0, CELLS), np.int32)]
    for low in range(0, len(sets), BATCH):
        batch = sets[low : low + BATCH]
        counts = np.zeros((len(batch), CELLS), np.int32)
        for chunk in baskets.chunks():
            for first, last in _runs(batch[:, 0]):
                _count(chunk, batch[first:last], counts[first:last])
        often = counts.sum(axis=1) >= baskets.min_count
        items.append(batch[often])
        cells.append(counts[often])
    return Itemsets(np.concatenate(items), np.concatenate(cells), tested)


def _runs(column: "NDArray[Any]") -> Iterator[tuple[int, int]]:
    """Where each run of equal values begins and ends."""
    import numpy as np

    starts = np.flatnonzero(np.append(True, column[1:] != column[:-1])) if len(column) else np.empty(0, int)
    yield from zip(starts.tolist(), [*starts[1:].tolist(), len(column)], strict=True)


def _count(chunk: Chunk, sets: "NDArray[Any]", counts: "NDArray[Any]") -> None:
    """Adds to `counts` (sets by cells) the baskets of a chunk that hold each set; the sets share their first item."""
    import numpy as np

    others, place = np.unique(sets[:, 1:], return_inverse=True)
    bits, words, cells = _bits(chunk, int(sets[0, 0]), others)
    if not len(cells):
        return
    place = place.reshape(len(sets), -1)
    step = max(1, BLOCK // bits.shape[1])
    for low in range(0, len(sets), step):
        both = bits[place[low : low + step, 0]]
        for column in place[low : low + step, 1:].T:
            both &= bits[column]
        counts[low : low + step, cells] += np.add.reduceat(np.bitwise_count(both), words, axis=1, dtype=np.int32)


def _bits(chunk: Chunk, item: int, others: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]:
    """For the baskets that hold `item`: a bit string for each other item; each cell's first word; the cells."""
    import numpy as np

    holding = chunk.columns.indices[chunk.columns.indptr[item] : chunk.columns.indptr[item + 1]]
    places = np.searchsorted(holding, chunk.starts)
    held = np.diff(places)
    cells = np.flatnonzero(held)
    width = -(-held // 64)
    words = np.concatenate([[0], np.cumsum(width)])
    position = np.arange(len(holding)) + np.repeat(words[:-1] * 64 - places[:-1], held)
    sub = chunk.rows[holding]
    known = np.full(chunk.rows.shape[1], -1, np.int32)
    known[others] = np.arange(len(others), dtype=np.int32)
    row = known[sub.indices]
    column = np.repeat(position, np.diff(sub.indptr))[row >= 0]
    flags = np.zeros((len(others), int(words[-1]) * 64), bool)
    flags[row[row >= 0], column] = True
    bits = np.packbits(flags, axis=1).view(np.uint64)
    return bits, words[cells], cells
