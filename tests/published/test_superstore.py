"""Global Superstore: totals and findings through the public API."""

from pathlib import Path

import pytest

import regulars as rg


def test_totals_and_orders_that_customers_share(data: Path) -> None:
    analysis = rg.study(rg.read(data / "global_superstore.parquet"))
    study = analysis.result
    analysis.close()
    account = study.reconciliation
    assert (account.read, account.sales) == (51_290, 51_290)
    assert study.revenue == pytest.approx(12_642_501.91, abs=0.005)
    assert study.overview.profit == pytest.approx(1_467_457.29, abs=0.005)
    assert (study.customers, study.orders) == (1_590, 25_753)
    shared = next(found for found in study.findings if found.code == "order_of_several_customers")
    assert (shared.count, shared.of) == (659, 25_035)


def test_inertia_and_silhouette_by_customer_name(data: Path) -> None:
    lines = rg.read(data / "global_superstore.parquet", map={"customer_id": "Customer Name"})
    analysis = rg.study(lines, transform="none", outliers="none")
    study = analysis.result
    analysis.close()
    assert study.customers == 795
    rows = {row.k: row for row in study.clusters.evidence}
    published = {2: 1595.8, 3: 1261.1, 4: 1047.6, 6: 773.7, 7: 689.6, 8: 616.0, 9: 561.0}
    for k, inertia in published.items():
        assert rows[k].inertia == pytest.approx(inertia, rel=0.01)
    assert rows[5].inertia < 931.3, "the published fit at k = 5 is a local optimum"
    assert [rows[k].silhouette for k in (2, 3, 4)] == pytest.approx([0.323, 0.344, 0.272], abs=0.01)
