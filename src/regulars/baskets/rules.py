"""Rules from frequent itemsets: every way to split a set whose lift is above 1, with all that is known about it."""

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from regulars.baskets.adjusted import expected_counts, strata_of
from regulars.baskets.collect import LATE, Baskets
from regulars.baskets.itemsets import Itemsets, keys_of
from regulars.baskets.significance import binomial_tail, false_discovery, fisher, lift_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

Columns = dict[str, Any]  # name -> one value per rule
SURE = 0.05  # the level of every verdict
MARGIN = 1.05  # of adjusted lift: below, it is within the error of what is expected, and worth no shelf
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
class Expected:
    """What the sizes of baskets alone bring, by size of set: counts in all and in the late period."""

    whole: list["NDArray[Any]"]
    late: list["NDArray[Any]"]


def expected_of(baskets: Baskets, found: list[Itemsets]) -> Expected:
    """The expected counts of all frequent sets."""
    number, items, cells = baskets.cell_baskets, baskets.cell_items, baskets.item_cells
    every = strata_of(both_periods(number), both_periods(items), both_periods(cells))
    late = strata_of(number[LATE:], items[LATE:], cells[:, LATE:])
    return Expected(
        [expected_counts(sets.items, every) for sets in found], [expected_counts(sets.items, late) for sets in found]
    )


def both_periods(cells: "NDArray[Any]") -> "NDArray[Any]":
    """Earlier and late counts of each stratum, added up."""
    import numpy as np

    return np.asarray(cells[..., :LATE] + cells[..., LATE:])


def rule_columns(baskets: Baskets, found: list[Itemsets]) -> Columns:
    """Every rule with lift above 1, unordered: `size`, `row` and `split` name it, then counts, expectations, tests."""
    import numpy as np

    expected = expected_of(baskets, found)
    parts = [
        _split_columns(baskets, found, expected, (size, number))
        for size in range(2, len(found) + 1)
        for number in range(len(splits(size)))
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else {}
    if not columns or not len(columns["count"]):
        return {}
    count, first, second = columns["count"], columns["first"], columns["second"]
    columns["lift"] = count * baskets.total / (first * second)
    columns["low"], columns["high"] = lift_interval(count, first, second, baskets.total)
    columns["p"] = _by_table(count, first, second, baskets.total)
    columns["adjusted_p"] = binomial_tail(count, np.minimum(first, second), columns["expected"])
    # a rule and its reverse are one hypothesis: each p stands there twice, and so does each of those tested
    columns["q"] = false_discovery(columns["p"], 2 * tested(found))
    columns["adjusted_q"] = false_discovery(columns["adjusted_p"], 2 * tested(found))
    with np.errstate(divide="ignore", invalid="ignore"):
        columns["adjusted"] = np.where(columns["expected"] > 0, count / columns["expected"], np.nan)
    return columns


def _by_table(count: Any, first: Any, second: Any, total: int) -> "NDArray[Any]":
    """Fisher's p, computed once for each table of counts."""
    import numpy as np

    low, high = np.minimum(first, second), np.maximum(first, second)
    tables, place = np.unique(np.column_stack([count, low, high]), axis=0, return_inverse=True)
    return fisher(tables[:, 0], tables[:, 1], tables[:, 2], total)[place.ravel()]


def _split_columns(baskets: Baskets, found: list[Itemsets], expected: Expected, which: tuple[int, int]) -> Columns:
    """The rules of one size and split whose lift is above 1."""
    import numpy as np

    size, number = which
    sets, split = found[size - 1], splits(size)[number]
    places = [
        rows_of(found, sets.items[:, list(side)], len(baskets.codes)) for side in (split.antecedent, split.consequent)
    ]
    lengths = [len(split.antecedent) - 1, len(split.consequent) - 1]
    first, second = (found[length].periods[place] for length, place in zip(lengths, places, strict=True))
    total, late_total = baskets.total, int(baskets.cell_baskets[LATE:].sum())
    above = np.flatnonzero(sets.counts * total > first.sum(axis=1) * second.sum(axis=1))
    first, second = first[above], second[above]

    def scaled(counts: list["NDArray[Any]"], one: Any, other: Any) -> "NDArray[Any]":
        """The expected count, given how often each side is there: sides x expected lift."""
        sides = counts[lengths[0]][places[0][above]] * counts[lengths[1]][places[1][above]]
        product = one * other * counts[size - 1][above]
        return np.asarray(np.divide(product, sides, out=np.zeros(len(above)), where=sides > 0))

    return {
        "size": np.full(len(above), size),
        "row": above,
        "split": np.full(len(above), number),
        "count": sets.counts[above],
        "first": first.sum(axis=1),
        "second": second.sum(axis=1),
        "expected": scaled(expected.whole, first.sum(axis=1), second.sum(axis=1)),
        "late_count": sets.periods[above, 1],
        "late_first": first[:, 1],
        "late_second": second[:, 1],
        "late_total": np.full(len(above), late_total),
        "late_expected": scaled(expected.late, first[:, 1], second[:, 1]),
    }


def rows_of(found: list[Itemsets], items: "NDArray[Any]", base: int) -> "NDArray[Any]":
    """Where frequent sets (of one size, ascending) stand in their `Itemsets`."""
    import numpy as np

    return np.asarray(np.searchsorted(keys_of(found[items.shape[1] - 1].items, base), keys_of(items, base)))
