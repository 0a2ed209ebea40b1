"""Pareto/NBD: orders at a customer's own rate, and an unseen end that may come at any time.

Schmittlein, Morrison & Colombo (1987), Counting your customers: who are they and what will they do next?, Management
Science 33(1), 1-24. Rates ~ gamma(r, alpha), ends at rates ~ gamma(s, beta). Their 2F1 is an integral over the end:
L = G(r + x)/G(r) alpha^r beta^s [(alpha + T)^-(r + x) (beta + T)^-s + s int from t_x to T of (alpha + u)^-(r + x)
(beta + u)^-(s + 1) du], which is integrated by Gauss-Legendre over the logarithm of time.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from regulars.value.cells import Cells
from regulars.value.models import Ahead

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "pareto"
LETTERS = ("r", "alpha", "s", "beta")  # alpha and beta in weeks
START = (0.5, 10.0, 0.5, 10.0)
_NODES = 24
_DECAY = 36.0  # past e^-36 of its beginning the integrand adds nothing to a double


@dataclass(frozen=True, slots=True)
class _Ends:
    """For some cells: logarithms of both terms of the likelihood, and the nodes of the second's integral."""

    there: "NDArray[Any]"  # still there at T
    left: "NDArray[Any]"  # gone between t_x and T
    share: "NDArray[Any]"  # of each node in the integral, shape (cells, nodes)
    first: "NDArray[Any]"  # alpha + u
    second: "NDArray[Any]"  # beta + u


def log_likelihood(theta: "NDArray[Any]", cells: Cells) -> tuple[float, "NDArray[Any]"]:
    """Of all customers, and its gradient by the logarithms of (r, alpha, s, beta), both without 2F1."""
    import numpy as np
    from scipy.special import digamma, gammaln

    r, alpha, s, beta = np.exp(theta)
    x, n = cells.repeats.values, np.bincount(cells.repeats.index, cells.count)
    total = n.sum()
    value = n @ gammaln(r + x) + total * (r * np.log(alpha) - gammaln(r) + s * np.log(beta))
    slope = np.array([
        n @ digamma(r + x) + total * (np.log(alpha) - digamma(r)), total * r / alpha, total * np.log(beta),
        total * s / beta,
    ])  # fmt: skip
    for part in _parts(cells):
        ends, count = _ends(theta, cells, part), cells.count[part]
        both = np.logaddexp(ends.there, ends.left)
        value += count @ both
        there, left = count * np.exp(ends.there - both), (count * np.exp(ends.left - both))[:, None] * ends.share
        shape = r + x[cells.repeats.index[part]]
        age = cells.age.values[cells.age.index[part]]
        slope -= [
            there @ np.log(alpha + age) + (left * np.log(ends.first)).sum(),
            there @ (shape / (alpha + age)) + (left * shape[:, None] / ends.first).sum(),
            there @ np.log(beta + age) + (left * (np.log(ends.second) - 1 / s)).sum(),
            there @ (s / (beta + age)) + (left * (s + 1) / ends.second).sum(),
        ]
    return float(value), slope * np.exp(theta)


def alive(theta: "NDArray[Any]", cells: Cells) -> "NDArray[Any]":
    """The chance that a customer of each cell is still there at T."""
    import numpy as np
    from scipy.special import expit

    ends = (_ends(theta, cells, part) for part in _parts(cells))
    return np.concatenate([expit(end.there - end.left) for end in ends])


def ahead(theta: "NDArray[Any]", cells: Cells, weeks: "float | NDArray[Any]") -> Ahead:
    """What a customer who is still there does in the next `weeks`: rate ~ gamma(r + x, alpha + T), end ~ gamma(s,
    beta + T); nothing happens at s = 1."""
    import numpy as np

    r, alpha, s, beta = np.exp(theta)
    shape = r + cells.repeats.values[cells.repeats.index]
    age = cells.age.values[cells.age.index]
    first, second = alpha + age, beta + age
    scale = np.minimum(first, second)
    time, width = _over(np.broadcast_to(weeks, scale.shape), scale)
    kept = width * (1 + time / second[:, None]) ** -s
    rate = shape / first
    pairs = rate * (shape + 1) / first * (2 * time * kept).sum(axis=1)
    # the first order: past e^-36 of its beginning its density adds nothing
    time, width = _over(np.minimum(weeks, first * np.expm1(np.minimum(_DECAY / shape, 700.0))), scale)
    soon = rate[:, None] * (1 + time / first[:, None]) ** -(shape[:, None] + 1)
    ordered = (width * soon * (1 + time / second[:, None]) ** -s).sum(axis=1)
    return Ahead(rate * kept.sum(axis=1), pairs, np.clip(1 - ordered, 0.0, 1.0))


def _over(end: "NDArray[Any]", scale: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """Times from 0 to each end and their weights, of shape (cells, nodes): Gauss-Legendre over ln(scale + time)."""
    import numpy as np

    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    length = np.log1p(end / scale)[:, None]
    grown = np.exp(length * (nodes + 1) / 2)
    return scale[:, None] * (grown - 1), weights * length / 2 * scale[:, None] * grown


def _parts(cells: Cells) -> list[slice]:
    return [slice(at, at + 4096) for at in range(0, len(cells), 4096)]


def _ends(theta: "NDArray[Any]", cells: Cells, part: slice) -> _Ends:
    import numpy as np

    r, alpha, s, beta = np.exp(theta)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    shape = (r + cells.repeats.values)[cells.repeats.index[part]]
    age, begin = cells.age.values[cells.age.index[part]], cells.recency.values[cells.recency.index[part]]
    scale = min(alpha, beta)  # over ln(scale + u) neither factor of the integrand has a corner
    last = np.minimum(age, (alpha + begin) * np.exp(np.minimum(_DECAY / shape, 700.0)) - alpha)
    width = np.log((scale + last) / (scale + begin))
    grown = (scale + begin)[:, None] * np.exp(width[:, None] * (nodes + 1) / 2)
    first, second = grown + (alpha - scale), grown + (beta - scale)
    with np.errstate(divide="ignore"):
        terms = np.log(grown) - shape[:, None] * np.log(first) - (s + 1) * np.log(second)
        terms += np.log(weights * width[:, None] / 2)
    top = terms.max(axis=1, keepdims=True)
    top = np.where(np.isfinite(top), top, 0.0)
    share = np.exp(terms - top)
    sums = share.sum(axis=1)
    with np.errstate(divide="ignore"):
        left = np.log(s) + top[:, 0] + np.log(sums)
    there = -shape * np.log(alpha + age) - s * np.log(beta + age)
    return _Ends(there, left, share / np.maximum(sums, 1e-300)[:, None], first, second)
