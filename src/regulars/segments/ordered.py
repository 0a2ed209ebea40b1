"""Ordered clusters of one measure: exact k-means on a line, as cut points (Wang & Song 2011)."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.segments.models import Cuts
from regulars.segments.sample import Sample, read_sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cost = Callable[["NDArray[Any]", int], "NDArray[Any]"]
MEASURES = ("recency_days", "orders", "monetary")


def measure_cuts(engine: Engine, settings: Settings, levels: int = 3) -> tuple[Cuts, Cuts, Cuts]:
    """Cut points of recency (mirrored), orders and monetary between their own clusters, lowest to highest.

    Read from the same bounded sample as the clusters. A measure with fewer distinct values has fewer levels.
    """
    return sample_cuts(read_sample(engine, replace(settings, features=MEASURES), "measures"), levels)


def sample_cuts(sample: Sample, levels: int = 3) -> tuple[Cuts, Cuts, Cuts]:
    """The same from a sample that was read before."""
    columns = dict(zip(sample.features, sample.values.T, strict=True))

    def cuts(measure: str, mirrored: bool = False) -> Cuts:
        points = line_cuts(columns[measure], levels) if measure in columns else ()
        return Cuts(measure, points, mirrored, "clusters")

    return cuts("recency_days", mirrored=True), cuts("orders"), cuts("monetary")


def line_cuts(values: "NDArray[Any]", k: int) -> tuple[float, ...]:
    """The k - 1 points between the k clusters with the least sum of squares, halfway between their neighbours."""
    import numpy as np

    distinct, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    points: list[float] = []
    if not len(distinct):
        return ()
    for start in _starts(distinct, counts, min(k, len(distinct))):
        below, above = float(distinct[start - 1]), float(distinct[start])
        middle = below + (above - below) / 2
        points.append(middle if middle < above else below)  # between neighbours there may be no number
    return tuple(points)


def _starts(distinct: "NDArray[Any]", counts: "NDArray[Any]", k: int) -> list[int]:
    """Where the second and later clusters begin, as indices of the sorted distinct values."""
    import numpy as np

    centered = distinct - np.average(distinct, weights=counts)  # less cancellation in the sums of squares
    weight, first, second = (np.concatenate([[0.0], np.cumsum(counts * centered**power)]) for power in (0, 1, 2))

    def cost(starts: "NDArray[Any]", ends: "NDArray[Any] | int") -> "NDArray[Any]":
        """The sum of squares of the values start..end - 1 around their mean."""
        total = first[ends] - first[starts]
        return np.asarray(second[ends] - second[starts] - total**2 / (weight[ends] - weight[starts]))

    n = len(distinct)
    best = np.full(n + 1, np.inf)  # best[end]: the least cost of the first `end` values in so many clusters
    best[1:] = cost(np.zeros(n, dtype=int), np.arange(1, n + 1))
    begins = []
    for clusters in range(2, k + 1):
        best, begin = _one_more(best, cost, clusters)
        begins.append(begin)
    starts, end = [], n
    for begin in reversed(begins):
        end = int(begin[end])
        starts.append(end)
    return starts[::-1]


def _one_more(best: "NDArray[Any]", cost: Cost, clusters: int) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """The least cost with one cluster more, and where that cluster begins, for every end.

    The begin never moves back as the end grows: so the middle end is done first, and halves the search on both sides.
    """
    import numpy as np

    more, begin = np.full(len(best), np.inf), np.zeros(len(best), dtype=int)
    todo = [(clusters, len(best) - 1, clusters - 1, len(best) - 2)]
    while todo:
        first, last, low, high = todo.pop()
        end = (first + last) // 2
        starts = np.arange(low, min(high, end - 1) + 1)
        total = best[starts] + cost(starts, end)
        pick = int(total.argmin())
        more[end], begin[end] = total[pick], starts[pick]
        if first < end:
            todo.append((first, end - 1, low, int(starts[pick])))
        if end < last:
            todo.append((end + 1, last, int(starts[pick]), high))
    return more, begin
