"""The page of later data: do the segments keep what they promise, and do the rules of then still fit."""

from collections.abc import Sequence

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.groups import segment_label
from regulars.charts.temporal import came_back, later_table, spent
from regulars.locale import Value, Words
from regulars.pages.groups import cluster_label
from regulars.pages.models import Block, Fact, Page
from regulars.pages.sentences import all_told, tame, told
from regulars.segments.drift import FEWEST, Drift
from regulars.segments.temporal import GroupLater, Held, Temporal

LOOSER = 0.05  # by how much a silhouette must fall to be worth a word


def temporal_page(study: Study, say: Words) -> Page | None:
    """What the last days say about segments that were learned before them; None where there are no orders."""
    found = study.temporal
    if found is None:
        return None
    title, question = say("temporal.title"), say("temporal.question", days=found.days)
    if found.segments is None or found.cut is None:
        empty = told(found.reason, say) if found.reason else ""
        return Page("temporal", title, question, blocks=(Block("temporal_none", title, empty=empty),))
    verdict = found.segments.verdict
    blocks = (_kept(found.segments, found, say), _clusters(found, say), _fit(study, found, say))
    return Page(
        "temporal", title, question,
        insights=tuple(_insights(found.segments, found, say)),
        blocks=tuple(block for block in blocks if block),
        verdict=say(f"temporal.verdict.{verdict}"),
        sure=verdict == "holds",
    )  # fmt: skip


def names_of(held: Held, say: Words) -> list[str]:
    """The groups in the reader's language."""
    label = segment_label if held.kind == "segment" else cluster_label
    return [label(group.name, say) for group in held.groups]


def _insights(held: Held, found: Temporal, say: Words) -> list[str]:
    """The verdict in a sentence, and the two ends: who came back most, and who least."""
    lines = [say(f"temporal.says.{held.verdict}", days=found.days, strength=held.strength)]
    pairs = [(g, name) for g, name in zip(held.groups, names_of(held, say), strict=True) if g.customers >= FEWEST]
    if len(pairs) > 1:
        best, worst = (pick(pairs, key=lambda pair: pair[0].rate or 0.0) for pick in (max, min))
        for key, (group, name) in (("most", best), ("least", worst)):
            lines.append(say(f"temporal.says.{key}", **_figures(group, name, found.days)))
    return lines


def _figures(group: GroupLater, name: str, days: int) -> dict[str, Value]:
    return {"name": tame(name), "rate": group.rate, "low": group.rate_low, "high": group.rate_high, "days": days,
            "n": group.customers}  # fmt: skip


def _kept(held: Held, found: Temporal, say: Words) -> Block:
    names = names_of(held, say)
    shown = [i for i, group in enumerate(held.groups) if group.customers]
    part = Held(held.kind, tuple(held.groups[i] for i in shown), held.shift, held.strength, held.order, held.verdict)
    some = [names[i] for i in shown]
    charts = [came_back(part, some, found.days, say), spent(part, some, found.days, say)]
    facts = (
        Fact(say("temporal.fact.cut"), say.day(found.cut) if found.cut else ""),
        Fact(say("temporal.fact.customers"), say.number(found.customers), _sampled(found, say)),
        Fact(say("temporal.fact.rate"), say.percent(found.rate, 0)),
        Fact(say("temporal.fact.strength"), say.number(held.strength, 2), say("temporal.fact.strength_more")),
    )
    return Block("temporal_segments", say("temporal.segments.title"), say("temporal.segments.question"), facts=facts,
                 charts=tuple(chart for chart in charts if chart))  # fmt: skip


def _sampled(found: Temporal, say: Words) -> str:
    return "" if found.sampled >= found.customers else say("temporal.fact.sampled", n=found.sampled)


def _clusters(found: Temporal, say: Words) -> Block | None:
    held = found.clusters
    if held is None:
        return None
    insight = say(f"temporal.clusters.{held.verdict}", k=len(held.groups), strength=held.strength)
    return Block("temporal_clusters", say("temporal.clusters.title"), say("temporal.clusters.question"), (insight,),
                 tables=(later_table(held, names_of(held, say), say),))  # fmt: skip


def _fit(study: Study, found: Temporal, say: Words) -> Block:
    """Whether the frozen rules still fit: silhouettes, shares, drift, and why the last days alone mislead."""
    insights = [say("temporal.fit.trap", days=found.days)]
    if found.clusters and all(period.silhouette is not None for period in found.periods):
        before, after = (period.silhouette or 0.0 for period in found.periods[:2])
        key = "looser" if after < before - LOOSER else "as_tidy"
        insights.insert(0, say(f"temporal.fit.{key}", before=before, after=after, days=found.days))
    moved = [each for each in found.drift if each.level == "strong"]
    insights.append(say("temporal.fit.drift" if moved else "temporal.fit.steady", n=len(moved)))
    if study.frozen:
        insights += all_told(study.frozen.notes, say)
    tables = [_periods(found, say), _drifts(found.drift, say)]
    return Block("temporal_fit", say("temporal.fit.title"), say("temporal.fit.question"), tuple(insights),
                 tables=tuple(tables))  # fmt: skip


def _periods(found: Temporal, say: Words) -> Table:
    heads = ("period", "from", "to", "customers", "recency", "silhouette")
    rows = tuple(
        (say(f"temporal.period.{p.key}", days=found.days), say.day(p.since), say.day(p.until), say.number(p.customers),
         _figure(p.median_recency, 0, say), _figure(p.silhouette, 3, say))
        for p in found.periods
    )  # fmt: skip
    return Table(say("temporal.table.periods"), tuple(say(f"temporal.head.{head}") for head in heads), rows, (3, 4, 5))


def _drifts(drifts: Sequence[Drift], say: Words) -> Table:
    heads = ("feature", "median_before", "median_after", "psi", "ks", "level")
    rows = tuple(
        (say(f"charts.feature.{d.feature}"), _figure(d.median_before, 1, say), _figure(d.median_after, 1, say),
         say.number(d.psi, 3), _figure(d.ks, 3, say), say(f"temporal.level.{d.level}"))
        for d in drifts
    )  # fmt: skip
    return Table(say("temporal.table.drift"), tuple(say(f"temporal.head.{head}") for head in heads), rows, (1, 2, 3, 4))


def _figure(value: float | None, digits: int, say: Words) -> str:
    return say("common.unknown") if value is None else say.number(value, digits)
