"""Purchase histories as their distinct (repeats, t_x, T) with counts: all that the models of buying need to know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEK = 7.0  # the models count time in weeks, as their papers do
PART = 1 << 13  # cells worked on at a time: what fits the processor's cache


@dataclass(frozen=True, slots=True)
class Distinct:
    """An array as its sorted distinct values and, for each entry, the position of its value."""

    values: "NDArray[Any]"
    index: "NDArray[Any]"


@dataclass(frozen=True, slots=True)
class Cells:
    """Distinct purchase histories: `repeats` order days after the first, of which the last `recency` weeks after the
    first, watched for `age` weeks from the first. `count` customers share each (Fader, Hardie & Lee's x, t_x, T)."""

    repeats: Distinct
    recency: Distinct
    age: Distinct
    count: "NDArray[Any]"

    def __len__(self) -> int:
        return len(self.count)

    @property
    def customers(self) -> float:
        """Everybody in all cells."""
        return float(self.count.sum())

    def parts(self) -> Iterator[slice]:
        """The cells, some at a time."""
        return (slice(at, at + PART) for at in range(0, len(self), PART))

    def ages(self) -> tuple["Cells", "NDArray[Any]"]:
        """One cell for each pair of repeats and age, and for each of these cells its position there."""
        import numpy as np

        width = len(self.age.values)
        pairs, index = np.unique(self.repeats.index.astype(np.int64) * width + self.age.index, return_inverse=True)
        few = Cells(
            Distinct(self.repeats.values, pairs // width),
            Distinct(np.zeros(1), np.zeros(len(pairs), dtype=np.int64)),
            Distinct(self.age.values, pairs % width),
            np.bincount(index, weights=self.count),
        )
        return few, index

    def binned(self, weeks: float = 1.0) -> "Cells":
        """The same customers with times rounded up to whole steps of `weeks`: fewer cells, for a first look."""
        import numpy as np

        recency, age = (np.ceil(part.values / weeks).astype(np.int64)[part.index] for part in (self.recency, self.age))
        repeats = self.repeats.values.astype(np.int64)[self.repeats.index]
        return tally(repeats, recency, age, self.count, weeks)[0]


def cells_of(repeats: "NDArray[Any]", recency: "NDArray[Any]", age: "NDArray[Any]", count: "NDArray[Any]") -> Cells:
    """Cells from their columns, times in weeks."""
    import numpy as np

    def distinct(column: "NDArray[Any]") -> Distinct:
        values, index = np.unique(np.asarray(column, dtype=float), return_inverse=True)
        return Distinct(values, index)

    return Cells(distinct(repeats), distinct(recency), distinct(age), np.asarray(count, dtype=float))


def tally(
    repeats: "NDArray[Any]",
    recency: "NDArray[Any]",
    age: "NDArray[Any]",
    count: "NDArray[Any] | None" = None,
    unit: float = 1 / WEEK,
) -> tuple[Cells, "NDArray[Any]"]:
    """The distinct histories of some customers, times in whole `unit`s (weeks; a day unless said), and the position of
    each customer's history."""
    import numpy as np

    x, seen, watched = (np.asarray(part, dtype=np.int64) for part in (repeats, recency, age))
    deep, wide = seen.max(initial=0) + 1, watched.max(initial=0) + 1
    keys, index = np.unique((x * deep + seen) * wide + watched, return_inverse=True)
    first, watched = np.divmod(keys, wide)
    x, seen = np.divmod(first, deep)
    return cells_of_days(x, seen, watched, np.bincount(index, count, minlength=len(keys)), unit), index


def cells_of_days(
    repeats: "NDArray[Any]",
    recency: "NDArray[Any]",
    age: "NDArray[Any]",
    count: "NDArray[Any]",
    unit: float = 1 / WEEK,
) -> Cells:
    """Cells from columns of whole numbers, one for each row; times in `unit`s (weeks; a day unless said)."""
    import numpy as np

    def distinct(column: "NDArray[Any]", scale: float) -> Distinct:
        held = np.bincount(column) > 0
        return Distinct(np.flatnonzero(held) * scale, (np.cumsum(held) - 1)[column])

    return Cells(distinct(repeats, 1.0), distinct(recency, unit), distinct(age, unit), np.asarray(count, dtype=float))
