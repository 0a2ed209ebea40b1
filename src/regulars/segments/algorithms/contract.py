"""What every algorithm keeps to: any number of customers, everybody answered for, the same answer each time.

`fit(X)` takes an array of shape (customers, features), already on one scale. It learns from at most `max_samples` rows
(drawn with `random_state`) and answers for all: `labels_` holds one cluster per row, 0 to n_clusters_ - 1. Where there
are fewer distinct rows than clusters asked for, there are fewer clusters. What an algorithm calls noise is counted in
`noise_share_` and joins the nearest cluster.
"""

from typing import TYPE_CHECKING, Any, Protocol, Self

from regulars.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Algorithm(Protocol):
    """A clustering algorithm, before and after `fit`."""

    random_state: int
    labels_: "NDArray[Any]"
    n_clusters_: int

    def fit(self, X: "NDArray[Any]") -> Self:
        """Learns clusters of the rows of `X`; raises InputError for values that are not finite, or no rows."""

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The cluster of each row; equal rows get equal clusters."""


def checked(X: "NDArray[Any]") -> "NDArray[Any]":
    """`X` as an array of numbers. Raises InputError where it has no rows or columns, or a value that is not finite."""
    import numpy as np

    points = np.ascontiguousarray(X, dtype=float)
    if points.ndim != 2 or not points.size:
        raise InputError("algorithm_empty", shape=" x ".join(map(str, points.shape)))
    bad = int((~np.isfinite(points)).any(axis=1).sum())
    if bad:
        raise InputError("algorithm_not_finite", bad=bad, rows=len(points))
    return points


def drawn(rows: int, limit: int, random_state: int) -> "NDArray[Any]":
    """Which rows to learn from, ascending: all, or `limit` of them."""
    import numpy as np

    if rows <= limit:
        return np.arange(rows)
    return np.sort(np.random.default_rng(random_state).choice(rows, limit, replace=False))


def nearest(X: "NDArray[Any]", centers: "NDArray[Any]") -> "NDArray[Any]":
    """The index of the nearest centre of each row; of two that are equally near the first."""
    import numpy as np
    from scipy.cluster.vq import vq

    return np.asarray(vq(checked(X), centers, check_finite=False)[0], dtype=int)


def means(points: "NDArray[Any]", labels: "NDArray[Any]") -> "NDArray[Any]":
    """The mean of each cluster; every cluster has members."""
    import numpy as np

    sums = [np.bincount(labels, weights=column) for column in points.T]
    return np.column_stack(sums) / np.bincount(labels)[:, None]


class Neighbours:
    """Answers for everybody by the most similar customer among those whose cluster is known."""

    def __init__(self, points: "NDArray[Any]", labels: "NDArray[Any]") -> None:
        from scipy.spatial import cKDTree

        self.labels = labels
        self._tree = cKDTree(points)

    def predict(self, X: "NDArray[Any]") -> "NDArray[Any]":
        """The cluster of the nearest known customer of each row."""
        import numpy as np

        return np.asarray(self.labels[self._tree.query(checked(X))[1]])


def renumbered(labels: "NDArray[Any]") -> "NDArray[Any]":
    """Labels without gaps, from 0, in the order of the labels given."""
    import numpy as np

    return np.asarray(np.unique(labels, return_inverse=True)[1])
