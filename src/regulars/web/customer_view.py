"""A customer in words: sentences, figures, scores with their reasons, charts and tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.groups import segment_label
from regulars.locale import Words
from regulars.pages.attribute_groups import group_cards
from regulars.pages.models import Block, Card, Doing, Fact
from regulars.pages.sentences import MOST
from regulars.profiles.models import Profile
from regulars.segments.models import Cuts
from regulars.web.customer import ORDERS, PRODUCTS, Customer, Offer
from regulars.web.months import months_chart
from regulars.web.opened import Opened

Address = Callable[[str, str], str]  # of a customer or a product


@dataclass(frozen=True, slots=True)
class CustomerView:
    """What the page of a customer shows. `links` leads from names in tables to pages."""

    title: str
    name: str
    segment: str
    fellows: str  # the customers of the same segment
    question: str
    insights: tuple[str, ...]
    facts: tuple[Fact, ...]
    doing: tuple[Doing, ...]
    blocks: tuple[Block, ...]
    links: dict[str, str]


_CONTACT = ("name", "email", "phone", "city", "country")


def customer_view(
    found: Opened, seen: Customer, say: Words, address: Address, behind: Callable[[str], str]
) -> CustomerView:
    """The page of one customer in the language of `say`; `behind` leads to the customers of a segment."""
    study = found.study
    segment = seen.features.get("segment")
    group = next((each for each in study.segments if each.name == segment), None)
    blocks = [_scores(study, seen, say), _months(study, seen, say), _offers(seen, say), _orders(seen, say),
              _products(seen, say), _history(seen, say), _attributes(study, seen, say)]  # fmt: skip
    known = card_of(study, seen.features.get("cluster"), say) if group is None else None
    said = _insights(study, seen, group, say)
    doing = (
        known.actions
        if known
        else tuple(
            Doing(one.name, one.title(say), one.do(say), one.why.text(say)) for one in (group.actions if group else ())
        )
    )
    links = {_product_name(each.code, each.product): address("products", each.code) for each in seen.products}
    links |= {_product_name(each.product_id, each.product): address("products", each.product_id)
              for each in seen.offers}  # fmt: skip
    contact = " · ".join(text for text in (seen.contact.get(key) for key in _CONTACT) if text)
    return CustomerView(
        title=seen.customer_id,
        name=contact,
        segment=segment_label(segment, say) if segment else "",
        fellows=behind(segment) if segment else "",
        question=say("web_customers.one.question"),
        insights=tuple(text for text in (known.persona, known.says) if text)
        if known
        else tuple(text for _, text in said[:MOST]),
        facts=tuple(_facts(seen, say)),
        doing=doing,
        blocks=_with([block for block in blocks if block], [] if known else said[MOST:]),
        links=links,
    )


def card_of(study: Study, cluster: int | None, say: Words) -> Card | None:
    """What a customer table says of a cluster, where nothing but that table describes the customers."""
    cards = group_cards(study.people, say) if study.people and not study.overview else []
    return next((card for card in cards if card.name == f"Cluster {cluster}"), None)


def _with(blocks: Sequence[Block], said: Sequence[tuple[str, str]]) -> tuple[Block, ...]:
    """The blocks, each with what the head of the page has no room for; without its block it stands with the first."""
    keys = {block.key for block in blocks}
    at = [(key if key in keys else blocks[0].key, text) for key, text in said if blocks]
    return tuple(replace(b, insights=(*b.insights, *(text for key, text in at if key == b.key))) for b in blocks)


def _insights(study: Study, seen: Customer, group: Profile | None, say: Words) -> list[tuple[str, str]]:
    """What there is to say, the most important first, each with the block that it belongs to."""
    had = seen.features
    if not had.get("orders"):
        return [("scores", say("web_customers.one.no_orders"))] if study.overview else []
    told: list[tuple[str, str]] = []
    if group and had.get("first_order"):
        told.append(("scores", say("web_customers.one.in_segment", persona=say(f"personas.{group.persona}.name"),
                                   segment=segment_label(group.name, say), orders=had["orders"],
                                   first=had["first_order"].isoformat())))  # fmt: skip
    if had.get("last_order"):
        day = had["last_order"].isoformat()
        told.append(("orders", say("web_customers.one.last", days=had["recency_days"], day=day)))
    told += [("months", text) for text in (*_rhythm(seen, say), *_expected(study, seen, say))]
    before = [then for then in seen.history[:-1] if then.segment and then.segment != had.get("segment")]
    if before:
        told.append(("history", say("web_customers.one.moved", before=segment_label(before[-1].segment or "", say),
                                    day=before[-1].as_of.isoformat())))  # fmt: skip
    if (returned := had.get("return_share")) and returned >= 0.1:
        told.append(("orders", say("web_customers.one.returned", share=returned)))
    return told


def _rhythm(seen: Customer, say: Words) -> list[str]:
    rhythm = seen.rhythm
    if rhythm is None or rhythm.at_risk is None:
        return []
    if rhythm.at_risk:
        key = "quiet_own" if rhythm.state == "own" else "quiet_shop"
    else:
        key = "steady" if rhythm.gaps >= 3 else "steady_shop"
    return [say(f"web_customers.one.{key}", silence=rhythm.silence, usual=rhythm.usual_gap_days)]


def _expected(study: Study, seen: Customer, say: Words) -> list[str]:
    ahead, value = seen.expected, study.value
    if ahead is None or ahead.expected_orders is None or value is None or not value.horizon_days:
        return []
    figures = {"days": value.horizon_days, "orders": ahead.expected_orders}
    if ahead.next_value is None or ahead.low is None or ahead.high is None:
        return [say("web_customers.one.expected_orders", **figures)]
    key = "expected" if ahead.low <= ahead.next_value <= ahead.high else "expected_alone"
    told = [say(f"web_customers.one.{key}", **figures, value=ahead.next_value, low=ahead.low, high=ahead.high)]
    return told + ([say("web_customers.one.untrusted")] if value.verdict in {"care", "do_not_use"} else [])


def _facts(seen: Customer, say: Words) -> list[Fact]:
    had = seen.features

    def fact(key: str, value: str, more: str = "") -> Fact:
        return Fact(say(f"web_customers.fact.{key}"), value, more)

    facts = []
    for key, column, write in _FACTS:
        if had.get(column) is not None:
            facts.append(fact(key, write(had[column], say)))
    if had.get("last_order"):
        ago = say("web_customers.ago.days", n=had["recency_days"])
        facts.insert(min(3, len(facts)), fact("last_order", ago, say.day(had["last_order"])))
    if seen.expected and seen.expected.next_value is not None:
        facts.append(fact("expected", say.money(seen.expected.next_value)))
    return facts


_FACTS: tuple[tuple[str, str, Callable[[Any, Words], str]], ...] = (
    ("sales", "monetary", lambda value, say: say.money(value)),
    ("orders", "orders", lambda value, say: say.number(value)),
    ("order_value", "avg_order_value", lambda value, say: say.money(value)),
    ("first_order", "first_order", lambda value, say: say.day(value)),
    ("products", "products", lambda value, say: say.number(value)),
    ("profit", "profit", lambda value, say: say.money(value)),
)


def _scores(study: Study, seen: Customer, say: Words) -> Block | None:
    had = seen.features
    rows = []
    for letter, cuts in zip("rfm", study.scheme.cuts, strict=True):
        value, score = had.get(cuts.measure), had.get(letter)
        if value is not None and score is not None:
            rows.append((say(f"web_customers.measure.{cuts.measure}"), f"{letter.upper()} {score}",
                         why(cuts, value, int(score), letter.upper(), say)))  # fmt: skip
    if not rows:
        return None
    heads = tuple(say(f"web_customers.head.{key}") for key in ("measure", "score", "why"))
    caption = say("web_customers.block.scores_caption", levels=max(study.scheme.levels))
    code = "-".join(str(had[letter]) for letter in "rfm" if had.get(letter) is not None)
    told = say("web_customers.block.scores_segment", code=code, segment=segment_label(had["segment"], say))
    return Block("scores", say("web_customers.block.scores"), say("web_customers.block.scores_question"),
                 insights=(told,), tables=(Table(caption, heads, tuple(rows)),))  # fmt: skip


def why(cuts: Cuts, value: float, score: int, letter: str, say: Words) -> str:
    """Why a value has its score: `3 days ago: R 5, since at most 25`."""

    def write(number: float) -> str:
        return say.money(number) if cuts.measure == "monetary" else _pieces(number, say)

    told = write(value) if cuts.measure == "monetary" else say(f"web_customers.unit.{cuts.measure}", n=value)
    below = cuts.levels - score if cuts.mirrored else score - 1
    if not cuts.points or not 0 <= below <= len(cuts.points):
        return say("web_customers.why.same", value=told)
    low = write(cuts.points[below - 1]) if below else None
    high = write(cuts.points[below]) if below < len(cuts.points) else None
    key = "at_most" if low is None else "more" if high is None else "between"
    reason = say(f"web_customers.why.{key}", low=low, high=high)
    return say("web_customers.why.says", value=told, letter=letter, score=score, reason=reason)


def _months(study: Study, seen: Customer, say: Words) -> Block | None:
    if not seen.months:
        return None
    amounts = {each.month: (each.amount, each.orders) for each in seen.months}
    chart = months_chart("customer_months", amounts, study, say)
    return Block("months", say("web_customers.block.months"), say("web_customers.block.months_question"),
                 charts=(chart,))  # fmt: skip


def _orders(seen: Customer, say: Words) -> Block | None:
    if not seen.orders:
        return None
    unknown = say("web_customers.unknown")
    money = say.alike([order.amount for order in seen.orders], "web_customers.unknown")
    rows = tuple(
        (order.order_id or unknown, say.day(order.day),
         say(f"web_customers.kind.{'return' if order.is_return else 'sale'}"),
         say.number(order.lines), unknown if order.pieces is None else _pieces(order.pieces, say),
         money(order.amount))
        for order in seen.orders
    )  # fmt: skip
    heads = tuple(say(f"web_customers.head.{key}") for key in ("order", "day", "kind", "lines", "pieces", "amount"))
    cut = (say("web_customers.block.orders_cut", n=ORDERS),) if len(seen.orders) == ORDERS else ()
    return Block("orders", say("web_customers.block.orders"), insights=cut,
                 tables=(Table(say("web_customers.block.orders_caption"), heads, rows, (3, 4, 5)),))  # fmt: skip


def _pieces(value: float, say: Words) -> str:
    return say.number(value, 0 if value == int(value) else 1)


def _product_name(code: str, product: str | None) -> str:
    if not product or product == code:
        return code
    return product if product.endswith(f"({code})") else f"{product} ({code})"  # where two products share a name


def _products(seen: Customer, say: Words) -> Block | None:
    if not seen.products:
        return None
    unknown = say("web_customers.unknown")
    money = say.alike([each.amount for each in seen.products], "web_customers.unknown")
    rows = tuple(
        (_product_name(each.code, each.product), say.number(each.orders),
         unknown if each.pieces is None else _pieces(each.pieces, say),
         money(each.amount), say.day(each.last_day))
        for each in seen.products
    )  # fmt: skip
    heads = tuple(say(f"web_customers.head.{key}") for key in ("product", "orders", "pieces", "amount", "last"))
    cut = (say("web_customers.block.products_cut", n=PRODUCTS),) if len(seen.products) == PRODUCTS else ()
    return Block("products", say("web_customers.block.products"), insights=cut,
                 tables=(Table(say("web_customers.block.products_caption"), heads, rows, (1, 2, 3)),))  # fmt: skip


def _offers(seen: Customer, say: Words) -> Block | None:
    """What they may buy again, and what they may try."""
    tables = []
    for which in ("again", "next"):
        rows = tuple((_product_name(one.product_id, one.product), _because(one, say))
                     for one in seen.offers if one.list == which)  # fmt: skip
        if rows:
            heads = (say("web_customers.head.product"), say("web_customers.head.why"))
            tables.append(Table(say(f"recommend.{which}.title"), heads, rows))
    if not tables:
        return None
    return Block("offers", say("web_customers.block.next"), say("web_customers.block.next_question"),
                 tables=tuple(tables))  # fmt: skip


def _because(one: Offer, say: Words) -> str:
    if one.last_bought:
        key = "again_days" if one.usual_days else "again"
        return say(f"web_customers.offer.{key}", times=one.times, last=one.last_bought.isoformat(), days=one.usual_days)
    return say(f"web_customers.offer.{'because' if one.because else 'popular'}", because=one.because)


def _history(seen: Customer, say: Words) -> Block | None:
    if len(seen.history) < 2:
        return None
    unknown = say("web_customers.unknown")
    rows = tuple(
        (say.day(then.as_of), segment_label(then.segment, say) if then.segment else unknown,
         "-".join(str(score) for score in (then.r, then.f, then.m) if score is not None) or unknown,
         unknown if then.orders is None else say.number(then.orders),
         unknown if then.monetary is None else say.money(then.monetary))
        for then in reversed(seen.history)
    )  # fmt: skip
    heads = tuple(say(f"web_customers.head.{key}") for key in ("study", "segment", "scores", "orders", "monetary"))
    return Block("history", say("web_customers.block.history"),
                 tables=(Table(say("web_customers.block.history_caption"), heads, rows, (3, 4)),))  # fmt: skip


def _attributes(study: Study, seen: Customer, say: Words) -> Block | None:
    known = study.people.attributes if study.people else ()
    rows = tuple((each.title(say), written(seen.attributes.get(each.name), say)) for each in known)
    if not rows:
        return None
    heads = (say("web_customers.head.attribute"), say("web_customers.head.value"))
    return Block("attributes", say("web_customers.block.attributes"),
                 tables=(Table(say("web_customers.block.attributes_caption"), heads, rows),))  # fmt: skip


def written(value: Any, say: Words) -> str:
    """A value of a customer table in words."""
    if value is None:
        return say("web_customers.unknown")
    if isinstance(value, bool):
        return say(f"web_customers.{'yes' if value else 'no'}")
    if isinstance(value, date):
        return say.day(value)
    if isinstance(value, Decimal | float | int):
        return say.number(float(value), 0 if value == int(value) else 2)
    return str(value)
