"""Learned clusters: how many the data speak for, how far to trust them, and the model that assigns everybody."""

from collections.abc import Sequence

from regulars.engine import Engine
from regulars.errors import SettingsError
from regulars.locale import Message
from regulars.segments.assign import assign_many, scaled
from regulars.segments.evidence import elbow, gather
from regulars.segments.kmeans import kmeans, model_of, scale
from regulars.segments.models import Clusters, Evidence
from regulars.segments.pca import pca_map
from regulars.segments.sample import Sample, read_sample
from regulars.settings import Settings

FEWEST = 30  # customers; below, clusters say nothing
STARTS = (5, 40)  # k-means++ starts per k, for many customers and for few: those cost little and get stuck more often
MARGIN = 0.03  # by how much a silhouette must exceed that of data without clusters


def learn(engine: Engine, settings: Settings) -> Clusters:
    """Clusters of the table `features` (one row per customer), read as a bounded sample.

    Raises SettingsError where the settings name a feature that is not there, or a k below 2.
    """
    import scipy.cluster.vq  # noqa: F401 - first: the limit below holds for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    if settings.k is not None and settings.k < 2:
        raise SettingsError("clusters_k", k=settings.k)
    sample = read_sample(engine, settings)
    with threadpool_limits(1):  # sums of two threads differ in their last bits
        return learn_from(sample, settings)


def learn_from(sample: Sample, settings: Settings) -> Clusters:
    """Clusters of a sample that was read before."""
    import numpy as np

    if sample.customers < FEWEST:
        return _low_data(Message("clusters.low_data.customers", {"n": sample.customers, "needed": FEWEST}))
    if not sample.features:
        return _low_data(Message("clusters.low_data.features", {"n": sample.customers}))
    ready = scale(sample, settings)
    distinct = len(np.unique(ready.points.round(9), axis=0))
    if distinct < settings.k_min:
        return _low_data(Message("clusters.low_data.distinct", {"n": sample.customers, "distinct": distinct}))
    wanted = {*range(settings.k_min, settings.k_max + 1), *([settings.k] if settings.k else [])}
    ks = sorted({min(k, distinct) for k in wanted})
    starts = min(max(60_000 // max(len(ready.points), 1), STARTS[0]), STARTS[1])
    fits = [kmeans(ready.points, k, settings.seed, starts) for k in ks]
    evidence = gather(ready.points, fits, settings.seed)
    knee = elbow(ks, [fit.inertia for fit in fits])
    recommended = recommend(evidence)
    k = min(settings.k, distinct) if settings.k else recommended or exploratory_k(ks, knee)
    model = model_of(fits[ks.index(k)], ready, sample, settings)
    return Clusters(
        k=k,
        recommended_k=recommended,
        elbow_k=knee,
        verdict="structure" if recommended else "no_clear_structure",
        reason=_reason(evidence, recommended, k),
        evidence=evidence,
        model=model,
        map=pca_map(scaled(model, sample.values), assign_many(model, sample.values)),
        fitted_on=len(ready.points),
        capped=ready.outliers,
    )


def recommend(evidence: Sequence[Evidence]) -> int | None:
    """The k with the best silhouette among those that clearly beat data without clusters; None where none does."""
    clear = [row for row in evidence if _clear(row)]
    return max(clear, key=lambda row: (row.silhouette, -row.k)).k if clear else None


def exploratory_k(ks: Sequence[int], knee: int | None) -> int:
    """A useful number where the data name none: the elbow or 4, kept between 3 and 5 and within the range tried."""
    return min(ks, key=lambda k: abs(k - min(max(knee or 4, 3), 5)))


def _clear(row: Evidence) -> bool:
    if row.null_silhouette is None or row.null_spread is None:
        return False
    beyond = row.silhouette - row.null_silhouette
    return beyond > MARGIN and beyond > 3 * (row.silhouette_spread**2 + row.null_spread**2) ** 0.5


def _reason(evidence: Sequence[Evidence], recommended: int | None, k: int) -> Message:
    best = max(evidence, key=lambda row: (row.silhouette, -row.k))
    row = next((row for row in evidence if row.k == recommended), best)
    figures = {"k": row.k, "used": k, "silhouette": row.silhouette, "null": row.null_silhouette}
    return Message(f"clusters.verdict.{'structure' if recommended else 'no_clear_structure'}", {**figures})


def _low_data(reason: Message) -> Clusters:
    return Clusters(
        k=1,
        recommended_k=None,
        elbow_k=None,
        verdict="low_data",
        reason=reason,
        evidence=(),
        model=None,
        map=None,
        fitted_on=0,
    )
