"""Profiles: for every named segment and every cluster its figures, its persona and its actions."""

from collections.abc import Sequence

from regulars.engine import Engine
from regulars.locale import Message
from regulars.profiles.actions import actions_for, check_actions
from regulars.profiles.describe import describe
from regulars.profiles.groups import TopOf, read_groups, read_top
from regulars.profiles.levels import Facts, because, levels_of
from regulars.profiles.models import Kind, Profile
from regulars.profiles.personas import group_name, persona_name, persona_of, qualifiers
from regulars.settings import Settings


def profile_segments(engine: Engine, order: Sequence[str], settings: Settings) -> tuple[Profile, ...]:
    """The named segments that hold a customer, in the order given (best first).

    Reads the tables `customers`, `sales` and `orders`. Raises SettingsError for a reworded action that does not exist.
    """
    return _profiles(engine, "segment", order, settings)


def profile_clusters(engine: Engine, k: int, settings: Settings) -> tuple[Profile, ...]:
    """The clusters 1..k that hold a customer. Reads and raises as `profile_segments`."""
    return _profiles(engine, "cluster", [str(number) for number in range(1, k + 1)], settings)


def _profiles(engine: Engine, kind: Kind, order: Sequence[str], settings: Settings) -> tuple[Profile, ...]:
    check_actions(settings)
    groups, shop = read_groups(engine, kind, order, settings.frequency == "lines")
    top_of, tops = read_top(engine, kind, shop.sales is not None)
    known = top_of is not None
    facts = [Facts(group, shop, levels_of(group, shop), tops.get(group.name, ()), known) for group in groups]
    apart = qualifiers(
        kind, [group.name for group in groups], [persona_of(each.levels, each.none_left) for each in facts]
    )
    return tuple(_profile(kind, each, top_of, apart[each.group.name], settings) for each in facts)


def _profile(kind: Kind, facts: Facts, top_of: TopOf | None, qualifier: Message | None, settings: Settings) -> Profile:
    group, shop, levels, top = facts.group, facts.shop, facts.levels, tuple(facts.top)
    persona = persona_of(levels, facts.none_left)
    return Profile(
        kind=kind,
        name=group_name(kind, group.name),
        customers=group.customers,
        share=group.customers / shop.customers,
        sales=group.sales,
        sales_share=facts.sales_share,
        mean=group.mean,
        median=group.median,
        orders=group.orders,
        avg_order_value=group.avg_order_value,
        profit=group.profit,
        shipping=group.shipping,
        return_share=group.return_share,
        one_order_share=group.one_order_share,
        top_categories=top,
        persona=persona,
        persona_name=persona_name(persona, qualifier),
        description=describe(facts, persona, top_of),
        actions=actions_for(facts, settings.actions),
        levels=levels,
        because=because(group, shop, levels),
        days_between=group.days_between,
        top_of=top_of,
        qualifier=qualifier,
    )
