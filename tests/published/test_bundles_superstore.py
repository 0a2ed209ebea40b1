"""Global Superstore: the published rules, and what swap randomisation leaves of them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import regulars as rg
from baskets.planted import Held, medians, swapped
from baskets.shops import put_many
from regulars.api import Analysis
from regulars.baskets.collect import Support
from regulars.baskets.find import Asked, find_rules
from regulars.baskets.models import Rule
from regulars.baskets.words import sentence, sure
from regulars.engine import DuckEngine
from regulars.locale import words


@pytest.fixture(scope="module")
def superstore(data: Path) -> Iterator[Analysis]:
    analysis = rg.study(rg.read(data / "global_superstore.parquet"))
    yield analysis
    analysis.close()


@pytest.fixture(scope="module")
def rules(superstore: Analysis) -> dict[tuple[frozenset[str], frozenset[str]], Rule]:
    found = find_rules(superstore.sales.engine, Asked(Support(share=0.005), "subcategory"))
    assert found.baskets == 25_753
    return {(frozenset(rule.antecedent), frozenset(rule.consequent)): rule for rule in found.rules}


@pytest.mark.parametrize(
    ("antecedent", "consequent", "confidence", "lift", "support", "count"),
    [
        ({"Art", "Furnishings"}, "Binders", 0.3082, 1.4596, 0.00524, 135),
        ({"Phones", "Storage"}, "Binders", 0.3092, 1.4643, 0.00614, 158),
        ({"Accessories", "Binders"}, "Storage", 0.2584, 1.4549, 0.00567, 146),
    ],
)
def test_the_published_rules(rules, antecedent, consequent, confidence, lift, support, count) -> None:
    rule = rules[frozenset(antecedent), frozenset({consequent})]
    assert rule.count == count
    assert rule.confidence == pytest.approx(confidence, abs=5e-5)
    assert rule.lift == pytest.approx(lift, abs=5e-5)
    assert rule.support == pytest.approx(support, abs=5e-6)
    # the sizes of baskets bring 1.2 of the 1.46, which leaves 1.2; after all that was tested it may be chance
    assert rule.lift / rule.adjusted_lift == pytest.approx(1.23, abs=0.04)
    assert round(rule.adjusted_lift, 1) == 1.2
    assert rule.q_value < 0.001
    assert rule.adjusted_q_value > 0.05
    words_of = sentence(rule, "order", words("en"))
    assert words_of.endswith(f"hold {consequent} 1.2\N{NO-BREAK SPACE}× as often as is usual for orders of their size")


def test_the_study_looks_where_there_is_something_and_says_that_it_may_be_chance(superstore: Analysis) -> None:
    bundles = superstore.result.bundles
    assert (bundles.level, bundles.sure) == ("subcategory", 0)
    assert bundles.found > 50
    assert not any(sure(rule) and not rule.redundant for rule in bundles.rules)
    segments = bundles.bundles[0].segments
    assert sum(one.count for one in segments) == bundles.bundles[0].rule.count
    assert sum(one.baskets for one in segments) == bundles.baskets


@pytest.fixture(scope="module")
def held(superstore: Analysis) -> Held:
    found = superstore.sales.engine.columns(
        "select dense_rank() over (order by customer_id, order_id) - 1 as b, "
        "dense_rank() over (order by subcategory) - 1 as i from sales"
    )
    matrix = np.zeros((int(found["b"].max()) + 1, int(found["i"].max()) + 1), bool)
    matrix[found["b"], found["i"]] = True
    return matrix


def test_swap_randomisation_leaves_no_adjusted_lift(held: Held, duck: DuckEngine) -> None:
    mixed = swapped(np.random.default_rng(0), held)
    put_many(duck, [np.flatnonzero(row).tolist() for row in mixed])
    found = find_rules(duck, Asked(Support(share=0.002)))
    pairs = [rule for rule in found.rules if len(rule.antecedent) == len(rule.consequent) == 1]
    triples = [rule for rule in found.rules if len(rule.antecedent) == 2]
    plain, adjusted = medians(triples)
    assert plain == pytest.approx(1.33, abs=0.04)
    assert adjusted == pytest.approx(1, abs=0.04)
    assert found.sure == 0
    assert len(pairs) > 20
