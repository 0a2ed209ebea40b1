"""A named segment by definition: the scores that it holds, put back into days, orders and money.

It needs no customers to be learned from or checked on, and it is exact: it is given wherever three conditions say it,
and where no plain rule was found.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import product
from math import floor

from regulars.engine import Engine
from regulars.profiles.rule_models import Condition, Named, PlainRule
from regulars.profiles.rule_sql import count_rules, group_sql, ranges_sql, rule_sql
from regulars.segments.models import Cuts, Scheme

Box = tuple[tuple[int, int], ...]  # from and to which interval of recency, of orders, of money
_Cell = tuple[int, ...]


def definitions(
    engine: Engine, source: str, groups: Sequence[Named], scheme: Scheme | None, *, joined: bool
) -> dict[str, PlainRule]:
    """The named segments among the groups that the borders of the scheme find, all of them and nobody else, by name.

    `source` is the table of customers as SQL. Of a segment alone there is nothing to tell apart.
    """
    named = [group for group in groups if group.kind == "segment"]
    if scheme is None or len(named) < 2:
        return {}
    ranges = [(group, found) for group in named if (found := exact_ranges(scheme, group.name))]
    asked = [(ranges_sql(found), group_sql("segment", group.name)) for group, found in ranges]
    counts = count_rules(engine, source, [*asked, *(("true", segment) for _, segment in asked)])
    return {
        group.name: PlainRule(
            group.kind, group.name, group.customers, found=count[0], hits=count[1], ranges=found,
            sql=rule_sql(ranges_sql(found), joined=joined),
        )
        for (group, found), count, whole in zip(ranges, counts, counts[len(ranges):], strict=False)
        if count[0] == count[1] == whole[1]
    }  # fmt: skip


def exact_ranges(scheme: Scheme, segment: str) -> tuple[tuple[Condition, ...], ...]:
    """A segment's customers as few ranges of which one must hold, by the scheme's cut points; none where nobody can be
    in it, or everybody is.
    """
    scales = [_Scale(cuts, levels) for cuts, levels in zip(scheme.cuts, scheme.levels, strict=True)]
    cells = product(*(range(len(scale.scores)) for scale in scales))
    held = {
        cell
        for cell in cells
        if scheme.codes.get("".join(str(s.scores[i]) for s, i in zip(scales, cell, strict=True))) == segment
    }
    sizes = [len(scale.scores) for scale in scales]
    boxes = sorted(_cover(held, sizes))
    ranges = [
        tuple(part for scale, span in zip(scales, box, strict=True) if (part := scale.condition(*span)))
        for box in boxes
    ]
    return tuple(ranges) if all(ranges) else ()


class _Scale:
    """The intervals of a measure that somebody can be in, lowest first, with the score of each."""

    def __init__(self, cuts: Cuts, levels: int) -> None:
        self.measure, self.whole = cuts.measure, cuts.measure != "monetary"
        # whole numbers do not lie between points; who has brought nothing, or less, has the lowest score of money
        points = [float(floor(point)) if self.whole else max(point, 0.0) for point in cuts.points]
        self.points = sorted({point for point in points if point >= 0})
        below = [bisect_left(points, value) for value in (*self.points, float("inf"))]
        self.scores = [levels - count if cuts.mirrored else 1 + count for count in below]

    def condition(self, first: int, last: int) -> Condition | None:
        """What a value from the first to the last interval holds; None where every value does."""
        above = self.points[first - 1] if first else None
        high = self.points[last] if last < len(self.points) else None
        if above is None and high is None:
            return None
        if self.whole:
            return Condition(self.measure, low=None if above is None else above + 1, high=high)
        return Condition(self.measure, above=above, high=high)


def _cover(held: set[_Cell], sizes: Sequence[int]) -> Iterator[Box]:
    """Few boxes that hold all these cells and no other: always the one that takes in most that none has yet."""
    boxes = [(box, inside) for box in product(*map(_spans, sizes)) if (inside := _inside(box)) <= held]
    left = set(held)
    while left:
        box, inside = max(boxes, key=lambda each: (len(each[1] & left), len(each[1])))
        yield box
        left -= inside


def _spans(size: int) -> list[tuple[int, int]]:
    return [(first, last) for first in range(size) for last in range(first, size)]


def _inside(box: Box) -> set[_Cell]:
    return set(product(*(range(first, last + 1) for first, last in box)))
