"""The charts and the table of the evidence hold its figures."""

from dataclasses import replace
from datetime import date

from regulars.charts.evidence import evidence_table, stability, stability_words, widths
from regulars.locale import LANGUAGES, words
from regulars.pages.evidence import evidence_block
from report.make_study import make_study, one_customer

SAY = words("en", "GBP")
FOUND = make_study().clusters
NAMES = [f"Cluster {i + 1}" for i in range(FOUND.k)]


def test_stability_is_drawn_with_what_is_needed() -> None:
    chart = stability(FOUND, SAY)
    assert chart
    strength, jaccard, ari = chart.option["series"]
    assert [datum["value"] for datum in strength["data"]] == [
        round(row.prediction_strength, 4) for row in FOUND.evidence
    ]
    assert [datum["value"] for datum in jaccard["data"]] == [round(min(row.jaccard), 4) for row in FOUND.evidence]
    assert [datum["value"] for datum in ari["data"]] == [round(row.seed_ari, 4) for row in FOUND.evidence]
    assert [series["markLine"]["data"][0]["yAxis"] for series in (strength, jaccard)] == [0.8, 0.75]


def test_what_could_not_be_tested_is_a_gap_not_a_zero() -> None:
    last = replace(FOUND.evidence[-1], jaccard=(), prediction_strength=None)
    found = replace(FOUND, evidence=(*FOUND.evidence[:-1], last))
    chart = stability(found, SAY)
    assert chart
    assert [series["data"][-1]["value"] for series in chart.option["series"][:2]] == [None, None]
    assert SAY("common.unknown") in evidence_table(found, SAY).rows[-1]
    assert stability(replace(found, tested=None), SAY) is None


def test_every_drawn_customer_is_a_bar_of_its_cluster() -> None:
    chart = widths(FOUND, NAMES, SAY)
    assert chart and FOUND.widths
    for series, drawn in zip(chart.option["series"], FOUND.widths.widths, strict=True):
        assert [y for _, y in series["data"]] == [*drawn, drawn[-1]]
        assert [x for x, _ in series["data"]] == list(range(series["data"][0][0], series["data"][-1][0] + 1))
    assert chart.option["yAxis"]["min"] <= min(min(drawn) for drawn in FOUND.widths.widths)
    assert [row[0] for row in chart.table.rows] == NAMES
    assert widths(FOUND, NAMES[:-1], SAY) is None and widths(one_customer().clusters, ["Cluster 1"], SAY) is None


def test_a_cluster_without_a_drawn_customer() -> None:
    assert FOUND.widths
    empty = replace(FOUND.widths, widths=((), *FOUND.widths.widths[1:]))
    chart = widths(replace(FOUND, widths=empty), NAMES, SAY)
    assert chart and chart.option["series"][0]["data"] == []


def test_unstable_clusters_are_labelled_so() -> None:
    rows = tuple(replace(row, jaccard=(0.97, 0.7, 0.3, 0.9)) if row.k == 4 else row for row in FOUND.evidence)
    found = replace(FOUND, k=4, evidence=rows)
    said = [stability_words(found, i, SAY) for i in range(4)]
    assert [text.split(" (")[0] for text in said if text] == [
        "stable",
        "borders not sure",
        "unstable: do not build on it",
        "stable",
    ]
    assert stability_words(found, 4, SAY) is None
    assert stability_words(replace(found, kept_from=date(2011, 1, 1)), 0, SAY) is None


def test_one_table_with_a_row_for_each_number_in_both_languages() -> None:
    for language in LANGUAGES:
        block = evidence_block(FOUND, NAMES, words(language, "GBP"))
        (table,) = block.tables
        assert len(table.rows) == len(FOUND.evidence)
        assert {len(row) for row in table.rows} == {len(table.headers)}
        marked = [row[0] for row in table.rows if "✓" in row[0]]
        assert marked == [f"{FOUND.recommended_k} ✓"]
        assert [chart.key for chart in block.charts] == ["silhouette", "stability", "elbow", "silhouette_widths"]


def test_later_data_have_their_columns_only_where_there_are_any() -> None:
    without = tuple(replace(row, sales_separation=None, repeat_separation=None) for row in FOUND.evidence)
    more, less = (len(evidence_table(found, SAY).headers) for found in (FOUND, replace(FOUND, evidence=without)))
    assert more == less + 2


def test_without_evidence_it_is_said() -> None:
    block = evidence_block(one_customer().clusters, ["Cluster 1"], SAY)
    assert (block.charts, block.tables, block.insights) == ((), (), ())
    assert block.empty
