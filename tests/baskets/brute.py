"""Rules by brute force, in plain Python: every set of items is counted in every basket."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

Basket = frozenset[str]
Key = tuple[tuple[str, ...], tuple[str, ...]]


def frequent_sets(baskets: Sequence[Basket], least: int, most: int = 3) -> dict[tuple[str, ...], int]:
    """Every set of up to `most` items that at least `least` baskets hold, with its count."""
    items = sorted({item for basket in baskets for item in basket})
    found = {}
    for size in range(1, most + 1):
        for chosen in combinations(items, size):
            count = sum(basket.issuperset(chosen) for basket in baskets)
            if count >= least:
                found[chosen] = count
    return found


def lifts(baskets: Sequence[Basket], least: int, most: int = 3) -> dict[Key, tuple[int, Fraction, Fraction]]:
    """Every rule with lift above 1: its count, confidence and lift, exactly."""
    sets, total = frequent_sets(baskets, least, most), len(baskets)
    found = {}
    for whole, count in sets.items():
        for length in range(1, len(whole)):
            for first in combinations(whole, length):
                second = tuple(item for item in whole if item not in first)
                lift = Fraction(count * total, sets[first] * sets[second])
                if lift > 1:
                    found[first, second] = (count, Fraction(count, sets[first]), lift)
    return found


def fisher_exact(both: int, first: int, second: int, total: int) -> float:
    """The chance of `both` or more, in whole numbers."""
    ways = sum(comb(first, k) * comb(total - first, second - k) for k in range(both, min(first, second) + 1))
    return float(Fraction(ways, comb(total, second)))
