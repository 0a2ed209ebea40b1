"""A group in one paragraph, from its figures: who, how many, what they bring, how often and when, and what they buy."""

from math import ceil

from regulars.locale import Message, Value
from regulars.profiles.groups import Group, TopOf
from regulars.profiles.levels import Facts
from regulars.profiles.models import Paragraph
from regulars.profiles.personas import RETURNED

FEW = 30  # below it a group's figures are a hint: one customer more or less moves them visibly
NOTABLE_RETURNS = 0.1
TINY = 0.0005  # below it a share would be written as 0.0 %
DISTINCTIVE_INDEX, DISTINCTIVE_SHARE = 1.25, 0.05


def describe(facts: Facts, persona: str, top_of: TopOf | None, some: bool = False) -> Paragraph:
    """The paragraph about a group. With `some` the shop of the facts is but some of its customers."""
    group = facts.group
    who = RETURNED if facts.none_left else persona
    sentences = [Message(f"personas.{who}.who"), _size_of_some(facts) if some else _size(facts), _habit(group)]
    sentences += _rhythm(group) + _buys(facts, top_of)[: 1 if some else None]  # what is special is so in the whole shop
    if group.return_share is not None and group.return_share >= NOTABLE_RETURNS:
        sentences.append(_say("returns", return_share=group.return_share))
    if group.customers < FEW:
        sentences.append(_say("few", customers=group.customers))
    return Paragraph(tuple(sentences))


def _say(key: str, **values: Value) -> Message:
    return Message(f"profiles.description.{key}", values)


def _size(facts: Facts) -> Message:
    """How many, and what they bring."""
    group, shop, sales_share = facts.group, facts.shop, facts.sales_share
    many = "one" if group.customers == 1 else "many"
    everybody = "all_" if group.customers == shop.customers else ""
    if group.sales is None:
        brings = "plain"
    elif group.sales <= 0 or sales_share is None:
        brings = "returned"
    else:
        brings = "sales" if sales_share >= TINY or everybody else "tiny"
    values: dict[str, Value] = {
        "customers": group.customers,
        "of": shop.customers,
        "share": group.customers / shop.customers,
    }
    return _say(f"size.{everybody}{many}.{brings}", **values, sales=group.sales, sales_share=sales_share)


def _size_of_some(facts: Facts) -> Message:
    """How many of some of the shop's customers, and what they bring."""
    group, share = facts.group, facts.sales_share
    brings = "plain" if group.sales is None or share is None else "sales" if group.sales > 0 else "returned"
    values: dict[str, Value] = {"customers": group.customers, "of": facts.shop.customers,
                                "share": group.customers / facts.shop.customers}  # fmt: skip
    return _say(f"some.{brings}", **values, sales=group.sales, sales_share=share)


def _habit(group: Group) -> Message:
    """The typical customer; halves between two counts are rounded up."""
    many = "one" if group.customers == 1 else "many"
    orders, days, spent = ceil(group.median.orders), ceil(group.median.recency_days), group.median.monetary
    if orders < 1:
        return _say(f"habit.{many}.none", days=days)
    everybody = many == "many" and group.one_order_share == 1
    how_often = "times" if orders > 1 else "all_once" if everybody else "once"
    key = f"{many}.{how_often}" + ("_plain" if spent is None else "")
    values: dict[str, Value] = {"orders": orders, "days": days, "one_order_share": group.one_order_share}
    return _say(f"habit.{key}", **values | ({} if spent is None else {"spent": spent}))


def _rhythm(group: Group) -> list[Message]:
    """What an order is worth and how many days pass to the next; nothing where the typical customer ordered once."""
    if group.median.orders <= 1:
        return []
    gap = ceil(group.days_between) if group.days_between else None
    value = group.avg_order_value if group.avg_order_value and group.avg_order_value > 0 else None
    if value is not None and gap:
        return [_say("rhythm.both", value=value, gap=gap)]
    if value is not None:
        return [_say("rhythm.value", value=value)]
    return [_say("rhythm.gap", gap=gap)] if gap else []


def _buys(facts: Facts, top_of: TopOf | None) -> list[Message]:
    """The best sellers of the group, and the category that sells far better here than elsewhere."""
    top = facts.top
    if not top:
        return []
    what = "category" if top_of == "category" else "product"
    by = "sales" if top[0].sales is not None else "lines"
    first: dict[str, Value] = {"first": top[0].name, "first_share": top[0].share}
    if top[0].share >= 1:
        return [_say("buys.only", first=top[0].name)]
    if len(top) == 1:
        return [_say(f"buys.one_{what}_{by}", **first)]
    said = [_say(f"buys.two_{what}_{by}", **first, second=top[1].name, second_share=top[1].share)]
    special = [t for t in top if t.index and t.index >= DISTINCTIVE_INDEX and t.share >= DISTINCTIVE_SHARE]
    if special and what == "category" and facts.group.customers >= FEW:
        best = max(special, key=lambda item: (item.index or 0.0, item.name))
        said.append(_say(f"special.{by}", name=best.name, index=best.index))
    return said
