"""The models of buying: likelihoods as printed in the papers, gradients, expectations, and truth recovered."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

from regulars.value.beta_geometric import _jacobi
from regulars.value.cells import Cells, cells_of, tally
from regulars.value.forecast import MODELS, fit, forecast, newcomers, spread_of_total
from regulars.value.models import Fitted
from regulars.value.simulate import simulate

Array = NDArray[Any]
TRUTH = {"mbgnbd": (0.8, 6.0, 0.8, 2.5), "bgnbd": (0.5, 5.0, 0.8, 2.5), "pareto": (0.6, 8.0, 0.7, 12.0)}
# repeats, weeks to the last order, weeks watched
HISTORIES = np.array([
    [0, 0, 0], [0, 0, 5], [0, 0, 104], [1, 0.5, 10], [1, 52, 52], [2, 12, 30.43], [5, 3, 104], [20, 60, 61],
    [40, 100, 104], [90, 104, 104],
], dtype=float)  # fmt: skip
positive = st.floats(0.05, 20.0)


def cells(histories: Array = HISTORIES) -> Cells:
    return cells_of(*histories.T, count=np.ones(len(histories)))


def one(history: Array) -> Cells:
    return cells(history[None, :])


# --- the likelihoods as the papers print them ------------------------------------------------------------------------


def bgnbd_eq_6(parameters: tuple[float, ...], x: float, tx: float, t: float) -> float:
    r, alpha, a, b = parameters
    a1 = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    a2 = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    a3 = -(r + x) * np.log(alpha + t)
    if x == 0:
        return float(a1 + a2 + a3)
    a4 = np.log(a) - np.log(b + x - 1) - (r + x) * np.log(alpha + tx)
    return float(a1 + a2 + np.logaddexp(a3, a4))


def mbgnbd_eq_4(parameters: tuple[float, ...], x: float, tx: float, t: float) -> float:
    r, alpha, a, b = parameters
    stays = betaln(a, b + x + 1) - betaln(a, b) - (r + x) * np.log(alpha + t)
    leaves = betaln(a + 1, b + x) - betaln(a, b) - (r + x) * np.log(alpha + tx)
    return float(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.logaddexp(stays, leaves))


def pareto_by_integral(parameters: tuple[float, ...], x: float, tx: float, t: float) -> float:
    """Schmittlein, Morrison & Colombo's likelihood before their 2F1: the end may come at any time after t_x."""
    r, alpha, s, beta = parameters
    top = -(r + x) * np.log(alpha + tx) - (s + 1) * np.log(beta + tx)

    def end(u: float) -> float:
        return float(np.exp(-(r + x) * np.log(alpha + u) - (s + 1) * np.log(beta + u) - top))

    width = t - tx
    points = [tx + width * f for f in (1e-4, 1e-3, 1e-2, 0.1)]
    area = quad(end, tx, t, points=points, limit=500, epsabs=0, epsrel=1e-11)[0] if width else 0.0
    there = np.exp(-(r + x) * np.log(alpha + t) - s * np.log(beta + t) - top)
    shape = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
    return float(shape + top + np.log(there + s * area))


PAPERS: dict[str, Callable[..., float]] = {
    "bgnbd": bgnbd_eq_6, "mbgnbd": mbgnbd_eq_4, "pareto": pareto_by_integral,
}  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=25, deadline=None)
@given(parameters=st.tuples(positive, positive, positive, positive))
def test_the_likelihood_is_that_of_the_paper(name: str, parameters: tuple[float, ...]) -> None:
    theta = np.log(parameters)
    for history in HISTORIES:
        found = MODELS[name].log_likelihood(theta, one(history))[0]
        assert found == pytest.approx(PAPERS[name](parameters, *history), rel=1e-7, abs=1e-7), history


@pytest.mark.parametrize("name", MODELS)
@settings(max_examples=25, deadline=None)
@given(parameters=st.tuples(positive, positive, positive, positive))
def test_gradients_agree_with_finite_differences(name: str, parameters: tuple[float, ...]) -> None:
    theta, step, seen = np.log(parameters), 1e-5, cells()
    slope = MODELS[name].log_likelihood(theta, seen)[1]
    for i, shift in enumerate(np.eye(4) * step):
        up, down = (MODELS[name].log_likelihood(theta + sign * shift, seen)[0] for sign in (1, -1))
        assert slope[i] == pytest.approx((up - down) / (2 * step), rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_equal_histories_may_be_counted(name: str) -> None:
    theta = np.log(TRUTH[name])
    twice = cells_of(*HISTORIES.T, count=np.full(len(HISTORIES), 2.0))
    value, slope = MODELS[name].log_likelihood(theta, cells())
    assert MODELS[name].log_likelihood(theta, twice)[0] == pytest.approx(2 * value)
    assert MODELS[name].log_likelihood(theta, twice)[1] == pytest.approx(2 * slope)


# --- what is expected ------------------------------------------------------------------------------------------------


def test_bgnbd_expects_what_equation_10_says() -> None:
    r, alpha, a, b = 0.243, 4.414, 0.793, 2.426
    x, tx, age, ahead = 2, 30.43, 38.86, 39
    power = ((alpha + age) / (alpha + age + ahead)) ** (r + x)
    top = (a + b + x - 1) / (a - 1)
    top *= 1 - power * hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + age + ahead))
    expected = top / (1 + a / (b + x - 1) * ((alpha + age) / (alpha + tx)) ** (r + x))
    assert expected == pytest.approx(1.226, abs=0.001)  # the worked example of the authors' spreadsheet note
    assert mean("bgnbd", (r, alpha, a, b), np.array([x, tx, age]), ahead) == pytest.approx(expected, rel=1e-9)


def test_mbgnbd_expects_of_newcomers_what_the_paper_says() -> None:
    r, alpha, a, b, weeks = 0.5, 6.2, 0.9, 1.6, 40.0
    z = weeks / (alpha + weeks)
    expected = b / (a - 1) * (1 - (alpha / (alpha + weeks)) ** r * hyp2f1(r, b + 1, a + b, z))
    found = newcomers(fitted("mbgnbd", (r, alpha, a, b)), np.array([weeks]))
    assert found[0] == pytest.approx(expected, rel=1e-9)


def test_pareto_expects_what_the_paper_says() -> None:
    r, alpha, s, beta, weeks = 0.553, 10.578, 0.606, 11.669, 39.0
    expected = r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + weeks)) ** (s - 1))
    assert newcomers(fitted("pareto", (r, alpha, s, beta)), np.array([weeks]))[0] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_nothing_happens_at_one(name: str) -> None:
    # a = 1 and s = 1 are holes of the printed formulas, not of the expectation
    r, alpha, _, fourth = TRUTH[name]
    history = np.array([3.0, 20.0, 30.0])
    below, at, above = (mean(name, (r, alpha, 1 + e, fourth), history, 26) for e in (-1e-6, 0, 1e-6))
    assert below == pytest.approx(above, rel=1e-5)
    assert at == pytest.approx((below + above) / 2, rel=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_heavy_buyers_and_long_horizons_stay_finite(name: str) -> None:
    # hyp2f1 overflows long before
    history = np.array([4000.0, 500.0, 500.5])
    found = forecast(fitted(name, (0.02, 0.3, 0.05, 0.2)), one(history), 3650, discount=0.1)
    assert 3000 < found.expected[0] < 4000 * 522 / 500
    assert 0 < found.discounted[0] < found.expected[0]
    assert found.low is not None and found.high is not None
    assert 0 <= found.low[0] <= found.expected[0] <= found.high[0]


@pytest.mark.parametrize("b", [0.3, 1.0, 40.0, 900.0])
def test_the_quadrature_gives_the_moments_of_the_beta(b: float) -> None:
    a = 0.4
    nodes, weights = _jacobi(a, np.array([b]))
    assert weights.sum() == pytest.approx(1)
    assert (weights * nodes).sum() == pytest.approx(a / (a + b))
    assert (weights * nodes**2).sum() == pytest.approx(a * (a + 1) / ((a + b) * (a + b + 1)))


def fitted(name: str, parameters: tuple[float, ...]) -> Fitted:
    return Fitted(name, dict(zip(MODELS[name].LETTERS, parameters, strict=True)), None, 0.0, 1, (), True, None)


def mean(name: str, parameters: tuple[float, ...], history: Array, weeks: float) -> float:
    return float(forecast(fitted(name, parameters), one(history), int(weeks * 7)).expected[0])


# --- the truth -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MODELS)
def test_simulated_truth_is_recovered(name: str) -> None:
    ages = np.random.default_rng(7).integers(0, 1000, 30_000)
    # slow buyers: hardly two orders fall on one day, which the shop's days could not tell apart
    truth = np.array(TRUTH[name]) * (1, 3, 1, 3 if name == "pareto" else 1)
    seen, _ = simulate(name, tuple(truth), ages, seed=1).cells()
    found = fit(name, seen)
    assert found.converged and not found.at_bound and found.errors is not None
    off = np.array(list(found.parameters.values())) - truth
    assert np.abs(off / np.array(list(found.errors.values()))).max() < 4


@pytest.mark.parametrize("name", MODELS)
def test_what_is_expected_is_what_comes(name: str) -> None:
    ages = np.random.default_rng(3).integers(100, 700, 60_000)
    seen = simulate(name, TRUTH[name], ages, later_days=182, seed=2)
    seen_cells, index = seen.cells()
    found = forecast(fitted(name, TRUTH[name]), seen_cells, 182)
    assert found.expected[index].sum() == pytest.approx(seen.later.sum(), rel=0.04)
    assert found.low is not None and found.high is not None
    within = (found.low[index] <= seen.later) & (seen.later <= found.high[index])
    assert within.mean() >= 0.8
    for known in (seen.repeats == 0, (seen.repeats > 0) & (seen.age - seen.recency > 100), seen.repeats > 5):
        assert found.expected[index][known].sum() == pytest.approx(seen.later[known].sum(), rel=0.1)


@pytest.mark.parametrize("name", MODELS)
def test_days_after_weeks_lead_to_the_same_maximum(name: str) -> None:
    ages = np.random.default_rng(5).integers(0, 700, 3000)
    seen, _ = simulate(name, TRUTH[name], ages, seed=4).cells()
    direct = fit(name, seen)
    other = minimize(
        lambda theta: -MODELS[name].log_likelihood(theta, seen)[0], np.log(MODELS[name].START), method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-9, "maxiter": 4000},
    )  # fmt: skip
    assert direct.log_likelihood == pytest.approx(-other.fun, abs=1e-4)
    from regulars.value.fit import maximise

    small = seen.binned()
    assert len(small) < len(seen) and small.customers == seen.customers
    led = maximise(lambda theta: MODELS[name].log_likelihood(theta, seen), np.array(MODELS[name].START),
                   [lambda theta: MODELS[name].log_likelihood(theta, small)])  # fmt: skip
    assert led.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-4)
    assert led.parameters == pytest.approx(list(direct.parameters.values()), rel=1e-3)


def test_customers_who_never_leave_put_a_parameter_at_its_bound() -> None:
    rng = np.random.default_rng(0)
    ages = rng.integers(300, 700, 2000)
    x = rng.poisson(ages / 40)
    recency = np.where(x > 0, np.ceil(ages * rng.beta(np.maximum(x, 1), 1)), 0)
    seen, _ = tally(x, recency, ages)
    found = fit("bgnbd", seen)
    assert found.at_bound and found.covariance is None and found.errors is None
    assert forecast(found, seen, 100).expected @ seen.count == pytest.approx(2000 * 100 / 40, rel=0.03)


# --- cells -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30), st.integers(0, 30)), max_size=60))
def test_a_tally_loses_nobody(histories: list[tuple[int, int, int]]) -> None:
    table = np.array(histories, dtype=int).reshape(-1, 3)
    seen, index = tally(*table.T)
    assert seen.customers == len(table) and len(seen) == len(set(histories))
    rebuilt = [part.values[part.index][index] for part in (seen.repeats, seen.recency, seen.age)]
    assert np.allclose(np.column_stack(rebuilt) * (1, 7, 7), table)


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_the_range_of_a_total_holds_nine_times_in_ten(name: str) -> None:
    # uncertainty of the parameters (delta method) and chance, over 100 shops
    hits = 0
    for seed in range(100):
        ages = np.random.default_rng(seed).integers(0, 600, 1500)
        seen = simulate(name, TRUTH[name], ages, later_days=182, seed=1000 + seed)
        seen_cells, _ = seen.cells()
        found = fit(name, seen_cells)
        spread = spread_of_total(found, seen_cells, 182)
        expected = forecast(found, seen_cells, 182, ranges=False).expected @ seen_cells.count
        hits += spread is not None and abs(expected - seen.later.sum()) <= 1.645 * spread
    assert 80 <= hits <= 98
