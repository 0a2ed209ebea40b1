"""Named segments: a scheme is a partition of all score codes, from a preset or from the shop's own TOML.

Presets: the standard ten-segment map of recency and frequency scores, the six groups of Klaviyo's RFM analysis, and a
three-label value scheme over ordered per-measure clusters. `presets.toml` holds them; an own scheme has the same form.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

from regulars.errors import SettingsError
from regulars.settings import Settings

MEASURES = ("recency_days", "orders", "monetary")
_SCORES = ("r", "f", "m")
_KEYS = {"name", "codes", "rest", "sum", *_SCORES}


@dataclass(frozen=True, slots=True)
class Plan:
    """A scheme before its cut points are known: `cuts` by measure are points, "quantiles" or "clusters"."""

    name: str
    levels: int
    cuts: dict[str, str | tuple[float, ...]]
    segments: tuple[str, ...]  # in the order of the scheme, best customers first
    codes: dict[str, str]


@cache
def presets() -> Mapping[str, Any]:
    """The presets that Regulars brings, by name, as they stand in `presets.toml`."""
    return tomllib.loads((files(__package__) / "presets.toml").read_text(encoding="utf-8"))


def plan(settings: Settings) -> Plan:
    """The scheme that `settings.preset` names: the shop's own before ours.

    Raises SettingsError where there is none of that name, or where it is no partition, naming the codes.
    """
    schemes = {**presets(), **settings.schemes}
    if settings.preset not in schemes:
        raise SettingsError("preset_unknown", preset=settings.preset, known=", ".join(sorted(schemes)))
    return read_plan(settings.preset, schemes[settings.preset])


def read_plan(name: str, table: Mapping[str, Any]) -> Plan:
    """A scheme from its table, checked: every code (r, f, m) belongs to exactly one segment."""
    if unknown := set(table) - {"levels", "cuts", "segments"}:
        known = "levels, cuts, segments"
        raise SettingsError("scheme_table_key", scheme=name, key=sorted(unknown)[0], known=known)
    levels, rows = table.get("levels", 5), table.get("segments", [])
    if not isinstance(levels, int) or not 2 <= levels <= 5:
        raise SettingsError("scheme_levels", scheme=name, levels=str(levels))
    for row in rows:
        if unknown := set(row) - _KEYS:
            raise SettingsError("scheme_key", scheme=name, key=sorted(unknown)[0], known=", ".join(sorted(_KEYS)))
    names = [str(row.get("name", "")) for row in rows]
    if not rows or "" in names or len(set(names)) < len(names):
        raise SettingsError("scheme_names", scheme=name)
    codes = _partition(name, levels, rows)
    return Plan(name, levels, _cuts(name, levels, table.get("cuts", "quantiles")), tuple(names), codes)


def _partition(name: str, levels: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    every = ["".join(map(str, code)) for code in product(range(1, levels + 1), repeat=3)]
    held = {row["name"]: _held(name, row, every) for row in rows if not row.get("rest")}
    owners: dict[str, list[str]] = {code: [] for code in every}
    for segment, codes in held.items():
        for code in codes:
            owners[code].append(segment)
    if rest := [row["name"] for row in rows if row.get("rest")]:
        owners = {code: owner or rest for code, owner in owners.items()}
    wrong = [code for code, owner in owners.items() if len(owner) != 1]
    if wrong:
        shown = ", ".join(f"{code} ({' + '.join(owners[code]) or '-'})" for code in wrong[:12])
        raise SettingsError("scheme_partition", scheme=name, count=len(wrong), codes=shown)
    return {code: owner[0] for code, owner in owners.items()}


def _held(scheme: str, row: Mapping[str, Any], every: Sequence[str]) -> list[str]:
    """The codes that one row of a scheme holds."""
    if "codes" in row:
        codes = str(row["codes"]).replace(",", " ").split()
        if foreign := [code for code in codes if code not in every]:
            raise SettingsError("scheme_code", scheme=scheme, code=foreign[0], first=every[0], last=every[-1])
        return codes
    bounds = [_bounds(scheme, row[score]) if score in row else (1, 9) for score in _SCORES]
    low, high = _bounds(scheme, row["sum"]) if "sum" in row else (0, 99)
    return [
        code
        for code in every
        if low <= sum(map(int, code)) <= high
        and all(least <= int(score) <= most for score, (least, most) in zip(code, bounds, strict=True))
    ]


def _bounds(scheme: str, span: Any) -> tuple[int, int]:
    """`"3-4"` as (3, 4), `5` as (5, 5)."""
    low, _, high = str(span).partition("-")
    try:
        return int(low), int(high or low)
    except ValueError as error:
        raise SettingsError("scheme_span", scheme=scheme, span=str(span)) from error


def _cuts(scheme: str, levels: int, given: Any) -> dict[str, str | tuple[float, ...]]:
    table = dict.fromkeys(MEASURES, given) if isinstance(given, str) else given
    cuts: dict[str, str | tuple[float, ...]] = {}
    for measure in MEASURES:
        cut = table.get(measure, "quantiles")
        if isinstance(cut, list):
            points = tuple(float(point) for point in cut)
            if len(points) != levels - 1 or list(points) != sorted(points):
                raise SettingsError("scheme_points", scheme=scheme, measure=measure, need=levels - 1)
            cut = points
        elif cut not in ("quantiles", "clusters"):
            raise SettingsError("scheme_cuts", scheme=scheme, measure=measure, cut=str(cut))
        cuts[measure] = cut
    if unknown := set(table) - set(MEASURES):
        raise SettingsError("scheme_measure", scheme=scheme, measure=sorted(unknown)[0], known=", ".join(MEASURES))
    return cuts
