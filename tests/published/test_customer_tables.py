"""The published figures of the customer tables, through the public API."""

import json
from pathlib import Path

import numpy as np
import pytest

from regulars.api import Analysis, read, read_customers, study
from regulars.people.correlations import within_fences
from regulars.summary import summary


@pytest.fixture(scope="module")
def personality(data: Path) -> Analysis:
    """Customer Personality in four clusters; outliers stay out of the fit, nobody out of the list."""
    table = read_customers(data / "customer_personality.csv")
    return study(table, k=4, outliers="exclude_from_fit_iqr")


def test_everybody_of_customer_personality_has_a_segment(personality: Analysis) -> None:
    rows = personality.customers.rows()
    assert len(rows) == personality.result.customers == 2_240
    assert all(row["segment"] and row["cluster"] in {1, 2, 3, 4} for row in rows)
    assert personality.result.as_of is not None
    assert personality.result.as_of.isoformat() == "2014-06-30"


def test_what_cannot_be_in_customer_personality_is_said(personality: Analysis) -> None:
    found = {f.code: (f.count, f.of) for f in personality.result.findings}
    assert found["table_impossible_birth_year"] == (2, 2_240)
    assert found["table_impossible_income"] == (1, 2_216), "2,240 less 24 missing incomes"
    assert found["table_constant_columns"][0] == 2
    assert found["table_rate_unknown"][0] == 11


OUTCOMES = {"income": 0.66, "total_spending": 0.63, "total_transactions": 0.54, "age_at_joining": 0.11}


def test_the_customers_after_the_stated_filter_and_their_correlations(personality: Analysis) -> None:
    """2,205 customers; response rate per visit with income, spending, transactions, age: .66 .63 .54 .11.

    Published with a rate of 0 for the customers without a visit, whose rate is not known.
    """
    names = (*OUTCOMES, "response_rate_per_visit")
    rows = personality.people.rows()
    numbers = {n: np.array([np.nan if r[n] is None else float(r[n]) for r in rows]) for n in names}
    kept = within_fences(numbers["income"], numbers["total_spending"])
    assert kept.sum() == 2_205
    rate = np.nan_to_num(numbers["response_rate_per_visit"])[kept]
    for name, published in OUTCOMES.items():
        other = numbers[name][kept]
        known = ~np.isnan(other)
        assert round(float(np.corrcoef(rate[known], other[known])[0, 1]), 2) == published


def test_customers_without_a_visit_have_no_rate_in_our_correlations(personality: Analysis) -> None:
    figures = personality.result.people_figures
    assert figures is not None
    pairs = {frozenset((c.first, c.second)): c for c in figures.correlations}
    assert pairs[frozenset(("income", "total_spending"))].n == 2_205
    ours = {name: pairs[frozenset(("response_rate_per_visit", name))] for name in OUTCOMES}
    assert {name: round(c.pearson or 0, 2) for name, c in ours.items()} == {**OUTCOMES, "income": 0.67}
    assert ours["income"].n == 2_199


def test_four_clusters_are_offered_with_their_evidence(personality: Analysis, tmp_path: Path) -> None:
    clusters = personality.result.clusters
    assert (clusters.k, clusters.recommended_k, clusters.verdict) == (4, None, "no_clear_structure")
    row = next(row for row in clusters.evidence if row.k == 4)
    assert 0 < row.silhouette < 0.3
    assert row.seed_ari is not None
    assert row.prediction_strength is not None
    assert json.loads(json.dumps(summary(personality.result, tmp_path), allow_nan=False))["clusters"]["k"] == 4


def test_one_hot_professions_find_the_professions_and_that_is_said(data: Path) -> None:
    """k = 4 on scaled one-hot professions: silhouette .160, seeds disagree (ARI .426), and it is the profession."""
    result = study(read_customers(data / "shop_customers.csv"), encoding="one_hot", k=4).result
    assert result.people is not None
    column = result.people.merely
    assert column is not None
    assert (column.header, column.purity, column.strength) == ("Profession", 1, 1)
    assert (result.clusters.recommended_k, result.clusters.verdict) == (None, "no_clear_structure")
    assert result.clusters.reason.values["column"] == "Profession"
    row = next(row for row in result.clusters.evidence if row.k == 4)
    assert row.silhouette == pytest.approx(0.160, abs=0.005)
    assert row.seed_ari == pytest.approx(0.426, abs=0.1)
    assert {f.code: f.count for f in result.findings} == {"table_impossible_age": 24}


def test_french_customers_belong_to_their_orders(data: Path) -> None:
    table = read_customers(data / "france_customers.csv")
    result = study(read(data / "france_orders.csv"), customers=table).result
    assert result.people is not None
    told = result.people
    assert (told.customers, told.matched, told.only_in_table, told.only_in_orders) == (86, 86, 0, 0)
    assert result.segments[0].persona
    assert {a.role for a in told.attributes} >= {"gender", "profession", "income", "education", "marital_status"}
