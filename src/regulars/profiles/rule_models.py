"""A group of customers in plain conditions that anybody can type into a filter, and how far they hold."""

from dataclasses import dataclass

from regulars.locale import Message
from regulars.profiles.models import Kind
from regulars.rates import Rate

CONDITIONS = 3  # what one still says in a sentence


@dataclass(frozen=True, slots=True)
class Condition:
    """What one column of `customers` must hold: low <= column <= high, where given, or column = `value`.

    `above` is a lower bound that is left out itself: above < column. Both bounds of a column are one condition ("10 to
    20 orders"). A customer whose value is unknown does not fit.
    """

    feature: str  # column of `customers`
    low: float | None = None
    high: float | None = None
    value: str | bool | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A group that a rule is looked for: a named segment, or "Cluster 1"."""

    kind: Kind
    name: str
    customers: int


@dataclass(frozen=True, slots=True)
class PlainRule:
    """The plain rule of a named segment or a cluster. Without conditions and ranges it cannot be said, for a `reason`.

    `precision` is the share of the customers found who belong to the group, `recall` the share of the group that is
    found: both among customers whom the search did not see. `found` and `hits` count the whole shop. `ranges` is the
    exact definition of a named segment, where it is brief or no rule was found: one of them must hold, and nothing is
    estimated.
    """

    kind: Kind
    group: str  # as Profile.name: the segment's English name, or "Cluster 1"
    members: int  # customers of the group in the whole shop
    conditions: tuple[Condition, ...] = ()  # at most three, all of which must hold
    precision: Rate | None = None
    recall: Rate | None = None
    found: int | None = None  # customers of the whole shop that the rule finds
    hits: int | None = None  # of them in the group
    sql: str | None = None  # a query over customers.parquet that lists whom the rule finds
    reason: Message | None = None
    ranges: tuple[tuple[Condition, ...], ...] = ()  # all conditions of one of them

    @property
    def brief(self) -> bool:
        """Whether it is an exact definition of at most three conditions."""
        return 0 < sum(map(len, self.ranges)) <= CONDITIONS


@dataclass(frozen=True, slots=True)
class Node:
    """A question of the tree, or without a condition the end of a path. Figures are of all customers sampled.

    Whoever fits the condition goes to the node `yes`, all others to `no`: places in Tree.nodes.
    """

    group: str  # the commonest among the customers here
    customers: int
    share: Rate | None  # of them in the group; None where nobody arrived
    condition: Condition | None = None
    yes: int = 0
    no: int = 0


@dataclass(frozen=True, slots=True)
class Tree:
    """At most three questions that sort the customers into their groups; `nodes[0]` is the first."""

    kind: Kind
    nodes: tuple[Node, ...]
    right: float  # share of the held-out customers whom the tree puts into their own group
    largest: float  # share that naming the largest group for everybody would reach
    customers: int  # held out
    groups: int  # how many groups there are


@dataclass(frozen=True, slots=True)
class PlainRules:
    """The plain rules of a study and the trees over them, learned on one half of a sample and measured on the other."""

    rules: tuple[PlainRule, ...]
    trees: tuple[Tree, ...]
    features: tuple[str, ...]  # columns that a rule could use
    learned_on: int
    held_out: int

    def of(self, kind: Kind, group: str) -> PlainRule | None:
        """The rule of a group; None where none was looked for."""
        return next((rule for rule in self.rules if (rule.kind, rule.group) == (kind, group)), None)
