"""NBD: the last period once more, drawn towards the mean. Orders at a customer's own steady pace.

Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1), 26-41; for what follows a period,
Goodhardt & Chatfield (1973), Gamma-distribution in consumer purchasing, Nature 244, 316. Orders per period differ
between customers by a gamma(r, alpha). It looks at one period alone: where that is a year, no season misleads it, and
who came within the period counts like everybody, so that those who come and those who leave even out.
"""

from typing import TYPE_CHECKING, Any

from regulars.value.fit import maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

LETTERS = ("r", "alpha")


def fit(repeats: "NDArray[Any]", count: "NDArray[Any]") -> tuple[float, float]:
    """Parameters from numbers of repeat orders in the period, `count` customers each."""
    import numpy as np

    few, index = np.unique(repeats, return_inverse=True)
    held = np.bincount(index, count)
    mean = max(float(held @ few) / float(held.sum()), 1e-9)
    found = maximise(lambda theta: log_likelihood(theta, few, held), np.array([0.5, 0.5 / mean]))
    return found.parameters[0], found.parameters[1]


def log_likelihood(
    theta: "NDArray[Any]", repeats: "NDArray[Any]", count: "NDArray[Any]"
) -> tuple[float, "NDArray[Any]"]:
    """Of all customers, with its gradient by the logarithms of (r, alpha)."""
    import numpy as np
    from scipy.special import digamma, gammaln

    r, alpha = np.exp(theta)
    total, shape = count.sum(), count @ (r + repeats)
    value = count @ (gammaln(r + repeats) - gammaln(repeats + 1)) - shape * np.log1p(alpha)
    value += total * (r * np.log(alpha) - gammaln(r))
    slope = np.array([
        count @ digamma(r + repeats) + total * (np.log(alpha) - digamma(r) - np.log1p(alpha)),
        total * r / alpha - shape / (1 + alpha),
    ])  # fmt: skip
    return float(value), slope * np.exp(theta)


def expected(parameters: tuple[float, float], repeats: "NDArray[Any]") -> "NDArray[Any]":
    """Orders in the period that follows: the posterior mean of a customer's pace."""
    import numpy as np

    r, alpha = parameters
    return np.asarray((r + repeats) / (1 + alpha))
