"""k-means, as the study runs it, in the words of the others."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import checked, drawn, means, nearest, renumbered
from regulars.segments.kmeans import kmeans

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class KMeans:
    """Groups around means, with the least sum of squared distances (Lloyd 1982; k-means++)."""

    n_clusters: int = 4
    n_init: int = 5
    max_samples: int = 50_000
    random_state: int = 0
    cluster_centers_: "NDArray[Any]" = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns the means of at most `max_samples` rows."""
        import scipy.cluster.vq  # noqa: F401 - first: the limit below holds for libraries that are loaded already
        from threadpoolctl import threadpool_limits

        points = checked(X)
        learned = points[drawn(len(points), self.max_samples, self.random_state)]
        with threadpool_limits(1):
            found = kmeans(learned, min(self.n_clusters, len(learned)), self.random_state, self.n_init)
            self.cluster_centers_ = means(learned, renumbered(found.labels))
            self.labels_ = nearest(points, self.cluster_centers_)
        self.n_clusters_ = len(self.cluster_centers_)
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The nearest mean of each row."""
        return nearest(X, self.cluster_centers_)
