"""How a measure is spread: quantiles, histogram, smooth density, and how near it comes to a normal distribution."""

from math import sqrt
from typing import TYPE_CHECKING, Any

from regulars.locale import Message
from regulars.people.models import By, Spread
from regulars.rates import Z

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST = 10  # customers below which a spread is not shown
GRID = 80
BINS = 24
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
QQ_POINTS = 60


def spread(measure: str, by: By, group: str, values: "NDArray[Any]") -> Spread:
    """The quantiles and the mean of the known values of a group."""
    import numpy as np

    known = values[np.isfinite(values)]
    n = len(known)
    if n < LEAST:
        reason = Message("people_pages.reason.few", {"n": n, "needed": LEAST})
        return Spread(measure, by, group, n, None, None, None, None, reason)
    low, lower, middle, upper, high = (float(q) for q in np.quantile(known, QUANTILES))
    mean, half = float(known.mean()), Z * float(known.std(ddof=1)) / sqrt(n)
    return Spread(measure, by, group, n, (low, lower, middle, upper, high), mean, mean - half, mean + half)


def silverman(values: "NDArray[Any]") -> float:
    """Silverman's rule of thumb (1986, eq. 3.31): .9 min(deviation, range of the middle half / 1.34) n^-1/5."""
    import numpy as np

    lower, upper = np.quantile(values, [0.25, 0.75])
    deviation = float(values.std(ddof=1))
    width = min(deviation, float(upper - lower) / 1.34) or deviation
    return float(0.9 * width * len(values) ** -0.2)


def density(
    values: "NDArray[Any]", grid: "NDArray[Any]", low: float | None = None, high: float | None = None
) -> "NDArray[Any]":
    """The Gaussian kernel density of known values at `grid`; what would lie beyond a bound is reflected into it.

    `low` and `high` are the bounds that no value can pass (money below 0, a share above 1), None where there is none.
    """
    import numpy as np

    width = silverman(values)
    mirrored = [
        values,
        *([2 * low - values] if low is not None else ()),
        *([2 * high - values] if high is not None else ()),
    ]
    total = np.zeros(len(grid))
    for part in mirrored:
        z = (grid[:, None] - part[None, :]) / width
        total += np.exp(-0.5 * z * z).sum(axis=1)
    return np.asarray(total / (len(values) * width * sqrt(2 * np.pi)))


def qq(values: "NDArray[Any]", points: int = QQ_POINTS) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """The Q-Q plot of known values: quantiles of a normal with their mean and deviation, and their own.

    At (i - .5) / points, so that neither end is a single customer.
    """
    import numpy as np
    from scipy.special import ndtri

    places = (np.arange(1, points + 1) - 0.5) / points
    normal = values.mean() + values.std(ddof=1) * ndtri(places)
    return np.asarray(normal), np.asarray(np.quantile(values, places))


def skewness(values: "NDArray[Any]") -> float | None:
    """The third standardised moment; None where all values are equal."""
    gaps = values - values.mean()
    variance = float((gaps**2).mean())
    return float((gaps**3).mean()) / variance**1.5 if variance > 0 else None
