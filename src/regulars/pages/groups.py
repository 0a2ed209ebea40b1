"""The pages of the named segments and of the learned clusters."""

from collections.abc import Callable, Sequence

from regulars.analysis import Study
from regulars.charts import Chart
from regulars.charts.groups import (
    distribution,
    in_rows,
    means,
    money_bars,
    pca_map,
    score_map,
    segment_label,
    sizes,
    snake,
)
from regulars.locale import Words
from regulars.pages.attribute_groups import group_cards
from regulars.pages.evidence import evidence_block, with_stability
from regulars.pages.models import Block, Card, ClustersPage, Doing, Fact, SegmentsPage
from regulars.pages.plain_words import card_line
from regulars.pages.sentences import all_told, tame, told
from regulars.profiles.models import Profile
from regulars.profiles.personas import segment_slug
from regulars.segments.choose import verdict


def segments_page(study: Study, say: Words) -> SegmentsPage:
    """Who the customers are by their scores, what each segment brings, what to do."""
    groups = [profile for profile in study.segments if profile.customers]
    names = [segment_label(profile.name, say) for profile in groups]
    charts = [sizes("segment_sizes", groups, names, say)] if len(groups) > 1 else []  # of one there is 100 %
    scores = _kept([score_map(study.score_cells, study.scheme, study.customers, say)])
    spread = in_rows(_kept([distribution(found, say) for found in study.distributions]))
    behaviour = Block("behaviour", say("report.behaviour.title"), say("report.behaviour.question"),
                      charts=(*scores, *means(groups, names, say, study.net_revenue is not None), *spread))  # fmt: skip
    return SegmentsPage(
        title=say("report.segments.title"),
        question=say("report.segments.question"),
        insights=tuple(_insights(groups, names, say)),
        notes=all_told(study.scheme.notes, say),
        charts=tuple(charts),
        cards=tuple(_card(study, p, name, say) for p, name in zip(groups, names, strict=True)),
        behaviour=behaviour,
    )


def clusters_page(study: Study, say: Words) -> ClustersPage:
    """How many groups the figures themselves form, with the evidence, and what they are like."""
    found = study.clusters
    groups = study.cluster_profiles
    names = [cluster_label(profile.name, say) for profile in groups]
    cards = [_card(study, p, name, say) for p, name in zip(groups, names, strict=True)]
    if not groups and study.people:  # a customer table that says too little of orders
        names = [say("report.cluster", n=group.cluster) for group in study.people.groups]
        cards = group_cards(study.people, say)
    every = [say("report.cluster", n=number) for number in range(1, found.k + 1)] if groups else names
    with_money = study.net_revenue is not None
    charts = (*_kept([pca_map(found, every, say), snake(found, every, say)]), *means(groups, names, say, with_money),
              *money_bars(groups, names, say)) if len(every) > 1 else ()  # fmt: skip
    return ClustersPage(
        title=say("report.clusters.title"),
        question=say("report.clusters.question"),
        sure=found.recommended_k is not None,
        verdict=say(f"report.verdict.{found.verdict}"),
        reason=" ".join(told(message, say) for message in verdict(found)),
        evidence=evidence_block(found, every, say),
        groups=Block("groups", say("report.groups.title"), say("report.groups.question"), charts=charts),
        cards=with_stability(cards, found, say) if len(every) > 1 else (),  # one is everybody
        insights=tuple(_insights(groups, names, say, "clusters")) if len(groups) > 1 else (),
    )


def cluster_label(name: str, say: Words) -> str:
    """`Cluster 3` in the reader's language."""
    return say("report.cluster", n=name.rsplit(" ", 1)[-1])


def _kept(charts: Sequence[Chart | None]) -> tuple[Chart, ...]:
    return tuple(chart for chart in charts if chart)


def _insights(groups: Sequence[Profile], names: Sequence[str], say: Words, of: str = "segments") -> list[str]:
    """The largest segment, the one that brings most per customer, and the one with most money at stake."""
    if len(groups) < 2:
        return [
            say("report.segments.alone", name=tame(name), n=p.customers) for p, name in zip(groups, names, strict=True)
        ]
    pairs = list(zip(groups, names, strict=True))
    largest, name = max(pairs, key=lambda pair: pair[0].customers)
    lines = [say(f"report.{of}.largest", name=tame(name), n=largest.customers, share=largest.share)]
    paying = [(p, n) for p, n in pairs if p.sales_share]
    if len(paying) > 1:
        best, name = max(paying, key=lambda pair: (pair[0].sales_share or 0) / pair[0].share)
        lines.append(say(f"report.{of}.densest", name=tame(name), share=best.share, sales_share=best.sales_share,
                        monetary=best.mean.monetary))  # fmt: skip
        quiet, name = max(paying, key=lambda pair: pair[0].mean.recency_days)
        lines.append(
            say(f"report.{of}.quietest", name=tame(name), days=quiet.mean.recency_days, sales_share=quiet.sales_share)
        )
    return lines


def _card(study: Study, profile: Profile, label: str, say: Words) -> Card:
    def fact(key: str, value: float | None, write: Callable[[float], str]) -> list[Fact]:
        return [] if value is None else [Fact(say(f"report.fact.{key}"), write(value))]

    paid, meant = study.net_revenue is not None, f"segments.{segment_slug(profile.name)}.meaning"
    if say.has(meant) and profile.customers == sum(segment.customers for segment in study.segments):
        meant = "report.meaning_alone"
    facts = [
        *fact("recency", profile.mean.recency_days, say.number),
        *fact("orders_each", profile.mean.orders, lambda value: say.number(value, 1)),
        *fact("monetary_each", profile.mean.monetary if paid else None, say.money),
        *fact("order_value", profile.avg_order_value, say.money),
        *fact("profit_each", profile.profit, say.money),
        *fact("shipping_each", profile.shipping, say.money),
        *fact("sales", profile.sales, say.money),
        *fact("one_order", profile.one_order_share, lambda value: say.percent(value, 0)),
        *fact("return_share", profile.return_share or None, say.percent),
    ]
    return Card(
        name=profile.name,
        label=label,
        persona=say(f"personas.{profile.persona}.name"),  # the card's own name tells those who share it apart
        says=" ".join(told(sentence, say) for sentence in profile.description.sentences),
        customers=say("report.customers", n=profile.customers),
        share=profile.share,
        share_text=say.percent(profile.share),
        sales_share=profile.sales_share,
        sales_share_text="" if profile.sales_share is None else say.percent(profile.sales_share),
        facts=tuple(facts),
        categories=tuple(category.name for category in profile.top_categories[:3]),
        actions=tuple(
            Doing(action.name, action.title(say), action.do(say), told(action.why, say)) for action in profile.actions
        ),
        rule=card_line(study, profile.kind, profile.name, say),
        meaning=say(meant) if profile.kind == "segment" and say.has(meant) else "",
    )
