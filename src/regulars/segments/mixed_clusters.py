"""Clusters of a customer table by numbers and words together: k-prototypes, or medoids by Gower's distance.

The numbers are transformed, capped and scaled as for k-means, an unknown one counts as the mean; an unknown word is
passed over. No draws without structure are known for words, so these clusters are always called exploratory.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from regulars.errors import SettingsError
from regulars.locale import Message
from regulars.segments.algorithms.mixed import GowerMedoids, KPrototypes, Mixed, columns_of, gower
from regulars.segments.assign import assignment_sql, double_sql, nearest_sql, scaled_sql
from regulars.segments.indices import elbow, widths_of
from regulars.segments.kmeans import Fit, model_of, scale
from regulars.segments.models import ClusterModel, Clusters, Evidence, MixedModel
from regulars.segments.sample import Sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 30  # customers; below, clusters say nothing
LOOKED_AT = 1_500  # customers whose silhouettes are measured, and of whom medoids are chosen
Method = GowerMedoids | KPrototypes


def learn_mixed(sample: Sample, codes: frozenset[str], settings: Settings) -> tuple[Clusters, str]:
    """Clusters of a sample, and the query that assigns everybody in `features`. `codes` are columns that hold words.

    Raises SettingsError where there is no column of words: then another encoding says the same for less.
    """
    import numpy as np

    words = [j for j, name in enumerate(sample.features) if name in codes]
    if not words:
        raise SettingsError("clusters_no_words", encoding=settings.encoding)
    if sample.customers < FEWEST:
        reason = Message("clusters.low_data.customers", {"n": sample.customers, "needed": FEWEST})
        return Clusters(1, None, None, "low_data", reason, (), None, None, 0), assignment_sql(None)
    numbers = [j for j in range(len(sample.features)) if j not in words]
    chosen = replace(settings, outliers="none" if settings.outliers == "none" else "cap_iqr")
    part = replace(sample, features=tuple(sample.features[j] for j in numbers), values=sample.values[:, numbers])
    ready = scale(part, chosen)
    customers = Mixed(ready.points, np.nan_to_num(sample.values[:, words], nan=-1).astype(int))
    ks = sorted({*range(settings.k_min, settings.k_max + 1), *([settings.k] if settings.k else [])})
    fits = [_ordered(_method(k, settings).fit(customers), sample.worth) for k in ks]
    evidence = _evidence(customers, fits)
    best = max(range(len(fits)), key=lambda i: (evidence[i].silhouette, -evidence[i].k))
    at = next((i for i, fit in enumerate(fits) if fit[0].n_clusters == settings.k), best)
    method, order = fits[at]
    row = evidence[at]
    reason = Message("people.mixed.reason", {"k": row.k, "silhouette": row.silhouette})
    k = len(order)
    empty = Fit(np.zeros(0, dtype=int), np.zeros((k, len(numbers))), 0.0)
    model = model_of(empty, ready, part, chosen)
    knee = elbow([r.k for r in evidence], [r.inertia for r in evidence])
    names = tuple(sample.features[j] for j in words)
    clusters = Clusters(
        k, None, knee, "no_clear_structure", reason, evidence, None, None, len(customers), ready.outliers,
        mixed=_frozen(model, names, method, order),
    )  # fmt: skip
    return clusters, _assignment(model, names, method, order)


def _frozen(model: ClusterModel, words: tuple[str, ...], method: Method, order: Sequence[int]) -> MixedModel:
    """The method as a document that assigns customers one at a time."""
    center = method.medoids_ if isinstance(method, GowerMedoids) else method.prototypes_
    spans: tuple[float, ...] = ()
    unknown = (0.0,) * len(words)
    if isinstance(method, GowerMedoids):
        spans = tuple(float(span) for span in method.columns_.spans)
        unknown = tuple(float(usual) for usual in method.columns_.usual[len(spans) :])
    return MixedModel(
        numbers=replace(model, centroids=tuple(tuple(float(c) for c in center.values[i]) for i in order)),
        words=words,
        codes=tuple(tuple(int(c) for c in center.nominal[i]) for i in order),
        apart=1.0 if isinstance(method, GowerMedoids) else float(method.gamma_),
        unknown=unknown,
        spans=spans,
    )


def _method(k: int, settings: Settings) -> Method:
    if settings.encoding == "gower":
        return GowerMedoids(k, max_samples=LOOKED_AT, random_state=settings.seed)
    return KPrototypes(k, random_state=settings.seed)


def _ordered(method: Method, worth: "NDArray[Any]") -> tuple[Method, list[int]]:
    """The method, and its clusters in the order of the mean worth of their customers, highest first."""
    import numpy as np

    known = np.nan_to_num(worth)
    counts = np.bincount(method.labels_, minlength=method.n_clusters_)
    sums = np.bincount(method.labels_, weights=known, minlength=method.n_clusters_)
    means = [float(total) / max(int(n), 1) for total, n in zip(sums, counts, strict=True)]
    return method, sorted(range(method.n_clusters_), key=lambda i: (-means[i], i))


def _evidence(customers: Mixed, fits: Sequence[tuple[Method, list[int]]]) -> tuple[Evidence, ...]:
    """Silhouettes by Gower's distance over the first customers of the sample, whatever the method."""
    import numpy as np

    some = customers.take(np.arange(min(len(customers), LOOKED_AT)))
    distances = gower(some, some, columns_of(customers))
    found = []
    for method, _ in fits:
        labels = method.labels_[: len(some)]
        member = labels[:, None] == np.unique(labels)
        widths = widths_of(distances @ member.astype(float), member)
        shares = np.bincount(method.labels_, minlength=method.n_clusters_) / len(customers)
        error = float(widths.std() / np.sqrt(len(widths)))
        row = Evidence(
            method.n_clusters, float(method.inertia_), float(widths.mean()), error, float(shares.min()), None, None
        )
        found.append(row)
    return tuple(found)


def _assignment(model: ClusterModel, words: Sequence[str], method: Method, order: Sequence[int]) -> str:
    """The query: the nearest prototype or medoid of everybody."""
    k = len(order)
    if k < 2:
        return assignment_sql(None)
    scaled = [f"{scaled_sql(model, j)} as z{j}" for j in range(len(model.features))]
    coded = [f"coalesce({name}, -1) as w{j}" for j, name in enumerate(words)]
    distance = _gower_sql if isinstance(method, GowerMedoids) else _prototype_sql
    distances = ",\n       ".join(f"{distance(method, cluster)} as d{i}" for i, cluster in enumerate(order, 1))  # type: ignore[arg-type]
    columns = ",\n       ".join([*scaled, *coded])
    return (
        "-- clusters  one row per customer: the nearest prototype, by numbers and words\n"
        f"select customer_id, cast({nearest_sql(k)} as integer) as cluster\n"
        f"from  (select customer_id,\n       {distances}\nfrom  (select customer_id,\n       {columns}\n"
        "from   features) as scaled) as distances"
    )


def _apart(j: int, code: int, unknown: float) -> str:
    """Whether a word differs: 0 or 1; what it counts where it is unknown."""
    return f"case when w{j} < 0 then {double_sql(unknown)} when w{j} <> {code} then 1e0 else 0e0 end"


def _prototype_sql(method: KPrototypes, cluster: int) -> str:
    center = method.prototypes_
    squares = [f"(z{j} - {double_sql(c)}) * (z{j} - {double_sql(c)})" for j, c in enumerate(center.values[cluster])]
    gamma = double_sql(method.gamma_)
    words = [f"{gamma} * {_apart(j, int(c), 0.0)}" for j, c in enumerate(center.nominal[cluster]) if c >= 0]
    return " + ".join([*squares, *words]) or "0e0"


def _gower_sql(method: GowerMedoids, cluster: int) -> str:
    """The sum over the columns; their number, by which Gower divides, is the same for every medoid."""
    center, columns = method.medoids_, method.columns_
    numbers = [
        f"least(abs(z{j} - {double_sql(c)}) / {double_sql(columns.spans[j])}, 1e0)"
        for j, c in enumerate(center.values[cluster])
    ]
    usual = [float(value) for value in columns.usual[len(numbers) :]]
    words = [
        _apart(j, int(c), usual[j]) if c >= 0 else double_sql(usual[j]) for j, c in enumerate(center.nominal[cluster])
    ]
    return " + ".join([*numbers, *words])
