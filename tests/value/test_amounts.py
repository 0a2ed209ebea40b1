"""Gamma-Gamma: its likelihood, truth recovered, and what it expects."""

import numpy as np
import pytest
from scipy.special import gammaln

from regulars.value import gamma_gamma
from regulars.value.clv import fit_spend, order_values
from regulars.value.histories import Customers

TRUTH = (6.0, 4.0, 15.0)


def drawn(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of orders and mean amounts of customers whose spending follows TRUTH."""
    p, q, gamma = TRUTH
    rng = np.random.default_rng(seed)
    orders = rng.integers(1, 12, n)
    scale = rng.gamma(q, 1 / gamma, n)
    return orders, rng.gamma(p * orders, 1 / (scale * orders))


def customers(orders: np.ndarray, spent: np.ndarray) -> Customers:
    zero = np.zeros(len(orders))
    return Customers(orders - 1, zero, zero, zero, zero, spent, zero)


def test_the_likelihood_is_equation_1a() -> None:
    p, q, gamma = TRUTH
    orders, means = drawn(50, 0)
    few, index = np.unique(orders, return_inverse=True)
    direct = (
        gammaln(p * orders + q) - gammaln(p * orders) - gammaln(q) + q * np.log(gamma)
        + (p * orders - 1) * np.log(means) + p * orders * np.log(orders)
        - (p * orders + q) * np.log(gamma + means * orders)
    ).sum()  # fmt: skip
    value, slope = gamma_gamma.log_likelihood(np.log(TRUTH), few, index, means)
    assert value == pytest.approx(direct)
    for i, shift in enumerate(np.eye(3) * 1e-6):
        up, down = (gamma_gamma.log_likelihood(np.log(TRUTH) + s * shift, few, index, means)[0] for s in (1, -1))
        assert slope[i] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-4)


def test_truth_is_recovered_in_any_currency() -> None:
    orders, means = drawn(20_000, 1)
    found = gamma_gamma.fit(orders, means)
    assert found.parameters == pytest.approx(TRUTH, rel=0.08)
    dear = gamma_gamma.fit(orders, means * 15_000)
    assert dear.parameters[:2] == pytest.approx(found.parameters[:2], rel=1e-9)
    assert dear.parameters[2] == pytest.approx(found.parameters[2] * 15_000, rel=1e-9)
    assert dear.log_likelihood == pytest.approx(found.log_likelihood - len(means) * np.log(15_000))


def test_an_expected_amount_lies_between_the_shops_mean_and_the_customers_own() -> None:
    p, q, gamma = TRUTH
    shop = p * gamma / (q - 1)
    orders, means = np.array([0, 1, 5, 5000]), np.array([0.0, 90.0, 90.0, 90.0])
    expected = gamma_gamma.expected_mean(TRUTH, orders, means)
    assert expected[0] == pytest.approx(shop)
    assert shop < expected[1] < expected[2] < expected[3] < 90
    assert expected[3] == pytest.approx(90, rel=1e-3)


def test_who_has_no_amount_has_the_shops_mean() -> None:
    orders, means = drawn(200, 2)
    spent = orders * means
    spent[:2] = (np.nan, -5)
    spend, why = fit_spend(customers(orders, spent))
    assert spend is not None and why is None and spend.customers == 198
    values = order_values(spend, customers(orders, spent))
    assert values[:2] == pytest.approx([spend.mean, spend.mean])
    assert spend.mean == pytest.approx(means.mean(), rel=0.15)


def test_everybody_spending_the_same_is_no_accident() -> None:
    orders = np.arange(1, 101)
    spend, _ = fit_spend(customers(orders, orders * 25.0))
    assert spend is not None and spend.correlation == 0
    assert order_values(spend, customers(orders, orders * 25.0)) == pytest.approx(np.full(100, 25.0), rel=0.02)


def test_too_few_or_no_amounts_are_said() -> None:
    orders, means = drawn(29, 3)
    spend, why = fit_spend(customers(orders, orders * means))
    assert spend is None and why is not None and (why.key, why.values["n"]) == ("value.spend.few", 29)
    spend, why = fit_spend(customers(orders, np.full(29, np.nan)))
    assert spend is None and why is not None and why.key == "value.spend.no_amounts"
