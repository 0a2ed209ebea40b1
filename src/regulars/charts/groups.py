"""Charts of named segments and of clusters: their sizes, sales, means, scores, distributions."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from regulars.analysis import ScoreCell
from regulars.charts import Chart, Table, Width, height_of
from regulars.charts.kit import (
    Bars,
    base,
    color,
    fn,
    heat_map,
    legend,
    line,
    lying_bars,
    names_axis,
    short,
    standing_bars,
    tip,
    values_axis,
)
from regulars.charts.palette import SERIES
from regulars.features.distributions import Distribution
from regulars.locale import Words
from regulars.profiles.models import Profile
from regulars.profiles.personas import segment_slug
from regulars.segments.models import Clusters, Scheme

Names = Sequence[str]  # the groups' names in the reader's language, parallel to the profiles


def sizes(key: str, profiles: Sequence[Profile], names: Names, say: Words) -> Chart:
    """Share of customers beside share of sales, per group."""
    tips = [
        tip(name, (say("charts.word.customers"), f"{say.number(p.customers)} ({say.percent(p.share)})"),
            *(((say("charts.word.sales"), f"{say.money(p.sales)} ({say.percent(p.sales_share or 0)})"),)
              if p.sales is not None else ()))
        for name, p in zip(names, profiles, strict=True)
    ]  # fmt: skip
    series = [Bars(say("charts.word.share_customers"), [p.share for p in profiles], tips, "c3")]
    paid = any(p.sales_share is not None for p in profiles)
    if paid:
        series.append(Bars(say("charts.word.share_sales"), [p.sales_share for p in profiles], tips, "c1"))
    title = say(f"charts.{key}.{'title' if paid else 'title_plain'}")
    note = say("charts.note.customers", n=sum(p.customers for p in profiles))
    height = height_of(round(len(profiles) * 1.4) + 1)
    return Chart(key, title, note, lying_bars(names, series, "percent"), profile_table(title, profiles, names, say),
                 "full", height)  # fmt: skip


def profile_table(caption: str, profiles: Sequence[Profile], names: Names, say: Words) -> Table:
    """Every figure of the groups, one row each."""
    unknown = say("common.unknown")
    with_money = any(p.sales is not None for p in profiles)

    def money(value: float | None) -> str:
        return unknown if value is None else say.money(value)

    words = ["group", "customers", "share_customers", "recency", "orders_each"]
    words += ["monetary_each", "sales", "share_sales", "order_value"] if with_money else []
    rows = []
    for name, p in zip(names, profiles, strict=True):
        row = [name, say.number(p.customers), say.percent(p.share), say.number(p.mean.recency_days, 1),
               say.number(p.mean.orders, 1)]  # fmt: skip
        if with_money:
            share = unknown if p.sales_share is None else say.percent(p.sales_share)
            row += [money(p.mean.monetary), money(p.sales), share, money(p.avg_order_value)]
        rows.append(tuple(row))
    return Table(caption, tuple(say(f"charts.word.{word}") for word in words), tuple(rows), tuple(range(1, len(words))))


def measure(key: str, profiles: Sequence[Profile], names: Names, say: Words, *,
            of: Callable[[Profile], float | None], form: str) -> Chart | None:  # fmt: skip
    """One figure per group as lying bars: `mean_recency`, `profit`, ..."""
    values = [of(profile) for profile in profiles]
    if all(value is None for value in values):
        return None
    digits = _cents([value for value in values if value is not None], say) if form == "money" else 4

    def write(value: float) -> str:
        return say.money(value, digits) if form == "money" else say.number(value, 0 if value == int(value) else 1)

    texts = [say("common.unknown") if value is None else write(value) for value in values]
    kind = profiles[0].kind
    counted = f"charts.{key}.{kind}"  # where the note names what is counted
    note = say(counted if say.has(counted) else f"charts.{key}.note", n=sum(p.customers for p in profiles))
    title = say(f"charts.{key}.title")
    if form == "money" and say.currency is None:
        note = f"{note} {say('charts.word.no_currency')}"
    tips = [tip(name, (title, text), (say("charts.word.customers"), say.number(p.customers)))
            for name, text, p in zip(names, texts, profiles, strict=True)]  # fmt: skip
    shades = [f"c{(int(p.name.rsplit(' ', 1)[-1]) - 1) % SERIES + 1}" for p in profiles if p.kind == "cluster"]
    bars = Bars(title, [None if v is None else round(v, digits) for v in values], tips, colors=shades)
    rows = tuple((name, text, say.number(p.customers)) for name, text, p in zip(names, texts, profiles, strict=True))
    table = Table(title, (say("charts.word.group"), title, say("charts.word.customers")), rows, (1, 2))
    return Chart(
        f"{kind}_{key}", title, note, lying_bars(names, [bars], form), table, "third", height_of(len(profiles))
    )


def _cents(values: Sequence[float], say: Words) -> int:
    """The decimals of all amounts of one chart: cents only where every one of them is small."""
    return 0 if say.currency == "IDR" or max(map(abs, values)) >= 100 else 2


def means(profiles: Sequence[Profile], names: Names, say: Words, with_money: bool) -> list[Chart]:
    """Mean recency, orders and monetary per group."""
    charts = [
        measure("mean_recency", profiles, names, say, of=lambda p: p.mean.recency_days, form="number"),
        measure("mean_orders", profiles, names, say, of=lambda p: p.mean.orders, form="number"),
    ]
    if with_money:
        charts.append(measure("mean_monetary", profiles, names, say, of=lambda p: p.mean.monetary, form="money"))
    return in_rows([chart for chart in charts if chart])


def money_bars(profiles: Sequence[Profile], names: Names, say: Words) -> list[Chart]:
    """Customers, sales, mean profit and mean shipping per group; what the data lack is left out."""
    found = [
        measure("group_customers", profiles, names, say, of=lambda p: float(p.customers), form="number"),
        measure("group_sales", profiles, names, say, of=lambda p: p.sales, form="money"),
        measure("group_profit", profiles, names, say, of=lambda p: p.profit, form="money"),
        measure("group_shipping", profiles, names, say, of=lambda p: p.shipping, form="money"),
    ]
    return in_rows([chart for chart in found if chart])


def in_rows(charts: Sequence[Chart]) -> list[Chart]:
    """Small charts side by side so that no row is left with a hole: three in a row, else two, else one."""
    width: Width = "third" if len(charts) % 3 == 0 else "half" if len(charts) % 2 == 0 else "full"
    return [replace(chart, width=width if len(charts) < 5 else "third") for chart in charts]


def score_map(cells: Sequence[ScoreCell], scheme: Scheme, customers: int, say: Words) -> Chart | None:
    """Customers at each pair of recency and frequency score: the best are top right."""
    if not cells:
        return None
    found = {(cell.r, cell.f): cell for cell in cells}
    named = _segments_by_cell(scheme)
    columns, rows = range(1, scheme.levels[1] + 1), range(scheme.levels[0], 0, -1)
    data = []
    for x, f in enumerate(columns):
        for y, r in enumerate(rows):
            cell = found.get((r, f), ScoreCell(r, f, 0, None))
            figures = [(say("charts.word.customers"), say.number(cell.customers))]
            if cell.sales is not None:
                figures.append((say("charts.word.sales"), say.money(cell.sales)))
            segment = segment_label(named[r, f], say) if (r, f) in named else ""
            head = f"R {r}, F {f}" + (f": {segment}" if segment else "")
            data.append((x, y, float(cell.customers), tip(head, *figures), segment))
    option = heat_map([f"F {f}" for f in columns], [f"R {r}" for r in rows], data, "cell")
    title = say("charts.score_map.title")
    table = tuple(
        (f"R {r}", *(say.number(found[r, f].customers if (r, f) in found else 0) for f in columns)) for r in rows
    )
    heads = ("", *(f"F {f}" for f in columns))
    note = say("charts.score_map.note", n=customers)
    return Chart("score_map", title, note, option, Table(title, heads, table, tuple(range(1, len(heads)))), "full", 360)


def _segments_by_cell(scheme: Scheme) -> dict[tuple[int, int], str]:
    """The segment of each pair of recency and frequency scores, where monetary makes no difference to it."""
    by_cell: dict[tuple[int, int], set[str]] = {}
    for code, segment in scheme.codes.items():
        by_cell.setdefault((int(code[0]), int(code[1])), set()).add(segment)
    return {cell: segments.pop() for cell, segments in by_cell.items() if len(segments) == 1}


def segment_label(name: str, say: Words) -> str:
    """A segment's name in the reader's language; a shop's own names stay as they are."""
    key = f"segments.{segment_slug(name)}.label"
    return say(key) if say.has(key) else name


def snake(clusters: Clusters, names: Names, say: Words) -> Chart | None:
    """The snake plot: each cluster's centre by feature, in standard deviations from the average customer."""
    model = clusters.model
    if model is None:
        return None
    features = [feature_name(feature, say) for feature in model.features]
    series, rows = [], []
    for i, (name, centre) in enumerate(zip(names, model.centroids, strict=True)):
        texts = [say.number(value, 2) for value in centre]
        tips = [tip(name, (feature, text)) for feature, text in zip(features, texts, strict=True)]
        series.append(line(name, [round(value, 4) for value in centre], tips, f"c{i % SERIES + 1}"))
        rows.append((name, *texts))
    wrapped = {"interval": 0, "width": 130, "overflow": "break", "lineHeight": 15}
    option = base(
        grid={"left": 4, "right": 24, "top": 40, "bottom": 16, "containLabel": True},  # names may take two lines
        legend=legend(names), xAxis=names_axis(features, axisLabel=wrapped),
        yAxis=values_axis("decimal"), series=series,
    )  # fmt: skip
    title = say("charts.snake.title")
    table = Table(title, (say("charts.word.group"), *features), tuple(rows), tuple(range(1, len(features) + 1)))
    return Chart("snake", title, say("charts.snake.note", n=clusters.fitted_on), option, table, "half", 360)


def pca_map(clusters: Clusters, names: Names, say: Words) -> Chart | None:
    """Sampled customers on the two main axes, one colour a cluster."""
    found = clusters.map
    if found is None or not found.points:
        return None
    series = []
    for i, name in enumerate(names):
        points = [[round(p.x, 2), round(p.y, 2)] for p in found.points if p.cluster == i + 1]
        series.append({"type": "scatter", "name": short(name, 40), "data": points, "symbolSize": 5,
                       "color": color(f"c{i % SERIES + 1}"), "silent": True,
                       "itemStyle": {"opacity": 0.55}})  # fmt: skip
    first, second = (say("charts.pca.axis", axis=i + 1, share=share) for i, share in enumerate(found.explained))
    middle = {"nameLocation": "middle", "scale": True, "axisLine": {"onZero": False}, "axisTick": {"show": False}}
    option = base(
        grid={"left": 28, "right": 12, "top": 40, "bottom": 28, "containLabel": True}, legend=legend(names),
        xAxis=values_axis("decimal", name=first, nameGap=28, splitLine={"show": False}, **middle),
        yAxis=values_axis("decimal", name=second, nameGap=36, **middle), series=series,
    )  # fmt: skip
    option["tooltip"] = {"show": False}
    model = clusters.model
    features = model.features if model else ()
    rows = tuple((feature_name(f, say), *(say.number(v, 2) for v in pair))
                 for f, pair in zip(features, found.loadings, strict=False))  # fmt: skip
    title = say("charts.pca.title")
    table = Table(say("charts.pca.table"), (say("charts.word.feature"), first, second), rows, (1, 2))
    note = say("charts.pca.note", n=len(found.points))
    return Chart("pca", title, note, option, table, "half", 360, "canvas")


def distribution(found: Distribution, say: Words) -> Chart | None:
    """A histogram of one feature over all customers; the axis names round values only."""
    n = sum(found.counts)
    if not n or len(found.edges) != len(found.counts) + 1 or any(math.isinf(edge) for edge in found.edges):
        return None
    names = bin_names(found, say)
    name = feature_name(found.feature, say)
    tips = [tip(names[i], (say("charts.word.customers"), f"{say.number(count)} ({say.percent(count / n)})"))
            for i, count in enumerate(found.counts)]  # fmt: skip
    few = not _money(found) and len(names) <= FEW
    option = standing_bars(names if few else round_marks(found.edges, MARKS - 2 * _money(found)),
                           [Bars(name, [float(c) for c in found.counts], tips, "c1")], "count")  # fmt: skip
    option["series"][0] |= {"barCategoryGap": "6%", "barMaxWidth": 200}
    if not few:
        option["xAxis"]["axisLabel"] = {"interval": 0, "formatter": fn("money" if _money(found) else "number")}
    rows = tuple((names[i], say.number(c), say.percent(c / n)) for i, c in enumerate(found.counts))
    heads = (name, say("charts.word.customers"), say("charts.word.share"))
    title = say("charts.distribution.title", feature=name)
    open_ = found.open_ended and not few  # then no name below the last bar says so
    note = say("charts.distribution.note", n=n)
    note += " " + say("charts.distribution.last", bin=names[-1]) if open_ else ""
    return Chart(f"distribution_{found.feature}", title, note, option,
                 Table(title, heads, rows, (1, 2)), "third", 240)  # fmt: skip


FEW = 8  # bins of whole numbers whose names all fit below the axis
MARKS = 5  # round values below an axis; of money two fewer, which are longer


def _money(found: Distribution) -> bool:
    return found.feature in {"monetary", "avg_order_value"}


def bin_names(found: Distribution, say: Words) -> list[str]:
    """What each bin holds: `£0 – £10`, of whole numbers `3` or `1 – 5`, of an open last one `≥ 38`."""
    digits = 0 if found.edges[-1] - found.edges[0] >= len(found.counts) else 1

    def write(value: float) -> str:
        return say.money(value, digits) if _money(found) else say.number(value, digits)

    def closed(low: float, high: float) -> str:
        last = high if _money(found) or digits else high - 1
        return write(low) if last == low else f"{write(low)} – {write(last)}"

    names = [closed(low, high) for low, high in pairwise(found.edges)]
    if found.open_ended:
        names[-1] = say("charts.distribution.open", value=write(found.edges[-2]))
    return names


def round_marks(edges: Sequence[float], most: int = MARKS) -> list[str]:
    """For each bin the round value within it, if any: a multiple of 1, 2 or 5 times a power of ten."""
    rough = (edges[-1] - edges[0]) / most
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough * (1 - 1e-9))
    marks = []
    for low, high in pairwise(edges):
        value = math.ceil(low / step - 1e-9) * step
        marks.append(f"{value:g}" if value < high - 1e-9 * step else "")
    return marks


def feature_name(feature: str, say: Words) -> str:
    """A feature in words; one without a word keeps its column name, blanks for underscores."""
    keys = (f"charts.feature.{feature}", f"people.derived.{feature}")
    return next((say(key) for key in keys if say.has(key)), feature.replace("_", " "))
