"""By density: groups are where customers are many, and who stands alone is noise.

On recency, frequency and monetary value these call most customers noise, since their density falls off gently. The
share is reported (`noise_share_`), and everybody is answered for: by the nearest customer who belongs to a group.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import Neighbours, checked, drawn, renumbered

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMALLEST_SHARE = 50  # a group of less than one customer in so many is of no use
FEWEST = 10
STEEP, STEEPEST = 60, 0.1  # see Optics.xi


class _Dense:
    """What the three share: labels with -1 for noise become an answer for everybody."""

    labels_: "NDArray[Any]"
    n_clusters_: int
    noise_share_: float  # of the rows learned from
    _answers: Neighbours

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The cluster of the nearest customer who belongs to one."""
        return self._answers.predict(X)

    def _keep(self, points: "NDArray[Any]", learned: "NDArray[Any]", labels: "NDArray[Any]") -> None:
        """Without any group everybody is in one, and all of it is noise."""
        import numpy as np

        member = labels >= 0
        self.noise_share_ = float(1 - member.mean())
        known = member if member.any() else np.ones(len(labels), dtype=bool)
        groups = renumbered(labels[known])
        self._answers = Neighbours(learned[known], groups)
        self.labels_, self.n_clusters_ = self._answers.predict(points), int(groups.max()) + 1


@dataclass
class Hdbscan(_Dense):
    """The groups that last longest while the density asked for rises (Campello, Moulavi & Sander 2013)."""

    min_cluster_size: int | None = None  # None: one customer in fifty, at least ten
    max_samples: int = 20_000
    random_state: int = 0
    labels_: "NDArray[Any]" = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns from at most `max_samples` rows."""
        import numpy as np
        from sklearn.cluster import HDBSCAN
        from threadpoolctl import threadpool_limits

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        size = self.min_cluster_size or _size(learned)
        labels = np.full(len(learned), -1)
        if len(learned) > size:
            with threadpool_limits(1):
                labels = HDBSCAN(min_cluster_size=size, min_samples=_few(learned), copy=True).fit(learned).labels_
        self._keep(points, learned, labels)
        return self


@dataclass
class Dbscan(_Dense):
    """Customers with enough others within `eps`, and who is reached from them (Ester, Kriegel, Sander & Xu 1996).

    Without `eps` it is the knee of the sorted distances to the neighbour that makes enough. Memory grows with the
    number of pairs within `eps`: hence the smaller sample.
    """

    eps: float | None = None
    min_samples: int | None = None  # None: four per feature
    min_cluster_size: int | None = None  # smaller groups are noise; None: one customer in fifty, at least ten
    max_samples: int = 8_000
    random_state: int = 0
    eps_: float = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns from at most `max_samples` rows."""
        import numpy as np
        from sklearn.cluster import DBSCAN
        from threadpoolctl import threadpool_limits

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        enough = self.min_samples or _few(learned)
        self.eps_ = self.eps or knee_distance(learned, enough)
        with threadpool_limits(1):
            labels = DBSCAN(eps=self.eps_, min_samples=enough).fit(learned).labels_
        labels[np.bincount(labels + 1)[labels + 1] < (self.min_cluster_size or _size(learned))] = -1
        self._keep(points, learned, labels)
        return self


@dataclass
class Optics(_Dense):
    """Valleys between steep slopes (`xi`) of the reachability plot (Ankerst, Breunig, Kriegel & Sander 1999)."""

    min_cluster_size: int | None = None  # None: one customer in fifty, at least ten
    xi: float | None = None  # a fall per step of the plot, so the more customers the smaller; None: 60 / customers
    max_samples: int = 6_000
    random_state: int = 0
    labels_: "NDArray[Any]" = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns from at most `max_samples` rows: the plot takes the square of their number."""
        import numpy as np
        from sklearn.cluster import cluster_optics_xi

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        size = self.min_cluster_size or _size(learned)
        labels = np.full(len(learned), -1)
        if len(learned) > size:
            reach, before, order = reachability(learned, size)
            with np.errstate(divide="ignore", invalid="ignore"):  # equal customers: 0 / 0
                labels = cluster_optics_xi(
                    reachability=reach, predecessor=before, ordering=order, min_samples=size, min_cluster_size=size,
                    xi=self.xi or min(STEEP / len(learned), STEEPEST),
                )[0]  # fmt: skip
        self._keep(points, learned, labels)
        return self


def reachability(points: "NDArray[Any]", enough: int) -> tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]:
    """The reachability plot: how far each point is from those before it, from which one, and the order of the points.

    Always next is the point nearest to those already passed, no distance counting less than what holds `enough` points.
    The same as scikit-learn's without a largest distance, in a tenth of the time.
    """
    import numpy as np
    from scipy.spatial import cKDTree

    n = len(points)
    core = cKDTree(points).query(points, enough)[0][:, -1]
    reach, waiting = np.full(n, np.inf), np.full(n, np.inf)  # waiting: the reach of those that are still to come
    before, order, done = np.full(n, -1), np.zeros(n, dtype=int), np.zeros(n, dtype=bool)
    for i in range(n):
        order[i] = at = int(waiting.argmin())
        done[at], waiting[at] = True, np.inf
        distance = np.maximum(np.sqrt(((points - points[at]) ** 2).sum(axis=1)), core[at])
        nearer = (distance < reach) & ~done
        reach[nearer] = waiting[nearer] = distance[nearer]
        before[nearer] = at
    return reach, before, order


def knee_distance(points: "NDArray[Any]", neighbour: int) -> float:
    """Where the sorted distances to the n-th neighbour bend most: farthest below the line from first to last.

    Of points that mostly coincide it is the least distance above zero; of points that all do, 1.
    """
    import numpy as np
    from scipy.spatial import cKDTree

    reach = np.sort(cKDTree(points).query(points, min(neighbour, len(points)))[0].reshape(len(points), -1)[:, -1])
    line = np.linspace(reach[0], reach[-1], len(reach))
    knee = float(reach[int((line - reach).argmax())])
    above = reach[reach > 0]
    return knee or (float(above[0]) if len(above) else 1.0)


def _few(points: "NDArray[Any]") -> int:
    """How many make a place dense: four per feature, at least ten, at most all.

    Sander, Ester, Kriegel & Xu 1998 take two; customers fall together on few values, and that splits them at random.
    """
    return min(max(FEWEST, 4 * int(points.shape[1])), len(points))


def _size(points: "NDArray[Any]") -> int:
    """How many customers a group holds at least."""
    return max(FEWEST, len(points) // SMALLEST_SHARE)
