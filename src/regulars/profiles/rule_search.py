"""The best plain rule of a group, by beam search (as in subgroup discovery: Lavrac et al. 2004, CN2-SD).

A rule is a box: at most three columns, each with a lower bound, an upper bound or both. All bounds of a column are
tried at once from the counts between its cuts. The search starts with everybody, keeps the WIDTH best boxes of each
size, and then polishes the winner: each bound again with the others fixed, then numbers of two digits where they are
worth it. Better is a higher F1 (harmonic mean of precision and recall) less COST for each number that has to be said.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulars.profiles.rule_cuts import Kinds, Scale, fine_scale
from regulars.profiles.rule_models import Condition

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIDTH = 6  # boxes kept of each size
MOST = 3  # conditions
COST = 0.01  # each number of a rule must raise F1 by so much; so must a second digit
_NONE = -1.0


@dataclass(frozen=True, slots=True)
class Field:
    """What a rule may be made of: the columns of the customers that it is learned from, and their plain values."""

    scales: tuple[Scale, ...]
    kinds: tuple[Kinds, ...]
    values: "dict[str, NDArray[Any]]"  # the columns themselves

    @property
    def columns(self) -> tuple[Scale | Kinds, ...]:
        """All of them, the numeric ones first."""
        return (*self.scales, *self.kinds)


@dataclass(frozen=True, slots=True)
class Box:
    """A rule on trial: its conditions by feature, and its score on the customers that it is learned from."""

    conditions: tuple[Condition, ...]
    score: float

    def holding(self, condition: Condition, score: float) -> "Box":
        """This box with one condition more, or with another one on the same column."""
        others = tuple(each for each in self.conditions if each.feature != condition.feature)
        return Box(tuple(sorted((*others, condition), key=lambda each: each.feature)), score)


def best_rule(field: Field, member: "NDArray[Any]") -> tuple[Condition, ...]:
    """The conditions of the best box for the customers where `member` is true; none where no box says anything."""
    beam, best = [Box((), _NONE)], Box((), _NONE)
    for _ in range(MOST):
        grown = {box.conditions: box for start in beam for box in _grown(field, member, start)}
        beam = sorted(grown.values(), key=_order)[:WIDTH]
        if not beam or beam[0].score <= best.score:
            break
        best = beam[0]
    return _polished(field, member, best).conditions


def fits(conditions: Sequence[Condition], columns: "dict[str, NDArray[Any]]", rows: int) -> "NDArray[Any]":
    """Who fits all conditions, from the columns that they name; an unknown value (NaN or "") fits none."""
    import numpy as np

    inside = np.ones(rows, dtype=bool)
    for each in conditions:
        column = columns[each.feature]
        if each.value is not None:
            inside &= column == (str(each.value).lower() if isinstance(each.value, bool) else each.value)
        else:
            inside &= column >= (-np.inf if each.low is None else each.low)
            inside &= column <= (np.inf if each.high is None else each.high)
    return inside


def numbers_in(conditions: Sequence[Condition]) -> int:
    """How many numbers (or values) the conditions say: an exact one, from 3 to 3, is one."""
    return sum(1 if c.value is not None or c.low == c.high else (c.low is not None) + (c.high is not None)
               for c in conditions)  # fmt: skip


def _order(box: Box) -> tuple[float, int, str]:
    return -box.score, numbers_in(box.conditions), repr(box.conditions)


def _grown(field: Field, member: "NDArray[Any]", start: Box) -> list[Box]:
    """The box with a condition on each further column: the best one by lower, upper and both bounds."""
    inside = fits(start.conditions, field.values, len(member))
    taken = {each.feature for each in start.conditions}
    found = []
    for scale in field.scales:
        if scale.feature not in taken:
            found += [start.holding(c, score) for c, score in _bounds(scale, inside, member, start.conditions)]
    for kinds in field.kinds:
        if kinds.feature not in taken:
            found += [start.holding(c, score) for c, score in _named(kinds, inside, member, start.conditions)]
    return found


def _bounds(
    scale: Scale, inside: "NDArray[Any]", member: "NDArray[Any]", others: Sequence[Condition]
) -> list[tuple[Condition, float]]:
    """The best lower bound, the best upper bound and the best pair on one column, for customers inside the rest."""
    import numpy as np

    cuts, members = scale.cuts, int(member.sum())
    hits, found = _counts(scale.codes, inside, member, 2 * len(cuts) + 1)
    start = 2 * np.arange(len(cuts)) + 1  # the code of each cut
    low = _f1(hits[-1] - hits[start], found[-1] - found[start], members)
    high = _f1(hits[start + 1], found[start + 1], members)
    both = _f1(hits[start + 1] - hits[start][:, None], found[start + 1] - found[start][:, None], members) - COST
    both[np.tril_indices(len(cuts), -1)] = _NONE  # the lower bound above the upper one
    both[np.diag_indices(len(cuts))] += COST  # one number alone
    i, j = int(low.argmax()), int(high.argmax())
    a, b = (int(place) for place in np.unravel_index(int(both.argmax()), both.shape))
    said = COST * (numbers_in(others) + 1)
    return [
        (Condition(scale.feature, low=float(cuts[i])), float(low[i]) - said),
        (Condition(scale.feature, high=float(cuts[j])), float(high[j]) - said),
        (Condition(scale.feature, float(cuts[a]), float(cuts[b])), float(both[a, b]) - said),
    ]


def _named(
    kinds: Kinds, inside: "NDArray[Any]", member: "NDArray[Any]", others: Sequence[Condition]
) -> list[tuple[Condition, float]]:
    """The best value of one category."""
    hits, found = _counts(kinds.codes, inside, member, len(kinds.values))
    f1 = _f1(hits[1:] - hits[:-1], found[1:] - found[:-1], member.sum())
    place = int(f1.argmax())
    score = float(f1[place]) - COST * (numbers_in(others) + 1)
    return [(Condition(kinds.feature, value=kinds.values[place]), score)]


def _counts(
    codes: "NDArray[Any]", inside: "NDArray[Any]", member: "NDArray[Any]", size: int
) -> "tuple[NDArray[Any], NDArray[Any]]":
    """Members, and customers, inside whose code is below 0, 1, ... `size`."""
    import numpy as np

    chosen = inside & (codes >= 0)
    both = np.bincount(2 * codes[chosen] + member[chosen], minlength=2 * size).reshape(-1, 2)
    hits, found = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
    both[:, 1].cumsum(out=hits[1:])
    both.sum(axis=1).cumsum(out=found[1:])
    return hits, found


def _f1(hits: "NDArray[Any]", found: "NDArray[Any]", members: int) -> "NDArray[Any]":
    import numpy as np

    return np.asarray(2 * hits / np.maximum(found + members, 1))


def _polished(field: Field, member: "NDArray[Any]", best: Box) -> Box:
    """Each condition again, the others fixed: none at all, other round bounds, then numbers of two digits."""
    for condition in best.conditions:
        rest = _without(best, condition.feature)
        inside = fits(rest, field.values, len(member))
        if rest and (score := _score(rest, inside, member)) >= best.score:
            best = Box(rest, score)
            continue
        for scale in field.scales:
            if scale.feature == condition.feature:
                for option, score in _bounds(scale, inside, member, rest):
                    best = best.holding(option, score) if score > best.score else best
    for feature, side in [(each.feature, side) for each in best.conditions for side in ("low", "high")]:
        rest = _without(best, feature)
        condition = next(each for each in best.conditions if each.feature == feature)
        said = COST * (numbers_in(best.conditions) + 1)
        for option, f1 in _finer(field, condition, side, fits(rest, field.values, len(member)), member):
            best = best.holding(option, f1 - said) if f1 - said > best.score else best
    return best


def _bounded(condition: Condition, side: str, cut: float | None) -> Condition:
    return replace(condition, low=cut) if side == "low" else replace(condition, high=cut)


def _without(box: Box, feature: str) -> tuple[Condition, ...]:
    return tuple(each for each in box.conditions if each.feature != feature)


def _score(conditions: Sequence[Condition], inside: "NDArray[Any]", member: "NDArray[Any]") -> float:
    hits, found = int((inside & member).sum()), int(inside.sum())
    return 2 * hits / max(found + int(member.sum()), 1) - COST * numbers_in(conditions)


def _finer(
    field: Field, condition: Condition, side: str, inside: "NDArray[Any]", member: "NDArray[Any]"
) -> list[tuple[Condition, float]]:
    """The best number of two digits for one bound, between its neighbours on the round scale, with its F1."""
    import numpy as np

    bound, far = getattr(condition, side), getattr(condition, "high" if side == "low" else "low")
    scale = next((each for each in field.scales if each.feature == condition.feature), None)
    if scale is None or bound is None or bound == far:
        return []
    place = int(np.searchsorted(scale.cuts, bound))
    near = (float(scale.cuts[max(place - 1, 0)]), float(scale.cuts[min(place + 1, len(scale.cuts) - 1)]))
    finer = fine_scale(scale.feature, field.values[scale.feature], near)
    if finer is None:
        return []
    left = inside & fits((_bounded(condition, side, None),), field.values, len(member))
    hits, seen = _counts(finer.codes, left, member, 2 * len(finer.cuts) + 1)
    start = 2 * np.arange(len(finer.cuts)) + 1
    from_, to = (start, -1) if side == "low" else (0, start + 1)
    f1 = _f1(hits[to] - hits[from_], seen[to] - seen[from_], int(member.sum()))
    if far is not None:
        f1[finer.cuts > far if side == "low" else finer.cuts < far] = _NONE
    return [(_bounded(condition, side, float(finer.cuts[f1.argmax()])), float(f1.max()))]
