"""The query, numpy over many and Python for one give the same clusters."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from regulars.engine import DuckEngine, Engine
from regulars.segments.assign import WIDE, assign, assign_many, assign_one, assignment_sql
from regulars.segments.models import ClusterModel
from segments.planted import RFM, put_features

NUMBERS = st.one_of(
    st.floats(-1e6, 1e6), st.sampled_from([0.0, 1.0, -1.0, 1e300, -1e300, np.inf, -np.inf, np.nan, 1e-320])
)
SCALED = st.floats(-3, 3).map(lambda number: round(number, 6))


@st.composite
def models(draw: st.DrawFn) -> ClusterModel:
    centroids = draw(st.lists(st.tuples(SCALED, SCALED, SCALED), min_size=1, max_size=9))
    capped = draw(st.booleans())
    return ClusterModel(
        features=RFM,
        transform=draw(st.sampled_from(["log1p", "log1p_but_recency", "none"])),
        lower=(-2.5,) * 3 if capped else (-WIDE,) * 3,
        upper=(7.25,) * 3 if capped else (WIDE,) * 3,
        center=draw(st.tuples(SCALED, SCALED, SCALED)),
        scale=draw(st.tuples(*[st.floats(1e-3, 1e3)] * 3)),
        centroids=tuple(centroids),
        seed=0,
    )


@settings(max_examples=60, deadline=None)
@given(model=models(), values=arrays(float, st.tuples(st.integers(1, 20), st.just(3)), elements=NUMBERS))
def test_query_and_python_agree(model: ClusterModel, values: np.ndarray) -> None:
    with DuckEngine(threads=1) as duck:
        put_features(duck, values)
        assign(duck, model)
        rows = duck.rows("select customer_id, cluster from clusters")
    by_query = [row["cluster"] for row in sorted(rows, key=lambda row: int(row["customer_id"][1:]))]
    assert by_query == assign_many(model, values).tolist()
    assert by_query == [assign_one(model, dict(zip(RFM, row, strict=True))) for row in values]


TWO = ClusterModel(
    features=("recency_days", "orders"),
    transform="none",
    lower=(-WIDE, -WIDE),
    upper=(WIDE, 10.0),
    center=(10.0, 2.0),
    scale=(2.0, 0.5),
    centroids=((-1.0, 1.0), (1.0, -1.0)),
    seed=0,
)


@pytest.mark.parametrize(
    ("recency", "orders", "cluster"),
    [
        (8, 2.5, 1),  # on the first centroid: (8 - 10) / 2 = -1, (2.5 - 2) / .5 = 1
        (12, 1.5, 2),
        (10, 2, 1),  # as far from both: the lower number
        (None, None, 1),  # unknown counts as the mean, which is as far from both
        (None, 1, 2),
        (100, 1e9, 2),  # orders capped at 10 are 16 in scaled space, recency 45 pulls to the second
        (30, 1e9, 1),  # recency 10 does not
    ],
)
def test_by_hand_on_every_engine(engine: Engine, recency: float | None, orders: float | None, cluster: int) -> None:
    engine.put(
        "features",
        {"customer_id": "VARCHAR", "recency_days": "INTEGER", "orders": "DOUBLE"},
        [("c", recency, None if orders is None else float(orders))],
    )
    assign(engine, TWO)
    assert engine.rows("select customer_id, cluster from clusters") == [{"customer_id": "c", "cluster": cluster}]
    assert assign_one(TWO, {"recency_days": recency, "orders": orders}) == cluster


def test_the_query_writes_no_decimals_and_no_power() -> None:
    sql = assignment_sql(TWO)
    assert "power" not in sql
    assert "(1e+100)" in sql
    assert "(2.0e0)" in sql
    assert sql.startswith("-- clusters")
