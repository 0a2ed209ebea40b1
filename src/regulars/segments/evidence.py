"""What speaks for a number of clusters: internal indices, stability, and the same on data without clusters."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.segments.indices import calinski_harabasz, davies_bouldin, silhouette_widths, simplified_silhouette
from regulars.segments.kmeans import ROUGH, Fit, kmeans
from regulars.segments.later import Later
from regulars.segments.models import Basis, Evidence, Widths
from regulars.segments.null import null_draws
from regulars.segments.stability import agreement, bootstrap_jaccard, prediction_strength

if TYPE_CHECKING:
    from numpy.typing import NDArray

SILHOUETTE_SAMPLE = 5_000
NULL_SAMPLE = 2_000
NULL_DRAWS = 10
STABILITY_SAMPLE = 2_500
BOOTSTRAP_DRAWS = 20
SPLITS = 8
PER_CLUSTER = 10  # customers; with fewer, half of them are too few to have k clusters
SHOWN = 400  # customers in the silhouette plot


def tested(points: "NDArray[Any]", later: Later | None) -> Basis:
    """On how many of the points the evidence rests."""
    n = len(points)
    followed = (later.days, len(later.spent)) if later else (None, None)
    return Basis(min(n, SILHOUETTE_SAMPLE), min(n, STABILITY_SAMPLE), BOOTSTRAP_DRAWS, SPLITS, *followed)


def gather(points: "NDArray[Any]", fits: Sequence[Fit], seed: int) -> tuple[tuple[Evidence, ...], list["NDArray[Any]"]]:
    """One row per fit, and the silhouette widths behind it. `points` are in random order: their first part is a
    sample of them.
    """
    import numpy as np

    widths = silhouette_widths(points[:SILHOUETTE_SAMPLE], [fit.labels[:SILHOUETTE_SAMPLE] for fit in fits])
    null = _null_silhouettes(points, [len(fit.centroids) for fit in fits], seed)
    rows = []
    for fit, width, like in zip(fits, widths, null.T, strict=True):
        k = len(fit.centroids)
        jaccard, strength, spread = _stability(points[:STABILITY_SAMPLE], fit, seed)
        rows.append(
            Evidence(
                k=k,
                inertia=fit.inertia,
                silhouette=float(width.mean()),
                silhouette_spread=float(width.std() / np.sqrt(len(width))),
                smallest_share=float(np.bincount(fit.labels, minlength=k).min() / len(points)),
                null_silhouette=float(like.mean()),
                null_spread=float(like.std(ddof=1)),
                simplified_silhouette=simplified_silhouette(points, fit.labels),
                calinski_harabasz=calinski_harabasz(points, fit.labels),
                davies_bouldin=davies_bouldin(points, fit.labels),
                jaccard=jaccard,
                prediction_strength=strength,
                prediction_spread=spread,
                seed_ari=agreement(fit.starts),
            )
        )
    return tuple(rows), widths


def _null_silhouettes(points: "NDArray[Any]", ks: Sequence[int], seed: int) -> "NDArray[Any]":
    """Mean silhouettes of draws without clusters: shape (draws, ks)."""
    import numpy as np

    drawn = []
    for sample in null_draws(points, min(len(points), NULL_SAMPLE), NULL_DRAWS, seed):
        labels = [kmeans(sample, k, seed, starts=2, tolerances=ROUGH).labels for k in ks]
        drawn.append([float(width.mean()) for width in silhouette_widths(sample, labels)])
    return np.array(drawn)


def _stability(points: "NDArray[Any]", fit: Fit, seed: int) -> tuple[tuple[float, ...], float | None, float | None]:
    k = len(fit.centroids)
    if len(points) < PER_CLUSTER * k:
        return (), None, None

    def cluster(some: "NDArray[Any]", each: Sequence[int]) -> "NDArray[Any]":
        return kmeans(some, k, each, starts=3, tolerances=ROUGH).labels

    labels = fit.labels[: len(points)]
    return bootstrap_jaccard(points, labels, cluster, BOOTSTRAP_DRAWS, seed), *prediction_strength(
        points, cluster, SPLITS, seed
    )


def plot_of(widths: "NDArray[Any]", labels: "NDArray[Any]", k: int) -> Widths:
    """The silhouette plot of measured customers, whose first part is drawn."""
    import numpy as np

    drawn = labels[: len(widths)]
    parts = [widths[drawn == cluster] for cluster in range(k)]
    shown = [widths[:SHOWN][drawn[:SHOWN] == cluster] for cluster in range(k)]
    return Widths(
        widths=tuple(tuple(np.sort(part)[::-1].round(3).tolist()) for part in shown),
        means=tuple(float(part.mean()) if len(part) else 0.0 for part in parts),
        astray=tuple(float((part < 0).mean()) if len(part) else 0.0 for part in parts),
        sizes=tuple(len(part) for part in parts),
        customers=len(widths),
    )
