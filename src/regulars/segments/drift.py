"""How far a feature has moved since a model was learned, and how sure a rate or a mean is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, sqrt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10
SLIGHT, STRONG = 0.1, 0.25  # of the PSI: below the first nothing to do, above the second learn anew (Siddiqi 2006)
Z = 1.959964  # 95 %
FEWEST = 30  # of whom a mean with an interval is said


@dataclass(frozen=True, slots=True)
class Reference:
    """How a feature was spread when a model was learned: `counts` of customers in the bins between the `edges`.

    The edges are deciles; a value on an edge lies below it. Ties may leave fewer bins than ten.
    """

    feature: str
    edges: tuple[float, ...]  # ascending; one less than counts
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a feature has moved between two times."""

    feature: str
    psi: float  # population stability index
    chance: float  # what the index stays below in 95 of 100 cases where nothing has moved: large for few customers
    ks: float | None  # greatest distance of the two cumulated distributions; None: the first was kept as bins alone
    median_before: float | None  # None: not known, or nobody had a value
    median_after: float | None

    @property
    def level(self) -> str:
        """In a word: none (or no more than chance), slight or strong."""
        if self.psi < max(SLIGHT, self.chance):
            return "none"
        return "slight" if self.psi <= STRONG else "strong"


def reference(feature: str, values: "NDArray[Any]") -> Reference:
    """The spread of a feature's values (NaN where a customer has none)."""
    import numpy as np

    known = values[~np.isnan(values)]
    if not len(known):
        return Reference(feature, (), (0,))
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf"))
    return Reference(feature, tuple(float(edge) for edge in edges), _counts(edges, known))


def psi(before: Reference, values: "NDArray[Any]") -> float:
    """Population stability index of values against the spread before: 0 is no change.

    The sum of (q - p) ln(q / p) over the bins. Half a customer is added to each bin, so that an empty one is finite.
    """
    import numpy as np

    counts = _counts(np.array(before.edges), values[~np.isnan(values)])
    return shift(before.counts, counts)


def shift(before: Sequence[int], after: Sequence[int]) -> float:
    """The same index of two counts over the same groups."""
    total, bins = (sum(before), sum(after)), len(before)
    if not min(total):
        return 0.0
    p = [(count + 0.5) / (total[0] + 0.5 * bins) for count in before]
    q = [(count + 0.5) / (total[1] + 0.5 * bins) for count in after]
    return sum((b - a) * log(b / a) for a, b in zip(p, q, strict=True))


def ks(before: "NDArray[Any]", after: "NDArray[Any]") -> float:
    """The two-sample Kolmogorov-Smirnov distance: how far the cumulated shares lie apart where they do so most.

    A distance without a p-value: the two are mostly the same customers at two times, so they are not independent.
    """
    import numpy as np

    a, b = (np.sort(values[~np.isnan(values)]) for values in (before, after))
    if not len(a) or not len(b):
        return 0.0
    points = np.concatenate([a, b])
    shares = (np.searchsorted(values, points, side="right") / len(values) for values in (a, b))
    return float(np.abs(next(shares) - next(shares)).max())


def drift(feature: str, before: "NDArray[Any]", after: "NDArray[Any]") -> Drift:
    """How far the values of a feature have moved."""
    found = drift_since(reference(feature, before), after)
    return replace(found, ks=ks(before, after), median_before=median(before))


def drift_since(before: Reference, values: "NDArray[Any]") -> Drift:
    """How far the values of a feature have moved from a spread that was kept.

    Without any move the index times n m / (n + m) is chi-square with a degree of freedom less than bins (Yurdakul &
    Naranjo 2020).
    """
    import numpy as np
    from scipy.special import chdtri

    n, m = sum(before.counts), int((~np.isnan(values)).sum())
    freedom = len(before.counts) - 1
    chance = float(chdtri(freedom, 0.05)) * (1 / n + 1 / m) if freedom and n and m else 0.0
    return Drift(before.feature, psi(before, values), chance, None, None, median(values))


def median(values: "NDArray[Any]") -> float | None:
    """The median of those who have a value; None where nobody has one."""
    import numpy as np

    return None if np.isnan(values).all() else float(np.nanmedian(values))


def wilson(successes: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927): it stays within 0 and 1 and holds for few customers too."""
    if not n:
        return 0.0, 1.0
    rate, z = successes / n, Z * Z / n
    middle, reach = rate + z / 2, Z * sqrt(rate * (1 - rate) / n + z / (4 * n))
    low = 0.0 if not successes else (middle - reach) / (1 + z)
    return low, 1.0 if successes == n else (middle + reach) / (1 + z)


def mean_interval(values: "NDArray[Any]") -> tuple[float, float] | None:
    """The 95 % interval of a mean by the central limit theorem; None for fewer than 30 customers.

    Spending is skewed, so for small groups the true interval reaches further up than this one.
    """
    import numpy as np

    if len(values) < FEWEST:
        return None
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    return mean - Z * error, mean + Z * error


def _counts(edges: "NDArray[Any]", values: "NDArray[Any]") -> tuple[int, ...]:
    import numpy as np

    places = np.searchsorted(edges, values, side="left")
    return tuple(int(count) for count in np.bincount(places, minlength=len(edges) + 1))
