"""The statistics of people as tables for other tools: attributes by group, and the groups that are under-served."""

from collections.abc import Mapping
from typing import Any, Final

from regulars.people.crosstabs import share_in_group, share_of_group, share_of_sales
from regulars.people.models import Crosstab, PeopleFigures, Underserved
from regulars.rates import Rate

Row = tuple[Any, ...]
_LEVEL = {"attribute": "VARCHAR", "grouping": "VARCHAR", "level": "VARCHAR", "above": "DOUBLE", "up_to": "DOUBLE"}


def _ranged(*names: str) -> dict[str, str]:
    """A share of 1 and its 95 % interval."""
    return {f"{name}{end}": "DOUBLE" for name in names for end in ("", "_low", "_high")}


CROSSTABS: Final[Mapping[str, str]] = {
    **_LEVEL, "group_name": "VARCHAR", "customers": "BIGINT", **_ranged("share_of_level", "share_of_group"),
    "sales": "DOUBLE", **_ranged("share_of_sales"), "effect": "DOUBLE", "q_value": "DOUBLE"}  # fmt: skip
UNDERSERVED: Final[Mapping[str, str]] = {
    **_LEVEL, "customers": "BIGINT", "share": "DOUBLE", **_ranged("penetration", "penetration_of_rest", "difference"),
    "q_value": "DOUBLE", "why": "VARCHAR", "order_value": "DOUBLE", "order_value_of_rest": "DOUBLE"}  # fmt: skip


def crosstab_rows(found: PeopleFigures) -> list[Row]:
    """One row per attribute, grouping, level and group, in the columns of CROSSTABS.

    `share_of_level` is of the level's customers, `share_of_group` and `share_of_sales` of the group's; `effect`
    (Cramér's V) and `q_value` are of the whole table and repeat. A level without a name gathers the small ones.
    """
    return [
        (
            *_level(table.attribute, table.by, level, table.edges),
            group,
            table.counts[i][j],
            *_three(share_in_group(table, i, j)),
            *_three(share_of_group(table, i, j)),
            None if table.sales is None else table.sales[i][j],
            *_three(share_of_sales(table, i, j)),
            table.association.effect,
            table.association.q,
        )
        for table in found.crosstabs
        for i, level in enumerate(table.levels)
        for j, group in enumerate(_groups(table))
    ]


def underserved_rows(found: PeopleFigures) -> list[Row]:
    """One row per group of customers that is seldom among the best, in the columns of UNDERSERVED."""
    return [
        (
            *_level(one.attribute, one.by, one.level, one.edges),
            one.n,
            one.share,
            *_three(one.penetration),
            *_three(one.rest),
            *one.difference,
            one.q,
            ", ".join(one.why),
            one.order_value,
            one.rest_order_value,
        )
        for one in _found(found)
    ]


def _found(found: PeopleFigures) -> list[Underserved]:
    return [one for each in found.underserving for one in each.found]


def _groups(table: Crosstab) -> list[str]:
    return [f"Cluster {name}" if table.by == "cluster" else name for name in table.groups]


def _level(attribute: str, by: str, level: str, edges: tuple[float, ...]) -> Row:
    """A band by its bounds (above < value <= up_to), any other level by its value."""
    if not edges:
        return attribute, by, level, None, None
    place = int(level)
    above, up_to = (edges[place - 1] if place else None), (edges[place] if place < len(edges) else None)
    return attribute, by, "", above, up_to


def _three(found: Rate | None) -> Row:
    return (None, None, None) if found is None else (found.value, found.low, found.high)
