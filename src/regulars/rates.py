"""A share with its uncertainty: what a claim about customers carries."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # 97.5 % of a normal distribution: intervals are of 95 %


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of 1 among `n`, and the interval that holds the true one in 95 of 100 samples."""

    value: float
    low: float
    high: float
    n: int


def rate(part: float, n: float, of: int | None = None) -> Rate | None:
    """part / n with Wilson's interval (1927); None where there is nothing to count.

    `n` may be an effective sample size, smaller than the count `of` that is shown: lines of one customer are alike.
    """
    if n <= 0:
        return None
    p = part / n
    middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(max(p * (1 - p), 0) / n + Z * Z / (4 * n * n))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Rate(p, 0.0 if p <= 0 else low, 1.0 if p >= 1 else high, round(n) if of is None else of)
