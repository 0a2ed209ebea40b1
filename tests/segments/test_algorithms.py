"""The contract of every algorithm: planted groups found, everybody answered for, settings kept, hostile input."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from sklearn.cluster import OPTICS
from sklearn.metrics import adjusted_rand_score

from regulars.errors import InputError
from regulars.segments.algorithms.birch import MOST_BALLS, Birch
from regulars.segments.algorithms.compare import ALGORITHMS
from regulars.segments.algorithms.contract import Algorithm
from regulars.segments.algorithms.density import Dbscan, Hdbscan, Optics, knee_distance, reachability
from regulars.segments.algorithms.grid import Grid
from regulars.segments.algorithms.hierarchy import Agglomerative, Bisecting
from regulars.segments.algorithms.kmeans import KMeans
from regulars.segments.algorithms.kmedoids import KMedoids
from regulars.segments.algorithms.mixture import Mixture
from regulars.segments.kmeans import kmeans, scale
from regulars.settings import Settings
from segments.planted import blobs, cloud, sample_of

Make = Callable[..., Algorithm]
NAMES = sorted(ALGORITHMS)


def points_of(values: np.ndarray) -> np.ndarray:
    return scale(sample_of(values), Settings()).points


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray]:
    values, groups = blobs(4, 1500, seed=3)
    return points_of(values), groups


@pytest.mark.parametrize("name", NAMES)
def test_planted_groups_are_found_and_everybody_is_in_one(name: str, planted: tuple[np.ndarray, np.ndarray]) -> None:
    points, groups = planted
    model = ALGORITHMS[name](4, 0).fit(points)
    assert model.n_clusters_ == 4
    assert sorted(set(model.labels_.tolist())) == [0, 1, 2, 3]
    # a valley of the reachability plot ends early: who lies on its rim joins the nearest group
    assert adjusted_rand_score(groups, model.labels_) > (0.9 if name == "optics" else 0.97)


@pytest.mark.parametrize("name", NAMES)
def test_equal_customers_are_answered_equally_then_as_later(name: str, planted: tuple[np.ndarray, np.ndarray]) -> None:
    points = planted[0][:400].round(1)  # many are equal
    model = ALGORITHMS[name](3, 0).fit(points)
    again = ALGORITHMS[name](3, 0).fit(points)
    assert np.array_equal(model.labels_, again.labels_)
    assert np.array_equal(model.predict(points), model.labels_)
    assert np.array_equal(model.predict(points[::-1]), model.labels_[::-1])
    _, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    assert np.array_equal(model.labels_, model.labels_[first][which])


LIMITED = (KMeans, KMedoids, Mixture, Agglomerative, Bisecting, Birch, Hdbscan, Dbscan, Optics, Grid)


@pytest.mark.parametrize("kind", LIMITED, ids=lambda kind: kind.__name__)
def test_a_sample_answers_for_all(kind: Make, planted: tuple[np.ndarray, np.ndarray]) -> None:
    points, groups = planted
    number = {} if kind in (Hdbscan, Dbscan, Optics, Grid) else {"n_clusters": 4}
    model = kind(max_samples=1200, random_state=1, **number).fit(points)
    assert len(model.labels_) == len(points)
    assert adjusted_rand_score(groups, model.labels_) > 0.9


@pytest.mark.parametrize("kind", LIMITED, ids=lambda kind: kind.__name__)
def test_settings_are_kept_as_given_and_fit_gives_the_model(kind: Any) -> None:
    settings = [field.name for field in fields(kind) if field.init]
    assert "random_state" in settings
    given = dict.fromkeys(settings, 7)
    assert {name: getattr(kind(**given), name) for name in settings} == given  # even where it makes no sense
    model = kind()
    before = {name: getattr(model, name) for name in settings}
    assert model.fit(np.random.default_rng(0).normal(size=(60, 2))) is model
    assert {name: getattr(model, name) for name in settings} == before
    assert {name for name in vars(model) if not name.startswith("_")} - set(settings) == {
        name for name in vars(model) if name.endswith("_") and not name.startswith("_")
    }


HOSTILE = {
    "one customer": np.zeros((1, 3)),
    "two customers": np.array([[0.0, 1.0], [1.0, 0.0]]),
    "all equal": np.full((50, 3), 2.5),
    "two kinds": np.repeat([[0.0, 0.0], [1.0, 1.0]], 30, axis=0),
    "one feature": np.arange(40.0)[:, None],
    "a constant feature": np.column_stack([np.arange(40.0), np.ones(40)]),
    "huge and tiny": np.array([[1e150, 1e-150], [-1e150, 0.0], [0.0, 1e-300]] * 15),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_points_are_answered_for(name: str, case: str) -> None:
    points = HOSTILE[case]
    model = ALGORITHMS[name](3, 0).fit(points)
    assert len(model.labels_) == len(points)
    assert 1 <= model.n_clusters_ <= len(np.unique(points, axis=0))
    assert model.labels_.max() == model.n_clusters_ - 1
    if case == "two kinds":
        assert len({tuple(pair) for pair in zip(points[:, 0], model.labels_, strict=True)}) == 2


@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_number_is_refused_with_its_count(name: str) -> None:
    points = np.ones((30, 2))
    points[3, 1], points[7, 0] = np.nan, np.inf
    with pytest.raises(InputError, match="2 of 30 rows"):
        ALGORITHMS[name](3, 0).fit(points)
    with pytest.raises(InputError, match="0 x 2"):
        ALGORITHMS[name](3, 0).fit(np.empty((0, 2)))


# --- one by one ------------------------------------------------------------------------------------------------------


def test_kmeans_is_that_of_the_study(planted: tuple[np.ndarray, np.ndarray]) -> None:
    points = planted[0]
    found = kmeans(points, 4, 0, 5)
    assert adjusted_rand_score(KMeans(4).fit(points).labels_, found.labels) == 1


def test_a_mixture_takes_the_number_with_the_least_bic(planted: tuple[np.ndarray, np.ndarray]) -> None:
    model = Mixture(most=6).fit(planted[0])
    assert sorted(model.bic_) == [1, 2, 3, 4, 5, 6]
    assert model.n_clusters_ == min(model.bic_, key=lambda k: model.bic_[k]) == 4


def test_a_mixture_says_how_sure_it_is() -> None:
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(-3, 1, 500), rng.normal(3, 1, 500)])[:, None]
    model = Mixture(2).fit(points)
    shares = model.predict_proba(np.array([[-3.0], [0.0], [3.0]]))
    assert shares.sum(axis=1) == pytest.approx([1, 1, 1])
    assert shares[0].max() > 0.99
    assert shares[2].max() > 0.99
    assert shares[1] == pytest.approx([0.5, 0.5], abs=0.2)  # between the two


def test_a_bell_curve_on_one_value_stays_wide() -> None:
    """Without a floor on the variance everybody who ordered once would be one curve of endless height."""
    rng = np.random.default_rng(1)
    points = np.column_stack([rng.normal(size=900), np.where(rng.random(900) < 0.5, -1.0, rng.normal(size=900))])
    assert Mixture(2).fit(points)._model.covariances_.min(axis=0)[1, 1] >= 0.01


def test_the_tree_of_four_customers_by_hand() -> None:
    model = Agglomerative(2).fit(np.array([[0.0], [1.0], [10.0], [13.0]]))
    assert model.labels_[0] == model.labels_[1] != model.labels_[2] == model.labels_[3]
    tree = model.top()
    assert tree is not None
    # 0 and 1 join at 1, 10 and 13 at 3, the pairs at sqrt(2 * 2 * 2 / 4) * (11.5 - .5) = 11 sqrt 2
    assert sorted(link.height for link in tree.links) == pytest.approx([1, 3, 11 * np.sqrt(2)])
    assert tree.leaves == (1, 1, 1, 1)
    clusters = {round(link.height, 3): link.cluster for link in tree.links}
    assert clusters[15.556] is None
    assert {clusters[1.0], clusters[3.0]} == {0, 1}


def test_the_top_of_a_large_tree_holds_everybody(planted: tuple[np.ndarray, np.ndarray]) -> None:
    tree = Agglomerative(4).fit(planted[0]).top(leaves=12)
    assert tree is not None
    assert (len(tree.leaves), len(tree.links), sum(tree.leaves)) == (12, 11, tree.customers)
    assert tree.customers == len(planted[0])
    assert {link.cluster for link in tree.links} == {None, 0, 1, 2, 3}
    assert sum(link.cluster is None for link in tree.links) == 3


def test_birch_makes_its_balls_larger_until_they_are_few() -> None:
    points = np.random.default_rng(0).normal(size=(4000, 3))
    model = Birch(3).fit(points)
    assert len(model.subcluster_centers_) <= MOST_BALLS
    assert model.threshold_ > 0.05
    assert Birch(3, threshold=0.7).fit(points).threshold_ == 0.7


@pytest.mark.parametrize("kind", [Hdbscan, Dbscan, Optics, Grid])
def test_stragglers_are_counted_as_noise_and_still_answered_for(kind: Make) -> None:
    rng = np.random.default_rng(5)
    groups = np.concatenate([rng.normal(-4, 0.3, (300, 2)), rng.normal(4, 0.3, (300, 2))])
    stragglers = rng.uniform(-6, 6, (30, 2))
    model = kind().fit(np.concatenate([groups, stragglers]))
    assert model.n_clusters_ == 2
    assert 0.02 < model.noise_share_ < 0.1  # 30 of 630 lie anywhere
    far = model.predict(np.array([[-9.0, -9.0], [9.0, 9.0]]))
    assert far.tolist() == [model.labels_[0], model.labels_[300]]


@pytest.mark.parametrize("kind", [Dbscan, Optics, Grid])
def test_one_cloud_is_one_group(kind: Make) -> None:
    assert kind().fit(points_of(cloud(0.6, 2000, 0))).n_clusters_ == 1


def test_crescents_are_followed_by_density_alone() -> None:
    """Two half moons: what lies around means cannot tell them apart."""
    rng = np.random.default_rng(0)
    turn = np.pi * rng.random(1500)
    points = np.column_stack([np.cos(turn), np.sin(turn)])
    points[750:] = [1, 0.5] - points[750:]
    points += rng.normal(scale=0.1, size=points.shape)
    groups = np.arange(1500) >= 750
    for model in (Hdbscan(), Dbscan(), Grid()):
        assert adjusted_rand_score(groups, model.fit(points).labels_) > 0.99
    assert adjusted_rand_score(groups, KMeans(2).fit(points).labels_) < 0.6


def test_the_knee_of_the_distances_by_hand() -> None:
    points = np.array([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0], [50.0]])
    assert knee_distance(points, 2) == 1  # six with a neighbour at 1, then one at 45
    assert knee_distance(np.array([[0.0]] * 9 + [[2.0]]), 2) == 2  # zero would make nobody anybody's neighbour
    assert knee_distance(np.zeros((5, 2)), 3) == 1


def test_the_reachability_plot_is_that_of_scikit_learn(planted: tuple[np.ndarray, np.ndarray]) -> None:
    points = planted[0][:400]
    theirs = OPTICS(min_samples=12).fit(points)
    reach, before, order = reachability(points, 12)
    assert np.array_equal(order, theirs.ordering_)
    assert np.array_equal(before, theirs.predecessor_)
    assert reach == pytest.approx(theirs.reachability_, abs=1e-12)


def test_a_grid_of_three_cells_by_hand() -> None:
    """Cells 0 and 1 touch, 9 stands alone, and the few in 5 are the first to be left out."""
    points = np.concatenate([[0.0], np.full(39, 0.5), np.full(40, 1.5), np.full(1, 5.5), np.full(39, 9.5), [10.0]])
    model = Grid(cells=10).fit(points[:, None])
    assert model.n_clusters_ == 2
    assert model.labels_.tolist() == [0] * 80 + [model.predict(np.array([[5.5]]))[0]] + [1] * 40
    assert model.noise_share_ == pytest.approx(1 / 121)
