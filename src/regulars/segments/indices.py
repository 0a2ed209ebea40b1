"""Indices of one clustering by itself: silhouettes, the ratios of Calinski and of Davies, the elbow of inertia.

Labels are 0 to k - 1. Where fewer than two clusters are used, or each point is its own, an index says 0.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def silhouettes(points: "NDArray[Any]", labelings: Sequence["NDArray[Any]"]) -> list[tuple[float, float]]:
    """Mean silhouette (Rousseeuw 1987) of each labeling and its standard error; the distances are computed once."""
    import numpy as np

    found = silhouette_widths(points, labelings)
    return [(float(widths.mean()), float(widths.std() / np.sqrt(len(widths)))) for widths in found]


def silhouette_widths(points: "NDArray[Any]", labelings: Sequence["NDArray[Any]"]) -> list["NDArray[Any]"]:
    """The silhouette of each point in each labeling.

    A point alone in its cluster counts 0, and so does everybody where there is one cluster only.
    """
    import numpy as np
    from scipy.spatial.distance import cdist

    members = [labels[:, None] == np.unique(labels) for labels in labelings]
    onehot = np.hstack(members).astype(float)
    sums = np.vstack([cdist(part, points) @ onehot for part in np.array_split(points, len(points) // 500 + 1)])
    found, start = [], 0
    for member in members:
        found.append(widths_of(sums[:, start : start + member.shape[1]], member))
        start += member.shape[1]
    return found


def widths_of(sums: "NDArray[Any]", member: "NDArray[Any]") -> "NDArray[Any]":
    """(b - a) / max(a, b) per point; a: mean distance to its own cluster's others, b: to the nearest other cluster."""
    import numpy as np

    sizes = member.sum(axis=0)
    if len(sizes) < 2:
        return np.zeros(len(member))
    own = sizes[None, :].repeat(len(member), axis=0)[member]
    inside = sums[member] / np.maximum(own - 1, 1)
    outside = np.where(member, np.inf, sums / sizes).min(axis=1)
    larger = np.maximum(inside, outside)
    return np.where((own > 1) & (larger > 0), (outside - inside) / np.where(larger > 0, larger, 1), 0.0)


def simplified_silhouette(points: "NDArray[Any]", labels: "NDArray[Any]") -> float:
    """The mean silhouette with distances to centroids instead of to all points (Hruschka, Campello & Castro 2006)."""
    import numpy as np
    from scipy.spatial.distance import cdist

    groups, _, centroids = _groups(points, labels)
    if len(centroids) < 2:
        return 0.0
    distances = cdist(points, centroids)
    everybody = np.arange(len(points))
    inside = distances[everybody, groups].copy()
    distances[everybody, groups] = np.inf
    outside = distances.min(axis=1)
    larger = np.maximum(inside, outside)
    return float(np.where(larger > 0, (outside - inside) / np.where(larger > 0, larger, 1), 0.0).mean())


def calinski_harabasz(points: "NDArray[Any]", labels: "NDArray[Any]") -> float | None:
    """Squares between clusters over squares within them, each per degree of freedom (Calinski & Harabasz 1974).

    None where nothing but rounding is left within the clusters: there is no ratio then.
    """
    groups, sizes, centroids = _groups(points, labels)
    n, k = len(points), len(centroids)
    within = float(((points - centroids[groups]) ** 2).sum())
    between = float((sizes[:, None] * (centroids - points.mean(axis=0)) ** 2).sum())
    if between > 0 and within <= 1e-12 * between:
        return None
    return between * (n - k) / (within * (k - 1)) if k > 1 and within > 0 else 0.0


def davies_bouldin(points: "NDArray[Any]", labels: "NDArray[Any]") -> float:
    """Per cluster the worst (spread + spread of another) / distance of their centroids, averaged (Davies & Bouldin
    1979).
    """
    import numpy as np
    from scipy.spatial.distance import cdist

    groups, sizes, centroids = _groups(points, labels)
    if len(centroids) < 2:
        return 0.0
    spread = np.bincount(groups, weights=np.sqrt(((points - centroids[groups]) ** 2).sum(axis=1))) / sizes
    apart = cdist(centroids, centroids)
    both = spread[:, None] + spread
    return float(np.where(apart > 0, both / np.where(apart > 0, apart, 1), 0.0).max(axis=1).mean())


def _groups(points: "NDArray[Any]", labels: "NDArray[Any]") -> tuple["NDArray[Any]", "NDArray[Any]", "NDArray[Any]"]:
    """The group of each point, counted from 0 without gaps, and the groups' sizes and centroids."""
    import numpy as np

    _, groups, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.column_stack([np.bincount(groups, weights=column) for column in points.T])
    return groups, sizes, sums / sizes[:, None]


def elbow(ks: Sequence[int], inertias: Sequence[float], sensitivity: float = 1.0) -> int | None:
    """The knee of a falling convex curve by kneedle (Satopaa, Albrecht, Irwin & Raghavan 2011); None without one."""
    if len(ks) < 3 or inertias[0] <= inertias[-1]:
        return None
    x = [(k - ks[0]) / (ks[-1] - ks[0]) for k in ks]
    y = [(inertias[0] - inertia) / (inertias[0] - inertias[-1]) for inertia in inertias]  # falling convex -> rising
    difference = [b - a for a, b in zip(x, y, strict=True)]
    fall = sensitivity / (len(ks) - 1)  # how far the curve must fall back before a peak counts as the knee
    peak = 0
    for i in range(1, len(ks)):
        if difference[i] > difference[peak]:
            peak = i
        elif peak and difference[i] < difference[peak] - fall:
            return ks[peak]
    return None
