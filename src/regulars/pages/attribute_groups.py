"""The cards of learned groups that are described by the attributes of a customer table."""

from dataclasses import replace

from regulars.features.people_models import Group, People, Trait
from regulars.locale import Words
from regulars.pages.models import Card, Doing
from regulars.pages.sentences import tame


def group_cards(people: People, say: Words) -> list[Card]:
    """One card per group: what sets it apart, and what to do first."""
    return [
        Card(
            name=f"Cluster {group.cluster}",
            label=say("report.cluster", n=group.cluster),
            persona=group.title(say),
            says=" ".join(group.says(say)[1:]),
            customers=say("report.customers", n=group.customers),
            share=group.share,
            share_text=say.percent(group.share),
            sales_share=None,
            sales_share_text="",
            facts=(),
            categories=(),
            actions=(
                Doing(
                    group.action,
                    say(f"actions.{group.action}.title"),
                    say(f"actions.{group.action}.do"),
                    group.why(say),
                ),
            ),
        )
        for group in map(_tame, people.groups)
    ]


def _tame(group: Group) -> Group:
    """The group with the names of its columns and levels made safe to stand in a sentence."""
    because = group.because and _tame_trait(group.because)
    return replace(group, traits=tuple(map(_tame_trait, group.traits)), because=because)


def _tame_trait(trait: Trait) -> Trait:
    header, level = (None if name is None else str(tame(name)) for name in (trait.header, trait.level))
    return replace(trait, header=header, level=level)
