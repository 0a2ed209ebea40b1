"""What the same customers would look like without clusters: a Gaussian copula.

A draw has the marginals of the data (ties and steps included, since it reuses their values) and their rank
correlations, but one bell-shaped cloud of dependence. k-means cuts such a cloud into parts as well, and correlated or
skewed features give it a handsome silhouette; only what the data have beyond it is structure.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray


def null_draws(points: "NDArray[Any]", size: int, draws: int, seed: int) -> Iterator["NDArray[Any]"]:
    """Samples of `size` points with the marginals and rank correlations of `points`."""
    import numpy as np
    from scipy.stats import norm

    rng = np.random.default_rng(seed)
    marginals = np.sort(points, axis=0)
    root = _root(latent_correlations(points))
    for _ in range(draws):
        normal = rng.standard_normal((size, points.shape[1])) @ root.T
        ranks = np.minimum((norm.cdf(normal) * len(points)).astype(int), len(points) - 1)
        yield np.take_along_axis(marginals, ranks, axis=0)


def latent_correlations(points: "NDArray[Any]") -> "NDArray[Any]":
    """Correlations of the normals behind the copula, from Spearman's: 2 sin(pi rho / 6) (Pearson 1907)."""
    import numpy as np
    from scipy.stats import rankdata

    ranks = rankdata(points, axis=0)
    ranks -= ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    ranks /= np.where(length > 0, length, 1)
    correlations = 2 * np.sin(np.pi / 6 * (ranks.T @ ranks))
    np.fill_diagonal(correlations, 1)
    return correlations


def _root(correlations: "NDArray[Any]") -> "NDArray[Any]":
    """A matrix whose product with its transpose is the correlations, made positive where rounding left them not so."""
    import numpy as np

    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 0))
    return root / np.sqrt((root**2).sum(axis=1, keepdims=True))
