"""How a forecast is scored, and the rules it has to beat, by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.value import nbd
from regulars.value.baselines import Boosted, hiatus, last_period, patience
from regulars.value.calibration import rhythm
from regulars.value.estimate import _ranks, default_horizon
from regulars.value.scores import auc, clearly_better, tenths_error, tenths_of


def test_auc_by_hand() -> None:
    happened = np.array([True, False, True, False])
    assert auc(np.array([4, 3, 2, 1]), happened) == 0.75
    assert auc(np.array([1, 1, 1, 1]), happened) == 0.5
    assert auc(np.array([2, 1, 1, 0]), happened) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert auc(np.array([1, 2]), np.array([True, True])) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
def test_auc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    yes, no = ([score for score, happened in pairs if happened is wanted] for wanted in (True, False))
    found = auc(np.array([score for score, _ in pairs]), np.array([happened for _, happened in pairs]))
    if not yes or not no:
        assert found is None
    else:
        wins = sum((y > n) + (y == n) / 2 for y in yes for n in no)
        assert found == pytest.approx(wins / (len(yes) * len(no)))


@given(st.lists(st.floats(0, 9), min_size=10, max_size=99))
def test_tenths_are_of_equal_size_and_in_order(scores: list[float]) -> None:
    score = np.array(scores)
    tenth = tenths_of(score)
    sizes = np.bincount(tenth, minlength=10)
    assert sizes.max() - sizes.min() <= 1
    assert all(score[tenth == i].max() <= score[tenth == i + 1].min() for i in range(9))


def test_the_error_by_tenths_does_not_let_misses_cancel() -> None:
    expected, actual = np.arange(10.0), np.arange(10.0)[::-1]
    assert expected.sum() == actual.sum()
    assert tenths_error(expected, actual) == pytest.approx(50 / 45)
    assert tenths_error(expected, expected) == 0
    assert tenths_error(expected, np.zeros(10)) is None


def test_a_little_better_is_not_clearly_better() -> None:
    rng = np.random.default_rng(0)
    errors = rng.gamma(1, 1, 1000)
    assert not clearly_better(errors, errors)
    assert not clearly_better(errors, rng.permutation(errors))
    assert clearly_better(errors * 0.8, errors)


def test_the_simple_rules_by_hand() -> None:
    assert last_period(np.array([0, 3]), 91, 182).tolist() == [0, 6]
    assert patience(np.array([1.0, 10.0, 50.0]), np.array([8.0, 1.0, 1.0])) == 10
    assert patience(np.array([1.0, 10.0, 50.0]), np.array([8.0, 1.0, 1.0]), 0.5) == 1
    assert patience(np.array([]), np.array([])) == 0
    repeats, recency, age = np.array([4.0, 4.0, 0.0]), np.array([90.0, 40.0, 0.0]), np.array([100.0, 100.0, 0.0])
    assert hiatus(repeats, recency, age, 50, 30).tolist() == [2, 0, 0]


def test_a_rhythm_is_the_customers_own_the_more_orders_there_are() -> None:
    often, seldom, once = rhythm(np.array([30, 2, 0]), np.array([300, 300, 0]), np.array([360, 360, 60]), 30.0)
    assert often > once > seldom
    assert once == pytest.approx(2)


def test_nbd_expects_the_same_again_and_draws_towards_the_mean() -> None:
    rng = np.random.default_rng(1)
    orders = rng.poisson(rng.gamma(0.7, 1 / 0.35, 20_000))
    found = nbd.fit(orders, np.ones(len(orders)))
    assert found == pytest.approx((0.7, 0.35), rel=0.05)
    expected = nbd.expected(found, orders)
    assert expected.sum() == pytest.approx(orders.sum(), rel=1e-4)
    assert expected[orders == 0].max() > 0 and (expected < orders)[orders > 5].all()
    theta, counts = np.log([0.6, 0.5]), np.array([50.0, 20.0, 5.0])
    slope = nbd.log_likelihood(theta, np.array([0, 1, 7]), counts)[1]
    for i, shift in enumerate(np.eye(2) * 1e-6):
        up, down = (nbd.log_likelihood(theta + s * shift, np.array([0, 1, 7]), counts)[0] for s in (1, -1))
        assert slope[i] == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_boosted_trees_learn_and_keep_the_pace() -> None:
    rng = np.random.default_rng(2)
    histories = np.column_stack([rng.integers(0, 10, 800), rng.integers(0, 300, 800), np.full(800, 300)])
    orders = rng.poisson(histories[:, 0] / 3)
    trees = Boosted().fit(histories, orders, 100)
    assert trees.predict(histories, 200).sum() == pytest.approx(2 * orders.sum(), rel=0.02)
    assert np.corrcoef(trees.predict(histories, 100), histories[:, 0])[0, 1] > 0.9


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9)), min_size=1, max_size=30))
def test_risk_ranks_count_customers_and_share_ties(cells: list[tuple[int, int]]) -> None:
    risk, held = (np.array(part, dtype=float) for part in zip(*cells, strict=True))
    ranks = _ranks(risk, held)
    assert [1 + held[risk > own].sum() for own in risk] == ranks.tolist()


@pytest.mark.parametrize(
    ("days", "horizon"), [(28, 7), (120, 35), (273, 91), (546, 182), (727, 182), (728, 364), (5000, 364)]
)
def test_the_horizon_leaves_days_to_learn_from(days: int, horizon: int) -> None:
    assert default_horizon(days) == horizon
