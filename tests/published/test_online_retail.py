"""Online Retail II: the published cleaning ladder, through the public API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import regulars as rg
from regulars.api import Analysis


@pytest.fixture(scope="module")
def published(data: Path) -> Iterator[Analysis]:
    """Studied as the published ladders do: returns dropped, postage and fees kept."""
    lines = rg.read(data / "online_retail_II.parquet")
    analysis = rg.study(lines, returns="drop", non_sales="keep", outliers="none", k_max=10)
    yield analysis
    analysis.close()


def test_cleaning_ladder(published: Analysis) -> None:
    account = published.result.reconciliation
    aside = {part.reason: part.lines for part in account.set_aside}
    assert account.read == 1_067_371
    assert account.read - aside["no_customer"] == 824_364
    assert account.read - aside["no_customer"] - aside["duplicate"] == 797_885
    assert (account.sales, account.returns) == (779_425, 0)


def test_customers_invoices_revenue(published: Analysis) -> None:
    study = published.result
    assert (study.customers, study.orders) == (5_878, 36_969)
    assert study.revenue == pytest.approx(17_374_804.27, abs=0.005)
    assert study.net_revenue == study.revenue
    assert study.as_of.isoformat() == "2011-12-10"


def test_silhouettes(published: Analysis) -> None:
    # P: "k = 2, about .42"; R: log1p on frequency and monetary; ours takes log1p of all features but recency
    clusters = published.result.clusters
    found = [row.silhouette for row in clusters.evidence]
    assert [row.k for row in clusters.evidence] == list(range(2, 11))
    assert found[0] == pytest.approx(0.42, abs=0.02)
    assert clusters.recommended_k is None, "no better than the null of the same marginals and rank correlations"


def test_everybody_is_in_the_output(published: Analysis) -> None:
    rows = published.customers.rows()
    assert len(rows) == 5_878
    assert all(row["segment"] and row["cluster"] and row["persona"] and row["action"] for row in rows)
    assert sum(group.customers for group in published.result.segments) == 5_878


def test_the_default_nets_returns_and_leaves_postage_out(data: Path) -> None:
    analysis = rg.study(rg.read(data / "online_retail_II.parquet"))
    study = analysis.result
    analysis.close()
    account = study.reconciliation
    assert account.read == account.sales + account.returns + sum(part.lines for part in account.set_aside)
    assert study.net_revenue == pytest.approx(study.revenue - study.returns_value)
    assert 30 <= next(found.count for found in study.findings if found.code == "net_not_positive") <= 50
