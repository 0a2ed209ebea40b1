"""The algorithms side by side, as a page."""

from regulars.charts.compare import agreement, dendrogram, label, silhouettes
from regulars.locale import Words
from regulars.pages.models import Block, Page
from regulars.segments.algorithms.models import Comparison


def reason_text(found: Comparison, say: Words) -> str:
    """The verdict in a sentence, with the algorithms by the names that a reader knows."""
    named = {key: label(str(value), say) for key, value in found.reason.values.items() if key in {"name", "other"}}
    return say(found.reason.key, **{**found.reason.values, **named})


def compare_page(found: Comparison, say: Words) -> Page:
    """Would another way of grouping find better groups?"""
    blocks = []
    if found.algorithms:
        blocks.append(Block("algorithms", say("compare.page.evidence"), insights=_noted(found, say),
                            charts=(silhouettes(found, say),)))  # fmt: skip
    if len(found.algorithms) > 1:
        blocks.append(Block("algorithm-agreement", say("compare.page.agreement"), insights=_agreed(found, say),
                            charts=(agreement(found, say),)))  # fmt: skip
    if found.tree:
        blocks.append(Block("algorithm-tree", say("compare.page.tree"), charts=(dendrogram(found.tree, say),)))
    return Page(
        "compare", say("compare.page.title"), say("compare.page.question"), (reason_text(found, say),), tuple(blocks),
        say(f"compare.title.{found.verdict}"), found.verdict in {"kmeans", "other_k", "other"},
    )  # fmt: skip


def _noted(found: Comparison, say: Words) -> tuple[str, ...]:
    notes = [
        say("compare.page.noise", name=label(row.name, say), share=row.noise_share)
        for row in found.algorithms
        if row.noise_share >= 0.1
    ]
    mixed = [row for row in found.algorithms if row.own_k is not None]
    return (*notes, *(say("compare.page.bic", k=row.own_k, share=row.unsure_share) for row in mixed))


def _agreed(found: Comparison, say: Words) -> tuple[str, ...]:
    some = [
        value
        for row, value in zip(found.algorithms[1:], found.agreement[0][1:], strict=True)
        if row.silhouette is not None
    ]
    return (say("compare.page.agrees", low=min(some), high=max(some)),) if some else ()
