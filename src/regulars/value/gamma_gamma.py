"""Gamma-Gamma: what a customer spends per order, drawn towards the shop's mean the less is known of the customer.

Fader & Hardie (2013), The Gamma-Gamma model of monetary value, brucehardie.com/notes/025. Each order's amount ~
gamma(p, nu), nu ~ gamma(q, gamma) between customers, independent of how often they order.
"""

from typing import TYPE_CHECKING, Any

from regulars.value.fit import LOW, Optimum, maximise

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAME = "gamma_gamma"
LETTERS = ("p", "q", "gamma")  # gamma in the shop's currency
_LEAST_Q = 1.05  # at q = 1 the mean over all customers is infinite


def fit(orders: "NDArray[Any]", mean: "NDArray[Any]") -> Optimum:
    """Parameters from each customer's number of orders and their mean amount, both positive."""
    import numpy as np

    centre = float(np.average(mean, weights=orders))
    start = np.array([2.0, 3.0, 1.0])  # in units of the shop's mean amount: the same fit in any currency
    few, index = np.unique(orders, return_inverse=True)
    scaled = mean / centre
    optimum = maximise(
        lambda theta: log_likelihood(theta, few, index, scaled), start, low=np.array([LOW, _LEAST_Q, LOW])
    )
    p, q, gamma = optimum.parameters
    # the likelihood of amounts is that of the scaled ones, divided by the scale once a customer
    value = optimum.log_likelihood - len(mean) * float(np.log(centre))
    return Optimum((p, q, gamma * centre), value, optimum.covariance, optimum.at_bound, optimum.converged)


def log_likelihood(
    theta: "NDArray[Any]", few: "NDArray[Any]", index: "NDArray[Any]", mean: "NDArray[Any]"
) -> tuple[float, "NDArray[Any]"]:
    """Of all customers (their eq. 1a), with its gradient by the logarithms of (p, q, gamma); `few` are the distinct
    numbers of orders, `index` each customer's position among them."""
    import numpy as np
    from scipy.special import digamma, gammaln

    p, q, gamma = np.exp(theta)
    customers, x = np.bincount(index, minlength=len(few)), few[index]
    both = gamma + mean * x
    logs, mean_logs = np.log(both), np.log(mean)
    total = len(mean)
    value = customers @ (gammaln(p * few + q) - gammaln(p * few)) + total * (q * np.log(gamma) - gammaln(q))
    value += (p * x - 1) @ mean_logs + p * (customers @ (few * np.log(few))) - (p * x + q) @ logs
    slope = np.array([
        customers @ (few * (digamma(p * few + q) - digamma(p * few) + np.log(few))) + x @ (mean_logs - logs),
        customers @ digamma(p * few + q) + total * (np.log(gamma) - digamma(q)) - logs.sum(),
        total * q / gamma - (p * x + q) @ (1 / both),
    ])  # fmt: skip
    return float(value), slope * np.exp(theta)


def expected_mean(parameters: tuple[float, ...], orders: "NDArray[Any]", mean: "NDArray[Any]") -> "NDArray[Any]":
    """The expected amount of a customer's future orders (their eq. 5): the shop's mean with weight q - 1, the
    customer's own with weight p × orders."""
    import numpy as np

    p, q, gamma = parameters
    return np.asarray(p * (gamma + mean * orders) / (p * orders + q - 1))
