"""The peer: the evidence for each number of clusters as a plain scikit-learn script, in a process of its own.

    python -m bench.peer_sklearn points.npz peer.json

The same sizes and repetitions as ours, each figure by scikit-learn's own function where it has one.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.stats import norm, rankdata
from sklearn.cluster import KMeans
from sklearn.metrics import (
    adjusted_rand_score,
    calinski_harabasz_score,
    davies_bouldin_score,
    pairwise_distances,
    silhouette_score,
)
from sklearn.metrics.cluster import contingency_matrix

KS = range(2, 11)
SILHOUETTES, STABILITY, NULL, NULL_DRAWS, DRAWS, SPLITS, SEEDS = 5_000, 2_500, 2_000, 10, 20, 8, 5


def fit(points: np.ndarray, k: int, starts: int, seed: int) -> KMeans:
    return KMeans(k, n_init=starts, random_state=seed).fit(points)


def null_draws(points: np.ndarray) -> list[np.ndarray]:
    """A Gaussian copula with the data's marginals and rank correlations."""
    rng = np.random.default_rng(0)
    ranks = np.column_stack([rankdata(column) for column in points.T])
    latent = 2 * np.sin(np.pi / 6 * np.corrcoef(ranks, rowvar=False))
    marginals = np.sort(points, axis=0)
    drawn = []
    for _ in range(NULL_DRAWS):
        normal = rng.multivariate_normal(np.zeros(points.shape[1]), latent, NULL)
        places = np.minimum((norm.cdf(normal) * len(points)).astype(int), len(points) - 1)
        drawn.append(np.take_along_axis(marginals, places, axis=0))
    return drawn


def jaccard(points: np.ndarray, labels: np.ndarray, k: int) -> list[float]:
    rng = np.random.default_rng(0)
    found = np.zeros(k)
    for draw in range(DRAWS):
        drawn = np.unique(rng.integers(len(points), size=len(points)))
        table = np.zeros((k, k))
        shared = contingency_matrix(labels[drawn], fit(points[drawn], k, 3, draw).labels_)
        table[: shared.shape[0], : shared.shape[1]] = shared
        found += (table / (table.sum(axis=1)[:, None] + table.sum(axis=0) - table)).max(axis=1)
    return [float(mean) for mean in found / DRAWS]


def strength(points: np.ndarray, k: int) -> float:
    rng = np.random.default_rng(0)
    found = []
    for split in range(SPLITS):
        halves = np.array_split(points[rng.permutation(len(points))], 2)
        models = [fit(half, k, 3, split) for half in halves]
        for i in (0, 1):
            shared = contingency_matrix(models[i].labels_, models[1 - i].predict(halves[i])).astype(float)
            sizes = shared.sum(axis=1)
            found.append(((shared * (shared - 1)).sum(axis=1) / (sizes * (sizes - 1))).min())
    return float(np.mean(found))


def simplified(model: KMeans, points: np.ndarray) -> float:
    distances = pairwise_distances(points, model.cluster_centers_)
    nearest = np.sort(distances, axis=1)[:, :2]
    return float((1 - nearest[:, 0] / nearest[:, 1]).mean())


def separation(points: np.ndarray, spent: np.ndarray, returned: np.ndarray, k: int) -> tuple[float, float]:
    """Eta squared of the ranks of later spending, and the largest less the smallest share of those who come back."""
    labels = fit(points, k, 3, 0).labels_
    sizes = np.bincount(labels)
    ranks = rankdata(spent)
    between = (sizes * (np.bincount(labels, ranks) / sizes - ranks.mean()) ** 2).sum()
    rates = np.bincount(labels, returned) / sizes
    return float(between / ((ranks - ranks.mean()) ** 2).sum()), float(np.ptp(rates))


def evidence(given: dict[str, np.ndarray], null: list[np.ndarray], k: int) -> dict[str, object]:
    """One row of the table."""
    points = given["points"]
    sales, repeat = separation(points, given["spent"], given["returned"], k)
    starts = min(max(60_000 // len(points), 5), 40)
    model = fit(points, k, starts, 0)
    labels = model.labels_
    single = [fit(points, k, 1, seed).labels_ for seed in range(SEEDS)]
    pairs = [(a, b) for i, a in enumerate(single) for b in single[:i]]
    return {
        "k": k,
        "inertia": float(model.inertia_),
        "silhouette": float(silhouette_score(points[:SILHOUETTES], labels[:SILHOUETTES])),
        "simplified_silhouette": simplified(model, points),
        "calinski_harabasz": float(calinski_harabasz_score(points, labels)),
        "davies_bouldin": float(davies_bouldin_score(points, labels)),
        "smallest_share": float(np.bincount(labels).min() / len(points)),
        "jaccard": jaccard(points[:STABILITY], labels[:STABILITY], k),
        "prediction_strength": strength(points[:STABILITY], k),
        "seed_ari": float(np.mean([adjusted_rand_score(a, b) for a, b in pairs])),
        "sales_separation": sales,
        "repeat_separation": repeat,
        "null_silhouette": float(np.mean([silhouette_score(draw, fit(draw, k, 2, 0).labels_) for draw in null])),
    }


if __name__ == "__main__":
    table = dict(np.load(sys.argv[1]))
    draws = null_draws(table["points"])
    Path(sys.argv[2]).write_text(json.dumps([evidence(table, draws, k) for k in KS]), encoding="utf-8")
