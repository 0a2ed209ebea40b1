"""Does the segment predict what it promises? Everything learned some days ago, tried on the days since.

Scores and clusters are learned from the history before the last N days and frozen: cut points, transform, scaler,
centroids. Then three questions: do the frozen rules still fit later customers (silhouette, shares, drift), and did the
segments differ afterwards in who came back and what they spent?

Later customers are looked at through a window of the same length, moved on by N days. A window of the last N days
alone cannot hold a recency above N: everybody looks recent, groups look tighter (their silhouette rises) and nobody
dormant is left. Its figures are kept to show this, never to judge.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.locale import Message
from regulars.segments.drift import FEWEST, Drift, drift, mean_interval, median, shift, wilson
from regulars.segments.later import Later, period, short_history
from regulars.segments.models import ClusterModel
from regulars.segments.sample import Sample, read_sample
from regulars.settings import Settings
from regulars.window import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

SILHOUETTE_SAMPLE = 3_000
STARTS = 10
MEASURES = ("recency_days", "orders", "monetary")
CLEAR, USEFUL = (
    0.1,
    0.5,
)  # Cramér's V from which groups differ noticeably; rank correlation that keeps the promised order


@dataclass(frozen=True, slots=True)
class Period:
    """The customers of one window, placed by the frozen clusters."""

    key: str  # before | after (same length, later) | recent (the later days alone)
    since: date
    until: date  # exclusive
    customers: int
    median_recency: float | None
    silhouette: float | None  # of the frozen clusters; None without clusters
    silhouette_spread: float | None  # standard error


@dataclass(frozen=True, slots=True)
class GroupLater:
    """A group as it was at the cut, and what its customers did in the days after, with 95 % intervals."""

    name: str
    customers: int
    share: float  # of the customers at the cut
    share_after: float  # of the later window of the same length, placed by the frozen rule
    promised: float | None  # mean net sales until the cut; None without amounts
    returned: int
    rate: float | None  # who bought again; None: nobody is in the group
    rate_low: float
    rate_high: float
    spend: float | None  # mean net sales in the days after
    spend_low: float | None  # None: fewer than 30 customers
    spend_high: float | None


@dataclass(frozen=True, slots=True)
class Held:
    """One way to group the customers, held against what came after."""

    kind: str  # segment | cluster
    groups: tuple[GroupLater, ...]  # in the order of the scheme; clusters by worth
    shift: float  # population stability index of the shares
    strength: float  # Cramér's V of group and buying again: 0 tells nothing, 1 all
    order: float | None  # rank correlation: the place of a group, best first, against its repeat rate
    verdict: str  # holds | order_changed | tells_little


@dataclass(frozen=True, slots=True)
class Temporal:
    """The check on later data. `reason` says why there is none; else the figures are of `sampled` customers.

    At most 50,000 are sampled. Rates are shares of 1, money is in the currency of the study.
    """

    days: int
    cut: date | None = None
    reason: Message | None = None
    customers: int = 0  # known at the cut
    sampled: int = 0
    rate: float = 0.0  # of them, who bought again
    k: int | None = None
    periods: tuple[Period, ...] = ()
    drift: tuple[Drift, ...] = ()
    segments: Held | None = None
    clusters: Held | None = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """The customers of a window, by name of feature."""

    sample: Sample
    columns: dict[str, "NDArray[Any]"]

    def values(self, features: tuple[str, ...]) -> "NDArray[Any]":
        import numpy as np

        return np.column_stack([self.columns[name] for name in features])


def check(engine: Engine, settings: Settings, window: Window, later: Later | None, k: int) -> Temporal:
    """Learns before the last days, freezes, and looks at the days after. `k` is the study's number of clusters.

    `later` comes from `read_later` with the same settings; reads its table `earlier` and `orders`.
    """
    from threadpoolctl import threadpool_limits

    days = settings.later_days
    if later is None:
        reason = short_history(settings, window) or Message("temporal.none.customers")
        return Temporal(days, reason=reason)
    with threadpool_limits(1):
        return _checked(engine, settings, window, later, k)


def _checked(engine: Engine, settings: Settings, window: Window, later: Later, k: int) -> Temporal:
    days = later.days
    spans = {
        "before": Window(window.start, later.cut),
        "after": Window(window.start + timedelta(days=days), window.end),
        "recent": Window(later.cut, window.end),
    }
    seen = {"before": _seen(engine, settings, "earlier")}
    for key in ("after", "recent"):
        period(engine, spans[key], settings, "moved_on")
        seen[key] = _seen(engine, settings, "moved_on")
    model = _model(later.sample, settings, k)
    features = model.features if model else later.sample.features
    return Temporal(
        days=days,
        cut=later.cut,
        customers=later.sample.customers,
        sampled=len(later.returned),
        rate=float(later.returned.mean()),
        k=len(model.centroids) if model else None,
        periods=tuple(_period(key, spans[key], seen[key], model) for key in spans),
        drift=tuple(drift(n, seen["before"].columns[n], seen["after"].columns[n]) for n in features),
        segments=_segments(settings, seen, later),
        clusters=_clusters(model, seen, later),
    )


def _seen(engine: Engine, settings: Settings, table: str) -> _Seen:
    import numpy as np

    sample = read_sample(
        engine, replace(settings, features=tuple(dict.fromkeys((*settings.features, *MEASURES)))), table
    )
    columns = dict(zip(sample.features, sample.values.T, strict=True))
    empty = np.full(len(sample.values), np.nan)
    return _Seen(sample, {name: columns.get(name, empty) for name in {*settings.features, *MEASURES}})


def _model(sample: Sample, settings: Settings, k: int) -> ClusterModel | None:
    """The clusters as they would have been learned at the cut; None where the study has none."""
    import numpy as np

    from regulars.segments.kmeans import kmeans, model_of, scale

    if k < 2 or not sample.features:
        return None
    ready = scale(sample, settings)
    distinct = len(np.unique(ready.points.round(9), axis=0))
    return model_of(kmeans(ready.points, min(k, distinct), settings.seed, STARTS), ready, sample, settings)


def _period(key: str, span: Window, seen: _Seen, model: ClusterModel | None) -> Period:
    import numpy as np

    from regulars.segments.assign import assign_many, scaled
    from regulars.segments.indices import silhouettes

    width: tuple[float | None, float | None] = (None, None)
    if model is not None:
        values = seen.values(model.features)[:SILHOUETTE_SAMPLE]
        labels = assign_many(model, values)
        if len(np.unique(labels)) > 1:
            width = silhouettes(scaled(model, values), [labels])[0]
    return Period(key, span.start, span.end, seen.sample.customers, median(seen.columns["recency_days"]), *width)


def _segments(settings: Settings, seen: dict[str, _Seen], later: Later) -> Held:
    from regulars.segments.ordered import sample_cuts
    from regulars.segments.scores import quantiles_of, scheme_of, segments_of

    before = seen["before"]
    scheme = scheme_of(settings, quantiles_of(before.columns), lambda: sample_cuts(before.sample))
    places = {key: segments_of(scheme, seen[key].columns) for key in ("before", "after")}
    return _held("segment", scheme.segments, places["before"], places["after"], before.columns["monetary"], later)


def _clusters(model: ClusterModel | None, seen: dict[str, _Seen], later: Later) -> Held | None:
    from regulars.segments.assign import assign_many

    if model is None:
        return None
    before, after = (assign_many(model, seen[key].values(model.features)) - 1 for key in ("before", "after"))
    names = tuple(f"Cluster {i + 1}" for i in range(len(model.centroids)))
    return _held("cluster", names, before, after, seen["before"].columns["monetary"], later)


def _held(kind: str, names: tuple[str, ...], before: "NDArray[Any]", after: "NDArray[Any]",
          worth: "NDArray[Any]", later: Later) -> Held:  # fmt: skip
    """The groups with what their customers did afterwards; `before` and `after` are places in `names`."""
    import numpy as np

    counts = [tuple(int(n) for n in np.bincount(places, minlength=len(names))) for places in (before, after)]
    came = tuple(int(n) for n in np.bincount(before, weights=later.returned.astype(float), minlength=len(names)))
    groups = tuple(
        _group(name, (counts[0][i], counts[0][i] / len(before), counts[1][i] / len(after)), came[i],
               worth[before == i], later.spent[before == i])
        for i, name in enumerate(names)
    )  # fmt: skip
    strength = cramers_v(came, counts[0])
    order = _order(groups)
    verdict = (
        "tells_little" if strength < CLEAR else "order_changed" if order is not None and order < USEFUL else "holds"
    )
    return Held(kind, groups, shift(*counts), strength, order, verdict)


def _group(
    name: str, sizes: tuple[int, float, float], came: int, worth: "NDArray[Any]", spent: "NDArray[Any]"
) -> GroupLater:
    import numpy as np

    paid = len(worth) > 0 and not np.isnan(worth).all()
    low, high = wilson(came, sizes[0])
    reach = mean_interval(spent) if paid else None
    return GroupLater(
        name, *sizes,
        promised=float(np.nanmean(worth)) if paid else None,
        returned=came, rate=came / sizes[0] if sizes[0] else None, rate_low=low, rate_high=high,
        spend=float(spent.mean()) if paid else None,
        spend_low=reach[0] if reach else None, spend_high=reach[1] if reach else None,
    )  # fmt: skip


def cramers_v(came: tuple[int, ...], counts: tuple[int, ...]) -> float:
    """Cramér's V (1946) of the group and having come back: the root of chi-square over n, for two outcomes."""
    n, total = sum(counts), sum(came)
    if not 0 < total < n:
        return 0.0
    rate = total / n
    chi = sum((c - m * rate) ** 2 / (m * rate * (1 - rate)) for c, m in zip(came, counts, strict=True) if m)
    return float((chi / n) ** 0.5)


def _order(groups: tuple[GroupLater, ...]) -> float | None:
    """Spearman's correlation over the groups of at least 30: their place, best first, against the repeat rate after."""
    import numpy as np

    from regulars.segments.null import rank_correlations

    places = [
        (-place, group.rate)
        for place, group in enumerate(groups)
        if group.rate is not None and group.customers >= FEWEST
    ]
    return float(rank_correlations(np.array(places))[0, 1]) if len(places) > 1 else None
