"""Online Retail II: no algorithm finds groups that chance would not, and those by density call most customers noise."""

from pathlib import Path
from time import process_time

import pytest

from published.test_clusters_online_retail import FEATURES
from regulars.engine import DuckEngine
from regulars.segments.algorithms.compare import ALGORITHMS, compare
from regulars.segments.clusters import learn
from regulars.settings import Settings


@pytest.mark.slow
def test_no_algorithm_does_better_than_chance(data: Path) -> None:
    with DuckEngine() as engine:
        engine.make_from("features", FEATURES, file=str(data / "online_retail_II.parquet"))
        settings = Settings()
        clusters = learn(engine, settings)
        before = process_time()
        found = compare(engine, clusters, settings)
        assert process_time() - before <= 40
    assert (found.verdict, found.sample) == ("none", 5878)
    assert [row.name for row in found.algorithms] == list(ALGORITHMS)
    assert all({"null", "one"} & set(row.fails) for row in found.algorithms)
    noise = {row.name: row.noise_share for row in found.algorithms}
    assert noise["optics"] > 0.5
    assert noise["hdbscan"] > 0.1
