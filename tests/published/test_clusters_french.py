"""French customers: each measure clustered alone (k = 3), with the published ranges and silhouettes."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import silhouette_score

from regulars.engine import DuckEngine
from regulars.segments.models import Cuts
from regulars.segments.ordered import measure_cuts
from regulars.settings import Settings

# as published: recency in whole 24 hours to the midnight of 2011-11-29 (before the last order), which is a day less
# than calendar days; frequency = number of lines
FEATURES = """
select cast(CustomerID as varchar) as customer_id,
       date_diff('day', max(cast(InvoiceDate as date)), date '2011-11-28') as recency_days,
       count(*) as orders,
       sum(cast(Quantity * cast(UnitPrice as decimal(18, 4)) as decimal(28, 4))) as monetary
from   read_csv($file)
group  by all
"""
MEASURES = ("recency_days", "orders", "monetary")


@pytest.fixture(scope="module")
def french(data: Path) -> Iterator[DuckEngine]:
    with DuckEngine() as engine:
        engine.make_from("features", FEATURES, file=str(data / "france_orders.csv"))
        yield engine


def values_of(french: DuckEngine, measure: str) -> np.ndarray:
    return np.array([float(row["x"]) for row in french.rows(f"select {measure} as x from features order by x")])


def ranges(values: np.ndarray, cuts: Cuts) -> list[tuple[float, float, int]]:
    """Least, greatest and number of the values at each score, from low values to high."""
    scores = np.array([cuts.score(value) for value in values])
    parts = [values[scores == score] for score in range(1, cuts.levels + 1)]
    return sorted((float(part.min()), float(part.max()), len(part)) for part in parts)


def test_ranges_of_three_clusters_of_each_measure(french: DuckEngine) -> None:
    french.make_from("measures", "select * from features")
    recency, orders, monetary = measure_cuts(french, Settings())
    assert ranges(values_of(french, "recency_days"), recency) == [(-2, 62, 55), (67, 194, 16), (216, 360, 15)]
    assert ranges(values_of(french, "orders"), orders) == [(4, 106, 63), (124, 309, 19), (390, 638, 4)]
    found = ranges(values_of(french, "monetary"), monetary)
    assert [number for *_, number in found] == [61, 19, 6]
    assert [edge for low, high, _ in found for edge in (low, high)] == pytest.approx(
        [73.50, 2104.23, 2609, 7679, 9401, 18896], abs=1
    )


@pytest.mark.parametrize(
    ("measure", "published"),
    [
        # k = 3: the published .6573 is of a partition with a larger sum of squares than the published ranges
        ("recency_days", [0.7955, 0.6463, 0.6801]),
        ("orders", [0.7369, 0.7210, 0.6695]),
        ("monetary", [0.8272, 0.7347, 0.7402]),
    ],
)
def test_silhouettes_of_2_3_4_clusters_of_each_measure(
    french: DuckEngine, measure: str, published: list[float]
) -> None:
    values = values_of(french, measure)
    found = []
    for levels in (2, 3, 4):
        french.make_from("measures", "select * from features")
        cuts = measure_cuts(french, Settings(), levels)[MEASURES.index(measure)]
        found.append(silhouette_score(values[:, None], [cuts.score(value) for value in values]))
    assert found == pytest.approx(published, abs=0.0005)


def test_the_sums_of_ordered_ranks_and_the_published_labels(french: DuckEngine) -> None:
    french.make_from("measures", "select * from features")
    cuts = measure_cuts(french, Settings())
    rows = french.rows("select recency_days, orders, monetary from features")
    sums = [sum(cut.score(float(row[cut.measure])) for cut in cuts) for row in rows]
    assert [sums.count(total) for total in range(3, 10)] == [15, 14, 33, 2, 15, 4, 3]
