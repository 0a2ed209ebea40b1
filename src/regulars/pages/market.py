"""The page of price, churn risk and growth by segment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from regulars.analysis import Study
from regulars.charts import Chart, Table
from regulars.charts.groups import segment_label
from regulars.charts.market import Bar, range_bars
from regulars.locale import Words
from regulars.market.models import Cell, GroupPrice, GroupRisk, Growth, Price, Ratio, Risk
from regulars.pages.market_words import growth_insights, price_insights, risk_insights, signed
from regulars.pages.models import Block, Page
from regulars.pages.sentences import told
from regulars.rates import Rate

DASH = "\N{EN DASH}"  # cannot be said
G = TypeVar("G", GroupPrice, GroupRisk)


def market_page(study: Study, say: Words) -> Page | None:
    """What a segmentation is used for: three small tables with what they say; None without orders."""
    found = study.market
    if found is None:
        return None
    order = [profile.name for profile in study.segments if profile.customers]
    blocks = [_price(found.price, order, say)] if found.price else []
    blocks += [_risk(found.risk, order, say)] if found.risk else []
    blocks += [_growth(grown, order, say, whole=i == 0) for i, grown in enumerate(found.growth)]
    missing = [told(reason, say) for reason in found.no_growth]
    if missing and found.growth:
        blocks[-1] = replace(blocks[-1], insights=(*blocks[-1].insights, *missing))
    elif missing:
        blocks.append(Block("market_missing", say("market.growth.title"), empty=" ".join(missing)))
    return Page("market", say("market.title"), say("market.question"), blocks=tuple(blocks)) if blocks else None


def _label(name: str, say: Words) -> str:
    return segment_label(name, say) if name else say("market.shop")


def _ranged(texts: Sequence[str], say: Words) -> str:
    value, low, high = texts
    return say("market.range", value=value, low=low, high=high)


def _share(found: Rate | None, say: Words) -> str:
    if found is None:
        return DASH
    return _ranged([say.percent(value, 0) for value in (found.value, found.low, found.high)], say)


def _change(found: Ratio | None, say: Words, less: float = 0.0) -> str:
    """A change with its range; `less` 1 makes one of a quotient."""
    if found is None:
        return DASH
    return _ranged([signed(value - less, say) for value in (found.value, found.low, found.high)], say)


def _heads(names: Sequence[str], say: Words) -> tuple[str, ...]:
    return tuple(say(f"market.head.{name}") for name in names)


def _price(price: Price, order: Sequence[str], say: Words) -> Block:
    groups = _in_order(price.groups, order)
    chart = _price_chart(price, groups, say)
    reasons = (price.no_discounts, price.no_products, price.no_categories)
    empty = " ".join(told(reason, say) for reason in reasons if reason)
    return Block("market_price", say("market.price.title"), say("market.price.question"),
                 tuple(price_insights(price, say)), charts=(chart,) if chart else (), empty=empty,
                 tables=(_price_table(price, groups, say),))  # fmt: skip


def _in_order(groups: Sequence[G], order: Sequence[str]) -> list[G]:
    """The segments as the report lists them, then the whole shop."""
    by_name = {group.name: group for group in groups if group.kind == "segment"}
    whole = [group for group in groups if group.kind == "shop"]
    return [by_name[name] for name in order if name in by_name] + whole


def _price_columns(price: Price) -> list[str]:
    columns = [] if price.no_discounts else ["discounted", "depth"]
    columns += [] if price.no_products else ["same_product"]
    return columns + ([] if price.no_categories else ["same_category"])


def _price_table(price: Price, groups: Sequence[GroupPrice], say: Words) -> Table:
    columns, none = _price_columns(price), say.percent(0.0, 0)  # the shop's mean is what all are measured by

    def row(group: GroupPrice) -> tuple[str, ...]:
        cells = {
            "discounted": _share(group.discounted, say),
            "depth": DASH if group.depth is None else say.percent(group.depth, 0),
            "same_product": none if _mean(group.same_product) else _change(group.same_product, say, 1),
            "same_category": none if _mean(group.same_category) else _change(group.same_category, say, 1),
        }
        found = [cells[name] for name in columns]
        return (_label(group.name, say), say.number(group.customers), say.number(group.lines), *found)

    heads = _heads(["segment", "customers", "lines", *columns], say)
    return _table("market.price.title", heads, [row(group) for group in groups], say)


def _mean(found: Ratio | None) -> bool:
    """Whether everybody is measured by everybody's own mean, which is no estimate."""
    return found is not None and abs(found.value - 1) < 1e-5


def _table(caption: str, heads: Sequence[str], rows: Sequence[tuple[str, ...]], say: Words) -> Table:
    """A table of figures; its caption says what a dash means where there is one."""
    text = say(caption) if not any(DASH in row for row in rows) else say("market.dash", caption=say(caption))
    return Table(text, tuple(heads), tuple(rows), tuple(range(1, len(heads))))


def _bars(key: str, title: str, note: str, values: Sequence[tuple[str, float | None, str]], say: Words) -> Chart | None:
    """Bars with a table of their own: names, values and the texts that hold their ranges."""
    bars = [Bar(name, value, text) for name, value, text in values if value is not None]
    table = Table(title, (say("charts.word.group"), title), tuple((b.name, b.text) for b in bars), (1,))
    return range_bars(key, title, note, bars, table)


def _price_chart(price: Price, groups: Sequence[GroupPrice], say: Words) -> Chart | None:
    key = "discounted" if not price.no_discounts else "same_product" if not price.no_products else None
    if key is None:
        return None
    segments = [group for group in groups if group.kind == "segment"]
    values: list[tuple[str, float | None, str]] = []
    for group in segments:
        share, ratio = group.discounted, group.same_product
        if key == "discounted":
            values.append((_label(group.name, say), share.value if share else None, _share(share, say)))
        else:
            values.append((_label(group.name, say), ratio.value - 1 if ratio else None, _change(ratio, say, 1)))
    note = say(f"market.price.note_{key}", n=sum(group.customers for group in segments))
    return _bars("market_price", say(f"market.price.chart_{key}"), note, values, say)


def _risk(risk: Risk, order: Sequence[str], say: Words) -> Block:
    groups = _in_order(risk.groups, order)
    key = "rule" if risk.shop_gap is not None else "rule_own"
    segments = [group for group in groups if group.kind == "segment"]
    values = [(_label(g.name, say), g.at_risk.value if g.at_risk else None, _share(g.at_risk, say)) for g in segments]
    note = say("market.risk.note", n=sum(group.customers - group.unknown for group in segments))
    chart = _bars("market_risk", say("market.risk.chart"), note, values, say)
    rule = (say(f"market.risk.{key}", gap=risk.shop_gap), say("market.risk.words"))
    insights = (*risk_insights(risk, say), *rule)
    return Block("market_quiet", say("market.risk.title"), say("market.risk.question"), insights,
                 charts=(chart,) if chart else (), tables=(_risk_table(groups, say),))  # fmt: skip


def _risk_table(groups: Sequence[GroupRisk], say: Words) -> Table:
    paid = any(group.sales is not None for group in groups)
    rows = tuple(
        (
            _label(group.name, say),
            say.number(group.customers),
            say.number(group.customers - group.unknown),
            _share(group.at_risk, say),
            say.number(group.own),
            say.number(group.shop),
            say.number(group.unknown),
            *([say.money(group.sales or 0.0)] if paid else []),
        )
        for group in groups
    )
    heads = _heads(["segment", "customers", "rhythm", "at_risk", "own", "by_shop", "unknown", "sales"], say)
    heads = heads if paid else heads[:-1]
    return _table("market.risk.title", heads, rows, say)


def _growth(grown: Growth, order: Sequence[str], say: Words, whole: bool = True) -> Block:
    """Growth by category or place; what is true of the whole shop is said once, in the first of them."""
    cells = {(cell.name, cell.item): cell for cell in grown.cells}
    shop = cells.get(("", ""))
    note = say("market.growth.note", n=grown.months, customers=shop.customers if shop else None)
    values = [(item, cell.growth.value if cell.growth else None, _change(cell.growth, say))
              for item in grown.items if (cell := cells.get(("", item)))]  # fmt: skip
    chart = _bars(f"market_growth_{grown.by}", say(f"market.growth.chart_{grown.by}"), note, values, say)
    return Block(f"market_by_{grown.by}", say(f"market.growth.{grown.by}"), say(f"market.growth.question_{grown.by}"),
                 tuple(growth_insights(grown, say, whole)), charts=(chart,) if chart else (),
                 tables=(_items_table(grown, cells, say), *_matrix(grown, cells, order, say)))  # fmt: skip


def _items_table(grown: Growth, cells: dict[tuple[str, str], Cell], say: Words) -> Table:
    """The items over the whole shop: both periods, growth with its range, customers."""
    rows = [
        (
            item or say("market.growth.all"),
            say.number(cell.customers),
            say.money(cell.before),
            say.money(cell.after),
            _change(cell.growth, say),
        )
        for item in (*grown.items, "")
        if (cell := cells.get(("", item)))
    ]
    spans = [say("market.head.before", first=start.isoformat(), last=(end - timedelta(days=1)).isoformat())
             for start, end in (grown.before, grown.after)]  # fmt: skip
    heads = (say(f"market.head.{grown.by}"), say("market.head.customers"), *spans, say("market.head.growth"))
    return _table(f"market.growth.{grown.by}", heads, rows, say)


def _matrix(grown: Growth, cells: dict[tuple[str, str], Cell], order: Sequence[str], say: Words) -> list[Table]:
    """Growth of each segment by item, and over all items; a dash where fewer than 30 customers or nothing to compare.

    None where there would be dashes alone.
    """

    def text(name: str, item: str) -> str:
        cell = cells.get((name, item))
        return signed(cell.growth.value, say) if cell and cell.growth else DASH

    columns = (*grown.items, "")
    names = [name for name in order if (name, "") in cells]
    if not any(cells[name, ""].growth for name in names):
        return []
    rows = [(_label(name, say), *(text(name, item) for item in columns)) for name in (*names, "")]
    heads = (say("market.head.segment"), *grown.items, say("market.growth.all"))
    return [_table("market.growth.table", heads, rows, say)]
