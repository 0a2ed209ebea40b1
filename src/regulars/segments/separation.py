"""Do the clusters tell who buys later? Clusters of the customers as they were, against what they did afterwards."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulars.segments.assign import assign_many
from regulars.segments.kmeans import ROUGH, kmeans, model_of, scale
from regulars.segments.later import Later
from regulars.segments.models import Evidence
from regulars.segments.null import mean_ranks
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Separation:
    """How far clusters differ in later sales (eta squared of the ranks) and in the rate of customers who came back."""

    sales: float | None  # None: everybody spent the same, or there are no amounts
    sales_spread: float | None  # standard error
    repeat: float  # largest rate minus smallest
    repeat_spread: float  # standard error


def separated(evidence: tuple[Evidence, ...], later: Later | None, settings: Settings) -> tuple[Evidence, ...]:
    """The evidence with how far each number of clusters, fitted on the customers as they were, separates what came."""
    import numpy as np

    if later is None or not later.sample.features:
        return evidence
    ready = scale(later.sample, settings)
    distinct = len(np.unique(ready.points.round(9), axis=0))
    found = []
    for row in evidence:
        if row.k > distinct:
            found.append(row)
            continue
        fit = kmeans(ready.points, row.k, settings.seed, starts=3, tolerances=ROUGH)
        clusters = assign_many(model_of(fit, ready, later.sample, settings), later.sample.values)
        part = separation(clusters, later.spent, later.returned)
        found.append(
            replace(
                row,
                sales_separation=part.sales,
                sales_separation_spread=part.sales_spread,
                repeat_separation=part.repeat,
                repeat_separation_spread=part.repeat_spread,
            )
        )
    return tuple(found)


def separation(clusters: "NDArray[Any]", spent: "NDArray[Any]", returned: "NDArray[Any]") -> Separation:
    """How far the clusters separate what came later.

    Eta squared of the ranks of spending (Kruskal & Wallis's H over n - 1): most customers spend nothing and a few
    spend a hundred times the rest, of which a plain eta squared would show the largest customer alone. Its standard
    error is that of a squared multiple correlation (Olkin & Finn 1995).
    """
    import numpy as np

    _, groups = np.unique(clusters, return_inverse=True)
    counts = np.bincount(groups)
    came = np.bincount(groups, weights=returned.astype(float))
    rates = came / counts
    fair = (came + 1) / (counts + 2)  # a cluster in which all or none came back is not certain of it
    high, low = int(rates.argmax()), int(rates.argmin())
    errors = fair * (1 - fair) / (counts + 2)
    sales = _eta_squared(mean_ranks(spent) - (len(spent) + 1) / 2, groups, counts)
    return Separation(*sales, float(rates[high] - rates[low]), float(np.sqrt(errors[high] + errors[low])))


def _eta_squared(
    ranks: "NDArray[Any]", groups: "NDArray[Any]", counts: "NDArray[Any]"
) -> tuple[float | None, float | None]:
    """The share of the squares that lies between the groups, and its standard error; `ranks` have mean 0."""
    import numpy as np

    n, k, total = len(ranks), len(counts), float(ranks @ ranks)
    if total == 0:
        return None, None
    eta = float((np.bincount(groups, weights=ranks) ** 2 / counts).sum()) / total
    return eta, float(np.sqrt(4 * eta * (1 - eta) ** 2 * max(n - k, 0) ** 2 / ((n**2 - 1) * (n + 3))))
