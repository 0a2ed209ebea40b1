"""Frequent itemsets by levels (Agrawal & Srikant 1994): pairs by counting neighbours, larger sets from bits.

An itemset is a row of item numbers, ascending; since items are numbered from the rarest, its first item is the rarest,
and the baskets that hold it are few. Within these, a set of items is the AND of their bit strings. The bits are laid
out by cell (size and period of the basket), so that one count gives the count in every cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from regulars.baskets.collect import LATE, Baskets, Chunk
from regulars.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CANDIDATES = 10_000_000  # sets that are looked at in one step, at most
RULES = 500_000  # ways to split the frequent sets, at most
BLOCK = 2_000_000  # words of bits worked on at once


@dataclass(frozen=True, slots=True)
class Itemsets:
    """The frequent sets of one size: `items` of shape (sets, size), in order, and the baskets that hold each."""

    items: "NDArray[Any]"
    periods: "NDArray[Any]"  # of shape (sets, 2): baskets of the earlier days, of the late period
    tested: int  # candidates that were counted

    @property
    def counts(self) -> "NDArray[Any]":
        """Baskets that hold each set."""
        import numpy as np

        return np.asarray(self.periods.sum(axis=1))


def frequent(baskets: Baskets, max_size: int) -> list[Itemsets]:
    """The frequent sets of size 1, 2, ... `max_size`. Raises UsageError where there are too many candidates."""
    import numpy as np

    kept = np.flatnonzero(baskets.counts >= baskets.min_count)
    cells = baskets.item_cells[kept]
    periods = np.column_stack([cells[:, :LATE].sum(axis=1), cells[:, LATE:].sum(axis=1)])
    found = [Itemsets(kept[:, None].astype(np.int32), periods, len(kept))]
    for size in range(2, max_size + 1):
        sets = _frequent_pairs(baskets) if size == 2 else _candidates(found[-1].items, baskets)
        tested = len(kept) * (len(kept) - 1) // 2 if size == 2 else len(sets)
        found.append(_counted(baskets, sets, tested))
        if sum(len(one.items) * (2**length - 2) for length, one in enumerate(found, 1)) > RULES:
            raise UsageError("rules_too_many_rules", least=baskets.min_count, most=RULES)
        if not len(found[-1].items):
            break
    return found


def _frequent_pairs(baskets: Baskets) -> "NDArray[Any]":
    """Pairs that enough baskets hold: for each item, what stands in the baskets that hold it."""
    import numpy as np

    count = len(baskets.codes)
    step = max(1, BLOCK * 8 // max(1, count))
    found = [np.empty((0, 2), np.int32)]
    for low in range(0, count, step):
        together = np.zeros((min(step, count - low), count), np.int64)
        for chunk in baskets.chunks():
            for place, beside in enumerate(together):
                beside += np.bincount(_holding(chunk, low + place)[1].indices, minlength=count)
        first, second = np.nonzero(np.triu(together, low + 1) >= baskets.min_count)
        found.append(np.column_stack([first + low, second]).astype(np.int32))
        if sum(map(len, found)) > CANDIDATES:
            raise UsageError("rules_too_many", least=baskets.min_count, most=CANDIDATES)
    return np.concatenate(found)


def _holding(chunk: Chunk, item: int) -> tuple["NDArray[Any]", Any]:
    """The baskets of a chunk that hold an item: their numbers, ascending, and their rows."""
    held = chunk.columns.indices[chunk.columns.indptr[item] : chunk.columns.indptr[item + 1]]
    return held, chunk.rows[held]


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

    base = len(baskets.codes)
    keys, size = keys_of(smaller, base), smaller.shape[1]
    heads = np.flatnonzero(np.append(True, np.any(smaller[1:, :-1] != smaller[:-1, :-1], axis=1)))
    ends = np.append(heads[1:], len(smaller))
    joins = int(((ends - heads) * (ends - heads - 1) // 2).sum())
    if joins > CANDIDATES:
        raise UsageError("rules_too_many", least=baskets.min_count, most=CANDIDATES)
    found = [np.empty((0, size + 1), np.int32)]
    for low, high in zip(heads.tolist(), ends.tolist(), strict=True):
        first, second = np.triu_indices(high - low, 1)
        joined = np.column_stack([smaller[low + first], smaller[low + second, -1]])
        for left_out in range(size - 1):
            wanted = keys_of(np.delete(joined, left_out, axis=1), base)
            place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
            joined = joined[keys[place] == wanted]
        found.append(joined)
    return np.concatenate(found)


def _counted(baskets: Baskets, sets: "NDArray[Any]", tested: int) -> Itemsets:
    """Those of the sets that are frequent, with their counts."""
    import numpy as np

    periods = np.zeros((len(sets), 2), np.int64)
    for chunk in baskets.chunks():
        for first, last in _runs(sets[:, 0]):
            _count(chunk, sets[first:last], periods[first:last])
    often = periods.sum(axis=1) >= baskets.min_count
    return Itemsets(sets[often], periods[often], tested)


def _runs(column: "NDArray[Any]") -> Iterator[tuple[int, int]]:
    """Where each run of equal values begins and ends."""
    import numpy as np

    cuts = np.flatnonzero(column[1:] != column[:-1]) + 1
    yield from pairwise([0, *cuts.tolist(), len(column)] if len(column) else [])


def _count(chunk: Chunk, sets: "NDArray[Any]", periods: "NDArray[Any]") -> None:
    """Adds to `periods` the baskets of a chunk that hold each set; the sets share their first item."""
    import numpy as np

    others, place = np.unique(sets[:, 1:], return_inverse=True)
    bits, early = _bits(chunk, int(sets[0, 0]), others)
    place = place.reshape(len(sets), -1)
    step = max(1, BLOCK // max(1, bits.shape[1]))
    for low in range(0, len(sets), step):
        all_of = bits[place[low : low + step, 0]]
        for column in place[low : low + step, 1:].T:
            all_of &= bits[column]
        held = np.bitwise_count(all_of)
        periods[low : low + step, 0] += held[:, :early].sum(axis=1, dtype=np.int64)
        periods[low : low + step, 1] += held[:, early:].sum(axis=1, dtype=np.int64)


def _bits(chunk: Chunk, item: int, others: "NDArray[Any]") -> tuple["NDArray[Any]", int]:
    """For the baskets that hold `item`: a bit string for each other item, and how many words are of earlier days."""
    import numpy as np

    holding, held = _holding(chunk, item)
    earlier = int(np.searchsorted(holding, chunk.starts[LATE]))
    early, late = -(-earlier // 64), -(-(len(holding) - earlier) // 64)
    position = np.arange(len(holding))
    position[earlier:] += early * 64 - earlier  # the late period begins a new word
    known = np.full(chunk.rows.shape[1], -1, np.int32)
    known[others] = np.arange(len(others), dtype=np.int32)
    row = known[held.indices]
    column = np.repeat(position, np.diff(held.indptr))[row >= 0]
    flags = np.zeros((len(others), (early + late) * 64), bool)
    flags[row[row >= 0], column] = True
    return np.packbits(flags, axis=1).view(np.uint64), early
