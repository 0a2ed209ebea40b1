"""Plain rules are found where they are planted, said in round numbers, and not claimed where there is nothing."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from regulars.profiles.rule_cuts import Kinds, Scale, round_scale
from regulars.profiles.rule_models import Condition
from regulars.profiles.rule_search import COST, Field, best_rule, fits, numbers_in
from regulars.profiles.tree import Halves, best_split, grow

Array = NDArray[Any]


def field_of(**columns: Array) -> Field:
    scales = tuple(scale for name, column in columns.items() if (scale := round_scale(name, column)))
    return Field(scales, (), columns)


def shoppers(n: int, seed: int = 0) -> dict[str, Array]:
    rng = np.random.default_rng(seed)
    return {
        "recency_days": rng.integers(1, 700, n).astype(float),
        "orders": np.floor(rng.lognormal(1.5, 1, n)) + 1,
        "monetary": np.round(rng.lognormal(6, 1.2, n), 2),
    }


@pytest.mark.parametrize(
    "planted",
    [
        (Condition("orders", low=10),),
        (Condition("orders", low=2, high=4), Condition("recency_days", high=60)),
        (Condition("monetary", low=600), Condition("orders", high=10), Condition("recency_days", low=45)),
        (Condition("orders", 1, 1), Condition("recency_days", low=90, high=180)),
    ],
)
def test_a_planted_rule_comes_back_as_it_was_said(planted: tuple[Condition, ...]) -> None:
    columns = shoppers(6_000)
    member = fits(planted, columns, 6_000)
    assert best_rule(field_of(**columns), member) == planted


def test_a_number_of_two_digits_is_said_only_where_it_is_worth_a_point() -> None:
    columns = shoppers(6_000)
    rough = best_rule(field_of(**columns), columns["recency_days"] >= 365)
    assert rough == (Condition("recency_days", low=365.0),)
    fine = best_rule(field_of(**columns), columns["recency_days"] <= 37)
    assert fine == (Condition("recency_days", high=37.0),)
    slight = best_rule(field_of(**columns), columns["recency_days"] <= 601)  # 600 misses next to nobody
    assert slight == (Condition("recency_days", high=600.0),)


def test_a_third_condition_that_earns_less_than_its_number_is_left_out() -> None:
    columns = shoppers(6_000)
    member = (columns["orders"] >= 5) & (columns["recency_days"] <= 90) & (columns["monetary"] >= 25)
    found = best_rule(field_of(**columns), member)
    assert {each.feature for each in found} == {"orders", "recency_days"} and numbers_in(found) == 2


def test_noise_has_no_rule_of_several_conditions() -> None:
    columns = shoppers(4_000)
    member = np.random.default_rng(1).random(4_000) < 0.3
    found = best_rule(field_of(**columns), member)
    inside = fits(found, columns, 4_000)
    assert member[inside].mean() < 0.36  # nothing was learned beyond the share that there is


def test_both_bounds_of_a_column_are_one_condition_and_two_numbers() -> None:
    assert numbers_in([Condition("orders", 10, 20)]) == 2
    assert numbers_in([Condition("orders", 3, 3), Condition("a", value="x"), Condition("b", low=1)]) == 3


def test_unknown_values_fit_no_condition() -> None:
    columns = {"orders": np.array([np.nan, 1.0, 5.0]), "city": np.array(["", "Bogor", "Solo"], dtype=object),
               "new": np.array(["", "true", "false"], dtype=object)}  # fmt: skip
    for condition, expected in [
        (Condition("orders", high=9), [False, True, True]),
        (Condition("orders", low=0), [False, True, True]),
        (Condition("city", value="Solo"), [False, False, True]),
        (Condition("new", value=False), [False, False, True]),
    ]:
        assert fits((condition,), columns, 3).tolist() == expected


def test_a_category_is_found() -> None:
    rng = np.random.default_rng(3)
    jobs = np.array(["Artist", "Doctor", "Lawyer"], dtype=object)
    codes = rng.integers(0, 3, 2_000)
    kinds = Kinds("job", tuple(jobs.tolist()), codes)
    columns = {**shoppers(2_000), "job": jobs[codes]}
    field = Field(field_of(orders=columns["orders"]).scales, (kinds,), columns)
    member = (codes == 1) & (columns["orders"] >= 5)
    assert best_rule(field, member) == (Condition("job", value="Doctor"), Condition("orders", low=5.0))


@given(st.lists(st.floats(-1e6, 1e7, allow_nan=False) | st.just(float("nan")), min_size=2, max_size=60),
       st.sampled_from(["monetary", "orders", "recency_days", "return_share", "points"]))  # fmt: skip
def test_codes_say_what_the_cuts_say(values: list[float], feature: str) -> None:
    column = np.array(values)
    scale = round_scale(feature, column)
    if scale is None:
        return
    for i, cut in enumerate(scale.cuts):
        assert ((scale.codes >= 2 * i + 1) == (column >= cut)).all()
        assert (((scale.codes <= 2 * i + 1) & (scale.codes >= 0)) == (column <= cut)).all()
        assert float(f"{cut:.2g}") == cut or feature == "recency_days"  # at most two digits


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 200))
def test_the_best_rule_is_never_worse_than_the_best_single_bound(seed: int, n: int) -> None:
    columns = shoppers(n, seed)
    member = np.random.default_rng(seed).random(n) < 0.4
    field = field_of(**columns)

    def score(conditions: tuple[Condition, ...]) -> float:
        inside = fits(conditions, columns, n)
        return 2 * (inside & member).sum() / max(inside.sum() + member.sum(), 1) - COST * numbers_in(conditions)

    singles = [Condition(s.feature, low=float(c)) for s in field.scales for c in s.cuts]
    found = best_rule(field, member)
    assert len(found) <= 3 and len({each.feature for each in found}) == len(found)
    assert score(found) >= max(score((single,)) for single in singles) - 1e-12


# --- the tree --------------------------------------------------------------------------------------------------------


def halves(columns: dict[str, Array], groups: Array) -> Halves:
    learn = {name: column[::2] for name, column in columns.items()}
    held = {name: column[1::2] for name, column in columns.items()}
    return Halves(field_of(**learn), groups[::2], held, groups[1::2])


def test_the_tree_finds_the_groups_and_says_how_far_it_holds() -> None:
    columns = shoppers(4_000)
    groups = np.where(columns["orders"] >= 5, 0, np.where(columns["recency_days"] >= 90, 1, 2))
    tree = grow("segment", ["Often", "Gone", "New"], halves(columns, groups))
    assert tree is not None and tree.right == 1.0 and tree.largest < 0.7
    first = tree.nodes[0]
    assert first.condition is not None and (first.yes, first.customers) == (1, 4_000)
    ends = [node for node in tree.nodes if node.condition is None]
    assert sorted(node.group for node in ends) == ["Gone", "New", "Often"]  # equal answers are one leaf
    assert sum(node.customers for node in ends) == 4_000


def test_a_leaf_is_called_what_most_of_its_customers_are() -> None:
    columns = {"orders": np.repeat([1.0, 9.0], 200), "recency_days": np.full(400, 3.0)}
    # few orders: half of group 1 and half of group 2 in the learned half, nearly all of group 2 in the other
    groups = np.where(columns["orders"] > 5, 0, np.where(np.arange(400) % 8 == 0, 1, 2))
    groups[:200:2] = np.tile([1, 2], 50)
    tree = grow("segment", ["Often", "Asleep", "Gone"], halves(columns, groups))
    assert tree is not None
    leaf = next(node for node in tree.nodes if node.condition is None and node.group != "Often")
    assert (leaf.group, leaf.customers) == ("Gone", 200)
    assert leaf.share is not None and leaf.share.value == 0.75
    assert tree.right == 0.5  # as it was learned: it would have said "Asleep"


def test_no_question_no_tree() -> None:
    columns = {"orders": np.ones(100), "recency_days": np.full(100, 3.0)}
    assert grow("cluster", ["Cluster 1", "Cluster 2"], halves(columns, np.arange(100) % 2)) is None


def test_a_leaf_is_never_smaller_than_its_least() -> None:
    values = np.concatenate([np.full(19, 1.0), np.full(81, 100.0)])
    scale = Scale("points", np.array([50.0]), np.where(values >= 50, 2, 0))
    groups = (values > 50).astype(int)
    assert best_split(Field((scale,), (), {"points": values}), groups, np.ones(100, dtype=bool), 2) is None
