"""The pictures of a measure over the sampled customers: histogram, density by group, Q-Q plot, scatter."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.people.distributions import BINS, GRID, LEAST, density, qq, skewness
from regulars.people.models import By, Density, Scatter, Shape
from regulars.people.reading import PeopleSample

if TYPE_CHECKING:
    from numpy.typing import NDArray

CURVES = 5  # groups with a curve of their own: the largest
EACH = 2_000  # customers of a group that its curve is made of: the first of the sample, whose order is random
POINTS = 700  # of a scatter
WIDE = 20  # a measure above 0 is drawn by its logarithm where its 95 % quantile is so many times that of 5 %


def shapes(sample: PeopleSample, measures: Sequence[str], groups: Mapping[By, Sequence[str]]) -> tuple[Shape, ...]:
    """The shape of each measure, its curves by the first grouping; constant or rare measures are left out."""
    by = next(iter(groups))
    found = (_shape(name, by, sample.numbers[name], sample.groups[by], groups[by]) for name in measures)
    return tuple(shape for shape in found if shape)


def _shape(
    measure: str, by: By, values: "NDArray[Any]", members: "NDArray[Any]", groups: Sequence[str]
) -> Shape | None:
    import numpy as np

    finite = np.isfinite(values)
    known, members = values[finite], members[finite]
    if len(known) < 3 * LEAST or np.ptp(known) == 0:
        return None
    lowest, highest = (float(edge) for edge in np.quantile(known, [0.05, 0.95]))
    logged = float(known.min()) > 0 and highest > WIDE * lowest
    drawn = np.log10(known) if logged else known
    # the largest hundredth would flatten the rest
    low, high = float(drawn.min()), float(np.quantile(drawn, 0.99))
    if high <= low:
        high = float(drawn.max())
    edges, grid = np.linspace(low, high, BINS + 1), np.linspace(low, high, GRID)
    counts, _ = np.histogram(drawn, edges)
    parts = [(name, drawn[members == name]) for name in groups]
    largest = {name for name, _ in sorted(parts, key=lambda part: -len(part[1]))[:CURVES]}
    curves = tuple(
        Density(name, len(part[:EACH]), _rounded(density(part[:EACH], grid, 0.0 if low >= 0 and not logged else None)))
        for name, part in [("", drawn), *(part for part in parts if part[0] in largest)]
        if len(part) >= LEAST and np.ptp(part[:EACH]) > 0
    )
    normal, observed = qq(known)
    axis = [10**edges, 10**grid] if logged else [edges, grid]
    return Shape(
        measure, by, len(known), _rounded(axis[0]), tuple(int(c) for c in counts), _rounded(axis[1]), curves,
        _rounded(normal), _rounded(observed), float(known.mean()), float(np.median(known)), skewness(known), logged,
    )  # fmt: skip


def scatters(
    sample: PeopleSample, measures: Sequence[str], outcome: str | None, groups: Mapping[By, Sequence[str]]
) -> tuple[Scatter, ...]:
    """Each measure against the outcome, for the first customers of the sample, whose order is random."""
    import numpy as np

    if outcome is None:
        return ()
    by, names = next(iter(groups.items()))
    places = {name: place for place, name in enumerate(names)}
    found = []
    for measure in measures:
        x, y = sample.numbers[measure], sample.numbers[outcome]
        both = np.isfinite(x) & np.isfinite(y)
        if measure == outcome or both.sum() < LEAST:
            continue
        members = sample.groups[by][both][:POINTS]
        pairs = zip(_rounded(x[both][:POINTS]), _rounded(y[both][:POINTS]), members, strict=True)
        points = tuple((a, b, places[group]) for a, b, group in pairs if group in places)
        found.append(Scatter(measure, outcome, by, int(both.sum()), tuple(names), points))
    return tuple(found)


def _rounded(values: "NDArray[Any]") -> tuple[float, ...]:
    """Six significant digits: what a picture shows."""
    return tuple(float(f"{value:.6g}") for value in values)
