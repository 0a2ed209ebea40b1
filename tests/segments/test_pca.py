"""The map: principal components as scikit-learn's, with signs that do not flip."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from regulars.segments.pca import pca_map
from segments.planted import cloud


def test_the_axes_are_the_principal_components() -> None:
    points = np.log(cloud(0.6, 700, seed=1))
    labels = np.arange(700) % 3 + 1
    found, truth = pca_map(points, labels), PCA(2).fit(points)
    assert found is not None
    assert found.explained == pytest.approx(truth.explained_variance_ratio_)
    assert np.abs(found.loadings) == pytest.approx(np.abs(truth.components_.T))
    assert [point.cluster for point in found.points] == labels.tolist()
    places = np.array([(point.x, point.y) for point in found.points])
    assert np.abs(places) == pytest.approx(np.abs(truth.transform(points)), abs=1e-4)


def test_the_largest_loading_of_each_axis_is_positive_and_the_map_is_bounded() -> None:
    points = np.log(cloud(0.6, 6000, seed=2))
    found, flipped = pca_map(points, np.ones(6000)), pca_map(-points, np.ones(6000))
    assert found is not None
    assert flipped is not None
    assert np.array(flipped.loadings) == pytest.approx(np.array(found.loadings))
    loadings = np.array(found.loadings)
    assert (loadings[np.abs(loadings).argmax(axis=0), [0, 1]] > 0).all()
    assert len(found.points) == 5000


def test_one_feature_has_no_map_and_equal_points_have_no_variance() -> None:
    assert pca_map(np.ones((5, 1)), np.ones(5)) is None
    found = pca_map(np.ones((5, 3)), np.ones(5))
    assert found is not None
    assert found.explained == (0, 0)
