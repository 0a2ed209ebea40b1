"""Which attributes are counted, correlated, drawn: decided by kind and role, never by what a test would say."""

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.errors import SettingsError
from regulars.features.people_models import Attribute, People, Role

LEVELS = 20  # of a category that are counted one by one
MANY = 200  # different values of who somebody is: the largest count one by one, the rest together
FEW = 8  # whole numbers with so many different values count value by value
CROSSED = 24  # attributes set against the groups
NUMBERS = 12  # measures of the correlations
# numbers that describe a person; the others tell how somebody buys, which is what the groups are made of
_PERSONAL: tuple[Role | None, ...] = ("age", "income", "children", "family_size", None)
# what somebody did with a campaign, or said: an answer, not who they are
ANSWERS: frozenset[Role] = frozenset({"accepted", "campaigns_accepted", "response", "complained"})
_FIRST: tuple[Role, ...] = ("generation", "gender", "age", "profession", "income", "education", "marital_status",
                            "children", "family_size")  # fmt: skip
_KEPT: tuple[Role, ...] = ("generation", "gender", "profession", "education", "marital_status", "country", "city")
_MEASURED: tuple[Role | None, ...] = ("income", "age", "total_spending", "transactions", "response_rate", "visits",
                                      "campaigns_accepted", "children", "family_size", "tenure", "score", "recency",
                                      None)  # fmt: skip
CHANNELS: tuple[Role, ...] = ("web", "catalogue", "store", "deals")


def crossed(people: People) -> tuple[Attribute, ...]:
    """The attributes that are set against the groups: who a customer is first, then the rest in the table's order."""
    found = [each for each in people.attributes if _by_value(each) or _by_band(each)]
    places = {role: place for place, role in enumerate(_FIRST)}
    found.sort(key=lambda each: places.get(each.role, len(places)) if each.role else len(places))  # a stable sort
    return tuple(found[:CROSSED])


def too_many_levels(people: People) -> tuple[Attribute, ...]:
    """Categories with too many different values to be counted one by one."""
    return tuple(each for each in people.of_kind("category", "ordered") if each.distinct > 1 and not _by_value(each))


def banded(attribute: Attribute) -> bool:
    """Whether an attribute that is counted is cut into bands."""
    return not _by_value(attribute)


def _by_value(each: Attribute) -> bool:
    if each.kind == "number":
        return each.role in {*_PERSONAL, "campaigns_accepted"} and 2 <= each.distinct <= FEW
    most = MANY if each.role in _KEPT else LEVELS
    return each.kind in {"category", "ordered", "yes_no"} and 2 <= each.distinct <= most


def _by_band(each: Attribute) -> bool:
    return each.kind == "number" and each.role in _PERSONAL and each.distinct > FEW


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers that are correlated and drawn, attributes of `people` and features of `customers`."""

    attributes: tuple[str, ...]
    features: tuple[str, ...]
    outcome: str | None  # what the others are set against

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the outcome first."""
        rest = (name for name in (*self.attributes, *self.features) if name != self.outcome)
        return (*((self.outcome,) if self.outcome else ()), *rest)[:NUMBERS]


def measured(people: People, features: Sequence[str], asked: str | None = None) -> Measured:
    """The measures, those that say most first. `features` are the measures that the shop's orders give, if any.

    The outcome is the one `asked` for, by its header or name; else what customers spent, by their orders or else by
    their table; else a score. Raises SettingsError where there is no such number.
    """
    places = {role: place for place, role in enumerate(_MEASURED)}
    summed = {each.role for each in people.attributes if each.derived and each.role}  # without their own parts
    numbers = [each for each in people.of_kind("number") if each.role in places and each.distinct > 1
               and (each.derived or each.role not in summed)]  # fmt: skip
    numbers.sort(key=lambda each: places[each.role])
    by_role = {each.role: each.name for each in reversed(numbers) if each.role}
    usual = "monetary" if "monetary" in features else by_role.get("total_spending", by_role.get("score"))
    outcome = usual if asked is None else _asked(people, features, asked)
    names = [each.name for each in numbers]
    if outcome and outcome not in (*names, *features):
        names.insert(0, outcome)
    return Measured(tuple(names[: NUMBERS - len(features)]), tuple(features), outcome)


def _asked(people: People, features: Sequence[str], asked: str) -> str:
    """The column of the number that is asked for."""
    known = {name: name for name in features}
    for each in people.of_kind("number"):
        known |= {name.casefold(): each.name for name in (each.name, each.header) if name and each.distinct > 1}
    if asked.casefold() not in known:
        raise SettingsError("people_outcome", name=asked, known=", ".join(known.values()))
    return known[asked.casefold()]


def channels(people: People) -> dict[str, str]:
    """The columns that count purchases by channel, where there are two channels or more: channel -> column."""
    found = {role: people.of_role(role) for role in CHANNELS}
    named = {str(role): columns[0].name for role, columns in found.items() if columns and columns[0].kind == "number"}
    return named if len(named) > 1 else {}
