"""Would other customers, or another start, give the same clusters? Bootstrap, split halves, seeds.

Each function takes the algorithm as `cluster(points, seed) -> labels` (0 to k - 1), so that all algorithms are held to
the same. A label that the algorithm leaves unused counts for nothing.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cluster = Callable[["NDArray[Any]", Sequence[int]], "NDArray[Any]"]


def bootstrap_jaccard(
    points: "NDArray[Any]", labels: "NDArray[Any]", cluster: Cluster, draws: int, seed: int
) -> tuple[float, ...]:
    """How much of each cluster comes back when the customers are drawn anew: 1 all of it (Hennig 2007, section 3).

    Per cluster the mean over bootstrap draws of its largest Jaccard index (shared / either) with a cluster of the draw,
    among the customers drawn. A customer drawn twice counts once, or it would be a small cluster of its own.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    k = int(labels.max()) + 1
    found = np.zeros(k)
    for draw in range(draws):
        drawn = np.flatnonzero(np.bincount(rng.integers(len(points), size=len(points))))
        again = cluster(points[drawn], (seed, draw))
        shared = contingency(labels[drawn], again, max(k, int(again.max()) + 1))[:k]
        either = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0) - shared
        found += (shared / np.maximum(either, 1)).max(axis=1)
    return tuple(float(mean) for mean in found / draws)


def prediction_strength(points: "NDArray[Any]", cluster: Cluster, splits: int, seed: int) -> tuple[float, float]:
    """How well one half of the customers foretells the clusters of the other (Tibshirani & Walther 2005), and its
    standard error over random splits.

    Of the pairs that share a cluster in one half, the share that the nearest centroids of the other half keep together,
    in the worst cluster; each half takes both parts. A cluster of one customer has no pairs and says nothing.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    found = []
    for split in range(splits):
        order = rng.permutation(len(points))
        halves = [points[part] for part in np.array_split(order, 2)]
        labels = [cluster(half, (seed, split, side)) for side, half in enumerate(halves)]
        found.append(np.mean([_kept_together(halves[i], labels[i], halves[1 - i], labels[1 - i]) for i in (0, 1)]))
    return float(np.mean(found)), float(np.std(found, ddof=1) / np.sqrt(splits))


def _kept_together(
    test: "NDArray[Any]", labels: "NDArray[Any]", training: "NDArray[Any]", learned: "NDArray[Any]"
) -> float:
    import numpy as np
    from scipy.cluster.vq import vq

    used = np.unique(learned)
    centroids = np.array([training[learned == label].mean(axis=0) for label in used])
    foretold, _ = vq(test, centroids, check_finite=False)
    shared = contingency(labels, foretold, max(int(labels.max()) + 1, len(used))).astype(float)
    sizes = shared.sum(axis=1)
    pairs = sizes * (sizes - 1)
    together = (shared * (shared - 1)).sum(axis=1)
    return float((together[pairs > 0] / pairs[pairs > 0]).min(initial=1.0))


def agreement(labelings: Sequence["NDArray[Any]"]) -> float:
    """The mean adjusted Rand index over all pairs of labelings of the same points; 1 for fewer than two."""
    pairs = [(a, b) for i, a in enumerate(labelings) for b in labelings[:i]]
    return sum(adjusted_rand(a, b) for a, b in pairs) / len(pairs) if pairs else 1.0


def adjusted_rand(one: "NDArray[Any]", other: "NDArray[Any]") -> float:
    """The adjusted Rand index (Hubert & Arabie 1985): 1 the same clusters, 0 as much agreement as by chance."""
    shared = contingency(one, other, int(max(one.max(), other.max())) + 1).astype(float)

    def pairs(counts: "NDArray[Any]") -> float:
        return float((counts * (counts - 1)).sum() / 2)

    both, rows, columns = pairs(shared), pairs(shared.sum(axis=1)), pairs(shared.sum(axis=0))
    expected = rows * columns / max(len(one) * (len(one) - 1) / 2, 1)
    most = (rows + columns) / 2
    return (both - expected) / (most - expected) if most > expected else 1.0


def contingency(one: "NDArray[Any]", other: "NDArray[Any]", k: int) -> "NDArray[Any]":
    """How many points have each pair of labels: shape (k, k)."""
    import numpy as np

    return np.bincount(one * k + other, minlength=k * k).reshape(k, k)
