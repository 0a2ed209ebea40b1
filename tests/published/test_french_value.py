"""The French customers' value labels with ordered clusters, through the public API."""

from pathlib import Path

import regulars as rg


def test_labels_with_ordered_clusters(data: Path) -> None:
    lines = rg.read(data / "france_orders.csv", duplicates="keep", non_sales="keep", zero_prices="keep")
    analysis = rg.study(lines, preset="value", frequency="lines")
    study = analysis.result
    rows = analysis.customers.rows()
    analysis.close()
    assert (study.customers, study.reconciliation.sales) == (86, 8_018)
    sums = [row["r"] + row["f"] + row["m"] for row in rows]
    assert [sums.count(total) for total in range(3, 10)] == [15, 14, 33, 2, 15, 4, 3]
    groups = {group.name: group.customers for group in study.segments}
    assert groups == {"Not Loyal": 29, "Need Attention": 50, "Priority": 7}
