"""Differences of shares and shares of a sum, with intervals; false discoveries among many tests."""

from collections.abc import Sequence
from math import sqrt

from regulars.rates import Rate, Z, rate


def difference(part: int, n: int, other: int, m: int) -> tuple[float, float, float]:
    """part / n - other / m, with the square-and-add interval of Newcombe (1998, method 10); n, m > 0."""
    one, two = rate(part, n), rate(other, m)
    if one is None or two is None:
        raise ValueError("a share of nobody")
    p, low, high, q, below, above = one.value, one.low, one.high, two.value, two.low, two.high
    gap = p - q
    return gap, gap - sqrt((p - low) ** 2 + (above - q) ** 2), gap + sqrt((high - p) ** 2 + (q - below) ** 2)


def same_share(part: int, n: int, other: int, m: int) -> float:
    """The p of two equal shares: the pooled score test, two-sided; 1 where nothing or everything is a hit."""
    from scipy.special import ndtr

    pooled = (part + other) / (n + m)
    error = sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    return float(2 * ndtr(-abs(part / n - other / m) / error)) if error else 1.0


def share_of_sum(part: float, part_squares: float, whole: float, whole_squares: float, n: int) -> Rate | None:
    """The share of a sum that some of its `n` members bring, its interval by linearisation (Cochran 1977, ch. 6).

    The members' values are summed, and their squares; None where the whole is not above zero.
    """
    if whole <= 0 or n < 2:
        return None
    p = part / whole
    residual = (1 - p) ** 2 * part_squares + p * p * (whole_squares - part_squares)
    half = Z * sqrt(max(residual, 0.0) * n / (n - 1)) / whole
    return Rate(p, p - half, p + half, n)


def false_discovery(ps: Sequence[float | None]) -> list[float | None]:
    """The q of each p: the least rate of false discoveries at which it counts (Benjamini & Hochberg 1995)."""
    known = sorted((p, place) for place, p in enumerate(ps) if p is not None)
    found: list[float | None] = [None] * len(ps)
    least = 1.0
    for rank in range(len(known), 0, -1):
        p, place = known[rank - 1]
        least = min(least, p * len(known) / rank)
        found[place] = least
    return found
