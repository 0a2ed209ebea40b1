"""Personas: what a group is called, by its three levels, and what tells two groups of one persona apart.

There is one persona for each combination of levels: `personas.<value>_<frequency>_<recency>` in the catalogue is the
whole table of rules.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from math import ceil

from regulars.locale import LANGUAGES, Message, words
from regulars.profiles.groups import Group
from regulars.profiles.models import Kind, Levels


def persona_of(levels: Levels) -> str:
    """The persona's key in the catalogue."""
    return f"{levels.value}_{levels.frequency}_{levels.recency}"


def persona_name(persona: str, qualifier: Message | None) -> str:
    """The persona's English name with its qualifier."""
    say = words("en")
    name = say(f"personas.{persona}.name")
    return f"{name}, {qualifier.text(say)}" if qualifier else name


def group_name(kind: Kind, name: str) -> str:
    """What a group is called in English: its segment's name, or `Cluster 1`."""
    return name if kind == "segment" else words("en")("profiles.qualifier.cluster", n=int(name))


def segment_slug(name: str) -> str:
    """The catalogue's key of a segment: `segments.<slug>.label`, `.meaning`."""
    return name.lower().replace(" ", "_").replace("'", "").replace("\u2019", "")


def qualifiers(kind: Kind, groups: Sequence[Group], personas: Sequence[str]) -> dict[str, Message | None]:
    """By group name: None where a persona occurs once, else the figure in which those who share it differ most."""
    sharing: defaultdict[str, list[Group]] = defaultdict(list)
    for group, persona in zip(groups, personas, strict=True):
        sharing[persona].append(group)
    found: dict[str, Message | None] = {}
    for same in sharing.values():
        found |= {same[0].name: None} if len(same) == 1 else _apart(kind, same)
    return found


_FIGURES: dict[str, Callable[[Group], int]] = {
    "orders": lambda group: ceil(group.median.orders),
    "days": lambda group: ceil(group.median.recency_days),
    "customers": lambda group: group.customers,
}


def _apart(kind: Kind, groups: Sequence[Group]) -> dict[str, Message | None]:
    """The figure with the widest relative range whose texts differ in every language, else the groups' own names."""

    def spread(figure: str) -> float:
        values = [_FIGURES[figure](group) for group in groups]
        return max(values) / max(min(values), 1)

    for figure in [*sorted(("orders", "days"), key=spread, reverse=True), "customers"]:
        chosen = {g.name: Message(f"profiles.qualifier.{figure}", {"n": _FIGURES[figure](g)}) for g in groups}
        if all(len({m.text(words(language)) for m in chosen.values()}) == len(groups) for language in LANGUAGES):
            return dict(chosen)
    return {group.name: _itself(kind, group.name) for group in groups}


def _itself(kind: Kind, name: str) -> Message:
    label = f"segments.{segment_slug(name)}.label"
    if kind == "cluster":
        return Message("profiles.qualifier.cluster", {"n": int(name)})
    return Message(label) if words("en").has(label) else Message("profiles.qualifier.segment", {"name": name})
