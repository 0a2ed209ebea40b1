"""The page of moves since the shop's earlier study."""

from regulars.analysis import Study
from regulars.charts.moves import LARGEST, flow_table, group_name, matrix, sankey
from regulars.locale import Words
from regulars.pages.models import Block, Fact, Page
from regulars.pages.sentences import MOST, opening, tame
from regulars.segments.moves import MOVED, STAYED, Flow, Moved, Moves


def moves_page(study: Study, say: Words) -> Page | None:
    """Who rose, who fell, who is new or gone; None where the shop has no earlier study."""
    found = study.moves
    if found is None:
        return None
    named = found.segments
    rose, fell = risen(named)
    verdict = "changed" if not named.ranked else "rising" if rose > fell else "falling" if fell > rose else "even"
    page = Page(
        "moves",
        say("moves.title", before=found.before.isoformat()),
        say("moves.question", before=found.before.isoformat(), after=found.after.isoformat()),
        insights=_by_weight(insights(found, named, say)),
        blocks=(_block(named, say), *(() if study.clusters.k < 2 else (_block(found.clusters, say),))),
        verdict=say(f"moves.verdict.{verdict}"),
        sure=verdict in {"rising", "even"},
    )
    return opening(page, "moves_by_segment")


def _by_weight(said: tuple[str, ...]) -> tuple[str, ...]:
    """Who is new or gone, which the first block counts as well, comes last."""
    return (said[0], *said[2:], said[1]) if len(said) > MOST else said


def risen(moved: Moved) -> tuple[int, int]:
    """How many customers rose and how many fell."""
    return moved.count(lambda cell: moved.rise(cell) > 0), moved.count(lambda cell: moved.rise(cell) < 0)


def insights(found: Moves, moved: Moved, say: Words) -> tuple[str, ...]:
    """Who rose and fell, how much of it the customers did themselves, and the two flows that move most money."""
    rose, fell = risen(moved)
    lines = []
    if moved.ranked:
        lines.append(say("moves.says.rose_fell", rose=rose, fell=fell, stayed=moved.kind(*STAYED)))
    lines.append(say("moves.says.new_gone", new=moved.kind("new"), gone=moved.kind("gone")))
    if moved.kind(*MOVED) and (moved.by == "segment" or found.split):
        key = "by_rules" if moved.kind("rules", "both") else "all_real"
        counts = {kind: moved.kind(kind) for kind in MOVED}
        lines.append(say(f"moves.says.{key}_{moved.by}", n=moved.kind(*MOVED), **counts))
    flows = moved.flows()
    for key, sign in (("best", 1), ("worst", -1)):
        if some := [flow for flow in flows if moved.rise(flow) * sign > 0]:
            flow = max(some, key=lambda flow: (flow.sales_after or 0.0, flow.customers))
            lines.append(_largest(key, moved, flow, say))
    return tuple(lines)


def _largest(key: str, moved: Moved, flow: Flow, say: Words) -> str:
    names = {name: tame(group_name(moved, group, say)) for name, group in
             (("origin", flow.origin), ("target", flow.target))}  # fmt: skip
    if flow.sales_after is None:
        return say(f"moves.says.{key}_plain", n=flow.customers, **names)
    return say(f"moves.says.{key}", n=flow.customers, sales=flow.sales_after, **names)


def _block(moved: Moved, say: Words) -> Block:
    facts = [Fact(say(f"moves.fact.{kind}"), say.number(moved.kind(*kinds))) for kind, kinds in
             (("stayed", STAYED), ("moved", MOVED), ("new", ("new",)), ("gone", ("gone",)))]  # fmt: skip
    tables = [matrix(moved, say)]
    if any(cell.sales_after is not None for cell in moved.cells):
        tables.append(matrix(moved, say, money=True))
    if some := moving(moved):
        tables.append(flow_table(moved, some, say("moves.table.largest"), say))
    return Block(f"moves_by_{moved.by}", say(f"moves.block.{moved.by}"), say(f"moves.block.{moved.by}_question"),
                 facts=tuple(facts), charts=(sankey(moved, say),), tables=tuple(tables))  # fmt: skip


def moving(moved: Moved) -> list[Flow]:
    """The largest flows from one group to another."""
    return [flow for flow in moved.flows() if flow.origin and flow.target and flow.origin != flow.target][:LARGEST]
