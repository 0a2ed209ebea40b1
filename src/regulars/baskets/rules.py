"""Rules from frequent itemsets: every way to split a set whose lift is above 1, with all that is known about it."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from regulars.baskets.adjusted import both_periods, expected_cells
from regulars.baskets.collect import LATE, Baskets
from regulars.baskets.itemsets import Itemsets, keys_of
from regulars.baskets.significance import binomial_tail, false_discovery, fisher, lift_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, Any]  # name -> one value per rule
BLOCK = 50_000  # rules whose cells are held at once
SURE = 0.05  # the level of every verdict
FEW = 5  # baskets, held or expected, below which the last quarter cannot say


@dataclass(frozen=True, slots=True)
class Split:
    """One way to cut sets of a size in two: positions within the set."""

    antecedent: tuple[int, ...]
    consequent: tuple[int, ...]


def splits(size: int) -> list[Split]:
    """All ways to cut a set of that size into an antecedent and a consequent."""
    places = range(size)
    parts = [part for length in range(1, size) for part in combinations(places, length)]
    return [Split(part, tuple(place for place in places if place not in part)) for part in parts]


def tested(found: list[Itemsets]) -> int:
    """The hypotheses that were looked at: every candidate set, frequent or not, in every way to cut it in two."""
    return sum(sets.tested * (2 ** (size - 1) - 1) for size, sets in enumerate(found, 1))


@dataclass(frozen=True, slots=True)
class Known:
    """Looks counts and cells of frequent sets up."""

    found: list[Itemsets]
    base: int

    def place(self, items: "NDArray[Any]") -> "NDArray[Any]":
        """Where sets (of one size, ascending) stand among the frequent ones."""
        import numpy as np

        keys = keys_of(self.found[items.shape[1] - 1].items, self.base)
        return np.asarray(np.searchsorted(keys, keys_of(items, self.base)))

    def cells(self, items: "NDArray[Any]") -> "NDArray[Any]":
        """Counts by cell of sets that are frequent."""
        cells: NDArray[Any] = self.found[items.shape[1] - 1].cells[self.place(items)]
        return cells


def rule_columns(baskets: Baskets, found: list[Itemsets]) -> Columns:
    """Every rule with lift above 1, unordered: `set_size`, `row`, `split`, counts, expectations, tests."""
    import numpy as np

    parts = [
        part
        for size, sets in enumerate(found[1:], 2)
        for number, split in enumerate(splits(size))
        for part in _split_columns(baskets, Known(found, len(baskets.codes)), sets, split, number)
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    if not columns or not len(columns["count"]):
        return {}
    count, first, second = columns["count"], columns["first"], columns["second"]
    columns["lift"] = count * baskets.total / (first * second)
    columns["p"] = _by_table(count, first, second, baskets.total)
    hypotheses = tested(found)
    # a table stands for both directions of a rule: each p is there twice, and so is each hypothesis
    columns["q"] = false_discovery(columns["p"], 2 * hypotheses)
    columns["low"], columns["high"] = lift_interval(count, first, second, baskets.total)
    columns["adjusted_p"] = binomial_tail(count, first, columns["expected"])
    columns["adjusted_q"] = false_discovery(columns["adjusted_p"], 2 * hypotheses)
    with np.errstate(divide="ignore", invalid="ignore"):
        columns["adjusted"] = np.where(columns["expected"] > 0, count / columns["expected"], np.nan)
    return columns


def _by_table(count: Any, first: Any, second: Any, total: int) -> "NDArray[Any]":
    """Fisher's p, computed once for each table of counts."""
    import numpy as np

    low, high = np.minimum(first, second), np.maximum(first, second)
    tables, place = np.unique(np.column_stack([count, low, high]), axis=0, return_inverse=True)
    return fisher(tables[:, 0], tables[:, 1], tables[:, 2], total)[place.ravel()]


def _split_columns(baskets: Baskets, known: Known, sets: Itemsets, split: Split, number: int) -> list[Columns]:
    """The rules of one split, in blocks."""
    import numpy as np

    found = []
    size = len(split.antecedent) + len(split.consequent)
    for low in range(0, len(sets.items), BLOCK):
        items, cells = sets.items[low : low + BLOCK], sets.cells[low : low + BLOCK]
        count = cells.sum(axis=1, dtype=np.int64)
        sides = [items[:, list(side)] for side in (split.antecedent, split.consequent)]
        first, second = (known.cells(side).sum(axis=1, dtype=np.int64) for side in sides)
        above = np.flatnonzero(count * baskets.total > first * second)
        if len(above):
            expected, late = _expected(baskets, known, [side[above] for side in sides])
            found.append(
                {
                    "size": np.full(len(above), size),
                    "row": low + above,
                    "split": np.full(len(above), number),
                    "count": count[above],
                    "first": first[above],
                    "second": second[above],
                    "expected": expected,
                    "late_count": cells[above, LATE:].sum(axis=1, dtype=np.int64),
                    "late_first": known.cells(sides[0][above])[:, LATE:].sum(axis=1, dtype=np.int64),
                    "late_expected": late,
                }
            )
    return found


def _expected(baskets: Baskets, known: Known, sides: list["NDArray[Any]"]) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """Baskets that would hold both sides if baskets of equal size were alike: in all, and in the late period."""
    first, second = (known.cells(side) for side in sides)
    held = baskets.item_cells[sides[0]].sum(axis=1)
    lengths = (sides[0].shape[1], sides[1].shape[1])
    size = baskets.cell_baskets * baskets.cell_size
    number = both_periods(baskets.cell_baskets)
    import numpy as np

    mean = both_periods(size) / np.maximum(number, 1)
    whole = expected_cells(both_periods(first), both_periods(second), both_periods(held), lengths, (number, mean))
    late = expected_cells(
        first[:, LATE:], second[:, LATE:], held[:, LATE:], lengths,
        (baskets.cell_baskets[LATE:], baskets.cell_size[LATE:]),
    )  # fmt: skip
    return whole.sum(axis=1), late.sum(axis=1)
