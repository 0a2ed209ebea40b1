"""Which number of clusters the evidence speaks for, and why the others were passed over."""

from collections.abc import Sequence

from regulars.locale import Message, Value
from regulars.segments.models import Evidence

MARGIN = 0.03  # by how much a silhouette must exceed that of data without clusters
STRENGTH = 0.8  # Tibshirani & Walther 2005: prediction strength + standard error
STABLE = 0.75  # Hennig 2007: mean Jaccard index of a stable cluster
DOUBTFUL = 0.6  # below, a cluster is not to be trusted
SMALLEST = 0.02  # share of customers; smaller is a handful of oddities, not a segment


def fails(row: Evidence) -> tuple[str, ...]:
    """What speaks against a number of clusters: null | strength | jaccard | smallest | few; empty where it passes."""
    found = [] if _beats_null(row) else ["null"]
    least = row.least_jaccard
    if row.prediction_strength is None or row.prediction_spread is None or least is None:
        found.append("few")
    else:
        found += [] if row.prediction_strength + row.prediction_spread >= STRENGTH else ["strength"]
        found += [] if least >= STABLE else ["jaccard"]
    return (*found, *(() if row.smallest_share >= SMALLEST else ("smallest",)))


def recommend(evidence: Sequence[Evidence]) -> int | None:
    """The largest useful number of clusters that passes; None where none does.

    Two groups are nearly always true and rarely useful, so the largest is wanted; but past the true number, where a
    long group is cut into pieces that come back each time, silhouettes fall back towards those of the null. Useful is
    what keeps half of the best lead over it.
    """
    passing = [row for row in evidence if not fails(row)]
    best = max(map(_lead, passing), default=0.0)
    return max((row.k for row in passing if _lead(row) >= best / 2), default=None)


def exploratory_k(ks: Sequence[int], knee: int | None) -> int:
    """A useful number where the data name none: the elbow or 4, kept between 3 and 5 and within the range tried."""
    return min(ks, key=lambda k: abs(k - min(max(knee or 4, 3), 5)))


def stability_of(jaccard: float) -> str:
    """stable | doubtful (there is a pattern, its borders are not sure) | unstable."""
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "unstable"


def reason(evidence: Sequence[Evidence], recommended: int | None, k: int) -> Message:
    """The verdict in a sentence, with the figures of the recommended number, else of the best silhouette."""
    best = max(evidence, key=lambda row: (row.silhouette, -row.k))
    row = next((row for row in evidence if row.k == recommended), best)
    figures: dict[str, Value] = {"k": row.k, "used": k, "silhouette": row.silhouette, "null": row.null_silhouette}
    return Message(f"clusters.verdict.{'structure' if recommended else 'no_clear_structure'}", figures)


def _lead(row: Evidence) -> float:
    return row.silhouette - (row.null_silhouette or 0.0)


def _beats_null(row: Evidence) -> bool:
    if row.null_silhouette is None or row.null_spread is None:
        return False
    return _lead(row) > MARGIN and _lead(row) > 3 * (row.silhouette_spread**2 + row.null_spread**2) ** 0.5
