"""Learned clusters: how many the data speak for, how far to trust them, and the model that assigns everybody."""

from regulars.engine import Engine
from regulars.errors import SettingsError
from regulars.locale import Message
from regulars.segments.assign import assign_many, scaled
from regulars.segments.choose import exploratory_k, reason, recommend
from regulars.segments.evidence import gather, plot_of, tested
from regulars.segments.indices import elbow
from regulars.segments.kmeans import kmeans, model_of, ordered, scale
from regulars.segments.later import Later
from regulars.segments.models import Clusters
from regulars.segments.pca import pca_map
from regulars.segments.sample import Sample, read_sample
from regulars.segments.separation import separated
from regulars.settings import Settings

FEWEST = 30  # customers; below, clusters say nothing
STARTS = (5, 40)  # k-means++ starts per k, for many customers and for few: those cost little and get stuck more often


def learn(engine: Engine, settings: Settings, later: Later | None = None) -> Clusters:
    """Clusters of the table `features` (one row per customer), read as a bounded sample.

    `later` adds to the evidence how far each number of clusters would have told who buys in a later period.

    Raises SettingsError where the settings name a feature that is not there, or a k below 2.
    """
    import scipy.cluster.vq  # noqa: F401 - first: the limit below holds for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    if settings.k is not None and settings.k < 2:
        raise SettingsError("clusters_k", k=settings.k)
    sample = read_sample(engine, settings)
    with threadpool_limits(1):  # sums of two threads differ in their last bits
        return learn_from(sample, settings, later)


def learn_from(sample: Sample, settings: Settings, later: Later | None = None) -> Clusters:
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
    fits = [ordered(kmeans(ready.points, k, settings.seed, starts), ready.worth) for k in ks]
    evidence, widths = gather(ready.points, fits, settings.seed)
    evidence = separated(evidence, later, settings)
    knee = elbow(ks, [fit.inertia for fit in fits])
    recommended = recommend(evidence)
    k = min(settings.k, distinct) if settings.k else recommended or exploratory_k(evidence, knee)
    chosen = ks.index(k)
    model = model_of(fits[chosen], ready, sample, settings)
    return Clusters(
        k=k,
        recommended_k=recommended,
        elbow_k=knee,
        verdict="structure" if recommended else "no_clear_structure",
        reason=reason(evidence, recommended, k),
        evidence=evidence,
        model=model,
        map=pca_map(scaled(model, sample.values), assign_many(model, sample.values)),
        fitted_on=len(ready.points),
        capped=ready.outliers,
        widths=plot_of(widths[chosen], fits[chosen].labels, k),
        tested=tested(ready.points, later),
    )


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
