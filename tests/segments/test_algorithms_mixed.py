"""Customers of numbers and words: Gower's distance and k-prototypes by hand, planted groups, what is unknown."""

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from regulars.errors import InputError
from regulars.segments.algorithms.mixed import GowerMedoids, KPrototypes, Mixed, columns_of, gower

nan = float("nan")


def test_gowers_distance_by_hand() -> None:
    """Age with a span of 40, income with 50, profession; what is unknown counts the column's usual difference."""
    people = Mixed(np.array([[20.0, 0.0], [60.0, 50.0], [30.0, nan], [nan, nan]]), np.array([[0], [1], [0], [-1]]))
    columns = columns_of(people)
    assert columns.spans.tolist() == [40, 50]
    # of nine pairs of 20, 60, 30: 40 + 10 + 30, twice, by 40; of four pairs of 0, 50: 1, twice; 1 - (4 + 1) / 9
    assert columns.usual == pytest.approx([160 / 9 / 40, 0.5, 4 / 9])
    found = gower(people, people, columns)
    assert found[0, 1] == pytest.approx((1 + 1 + 1) / 3)
    assert found[0, 2] == pytest.approx((0.25 + 0.5 + 0) / 3)
    assert found[1, 2] == pytest.approx((0.75 + 0.5 + 1) / 3)
    assert found[3] == pytest.approx([columns.usual.mean()] * 4)  # nothing is known in common, not even with itself
    assert np.diag(found)[:2].tolist() == [0, 0]
    assert np.array_equal(found, found.T)


def test_prototypes_of_four_customers_by_hand() -> None:
    """Two pairs; the mean of the numbers, the most frequent word (of equals the lower code), gamma 1."""
    people = Mixed(np.array([[0.0], [2.0], [10.0], [14.0]]), np.array([[0], [0], [1], [2]]))
    model = KPrototypes(2, gamma=1.0).fit(people)
    order = np.argsort(model.prototypes_.values[:, 0])
    assert model.prototypes_.values[order].tolist() == [[1], [12]]
    assert model.prototypes_.nominal[order].tolist() == [[0], [1]]
    assert model.inertia_ == 1 + 1 + 4 + 4 + 1  # squares, and one word that differs
    assert model.labels_[0] == model.labels_[1] != model.labels_[2] == model.labels_[3]
    near = Mixed(np.array([[6.0], [6.0]]), np.array([[0], [1]]))  # 25 + 0 or 1 against 36 + 1 or 0
    assert model.predict(near).tolist() == [model.labels_[0]] * 2


def test_the_weight_of_words_is_half_the_mean_deviation() -> None:
    people = Mixed(np.array([[0.0, 0.0], [2.0, 6.0]]), np.array([[0], [1]]))
    assert KPrototypes(2).fit(people).gamma_ == pytest.approx((1 + 3) / 2 / 2)
    assert KPrototypes(2).fit(Mixed(np.empty((2, 0)), np.array([[0], [1]]))).gamma_ == 1
    assert KPrototypes(2).fit(Mixed(np.zeros((2, 1)), np.array([[0], [1]]))).gamma_ == 1


def test_few_customers_get_the_best_prototypes_there_are() -> None:
    rng = np.random.default_rng(4)
    people = Mixed(rng.normal(size=(9, 1)), rng.integers(0, 3, (9, 1)))

    def loss(groups: np.ndarray) -> float:
        total = 0.0
        for group in (0, 1):
            member = groups == group
            if member.any():
                numbers, words = people.values[member, 0], people.nominal[member, 0]
                total += ((numbers - numbers.mean()) ** 2).sum() + 0.5 * (len(words) - np.bincount(words).max())
        return total

    best = min(loss(np.array(groups)) for groups in product((0, 1), repeat=9))
    assert KPrototypes(2, gamma=0.5, n_init=20).fit(people).inertia_ == pytest.approx(best)


def planted(seed: int, n: int = 900) -> tuple[Mixed, np.ndarray]:
    """Three groups: two differ in words alone, the third in numbers; a tenth of all cells is unknown."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, 3, n)
    values = rng.normal(size=(n, 2)) * 0.4 + (groups == 2)[:, None] * 3.0
    usual = np.array([[0, 1, 2], [2, 3, 0], [0, 1, 2]])[groups]
    nominal = np.where(rng.random((n, 3)) < 0.1, rng.integers(0, 4, (n, 3)), usual)
    values[rng.random((n, 2)) < 0.1] = nan
    nominal[rng.random((n, 3)) < 0.1] = -1
    return Mixed(values, nominal), groups


@pytest.mark.parametrize("kind", [KPrototypes, GowerMedoids])
def test_planted_groups_of_numbers_and_words_are_found(kind: type[KPrototypes | GowerMedoids]) -> None:
    people, groups = planted(0)
    model = kind(3).fit(people)
    assert adjusted_rand_score(groups, model.labels_) > 0.9
    assert np.array_equal(model.labels_, kind(3).fit(people).labels_)
    assert np.array_equal(model.predict(people), model.labels_)


@pytest.mark.parametrize("kind", [KPrototypes, GowerMedoids])
def test_a_sample_answers_for_all(kind: type[KPrototypes | GowerMedoids]) -> None:
    people, groups = planted(1)
    model = kind(3, max_samples=300).fit(people)
    assert len(model.labels_) == len(people)
    assert adjusted_rand_score(groups, model.labels_) > 0.85


@pytest.mark.parametrize("kind", [KPrototypes, GowerMedoids])
def test_hostile_customers_are_answered_for(kind: type[KPrototypes | GowerMedoids]) -> None:
    alone = Mixed(np.array([[1.0]]), np.array([[0]]))
    equal = Mixed(np.ones((20, 2)), np.zeros((20, 1), dtype=int))
    words = Mixed(np.empty((20, 0)), np.repeat([[0], [1]], 10, axis=0))
    numbers = Mixed(np.arange(20.0)[:, None], np.empty((20, 0), dtype=int))
    unknown = Mixed(np.array([[nan, 1.0]] * 10 + [[nan, 5.0]] * 10), np.full((20, 1), -1))
    for people, clusters in ((alone, 1), (equal, 1), (words, 2), (numbers, 2), (unknown, 2)):
        model = kind(2).fit(people)
        assert (model.n_clusters_, len(model.labels_)) == (clusters, len(people))
    nothing = Mixed(np.full((5, 1), nan), np.full((5, 1), -1))
    assert len(kind(2).fit(nothing).labels_) == 5


@pytest.mark.parametrize("kind", [KPrototypes, GowerMedoids])
def test_what_is_infinite_or_nothing_is_refused(kind: type[KPrototypes | GowerMedoids]) -> None:
    with pytest.raises(InputError, match="1 of 2 rows"):
        kind(2).fit(Mixed(np.array([[np.inf], [0.0]]), np.array([[0], [1]])))
    with pytest.raises(InputError, match="nothing to cluster"):
        kind(2).fit(Mixed(np.empty((0, 1)), np.empty((0, 1), dtype=int)))
    with pytest.raises(InputError, match="nothing to cluster"):
        kind(2).fit(Mixed(np.zeros((3, 1)), np.zeros((2, 1), dtype=int)))
