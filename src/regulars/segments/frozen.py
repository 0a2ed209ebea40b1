"""What an earlier study of the shop learned is kept: a label changes when the customer does, not when a study is run.

Cut points and clusters come from the latest earlier study as long as the settings that shape them are the same; it may
have them from a study before it. What was learned anew is numbered like the clusters of the earlier study: each new
cluster takes the number that most of its customers had. How far customers have moved since the model was learned is
told, and from where on it should be learned anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.locale import Message
from regulars.segments.assign import assign_many, scaled
from regulars.segments.drift import Drift, Reference, drift_since, reference
from regulars.segments.models import ClusterModel, Clusters, Evidence, Scheme, Widths
from regulars.segments.named import MEASURES
from regulars.segments.sample import Sample, read_sample
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from regulars.analysis import Study

# the settings that give a measure its meaning, and those that shape what is learned from it
MEANING = ("frequency", "returns", "zero_prices", "where")
SCORES = (*MEANING, "preset", "schemes")
CLUSTERS = (*MEANING, "features", "transform", "outliers", "k", "k_min", "k_max", "seed")
WIDTHS_OF = 5_000  # customers whose silhouettes are measured


@dataclass(frozen=True, slots=True)
class Before:
    """The latest study before, and its table of customers."""

    study: "Study"
    customers: Path


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where earlier studies of the shop are found: `find` gives the latest one before a day. `refit` learns anew."""

    find: Callable[[date], Before | None]
    refit: bool = False


@dataclass(frozen=True, slots=True)
class Learned:
    """When something was learned, how the features were spread then, and how far they have moved since."""

    on: date  # the as-of day of the study that learned it
    references: tuple[Reference, ...]
    drift: tuple[Drift, ...] = ()  # empty: learned in this very study

    @property
    def moved(self) -> int:
        """How many features have moved so far that learning anew is advised."""
        return sum(each.level == "strong" for each in self.drift)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Since when the cut points and the clusters of a study stand, and what there is to say about it."""

    scores: Learned
    clusters: Learned | None  # None: too few customers for clusters
    numbered_from: date | None = None  # the study that gave the clusters their numbers; None: they go by worth
    by_worth: bool = True  # whether cluster 1 is the most valuable, 2 the next, and so on
    notes: tuple[Message, ...] = ()


def find_before(earlier: Earlier | None, day: date, currency: str | None, has_amounts: bool) -> Before | None:
    """The latest study before that day whose figures mean the same: the same currency, with amounts or without."""
    before = earlier.find(day) if earlier else None
    if before is None or before.study.overview is None:
        return None
    same = before.study.currency == currency and (before.study.net_revenue is not None) == has_amounts
    return before if same else None


def kept_scheme(before: Before | None, settings: Settings) -> Scheme | None:
    """The scheme of the earlier study, where the settings still ask for it and it was not learned from too few."""
    if before is None or before.study.frozen is None or before.study.scheme.notes:
        return None
    return before.study.scheme if _same(SCORES, before.study.settings, settings) else None


@dataclass(frozen=True, slots=True)
class Chain:
    """What a study has to go on with: the earlier one, whether to learn anew, and whether its cut points were kept."""

    before: Before | None
    refit: bool
    scores_kept: bool
    as_of: date


def carry(engine: Engine, settings: Settings, fresh: Clusters, chain: Chain) -> tuple[Clusters, Frozen]:
    """The clusters that the study shows (kept, or new ones with the old numbers), and since when all stands.

    `fresh` was learned from the present data: its evidence and verdict stay.
    """
    from threadpoolctl import threadpool_limits

    wanted = tuple(dict.fromkeys((*settings.features, *MEASURES)))
    sample = read_sample(engine, replace(settings, features=wanted))
    with threadpool_limits(1):
        clusters, numbered = _carried(sample, settings, fresh, chain)
        return clusters, _frozen(sample, clusters, numbered, chain)


def _carried(sample: Sample, settings: Settings, fresh: Clusters, chain: Chain) -> tuple[Clusters, date | None]:
    before = chain.before
    old = before.study.clusters.model if before else None
    if before is None or old is None or fresh.model is None or old.features != fresh.model.features:
        return fresh, None
    values = values_of(sample, old.features)
    ids = matched(assign_many(fresh.model, values), assign_many(old, values), fresh.k, len(old.centroids))
    numbered = _renumbered(fresh, ids, values)
    learned = before.study.frozen.clusters if before.study.frozen else None
    if learned and not chain.refit and _same(CLUSTERS, before.study.settings, settings):
        return _kept(numbered, old, values, learned.on), before.study.as_of
    return numbered, before.study.as_of


def _kept(fresh: Clusters, old: ClusterModel, values: "NDArray[Any]", learned: date) -> Clusters:
    """The evidence of the present data with the clusters of before."""
    from regulars.segments.evidence import plot_of
    from regulars.segments.indices import silhouette_widths
    from regulars.segments.pca import pca_map

    points, labels, k = scaled(old, values), assign_many(old, values), len(old.centroids)
    widths = silhouette_widths(points[:WIDTHS_OF], [labels[:WIDTHS_OF]])[0]
    plot = plot_of(widths, labels[:WIDTHS_OF] - 1, k)
    return replace(fresh, k=k, model=old, map=pca_map(points, labels), widths=plot, kept_from=learned)


def matched(fresh: "NDArray[Any]", old: "NDArray[Any]", k: int, old_k: int) -> tuple[int, ...]:
    """The number (from 1) that each fresh cluster takes, such that most customers keep theirs (Kuhn 1955).

    `fresh` and `old` are clusters of the same customers, numbered from 1. Numbers stay within 1 to k; clusters without
    a counterpart take what is left, in their own order.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    shared = np.zeros((k, max(k, old_k)), dtype=int)
    np.add.at(shared, (fresh - 1, old - 1), 1)
    rows, columns = linear_sum_assignment(shared[:, :k], maximize=True)
    ids = {int(i): int(j) + 1 for i, j in zip(rows, columns, strict=True) if shared[i, j]}
    left = iter(sorted(set(range(1, k + 1)) - set(ids.values())))
    return tuple(ids[i] if i in ids else next(left) for i in range(k))


def _renumbered(clusters: Clusters, ids: tuple[int, ...], values: "NDArray[Any]") -> Clusters:
    """The clusters under other numbers: `ids[i]` is the new one of cluster i + 1."""
    from regulars.segments.pca import pca_map

    model, order = clusters.model, [ids.index(number) for number in sorted(ids)]
    if model is None or order == sorted(order):
        return clusters

    def moved(row: Evidence) -> Evidence:
        fits = row.k == clusters.k and len(row.jaccard) == len(order)
        return replace(row, jaccard=tuple(row.jaccard[i] for i in order)) if fits else row

    def plotted(plot: Widths) -> Widths:
        parts = {name: tuple(getattr(plot, name)[i] for i in order) for name in ("widths", "means", "astray", "sizes")}
        return replace(plot, **parts)  # type: ignore[arg-type]

    model = replace(model, centroids=tuple(model.centroids[i] for i in order))
    return replace(
        clusters,
        model=model,
        evidence=tuple(moved(row) for row in clusters.evidence),
        map=pca_map(scaled(model, values), assign_many(model, values)),
        widths=plotted(clusters.widths) if clusters.widths else None,
    )


def _frozen(sample: Sample, clusters: Clusters, numbered: date | None, chain: Chain) -> Frozen:
    old = chain.before.study.frozen if chain.before else None
    columns = dict(zip(sample.features, sample.values.T, strict=True))
    scores = _learned(old.scores if old and chain.scores_kept else None, columns, MEASURES, chain.as_of)
    if clusters.model is None:
        return Frozen(scores, None, notes=_notes(scores, None, clusters, chain))
    kept = old.clusters if old and clusters.kept_from else None
    learned = _learned(kept, columns, clusters.model.features, chain.as_of)
    by_worth = numbered is None or _by_worth(clusters.model, sample)
    notes = _notes(scores, learned, clusters, chain)
    if not by_worth:
        notes = (*notes, Message("moves.frozen.renumbered", {"day": str(numbered)}))
    return Frozen(scores, learned, numbered, by_worth, notes)


def _learned(
    kept: Learned | None, columns: dict[str, "NDArray[Any]"], features: tuple[str, ...], as_of: date
) -> Learned:
    if kept is None:
        return Learned(as_of, tuple(reference(name, columns[name]) for name in features if name in columns))
    moved = [(each, columns[each.feature]) for each in kept.references if each.feature in columns]
    return replace(kept, drift=tuple(drift_since(each, values) for each, values in moved))


def _by_worth(model: ClusterModel, sample: Sample) -> bool:
    import numpy as np

    k = len(model.centroids)
    labels = assign_many(model, values_of(sample, model.features)) - 1
    sizes = np.bincount(labels, minlength=k)
    means = np.bincount(labels, weights=np.nan_to_num(sample.worth), minlength=k)[sizes > 0] / sizes[sizes > 0]
    return bool((np.diff(means) <= 0).all())


def _notes(scores: Learned, clusters: Learned | None, shown: Clusters, chain: Chain) -> tuple[Message, ...]:
    notes = []
    if chain.scores_kept:
        notes.append(Message("moves.frozen.scores", {"day": scores.on.isoformat()}))
    if clusters and shown.kept_from:
        notes.append(Message("moves.frozen.clusters", {"day": clusters.on.isoformat()}))
        best = shown.recommended_k
        if best and best != shown.k:
            notes.append(Message("moves.frozen.other_k", {"best": best, "k": shown.k}))
    moved = max(scores.moved, clusters.moved if clusters else 0)
    if moved:
        notes.append(Message("moves.frozen.drift", {"n": moved}))
    return tuple(notes)


def values_of(sample: Sample, features: tuple[str, ...]) -> "NDArray[Any]":
    """The features of a sample in that order."""
    import numpy as np

    columns = dict(zip(sample.features, sample.values.T, strict=True))
    empty = np.full(len(sample.values), np.nan)
    return np.column_stack([columns.get(name, empty) for name in features])


def _same(names: tuple[str, ...], one: Settings, other: Settings) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names)
