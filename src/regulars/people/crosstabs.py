"""Attributes against groups, built from the sums that the engine made."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from regulars.features.people_models import Attribute
from regulars.people.association import association, with_q
from regulars.people.choice import ANSWERS, LEVELS
from regulars.people.models import By, Crosstab
from regulars.people.reading import NOTHING, Cells, Column, Frame
from regulars.people.shares import share_of_sum
from regulars.rates import Rate, rate

OTHERS = ""  # the level that gathers the small ones; an empty cell of the input is not known, so no value is ""


def crosstabs(
    attributes: Sequence[Attribute],
    columns: Sequence[Column],
    cells: Mapping[tuple[str, By], Cells],
    frame: Frame,
) -> tuple[Crosstab, ...]:
    """The tables of every attribute and grouping; the q of each is over all tables of its grouping."""
    found: list[Crosstab] = []
    for by in frame.groups:
        tables = [_crosstab(a, c, by, cells[a.name, by], frame) for a, c in zip(attributes, columns, strict=True)]
        qs = with_q([table.association for table in tables])
        found += [replace(table, association=q) for table, q in zip(tables, qs, strict=True)]
    return tuple(found)


def _crosstab(attribute: Attribute, column: Column, by: By, cells: Cells, frame: Frame) -> Crosstab:
    cells = gathered(cells)
    levels = level_order(attribute, column, cells)
    held = [group for group in frame.groups[by] if any(g == group for _, g in cells)]
    rows = [[cells.get((level, group), NOTHING) for group in held] for level in levels]
    counts = tuple(tuple(cell.customers for cell in row) for row in rows)
    return Crosstab(
        attribute=attribute.name,
        by=by,
        answer=attribute.role in ANSWERS,
        made_of=by == "cluster" and attribute.name in frame.made_of,
        levels=levels,
        edges=column.edges,
        groups=tuple(held),
        counts=counts,
        sales=tuple(tuple(cell.sales for cell in row) for row in rows) if frame.money else None,
        spread=tuple(tuple(cell.squares for cell in row) for row in rows) if frame.money else None,
        unknown=sum(cell.customers for (level, _), cell in cells.items() if level is None),
        association=association(counts, frame.seed),
    )


def gathered(cells: Cells) -> Cells:
    """Cells of at most 20 levels: of more, the 19 with most customers (ties: by name), the rest as one level ""."""
    sizes: dict[str, int] = {}
    for (level, _), sums in cells.items():
        if level is not None:
            sizes[level] = sizes.get(level, 0) + sums.customers
    if len(sizes) <= LEVELS:
        return cells
    kept = set(sorted(sizes, key=lambda level: (-sizes[level], level))[: LEVELS - 1])
    found: Cells = {}
    for (level, group), sums in cells.items():
        key = (level if level is None or level in kept else OTHERS, group)
        found[key] = found.get(key, NOTHING) + sums
    return found


def level_order(attribute: Attribute, column: Column, cells: Cells) -> tuple[str, ...]:
    """The levels that a customer of the study has: as the attribute orders them, numbers by size, others by name."""
    seen = {level for level, _ in cells if level is not None}
    if column.edges:
        return tuple(sorted(seen, key=int))
    if attribute.kind == "number":
        return tuple(sorted(seen, key=float))
    places = {level: place for place, level in enumerate(attribute.levels)} | {OTHERS: len(attribute.levels) + 1}
    return tuple(sorted(seen, key=lambda level: (places.get(level, len(places)), level)))


def share_in_group(table: Crosstab, level: int, group: int) -> Rate | None:
    """The share of a level's customers who are in a group."""
    return rate(table.counts[level][group], table.of_level(level))


def share_of_group(table: Crosstab, level: int, group: int) -> Rate | None:
    """The share of a group's customers who have a level."""
    return rate(table.counts[level][group], table.of_group(group))


def share_of_sales(table: Crosstab, level: int, group: int) -> Rate | None:
    """The share of a group's net sales that a level brings; None without amounts."""
    if table.sales is None or table.spread is None:
        return None
    sales, squares = sum(row[group] for row in table.sales), sum(row[group] for row in table.spread)
    return share_of_sum(table.sales[level][group], table.spread[level][group], sales, squares, table.of_group(group))
