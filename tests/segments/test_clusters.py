"""Learned clusters: planted groups are found, everything else gets an honest verdict and no crash."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from regulars.engine import DuckEngine, Engine, SparkEngine
from regulars.errors import SettingsError
from regulars.locale import LANGUAGES, words
from regulars.segments.assign import assign, assign_many, scaled
from regulars.segments.clusters import learn, learn_from
from regulars.segments.kmeans import kmeans
from regulars.segments.models import Clusters
from regulars.segments.sample import read_sample
from regulars.settings import Settings
from segments.planted import RFM, blobs, cloud, put_features, sample_of

NO_CAPS = Settings(outliers="none")


def assigned(engine: Engine) -> list[int]:
    """The cluster of each customer c0, c1, ..."""
    rows = engine.rows("select customer_id, cluster from clusters")
    return [row["cluster"] for row in sorted(rows, key=lambda row: int(row["customer_id"][1:]))]


def test_planted_groups_are_found_and_everybody_is_assigned(engine: Engine) -> None:
    values, groups = blobs(3, 300, seed=1)
    put_features(engine, values)
    found = learn(engine, Settings())
    assign(engine, found.model)
    clusters = assigned(engine)
    assert (found.verdict, found.recommended_k, found.k, found.fitted_on) == ("structure", 3, 3, 300)
    assert adjusted_rand_score(groups, clusters) >= 0.99
    assert found.model is not None
    assert clusters == assign_many(found.model, values).tolist()
    worth = [values[np.array(clusters) == cluster, 2].mean() for cluster in (1, 2, 3)]
    assert worth == sorted(worth, reverse=True)


def test_both_engines_learn_the_same(duck: DuckEngine, spark_session: SparkEngine) -> None:
    values, _ = blobs(4, 200, seed=2)
    for engine in (duck, spark_session):
        put_features(engine, values)
    assert learn(duck, Settings()) == learn(spark_session, Settings())


def test_neither_the_order_of_rows_nor_threads_change_anything() -> None:
    values = cloud(0.6, 500, seed=3)

    def learned(threads: int, order: str) -> Clusters:
        with DuckEngine(threads=threads) as engine:
            put_features(engine, values)
            engine.make_from("shuffled", f"select * from features order by {order}")
            engine.make_from("features", "select * from shuffled")
            return learn(engine, Settings())

    assert learned(1, "customer_id") == learned(2, "monetary desc")


def test_the_first_part_of_a_sample_is_a_sample_and_the_seed_draws_it(duck: DuckEngine) -> None:
    put_features(duck, np.column_stack([np.arange(4000.0)] * 3))
    one, other = (read_sample(duck, Settings(seed=seed)).values[:, 0] for seed in (0, 1))
    assert sorted(one) == sorted(other) == list(range(4000))
    assert one.tolist() != other.tolist()
    assert one[:400].mean() == pytest.approx(1999.5, abs=4 * 1155 / 400**0.5)  # four standard errors


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_the_planted_number_is_recommended(k: int) -> None:
    values, groups = blobs(k, 1000, seed=k)
    found = learn_from(sample_of(values), Settings())
    assert (found.verdict, found.recommended_k) == ("structure", k)
    assert found.model is not None
    assert adjusted_rand_score(groups, assign_many(found.model, values)) >= 0.9


def test_the_elbow_sees_four_groups() -> None:
    assert learn_from(sample_of(blobs(4, 1000, seed=4)[0]), NO_CAPS).elbow_k == 4


def verdicts(seeds: int, n: int) -> list[str]:
    rhos = (0.6, 0.0, 0.9)
    return [learn_from(sample_of(cloud(rhos[seed % 3], n, seed)), Settings(seed=seed)).verdict for seed in range(seeds)]


def test_correlated_clouds_have_no_clear_structure() -> None:
    assert verdicts(seeds=10, n=200) == ["no_clear_structure"] * 10


@pytest.mark.slow
@pytest.mark.parametrize("n", [40, 200, 1000])
def test_correlated_clouds_have_no_clear_structure_in_95_of_100(n: int) -> None:
    found = verdicts(seeds=100, n=n)
    assert found.count("no_clear_structure") >= 0.95 * len(found)


@pytest.mark.parametrize("once", [0.3, 0.75, 0.9])
def test_many_single_orders_are_no_structure(once: float) -> None:
    values = cloud(0.8, 2000, seed=5)
    values[:, 1] = np.maximum(1, np.round(values[:, 1] / np.quantile(values[:, 1], once)))
    assert (values[:, 1] == 1).mean() >= once
    found = learn_from(sample_of(values), Settings())
    assert found.verdict == "no_clear_structure"
    assert found.recommended_k is None
    assert 3 <= found.k <= 5


def test_evidence_has_a_row_per_k() -> None:
    found = learn_from(sample_of(cloud(0.5, 300, seed=6)), Settings(k_min=3, k_max=6))
    assert [row.k for row in found.evidence] == [3, 4, 5, 6]
    inertias = [row.inertia for row in found.evidence]
    assert inertias == sorted(inertias, reverse=True)
    assert all(0 < row.smallest_share <= 1 / row.k for row in found.evidence)
    assert found.map is not None
    assert len(found.map.points) == 300


def test_the_k_that_the_settings_name_is_made() -> None:
    values, _ = blobs(3, 300, seed=7)
    found = learn_from(sample_of(values), Settings(k=12))
    assert (found.k, found.recommended_k, found.evidence[-1].k) == (12, 3, 12)
    assert found.model is not None
    assert len(found.model.centroids) == 12


@pytest.mark.parametrize(
    ("values", "key"),
    [
        (np.ones((1, 3)), "customers"),
        (cloud(0.5, 29, seed=8), "customers"),
        (np.full((50, 3), 7.0), "distinct"),
        (np.full((50, 3), np.nan), "features"),
        (np.empty((0, 3)), "customers"),
    ],
)
def test_too_little_to_say(duck: DuckEngine, values: np.ndarray, key: str) -> None:
    put_features(duck, values)
    found = learn(duck, Settings())
    assign(duck, found.model)
    assert (found.verdict, found.model, found.k, found.recommended_k) == ("low_data", None, 1, None)
    assert found.reason.key == f"clusters.low_data.{key}"
    assert assigned(duck) == [1] * len(values)
    assert [len(found.reason.text(words(language))) > 40 for language in LANGUAGES] == [True, True]


def test_without_amounts_clusters_are_made_of_recency_and_orders(duck: DuckEngine) -> None:
    values, groups = blobs(2, 200, seed=9)
    values[:, 2] = np.nan
    put_features(duck, values)
    found = learn(duck, Settings())
    assert found.model is not None
    assert found.model.features == ("recency_days", "orders")
    clusters = assign_many(found.model, values[:, :2])
    assert adjusted_rand_score(groups, clusters) >= 0.99
    assert values[clusters == 1, 0].mean() < values[clusters == 2, 0].mean()  # the recent ones come first


def test_a_feature_that_is_no_number_for_anybody_is_left_out(duck: DuckEngine) -> None:
    put_features(duck, cloud(0.5, 40, seed=16))
    duck.make_from("wider", "select *, cast('nan' as double) as return_share from features")
    duck.make_from("features", "select * from wider")
    found = learn(duck, Settings(features=("orders", "return_share")))
    assert found.model is not None
    assert found.model.features == ("orders",)
    assert found.map is None


def test_a_constant_feature_does_no_harm() -> None:
    values, groups = blobs(2, 200, seed=10)
    values[:, 1] = 1
    found = learn_from(sample_of(values), Settings())
    assert found.model is not None
    assert found.model.scale[1] == 1
    assert adjusted_rand_score(groups, assign_many(found.model, values)) >= 0.99


@pytest.mark.parametrize("transform", ["log1p", "log1p_but_recency", "none"])
@pytest.mark.parametrize("outliers", ["none", "cap_iqr", "exclude_from_fit_iqr"])
def test_hostile_numbers_do_not_crash(duck: DuckEngine, transform: str, outliers: str) -> None:
    values = cloud(0.5, 100, seed=11)
    hostile = np.array([[np.nan, 1e308, -1e308], [np.inf, -np.inf, 0], [0, -5, np.nan], [1e-320, 1e200, 1e-9]])
    put_features(duck, np.vstack([values, hostile]))
    found = learn(duck, replace(Settings(), transform=transform, outliers=outliers))
    assign(duck, found.model)
    assert found.model is not None
    assert np.isfinite([*found.model.center, *found.model.scale, *np.ravel(found.model.centroids)]).all()
    assert assigned(duck) == assign_many(found.model, np.vstack([values, hostile])).tolist()


def test_outliers_are_capped_or_left_out_but_always_assigned(duck: DuckEngine) -> None:
    values, _ = blobs(3, 300, seed=12)
    values[:5] = [1, 1e9, 1e12]
    put_features(duck, values)
    capped, left_out, kept = (
        learn(duck, replace(Settings(), outliers=outliers)) for outliers in ("cap_iqr", "exclude_from_fit_iqr", "none")
    )
    assert (capped.fitted_on, left_out.fitted_on, kept.fitted_on) == (300, 295, 300)
    assert (capped.capped, left_out.capped, kept.capped) == (5, 5, 0)
    assert left_out.model is not None
    assign(duck, left_out.model)
    assert len(assigned(duck)) == 300
    assert capped.model is not None
    assert np.abs(scaled(capped.model, values)).max() < 5


def test_a_feature_that_is_not_there_names_those_that_are(duck: DuckEngine) -> None:
    put_features(duck, np.ones((3, 3)))
    with pytest.raises(SettingsError, match=r"no feature customer_id to cluster by\. There are: recency_days, orders"):
        learn(duck, Settings(features=("orders", "customer_id")))
    with pytest.raises(SettingsError, match="1 clusters cannot be made"):
        learn(duck, Settings(k=1))


def test_every_verdict_is_a_sentence_in_every_language() -> None:
    found = [learn_from(sample_of(values), Settings()) for values in (blobs(3, 300, 13)[0], cloud(0.5, 300, 13))]
    assert [each.reason.key.rpartition(".")[2] for each in found] == ["structure", "no_clear_structure"]
    texts = {each.reason.text(words(language)) for each in found for language in LANGUAGES}
    assert len(texts) == 4
    assert not any("{" in text for text in texts)


@pytest.mark.parametrize("k", [2, 5, 9])
def test_k_means_is_as_good_as_scikit_learns(k: int) -> None:
    points = np.log(cloud(0.6, 3000, seed=14))
    ours, theirs = kmeans(points, k, seed=0, starts=10), KMeans(k, n_init=10, random_state=0).fit(points)
    assert ours.inertia <= theirs.inertia_ * 1.005
    nearest = np.linalg.norm(points[:, None] - ours.centroids, axis=2)
    assert (ours.labels == nearest.argmin(axis=1)).all()
    assert ours.inertia == pytest.approx((nearest.min(axis=1) ** 2).sum())


def test_k_means_of_as_many_clusters_as_kinds_of_points() -> None:
    points = np.repeat([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [9.0, 9.0]], 10, axis=0)
    fit = kmeans(points, 4, seed=0, starts=5)
    assert fit.inertia == 0
    assert sorted(np.bincount(fit.labels)) == [10] * 4


def test_features_are_named_once(duck: DuckEngine) -> None:
    put_features(duck, cloud(0.5, 40, seed=15))
    sample = read_sample(duck, Settings(features=("orders", *RFM)))
    assert sample.features == ("orders", "recency_days", "monetary")
