"""Every combination of levels has a persona and actions, names never collide, and every text can be written."""

import re
from dataclasses import replace
from itertools import product
from math import ceil
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.locale import LANGUAGES, words
from regulars.profiles.actions import BY_LEVELS, NAMES, actions_for
from regulars.profiles.describe import describe
from regulars.profiles.groups import Group, Thirds
from regulars.profiles.levels import Facts, because, levels_of
from regulars.profiles.models import Frequency, Levels, Measures, Recency, TopCategory, ValueLevel, titled
from regulars.profiles.personas import RETURNED, group_name, persona_name, persona_of, qualifiers, segment_slug
from regulars.profiles.traits import ACTIONS as ATTRIBUTE_ACTIONS

EVERY = [Levels(*each) for each in product(get_args(ValueLevel), get_args(Frequency), get_args(Recency))]
PRESETS = """Champions, Loyal, Potential Loyalists, New, Promising, Need Attention, About to Sleep, At Risk, Can't Lose,
    Hibernating, Recent, Needs Attention, Inactive, Priority, Not Loyal"""


def group(  # a group in one line: thirds of recency, orders and money, each (lower, median, upper)
    days: tuple[float, float, float],
    orders: tuple[float, float, float],
    spent: tuple[float, float, float] | None,
    name: str = "Champions",
    customers: int = 40,
    gap: float | None = 30.0,
) -> Group:
    typical = Measures(days[1], orders[1], spent[1] if spent else None)
    total = None if spent is None else spent[1] * customers
    return Group(
        name=name,
        customers=customers,
        orders=round(orders[1] * customers),
        sales=total,
        mean=typical,
        recency_days=Thirds(*days),
        orders_each=Thirds(*orders),
        monetary=Thirds(*spent) if spent else None,
        avg_order_value=spent[1] / orders[1] if spent and orders[1] else None,
        profit=None,
        shipping=None,
        return_share=None,
        one_order_share=1.0 if orders[1] <= 1 else 0.0,
        days_between=gap,
        many=max(ceil(orders[2]), 2),
        many_share=0.41,
    )


SHOP = group((20, 90, 200), (1, 2, 4), (50, 100, 300), customers=400)


@pytest.mark.parametrize(
    ("days", "orders", "spent", "expected"),
    [
        (5, 12, 900, ("high", "often", "recent")),
        (5, 3, 300, ("high", "several", "recent")),  # money on the upper third counts, orders below it do not
        (28, 4, 200, ("mid", "often", "recent")),  # within the usual gap of 30 days
        (31, 1, 50, ("low", "one", "cooling")),
        (90, 2, 100, ("mid", "several", "cooling")),  # the shop's own typical customer
        (91, 2, 100, ("mid", "several", "lapsed")),  # past the median and three gaps
        (400, 1, 40, ("low", "one", "lapsed")),
        (400, 0, -5, ("low", "one", "lapsed")),  # everything returned
    ],
)
def test_levels_by_hand(days: float, orders: float, spent: float, expected: tuple[str, str, str]) -> None:
    each = group((days,) * 3, (orders,) * 3, (spent,) * 3)
    levels = levels_of(each, SHOP)
    assert (levels.value, levels.frequency, levels.recency) == expected


def test_frequent_buyers_are_measured_by_their_own_rhythm() -> None:
    weekly = group((25, 25, 25), (30, 30, 30), (900, 900, 900), gap=7.0)  # the shop's gap of 30 days would pass them
    assert levels_of(weekly, SHOP).recency == "cooling"


@pytest.mark.parametrize(("orders", "expected"), [(2, "several"), (3, "several"), (3.5, "several"), (4, "often")])
def test_fewer_than_four_orders_are_never_often(orders: float, expected: str) -> None:
    once = group((5, 5, 5), (1, 1, 1), (10, 10, 10))
    assert levels_of(group((5, 5, 5), (orders,) * 3, (10, 10, 10)), once).frequency == expected


def test_without_a_known_gap_the_upper_third_of_recency_is_lapsed() -> None:
    shop = group((20, 90, 200), (1, 1, 1), None, gap=None)
    found = [levels_of(group((days,) * 3, (1,) * 3, None, gap=None), shop).recency for days in (20, 21, 199, 200)]
    assert found == ["recent", "cooling", "cooling", "lapsed"]
    young = group((5, 20, 60), (1, 1, 1), None, gap=None)
    assert levels_of(group((80, 80, 80), (1, 1, 1), None, gap=None), young).recency == "cooling"  # not yet 90 days


@pytest.mark.parametrize(
    ("days", "orders", "gap", "expected"),
    [
        (121, 1, 30.0, "cooling"),  # most recent third, but four times the usual gap
        (121, 1, 200.0, "cooling"),  # within the usual gap, but no longer new
        (90, 1, 200.0, "recent"),
        (121, 3, 200.0, "recent"),
        (201, 3, 200.0, "cooling"),
        (91, 1, None, "cooling"),
        (90, 1, None, "recent"),
        (31, 1, 2.0, "cooling"),  # most recent third of a sleepy shop
    ],
)
def test_nobody_is_recent_beyond_the_usual_gap(days: float, orders: float, gap: float | None, expected: str) -> None:
    sleepy = group((210, 400, 600), (1, 1, 3), None, gap=gap)
    assert levels_of(group((days,) * 3, (orders,) * 3, None, gap=gap), sleepy).recency == expected


@settings(deadline=None)
@given(
    days=st.integers(0, 900), orders=st.integers(0, 9), gap=st.none() | st.integers(0, 400), lower=st.integers(0, 900)
)
def test_recent_never_contradicts_the_days(days: int, orders: int, gap: int | None, lower: int) -> None:
    shop = group((lower, lower + 50, lower + 90), (1, 2, 3), None, gap=gap)
    levels = levels_of(group((days,) * 3, (orders,) * 3, None, gap=5.0), shop)
    if levels.recency == "recent":
        assert days <= (gap or 90)
        assert levels.frequency != "one" or days <= 90
    if levels.recency == "lapsed":
        assert days > 30


def test_those_gone_long_are_won_back_by_what_they_are_worth() -> None:
    def first(value: ValueLevel, frequency: Frequency) -> str:
        each = group((400, 400, 400), (2, 2, 2), (50, 50, 50))
        return actions_for(Facts(each, SHOP, Levels(value, frequency, "lapsed"), ()), {})[0].name

    assert {first("high", frequency) for frequency in get_args(Frequency)} == {"personal_win_back"}
    assert {first("low", frequency) for frequency in get_args(Frequency)} == {"low_cost_contact"}
    assert [first("mid", each) for each in ("often", "several", "one")] == ["ask_why", "reactivation", "reactivation"]
    assert [first("unknown", each) for each in ("often", "several", "one")] == [
        "ask_why",
        "reactivation",
        "low_cost_contact",
    ]


def test_who_brought_everything_back_is_no_buyer() -> None:
    each = replace(group((400, 400, 400), (0, 0, 0), (-5, -5, -5)), return_share=1.2)
    facts = Facts(each, SHOP, levels_of(each, SHOP), ())
    assert actions_for(facts, {})[0].name == "root_cause"
    text = describe(facts, persona_of(facts.levels), None).text(words("en"))
    assert text.startswith("Most customers here brought back what they had bought. ")
    assert "One small order" not in text


def test_a_shop_of_equals_is_in_the_middle() -> None:
    equal = group((300, 300, 300), (5, 5, 5), (10, 10, 10), gap=None)
    assert levels_of(equal, equal) == Levels("mid", "several", "cooling")


thirds = st.lists(st.integers(0, 500), min_size=3, max_size=3).map(lambda three: tuple(map(float, sorted(three))))
groups = st.builds(
    group,
    days=thirds,
    orders=thirds,
    spent=st.none() | thirds,
    customers=st.integers(1, 2000),
    gap=st.none() | st.floats(0, 400),
)


@settings(deadline=None)  # the first text loads Babel
@given(each=groups, shop=groups)
def test_any_group_has_levels_reasons_a_description_and_actions(each: Group, shop: Group) -> None:
    facts = Facts(each, shop, levels_of(each, shop), (TopCategory("Tea", 5.0, 0.7, 1.4),))
    texts = [*because(each, shop, facts.levels), describe(facts, persona_of(facts.levels), "category")]
    actions = actions_for(facts, {})
    assert 2 <= len(actions) <= 4
    assert len({action.name for action in actions}) == len(actions)
    for language in LANGUAGES:
        say = words(language, "IDR")
        written = [text.text(say) for text in texts] + [action.why.text(say) for action in actions]
        assert not [text for text in written if re.search(r"[{}]|None|\bnan\b", text)]


@pytest.mark.parametrize("levels", EVERY, ids=persona_of)
def test_every_combination_of_levels_has_a_persona_and_two_actions(levels: Levels) -> None:
    for language in LANGUAGES:
        assert words(language)(f"personas.{persona_of(levels)}.name")
        assert words(language)(f"personas.{persona_of(levels)}.who")
    assert len({rule.action for rule in BY_LEVELS if rule.fits(levels)}) >= 2


@pytest.mark.parametrize("levels", EVERY, ids=str)
def test_without_products_nothing_is_offered_from_a_history(levels: Levels) -> None:
    each = group((20, 90, 200), (1, 2, 4), (50, 100, 300))
    names = [action.name for action in actions_for(Facts(each, SHOP, levels, (), products=False), {})]
    assert len(names) >= 2 and not {"upsell_history", "routine_bundles"} & set(names)


@pytest.mark.parametrize("language", LANGUAGES)
def test_persona_and_action_names_are_distinct(language: str) -> None:
    say = words(language)  # type: ignore[arg-type]
    names = {say(f"personas.{persona}.name") for persona in (RETURNED, *(persona_of(levels) for levels in EVERY))}
    assert len(names) == len(EVERY) + 1
    assert len({say(f"actions.{name}.title") for name in NAMES}) == len(NAMES)


def test_every_action_of_the_catalogue_is_in_a_rule() -> None:
    assert {key.split(".")[1] for key in words("en").under("actions")} == {*NAMES, *ATTRIBUTE_ACTIONS}
    personas = {*(persona_of(levels) for levels in EVERY), RETURNED}
    assert {key.split(".")[1] for key in words("en").under("personas")} == personas


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_called_without_potential(language: str) -> None:
    say = words(language)  # type: ignore[arg-type]
    areas = ("personas", "actions", "segments", "profiles")
    texts = " ".join(text.lower() for area in areas for text in say.under(area).values())
    unkind = r"no potential|worthless|hopeless|bad customer|(tanpa|tidak ber)potensi|tidak berguna|pelanggan buruk"
    assert not re.search(unkind, texts)


def test_every_preset_segment_has_words() -> None:
    for name in PRESETS.split(","):
        for language in LANGUAGES:
            assert words(language)(f"segments.{segment_slug(name.strip())}.label")
            assert words(language)(f"segments.{segment_slug(name.strip())}.meaning")
    assert segment_slug("Can't Lose") == "cant_lose"


def test_groups_of_one_persona_are_told_apart_by_their_own_names() -> None:
    personas = ["high_often_recent", "high_often_recent", "low_several_lapsed"]
    found = qualifiers("segment", ["Champions", "My own", "New"], personas)
    assert persona_name("high_often_recent", found["Champions"]) == "Premium High-Value Buyer (Champions)"
    assert [text.text(words("id")) if text else "" for text in found.values()] == ["Pelanggan Juara", "My own", ""]
    found = qualifiers("cluster", ["1", "2", "3"], personas)
    assert persona_name("high_often_recent", found["2"]) == "Premium High-Value Buyer (cluster 2)"
    assert [text.text(words("id")) if text else "" for text in found.values()] == ["klaster 1", "klaster 2", ""]
    assert group_name("cluster", "2") == "Cluster 2"


NAMED = st.lists(
    st.sampled_from(["Loyal", "loyal", "Setia", "New", "Baru", "Can't Lose", "Cant Lose", "Own"]), unique=True
)


@settings(deadline=None)  # the first text loads Babel
@given(names=NAMED, days=st.lists(st.integers(0, 3), min_size=8, max_size=8))
def test_names_are_unique_in_every_language(names: list[str], days: list[int]) -> None:
    levels = [levels_of(group((day,) * 3, (2, 2, 2), None), SHOP) for day in days]
    personas = [persona_of(each) for each in levels[: len(names)]]
    found = qualifiers("segment", names, personas)
    for language in LANGUAGES:
        titles = [titled(persona, found[name], words(language)) for name, persona in zip(names, personas, strict=True)]
        assert len(set(titles)) == len(titles)


def figure_facts(**changed: float) -> Facts:
    each = replace(group((31, 31, 31), (1, 1, 1), (50, 50, 50)), **changed)  # type: ignore[arg-type]
    return Facts(each, SHOP, Levels("low", "one", "cooling"), ())


def test_actions_by_figure() -> None:
    def names(facts: Facts) -> list[str]:
        return [action.name for action in actions_for(facts, {})]

    assert names(figure_facts()) == ["second_order", "retargeting"]
    assert names(figure_facts(return_share=0.1))[-1] == "root_cause"
    assert "root_cause" not in names(figure_facts(return_share=0.09))
    assert names(figure_facts(profit=-0.01))[-1] == "margin_check"
    assert names(figure_facts(shipping=7.5))[-1] == "shipping_threshold"
    assert "shipping_threshold" not in names(figure_facts(shipping=7.4))


def test_cross_sell_needs_a_shop_that_sells_something_else() -> None:
    levels = Levels("low", "one", "cooling")
    only, most = TopCategory("Tea", 9.0, 1.0, 1.0), TopCategory("Tea", 9.0, 0.6, 1.2)
    each = group((31, 31, 31), (1, 1, 1), (50, 50, 50))
    assert "cross_sell" not in [a.name for a in actions_for(Facts(each, SHOP, levels, (only,)), {})]
    assert "cross_sell" in [a.name for a in actions_for(Facts(each, SHOP, levels, (most,)), {})]
    asleep = Levels("low", "one", "lapsed")
    assert "cross_sell" not in [a.name for a in actions_for(Facts(each, SHOP, asleep, (most,)), {})]
