"""An overview of all groups: a tree of at most three questions, over the same plain cuts as the rules.

Grown as CART (Breiman, Friedman, Olshen & Stone 1984) by Gini impurity, from counts between the cuts. An unknown value
answers no to every question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from regulars.profiles.models import Kind
from regulars.profiles.rule_cuts import Scale
from regulars.profiles.rule_models import Condition, Node, Tree
from regulars.profiles.rule_search import Field, fits
from regulars.rates import rate

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEPTH = 3
LEAST = 20  # customers in a leaf


@dataclass(frozen=True, slots=True)
class Halves:
    """The customers whom a tree is learned from and those whom it is measured on, with their groups as places."""

    learn: Field
    groups: "NDArray[Any]"
    held: "dict[str, NDArray[Any]]"
    held_groups: "NDArray[Any]"


def grow(kind: Kind, names: Sequence[str], halves: Halves) -> Tree | None:
    """The tree over the groups `names`; None where no question tells them apart or nobody is held out.

    A node is called what most of both halves are there; how often the tree is right is measured on the half held out.
    """
    import numpy as np

    measured, right = len(halves.held_groups), 0
    grown = _grown(halves, np.ones(len(halves.groups), dtype=bool), len(names), DEPTH)
    if len(grown) < 2 or not measured:
        return None
    parts = {0: np.ones(measured, dtype=bool)}
    whole = {0: np.ones(len(halves.groups), dtype=bool)}  # of the half that the tree was learned from
    nodes = []
    for place, node in enumerate(grown):  # a node stands before those that it leads to
        arrived, learned = parts.pop(place), whole.pop(place)
        sides = (halves.held_groups[arrived], halves.groups[learned])
        both = np.bincount(np.concatenate(sides), minlength=len(names))
        group, here = int(both.argmax()), int(both.sum())
        nodes.append(Node(names[group], here, rate(int(both[group]), here), node.condition, node.yes, node.no))
        if node.condition:
            yes = fits((node.condition,), halves.held, measured)
            parts |= {node.yes: arrived & yes, node.no: arrived & ~yes}
            yes = fits((node.condition,), halves.learn.values, len(learned))
            whole |= {node.yes: learned & yes, node.no: learned & ~yes}
        else:
            right += int((sides[0] == node.group).sum())  # by the name that was learned: nobody here had a say in it
    largest = int(np.bincount(halves.groups).argmax())
    share = float((halves.held_groups == largest).mean())
    return Tree(kind, tuple(nodes), right / measured, share, measured, len(names))


@dataclass(frozen=True, slots=True)
class _Grown:
    """A node before it is measured; `group` is a place in the names."""

    group: int
    condition: Condition | None = None
    yes: int = 0
    no: int = 0


def _grown(halves: Halves, inside: "NDArray[Any]", size: int, depth: int) -> list[_Grown]:
    """The part of the tree for customers `inside`, its root first."""
    import numpy as np

    group = int(np.bincount(halves.groups[inside], minlength=size).argmax())
    split = best_split(halves.learn, halves.groups, inside, size) if depth else None
    if split is None:
        return [_Grown(group)]
    fit = fits((split,), halves.learn.values, len(inside))
    yes = _grown(halves, inside & fit, size, depth - 1)
    no = _grown(halves, inside & ~fit, size, depth - 1)
    if len(yes) == len(no) == 1 and yes == no:  # both answers lead to the same group
        return yes
    return [_Grown(group, split, 1, 1 + len(yes)), *_moved(yes, 1), *_moved(no, 1 + len(yes))]


def _moved(nodes: list[_Grown], by: int) -> list[_Grown]:
    return [replace(node, yes=node.yes + by, no=node.no + by) if node.condition else node for node in nodes]


def best_split(field: Field, groups: "NDArray[Any]", inside: "NDArray[Any]", size: int) -> Condition | None:
    """The question that leaves the purest two parts, both of LEAST customers or more; None where none helps."""
    import numpy as np

    total = np.bincount(groups[inside], minlength=size)
    best, least = None, _impurity(total[None, :])[0] * (1 - 1e-9)
    for each in field.columns:
        chosen = inside & (each.codes >= 0)
        bins = int(each.codes.max()) + 1
        counts = np.bincount(each.codes[chosen] * size + groups[chosen], minlength=bins * size).reshape(bins, size)
        if isinstance(each, Scale):
            above = counts[::-1].cumsum(axis=0)[::-1][1::2]  # customers at or above each cut
            labels = [Condition(each.feature, low=float(cut)) for cut in each.cuts[: len(above)]]
        else:
            above, labels = counts, [Condition(each.feature, value=value) for value in each.values[:bins]]
        below = total - above
        allowed = (above.sum(axis=1) >= LEAST) & (below.sum(axis=1) >= LEAST)
        both = np.where(allowed, _impurity(above) + _impurity(below), np.inf)
        if len(both) and both.min() < least:
            best, least = labels[int(both.argmin())], float(both.min())
    return best


def _impurity(counts: "NDArray[Any]") -> "NDArray[Any]":
    """Gini impurity times the number of customers: n - sum n_g^2 / n."""
    import numpy as np

    n = counts.sum(axis=1)
    return np.asarray(n - (counts.astype(float) ** 2).sum(axis=1) / np.maximum(n, 1))
