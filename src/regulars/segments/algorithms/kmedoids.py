"""k-medoids by FasterPAM: groups around real customers, with the least sum of distances to them.

Schubert & Rousseeuw 2021, Fast and eager k-medoids clustering. The loop is theirs: every customer in turn is tried as a
medoid in the place of the best one to give up, and the first swap that helps is made. Only that it tries a block of
customers at a time is ours: the figures for a block are two matrix operations.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import checked, drawn, nearest

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

# distances from the points of these indices to all points, of shape (indices, points)
Distances = Callable[["NDArray[Any]"], "NDArray[Any]"]
BLOCK = 64  # candidates at a time
FEWEST_STARTS, MOST_STARTS, WORK = 2, 20, 5_000  # starts: many for few customers, who get stuck more often


@dataclass(frozen=True, slots=True)
class Medoids:
    """The points that were chosen, the cluster of each point, and the sum of distances to its medoid."""

    indices: "NDArray[Any]"
    labels: "NDArray[Any]"
    loss: float


@dataclass
class KMedoids:
    """Groups around real customers: robust to outliers, each group has a customer who stands for it."""

    n_clusters: int = 4
    n_init: int | None = None  # None: by the number of rows
    max_samples: int = 10_000
    random_state: int = 0
    medoid_indices_: "NDArray[Any]" = field(init=False, repr=False)  # rows of X
    cluster_centers_: "NDArray[Any]" = field(init=False, repr=False)
    inertia_: float = field(init=False, repr=False)  # sum of Euclidean distances of the rows learned from
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns the medoids of at most `max_samples` rows."""
        from scipy.spatial.distance import cdist
        from threadpoolctl import threadpool_limits

        points = checked(X)
        rows = drawn(len(points), self.max_samples, self.random_state)
        learned = points[rows]
        with threadpool_limits(1):
            found = best_medoids(
                lambda at: cdist(learned[at], learned), len(rows), self.n_clusters, self.random_state, self.n_init
            )
        self.medoid_indices_ = rows[found.indices]
        self.cluster_centers_, self.inertia_ = points[self.medoid_indices_], found.loss
        self.labels_ = nearest(points, self.cluster_centers_)
        self.n_clusters_ = len(found.indices)
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The nearest medoid of each row."""
        return nearest(X, self.cluster_centers_)


def best_medoids(distances: Distances, n: int, k: int, random_state: int, starts: int | None = None) -> Medoids:
    """The best of several FasterPAM runs on `n` points, each from its own start; fewer medoids where points are equal.

    Without `starts` their number goes by `n`.
    """
    import numpy as np

    rng = np.random.default_rng(random_state)
    runs = starts or min(max(WORK // n, FEWEST_STARTS), MOST_STARTS)
    return min(
        (faster_pam(distances, n, _spread_out(distances, n, k, rng)) for _ in range(runs)), key=lambda run: run.loss
    )


def faster_pam(distances: Distances, n: int, medoids: "NDArray[Any]") -> Medoids:
    """Swaps medoids until no single swap lowers the loss (Schubert & Rousseeuw 2021)."""
    import numpy as np

    state = _State(np.array(medoids), distances(medoids))
    at, tried = 0, 0  # the next candidate, and how many in a row did not help
    while tried < n:
        block = np.arange(at, min(at + BLOCK, n))
        step = distances(block)
        change, leaves = state.swaps(step)
        helps = np.flatnonzero(change < -1e-9 * state.loss)
        if len(helps):
            first = int(helps[0])
            state.swap(int(leaves[first]), int(block[first]), step[first])
            at, tried = int(block[first] + 1) % n, 0
        else:
            at, tried = int(block[-1] + 1) % n, tried + len(block)
    return Medoids(state.medoids, state.own, state.loss)


class _State:
    """The medoids of the moment: for each point which is nearest, how far, and how far the second is."""

    def __init__(self, medoids: "NDArray[Any]", reach: "NDArray[Any]") -> None:
        self.medoids, self.reach = medoids, reach  # reach: of shape (medoids, points)
        self._look()

    def swap(self, leaves: int, joins: int, distances: "NDArray[Any]") -> None:
        """Puts the point `joins` in the place of medoid number `leaves`."""
        self.medoids[leaves], self.reach[leaves] = joins, distances
        self._look()

    def swaps(self, step: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]"]:
        """For each candidate (a row of `step`) by how much the loss changes, and which medoid it best replaces.

        With d the distance to the candidate, n and s those to the nearest and second medoid: a point of the cluster
        that is given up goes from n to min(d, s), any other from n to min(d, n).
        """
        import numpy as np

        scratch = np.minimum(step, self._near)
        added = scratch.sum(axis=1) - self.loss  # the candidate joins ...
        np.clip(step, self._near, self._second, out=scratch)
        given_up = scratch @ self._member - self._sums  # ... and a medoid leaves: its points go elsewhere
        leaves = given_up.argmin(axis=1)
        return added + given_up[np.arange(len(step)), leaves], leaves

    def _look(self) -> None:
        import numpy as np

        self.own = self.reach.argmin(axis=0)
        ranked = np.partition(self.reach, min(1, len(self.reach) - 1), axis=0)
        self._near, self._second = ranked[0], ranked[1] if len(ranked) > 1 else np.full(ranked.shape[1], np.inf)
        self._member = (self.own[:, None] == np.arange(len(self.reach))).astype(float)
        self._sums = self._near @ self._member
        self.loss = float(self._near.sum())


def _spread_out(distances: Distances, n: int, k: int, rng: "Generator") -> "NDArray[Any]":
    """Points that lie apart: each drawn by its distance to those before (k-means++, with distances for their squares).

    No two coincide: where no point is left that differs, there are fewer.
    """
    import numpy as np

    chosen = [int(rng.integers(n))]
    near = distances(np.array(chosen))[0]
    while len(chosen) < min(k, n) and near.max() > 0:
        reach = near.cumsum()
        pick = int(np.searchsorted(reach, rng.random() * reach[-1], side="right"))
        chosen.append(pick)
        near = np.minimum(near, distances(np.array([pick]))[0])
    return np.array(chosen)
