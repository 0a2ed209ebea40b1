"""What the same customers would look like without clusters: a Gaussian copula.

A draw has the marginals of the data (ties and steps included, since it reuses their values) and their rank
correlations, but one bell-shaped cloud of dependence. k-means cuts such a cloud into parts as well, and correlated or
skewed features give it a handsome silhouette; only what the data have beyond it is structure. What shows in one
feature alone (two humps of its histogram) is part of the marginals and so no evidence here.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

CALIBRATION = 10_000  # draws that the correlations are set on
STEPS = 8


def null_draws(points: "NDArray[Any]", size: int, draws: int, seed: int) -> Iterator["NDArray[Any]"]:
    """Samples of `size` points with the marginals and rank correlations of `points`."""
    import numpy as np

    rng = np.random.default_rng(seed)
    marginals = np.sort(points, axis=0)
    root = _root(latent_correlations(points, rng.standard_normal((CALIBRATION, points.shape[1]))))
    for _ in range(draws):
        yield _shaped(rng.standard_normal((size, points.shape[1])) @ root.T, marginals)


def latent_correlations(points: "NDArray[Any]", normal: "NDArray[Any]") -> "NDArray[Any]":
    """Correlations of the normals behind the copula, such that its draws have the rank correlations of `points`.

    They start from Spearman's as 2 sin(pi rho / 6) (Pearson 1907), which holds without ties. Ties weaken the rank
    correlation of the draws (where three in four customers ordered once, from .6 to .5), so it is measured on the
    draws made from `normal` and made good.
    """
    import numpy as np

    marginals, wanted = np.sort(points, axis=0), rank_correlations(points)
    latent = 2 * np.sin(np.pi / 6 * wanted)
    for _ in range(STEPS):
        reached = rank_correlations(_shaped(normal @ _root(latent).T, marginals))
        latent = np.clip(latent + wanted - reached, -0.999, 0.999)
        np.fill_diagonal(latent, 1)
    return latent


def rank_correlations(points: "NDArray[Any]") -> "NDArray[Any]":
    """Spearman's correlations, ties at their mean rank; 0 with a constant feature."""
    import numpy as np

    ranks = np.column_stack([mean_ranks(column) for column in points.T])
    ranks -= ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    ranks /= np.where(length > 0, length, 1)
    return np.asarray(ranks.T @ ranks)


def mean_ranks(column: "NDArray[Any]") -> "NDArray[Any]":
    """Ranks from 1; ties share the mean of theirs."""
    import numpy as np

    _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[places])


def _shaped(normal: "NDArray[Any]", marginals: "NDArray[Any]") -> "NDArray[Any]":
    """Normals as values of the data: each becomes the quantile that it is among normals."""
    import numpy as np
    from scipy.special import ndtr

    ranks = np.minimum((ndtr(normal) * len(marginals)).astype(int), len(marginals) - 1)
    return np.take_along_axis(marginals, ranks, axis=0)


def _root(correlations: "NDArray[Any]") -> "NDArray[Any]":
    """A matrix whose product with its transpose is the correlations, or the nearest that is possible at all."""
    import numpy as np

    np.fill_diagonal(correlations, 1)
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return np.asarray(root / np.sqrt((root**2).sum(axis=1, keepdims=True)))
