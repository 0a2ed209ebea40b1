"""Groceries (Hahsler et al. 2006): items, baskets, and the rules that every tutorial shows."""

import csv
from pathlib import Path

import pytest

from baskets.shops import put_sales
from regulars.baskets.collect import Support
from regulars.baskets.find import Asked, find_rules
from regulars.baskets.models import Bundles
from regulars.engine import DuckEngine


@pytest.fixture
def groceries(data: Path, duck: DuckEngine) -> DuckEngine:
    with (data / "groceries.csv").open(encoding="utf-8") as file:
        baskets = list(csv.reader(file))
    duck.put("columns_only", {"n": "INTEGER"}, [(len(baskets),)])
    put_rows(duck, baskets)
    return duck


def put_rows(duck: DuckEngine, baskets: list[list[str]]) -> None:
    import numpy as np

    put_sales(duck, [])
    lines = [(i, item) for i, basket in enumerate(baskets) for item in basket]
    columns = {"b": np.array([i for i, _ in lines]), "product": np.array([item for _, item in lines], object)}
    duck.put_columns("rows", {"b": "BIGINT", "product": "VARCHAR"}, columns)
    duck.make_from(
        "sales",
        "select 'C' as customer_id, b::varchar as order_id, date '2024-01-01' as day, null::varchar as product_id, "
        "product, null::varchar as category, null::varchar as subcategory, null::decimal(18,4) as amount, "
        "null::decimal(18,4) as profit, false as is_return from rows",
    )


def one(found: Bundles, antecedent: set[str], consequent: str):
    return next(r for r in found.rules if ({*r.antecedent}, {*r.consequent}) == (antecedent, {consequent}))


def test_items_baskets_and_the_best_known_rules(groceries: DuckEngine) -> None:
    found = find_rules(groceries, Asked(Support(share=0.001)))
    assert found.baskets == 9_835
    # arules, "Introduction to arules", section 5: {liquor, red/blush wine} => {bottled beer}, lift 11.24
    beer = one(found, {"liquor", "red/blush wine"}, "bottled beer")
    assert (beer.support, beer.confidence, beer.lift) == pytest.approx((0.0019, 0.9048, 11.2353), abs=5e-5)
    milk = one(found, {"other vegetables"}, "whole milk")
    assert milk.count == 736
    assert milk.consequent_support == pytest.approx(2_513 / 9_835, abs=1e-12)
    assert milk.lift == pytest.approx(1.5136, abs=5e-5)
    assert milk.adjusted_lift < 1.2, "most of it is the size of the baskets"
    assert found.late_since is None, "one day only"


def test_every_rule_is_that_of_mlxtend_and_of_efficient_apriori(data: Path, groceries: DuckEngine) -> None:
    """The oracles: the same rules, their supports, confidences and lifts equal to 1e-12."""
    import pandas as pd
    from efficient_apriori import apriori
    from mlxtend.frequent_patterns import association_rules, fpgrowth
    from mlxtend.preprocessing import TransactionEncoder

    with (data / "groceries.csv").open(encoding="utf-8") as file:
        baskets = [tuple(dict.fromkeys(basket)) for basket in csv.reader(file)]
    found = find_rules(groceries, Asked(Support(share=0.005)))
    ours = {(frozenset(r.antecedent), frozenset(r.consequent)): (r.support, r.confidence, r.lift) for r in found.rules}
    encoder = TransactionEncoder()
    frame = pd.DataFrame(encoder.fit_transform(baskets), columns=encoder.columns_)
    frequent = fpgrowth(frame, min_support=0.005, use_colnames=True, max_len=3)
    table = association_rules(frequent, metric="lift", min_threshold=1)
    theirs = {
        (frozenset(a), frozenset(c)): (support, confidence, lift)
        for a, c, support, confidence, lift in table[
            ["antecedents", "consequents", "support", "confidence", "lift"]
        ].itertuples(index=False)
        if lift > 1
    }
    _, listed = apriori(baskets, min_support=0.005, min_confidence=0, max_length=3)
    others = {
        (frozenset(rule.lhs), frozenset(rule.rhs)): (rule.support, rule.confidence, rule.lift)
        for rule in listed
        if rule.lift > 1
    }
    assert len(ours) > 1_000
    for oracle in (theirs, others):
        assert oracle == {which: pytest.approx(figures, abs=1e-12) for which, figures in ours.items()}
