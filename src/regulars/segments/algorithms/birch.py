"""BIRCH: one pass packs the customers into small balls, then the balls are grouped."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from regulars.segments.algorithms.contract import checked, drawn, nearest
from regulars.segments.algorithms.hierarchy import ward

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BALLS = 1_000  # that the second phase groups
FINEST = 0.05  # the first radius tried, in standard deviations


@dataclass
class Birch:
    """A tree of balls (Zhang, Ramakrishnan & Livny 1996), their centres grouped by Ward's method.

    Without `threshold` the radius grows from a fine one until there are at most 1,000 balls, as the paper rebuilds its
    tree when memory is full.
    """

    n_clusters: int = 4
    threshold: float | None = None
    max_samples: int = 20_000
    random_state: int = 0
    threshold_: float = field(init=False, repr=False)
    subcluster_centers_: "NDArray[Any]" = field(init=False, repr=False)
    labels_: "NDArray[Any]" = field(init=False, repr=False)
    n_clusters_: int = field(init=False, repr=False)
    _groups: "NDArray[Any]" = field(init=False, repr=False)

    def fit(self, X: "NDArray[Any]") -> Self:
        """Packs at most `max_samples` rows; everybody joins the group of the nearest ball."""
        import numpy as np

        points = checked(X)
        balls = self._packed(points[drawn(len(points), self.max_samples, self.random_state)])
        self.subcluster_centers_ = np.unique(balls, axis=0)
        self._groups = ward(self.subcluster_centers_, self.n_clusters)[1]
        self.labels_ = self.predict(points)
        self.n_clusters_ = int(self._groups.max()) + 1
        return self

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The group of the nearest ball of each row."""
        import numpy as np

        return np.asarray(self._groups[nearest(X, self.subcluster_centers_)])

    def _packed(self, learned: "NDArray[Any]") -> "NDArray[Any]":
        import numpy as np
        from sklearn.cluster import Birch as Tree

        balls, self.threshold_ = learned, self.threshold or FINEST
        while True:
            # balls that were too many are packed again, into larger ones
            balls = Tree(threshold=self.threshold_, n_clusters=None).fit(balls).subcluster_centers_
            if self.threshold or len(balls) <= MOST_BALLS:
                return np.asarray(balls)
            self.threshold_ *= 1.5
