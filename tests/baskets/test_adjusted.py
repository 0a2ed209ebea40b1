"""Lift against baskets of equal size: by hand, on shops without any rule, on shops with planted ones."""

import numpy as np
import pytest

from baskets.planted import Held, independent, lists, medians, swapped
from baskets.shops import put_many
from regulars.baskets.adjusted import expected_counts, strata_of
from regulars.baskets.collect import Support
from regulars.baskets.find import Asked, distinct, find_rules
from regulars.baskets.models import Bundles, Rule
from regulars.engine import DuckEngine


def rules_of(duck: DuckEngine, held: Held, share: float = 0.005, size: int = 3) -> Bundles:
    put_many(duck, lists(held))
    return find_rules(duck, Asked(Support(share=share), max_size=size))


def rule(bundles: Bundles, first: str, second: str) -> Rule:
    """The rule of items named by their numbers, as `1 2` -> `3`."""
    wanted = tuple(tuple(sorted(f"P{item}" for item in side.split())) for side in (first, second))
    return next(r for r in bundles.rules if (tuple(sorted(r.antecedent)), tuple(sorted(r.consequent))) == wanted)


def test_expected_baskets_where_all_items_are_alike() -> None:
    # 4 of 10 items a basket: an item is in 40 %, two in 4 x 3 of 90, three in 4 x 3 x 2 of 720
    strata = strata_of(np.array([1_000]), np.array([4_000]), np.full((10, 1), 400))
    assert expected_counts(np.array([[3]]), strata) == pytest.approx([400])
    assert expected_counts(np.array([[0, 1], [4, 7]]), strata) == pytest.approx([1_000 * 12 / 90] * 2)
    assert expected_counts(np.array([[0, 1, 2]]), strata) == pytest.approx([1_000 * 24 / 720])


def test_a_full_basket_has_no_place_left() -> None:
    # 50 baskets of one item, 10 of the only two that there are
    strata = strata_of(np.array([50, 10]), np.array([50, 20]), np.array([[25, 10], [25, 10]]))
    assert expected_counts(np.array([[0, 1]]), strata) == pytest.approx([10])


def test_no_rule_where_only_the_size_of_baskets_ties_items_together(duck: DuckEngine) -> None:
    bundles = rules_of(duck, independent(np.random.default_rng(3)))
    triples = [r for r in bundles.rules if len(r.antecedent) == 2]
    plain, adjusted = medians(triples)
    assert plain > 1.3, "large baskets alone lift everything"
    assert adjusted == pytest.approx(1, abs=0.03)
    assert sum(r.q_value <= 0.05 for r in triples) > 100
    assert bundles.sure == 0


@pytest.mark.slow
def test_false_discoveries_over_many_shops_without_a_rule(duck: DuckEngine) -> None:
    surprised = [bool(rules_of(duck, independent(np.random.default_rng(seed), 3_000)).sure) for seed in range(100)]
    assert sum(surprised) <= 10  # 5 of 100 at the most, and three standard deviations


def test_a_planted_rule_is_found_and_lasts(duck: DuckEngine) -> None:
    rng = np.random.default_rng(4)
    held = independent(rng)
    both = held[:, 10] & held[:, 12]
    held[both, 17] |= rng.random(both.sum()) < 0.6
    bundles = rules_of(duck, held)
    best = rule(bundles, "10 12", "17")
    assert best.adjusted_q_value < 1e-6
    assert best.adjusted_low > 1.5
    assert best.late.verdict == "holds"
    assert not best.redundant
    assert {*bundles.bundles[0].rule.antecedent, *bundles.bundles[0].rule.consequent} == {"P10", "P12", "P17"}


def test_a_longer_rule_that_adds_nothing_is_redundant(duck: DuckEngine) -> None:
    rng = np.random.default_rng(5)
    held = independent(rng)
    held[:, 15] |= held[:, 9] & (rng.random(len(held)) < 0.5)
    bundles = rules_of(duck, held)
    assert not rule(bundles, "9", "15").redundant
    longer = [r for r in bundles.rules if {"P9", "P15"} < {*r.antecedent, *r.consequent}]
    split = [r for r in longer if ("P9" in r.antecedent) != ("P15" in r.antecedent)]
    assert len(split) > 20
    assert sum(r.redundant for r in split) / len(split) > 0.9, "nineteen of twenty, as it is a test at 5 %"
    unproven = [r.redundant for r in bundles.rules if r.adjusted_q_value > 0.05]
    assert unproven == sorted(unproven), "what is explained stands behind"


def test_a_rule_that_ended_fades(duck: DuckEngine) -> None:
    rng = np.random.default_rng(6)
    held = independent(rng, 12_000)
    early = np.arange(len(held)) % 360 < 260  # put_many deals the baskets out to 360 days
    held[:, 15] |= held[:, 9] & early & (rng.random(len(held)) < 0.5)
    ended = rule(rules_of(duck, held), "9", "15")
    assert ended.late.verdict == "fades"
    assert ended.adjusted_low > ended.late.high > ended.late.low


def test_distinct_bundles_do_not_hold_each_other(duck: DuckEngine) -> None:
    rng = np.random.default_rng(7)
    held = independent(rng)
    held[:, 15] |= held[:, 9] & (rng.random(len(held)) < 0.5)
    held[:, 18] |= held[:, 15] & (rng.random(len(held)) < 0.5)
    sets = [{*r.antecedent, *r.consequent} for r in distinct(rules_of(duck, held).rules)]
    assert all(not one <= other for i, one in enumerate(sets) for j, other in enumerate(sets) if i != j)


def test_swapping_keeps_what_it_should() -> None:
    held = independent(np.random.default_rng(8), 500)
    mixed = swapped(np.random.default_rng(9), held)
    assert (mixed.sum(axis=0) == held.sum(axis=0)).all()
    assert (mixed.sum(axis=1) == held.sum(axis=1)).all()
    assert (mixed != held).any(axis=1).mean() > 0.5
