"""Charts of people by group: what each group is made of, what goes with it, who is missing in the best ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from regulars.charts import Chart, Option, Table, height_of
from regulars.charts.kit import (
    Bars,
    base,
    color,
    fn,
    heat_map,
    legend,
    lying_bars,
    names_axis,
    short,
    tip,
    values_axis,
)
from regulars.charts.people_words import Named
from regulars.people.association import LEAST
from regulars.people.crosstabs import OTHERS, share_of_group, share_of_sales
from regulars.people.models import Association, By, Crosstab, Mix, Spread, Underserving

Number = TypeVar("Number", int, float)
SHOWN = 7  # levels with a colour of their own
NARROW = 0.13  # shares below which a part of a bar has no room for its label on a phone
SURE = 0.05  # rate of false discoveries up to which a difference is more than chance


def sure(found: Association) -> bool:
    """Whether an association is more than chance would give."""
    return found.q is not None and found.q <= SURE


def shown(table: Crosstab) -> Crosstab:
    """A table with at most seven levels: of more, the six largest and the rest together."""
    if len(table.levels) <= SHOWN:
        return table
    free = [i for i in range(len(table.levels)) if table.levels[i] != OTHERS]
    kept = sorted(sorted(free, key=lambda i: (-table.of_level(i), i))[: SHOWN - 1])
    rest = [i for i in range(len(table.levels)) if i not in kept]

    return replace(
        table,
        levels=(*(table.levels[i] for i in kept), OTHERS),
        counts=_gathered(table.counts, kept, rest),
        sales=_gathered(table.sales, kept, rest) if table.sales else None,
        spread=_gathered(table.spread, kept, rest) if table.spread else None,
    )


def _gathered(
    rows: Sequence[tuple[Number, ...]], kept: Sequence[int], rest: Sequence[int]
) -> tuple[tuple[Number, ...], ...]:
    """The kept rows, and the sums of the rest as one more."""
    first = rows[rest[0]]
    sums = tuple(sum((rows[i][j] for i in rest[1:]), first[j]) for j in range(len(first)))
    return tuple([rows[i] for i in kept] + [sums])


def composition(table: Crosstab, named: Named) -> Chart:
    """What each group is made of: one bar of 100 % per group, everybody on top, one colour per level."""
    say, found = named.say, with_everybody(shown(table))
    levels = named.levels(found)
    sizes = [found.of_group(j) for j in range(len(found.groups))]
    names = [named.sized(found.by, group, n) for group, n in zip(found.groups, sizes, strict=True)]
    pale = frozenset(j for j, n in enumerate(sizes) if n < LEAST)
    series = []
    for i, level in enumerate(levels):
        cells = [share_of_group(found, i, j) for j in range(len(found.groups))]
        tips = [
            tip(f"{named.group(found.by, group)}: {level}",
                (say("charts.word.share_customers"), named.interval(cell)),
                (say("charts.word.customers"), say.number(found.counts[i][j])),
                *(((say("charts.word.share_sales"), named.interval(share_of_sales(found, i, j))),)
                  if found.sales else ()))
            for j, (group, cell) in enumerate(zip(found.groups, cells, strict=True))
        ]  # fmt: skip
        series.append(Bars(level, [cell.value if cell else None for cell in cells], tips, f"c{i + 1}", faded=pale))
    title = say(f"people_pages.composition.{found.by}", attribute=short(named.measure(table.attribute), 40))
    notes = [say("people_pages.composition.note", n=table.customers)]
    notes += [say("people_pages.composition.unknown", n=table.unknown)] if table.unknown else []
    notes += [say("people_pages.composition.pale", n=LEAST)] if pale else []
    return Chart(f"people_{table.attribute}", title, " ".join(notes), whole_bars(names, series),
                 _composition_table(title, found, named), "half", height_of(len(names) + 1))  # fmt: skip


def with_everybody(table: Crosstab) -> Crosstab:
    """A table with one more group in front: "" is everybody."""
    return replace(
        table,
        groups=("", *table.groups),
        counts=tuple((sum(row), *row) for row in table.counts),
        sales=tuple((sum(row), *row) for row in table.sales) if table.sales else None,
        spread=tuple((sum(row), *row) for row in table.spread) if table.spread else None,
    )


def whole_bars(names: Sequence[str], series: Sequence[Bars]) -> Option:
    """Lying bars that are stacked to 100 %, with a label where it fits."""
    option = lying_bars(names, series, "percent")
    option["legend"] = legend([bars.name for bars in series])
    option["grid"] |= {"top": 32, "right": 12}
    option["xAxis"]["max"] = 1
    for one in option["series"]:
        one |= {"stack": "all", "itemStyle": {"borderRadius": 0}, "labelLayout": {"hideOverlap": True}}
        one["label"] = {"show": True, "position": "inside", "formatter": fn("percent_inside"),
                        "color": {"$on": one["color"]["$color"]}, "fontSize": 11}  # fmt: skip
        for datum in one["data"]:
            if (datum["value"] or 0) < NARROW:
                datum["label"] = {"show": False}
            elif "itemStyle" in datum:  # pale: the ink reads on it
                datum["label"] = {"color": color("ink"), "opacity": 1}
    return option


def _composition_table(title: str, table: Crosstab, named: Named) -> Table:
    say = named.say
    levels = named.levels(table)
    rows = [
        (named.group(table.by, group), levels[i], say.number(table.counts[i][j]),
         named.interval(share_of_group(table, i, j)),
         *((named.interval(share_of_sales(table, i, j)),) if table.sales else ()))
        for j, group in enumerate(table.groups) for i in range(len(levels))
    ]  # fmt: skip
    heads = [say("charts.word.group"), named.measure(table.attribute), say("charts.word.customers"),
             say("people_pages.word.share_customers_interval")]  # fmt: skip
    heads += [say("people_pages.word.share_sales_interval")] if table.sales else []
    return Table(title, tuple(heads), tuple(rows), tuple(range(2, len(heads))))


def effects(tables: Sequence[Crosstab], by: By, named: Named) -> Chart | None:
    """How strongly each attribute goes with the groups; pale where chance would give as much."""
    say = named.say
    known = [table for table in tables if table.by == by and table.association.effect is not None]
    if len(known) < 2:
        return None
    known.sort(key=lambda table: (-(table.association.effect or 0), table.attribute))
    names = [named.measure(table.attribute) + " *" * table.made_of for table in known]
    tips = [tip(name, *((_head(word, named), text) for word, text in _evidence(table, named)))
            for name, table in zip(names, known, strict=True)]  # fmt: skip
    pale = frozenset(i for i, table in enumerate(known) if not sure(table.association))
    values = [round(table.association.effect or 0.0, 4) for table in known]
    option = lying_bars(names, [Bars(say("people_pages.word.effect"), values, tips, "c1", faded=pale)], "decimal")
    option["series"][0]["label"]["formatter"] = fn("decimal")
    title = say(f"people_pages.effects.{by}")
    note = say("people_pages.effects.note", n=max(table.customers for table in known))
    note += " " + say("people_pages.effects.made_of") if any(table.made_of for table in known) else ""
    rows = tuple((name, *(text for _, text in _evidence(table, named)))
                 for name, table in zip(names, known, strict=True))  # fmt: skip
    heads = (say("charts.word.feature"), *(_head(word, named) for word, _ in _evidence(known[0], named)))
    table = Table(title, heads, rows, tuple(range(1, len(heads))))
    return Chart(f"people_effects_{by}", title, note, option, table, "half", height_of(len(known)))


def _head(word: str, named: Named) -> str:
    return named.say(f"people_pages.word.{word}")


def _evidence(table: Crosstab, named: Named) -> list[tuple[str, str]]:
    """The figures behind an effect, by word."""
    say, found = named.say, table.association
    unknown = say("common.unknown")

    def written(value: float | None) -> str:
        return unknown if value is None else "< " + say.number(0.001, 3) if value < 0.001 else say.number(value, 3)

    return [
        ("effect", say.number(found.effect or 0.0, 2)),
        ("strength", say(f"people_pages.strength.{found.strength}")),
        ("q", written(found.q)),
        ("p", written(found.p)),
        ("chi_square", say.number(found.chi_square or 0.0, 1)),
        ("degrees", say.number(found.degrees)),
        ("n", say.number(found.n)),
        ("method", say(f"people_pages.method.{found.method}") if found.method else unknown),
    ]


def missing(found: Underserving, named: Named) -> Chart | None:
    """Under-served people beside all others: the share that is in the best groups."""
    if not found.found:
        return None
    say = named.say
    names = [f"{named.measure(one.attribute)}: {named.level(one.attribute, one.level, one.edges)}"
             for one in found.found]  # fmt: skip
    heads = [say(f"people_pages.word.{word}") for word in ("customers_share", "penetration", "rest", "gap", "why")]
    rows = []
    for one in found.found:
        gap = " ".join(say("people_pages.points", n=value * 100) for value in one.difference[:1])
        low, high = (say.number(value * 100, 1) for value in one.difference[1:])
        why = ", ".join(say(f"people_pages.why.{why}") for why in one.why)
        rows.append((f"{say.number(one.n)} ({say.percent(one.share)})", named.interval(one.penetration),
                     named.interval(one.rest), f"{gap} ({low} – {high})", why))  # fmt: skip
    tips = [tip(name, *zip(heads, row, strict=True)) for name, row in zip(names, rows, strict=True)]
    these, others = (say(f"people_pages.word.{word}") for word in ("these", "all_others"))
    bars = [Bars(these, [one.penetration.value for one in found.found], tips, "c2"),
            Bars(others, [one.rest.value for one in found.found], tips, "c11")]  # fmt: skip
    title = say("people_pages.missing.title")
    note = say("people_pages.missing.note", n=found.looked_at, best=best_names(found, named))
    table = Table(title, (say("people_pages.word.people"), *heads),
                  tuple((name, *row) for name, row in zip(names, rows, strict=True)), (1, 2, 3, 4))  # fmt: skip
    return Chart("people_missing", title, note, lying_bars(names, bars, "percent"), table, "full",
                 height_of(2 * len(names)))  # fmt: skip


def best_names(found: Underserving, named: Named) -> str:
    """The best groups in words."""
    return ", ".join(short(named.group(found.by, name), 40) for name in found.best)


def boxes(spreads: Sequence[Spread], named: Named) -> Chart | None:
    """A measure's spread in every group as boxes: 5, 25, 50, 75 and 95 %."""
    known = [one for one in spreads if one.quantiles]
    if len(known) < 2:
        return None
    say, measure = named.say, known[0].measure
    names = [named.sized(one.by, one.group, one.n) for one in known]
    heads = [say("charts.word.group"), say("charts.word.customers"),
             *(say("people_pages.word.quantile", share=share) for share in (0.05, 0.25, 0.5, 0.75, 0.95)),
             say("people_pages.word.mean")]  # fmt: skip
    rows = []
    for one in known:
        mean, low, high = (named.value(measure, value or 0.0) for value in (one.mean, one.low, one.high))
        quantiles = (named.value(measure, value) for value in one.quantiles or ())
        rows.append((named.group(one.by, one.group), say.number(one.n), *quantiles, f"{mean} ({low} – {high})"))
    tips = [tip(row[0], *zip(heads[1:], row[1:], strict=True)) for row in rows]
    data = [{"value": [round(v, 4) for v in one.quantiles or ()], "tip": text}
            for one, text in zip(known, tips, strict=True)]  # fmt: skip
    option = base(
        yAxis=names_axis(names, inverse=True, axisLine={"show": False},
                         axisLabel={"width": 210, "overflow": "truncate", "interval": 0}),
        xAxis=values_axis(named.form(measure)),
        series=[{"type": "boxplot", "data": data, "color": color("c1"), "boxWidth": [6, 16],
                 "itemStyle": {"color": color("accent-soft"), "borderColor": color("c1"), "borderWidth": 1.5}}],
    )  # fmt: skip
    title = say(f"people_pages.boxes.{named.by}", measure=short(named.measure(measure), 40))
    note = say("people_pages.boxes.note", n=known[0].n)
    return Chart(f"people_box_{measure}", title, note, option,
                 Table(title, tuple(heads), tuple(rows), tuple(range(1, len(heads)))), "half",
                 height_of(len(known)))  # fmt: skip


def acceptance(tables: Sequence[Crosstab], named: Named) -> Chart | None:
    """The share of each group that said yes, campaign by campaign."""
    known = [table for table in tables if table.levels == ("false", "true")]
    if not known:
        return None
    say = named.say
    groups = list(dict.fromkeys(group for table in known for group in ("", *table.groups)))
    campaigns = [named.measure(table.attribute) for table in known]
    cells, rows = [], []
    for y, group in enumerate(groups):
        row = [named.group(named.by, group)]
        for x, table in enumerate(known):
            whole = with_everybody(table)
            rate = share_of_group(whole, 1, whole.groups.index(group)) if group in whole.groups else None
            row.append(f"{named.interval(rate)}, n = {say.number(rate.n if rate else 0)}")
            if rate:
                cells.append(
                    (x, y, rate.value, tip(f"{row[0]}: {campaigns[x]}", (say("charts.word.share"), row[-1])), "")
                )
        rows.append(tuple(row))
    option = heat_map(campaigns, [row[0] for row in rows], cells, "percent")
    option["xAxis"]["axisLabel"] = {"interval": 0, "width": 110, "overflow": "break", "lineHeight": 14}
    option["yAxis"]["axisLabel"] = {"interval": 0, "width": 130, "overflow": "truncate"}
    option["series"][0]["label"]["fontSize"] = 10
    title = say(f"people_pages.acceptance.{named.by}")
    note = say("people_pages.acceptance.note", n=max(table.customers for table in known))
    figures = Table(title, (say("charts.word.group"), *campaigns), tuple(rows), tuple(range(1, len(campaigns) + 1)))
    return Chart("people_acceptance", title, note, option, figures, "full", height_of(len(rows) + 1))


def mix(mixes: Sequence[Mix], named: Named) -> Chart | None:
    """Where each group's purchases were made, stacked to 100 %."""
    known = [one for one in mixes if one.by == named.by and any(one.purchases)]
    if not known:
        return None
    totals = tuple(sum(one.purchases[i] for one in known) for i in range(len(known[0].channels)))
    known = [replace(known[0], group="", customers=sum(one.customers for one in known), purchases=totals), *known]
    say = named.say
    names = [named.sized(one.by, one.group, one.customers) for one in known]
    channels = [say(f"people_pages.channel.{channel}") for channel in known[0].channels]
    series = []
    for i, channel in enumerate(channels):
        shares = [one.purchases[i] / sum(one.purchases) for one in known]
        tips = [tip(named.group(one.by, one.group), (channel, say.percent(share)),
                    (say("people_pages.word.purchases"), say.number(one.purchases[i])))
                for one, share in zip(known, shares, strict=True)]  # fmt: skip
        series.append(Bars(channel, shares, tips, f"c{i + 1}"))
    title = say(f"people_pages.mix.{named.by}")
    bought = [sum(one.purchases) for one in known]
    note = say("people_pages.mix.note", n=bought[0], customers=known[0].customers)
    rows = tuple(
        (named.group(one.by, one.group), *(f"{say.number(p)} ({say.percent(p / total)})" for p in one.purchases))
        for one, total in zip(known, bought, strict=True)
    )
    table = Table(title, (say("charts.word.group"), *channels), rows, tuple(range(1, len(channels) + 1)))
    return Chart("people_mix", title, note, whole_bars(names, series), table, "full", height_of(len(names) + 1))
