"""Tables `features` with a known truth, for the tests of clusters."""

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from regulars.engine import DuckEngine, Engine
from regulars.segments.sample import Sample

Array = NDArray[Any]
RFM = ("recency_days", "orders", "monetary")
CORNERS = np.array([[-1, 1, 1], [1, -1, -1], [-1, -1, -1], [1, 1, 1], [0, 0, 0]]) * 3.0


def blobs(k: int, n: int, seed: int) -> tuple[Array, Array]:
    """Recency, orders, monetary of `n` customers in `k` well separated groups, and the group of each."""
    rng = np.random.default_rng(seed)
    groups = rng.integers(0, k, n)
    return np.exp((CORNERS[groups] + rng.normal(size=(n, 3))) / 2 + 5), groups


def cloud(rho: float, n: int, seed: int) -> Array:
    """Recency, orders, monetary without groups: one correlated bell-shaped cloud of logarithms."""
    covariance = np.array([[1, -rho, -rho], [-rho, 1, rho], [-rho, rho, 1]])
    return np.exp(np.random.default_rng(seed).multivariate_normal([4, 1, 6], covariance, n))


def sample_of(values: Array) -> Sample:
    """The values as a sample, in the order given."""
    return Sample(len(values), RFM, values, values[:, 2])


def put_features(engine: Engine, values: Array, names: tuple[str, ...] = RFM) -> None:
    """A table `features` of customers c0, c1, ...; all columns double, NaN as NULL."""
    rows = [(f"c{i}", *(None if np.isnan(v) else float(v) for v in row)) for i, row in enumerate(values)]
    types = {"customer_id": "VARCHAR", **dict.fromkeys(names, "DOUBLE")}
    if isinstance(engine, DuckEngine):
        columns = zip(*rows, strict=True) if rows else [[]] * len(types)
        engine.register("given", pa.table({name: list(column) for name, column in zip(types, columns, strict=True)}))
        chosen = ", ".join(f"cast({name} as {kind}) as {name}" for name, kind in types.items())
        engine.make_from("features", f"select {chosen} from given")
    else:
        engine.put("features", types, rows)
