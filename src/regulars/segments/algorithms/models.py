"""What a comparison of algorithms finds: small frozen documents."""

from dataclasses import dataclass

from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class Compared:
    """One algorithm on the same customers as the others; shares are of 1.

    Where it finds no second group, what needs two is None. The null is the algorithm's own: what it makes of customers
    with the same figures but without groups.
    """

    name: str
    clusters: int
    noise_share: float  # called noise by the algorithm; they are answered for by the nearest group
    smallest_share: float
    silhouette: float | None = None
    silhouette_spread: float | None = None  # standard error
    null_silhouette: float | None = None
    null_spread: float | None = None
    simplified_silhouette: float | None = None
    calinski_harabasz: float | None = None  # between clusters against within; more is better
    davies_bouldin: float | None = None  # spread against distance; less is better
    jaccard: tuple[float, ...] = ()  # per cluster: how much of it comes back when the customers are drawn anew
    own_k: int | None = None  # mixture: the number of groups that BIC names
    unsure_share: float | None = None  # mixture: customers who belong to no group by more than 80 %
    fails: tuple[str, ...] = ()  # one | null | jaccard | smallest | noise
    cpu_seconds: float | None = None  # of the fit; measured, so it differs from run to run; None without a clock

    @property
    def least_jaccard(self) -> float | None:
        """The stability of the least stable cluster."""
        return min(self.jaccard, default=None)


@dataclass(frozen=True, slots=True)
class Link:
    """A union of a dendrogram: up from one branch, across, down to the other; `cluster` None above the cut."""

    x: tuple[float, float]  # where the two branches stand; leaf i stands at i
    low: tuple[float, float]  # the height at which each of them was joined, 0 for a leaf
    height: float
    cluster: int | None


@dataclass(frozen=True, slots=True)
class Tree:
    """The top of a hierarchy: its leaves are whole branches, named by how many customers they hold."""

    leaves: tuple[int, ...]
    links: tuple[Link, ...]
    customers: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The algorithms side by side. `agreement` holds adjusted Rand indices, in their order; `preferred` is one's name.

    `verdict` is kmeans (no other is clearly better), other_k (k-means, with another number of groups), other (another
    algorithm), none (none does better than on customers without groups) or low_data.
    """

    k: int
    customers: int
    sample: int
    algorithms: tuple[Compared, ...]
    agreement: tuple[tuple[float, ...], ...]
    verdict: str
    reason: Message
    preferred: str | None = None
    tree: Tree | None = None
