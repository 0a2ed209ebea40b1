"""Charts of next products: what is offered most, and the check against popularity."""

from regulars.baskets.recommend_models import Check, NextList
from regulars.charts import Chart, Table, height_of
from regulars.charts.kit import Bars, lying_bars, tip
from regulars.locale import Words


def most_offered(which: str, one: NextList, say: Words) -> Chart | None:
    """The products that stand in most lists; None where there are none."""
    if not one.most:
        return None
    heads = (say("recommend.head.product"), say("recommend.head.lists"))
    names = [offered.product or offered.product_id for offered in one.most]
    rows = tuple((name, say.number(offered.customers)) for name, offered in zip(names, one.most, strict=True))
    tips = [tip(name, (heads[1], figure)) for name, figure in rows]
    series = Bars(heads[1], [offered.customers for offered in one.most], tips)
    title = say(f"recommend.chart.most_{which}")
    note = say("recommend.chart.most_note", n=one.customers)
    return Chart(f"recommend_most_{which}", title, note, lying_bars(names, [series], "number"),
                 Table(title, heads, rows, (1,)), height=height_of(len(names)))  # fmt: skip


def contest(which: str, check: Check, say: Words) -> Chart:
    """The share of customers with a hit, by the way the list is made."""
    heads = tuple(say(f"recommend.head.{word}") for word in ("way", "hit", "low", "high", "ndcg", "ndcg_range"))
    names = [say(f"recommend.way.{one.way}") for one in check.contenders]
    rows = tuple(
        (
            name,
            say.percent(one.hit.value),
            say.percent(one.hit.low),
            say.percent(one.hit.high),
            say.number(one.ndcg, 3),
            say("recommend.range", low=say.number(one.ndcg_low, 3), high=say.number(one.ndcg_high, 3)),
        )
        for name, one in zip(names, check.contenders, strict=True)
    )
    tips = [tip(row[0], *zip(heads[1:], row[1:], strict=True)) for row in rows]
    series = Bars(heads[1], [round(one.hit.value, 4) for one in check.contenders], tips, "c2")
    title = say(f"recommend.chart.contest_{which}")
    note = say("recommend.chart.contest_note", n=check.customers, with_any=check.with_any)
    return Chart(f"recommend_contest_{which}", title, note, lying_bars(names, [series], "percent"),
                 Table(title, heads, rows, (1, 2, 3, 4, 5)), height=height_of(len(names)))  # fmt: skip
