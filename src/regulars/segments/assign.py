"""Who belongs to which cluster: the nearest centroid, by one query for everybody and in numpy for a few.

Both compute the same expression in the same order, so they give the same labels. Of the squared distance
z² - 2·z·c + c² the first term is the same for every centroid and is left out. A tie goes to the cluster with the lower
number (the more valuable one). A missing value counts as the mean of the customers that the model was fitted on.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.segments.models import ClusterModel, MixedModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDE = 1e100  # the cap where nothing is capped: its square is still a number


def assign(engine: Engine, model: ClusterModel | None) -> None:
    """Makes the table `clusters` from `features`: customer_id, cluster (1 is the most valuable).

    Without a model (low-data mode) everybody is in cluster 1.
    """
    engine.make_from("clusters", assignment_sql(model))


def assignment_sql(model: ClusterModel | None) -> str:
    """The query that assigns everybody, the model's numbers written into it as double literals."""
    if model is None or len(model.centroids) == 1:
        return "select customer_id, cast(1 as integer) as cluster from features"
    scaled = ",\n       ".join(f"{scaled_sql(model, j)} as z{j}" for j in range(len(model.features)))
    distances = ",\n       ".join(f"{_distance_sql(c)} as d{i}" for i, c in enumerate(model.centroids, 1))
    return (
        "-- clusters  one row per customer: the cluster with the nearest centroid\n"
        f"select customer_id, cast({nearest_sql(len(model.centroids))} as integer) as cluster\n"
        f"from  (select customer_id,\n       {distances}\nfrom  (select customer_id,\n       {scaled}\n"
        "from   features) as scaled) as distances"
    )


def assign_many(model: ClusterModel, values: "NDArray[Any]") -> "NDArray[Any]":
    """The clusters of customers given as an array of shape (customers, features of the model); NaN where unknown."""
    import numpy as np

    z = scaled(model, values)
    distances = np.empty((len(z), len(model.centroids)))
    for i, centroid in enumerate(model.centroids):
        distances[:, i] = sum(c * c for c in centroid)
        for j, c in enumerate(centroid):
            distances[:, i] += -2 * c * z[:, j]
    return np.asarray(distances.argmin(axis=1) + 1)


def assign_mixed(model: MixedModel, columns: Mapping[str, "NDArray[Any]"]) -> "NDArray[Any]":
    """The clusters of customers by numbers and words: columns of floats by name, NaN where unknown."""
    import numpy as np

    numbers = model.numbers
    words = [np.nan_to_num(columns[name], nan=-1) for name in model.words]
    held = [columns[name] for name in numbers.features]
    z = scaled(numbers, np.column_stack(held)) if held else np.zeros((len(words[0]), 0))
    distances = np.zeros((len(words[0]), len(model.codes)))
    for i, (centroid, codes) in enumerate(zip(numbers.centroids, model.codes, strict=True)):
        for j, c in enumerate(centroid):
            apart = z[:, j] - c
            distances[:, i] += np.minimum(np.abs(apart) / model.spans[j], 1) if model.spans else apart * apart
        for word, code, unknown in zip(words, codes, model.unknown, strict=True):
            unlike = np.where(word == code, 0.0, model.apart)
            distances[:, i] += np.where((word < 0) | (code < 0), unknown, unlike)
    return np.asarray(distances.argmin(axis=1) + 1)


def assign_one(model: ClusterModel, values: Mapping[str, float | None]) -> int:
    """The cluster of one customer, whose features are given by name."""
    import numpy as np

    row = [np.nan if (value := values.get(name)) is None else float(value) for name in model.features]
    return int(assign_many(model, np.array([row]))[0])


def scaled(model: ClusterModel, values: "NDArray[Any]") -> "NDArray[Any]":
    """Features transformed, capped and scaled as the model has learned; a missing value becomes 0, the mean."""
    import numpy as np

    capped = np.clip(transformed(model.transform, model.features, values), model.lower, model.upper)
    z = (capped - np.array(model.center)) / np.array(model.scale)
    return np.where(np.isnan(z), 0.0, z)


def transformed(transform: str, features: Sequence[str], values: "NDArray[Any]") -> "NDArray[Any]":
    """The logarithm of 1 + max(value, 0) where the transform takes it, else the value itself; NaN stays NaN."""
    import numpy as np

    logged = [_takes_log(transform, feature) for feature in features]
    return np.where(logged, np.log(1 + np.maximum(values, 0)), values)


def _takes_log(transform: str, feature: str) -> bool:
    """`log1p:age,income` takes the logarithm of these alone."""
    if transform.startswith("log1p:"):
        return feature in transform.removeprefix("log1p:").split(",")
    return transform == "log1p" or (transform == "log1p_but_recency" and feature != "recency_days")


def scaled_sql(model: ClusterModel, j: int) -> str:
    """One feature of `features`, transformed, capped and scaled, as an expression."""
    value = f"cast({model.features[j]} as double)"
    logged = _takes_log(model.transform, model.features[j])
    moved = f"ln(1e0 + greatest({value}, 0e0))" if logged else value
    capped = f"least(greatest({moved}, {double_sql(model.lower[j])}), {double_sql(model.upper[j])})"
    scaled = f"({capped} - {double_sql(model.center[j])}) / {double_sql(model.scale[j])}"
    return f"case when {value} is null or isnan({value}) then 0e0 else {scaled} end"


def _distance_sql(centroid: Sequence[float]) -> str:
    terms = [f"{double_sql(-2 * c)} * z{j}" for j, c in enumerate(centroid)]
    return " + ".join([double_sql(sum(c * c for c in centroid)), *terms])


def nearest_sql(k: int) -> str:
    """The number of the least of the columns d1 to dk; of equal ones the lower."""
    cases = []
    for i in range(1, k):
        later = ", ".join(f"d{n}" for n in range(i + 1, k + 1))
        cases.append(f"when d{i} <= {f'least({later})' if i + 1 < k else later} then {i}")
    return f"case {' '.join(cases)} else {k} end"


def double_sql(number: float) -> str:
    """A double literal in both dialects: only with an exponent is it no decimal."""
    digits = repr(float(number))
    return f"({digits if 'e' in digits else digits + 'e0'})"
