"""Maximum likelihood for few parameters: Newton's method on logarithms, with gradients that the models give themselves.

The Hessian is a difference of analytic gradients on a small version of the data; on the large version it stays as it
is and only points the way, so that a fit of millions of distinct histories takes a handful of their gradients.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

Objective = Callable[["NDArray[Any]"], tuple[float, "NDArray[Any]"]]  # log-parameters -> log-likelihood, its gradient
LOW, HIGH = 1e-4, 1e5  # parameters are looked for between these; one at an end is said to be at a bound
_STEPS = 200
_LONGEST = 2.0  # a step changes no parameter by more than e² times


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where a likelihood is largest: parameters (not their logarithms), and the covariance of their logarithms."""

    parameters: tuple[float, ...]
    log_likelihood: float
    covariance: tuple[tuple[float, ...], ...] | None  # None where the likelihood is flat in some direction
    at_bound: tuple[int, ...]  # positions of parameters that ran into the end of their range
    converged: bool


def maximise(
    objective: Objective, start: "NDArray[Any]", rough: Sequence[Objective] = (), low: "NDArray[Any] | None" = None
) -> Optimum:
    """The maximum over log-parameters, from `start` (parameters). `rough` are the objective on fewer, binned data, the
    roughest first: it is climbed first, and the finest of them bends the way up the objective itself. `low` are lower
    bounds of the parameters where they are not LOW."""
    import numpy as np

    bounds = np.log(np.full(len(start), LOW) if low is None else low), np.full(len(start), np.log(HIGH))
    theta = np.clip(np.log(start), *bounds)
    curved = None
    if rough:
        theta, _, _ = _climb(rough[0], theta, bounds, None)
        curved = hessian(rough[-1], theta)
    theta, value, converged = _climb(objective, theta, bounds, curved)
    at_bound = tuple(int(i) for i in np.flatnonzero((theta <= bounds[0] + 1e-6) | (theta >= bounds[1] - 1e-6)))
    curved = hessian(objective, theta) if curved is None else curved
    return Optimum(tuple(float(p) for p in np.exp(theta)), value, _inverse(-curved, at_bound), at_bound, converged)


def hessian(objective: Objective, theta: "NDArray[Any]", step: float = 1e-4) -> "NDArray[Any]":
    """Second derivatives by logarithms of parameters: central differences of the gradient, made symmetric."""
    import numpy as np

    rows = [
        (objective(theta + shift)[1] - objective(theta - shift)[1]) / (2 * step) for shift in np.eye(len(theta)) * step
    ]
    return np.asarray((np.array(rows) + np.array(rows).T) / 2)


def _climb(
    objective: Objective, theta: "NDArray[Any]", bounds: tuple["NDArray[Any]", "NDArray[Any]"],
    curved: "NDArray[Any] | None",
) -> tuple["NDArray[Any]", float, bool]:  # fmt: skip
    """Newton's way up; with `curved` from that Hessian on, else with a fresh one at every step."""
    import numpy as np

    value, gradient = objective(theta)
    enough = 1e-9 if curved is None else 1e-6  # of a standard error the last step is then a thousandth
    for _ in range(_STEPS):
        free = ~(((theta <= bounds[0]) & (gradient < 0)) | ((theta >= bounds[1]) & (gradient > 0)))
        towards = np.where(free, _direction(hessian(objective, theta) if curved is None else curved, gradient, free), 0)
        gain = float(towards @ gradient)
        if gain < max(enough, abs(value) * 1e-14):
            return theta, value, True
        towards *= min(1.0, _LONGEST / np.abs(towards).max())
        for halvings in range(30):
            there = np.clip(theta + towards / 2**halvings, *bounds)
            higher, slope = objective(there)
            if higher >= value + 1e-4 * float((there - theta) @ gradient) and np.isfinite(slope).all():
                break
        else:
            return theta, value, False
        if curved is not None:
            curved = _bent(curved, there - theta, slope - gradient)
        theta, value, gradient = there, higher, slope
    return theta, value, False


def _bent(curved: "NDArray[Any]", step: "NDArray[Any]", change: "NDArray[Any]") -> "NDArray[Any]":
    """The Hessian that also explains how the gradient changed on the last step (the BFGS update)."""
    import numpy as np

    towards = curved @ step
    if step @ change >= 0 or step @ towards >= 0:
        return curved
    return np.asarray(
        curved + np.outer(change, change) / (step @ change) - np.outer(towards, towards) / (step @ towards)
    )


def _direction(curved: "NDArray[Any]", gradient: "NDArray[Any]", free: "NDArray[Any]") -> "NDArray[Any]":
    """Newton's step among the free parameters; where the surface bends upwards, its bend counts as if downwards."""
    import numpy as np

    held = np.where(np.outer(free, free), curved, 0.0)
    values, vectors = np.linalg.eigh(held)
    bend = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
    return np.asarray(vectors @ ((vectors.T @ np.where(free, gradient, 0.0)) / bend))


def _inverse(information: "NDArray[Any]", at_bound: tuple[int, ...]) -> tuple[tuple[float, ...], ...] | None:
    import numpy as np

    if at_bound or np.linalg.eigvalsh(information).min() <= 1e-9 * np.abs(information).max():
        return None
    return tuple(tuple(float(v) for v in row) for row in np.linalg.inv(information))
