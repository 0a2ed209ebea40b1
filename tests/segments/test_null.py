"""The data without clusters: the same marginals with their ties, the same rank correlations, no groups."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from regulars.segments.null import latent_correlations, null_draws, rank_correlations
from segments.planted import blobs, cloud


def tied(once: float, seed: int) -> np.ndarray:
    values = cloud(0.8, 3000, seed)
    values[:, 1] = np.maximum(1, np.round(values[:, 1] / np.quantile(values[:, 1], once)))
    return values


@pytest.mark.parametrize("once", [0.3, 0.6, 0.9])
def test_draws_keep_ties_and_rank_correlations(once: float) -> None:
    values = tied(once, seed=1)
    drawn = np.vstack(list(null_draws(values, 2000, draws=5, seed=0)))
    assert set(drawn[:, 1]) <= set(values[:, 1])
    assert (drawn[:, 1] == 1).mean() == pytest.approx((values[:, 1] == 1).mean(), abs=0.02)
    assert spearmanr(drawn).statistic == pytest.approx(spearmanr(values).statistic, abs=0.03)


def test_without_ties_the_latent_correlations_are_those_of_the_normals() -> None:
    normal = np.random.default_rng(0).standard_normal((10_000, 3))
    found = latent_correlations(cloud(0.6, 20_000, seed=2), normal)
    assert found == pytest.approx(np.array([[1, -0.6, -0.6], [-0.6, 1, 0.6], [-0.6, 0.6, 1]]), abs=0.03)


def test_rank_correlations_are_spearmans() -> None:
    values = tied(0.5, seed=3)
    assert rank_correlations(values) == pytest.approx(spearmanr(values).statistic, abs=1e-12)


def test_groups_dissolve() -> None:
    values = np.log(blobs(2, 1000, seed=4)[0])
    drawn = next(null_draws(values, 1000, draws=1, seed=0))
    data, null = (((part[:, 0] < 5) == (part[:, 1] > 5)).mean() for part in (values, drawn))
    assert data > 0.99  # in the data the recent customers are those who order often
    assert null < 0.95  # in the draw some are not


def test_constant_and_identical_features() -> None:
    column = np.arange(100.0)
    drawn = next(null_draws(np.column_stack([column, column, np.ones(100)]), 500, draws=1, seed=0))
    assert (drawn[:, 2] == 1).all()
    assert spearmanr(drawn[:, 0], drawn[:, 1]).statistic > 0.99


def test_the_seed_decides() -> None:
    values = cloud(0.5, 100, seed=5)
    one, again, other = (np.vstack(list(null_draws(values, 50, 2, seed))) for seed in (1, 1, 2))
    assert (one == again).all()
    assert (one != other).any()
