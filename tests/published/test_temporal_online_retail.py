"""Online Retail II: a model of the history before the last 90 days, tried on those days."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import regulars as rg
from regulars.analysis import Study
from regulars.segments.temporal import Temporal


@pytest.fixture(scope="module")
def study(data: Path) -> Iterator[Study]:
    """As published: returns dropped, logarithms of all but recency, no outliers, two clusters."""
    analysis = rg.study(
        rg.read(data / "online_retail_II.parquet"), returns="drop", non_sales="keep", outliers="none",
        transform="log1p_but_recency", k=2, k_max=2,
    )  # fmt: skip
    yield analysis.result
    analysis.close()


@pytest.fixture(scope="module")
def found(study: Study) -> Temporal:
    assert study.temporal is not None
    return study.temporal


def test_fit_before_the_last_90_days_and_frozen_on_them(found: Temporal) -> None:
    """Published: 5,281 customers .427 before; 2,889 customers .484 in the last 90 days ("does not fall")."""
    before, _, recent = found.periods
    assert (found.days, found.cut, found.k) == (90, date(2011, 9, 11), 2)
    assert (before.customers, recent.customers) == (5_281, 2_889)
    assert before.silhouette == pytest.approx(0.427, abs=0.005)
    assert recent.silhouette == pytest.approx(0.484, abs=0.005)


def test_why_it_does_not_fall(found: Temporal) -> None:
    """A window of 90 days holds no recency above 90; one of the same length shows a small fall instead of the rise."""
    before, after, recent = found.periods
    assert recent.median_recency is not None and before.median_recency is not None
    assert recent.median_recency < 90 < before.median_recency
    assert (after.until - after.since, after.customers) == (before.until - before.since, 5_659)
    assert before.silhouette is not None and after.silhouette is not None
    assert before.silhouette - 0.03 < after.silhouette < before.silhouette


def test_the_two_clusters_keep_their_promise(found: Temporal) -> None:
    held = found.clusters
    assert held is not None and held.verdict == "holds" and held.strength > 0.3
    active, dormant = held.groups
    assert active.customers + dormant.customers == 5_281
    assert active.rate_low > 2 * dormant.rate_high
    assert active.spend_low is not None and dormant.spend_high is not None and active.spend_low > dormant.spend_high


def test_the_named_segments_do_so_in_order(found: Temporal) -> None:
    held = found.segments
    assert held is not None and held.verdict == "holds" and (held.order or 0) > 0.8
    rates = {group.name: group.rate or 0 for group in held.groups}
    assert max(rates, key=lambda name: rates[name]) == "Champions"
    assert min(rates, key=lambda name: rates[name]) == "Hibernating"
