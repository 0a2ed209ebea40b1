"""Numbers as a marketer says them: 5 orders, 30 days, 1,100 of money; and the customers' values counted between them.

Of m cuts a value has the code 2i between two of them and 2i + 1 on the i-th (from 0), so that `value >= cut i` is
`code >= 2i + 1` and `value <= cut i` is `code <= 2i + 1`; an unknown value has the code -1.
"""

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAYS = frozenset({"recency_days", "tenure_days"})
SHARES = frozenset({"return_share"})
_DAYS = (1, 2, 3, 4, 5, 6, 7, 10, 14, 20, 30, 45, 60, 75, 90, 120, 150, 180, 240, 270, 300, 365, 450, 540, 600, 730,
         900, 1095, 1460, 1825, 2190, 2555, 3650)  # fmt: skip
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0)
_ROUND = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
_FINE = tuple(i / 10 for i in range(10, 100))
MOST = 40  # cuts of a feature that a search tries; more are thinned to those nearest the customers' quantiles


@dataclass(frozen=True, slots=True)
class Scale:
    """A numeric feature between its cuts: `codes` has one entry per customer."""

    feature: str
    cuts: "NDArray[Any]"
    codes: "NDArray[Any]"


@dataclass(frozen=True, slots=True)
class Kinds:
    """A category of the customers: `codes` are places in `values`, -1 where it is unknown."""

    feature: str
    values: tuple[str | bool, ...]
    codes: "NDArray[Any]"


def round_scale(feature: str, values: "NDArray[Any]") -> Scale | None:
    """The feature over round cuts (one digit, or the usual days); None where it has one value alone."""
    return _scale(feature, values, _round_numbers(feature, values))


def fine_scale(feature: str, values: "NDArray[Any]", near: tuple[float, float]) -> Scale | None:
    """The feature over all numbers of two digits between the two of `near`."""
    import numpy as np

    low, high = near
    numbers = _powers(_FINE, low, high) if feature not in SHARES else np.arange(1, 101) / 100
    return _scale(feature, values, numbers[(numbers >= low) & (numbers <= high)])


def _scale(feature: str, values: "NDArray[Any]", numbers: "NDArray[Any]") -> Scale | None:
    import numpy as np

    known = np.sort(values[~np.isnan(values)])
    if not len(known) or known[0] == known[-1]:
        return None
    if (known == np.floor(known)).all():
        numbers = np.unique(np.floor(numbers))
    inside = numbers[(numbers >= known[0]) & (numbers <= known[-1])]
    if len(inside) > MOST:
        wanted = known[((np.arange(MOST) + 0.5) / MOST * len(known)).astype(int)]
        inside = np.unique(inside[np.abs(inside[None, :] - wanted[:, None]).argmin(axis=1)])
    if not len(inside):
        return None
    codes = np.searchsorted(inside, values, side="right") + np.searchsorted(inside, values, side="left")
    return Scale(feature, inside, np.where(np.isnan(values), -1, codes).astype(np.int64))


def _round_numbers(feature: str, values: "NDArray[Any]") -> "NDArray[Any]":
    import numpy as np

    if feature in DAYS:
        return np.array([0, *_DAYS], dtype=float)
    if feature in SHARES:
        return np.array(_SHARES)
    known = np.abs(values[~np.isnan(values)])
    if not len(known):
        return np.empty(0)
    sizes = _powers(_ROUND, float(np.quantile(known, 0.01)), float(known.max()))
    negative = -sizes if (values < 0).any() else np.empty(0)
    return np.unique(np.concatenate([negative, [0.0], sizes]))


def _powers(digits: tuple[float, ...], low: float, high: float) -> "NDArray[Any]":
    """These digits times every power of ten that falls between two sizes; no more than 12 powers, the largest ones.

    Written as decimals are read, so that 0.3 is 0.3 and not 0.30000000000000004.
    """
    import numpy as np

    last = floor(log10(max(high, 1e-6)))
    first = max(floor(log10(max(low, 1e-6))), last - 11)
    return np.array([float(f"{digit:g}e{power}") for power in range(first, last + 1) for digit in digits])
