"""Hierarchies: from single customers upwards (Ward, with its tree), and from all customers downwards (bisecting)."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import Neighbours, checked, drawn, nearest, renumbered
from regulars.segments.algorithms.models import Link, Tree

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class Agglomerative:
    """Joins the two groups whose union costs least, again and again (Ward 1963); cut where n_clusters are left.

    `linkage_` is the whole tree, one row per union: the two that are joined, the height, and how many customers they
    hold (scipy's linkage matrix). All distances are in memory: half a gigabyte for 8,000 customers.
    """

    n_clusters: int = 4
    max_samples: int = 5_000
    random_state: int = 0
    linkage_: "NDArray[Any]" = field(init=False, repr=False)  # empty for a single customer
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)
    _answers: Neighbours = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Builds the tree of at most `max_samples` rows; the others join the most similar of those."""
        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        self.linkage_, cut = ward(learned, self.n_clusters)
        self._answers = Neighbours(learned, cut)
        self.labels_, self.n_clusters_ = self._answers.predict(points), int(cut.max()) + 1
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The cluster of the most similar customer of the tree."""
        return self._answers.predict(X)

    def top(self, leaves: int = 30) -> Tree | None:
        """The last unions of the tree, for a dendrogram; None for a single customer."""
        import numpy as np
        from scipy.cluster.hierarchy import dendrogram

        tree, customers = self.linkage_, len(self.linkage_) + 1
        if customers == 1:
            return None

        def cluster(node: int) -> str:
            """The cluster of a union of customers; none where it lies above the cut."""
            if node - customers >= customers - self.n_clusters_:
                return ""
            while node >= customers:
                node = int(tree[node - customers, 0])
            return str(self._answers.labels[node])

        drawn = dendrogram(tree, p=leaves, truncate_mode="lastp", no_plot=True, link_color_func=cluster)
        sizes = np.concatenate([np.ones(customers), tree[:, 3]])
        return Tree(
            leaves=tuple(int(sizes[node]) for node in drawn["leaves"]),
            links=tuple(
                # scipy's own units: leaf i stands at 10 i + 5
                Link(((x[0] - 5) / 10, (x[3] - 5) / 10), (y[0], y[3]), y[1], int(name) if name else None)
                for x, y, name in zip(drawn["icoord"], drawn["dcoord"], drawn["color_list"], strict=True)
            ),
            customers=customers,
        )


def ward(points: "NDArray[Any]", k: int) -> tuple["NDArray[Any]", "NDArray[Any]"]:
    """Ward's tree as a linkage matrix (no rows for a single point), and the at most k groups where it is cut."""
    import numpy as np
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import pdist

    if len(points) == 1:
        return np.empty((0, 4)), np.zeros(1, dtype=int)
    tree = linkage(pdist(points), "ward")
    return tree, renumbered(fcluster(tree, k, "maxclust"))


@dataclass
class Bisecting:
    """Splits the group with the largest spread in two by k-means, again and again (Steinbach, Karypis & Kumar 2000)."""

    n_clusters: int = 4
    n_init: int = 5
    max_samples: int = 50_000
    random_state: int = 0
    cluster_centers_: "NDArray[Any]" = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns the splits of at most `max_samples` rows; everybody joins the nearest of the final centres."""
        import numpy as np
        from sklearn.cluster import BisectingKMeans
        from threadpoolctl import threadpool_limits

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        k = min(self.n_clusters, len(np.unique(learned, axis=0)))
        with threadpool_limits(1):
            model = BisectingKMeans(k, n_init=self.n_init, random_state=self.random_state).fit(learned)
            self.cluster_centers_ = np.unique(model.cluster_centers_, axis=0)
            self.labels_ = nearest(points, self.cluster_centers_)
        self.n_clusters_ = len(self.cluster_centers_)
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The nearest centre of each row."""
        return nearest(X, self.cluster_centers_)
