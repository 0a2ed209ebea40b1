"""Known segments are recovered, and nothing is found where nothing is: tables of features, and whole shops."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sklearn.metrics import adjusted_rand_score

from regulars.api import read
from regulars.features import features
from regulars.orders.clean import reconcile
from regulars.pipeline import scored
from regulars.segments.assign import assign, assign_many
from regulars.segments.clusters import learn, learn_from
from regulars.settings import Settings
from regulars.synth import write_planted, write_structureless
from segments.planted import blobs, sample_of


def recovered(seeds: int, n: int) -> int:
    """In how many seeds the planted number of groups is recommended and its groups are those planted."""
    found = 0
    for seed in range(seeds):
        k = 2 + seed % 4
        values, groups = blobs(k, n, seed)
        clusters = learn_from(sample_of(values), Settings(seed=seed))
        assert clusters.model is not None
        agreement = adjusted_rand_score(groups, assign_many(clusters.model, values))
        found += clusters.recommended_k == k and agreement >= 0.9
    return found


def test_planted_groups_are_recovered() -> None:
    assert recovered(seeds=10, n=300) == 10


@pytest.mark.slow
@pytest.mark.parametrize("n", [150, 300, 2000])
def test_planted_groups_are_recovered_in_95_of_100_seeds(n: int) -> None:
    assert recovered(seeds=100, n=n) >= 95


def shop(path: Path, seed: int, truth: dict[str, str]) -> tuple[str, float]:
    """The verdict on a shop's order lines, and how far its clusters are the true segments."""
    lines = read(path, seed=seed)
    try:
        reconcile(lines.engine, scored(lines.engine, lines, lines.settings).cleaned)
        features(lines.engine)
        clusters = learn(lines.engine, lines.settings)
        assign(lines.engine, clusters.model)
        rows = lines.engine.rows("select customer_id, cluster from clusters")
    finally:
        lines.engine.close()
    known = [truth.get(row["customer_id"], "") for row in rows]
    return clusters.verdict, float(adjusted_rand_score(known, [row["cluster"] for row in rows]))


def shops(path: Path, seeds: int, write: Callable[[Path, int], dict[str, str]]) -> list[tuple[str, float]]:
    found = []
    for seed in range(seeds):
        truth = write(path / "shop.parquet", seed)
        found.append(shop(path / "shop.parquet", seed, truth))
    return found


def with_segments(path: Path, seed: int) -> dict[str, str]:
    return write_planted(path, customers=600, seed=seed)


def without(path: Path, seed: int) -> dict[str, str]:
    write_structureless(path, customers=600, seed=seed)
    return {}


@pytest.mark.slow
def test_the_segments_of_shops_are_recovered_in_95_of_100_seeds(tmp_path: Path) -> None:
    found = shops(tmp_path, 100, with_segments)
    assert sum(verdict == "structure" and agreement >= 0.9 for verdict, agreement in found) >= 95


@pytest.mark.slow
def test_shops_without_segments_have_no_clear_structure_in_95_of_100_seeds(tmp_path: Path) -> None:
    """Recency, orders and spending are strongly correlated, and that is all."""
    found = shops(tmp_path, 100, without)
    assert sum(verdict == "no_clear_structure" for verdict, _ in found) >= 95


def test_a_shop_with_segments_and_one_without(tmp_path: Path) -> None:
    verdict, agreement = shops(tmp_path, 1, with_segments)[0]
    assert (verdict, agreement >= 0.9) == ("structure", True)
    assert shops(tmp_path, 1, without)[0][0] == "no_clear_structure"
