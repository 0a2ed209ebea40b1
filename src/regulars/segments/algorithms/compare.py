"""All algorithms on the same customers, with the same evidence: is one better than k-means for this shop?"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.locale import Message, Value
from regulars.segments.algorithms.birch import Birch
from regulars.segments.algorithms.contract import Algorithm
from regulars.segments.algorithms.density import Dbscan, Hdbscan, Optics
from regulars.segments.algorithms.grid import Grid
from regulars.segments.algorithms.hierarchy import Agglomerative, Bisecting
from regulars.segments.algorithms.kmeans import KMeans
from regulars.segments.algorithms.kmedoids import KMedoids
from regulars.segments.algorithms.mixture import Mixture
from regulars.segments.algorithms.models import Compared, Comparison
from regulars.segments.algorithms.trial import Trial, trial_of
from regulars.segments.assign import scaled
from regulars.segments.choose import MARGIN
from regulars.segments.clusters import FEWEST
from regulars.segments.models import Clusters
from regulars.segments.sample import read_columns
from regulars.segments.stability import adjusted_rand
from regulars.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

# name -> the algorithm for k groups and a random state; those by density and the grid find their own number
ALGORITHMS: dict[str, Callable[[int, int], Algorithm]] = {
    "kmeans": lambda k, seed: KMeans(k, random_state=seed),
    "kmedoids": lambda k, seed: KMedoids(k, random_state=seed),
    "mixture": lambda k, seed: Mixture(k, random_state=seed),
    "agglomerative": lambda k, seed: Agglomerative(k, random_state=seed),
    "bisecting": lambda k, seed: Bisecting(k, random_state=seed),
    "birch": lambda k, seed: Birch(k, random_state=seed),
    "hdbscan": lambda _, seed: Hdbscan(random_state=seed),
    "dbscan": lambda _, seed: Dbscan(random_state=seed),
    "optics": lambda _, seed: Optics(random_state=seed),
    "grid": lambda _, seed: Grid(random_state=seed),
}
SAMPLE = 20_000  # customers that are clustered and answered for
Clock = Callable[[], float]


def compare(
    engine: Engine,
    clusters: Clusters,
    settings: Settings,
    k: int | None = None,
    names: Sequence[str] = tuple(ALGORITHMS),
    clock: Clock | None = None,
) -> Comparison:
    """Compares algorithms on the table `features` of a study, on the features and the scale of its own clusters.

    Without `k` as many groups as these. k-means is always among them. With a `clock` (CPU seconds) the fits are timed.
    """
    import numpy as np

    customers = int(engine.rows("select count(*) as n from features")[0]["n"])
    if clusters.model is None:
        return Comparison(k or 1, customers, 0, (), (), "low_data", clusters.reason)
    columns = read_columns(engine, settings, "features", clusters.model.features)
    points = scaled(clusters.model, np.column_stack(list(columns.values())))
    return compare_points(points[:SAMPLE], customers, (k or clusters.k, settings.seed), names, clock)


def compare_points(
    points: "NDArray[Any]",
    customers: int,
    asked: tuple[int, int],
    names: Sequence[str] = tuple(ALGORITHMS),
    clock: Clock | None = None,
) -> Comparison:
    """Compares algorithms on points in random order, drawn from so many customers; `asked` is k and the seed."""
    import numpy as np
    import sklearn.cluster  # noqa: F401 - first: the limit below holds for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    k, seed = asked
    distinct = len(np.unique(points.round(9), axis=0))
    if len(points) < FEWEST or distinct < max(k, 2):
        why, more = ("customers", {"needed": FEWEST}) if len(points) < FEWEST else ("alike", {"distinct": distinct})
        return Comparison(
            k, customers, 0, (), (), "low_data", Message(f"compare.low_data.{why}", {"n": customers, "k": k, **more})
        )
    chosen = [name for name in ALGORITHMS if name == "kmeans" or name in names]
    with threadpool_limits(1):
        trial = trial_of(points, seed)
        models, rows = _tried(trial, chosen, k, clock)
        verdict, preferred, reason = judge(rows, lambda n: _row(trial, "kmeans", n))
    tree = models.get("agglomerative")
    return Comparison(
        k=k,
        customers=customers,
        sample=len(points),
        algorithms=tuple(rows),
        agreement=tuple(
            tuple(adjusted_rand(one.labels_, other.labels_) for other in models.values()) for one in models.values()
        ),
        verdict=verdict,
        reason=reason,
        preferred=preferred,
        tree=tree.top() if isinstance(tree, Agglomerative) else None,
    )


def judge(rows: Sequence[Compared], kmeans_with: Callable[[int], Compared]) -> tuple[str, str | None, Message]:
    """The verdict, the name of the algorithm to prefer, and why. `kmeans_with` tries k-means with another number.

    A silhouette rises as groups get fewer. So an algorithm that found another number must be better than k-means with
    that number as well.
    """
    kmeans = next(row for row in rows if row.name == "kmeans")
    best = max((row for row in rows if not row.fails), key=_silhouette, default=None)
    if best is None:
        return "none", None, _reason("none", kmeans, kmeans)
    if not kmeans.fails and _silhouette(best) - _silhouette(kmeans) <= MARGIN:
        return "kmeans", "kmeans", _reason("kmeans", kmeans, best)
    rival = kmeans if best.clusters == kmeans.clusters else kmeans_with(best.clusters)
    if not rival.fails and _silhouette(best) - _silhouette(rival) <= MARGIN:
        return "other_k", "kmeans", _reason("other_k", rival, best)
    apart = _silhouette(best) - _silhouette(rival) > MARGIN
    return "other", best.name, _reason("other" if apart else "steadier", best, rival)


def _silhouette(row: Compared) -> float:
    return -1.0 if row.silhouette is None else row.silhouette


def _reason(verdict: str, row: Compared, other: Compared) -> Message:
    figures: dict[str, Value] = {
        "name": row.name, "k": row.clusters, "silhouette": row.silhouette, "null": row.null_silhouette,
        "jaccard": row.least_jaccard, "other": other.name, "other_silhouette": other.silhouette,
    }  # fmt: skip
    return Message(f"compare.verdict.{verdict}", figures)


def _tried(
    trial: Trial, names: Sequence[str], k: int, clock: Clock | None
) -> tuple[dict[str, Algorithm], list[Compared]]:
    models, rows = {}, []
    for name in names:
        make = partial(ALGORITHMS[name], k)
        before = clock() if clock else 0.0
        models[name] = make(trial.seed).fit(trial.points)
        spent = clock() - before if clock else None
        rows.append(trial.row(name, make, models[name], spent))
    return models, rows


def _row(trial: Trial, name: str, k: int) -> Compared:
    make = partial(ALGORITHMS[name], k)
    return trial.row(name, make, make(trial.seed).fit(trial.points))
