"""What speaks for a number of clusters: inertia and its elbow, silhouettes, and the same on data without clusters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.segments.kmeans import Fit, kmeans
from regulars.segments.models import Evidence
from regulars.segments.null import null_draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

SILHOUETTE_SAMPLE = 5_000
NULL_SAMPLE = 2_000
NULL_DRAWS = 10


def gather(points: "NDArray[Any]", fits: Sequence[Fit], seed: int) -> tuple[Evidence, ...]:
    """One row per fit. `points` are in random order: their first part is a sample of them."""
    import numpy as np

    real = silhouettes(points[:SILHOUETTE_SAMPLE], [fit.labels[:SILHOUETTE_SAMPLE] for fit in fits])
    ks = [len(fit.centroids) for fit in fits]
    drawn = []
    for sample in null_draws(points, min(len(points), NULL_SAMPLE), NULL_DRAWS, seed):
        labels = [kmeans(sample, k, seed, starts=2).labels for k in ks]
        drawn.append([mean for mean, _ in silhouettes(sample, labels)])
    null = np.array(drawn)
    return tuple(
        Evidence(
            k=ks[i],
            inertia=fit.inertia,
            silhouette=real[i][0],
            silhouette_spread=real[i][1],
            smallest_share=float(np.bincount(fit.labels, minlength=ks[i]).min() / len(points)),
            null_silhouette=float(null[:, i].mean()),
            null_spread=float(null[:, i].std(ddof=1)),
        )
        for i, fit in enumerate(fits)
    )


def silhouettes(points: "NDArray[Any]", labelings: Sequence["NDArray[Any]"]) -> list[tuple[float, float]]:
    """Mean silhouette (Rousseeuw 1987) of each labeling and its standard error; the distances are computed once.

    A point alone in its cluster counts 0, and so does everybody where there is one cluster only.
    """
    import numpy as np
    from scipy.spatial.distance import cdist

    members = [labels[:, None] == np.unique(labels) for labels in labelings]
    onehot = np.hstack(members).astype(float)
    sums = np.vstack([cdist(part, points) @ onehot for part in np.array_split(points, len(points) // 500 + 1)])
    found, start = [], 0
    for member in members:
        widths = _silhouette_widths(sums[:, start : start + member.shape[1]], member)
        found.append((float(widths.mean()), float(widths.std() / np.sqrt(len(widths)))))
        start += member.shape[1]
    return found


def _silhouette_widths(sums: "NDArray[Any]", member: "NDArray[Any]") -> "NDArray[Any]":
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
