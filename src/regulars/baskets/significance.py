"""How sure an association is: Fisher's exact test, the false discovery rate, an interval for lift."""

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST = sys.float_info.min  # a p below what a float holds is not zero
Z = 1.959963984540054  # 95 %


def fisher(both: "NDArray[Any]", first: "NDArray[Any]", second: "NDArray[Any]", total: int) -> "NDArray[Any]":
    """One-sided p: the chance that `both` baskets or more hold the two if they were independent (hypergeometric).

    The tail is summed as a series of ratios of neighbouring terms, from `both` away from the mean (Fisher 1935).
    """
    import numpy as np

    both, first, second = (np.asarray(value, float) for value in (both, first, second))
    up = both * total > first * second
    start = np.where(up, both, both - 1)
    log_term = _log_term(start, first, second, total)
    sums = np.ones(len(both))
    active, term, k = np.arange(len(both)), np.ones(len(both)), start.copy()
    while len(active):
        a, b, here, rising = first[active], second[active], k[active], up[active]
        rest = total - a - b
        with np.errstate(divide="ignore", invalid="ignore"):
            over = (a - here) * (b - here) / ((here + 1) * (rest + here + 1))
            under = here * (rest + here) / ((a - here + 1) * (b - here + 1))
        term[active] *= np.maximum(np.where(rising, over, under), 0)
        sums[active] += term[active]
        k[active] += np.where(rising, 1, -1)
        active = active[term[active] > 1e-17 * sums[active]]
    tail = np.exp(log_term + np.log(sums))
    return np.asarray(np.clip(np.where(up, tail, 1 - np.where(start < 0, 0, tail)), SMALLEST, 1.0))


def _log_term(k: "NDArray[Any]", first: "NDArray[Any]", second: "NDArray[Any]", total: int) -> "NDArray[Any]":
    """The logarithm of the hypergeometric probability of k; of an impossible k, minus infinity."""
    import numpy as np
    from scipy.special import gammaln

    def choose(n: Any, m: Any) -> Any:
        return gammaln(n + 1) - gammaln(m + 1) - gammaln(n - m + 1)

    possible = (k >= np.maximum(0, first + second - total)) & (k <= np.minimum(first, second))
    safe = np.where(possible, k, np.maximum(0, first + second - total))
    log = choose(first, safe) + choose(total - first, second - safe) - choose(total, second)
    return np.asarray(np.where(possible, log, -np.inf))


def false_discovery(p: "NDArray[Any]", tested: int) -> "NDArray[Any]":
    """Benjamini & Hochberg's (1995) adjusted p of the smallest of `tested` hypotheses; the others count as p = 1."""
    import numpy as np

    order = np.argsort(p, kind="stable")
    scaled = p[order] * tested / np.arange(1, len(p) + 1)
    q = np.empty(len(p))
    q[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return q


def lift_interval(both: "NDArray[Any]", first: "NDArray[Any]", second: "NDArray[Any]", total: int) -> tuple[Any, Any]:
    """A 95 % interval for lift by the delta method on its logarithm, with all of the four cells random.

    Var(log lift) = (1/p_ab - 1/p_a - 1/p_b + 2 lift - 1) / n, from the multinomial's variances and covariances.
    """
    import numpy as np

    lift = both * total / (first * second)
    variance = 1 / both - 1 / first - 1 / second + (2 * lift - 1) / total
    half = Z * np.sqrt(np.maximum(variance, 0))
    return lift * np.exp(-half), lift * np.exp(half)


def binomial_tail(count: "NDArray[Any]", trials: "NDArray[Any]", expected: "NDArray[Any]") -> "NDArray[Any]":
    """The chance of `count` or more in `trials` if `expected` is the mean.

    For trials of unequal chances it is too large, never too small, above the mean (Hoeffding 1956).
    """
    import numpy as np
    from scipy.special import betainc

    share = np.clip(expected / trials, 0, 1)
    return np.asarray(np.clip(betainc(count, trials - count + 1, share), SMALLEST, 1.0))
