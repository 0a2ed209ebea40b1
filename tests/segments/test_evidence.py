"""Silhouettes against scikit-learn's and by hand, the elbow against curves whose knee is known."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples, silhouette_score

from regulars.segments.indices import elbow, silhouettes
from segments.planted import cloud


def test_silhouettes_are_scikit_learns_for_several_labelings_at_once() -> None:
    points = np.log(cloud(0.5, 1200, seed=1))
    labelings = [np.random.default_rng(k).integers(0, k, 1200) + (points[:, 0] > 4) * k for k in (1, 2, 4)]
    for (mean, error), labels in zip(silhouettes(points, labelings), labelings, strict=True):
        assert mean == pytest.approx(silhouette_score(points, labels))
        assert error == pytest.approx(silhouette_samples(points, labels).std() / 1200**0.5)


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
