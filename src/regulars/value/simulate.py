"""Customers drawn from a model with known parameters: what tests and benchmarks learn from, knowing the truth."""

from typing import TYPE_CHECKING, Any

from regulars.value.cells import WEEK
from regulars.value.histories import Customers
from regulars.value.models import ModelName

if TYPE_CHECKING:
    from numpy.typing import NDArray

Parameters = tuple[float, float, float, float]


def simulate(
    name: ModelName, parameters: Parameters, ages: "NDArray[Any]", later_days: int = 0, seed: int = 0
) -> Customers:
    """One customer for each age (days), whose orders follow the model up to there and for `later_days` more.

    Orders of one day count as one, as in a shop. Amounts are unknown.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    r, alpha, third, fourth = parameters
    n, end = len(ages), np.asarray(ages, dtype=float) + later_days
    pace = rng.gamma(r, 1 / alpha, n) / WEEK  # orders a day
    leaves = rng.beta(third, fourth, n) if name != "pareto" else np.zeros(n)
    gone = rng.exponential(1.0, n) / (rng.gamma(third, 1 / fourth, n) / WEEK) if name == "pareto" else np.full(n, 1e300)
    repeats, recency, later, seen = (np.zeros(n, dtype=np.int64) for _ in range(4))
    who = np.flatnonzero(rng.random(n) >= leaves) if name == "mbgnbd" else np.arange(n)
    time = np.zeros(n)
    while len(who):
        with np.errstate(divide="ignore"):
            time[who] += rng.exponential(1.0, len(who)) / pace[who]
        who = who[time[who] < np.minimum(end, gone)[who]]
        day = np.ceil(time[who]).astype(np.int64)
        new, known = day > seen[who], day <= np.asarray(ages)[who]
        seen[who] = day
        repeats[who] += new & known
        later[who] += new & ~known
        recency[who[known]] = day[known]
        who = who[rng.random(len(who)) >= leaves[who]]
    unknown = np.full(n, np.nan)
    return Customers(repeats, recency, np.asarray(ages), np.zeros(n), later, unknown, np.zeros(n))
