"""Indices against scikit-learn's and by hand, the elbow against curves whose knee is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples, silhouette_score

from regulars.segments.indices import (
    calinski_harabasz,
    davies_bouldin,
    elbow,
    silhouette_widths,
    silhouettes,
    simplified_silhouette,
)
from segments.planted import cloud


def test_silhouettes_are_scikit_learns_for_several_labelings_at_once() -> None:
    points = np.log(cloud(0.5, 1200, seed=1))
    labelings = [np.random.default_rng(k).integers(0, k, 1200) + (points[:, 0] > 4) * k for k in (1, 2, 4)]
    for (mean, error), labels in zip(silhouettes(points, labelings), labelings, strict=True):
        assert mean == pytest.approx(silhouette_score(points, labels))
        assert error == pytest.approx(silhouette_samples(points, labels).std() / 1200**0.5)


@pytest.mark.parametrize("k", [2, 3, 7])
def test_every_index_is_scikit_learns(k: int) -> None:
    points = np.log(cloud(0.7, 800, seed=k))
    labels = np.random.default_rng(k).permutation(np.arange(800) % k)
    labels[points[:, 0] > 4] = 0
    assert silhouette_widths(points, [labels])[0] == pytest.approx(silhouette_samples(points, labels), abs=1e-9)
    assert calinski_harabasz(points, labels) == pytest.approx(calinski_harabasz_score(points, labels), rel=1e-9)
    assert davies_bouldin(points, labels) == pytest.approx(davies_bouldin_score(points, labels), rel=1e-9)


def test_the_simplified_silhouette_by_hand() -> None:
    points, labels = np.array([[0.0], [2.0], [10.0], [14.0]]), np.array([0, 0, 1, 1])  # centroids 1 and 12
    inside, outside = np.array([1, 1, 2, 2]), np.array([12, 10, 9, 13])
    assert simplified_silhouette(points, labels) == pytest.approx((1 - inside / outside).mean())


def test_indices_of_one_cluster_or_of_identical_points_are_zero() -> None:
    points = np.random.default_rng(0).normal(size=(10, 2))
    for index in (simplified_silhouette, calinski_harabasz, davies_bouldin):
        assert index(points, np.zeros(10, dtype=int)) == 0
        assert index(np.ones((4, 2)), np.array([0, 0, 1, 1])) == 0


def test_clusters_without_any_spread_have_no_ratio() -> None:
    points, labels = np.array([[0.1], [0.1], [0.7], [0.7]]), np.array([0, 0, 1, 1])
    assert calinski_harabasz(points, labels) is None
    assert calinski_harabasz(points + np.array([[0.0], [1e-12], [0.0], [1e-12]]), labels) is None


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 5), st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_what_clusters_are_called_and_the_unit_of_measure_change_no_index(k: int, seed: int, unit: float) -> None:
    rng = np.random.default_rng(seed)
    points, labels = rng.normal(size=(60, 3)), rng.permutation(np.arange(60) % k)
    renamed = rng.permutation(k)[labels] * 3
    for index in (simplified_silhouette, calinski_harabasz, davies_bouldin):
        assert index(points * unit, renamed) == pytest.approx(index(points, labels), rel=1e-9)


def test_silhouettes_by_hand() -> None:
    points, labels = np.array([[0.0], [1.0], [5.0]]), np.array([0, 0, 1])
    (mean, _), (one_cluster, spread) = silhouettes(points, [labels, np.zeros(3, dtype=int)])
    assert mean == pytest.approx(((5 - 1) / 5 + (4 - 1) / 4 + 0) / 3)  # alone in its cluster: 0
    assert (one_cluster, spread) == (0, 0)


def test_silhouettes_of_identical_points_are_zero() -> None:
    assert silhouettes(np.ones((4, 2)), [np.array([0, 0, 1, 1])]) == [(0.0, 0.0)]


def test_a_labeling_whose_clusters_are_not_all_in_the_sample() -> None:
    points = np.array([[0.0], [1.0], [10.0], [11.0]])
    assert silhouettes(points, [np.array([0, 0, 7, 7])])[0][0] > 0.8


@pytest.mark.parametrize("knee", [3, 4, 6])
def test_the_elbow_of_a_bent_line(knee: int) -> None:
    ks = range(2, 10)
    assert (
        elbow(ks, [1000 - 100 * (k - 2) if k <= knee else 1000 - 100 * (knee - 2) - 5 * (k - knee) for k in ks]) == knee
    )


def test_the_elbow_of_the_kneedle_paper() -> None:
    """Satopaa et al. 2011, figure 2: y = 5 - 1 / (x + .1) on 0, .1, ... 1 has its knee at .2 (.22 continuous)."""
    x = [i / 10 for i in range(11)]
    assert elbow(range(11), [1 / (value + 0.1) for value in x]) == 2


@pytest.mark.parametrize("inertias", [[8.0, 7, 6, 5], [5.0, 5, 5, 5], [2.0, 1]])
def test_no_elbow(inertias: list[float]) -> None:
    assert elbow(range(2, 2 + len(inertias)), inertias) is None
