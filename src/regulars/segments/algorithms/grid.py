"""On a grid: customers are counted by cell, and dense cells that touch make a group."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import Neighbours, checked, drawn, renumbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVELS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)  # shares of the customers that may be called noise
SMALLEST = 0.02  # share of the customers that a group holds at least


@dataclass
class Grid:
    """Cells of equal width, weighted by their customers; dense neighbours joined (Agrawal et al. 1998, CLIQUE).

    Cells with the fewest customers are left out first. How many is not a setting: taken is the number of groups (of a
    useful size, more than one) that lasts longest while ever more cells are left out, and there the level that leaves
    out fewest. The work after counting is on cells, so the sample may be large.
    """

    cells: int | None = None  # per feature; None: by the number of rows, 5 to 20
    max_samples: int = 50_000
    random_state: int = 0
    noise_share_: float = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)
    _low: "NDArray[Any]" = field(init=False, repr=False)
    _width: "NDArray[Any]" = field(init=False, repr=False)
    _answers: Neighbours = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Counts at most `max_samples` rows."""
        import numpy as np

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        # about five customers a cell if they were spread evenly
        per = self.cells or int(np.clip((len(learned) / 5) ** (1 / learned.shape[1]), 5, 20))
        self._low = learned.min(axis=0)
        span = learned.max(axis=0) - self._low
        self._width = np.where(span > 0, span, 1) / per
        cells, counts = np.unique(self._cells(learned), axis=0, return_counts=True)
        kept, groups = _best_level(cells, counts)
        self.noise_share_ = float(1 - counts[kept].sum() / counts.sum())
        self._answers = Neighbours(cells[kept], groups)
        self.labels_, self.n_clusters_ = self.predict(points), int(groups.max()) + 1
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The group of the nearest dense cell of each row."""
        return self._answers.predict(self._cells(checked(X)))

    def _cells(self, points: "NDArray[Any]") -> "NDArray[Any]":
        import numpy as np

        return np.asarray(np.floor((points - self._low) / self._width))


def _best_level(cells: "NDArray[Any]", counts: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """The cells that are kept, and the group of each."""
    import numpy as np

    order = np.argsort(-counts, kind="stable")
    before = (counts[order].cumsum() - counts[order]) / counts.sum()  # share of the customers in denser cells
    lasts: dict[int, int] = {}  # number of groups -> levels at which there are so many
    found = {1: (order, np.zeros(len(order), dtype=int))}
    for level in LEVELS:
        kept = order[before < 1 - level]
        groups = _touching(cells[kept])
        useful = np.bincount(groups, weights=counts[kept]) >= SMALLEST * counts.sum()
        number = int(useful.sum())
        lasts[number] = lasts.get(number, 0) + 1
        if number not in found:
            member = useful[groups]
            found[number] = (kept[member], renumbered(groups[member]))
    several = [number for number in lasts if number > 1 and lasts[number] > 1]
    return found[max(several, key=lambda number: (lasts[number], number), default=1)]


def _touching(cells: "NDArray[Any]") -> "NDArray[Any]":
    """The connected groups of cells that share at least a corner."""
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(cells).query_pairs(1.5, p=np.inf, output_type="ndarray")
    ones = np.ones(len(pairs), dtype=bool)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(len(cells), len(cells)))
    return np.asarray(connected_components(graph, directed=False)[1])
