"""What BG/NBD and MBG/NBD share: orders come as a Poisson process, and after an order a customer may leave for good.

Rates differ between customers by a gamma(r, alpha), chances to leave by a beta(a, b). The two models differ in one
thing: how many of a customer's orders were chances to leave, the repeats (BG/NBD) or the first order too (MBG/NBD).
In both, a customer who is still there has a rate ~ gamma(r + x, alpha + T) and a chance ~ beta(a, b + chances).
"""

from typing import TYPE_CHECKING, Any

from regulars.value.cells import Cells
from regulars.value.models import Ahead

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NODES = 40  # of the quadrature over the chance to leave


def log_likelihood(theta: "NDArray[Any]", cells: Cells, first: int) -> tuple[float, "NDArray[Any]"]:
    """Of all customers, with its gradient by the logarithms of (r, alpha, a, b); `first` is 1 where the first order is
    a chance to leave.

    The likelihood of one: G(r + x)/G(r) alpha^r (alpha + T)^-(r + x) B(a, b + y)/B(a, b) (1 + e^odds) where y = x +
    first chances were survived, and the odds of having left at the last one are a/(b + y - 1) ((alpha + T)/(alpha +
    t_x))^(r + x), none where y = 0.
    """
    import numpy as np
    from scipy.special import digamma, gammaln

    r, alpha, a, b = np.exp(theta)
    x, n = cells.repeats.values, np.bincount(cells.repeats.index, cells.count)
    y, total = x + first, n.sum()
    ages = np.bincount(cells.age.index, cells.count), np.bincount(
        cells.age.index, cells.count * x[cells.repeats.index])  # fmt: skip
    weight = r * ages[0] + ages[1]  # of each age: the sum of r + x
    end = alpha + cells.age.values
    value = n @ (gammaln(r + x) + gammaln(b + y) - gammaln(a + b + y)) - weight @ np.log(end)
    value += total * (r * np.log(alpha) - gammaln(r) - gammaln(b) + gammaln(a + b))
    slope = np.array([
        n @ digamma(r + x) - ages[0] @ np.log(end) + total * (np.log(alpha) - digamma(r)),
        total * r / alpha - weight @ (1 / end),
        total * digamma(a + b) - n @ digamma(a + b + y),
        n @ (digamma(b + y) - digamma(a + b + y)) + total * (digamma(a + b) - digamma(b)),
    ])  # fmt: skip
    start, inverse = alpha + cells.recency.values, 1 / end
    left_by = np.zeros(len(x))
    for part in cells.parts():
        odds, since, shape = _odds(theta, cells, first, part)
        likely = np.exp(np.minimum(odds, 500.0))
        count = cells.count[part]
        value += count @ np.where(odds < 500.0, np.log1p(likely), odds)
        left = count * (likely / (1 + likely))
        slope[0] += left @ since
        ends = inverse[cells.age.index[part]] - (1 / start)[cells.recency.index[part]]
        slope[1] += (left * shape) @ ends
        left_by += np.bincount(cells.repeats.index[part], left, minlength=len(x))
    slope[2] += left_by.sum() / a
    slope[3] -= left_by @ (1 / np.maximum(b + y - 1, 1e-300))
    return float(value), slope * np.exp(theta)


def alive(theta: "NDArray[Any]", cells: Cells, first: int) -> "NDArray[Any]":
    """The chance that a customer of each cell has not left yet."""
    import numpy as np
    from scipy.special import expit

    return np.concatenate([expit(-_odds(theta, cells, first, part)[0]) for part in cells.parts()])


def ahead(theta: "NDArray[Any]", cells: Cells, weeks: "float | NDArray[Any]", first: int) -> Ahead:
    """What a customer who is still there does in the next `weeks`, for cells of repeats and age.

    With a rate and a chance to leave p, expected orders are (1 - e^(-rate p weeks))/p; over the gamma this is closed,
    over the beta it is integrated by Gauss-Jacobi nodes: no 2F1, and nothing happens at a = 1.
    """
    import numpy as np

    r, alpha, a, b = np.exp(theta)
    nodes, weights = _jacobi(a, b + cells.repeats.values + first)  # of shape (distinct repeats, nodes)
    mean, pairs = np.empty(len(cells)), np.empty(len(cells))
    far = weeks / (alpha + cells.age.values[cells.age.index])  # horizons over the gamma's scale
    for part in cells.parts():
        at = cells.repeats.index[part]
        p, shape = nodes[at], r + cells.repeats.values[at]
        times = far[part]
        kept = shape[:, None] * np.log1p(p * times[:, None])  # -ln E[e^(-rate p weeks)]
        once = -np.expm1(-kept) / p
        mean[part] = (weights[at] * once).sum(axis=1)
        still = (shape * times)[:, None] * np.exp(-kept) / (1 + p * times[:, None])
        pairs[part] = (weights[at] * 2 * (1 - p) * (once - still) / p).sum(axis=1)
    shape = r + cells.repeats.values[cells.repeats.index]
    return Ahead(mean, np.maximum(pairs, 0.0), np.exp(-shape * np.log1p(far)))


def _odds(
    theta: "NDArray[Any]", cells: Cells, first: int, part: slice
) -> tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]:
    """For some cells: the log odds of having left, ln((alpha + T)/(alpha + t_x)), and r + x."""
    import numpy as np

    r, alpha, a, b = np.exp(theta)
    x, index = cells.repeats.values, cells.repeats.index[part]
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(x + first > 0, np.log(a) - np.log(np.maximum(b + x + first - 1, 0.0)), -np.inf)
    since = np.log(alpha + cells.age.values)[cells.age.index[part]]
    since -= np.log(alpha + cells.recency.values)[cells.recency.index[part]]
    shape = (r + x)[index]
    return base[index] + shape * since, since, shape


def _jacobi(a: float, b: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """Nodes and weights for means over beta(a, b) on (0, 1), a row for each b; weights add up to 1.

    Golub & Welsch (1969): the eigenvalues of the tridiagonal matrix of the Jacobi polynomials' recurrence.
    """
    import numpy as np
    from scipy.linalg import eigh_tridiagonal

    k = np.arange(1, _NODES)
    rows, weights = np.empty((len(b), _NODES)), np.empty((len(b), _NODES))
    for i, second in enumerate(b):  # p = (1 + z)/2 where z has weight (1 - z)^(b - 1) (1 + z)^(a - 1)
        right, left = second - 1, a - 1
        both = right + left
        middle = np.append((left - right) / (both + 2), (left**2 - right**2) / ((2 * k + both) * (2 * k + both + 2)))
        with np.errstate(invalid="ignore"):
            side = 4 * k * (k + right) * (k + left) * (k + both)
            side = side / ((2 * k + both) ** 2 * (2 * k + both + 1) * (2 * k + both - 1))
        side[0] = 4 * (1 + right) * (1 + left) / ((2 + both) ** 2 * (3 + both))
        values, vectors = eigh_tridiagonal(middle, np.sqrt(side))
        rows[i], weights[i] = (1 + values) / 2, vectors[0] ** 2
    return np.clip(rows, 1e-300, 1.0), weights
