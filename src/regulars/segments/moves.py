"""Moves between two studies: who rose, who fell, who is new or gone, and which moves the customers made themselves.

Segments change because customers change, and because cut points and clusters were learned anew. The two are told apart
by judging the present figures by the rules of before: a customer whom both rules place alike has moved, one whom the
old rules would have left in place was moved by the new ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from regulars.engine import Engine
from regulars.profiles.models import Profile
from regulars.segments.assign import assignment_sql
from regulars.segments.models import Clusters, Scheme
from regulars.segments.scores import apply

if TYPE_CHECKING:
    from regulars.segments.frozen import Before

STAYED, MOVED = ("stayed", "held"), ("real", "rules", "both")
KINDS = (*STAYED, *MOVED, "new", "gone")


@dataclass(frozen=True, slots=True)
class MoveCell:
    """The customers of one group then, one group now, and one kind of move; money in the currency of the study."""

    origin: str | None  # None: not in the earlier study
    target: str | None  # None: not in the later study
    kind: str  # one of KINDS
    customers: int
    sales_before: float | None  # net sales up to the earlier study; None without amounts, or for who is new
    sales_after: float | None


@dataclass(frozen=True, slots=True)
class Moved:
    """The moves by one way to group. `groups` are in order, best first; clusters by their worth in the later study."""

    by: str  # segment | cluster
    groups: tuple[str, ...]
    cells: tuple[MoveCell, ...]
    ranked: bool  # whether both studies know the same groups, so that rising and falling mean something

    @property
    def customers(self) -> int:
        """Everybody who is in either study."""
        return sum(cell.customers for cell in self.cells)

    def count(self, which: Callable[[MoveCell], bool]) -> int:
        """Customers of the cells that fit."""
        return sum(cell.customers for cell in self.cells if which(cell))

    def kind(self, *kinds: str) -> int:
        """Customers whose move is of these kinds."""
        return self.count(lambda cell: cell.kind in kinds)

    def between(self, origin: str | None, target: str | None) -> int:
        """Customers who went from one group to another."""
        return self.count(lambda cell: cell.origin == origin and cell.target == target)

    def rise(self, move: "MoveCell | Flow") -> int:
        """How many places a move goes up (negative: down); 0 where it cannot be said."""
        if not self.ranked or move.origin is None or move.target is None:
            return 0
        return self.groups.index(move.origin) - self.groups.index(move.target)

    def flows(self) -> list["Flow"]:
        """The cells put together over their kinds, largest first."""
        found: dict[tuple[str | None, str | None], list[MoveCell]] = {}
        for cell in self.cells:
            found.setdefault((cell.origin, cell.target), []).append(cell)
        flows = [_flow(cells) for cells in found.values()]
        return sorted(flows, key=lambda flow: (-flow.customers, flow.origin or "", flow.target or ""))


@dataclass(frozen=True, slots=True)
class Flow:
    """All customers who went from one group to another; `real` of them by what they did, `rules` by new rules alone."""

    origin: str | None
    target: str | None
    customers: int
    real: int
    rules: int
    both: int
    sales_before: float | None
    sales_after: float | None


def _flow(cells: Sequence[MoveCell]) -> Flow:
    def money(values: Sequence[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return sum(known) if known else None

    count = {kind: sum(cell.customers for cell in cells if cell.kind == kind) for kind in KINDS}
    return Flow(
        cells[0].origin, cells[0].target, sum(count.values()), count["real"], count["rules"], count["both"],
        money([cell.sales_before for cell in cells]), money([cell.sales_after for cell in cells]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moves:
    """What became of everybody between two studies: each customer of either study is counted once."""

    before: date
    after: date
    segments: Moved
    clusters: Moved
    split: bool  # False: the clusters of before need features that the later study lacks, so kinds are only by segment


@dataclass(frozen=True, slots=True)
class Now:
    """What is known of the later study."""

    as_of: date
    scheme: Scheme
    clusters: Clusters
    worth: Sequence[str]  # its clusters by mean net sales, highest first


def by_worth(clusters: Sequence[Profile]) -> list[str]:
    """The numbers of clusters by the mean net sales of their customers, highest first."""
    return [p.name.removeprefix("Cluster ") for p in sorted(clusters, key=lambda p: -(p.mean.monetary or 0))]


def moves(engine: Engine, before: "Before", now: Now) -> Moves:
    """Compares the table `customers` with an earlier study; reads `measures` and `features` of the later one too.

    Makes `moves`, one row per customer.
    """
    then = before.study
    model = then.clusters.model
    engine.load("customers_before", before.customers)
    apply(engine, then.scheme, "scores_then")
    split = model is None or set(model.features) <= set(engine.column_names("features"))
    engine.make_from("clusters_then", assignment_sql(model if split else now.clusters.model))
    engine.make("segments/moves")
    segments = _ordered(now.scheme.segments, then.scheme.segments)
    same = set(then.scheme.segments) == set(now.scheme.segments)
    numbers = _ordered(now.worth, [str(i + 1) for i in range(then.clusters.k)])
    ranked = then.clusters.k == now.clusters.k > 1
    if then.as_of is None:  # only dated studies are handed in
        raise ValueError(then.folder)
    return Moves(
        then.as_of, now.as_of,
        Moved("segment", segments, _cells(engine, clusters=False), same),
        Moved("cluster", numbers, _cells(engine, clusters=True), ranked), split,
    )  # fmt: skip


def moves_of(engine: Engine, shop: Moves) -> Moves:
    """The same moves of those customers alone whom the table `moves` holds."""
    return replace(shop, segments=replace(shop.segments, cells=_cells(engine, clusters=False)),
                   clusters=replace(shop.clusters, cells=_cells(engine, clusters=True)))  # fmt: skip


def _ordered(now: Sequence[str], then: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*now, *then)))


def _cells(engine: Engine, clusters: bool) -> tuple[MoveCell, ...]:
    def money(value: object) -> float | None:
        return None if value is None else float(str(value))

    return tuple(
        MoveCell(row["origin"], row["target"], row["kind"], int(row["customers"]), money(row["sales_before"]),
                 money(row["sales_after"]))
        for row in engine.ask("segments/move_cells", clusters=clusters)
    )  # fmt: skip
