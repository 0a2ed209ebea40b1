"""Correlations of numbers with intervals, over the customers who have both."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import atanh, sqrt, tanh
from typing import TYPE_CHECKING, Any

from regulars.locale import Message
from regulars.people.models import Correlation
from regulars.rates import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 10  # customers below which nothing is said


def correlations(columns: Mapping[str, "NDArray[Any]"], names: Sequence[str]) -> tuple[Correlation, ...]:
    """Every pair of the named columns, which are parallel arrays with NaN where a customer has no value."""
    return tuple(correlation(a, b, columns[a], columns[b]) for a, b in combinations(names, 2))


def correlation(first: str, second: str, x: "NDArray[Any]", y: "NDArray[Any]") -> Correlation:
    """One pair; a constant column or fewer than ten customers give the reason why nothing can be said."""
    import numpy as np

    from regulars.segments.null import rank_correlations

    both = np.isfinite(x) & np.isfinite(y)
    pair, n = np.column_stack([x[both], y[both]]), int(both.sum())
    none = (None,) * 6
    if n < LEAST:
        return Correlation(first, second, n, *none, Message("people_pages.reason.few", {"n": n, "needed": LEAST}))
    if not np.ptp(pair, axis=0).all():
        return Correlation(first, second, n, *none, Message("people_pages.reason.constant", {"n": n}))
    r = float(np.clip(np.corrcoef(pair, rowvar=False)[0, 1], -1, 1))
    rho = float(np.clip(rank_correlations(pair)[0, 1], -1, 1))
    # Fisher's z; for Spearman with the variance of Bonett & Wright (2000)
    return Correlation(first, second, n, r, *_interval(r, 1 / (n - 3)), rho,
                       *_interval(rho, (1 + rho * rho / 2) / (n - 3)))  # fmt: skip


def _interval(r: float, variance: float) -> tuple[float, float]:
    """The interval of a correlation through the inverse hyperbolic tangent."""
    if abs(r) >= 1 - 1e-12:
        return r, r
    half = Z * sqrt(variance)
    return tanh(atanh(r) - half), tanh(atanh(r) + half)


def within_fences(*columns: "NDArray[Any]") -> "NDArray[Any]":
    """The customers who have a value in every column, none beyond 1.5 interquartile ranges (Tukey 1977).

    The fences are those of all values of a column.
    """
    import numpy as np

    inside = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        low, high = np.nanquantile(column, [0.25, 0.75])
        reach = 1.5 * (high - low)
        inside &= (column >= low - reach) & (column <= high + reach)
    return inside
