"""Scores by stored cut points: equal customers score equally, tomorrow's customer is scored by the same rule.

A cut point is the value that a share of the customers does not exceed (percentile_disc), the middle between two ordered
clusters, or a number the scheme gives. Low-data mode: under 30 customers, or with fewer than three distinct values, a
measure has fewer levels, spread over the scheme's scores, and the study says so.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine, Row
from regulars.locale import Message, Value
from regulars.segments.models import Cuts, Scheme
from regulars.segments.named import MEASURES, Plan, plan
from regulars.segments.ordered import measure_cuts
from regulars.settings import Settings
from regulars.steps import step_sql

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEW_CUSTOMERS = 30
_QUANTILES = {"min": 0, "20": 0.2, "25": 0.25, "33": 1 / 3, "40": 0.4, "50": 0.5, "60": 0.6, "67": 2 / 3, "75": 0.75,
              "80": 0.8, "max": 1}  # fmt: skip
_SHARES = {5: ("20", "40", "60", "80"), 4: ("25", "50", "75"), 3: ("33", "67"), 2: ("50",)}


def score(engine: Engine, settings: Settings, kept: Scheme | None = None) -> Scheme:
    """Makes `scores` (one row per customer: r, f, m, segment) from `measures`, and gives the scheme behind it.

    That is the one that was `kept` from an earlier study, or one whose cut points are learned now.
    """
    if kept:
        scheme = kept
    else:
        found = engine.ask("segments/quantiles")[0]
        scheme = scheme_of(settings, found, lambda: measure_cuts(engine, settings))
    apply(engine, scheme)
    return scheme


def scheme_of(settings: Settings, found: Row, clusters: Callable[[], Sequence[Cuts]]) -> Scheme:
    """The scheme that the settings name, with cut points from quantiles (a row of that step) or from clusters."""
    chosen = plan(settings)
    learned = {cuts.measure: cuts.points for cuts in (clusters() if "clusters" in chosen.cuts.values() else ())}
    cuts, notes = [], []
    for measure in MEASURES:
        points, note = _points(chosen, measure, found, learned.get(measure, ()))
        source = chosen.cuts[measure] if isinstance(chosen.cuts[measure], str) else "fixed"
        cuts.append(Cuts(measure, points, measure == "recency_days", str(source)))
        notes += note
    levels = (chosen.levels,) * 3
    return Scheme(chosen.name, levels, (cuts[0], cuts[1], cuts[2]), chosen.segments, chosen.codes, tuple(notes))


def apply(engine: Engine, scheme: Scheme, name: str = "scores") -> None:
    """Makes `scores` by a scheme that is known already; under another `name` for what another scheme would say."""
    import numpy as np

    digits = np.array([[*map(int, code)] for code in scheme.codes])
    codes = {**dict(zip("rfm", digits.T, strict=True)), "segment": np.array(list(scheme.codes.values()), dtype=object)}
    engine.put_columns("codes", {**dict.fromkeys("rfm", "INTEGER"), "segment": "VARCHAR"}, codes)
    values: dict[str, Any] = {"r_levels": scheme.levels[0]}
    for letter, cuts in zip("rfm", scheme.cuts, strict=True):
        for place in range(4):
            values[f"{letter}{place + 1}"] = cuts.points[place] if place < len(cuts.points) else None
    engine.make_from(name, step_sql("segments/scores"), **values)


def quantiles_of(columns: Mapping[str, "NDArray[Any]"]) -> Row:
    """What the step `quantiles` says, of measures by name (NaN where there is none)."""
    import numpy as np

    row: Row = {"customers": len(columns[MEASURES[0]])}
    for measure in MEASURES:
        values = columns[measure][~np.isnan(columns[measure])]
        row[f"{measure}_levels"] = len(np.unique(values))
        for share, quantile in _QUANTILES.items() if len(values) else ():
            row[f"{measure}_{share}"] = float(np.quantile(values, quantile, method="inverted_cdf"))
    return row


def segments_of(scheme: Scheme, columns: Mapping[str, "NDArray[Any]"]) -> "NDArray[Any]":
    """The segments of customers as places in `scheme.segments`, for measures by name."""
    import numpy as np

    return np.asarray(code_table(scheme)[tuple(scores_of(scheme, columns))])


def code_table(scheme: Scheme) -> "NDArray[Any]":
    """The place in `scheme.segments` of each code [r, f, m]; -1 where there is no such code."""
    import numpy as np

    table = np.full(tuple(level + 1 for level in scheme.levels), -1)
    for code, segment in scheme.codes.items():
        table[tuple(map(int, code))] = scheme.segments.index(segment)
    return table


def scores_of(scheme: Scheme, columns: Mapping[str, "NDArray[Any]"]) -> "list[NDArray[Any]]":
    """The scores r, f, m of customers: the step `scores` in numpy, for measures by name."""
    import numpy as np

    scores = []
    for cuts, levels in zip(scheme.cuts, scheme.levels, strict=True):
        below = (columns[cuts.measure][:, None] > np.array(cuts.points)).sum(axis=1)
        scores.append(levels - below if cuts.mirrored else 1 + below)
    scores[2] = np.where(np.nan_to_num(columns["monetary"]) <= 0, 1, scores[2])
    return scores


def _points(
    chosen: Plan, measure: str, found: Row, learned: tuple[float, ...]
) -> tuple[tuple[float, ...], list[Message]]:
    """The cut points of a measure, and what there is to say about them."""
    given = chosen.cuts[measure]
    if isinstance(given, tuple):
        return given, []
    distinct, customers = int(found[f"{measure}_levels"]), int(found["customers"])
    if distinct == 0:
        return (), [Message("scores.no_amounts")]
    values: dict[str, Value] = {"customers": customers, "levels": distinct}
    if distinct < 3:
        points = _few(chosen.levels, float(found[f"{measure}_min"]), float(found[f"{measure}_max"]))
        note = [Message(f"scores.few_values.{measure}", values)]
    elif given == "clusters":
        points, note = learned, []
    elif customers < FEW_CUSTOMERS:
        points = _spread(chosen.levels, float(found[f"{measure}_33"]), float(found[f"{measure}_67"]))
        note = [Message("scores.few_customers", values)] if measure == "recency_days" else []
    else:
        points, note = tuple(float(found[f"{measure}_{share}"]) for share in _SHARES[chosen.levels]), []
    return (tuple(max(point, 1.0) for point in points) if measure == "orders" else points), note


def _spread(levels: int, low: float, high: float) -> tuple[float, ...]:
    """Two cut points where the scheme wants more: the scores 1, 3, 5 of five, 1, 2, 3 of three."""
    return {5: (low, low, high, high), 4: (low, high, high), 3: (low, high), 2: (low,)}[levels]


def _few(levels: int, low: float, high: float) -> tuple[float, ...]:
    """One or two distinct values, in the middle of the scale: 3 of five for one, 2 and 4 for two."""
    below, above = low - 1, high
    if low == high:
        return {5: (below, below, above, above), 4: (below, below, above), 3: (below, above), 2: (above,)}[levels]
    return {5: (below, low, low, above), 4: (below, low, above), 3: (low, low), 2: (low,)}[levels]
