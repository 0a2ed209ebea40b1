"""What sells together, from the table `sales` to bundles: all rules for a command, the best ones for a study."""

from dataclasses import dataclass, field

from regulars.baskets.collect import Baskets, Support, collect
from regulars.baskets.itemsets import Itemsets, frequent
from regulars.baskets.models import Basket, Bundle, Bundles, Level, Rule
from regulars.baskets.ranked import ranked, rules_of
from regulars.baskets.rules import Columns, rule_columns, tested
from regulars.baskets.words import sure
from regulars.engine import Engine
from regulars.errors import UsageError
from regulars.locale import Message, Value

LEVELS: tuple[Level, ...] = ("product", "subcategory", "category")
KEPT = 200  # rules in a study
SHOWN = 12  # bundles in a study
PROVEN = 100  # of a command, where that many are proven


@dataclass(frozen=True, slots=True)
class Asked:
    """What rules are asked for. Raises UsageError where it cannot be.

    `support` None on both sides: as fits the shop. `max_size` is the largest number of items of a rule, 2 to 4.
    """

    support: Support = field(default_factory=Support)
    level: Level = "product"
    basket: Basket = "order"
    max_size: int = 3

    def __post_init__(self) -> None:
        share, count = self.support.share, self.support.count
        if share is not None and not 0 < share <= 1:
            raise UsageError("rules_support", share=share)
        if count is not None and count < 1:
            raise UsageError("rules_count", count=count)
        if not 2 <= self.max_size <= 4:
            raise UsageError("rules_size", size=self.max_size)


def find_rules(engine: Engine, asked: Asked = Asked(), most: int | None = None) -> Bundles:
    """Every rule with lift above 1 whose items reach the support, best first; with `most`, the first of them.

    Reads the table `sales`. Raises UsageError where the support lets too many sets in.
    """
    return found_in(engine, asked, most).bundles


@dataclass(frozen=True, slots=True)
class Found:
    """Bundles, and what they were made from: the baskets, the frequent sets by size, all rules by column."""

    bundles: Bundles
    baskets: Baskets | None = None
    sets: list[Itemsets] = field(default_factory=list)
    columns: Columns = field(default_factory=dict)


def found_in(engine: Engine, asked: Asked, most: int | None = None) -> Found:
    """As `find_rules`, with what the rules were made from."""
    baskets = collect(engine, asked.basket, asked.level, asked.support)
    if baskets is None:
        return Found(nothing(asked))
    found = frequent(baskets, asked.max_size)
    columns = rule_columns(baskets, found)
    if columns:
        columns = ranked(baskets, found, columns)
    rules = rules_of(baskets, found, columns, most)
    bundles = Bundles(
        level=asked.level,
        basket=asked.basket,
        baskets=baskets.total,
        capped=baskets.capped,
        min_count=baskets.min_count,
        items=len(found[0].items),
        candidates=tested(found),
        late_since=baskets.late_since.isoformat() if baskets.late_since else None,
        found=len(columns.get("count", ())),
        sure=int(columns["sure"].sum()) if columns else 0,
        rules=rules,
        bundles=tuple(map(Bundle, distinct(rules, proven=PROVEN))),
        reason=None if rules else _reason(baskets, found),
    )
    return Found(bundles, baskets, found, columns)


def nothing(asked: Asked) -> Bundles:
    """What is said where no line names an item of that level."""
    reason = Message("bundles.reason.no_items", {"level": asked.level})
    return Bundles(asked.level, asked.basket, 0, 0, 0, 0, 0, None, 0, 0, (), (), reason)


def _reason(baskets: Baskets, found: list[Itemsets]) -> Message:
    """Why there is no rule."""
    values: dict[str, Value] = {"items": len(found[0].items), "baskets": baskets.total, "least": baskets.min_count}
    if baskets.total < baskets.min_count:
        return Message("bundles.reason.few_baskets", values)
    if len(baskets.codes) < 2:
        return Message("bundles.reason.few_items", values)
    if not len(found[1].items):
        return Message("bundles.reason.no_pairs", values)
    return Message("bundles.reason.no_lift", values)


def distinct(rules: tuple[Rule, ...], most: int = SHOWN, proven: int = 0) -> list[Rule]:
    """The best rule of each set of items; a set within another that stands already, or around it, is left out.

    The first `proven` sets of which a rule is proven stay all the same, also beyond `most`.
    """
    kept: list[Rule] = []
    sets: list[frozenset[str]] = []
    for rule in rules:
        items = frozenset((*rule.antecedent_codes, *rule.consequent_codes))
        if rule.redundant or items in sets:
            continue
        if (sure(rule) and len(kept) < proven) or (
            len(kept) < most and not any(items <= other or other <= items for other in sets)
        ):
            kept.append(rule)
            sets.append(items)
    return kept
