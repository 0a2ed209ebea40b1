"""Stability against scikit-learn's Rand index, by hand, and on data whose stability is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from regulars.segments.kmeans import ROUGH, kmeans
from regulars.segments.stability import Cluster, adjusted_rand, agreement, bootstrap_jaccard, prediction_strength
from segments.planted import Array, blobs, cloud


def by_k_means(k: int) -> Cluster:
    def cluster(points: Array, seed: Sequence[int]) -> Array:
        return kmeans(points, k, seed, starts=3, tolerances=ROUGH).labels

    return cluster


def by_halves(points: Array, _: Sequence[int]) -> Array:
    return (points[:, 0] > 0).astype(int)


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_rand_index_is_scikit_learns(a: int, b: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.integers(a, size=50), rng.integers(b, size=50)
    assert adjusted_rand(one, other) == pytest.approx(adjusted_rand_score(one, other), abs=1e-9)


def test_agreement_is_the_mean_over_all_pairs() -> None:
    labelings = [np.array([0, 0, 1, 1, 2, 2]), np.array([2, 2, 0, 0, 1, 1]), np.array([0, 1, 0, 1, 0, 1])]
    pairs = [adjusted_rand_score(labelings[i], labelings[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert agreement(labelings) == pytest.approx(np.mean(pairs))
    assert agreement(labelings[:1]) == 1


def test_clusters_that_come_back_whole_have_jaccard_1_and_halves_of_them_their_share() -> None:
    points = np.array([-3.0] * 40 + [-1.0] * 40 + [1.0] * 20)[:, None]
    labels = np.repeat([0, 1, 2], [40, 40, 20])
    found = bootstrap_jaccard(points, labels, by_halves, draws=200, seed=0)
    assert found == pytest.approx((0.5, 0.5, 1), abs=0.02)  # the two left ones come back as one, twice their size


def test_a_cluster_of_one_has_the_probability_of_being_drawn() -> None:
    points = np.array([-1.0] * 99 + [1.0])[:, None]
    found = bootstrap_jaccard(points, np.repeat([0, 1], [99, 1]), by_halves, draws=400, seed=1)
    assert found == pytest.approx((1, 1 - np.exp(-1)), abs=0.08)


def test_separate_groups_are_stable_and_foretold_and_a_number_too_many_is_not() -> None:
    points, groups = np.log(blobs(4, 600, seed=2)[0]), blobs(4, 600, seed=2)[1]
    assert min(bootstrap_jaccard(points, groups, by_k_means(4), 20, seed=0)) > 0.98
    right, error = prediction_strength(points, by_k_means(4), 8, seed=0)
    assert (right > 0.98, error < 0.01) == (True, True)
    wrong, error = prediction_strength(points, by_k_means(5), 8, seed=0)
    assert wrong + error < 0.8


def test_prediction_strength_by_hand() -> None:
    """Two places, of three and of one kind: halves that see all kinds keep every pair together."""
    points = np.repeat([[0.0], [9.0]], 50, axis=0)
    assert prediction_strength(points, by_k_means(2), 4, seed=0) == (1, 0)

    def alternating(some: Array, _: Sequence[int]) -> Array:  # labels that mean nothing: one centroid takes all or half
        return np.arange(len(some)) % 2

    strength, _ = prediction_strength(points, alternating, 50, seed=0)
    assert strength == pytest.approx(25 * 24 * 2 / (50 * 49), abs=0.1)


def test_structureless_correlated_customers_reach_a_high_prediction_strength() -> None:
    """Why it never recommends alone: one elongated cloud is always cut across in the same place."""
    strength, error = prediction_strength(np.log(cloud(0.9, 5000, seed=3)), by_k_means(2), 8, seed=0)
    assert strength - error > 0.9


def test_the_seed_decides() -> None:
    points = np.log(cloud(0.5, 200, seed=4))
    labels = kmeans(points, 4, 0, 3).labels
    one, again, other = (bootstrap_jaccard(points, labels, by_k_means(4), 5, seed) for seed in (0, 0, 1))
    assert one == again != other
