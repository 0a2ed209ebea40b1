"""From a fitted model to what each distinct history will bring: expected orders, their range, discounted orders."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from regulars.value import bgnbd, mbgnbd, pareto
from regulars.value.cells import WEEK, Cells, Distinct
from regulars.value.fit import Objective, maximise
from regulars.value.models import Ahead, Fitted, ModelName

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR = 365.25
_SLICE = 13.0  # weeks; orders are discounted as if in the middle of such a part of the horizon
_LOW, _HIGH = 0.1, 0.9  # the range of a customer: 8 of 10 lie within
_MANY = 300  # orders
_SMALL = 8_000  # cells; from there on the way is found on weeks instead of days


class Model(Protocol):
    """What each file of a model gives."""

    NAME: ModelName
    LETTERS: tuple[str, ...]
    START: tuple[float, ...]

    def log_likelihood(self, theta: "NDArray[Any]", cells: Cells) -> tuple[float, "NDArray[Any]"]:
        """Of all customers, and its gradient by the logarithms of the parameters."""

    def alive(self, theta: "NDArray[Any]", cells: Cells) -> "NDArray[Any]":
        """The chance to be still there."""

    def ahead(self, theta: "NDArray[Any]", cells: Cells, weeks: "float | NDArray[Any]") -> Ahead:
        """What those who are still there do; `weeks` is one number, or one for each cell."""


MODELS: dict[ModelName, Any] = {"mbgnbd": mbgnbd, "bgnbd": bgnbd, "pareto": pareto}


@dataclass(frozen=True, slots=True)
class Forecast:
    """One entry for each cell. `alive` is no forecast: who came once is always alive to BG/NBD."""

    expected: "NDArray[Any]"  # orders
    discounted: "NDArray[Any]"  # orders, later ones counting less
    low: "NDArray[Any] | None" = None  # orders; None where the method gives no range
    high: "NDArray[Any] | None" = None
    alive: "NDArray[Any] | None" = None


def fit(name: ModelName, cells: Cells) -> Fitted:
    """A model's parameters for these customers."""
    import numpy as np

    model: Model = MODELS[name]

    def objective(seen: Cells) -> Objective:
        return lambda theta: model.log_likelihood(theta, seen)

    rough = [objective(cells.binned(weeks)) for weeks in (4.0, 1.0)] if len(cells) > _SMALL else []
    optimum = maximise(objective(cells), _start(model, cells), rough)
    errors = None
    if optimum.covariance is not None:  # of a parameter, from that of its logarithm
        spread = np.sqrt(np.diag(np.array(optimum.covariance)))
        errors = {k: float(p * s) for k, p, s in zip(model.LETTERS, optimum.parameters, spread, strict=True)}
    return Fitted(
        model=name,
        parameters=dict(zip(model.LETTERS, optimum.parameters, strict=True)),
        errors=errors,
        log_likelihood=optimum.log_likelihood,
        customers=int(cells.customers),
        at_bound=tuple(model.LETTERS[i] for i in optimum.at_bound),
        converged=optimum.converged,
        covariance=optimum.covariance,
    )


def forecast(fitted: Fitted, cells: Cells, days: int, discount: float = 0.0, ranges: bool = True) -> Forecast:
    """Orders of each cell's customers in the `days` after their history; `discount` is a rate a year."""
    import numpy as np

    model, theta, weeks = MODELS[fitted.model], logs(fitted), days / WEEK
    alive = model.alive(theta, cells)
    few, index = cells.ages()
    ahead = model.ahead(theta, few, weeks)
    mean = alive * ahead.mean[index]
    slices = int(np.ceil(weeks / _SLICE)) if discount else 1
    ends = weeks * np.arange(1, slices + 1) / slices
    grown = [alive * model.ahead(theta, few, end).mean[index] for end in ends[:-1]] + [mean]
    factors = (1 + discount) ** -((ends - ends[0] / 2) * WEEK / YEAR)
    parts = [later - earlier for earlier, later in zip([0.0, *grown], grown, strict=False)]
    discounted = sum(factor * part for factor, part in zip(factors, parts, strict=True)) if discount else mean
    if not ranges:
        return Forecast(mean, discounted, alive=alive)
    none = 1 - alive * (1 - ahead.none[index])
    squares = alive * (ahead.pairs + ahead.mean)[index]
    low, high = (_quantile(level, none, mean, squares) for level in (_LOW, _HIGH))
    return Forecast(mean, discounted, low, high, alive)


def newcomers(fitted: Fitted, weeks: "NDArray[Any]") -> "NDArray[Any]":
    """Expected repeat orders of somebody new, by each number of weeks since the first order."""
    import numpy as np

    nothing = Distinct(np.zeros(1), np.zeros(len(weeks), dtype=np.int32))
    fresh = Cells(nothing, nothing, nothing, np.ones(len(weeks)))
    model, theta = MODELS[fitted.model], logs(fitted)
    return np.asarray(model.alive(theta, fresh) * model.ahead(theta, fresh, weeks).mean)


def spread_of_total(fitted: Fitted, cells: Cells, days: int) -> float | None:
    """The standard error of all expected orders: of the parameters (delta method) and of chance. None: unknown."""
    import numpy as np

    if fitted.covariance is None:
        return None
    model, weeks, small, theta = MODELS[fitted.model], days / WEEK, cells.binned(), logs(fitted)
    few, index = small.ages()

    def total(at: "NDArray[Any]") -> float:
        return float(small.count @ (model.alive(at, small) * model.ahead(at, few, weeks).mean[index]))

    slope = np.array([(total(theta + e) - total(theta - e)) / 2e-3 for e in np.eye(len(theta)) * 1e-3])
    alive, ahead = model.alive(theta, small), model.ahead(theta, few, weeks)
    mean = alive * ahead.mean[index]
    chance = small.count @ (alive * (ahead.pairs + ahead.mean)[index] - mean**2)
    return float(np.sqrt(slope @ np.array(fitted.covariance) @ slope + max(chance, 0.0)))


def logs(fitted: Fitted) -> "NDArray[Any]":
    """The logarithms of the parameters, in the model's order."""
    import numpy as np

    return np.asarray(np.log([fitted.parameters[letter] for letter in MODELS[fitted.model].LETTERS]))


def _start(model: Model, cells: Cells) -> "NDArray[Any]":
    """The model's start, its times on the scale of these histories."""
    import numpy as np

    mean_age = max(float(cells.count @ cells.age.values[cells.age.index]) / max(cells.customers, 1.0), 1e-3)
    scale = mean_age / 27.0  # weeks: the mean age of the histories that the starts were chosen on
    return np.array([
        value * (scale if letter in {"alpha", "beta"} else 1.0)
        for letter, value in zip(model.LETTERS, model.START, strict=True)
    ])  # fmt: skip


def _quantile(level: float, none: "NDArray[Any]", mean: "NDArray[Any]", squares: "NDArray[Any]") -> "NDArray[Any]":
    """Orders that a share `level` of the customers do not exceed: none with its chance, else one and a negative
    binomial number more, with the mean and variance of those who order. On a fine grid, each point once."""
    import numpy as np
    from scipy.special import nbdtrik, ndtri, pdtrik

    some = np.maximum(1 - none, 1e-12)
    more = np.maximum(mean / some - 1, 1e-6)
    variance = np.maximum(squares / some - 2 * mean / some + 1 - more**2, 0.0)
    grid = np.stack([np.round(none, 2), np.round(np.log(more), 1), np.round(np.log(np.maximum(variance / more, 1)), 1)])
    key = ((grid[0] * 100 * 1000) + (grid[1] * 10 + 200)) * 1000 + grid[2] * 10
    _, first, index = np.unique(key.astype(np.int64), return_index=True, return_inverse=True)
    zero, mean_, over = grid[0][first], np.exp(grid[1][first]), np.exp(grid[2][first])
    left = np.clip((level - zero) / np.maximum(1 - zero, 1e-12), 1e-9, 1 - 1e-9)
    size = mean_ / np.maximum(over - 1, 1e-9)
    with np.errstate(all="ignore"):
        count = np.where(over > 1.001, nbdtrik(left, size, 1 / over), pdtrik(left, mean_))
    # many orders are normal, and where they are so many that the functions above fail, still right
    count = np.where((mean_ > _MANY) | np.isnan(count), mean_ + ndtri(left) * np.sqrt(mean_ * over), count)
    count = np.maximum(np.ceil(count - 1e-9), 0.0)
    return np.asarray(np.where(level <= none, 0.0, 1 + count[index]))
