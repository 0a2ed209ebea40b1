"""Ordered clusters of one measure: exact k-means on a line, as cut points (Wang & Song 2011)."""

from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.segments.models import Cuts
from regulars.segments.sample import read_sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEASURES = ("recency_days", "orders", "monetary")


def measure_cuts(engine: Engine, settings: Settings, levels: int = 3) -> tuple[Cuts, Cuts, Cuts]:
    """Cut points of recency (mirrored), orders and monetary between their own clusters, lowest to highest.

    Read from the same bounded sample as the clusters. A measure with fewer distinct values has fewer levels.
    """
    from dataclasses import replace

    sample = read_sample(engine, replace(settings, features=MEASURES))

    def cuts(measure: str) -> Cuts:
        values = sample.values[:, sample.features.index(measure)] if measure in sample.features else []
        mirrored = measure == "recency_days"
        return Cuts(measure, line_cuts(values, levels, mirrored), mirrored, "clusters")

    return cuts(MEASURES[0]), cuts(MEASURES[1]), cuts(MEASURES[2])


def line_cuts(values: "NDArray[Any] | list[float]", k: int, mirrored: bool = False) -> tuple[float, ...]:
    """The k - 1 points between the k clusters with the least sum of squares, halfway between their neighbours."""
    import numpy as np

    numbers = np.asarray(values, dtype=float)
    distinct, counts = np.unique(numbers[np.isfinite(numbers)], return_counts=True)
    points = []
    for start in _starts(distinct, counts, min(k, len(distinct))):
        below, above = float(distinct[start - 1]), float(distinct[start])
        middle = below + (above - below) / 2
        inside = below < middle < above
        points.append(middle if inside else above if mirrored else below)  # neighbours with no number between them
    return tuple(points)


def _starts(distinct: "NDArray[Any]", counts: "NDArray[Any]", k: int) -> list[int]:
    """Where the second and later clusters begin, as indices of the sorted distinct values."""
    import numpy as np

    if k < 2:
        return []
    centered = distinct - np.average(distinct, weights=counts)  # less cancellation in the sums of squares
    weight, first, second = (np.concatenate([[0.0], np.cumsum(counts * centered**power)]) for power in (0, 1, 2))

    def cost(start: "NDArray[Any]", end: "NDArray[Any]") -> "NDArray[Any]":
        """The sum of squares of the values start..end - 1 around their mean."""
        total = first[end] - first[start]
        return second[end] - second[start] - total**2 / (weight[end] - weight[start])

    ends = np.arange(1, len(distinct) + 1)
    best = np.concatenate([[np.inf], cost(np.zeros_like(ends), ends)])  # best[e]: the least cost of the first e values
    came = []
    for _ in range(1, k):
        best, begin = _layer(best, cost)
        came.append(begin)
    starts, end = [], len(distinct)
    for begin in reversed(came):
        end = int(begin[end])
        starts.append(end)
    return starts[::-1]


def _layer(best: "NDArray[Any]", cost: Any) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """One cluster more: for every end the best start of the last cluster, which never moves back as the end grows.

    So the ends are done middle first, then the middles of both halves, each between the starts of its neighbours.
    """
    import numpy as np

    n = len(best) - 1
    new, begin = np.full(n + 1, np.inf), np.zeros(n + 1, dtype=int)
    begin = np.full(n + 2, -1)
    begin[0], begin[n + 1] = 1, n
    step = 1 << n.bit_length()
    while step > 1:
        half = step // 2
        ends = np.arange(half, n + 1, step)
        low, high = begin[ends - half], np.minimum(begin[np.minimum(ends + half, n + 1)], ends - 1)
        high = np.maximum(high, low)
        lengths = high - low + 1
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        candidates = np.arange(lengths.sum()) - np.repeat(offsets - low, lengths)
        total = best[candidates] + cost(candidates, np.maximum(np.repeat(ends, lengths), candidates + 1))
        total = np.where(candidates < np.repeat(ends, lengths), total, np.inf)
        new[ends] = np.minimum.reduceat(total, offsets)
        hit = np.flatnonzero(total == np.repeat(new[ends], lengths))
        owner = np.searchsorted(offsets, hit, side="right") - 1
        first = np.unique(owner, return_index=True)[1]
        begin[ends] = candidates[hit[first]]
        step = half
    return new, begin
