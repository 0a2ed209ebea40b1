"""Which number of clusters the evidence speaks for, in words, and what speaks against the others."""

from collections.abc import Sequence

from regulars.locale import Message, Value
from regulars.segments.models import Clusters, Evidence

MARGIN = 0.03  # by how much a silhouette must exceed that of data without clusters
STRENGTH = 0.8  # Tibshirani & Walther 2005: prediction strength + standard error
STABLE = 0.75  # Hennig 2007: mean Jaccard index of a stable cluster
DOUBTFUL = 0.6  # below, a cluster is not to be trusted
SMALLEST = 0.02  # share of customers; smaller is a handful of oddities, not a segment


def fails(evidence: Sequence[Evidence]) -> tuple[tuple[str, ...], ...]:
    """What speaks against each number of clusters: null | few | strength | jaccard | smallest | lead; () where it
    passes.

    Prediction strength alone never passes: one elongated cloud without any clusters reaches .98 at k = 2. Past the true
    number, where a long group is cut into pieces that come back each time, silhouettes fall back towards those of the
    null: of what passes, a number must keep half of the best lead over it.
    """
    against = [_fails(row) for row in evidence]
    best = max((_lead(row) for row, why in zip(evidence, against, strict=True) if not why), default=0.0)
    return tuple(
        ("lead",) if not why and _lead(row) < best / 2 else why for row, why in zip(evidence, against, strict=True)
    )


def recommend(evidence: Sequence[Evidence]) -> int | None:
    """The largest number of clusters that passes; None where none does. Two groups are often true and rarely useful."""
    return max((row.k for row, why in zip(evidence, fails(evidence), strict=True) if not why), default=None)


def exploratory_k(evidence: Sequence[Evidence], knee: int | None) -> int:
    """A useful number where the data name none, from 3 to 5 where those were tried.

    The largest whose slices come back for other customers, else the elbow, else 4.
    """
    tried = zip(evidence, fails(evidence), strict=True)
    stable = [row.k for row, why in tried if 3 <= row.k <= 5 and set(why) <= {"null"}]
    wanted = max(stable, default=min(max(knee or 4, 3), 5))
    return min((row.k for row in evidence), key=lambda k: abs(k - wanted))


def stability_of(jaccard: float) -> str:
    """stable | doubtful (there is a pattern, its borders are not sure) | unstable."""
    return "stable" if jaccard >= STABLE else "doubtful" if jaccard >= DOUBTFUL else "unstable"


def reason(evidence: Sequence[Evidence], recommended: int | None, k: int) -> Message:
    """The verdict in a sentence: the figures of the recommended number, else of the one that came nearest."""
    beating = [row for row in evidence if _beats_null(row)]
    if recommended:
        row, key = next(row for row in evidence if row.k == recommended), "structure"
    elif beating:
        row = min(beating, key=lambda row: (len(_fails(row)), -_lead(row), row.k))
        key = {"few": "few", "smallest": "small"}.get(_fails(row)[0], "unstable")
    else:
        row, key = max(evidence, key=lambda row: (row.silhouette, -row.k)), "no_clear_structure"
    figures: dict[str, Value] = {"k": row.k, "used": k, "silhouette": row.silhouette, "null": row.null_silhouette}
    if key == "unstable":
        figures |= {"strength": row.prediction_strength, "jaccard": row.least_jaccard}
    if key == "small":
        figures["smallest"] = row.smallest_share
    return Message(f"clusters.verdict.{key}", figures)


def shown(clusters: Clusters) -> Message | None:
    """Why so many clusters are shown, where the evidence recommends no such number; None where it does."""
    row = next((row for row in clusters.evidence if row.k == clusters.k), None)
    if row is None or clusters.kept_from or clusters.k == clusters.recommended_k:
        return None
    if not clusters.reason.key.startswith("clusters.verdict."):  # a reason of a customer table says it itself
        return None
    if clusters.recommended_k or clusters.k != exploratory_k(clusters.evidence, clusters.elbow_k):
        key = "asked"
    elif 3 <= row.k <= 5 and set(_fails(row)) <= {"null"}:
        key = "steady"
    else:
        key = "elbow" if clusters.elbow_k == row.k else "middle"
    return Message(f"clusters.shown.{key}", {"used": clusters.k})


def kept(clusters: Clusters) -> Message | None:
    """Which clusters of an earlier study are shown, where today's customers speak for another number, or for none."""
    if clusters.kept_from is None or clusters.k == clusters.recommended_k:
        return None
    key = "kept" if clusters.recommended_k else "kept_unproven"
    day = clusters.kept_from.isoformat()
    return Message(f"clusters.shown.{key}", {"used": clusters.k, "best": clusters.recommended_k, "day": day})


def verdict(clusters: Clusters) -> tuple[Message, ...]:
    """How many clusters there are, and why so many are shown: all that a card says in one place."""
    why = clusters.reason
    if clusters.kept_from and "used" in why.values:  # those that are shown, not those that were tried
        why = Message(why.key, {**why.values, "used": clusters.k})
    return tuple(message for message in (why, kept(clusters) or shown(clusters)) if message)


def notes(clusters: Clusters) -> tuple[Message, ...]:
    """What else there is to say: other numbers that pass, which clusters hold, what later data show."""
    row = next((row for row in clusters.evidence if row.k == clusters.k), None)
    if row is None or clusters.tested is None or clusters.kept_from:  # an older study's clusters: its evidence is older
        return ()
    passing = [other.k for other, why in zip(clusters.evidence, fails(clusters.evidence), strict=True) if not why]
    others = [str(k) for k in passing if k != clusters.recommended_k]
    found = [Message("clusters.note.others", {"ks": ", ".join(others)})] if others else []
    weak = [str(i) for i, jaccard in enumerate(row.jaccard, 1) if jaccard < STABLE]
    figures: dict[str, Value] = {"k": row.k, "jaccard": row.least_jaccard, "strength": row.prediction_strength,
                                 "draws": clusters.tested.draws, "n": clusters.tested.stability}  # fmt: skip
    if weak:
        found.append(Message("clusters.note.unstable", {**figures, "which": ", ".join(weak), "weak": len(weak)}))
    elif row.jaccard:
        held = "loose_slices" if "strength" in _fails(row) else "stable_slices"
        found.append(Message(f"clusters.note.{'stable' if not _fails(row) else held}", figures))
    if row.repeat_separation is not None:
        later: dict[str, Value] = {"k": row.k, "n": clusters.tested.later, "days": clusters.tested.later_days,
                                   "repeat": 100 * row.repeat_separation,
                                   "error": 196 * (row.repeat_separation_spread or 0.0)}  # fmt: skip
        found.append(Message("clusters.note.later", later))
    if row.sales_separation is not None:
        found.append(Message("clusters.note.later_sales", {"eta": row.sales_separation}))
    return tuple(found)


def _fails(row: Evidence) -> tuple[str, ...]:
    found = [] if _beats_null(row) else ["null"]
    least = row.least_jaccard
    if row.prediction_strength is None or row.prediction_spread is None or least is None:
        found.append("few")
    else:
        found += [] if row.prediction_strength + row.prediction_spread >= STRENGTH else ["strength"]
        found += [] if least >= STABLE else ["jaccard"]
    return (*found, *(() if row.smallest_share >= SMALLEST else ("smallest",)))


def _lead(row: Evidence) -> float:
    return row.silhouette - (row.null_silhouette or 0.0)


def _beats_null(row: Evidence) -> bool:
    if row.null_silhouette is None or row.null_spread is None:
        return False
    return _lead(row) > MARGIN and _lead(row) > 3 * (row.silhouette_spread**2 + row.null_spread**2) ** 0.5
