"""What segmentation learns and finds: small frozen documents, JSON without loss."""

from dataclasses import dataclass
from datetime import date

from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where the scores of a measure begin. A value on a cut point belongs below it; ties share a score.

    score = 1 + number of points strictly below the value; mirrored (recency: fewer days are better) it is counted from
    the top: levels - number of points strictly below the value.
    """

    measure: str  # recency_days | orders | monetary
    points: tuple[float, ...]  # ascending; len(points) + 1 levels
    mirrored: bool = False
    source: str = "quantiles"  # quantiles | fixed | clusters

    def score(self, value: float) -> int:
        """The score of one value, 1 worst."""
        below = sum(value > point for point in self.points)
        return self.levels - below if self.mirrored else 1 + below

    @property
    def levels(self) -> int:
        """How many scores there are."""
        return len(self.points) + 1


@dataclass(frozen=True, slots=True)
class Scheme:
    """Named segments over score codes. `codes` maps every possible code (r, f, m) to a segment: a partition."""

    name: str
    levels: tuple[int, int, int]
    cuts: tuple[Cuts, Cuts, Cuts]  # recency, frequency, monetary
    segments: tuple[str, ...]  # English names, best customers first
    codes: dict[str, str]  # "543" -> segment
    notes: tuple[Message, ...] = ()  # low-data mode and the like, in words


@dataclass(frozen=True, slots=True)
class ClusterModel:
    """A fitted k-means: transform, scaler, centroids. Scores one customer in Python as the query does for all."""

    features: tuple[str, ...]
    transform: str  # log1p (of max(value, 0)) | log1p_but_recency | none
    # caps on the transformed values, before scaling; very wide numbers where nothing is capped
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    center: tuple[float, ...]
    scale: tuple[float, ...]
    # in scaled space, ordered by their customers' mean monetary, highest first: cluster 1 is centroids[0]
    centroids: tuple[tuple[float, ...], ...]
    seed: int


@dataclass(frozen=True, slots=True)
class MixedModel:
    """Fitted prototypes or medoids of numbers and words. Distances are sums over the columns, each tuple one cluster's.

    A number counts its squared distance or, with `spans` (Gower), the distance as a share of the span; a word counts
    `apart` where it differs, and its `unknown` where either side is not known.
    """

    numbers: ClusterModel  # transform, caps and scale; its centroids are those of the numbers
    words: tuple[str, ...]  # columns of codes, below 0 where not known
    codes: tuple[tuple[int, ...], ...]
    apart: float
    unknown: tuple[float, ...]  # by column of words
    spans: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for and against one number of clusters. Later parts add fields, they rename none."""

    k: int
    inertia: float
    silhouette: float  # mean over a sample
    silhouette_spread: float  # standard error of that mean
    smallest_share: float
    null_silhouette: float | None  # mean over draws from the null: same marginals and rank correlations, no clusters
    null_spread: float | None  # standard deviation over those draws
    simplified_silhouette: float | None = None  # the same with distances to centroids, over all points of the fit
    calinski_harabasz: float | None = None  # between clusters against within, per degree of freedom; more is better
    davies_bouldin: float | None = None  # spread of the most alike pair of clusters against their distance; 0 is best
    jaccard: tuple[float, ...] = ()  # per cluster: how much of it comes back in a bootstrap draw; (): too few customers
    prediction_strength: float | None = None  # None: too few customers
    prediction_spread: float | None = None  # standard error of it
    seed_ari: float | None = None  # adjusted Rand index between single starts of the algorithm
    sales_separation: float | None = None  # eta squared of the ranks of later spending; None: no later data
    sales_separation_spread: float | None = None  # standard error
    repeat_separation: float | None = None  # later repeat rate: the highest of a cluster minus the lowest
    repeat_separation_spread: float | None = None  # standard error

    @property
    def least_jaccard(self) -> float | None:
        """The stability of the least stable cluster."""
        return min(self.jaccard, default=None)


@dataclass(frozen=True, slots=True)
class Widths:
    """Rousseeuw's silhouette plot: how much nearer each sampled customer is to its own cluster than to the next one."""

    widths: tuple[tuple[float, ...], ...]  # per cluster, falling; at most some hundred customers in all
    means: tuple[float, ...]  # per cluster, over all customers measured
    astray: tuple[float, ...]  # per cluster, share of customers below 0: nearer to another cluster
    sizes: tuple[int, ...]  # per cluster, customers measured
    customers: int  # measured


@dataclass(frozen=True, slots=True)
class Basis:
    """On how much the evidence rests."""

    silhouettes: int  # customers whose silhouettes were measured
    stability: int  # customers drawn anew and split in halves
    draws: int  # bootstrap draws
    splits: int  # random halves
    later_days: int | None = None  # days of the later period
    later: int | None = None  # customers followed through it


@dataclass(frozen=True, slots=True)
class MapPoint:
    """One sampled customer on the two main axes of the scaled features (PCA)."""

    x: float
    y: float
    cluster: int


@dataclass(frozen=True, slots=True)
class PcaMap:
    """A map of the clusters: at most 5,000 sampled customers on the first two principal components."""

    points: tuple[MapPoint, ...]
    explained: tuple[float, float]  # shares of variance
    loadings: tuple[tuple[float, float], ...]  # one pair per feature


@dataclass(frozen=True, slots=True)
class Clusters:
    """The learned clusters of a study, how many, and how far to trust them."""

    k: int
    recommended_k: int | None  # None: no clear structure, the clusters are exploratory
    elbow_k: int | None
    verdict: str  # structure | no_clear_structure | low_data
    reason: Message  # the verdict in a sentence with its figures
    evidence: tuple[Evidence, ...]
    model: ClusterModel | None  # None in low-data mode: everybody is cluster 1
    map: PcaMap | None
    fitted_on: int  # customers in the fitting sample
    capped: int = 0  # customers capped, or left out of the fit, as outliers
    widths: Widths | None = None
    tested: Basis | None = None
    kept_from: date | None = None  # the study that learned them; None: this one
    mixed: MixedModel | None = None  # in the place of `model`, where words are compared as words
