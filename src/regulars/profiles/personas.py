"""Personas: what a group is called, by its three levels, and what tells two groups of one persona apart.

There is one persona for each combination of levels: `personas.<value>_<frequency>_<recency>` in the catalogue is the
whole table of rules; and one for those who returned everything. Groups that share one carry their own stable name
beside it: `Active Mid Spender (Loyal)`.
"""

from collections import Counter
from collections.abc import Sequence

from regulars.locale import LANGUAGES, Message, words
from regulars.profiles.models import Kind, Levels, titled

RETURNED = "returned_all"  # who has no order left once returns are taken off is no one-time buyer


def persona_of(levels: Levels, none_left: bool = False) -> str:
    """The persona's key in the catalogue; `none_left`: the typical customer returned everything."""
    return RETURNED if none_left else f"{levels.value}_{levels.frequency}_{levels.recency}"


def persona_name(persona: str, qualifier: Message | None) -> str:
    """The persona's English name with its qualifier."""
    return titled(persona, qualifier, words("en"))


def group_name(kind: Kind, name: str) -> str:
    """What a group is called in English: its segment's name, or `Cluster 1`."""
    return name if kind == "segment" else f"Cluster {name}"


def segment_slug(name: str) -> str:
    """The catalogue's key of a segment: `segments.<slug>.label`, `.meaning`."""
    return name.lower().replace(" ", "_").replace("'", "").replace("\u2019", "")


def qualifiers(kind: Kind, names: Sequence[str], personas: Sequence[str]) -> dict[str, Message | None]:
    """By group name: None where a persona occurs once, else what the group itself is called."""
    times, called = Counter(personas), _called(kind, names)
    return {name: called[name] if times[persona] > 1 else None for name, persona in zip(names, personas, strict=True)}


def _called(kind: Kind, names: Sequence[str]) -> dict[str, Message]:
    """The labels of the groups; their plain names where two labels would be alike in some language."""
    if kind == "cluster":
        return {name: Message("profiles.qualifier.cluster", {"n": int(name)}) for name in names}
    plain = {name: Message("profiles.qualifier.segment", {"name": name}) for name in names}
    known = {name: Message(key) for name in names if words("en").has(key := f"segments.{segment_slug(name)}.label")}
    labels = plain | known
    unique = all(len({label.text(words(each)) for label in labels.values()}) == len(names) for each in LANGUAGES)
    return labels if unique else plain
