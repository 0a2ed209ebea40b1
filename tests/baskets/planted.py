"""Shops whose items are independent but for the size of the basket, and the same with rules planted in them."""

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Held = NDArray[np.bool_]  # of shape (baskets, items)


def independent(rng: Generator, baskets: int = 6_000, items: int = 25) -> Held:
    """Baskets of very unequal size; given its size, a basket draws its items by their popularity alone."""
    sizes = np.clip(np.rint(np.exp(rng.normal(1.0, 0.8, baskets))), 1, items - 5).astype(int)
    popularity = 1 / np.arange(2, items + 2) ** 0.7
    keys = np.log(popularity) + rng.gumbel(size=(baskets, items))
    rank = (-keys).argsort(axis=1).argsort(axis=1)
    return rank < sizes[:, None]


def lists(held: Held) -> list[list[int]]:
    """The items of each basket."""
    return [np.flatnonzero(row).tolist() for row in held]


def swapped(rng: Generator, held: Held, rounds: int = 30) -> Held:
    """The same sizes and the same counts of items, else at random: pairs of baskets trade what only one of them holds.

    Strona et al. (2014), the curveball algorithm; a way to do the swap randomisation of Gionis et al. (2007).
    """
    held = held.copy()
    half = len(held) // 2
    for _ in range(rounds):
        order = rng.permutation(len(held))
        one, other = held[order[:half]], held[order[half : 2 * half]]
        traded = one ^ other
        keys = np.where(traded, rng.random(traded.shape), 2.0)
        first = keys.argsort(axis=1).argsort(axis=1) < (one & ~other).sum(axis=1)[:, None]
        held[order[:half]] = (one & other) | (traded & first)
        held[order[half : 2 * half]] = (one & other) | (traded & ~first)
    return held


def medians(rules: Any) -> tuple[float, float]:
    """The median lift and the median adjusted lift."""
    return float(np.median([r.lift for r in rules])), float(np.median([r.adjusted_lift for r in rules]))
