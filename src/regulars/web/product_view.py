"""Products in words: what a list of them says, and one of them with its months, buyers and bundles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from regulars.analysis import Study
from regulars.charts import Chart, Table, height_of
from regulars.charts.groups import segment_label
from regulars.charts.kit import Bars, lying_bars, tip
from regulars.locale import Words
from regulars.pages.models import Block, Fact
from regulars.web.behind import asked
from regulars.web.customer_view import Address
from regulars.web.leads import put
from regulars.web.masks import id_hidden, shown_id
from regulars.web.months import months_chart, months_shown
from regulars.web.selling import QUIET, Product, ProductTotals

RULES = 20


def products_told(study: Study, seen: ProductTotals, filtered: bool, say: Words) -> tuple[str, ...]:
    """What a list of products says."""
    if not seen.products:
        return ()
    told = [say(f"web_customers.products.{'some' if filtered else 'all'}", n=seen.products)]
    if seen.brought and seen.top and seen.half:
        share = seen.top / seen.brought
        told.append(say("web_customers.products.top", name=seen.best, share=share, sales=seen.brought))
        if seen.products > 2:
            told.append(say("web_customers.products.half", n=seen.half, share=seen.half / seen.products))
    long = study.as_of and seen.first_day and (study.as_of - seen.first_day).days > 2 * QUIET
    if long and seen.quiet and not filtered:
        told.append(say("web_customers.products.quiet", n=seen.quiet, days=QUIET))
    return tuple(told)


@dataclass(frozen=True, slots=True)
class ProductView:
    """What the page of a product shows. `links` leads from names in tables to pages."""

    title: str
    code: str
    question: str
    insights: tuple[str, ...]
    facts: tuple[Fact, ...]
    blocks: tuple[Block, ...]
    links: dict[str, str]


def product_view(
    study: Study, seen: Product, say: Words, address: Address, behind: Callable[..., str], personal: bool
) -> ProductView:
    """The page of one product; `behind` leads to customers by filters, `personal` shows ids that are."""
    row = seen.row
    blocks = [
        _months(study, seen, say, behind),
        _segments(seen, say, behind),
        _bundles(study, seen, say),
        _buyers(study, seen, say, personal),
    ]
    return ProductView(
        title=row.name,
        code=row.code if row.code != row.name else "",
        question=say("web_customers.product.question"),
        insights=tuple(_insights(study, seen, say)),
        facts=tuple(_facts(seen, say)),
        blocks=tuple(block for block in blocks if block),
        links={
            buyer.customer_id: address("customers", buyer.customer_id)
            for buyer in seen.buyers
            if personal or not id_hidden(study, buyer.customer_id)
        },
    )


def _insights(study: Study, seen: Product, say: Words) -> list[str]:
    row, told = seen.row, []
    if seen.rank and row.sales is not None:
        told.append(say("web_customers.product.rank", rank=seen.rank, of=seen.of, sales=row.sales))
    if row.customers and study.customers:
        told.append(say("web_customers.product.buyers", n=row.customers, share=row.customers / study.customers))
    known = [each for each in seen.segments if each.customers >= 30]
    if known and study.customers and row.customers:
        best = max(known, key=lambda each: (each.share, each.segment))
        if best.share > row.customers / study.customers:
            told.append(say("web_customers.product.best", segment=segment_label(best.segment, say), share=best.share,
                            all=row.customers / study.customers))  # fmt: skip
    if (change := _trend(study, seen)) is not None:
        way = say(f"web_customers.product.{'up' if change >= 0 else 'down'}")
        told.append(say("web_customers.product.trend", rate=abs(change), way=way))
    if row.sales and row.returned and row.returned / (row.sales + row.returned) >= 0.05:
        told.append(say("web_customers.product.returned", share=row.returned / (row.sales + row.returned)))
    if study.as_of and (days := (study.as_of - row.last_day).days) > QUIET:
        told.append(say("web_customers.product.last", days=days))
    return told


def _trend(study: Study, seen: Product) -> float | None:
    """The last twelve complete months against the twelve before, of 1; None where the data do not hold both."""
    full = [month.start for month in study.overview.months if month.complete] if study.overview else []
    if len(full) < 24 or seen.row.sales is None:
        return None
    amounts = {each.month: each.amount or 0.0 for each in seen.months}

    def sold(months: Sequence[date]) -> float:
        return sum(amounts.get(month, 0.0) for month in months)

    before, after = sold(full[-24:-12]), sold(full[-12:])
    return after / before - 1 if before > 0 else None


def _facts(seen: Product, say: Words) -> list[Fact]:
    row = seen.row

    def fact(key: str, value: str, more: str = "") -> Fact:
        return Fact(say(f"web_customers.fact.{key}"), value, more)

    facts = []
    if row.sales is not None:
        facts.append(fact("sales", say.money(row.sales)))
    if seen.rank:
        facts.append(fact("rank", say.number(seen.rank), say("web_customers.fact.rank_of", of=seen.of)))
    facts.append(fact("orders", say.number(row.orders)))
    facts.append(fact("buyers", say.number(row.customers)))
    if row.pieces is not None:
        facts.append(fact("pieces", say.number(row.pieces)))
    if row.returned:
        facts.append(fact("returned", say.money(row.returned)))
    return facts


def _months(study: Study, seen: Product, say: Words, behind: Callable[..., str]) -> Block:
    sold = {each.month: (each.amount, each.orders) for each in seen.months}
    months = months_shown(sold, study)
    chart = put(months_chart("product_months", sold, study, say), {
        i: behind(behind=asked("bought", "product", seen.row.code, month)) for i, month in enumerate(months)
        if sold.get(month, (0, 0))[1]
    })  # fmt: skip
    return Block("months", say("web_customers.product.months"), say("web_customers.product.months_question"),
                 charts=(chart,))  # fmt: skip


def _segments(seen: Product, say: Words, behind: Callable[..., str]) -> Block | None:
    found = sorted(seen.segments, key=lambda each: (-each.share, each.segment))
    if not found:
        return None
    names = [segment_label(each.segment, say) for each in found]
    head = {key: say(f"web_customers.head.{key}") for key in ("segment", "share", "buyers", "amount")}
    tips = [tip(name, (head["share"], say.percent(each.share)), (head["buyers"], say.number(each.buyers)))
            for name, each in zip(names, found, strict=True)]  # fmt: skip
    option = lying_bars(names, [Bars(head["share"], [each.share for each in found], tips, "c1")], "percent")
    money = say.alike([each.amount for each in found], "web_customers.unknown")
    rows = tuple((name, say.percent(each.share), say.number(each.buyers), money(each.amount))
                 for name, each in zip(names, found, strict=True))  # fmt: skip
    title = say("web_customers.product.segments")
    chart = Chart("product_segments", title, say("web_customers.product.segments_note", n=seen.row.customers), option,
                  Table(title, tuple(head.values()), rows, (1, 2, 3)), "full", height_of(len(found)))  # fmt: skip
    bought = asked("bought", "product", seen.row.code)
    chart = put(chart, {i: behind(segment=each.segment, behind=bought) for i, each in enumerate(found)})
    return Block("segments", title, say("web_customers.product.segments_question"), charts=(chart,))


def _bundles(study: Study, seen: Product, say: Words) -> Block | None:
    if study.bundles is None or study.bundles.level != "product" or not study.bundles.found:
        return None
    heads = (
        say("web_customers.head.bundle"),
        *(say(f"bundles.head.{key}") for key in ("count", "confidence", "adjusted")),
    )
    rows = tuple(
        (f"{' + '.join(rule.antecedent)} → {' + '.join(rule.consequent)}", say.number(rule.count),
         say.percent(rule.confidence),
         say("web_customers.unknown") if rule.adjusted_lift is None else f"{say.number(rule.adjusted_lift, 1)} ×")
        for rule in seen.rules[:RULES]
    )  # fmt: skip
    title, question = say("web_customers.product.bundles"), say("web_customers.product.bundles_question")
    if not rows:
        return Block("bundles", title, question, empty=say("web_customers.product.no_bundles"))
    table = Table(say("web_customers.product.bundles_caption"), heads, rows, (1, 2, 3))
    return Block("bundles", title, question, tables=(table,))


def _buyers(study: Study, seen: Product, say: Words, personal: bool) -> Block | None:
    if not seen.buyers:
        return None
    unknown = say("web_customers.unknown")
    money = say.alike([each.amount for each in seen.buyers], "web_customers.unknown")
    rows = tuple(
        (shown_id(study, each.customer_id, personal),
         segment_label(each.segment, say) if each.segment else unknown, say.number(each.orders),
         unknown if each.pieces is None else say.number(each.pieces),
         money(each.amount), say.day(each.last_day))
        for each in seen.buyers
    )  # fmt: skip
    keys = ("customer", "segment", "orders", "pieces", "amount", "last")
    heads = tuple(say(f"web_customers.head.{key}") for key in keys)
    return Block("buyers", say("web_customers.product.buyers_block"),
                 tables=(Table(say("web_customers.product.buyers_caption"), heads, rows, (2, 3, 4)),))  # fmt: skip
