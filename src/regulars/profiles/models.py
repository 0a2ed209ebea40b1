"""What a group of customers is like, what it is called, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

from regulars.locale import Message, Words

Kind = Literal["segment", "cluster"]
ValueLevel = Literal["high", "mid", "low", "unknown"]
Frequency = Literal["often", "several", "one"]
Recency = Literal["recent", "cooling", "lapsed"]


@dataclass(frozen=True, slots=True)
class Measures:
    """Recency in days, orders, and monetary in shop currency (None without amounts): means or medians of a group."""

    recency_days: float
    orders: float
    monetary: float | None


@dataclass(frozen=True, slots=True)
class Levels:
    """Where a group's typical customer stands in the shop; `value` is `unknown` without amounts. Rules: levels.py."""

    value: ValueLevel
    frequency: Frequency
    recency: Recency


@dataclass(frozen=True, slots=True)
class TopCategory:
    """A category (or product) in a group's net sales; without amounts `sales` is None and `share` is of its lines.

    Categories of which more came back than was sold count as nothing, so that shares lie within 0..1.

    `index` compares its share with the whole shop's: 1.5 = half as much again; None where the shop's share is not
    positive (it all came back).
    """

    name: str
    sales: float | None
    share: float
    index: float | None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that are read together; written like one Message."""

    sentences: tuple[Message, ...]

    def text(self, say: Words) -> str:
        """The paragraph in the language of `say`."""
        return " ".join(sentence.text(say) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Action:
    """A recommended action. Words: `actions.<name>.title`, `actions.<name>.do`; `why` holds its rule's figures."""

    name: str
    why: Message
    own: str | None = None  # the shop's own sentence, from `[actions]` in shop.toml

    def title(self, say: Words) -> str:
        """The action in a few words."""
        return say(f"actions.{self.name}.title")

    def do(self, say: Words) -> str:
        """What to do: the shop's own sentence, else the catalogue's."""
        return self.own or say(f"actions.{self.name}.do")


@dataclass(frozen=True, slots=True)
class Profile:
    """A named segment or a cluster: its figures, persona and actions.

    Shares are of all customers and of all net sales (None without amounts). Averages are per customer except
    `avg_order_value`, which is net sales / orders of the group.
    """

    kind: Kind
    name: str  # English: the preset's segment name, or "Cluster 1"
    customers: int
    share: float
    sales: float | None
    sales_share: float | None
    mean: Measures
    median: Measures
    orders: int
    avg_order_value: float | None
    profit: float | None  # mean per customer
    shipping: float | None  # mean per customer
    return_share: float | None  # returned money / sales money
    one_order_share: float  # customers without a second order (one order, or none left after returns)
    top_categories: tuple[TopCategory, ...]
    persona: str  # stable key: words `personas.<persona>.name`; several groups may share one, see `qualifier`
    persona_name: str  # English, with its qualifier where two groups would share a name: unique among its kind
    description: Paragraph
    actions: tuple[Action, ...]
    levels: Levels
    because: tuple[Message, ...]  # why the persona: value, frequency and recency against the shop's thirds
    days_between: float | None = None  # median of the customers' mean days between orders
    top_of: Literal["category", "product", "product_id"] | None = None  # what `top_categories` names
    qualifier: Message | None = None  # the group's own name, where several share the persona

    def title(self, say: Words) -> str:
        """The persona's name in the language of `say`, with its qualifier: unique among the profiles of a kind."""
        return titled(self.persona, self.qualifier, say)


def titled(persona: str, qualifier: Message | None, say: Words) -> str:
    """A persona's name, and in brackets what tells groups of one persona apart."""
    name = say(f"personas.{persona}.name")
    return f"{name} ({qualifier.text(say)})" if qualifier else name
