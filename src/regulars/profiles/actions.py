"""Recommended actions: two tables of rules, applied from the top.

`BY_LEVELS` asks only where the group stands (an empty set means "any"); `BY_FIGURE` adds what a single figure of the
group calls for. A profile gets the first three by levels, then at most one by figure, then further ones by levels: four
in all; where the typical customer has no order left after returns, the one by figure stands first. Every combination of
levels has at least two, so nobody goes without.
Words: `actions.<name>.title`, `.do` and `.why`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import ceil

from regulars.errors import SettingsError
from regulars.locale import Message, Value
from regulars.profiles.levels import Facts, usual_gap
from regulars.profiles.models import Action, Frequency, Levels, Recency, ValueLevel
from regulars.settings import Settings

MOST = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """An action for the groups at these levels; an empty set admits every level."""

    action: str
    value: frozenset[ValueLevel]
    frequency: frozenset[Frequency]
    recency: frozenset[Recency]

    def fits(self, levels: Levels) -> bool:
        """Whether a group at these levels gets the action."""
        return (
            (not self.value or levels.value in self.value)
            and (not self.frequency or levels.frequency in self.frequency)
            and (not self.recency or levels.recency in self.recency)
        )


def _rule(action: str, value: str = "", frequency: str = "", recency: str = "") -> Rule:
    return Rule(action, *(frozenset(words.split()) for words in (value, frequency, recency)))  # type: ignore[arg-type]


BY_LEVELS: tuple[Rule, ...] = (
    #     action               value               frequency        recency
    _rule("vip_service",       "high",             "several often", "recent"),
    _rule("personal_win_back", "high",             "",              "lapsed"),  # gone long: by what they are worth
    _rule("ask_why",           "mid unknown",      "often",         "lapsed"),
    _rule("reactivation",      "high mid",         "",              "lapsed"),
    _rule("reactivation",      "unknown",          "several often", "lapsed"),
    _rule("low_cost_contact",  "low",              "",              "lapsed"),
    _rule("low_cost_contact",  "unknown",          "one",           "lapsed"),
    _rule("churn_retention",   "",                 "often",         "cooling"),
    _rule("churn_retention",   "high mid unknown", "several",       "cooling"),
    _rule("welcome_series",    "",                 "one",           "recent"),
    _rule("second_order",      "",                 "one",           "recent cooling"),
    _rule("loyalty_programme", "",                 "often",         "recent cooling"),
    _rule("early_access",      "high",             "",              "recent"),
    _rule("exclusive_events",  "high",             "often",         "recent"),
    _rule("micro_promotions",  "low",              "several often", "recent cooling"),
    _rule("routine_bundles",   "mid low unknown",  "often",         "recent cooling"),
    _rule("upsell_history",    "high mid unknown", "",              "recent"),
    _rule("nurturing",         "",                 "several",       "recent cooling"),
    _rule("ask_why",           "high mid unknown", "several often", "lapsed"),
    _rule("ask_why",           "low",              "often",         "lapsed"),
    _rule("reviews_referral",  "",                 "often",         "recent"),
    _rule("retargeting",       "",                 "one several",   "cooling lapsed"),
    _rule("upsell_history",    "high mid unknown", "",              "cooling"),
    _rule("loyalty_programme", "high mid unknown", "several",       "recent"),
    _rule("low_cost_contact",  "mid",              "one",           "lapsed"),
)  # fmt: skip


BY_PRODUCTS = {"upsell_history", "routine_bundles"}  # of use to who knows what was bought

RETURNS, RETURNS_INDEX = 0.1, 1.5
SHIPPING = 0.15
ONE_CATEGORY = 0.6

BY_FIGURE: tuple[tuple[str, Callable[[Facts], bool]], ...] = (
    (
        "root_cause",
        lambda facts: (facts.group.return_share or 0) >= max(RETURNS, RETURNS_INDEX * (facts.shop.return_share or 0)),
    ),
    ("margin_check", lambda facts: facts.group.profit is not None and facts.group.profit < 0),
    ("shipping_threshold", lambda facts: (facts.shipping_share or 0) >= SHIPPING),
    (
        "cross_sell",
        lambda facts: (
            facts.levels.recency != "lapsed"
            and bool(facts.top)
            and facts.top[0].share >= ONE_CATEGORY
            and facts.top[0].share != facts.top[0].index  # equal: the shop sells nothing else
        ),
    ),
)
NAMES: tuple[str, ...] = tuple(dict.fromkeys([r.action for r in BY_LEVELS] + [name for name, _ in BY_FIGURE]))


def check_actions(settings: Settings) -> None:
    """Refuse a name in `[actions]` that is no action, naming the nearest one. Raises SettingsError."""
    for name in settings.actions:
        if name not in NAMES:
            close = get_close_matches(name, NAMES, n=1)
            raise SettingsError("action_unknown", name=name, close=close[0] if close else ", ".join(sorted(NAMES)))


def actions_for(facts: Facts, own: Mapping[str, str]) -> tuple[Action, ...]:
    """Two to four actions, most urgent first."""
    levels = list(dict.fromkeys(rule.action for rule in BY_LEVELS if rule.fits(facts.levels)))
    levels = [name for name in levels if facts.products or name not in BY_PRODUCTS]
    figures = [name for name, holds in BY_FIGURE if holds(facts)]
    first = 0 if facts.none_left else 3  # who brought everything back is asked about returns before anything else
    chosen = (levels[:first] + figures[:1] + levels[first:])[:MOST]
    return tuple(Action(name, _why(name, facts), own.get(name)) for name in chosen)


def _why(name: str, facts: Facts) -> Message:
    if name == "churn_retention" and not usual_gap(facts.group, facts.shop):  # no gap between two orders is known
        return Message("actions.churn_retention.why_alone", _figures(name, facts))
    return Message(f"actions.{name}.why", _figures(name, facts))


def _figures(name: str, facts: Facts) -> dict[str, Value]:
    """The figures that an action's `why` shows."""
    group, shop = facts.group, facts.shop
    typical = group.median
    known: dict[str, Value] = {
        "orders": ceil(typical.orders),
        "days": ceil(typical.recency_days),
        "spent": typical.monetary,
        "gap": ceil(group.days_between or 0),
        "usual_gap": ceil(usual_gap(group, shop)),
        "one_order_share": group.one_order_share,
        "shop_days": ceil(shop.median.recency_days),
        "many": shop.many,
        "many_share": shop.many_share,
        "lower_spent": shop.monetary.lower if shop.monetary else None,
        "upper_spent": shop.monetary.upper if shop.monetary else None,
        "return_share": group.return_share,
        "shop_return_share": shop.return_share,
        "profit": group.profit,
        "shipping_share": facts.shipping_share,
        "category": facts.top[0].name if facts.top else None,
        "category_share": facts.top[0].share if facts.top else None,
    }
    return {figure: known[figure] for figure in _SHOWN[name]}


_SHOWN: dict[str, tuple[str, ...]] = {
    "vip_service": ("spent", "upper_spent"),
    "personal_win_back": ("spent", "days"),
    "churn_retention": ("orders", "days", "usual_gap"),
    "welcome_series": ("one_order_share", "days"),
    "second_order": ("one_order_share",),
    "loyalty_programme": ("orders", "many", "many_share"),
    "early_access": ("spent", "days"),
    "exclusive_events": ("spent", "orders"),
    "reactivation": ("days", "shop_days"),
    "micro_promotions": ("spent", "lower_spent"),
    "routine_bundles": ("orders", "gap"),
    "upsell_history": ("orders",),
    "nurturing": ("orders", "days", "many", "many_share"),
    "ask_why": ("orders", "days"),
    "reviews_referral": ("orders", "days"),
    "retargeting": ("days",),
    "low_cost_contact": ("days",),
    "root_cause": ("return_share", "shop_return_share"),
    "margin_check": ("profit",),
    "shipping_threshold": ("shipping_share",),
    "cross_sell": ("category", "category_share"),
}
