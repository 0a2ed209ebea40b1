"""k-medoids: FasterPAM against every choice there is, and against the swaps of the paper written out."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from regulars.segments.algorithms.kmedoids import KMedoids, best_medoids, faster_pam

Array = np.ndarray


def loss(distances: Array, medoids: list[int]) -> float:
    return float(distances[list(medoids)].min(axis=0).sum())


def naive_pam(distances: Array, medoids: list[int]) -> list[int]:
    """Kaufman & Rousseeuw 1987: the best of all swaps, again and again, each loss computed anew."""
    while True:
        swaps = [
            [*medoids[:i], candidate, *medoids[i + 1 :]]
            for i in range(len(medoids))
            for candidate in range(len(distances))
        ]
        best = min(swaps, key=lambda each: loss(distances, each))
        if loss(distances, best) >= loss(distances, medoids) - 1e-9:
            return medoids
        medoids = best


def eager_pam(distances: Array, medoids: list[int]) -> list[int]:
    """FasterPAM without its savings: customers in turn, each into the best place, at once where that helps."""
    n, tried, at = len(distances), 0, 0
    while tried < n:
        swaps = [[*medoids[:i], at, *medoids[i + 1 :]] for i in range(len(medoids))]
        best = min(swaps, key=lambda each: loss(distances, each))
        if loss(distances, best) < loss(distances, medoids) - 1e-9:
            medoids, tried = best, 0
        else:
            tried += 1
        at = (at + 1) % n
    return medoids


def far_and_wide(seed: int, n: int) -> Array:
    points = np.random.default_rng(seed).normal(size=(n, 2))
    return cdist(points, points)


def test_five_customers_on_a_line_by_hand() -> None:
    """0, 1, 2 | 10, 12: the middle of the three, and either of the two; 1 + 1 + 2."""
    model = KMedoids(2).fit(np.array([[0.0], [1.0], [2.0], [10.0], [12.0]]))
    assert model.inertia_ == 4
    assert 1 in model.medoid_indices_
    assert model.cluster_centers_.tolist() == [[float([0, 1, 2, 10, 12][i])] for i in model.medoid_indices_]
    assert model.labels_[0] == model.labels_[1] == model.labels_[2] != model.labels_[3] == model.labels_[4]
    assert model.predict(np.array([[-5.0], [7.0]])).tolist() == [model.labels_[0], model.labels_[4]]


@pytest.mark.parametrize("k", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_few_customers_get_the_best_medoids_there_are(seed: int, k: int) -> None:
    distances = far_and_wide(seed, 14)
    best = min(loss(distances, list(chosen)) for chosen in combinations(range(14), k))
    found = best_medoids(lambda at: distances[at], 14, k, random_state=seed)
    assert found.loss == pytest.approx(best)
    assert loss(distances, found.indices.tolist()) == pytest.approx(found.loss)


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("seed", range(4))
def test_blocks_make_the_very_swaps_of_the_paper(seed: int, k: int) -> None:
    distances = far_and_wide(seed, 150)  # more than two blocks
    start = list(range(k))
    assert faster_pam(lambda at: distances[at], 150, np.array(start)).indices.tolist() == eager_pam(distances, start)


@given(st.integers(0, 10_000), st.integers(8, 40), st.integers(2, 4))
@settings(max_examples=25, deadline=None)
def test_no_single_swap_is_left_that_helps(seed: int, n: int, k: int) -> None:
    distances = far_and_wide(seed, n)
    found = best_medoids(lambda at: distances[at], n, k, random_state=seed)
    assert naive_pam(distances, found.indices.tolist()) == found.indices.tolist()


def test_plain_pam_from_one_start_is_no_better_on_the_whole() -> None:
    """A single shop may be lucky with another start; thirty are not."""
    ours, plain = 0.0, 0.0
    for seed in range(30):
        distances = far_and_wide(seed, 27)
        ours += best_medoids(lambda at: distances[at], 27, 4, random_state=seed).loss  # noqa: B023 - called at once
        plain += loss(distances, naive_pam(distances, list(range(4))))
    assert ours <= plain


def test_of_equal_customers_there_are_fewer_medoids_than_asked() -> None:
    model = KMedoids(5).fit(np.repeat([[1.0, 2.0], [3.0, 4.0]], 10, axis=0))
    assert (model.n_clusters_, model.inertia_) == (2, 0)


def test_one_enormous_customer_moves_no_medoid() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(-5, 1, (100, 2)), rng.normal(5, 1, (100, 2))])
    plain = KMedoids(2).fit(points).cluster_centers_
    spoilt = KMedoids(2).fit(np.concatenate([points, [[60.0, 60.0]]])).cluster_centers_
    assert np.abs(np.sort(plain, axis=0) - np.sort(spoilt, axis=0)).max() < 0.5  # means would move by .55 each
