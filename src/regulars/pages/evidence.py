"""How many groups there are, and how sure that is: the block of charts and the table of the evidence."""

from collections.abc import Sequence
from dataclasses import replace

from regulars.charts.evidence import elbow, evidence_table, silhouette, stability, stability_words, widths
from regulars.locale import Words
from regulars.pages.models import Block, Card, Fact
from regulars.pages.sentences import all_told
from regulars.segments.choose import notes
from regulars.segments.models import Clusters


def evidence_block(found: Clusters, names: Sequence[str], say: Words) -> Block:
    """What speaks for the number of clusters; `names` are those of the clusters shown."""
    charts = (silhouette(found, say), stability(found, say), elbow(found, say), widths(found, names, say))
    return Block(
        "evidence",
        say("report.evidence.title"),
        say("report.evidence.question"),
        insights=(*all_told(notes(found), say), *((say("clusters.table.key"),) if found.evidence else ())),
        charts=tuple(chart for chart in charts if chart),
        tables=(evidence_table(found, say),) if found.evidence else (),
        empty="" if found.evidence else say("report.evidence.none"),
    )


def with_stability(cards: Sequence[Card], found: Clusters, say: Words) -> tuple[Card, ...]:
    """The clusters' cards, each with how far it is to be trusted."""
    named = [(card, stability_words(found, int(card.name.rsplit(" ", 1)[-1]) - 1, say)) for card in cards]
    head = say("clusters.stability.head")
    return tuple(replace(card, facts=(*card.facts, Fact(head, said))) if said else card for card, said in named)
