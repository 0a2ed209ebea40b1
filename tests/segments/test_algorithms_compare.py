"""Algorithms side by side: the verdict rule, planted groups and none, equal evidence, bounded and repeatable."""

from dataclasses import asdict, replace
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from regulars.engine import DuckEngine
from regulars.locale import LANGUAGES, words
from regulars.pages.compare import compare_page, reason_text
from regulars.report import write_page
from regulars.segments.algorithms.compare import ALGORITHMS, compare, compare_points, judge
from regulars.segments.algorithms.hierarchy import Agglomerative
from regulars.segments.algorithms.kmeans import KMeans
from regulars.segments.algorithms.models import Compared, Comparison
from regulars.segments.clusters import learn
from regulars.segments.kmeans import scale
from regulars.settings import Settings
from segments.planted import blobs, cloud, put_features, sample_of

QUICK = ("mixture", "agglomerative", "grid")


def points_of(values: np.ndarray) -> np.ndarray:
    return scale(sample_of(values), Settings()).points


def row(name: str, clusters: int, silhouette: float | None, *fails: str) -> Compared:
    return Compared(name, clusters, 0.0, 0.2, silhouette, 0.01, 0.3, 0.01, jaccard=(0.9,) * clusters, fails=fails)


def judged(*rows: Compared, again: float = 0.0) -> tuple[str, str | None]:
    """The verdict, where k-means with another number reaches the silhouette `again`."""
    return judge(rows, lambda k: row("kmeans", k, again))[:2]


# --- the verdict -----------------------------------------------------------------------------------------------------


def test_nobody_is_preferred_where_all_fail() -> None:
    assert judged(row("kmeans", 4, 0.5, "null"), row("birch", 2, 0.9, "jaccard"), row("grid", 1, None, "one")) == (
        "none",
        None,
    )


def test_k_means_stays_where_no_other_is_clearly_better() -> None:
    assert judged(row("kmeans", 4, 0.5), row("birch", 4, 0.52)) == ("kmeans", "kmeans")
    assert judged(row("kmeans", 4, 0.5), row("birch", 4, 0.9, "noise")) == ("kmeans", "kmeans")
    assert judged(row("kmeans", 4, 0.5), row("birch", 4, 0.54)) == ("other", "birch")


def test_a_failing_k_means_is_no_rival() -> None:
    rows = (row("kmeans", 4, 0.5, "jaccard"), row("birch", 4, 0.4))
    assert judged(*rows) == ("other", "birch")
    assert judge(rows, lambda _: rows[0])[2].key == "compare.verdict.steadier"
    assert judge((row("kmeans", 4, 0.3), rows[1]), lambda _: rows[0])[2].key == "compare.verdict.other"


def test_who_finds_another_number_must_beat_k_means_with_that_number() -> None:
    """A silhouette rises as groups get fewer: .7 with two groups is no merit where k-means reaches it as well."""
    rows = (row("kmeans", 4, 0.5), row("hdbscan", 2, 0.7))
    assert judged(*rows, again=0.69) == ("other_k", "kmeans")
    assert judged(*rows, again=0.6) == ("other", "hdbscan")


# --- on customers ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted() -> tuple[np.ndarray, np.ndarray, Comparison]:
    values, groups = blobs(4, 600, seed=1)
    points = points_of(values)
    return points, groups, compare_points(points, 5_000, (4, 0))


def test_planted_groups_are_found_by_all_and_k_means_is_good_enough(planted: tuple) -> None:
    _, _, found = planted
    assert [row.name for row in found.algorithms] == list(ALGORITHMS)
    assert (found.verdict, found.preferred) == ("kmeans", "kmeans")
    assert {row.clusters for row in found.algorithms if row.name != "optics"} == {4}
    assert (found.k, found.customers, found.sample) == (4, 5_000, 600)
    kmeans = found.algorithms[0]
    assert kmeans.fails == ()
    assert min(kmeans.jaccard) > 0.9 and len(kmeans.jaccard) == 4
    mixture = found.algorithms[2]
    assert mixture.own_k == 4 and mixture.unsure_share < 0.05


def test_the_evidence_is_that_of_scikit_learn(planted: tuple) -> None:
    points, _, found = planted
    labels = KMeans(4).fit(points).labels_
    other = ALGORITHMS["mixture"](4, 0).fit(points).labels_
    assert found.algorithms[0].silhouette == pytest.approx(silhouette_score(points, labels))
    assert found.agreement[0][2] == pytest.approx(adjusted_rand_score(labels, other))
    assert np.allclose(found.agreement, np.transpose(found.agreement))
    assert np.diag(found.agreement).tolist() == [1] * 10
    assert found.algorithms[0].smallest_share == pytest.approx(np.bincount(labels).min() / 600)


def test_time_is_measured_by_the_clock_that_is_given_and_all_else_is_the_same(planted: tuple) -> None:
    timed = compare_points(planted[0], 600, (4, 0), QUICK, count().__next__)
    plain = compare_points(planted[0], 600, (4, 0), QUICK)
    assert {row.cpu_seconds for row in timed.algorithms} == {1}  # each look at this clock is a second later
    assert {row.cpu_seconds for row in plain.algorithms} == {None}
    untimed = replace(timed, algorithms=tuple(replace(row, cpu_seconds=None) for row in timed.algorithms))
    assert asdict(untimed) == asdict(plain)


def test_the_wrong_number_is_said_to_be_wrong(planted: tuple) -> None:
    """Asked for three of four groups, those who count by themselves find four, and k-means does as well with four."""
    found = compare_points(planted[0], 600, (3, 0), ("hdbscan", "dbscan"))
    assert (found.verdict, found.preferred) == ("other_k", "kmeans")
    assert "--set k=4" in reason_text(found, words("en"))


@pytest.mark.parametrize("rho", [0.0, 0.6, 0.9])
def test_no_algorithm_is_praised_on_customers_without_groups(rho: float) -> None:
    found = compare_points(points_of(cloud(rho, 600, 7)), 600, (4, 0), QUICK)
    assert (found.verdict, found.preferred) == ("none", None)
    assert all(row.fails for row in found.algorithms)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        (np.random.default_rng(0).normal(size=(29, 2)), "customers"),
        (np.ones((100, 3)), "alike"),
        (np.repeat(np.eye(3), 20, axis=0), "alike"),
    ],
)
def test_too_little_is_no_verdict(points: np.ndarray, reason: str) -> None:
    found = compare_points(points, len(points), (4, 0))
    assert (found.verdict, found.algorithms, found.agreement, found.preferred) == ("low_data", (), (), None)
    assert found.reason.key == f"compare.low_data.{reason}"


def test_two_kinds_of_customers_are_compared_without_a_word(recwarn: pytest.WarningsRecorder) -> None:
    """Full of ties, one feature constant: nobody may fall over it."""
    points = np.column_stack([np.repeat([0.0, 1.0, 2.0], 40), np.repeat([0.0, 3.0], 60), np.zeros(120)])
    found = compare_points(points, 120, (2, 0))
    assert len(found.algorithms) == len(ALGORITHMS)
    assert not recwarn.list


def test_it_takes_the_features_and_the_scale_of_the_study(duck: DuckEngine) -> None:
    values, _ = blobs(4, 300, seed=2)
    put_features(duck, values)
    settings = Settings(k_min=4, k_max=4)
    clusters = learn(duck, settings)
    found = compare(duck, clusters, settings, names=("kmedoids",))
    assert (found.k, found.customers, found.sample) == (clusters.k, 300, 300)
    assert [row.name for row in found.algorithms] == ["kmeans", "kmedoids"]
    evidence = next(row for row in clusters.evidence if row.k == clusters.k)
    assert found.algorithms[0].silhouette == pytest.approx(evidence.silhouette, abs=1e-6)
    assert compare(duck, clusters, settings, k=3, names=("kmedoids",)).algorithms[0].clusters == 3


def test_without_clusters_the_study_has_said_why(duck: DuckEngine) -> None:
    put_features(duck, blobs(2, 12, seed=0)[0])
    settings = Settings()
    found = compare(duck, learn(duck, settings), settings)
    assert (found.verdict, found.customers) == ("low_data", 12)
    assert "30" in reason_text(found, words("en"))


# --- as a page -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_figure(planted: tuple, language: str) -> None:
    found = planted[2]
    say = words(language)
    page = compare_page(found, say)
    assert [block.key for block in page.blocks] == ["algorithms", "algorithm-agreement", "algorithm-tree"]
    bars, heat, tree = (block.charts[0] for block in page.blocks)
    real, null = bars.option["series"]
    assert [datum["value"] for datum in real["data"]] == [
        pytest.approx(row.silhouette, abs=1e-4) for row in found.algorithms
    ]
    assert [datum["value"] for datum in null["data"]] == [
        pytest.approx(row.null_silhouette, abs=1e-4) for row in found.algorithms
    ]
    assert len(bars.table.rows) == 10 and "✓" in bars.table.rows[0][0]
    assert len(heat.option["series"][0]["data"]) == 100
    lines, ends = tree.option["series"]
    assert len(lines["data"]) == len(ends["data"]) - 1 == len(tree.table.rows) == 29
    assert page.sure


def test_the_links_of_a_dendrogram_meet() -> None:
    tree = Agglomerative(3).fit(np.random.default_rng(0).normal(size=(200, 2))).top(leaves=10)
    assert tree is not None
    tops = {(round((link.x[0] + link.x[1]) / 2, 9), link.height) for link in tree.links}
    ends = {(float(i), 0.0) for i in range(10)}
    feet = {(round(x, 9), low) for link in tree.links for x, low in zip(link.x, link.low, strict=True)}
    assert ends <= feet
    assert feet - ends == tops - {max(tops, key=lambda top: top[1])}


def test_a_page_without_a_verdict_is_a_page(tmp_path: Path) -> None:
    found = compare_points(np.ones((100, 2)), 100, (2, 0))
    for language in LANGUAGES:
        say = words(language)
        page = compare_page(found, say)
        assert (page.blocks, page.sure) == ((), False)
        write_page(page, "<script>alert(1)</script>", tmp_path / "c.html", say)
        html = (tmp_path / "c.html").read_text(encoding="utf-8")
        assert "<script>alert" not in html and "&lt;script&gt;alert" in html
