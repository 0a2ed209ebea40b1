"""The sentences of the page of people, each computed from figures, each with its sample size and uncertainty."""

from collections.abc import Sequence

from regulars.charts.people import best_names, sure
from regulars.charts.people_words import Named
from regulars.pages.sentences import tame
from regulars.people.association import LEAST
from regulars.people.crosstabs import OTHERS, share_in_group, share_of_group
from regulars.people.models import Correlation, Crosstab, Spread
from regulars.people.shares import difference, share_of_sum
from regulars.rates import rate

# what describes a person, and so may explain what somebody spends; purchases are the spending itself
_EXPLAINS = ("income", "age", "children", "family_size", "tenure", "score", "visits", "campaigns_accepted", None)


def tables_of(named: Named) -> list[Crosstab]:
    """What says who somebody is, by the grouping that is drawn."""
    return [table for table in named.figures.crosstabs
            if table.by == named.by and len(table.levels) > 1 and not table.answer]  # fmt: skip


def answer(answers: Sequence[Crosstab], named: Named) -> list[str]:
    """The campaign and the group that said yes surely more often than the others, by the largest gap."""
    best: tuple[float, str] = (0.0, "")
    for table in answers:
        if table.levels != ("false", "true") or table.attribute in _complaints(named):
            continue
        for j, group in enumerate(table.groups):
            yes, n = table.counts[1][j], table.of_group(j)
            others, rest = table.of_level(1) - yes, table.customers - n
            found = share_of_group(table, 1, j)
            if min(n, rest) < LEAST or found is None:
                continue
            gap = difference(yes, n, others, rest)
            if gap[1] > best[0]:
                best = gap[1], named.say("people_pages.insight.answer", group=said(named.group(table.by, group)),
                                         campaign=said(named.measure(table.attribute)), share=found.value,
                                         low=found.low, high=found.high, n=n, rest=others / rest)  # fmt: skip
    return [best[1]] if best[1] else []


def _complaints(named: Named) -> set[str]:
    return {each.name for each in named.people.of_role("complained")}


def channel(spreads: Sequence[Spread], named: Named) -> list[str]:
    """The channel and the group whose middle customer uses it furthest above everybody's."""
    everybody = {one.measure: one.quantiles[2] for one in spreads if not one.group and one.quantiles}
    found = [(one.quantiles[2] - everybody[one.measure], -place, one)
             for place, one in enumerate(spreads) if one.measure.startswith("share_") and one.group
             and one.quantiles and one.n >= LEAST and one.measure in everybody]  # fmt: skip
    if not found:
        return []
    gap, _, one = max(found, key=lambda each: each[:2])
    if gap < 0.05 or one.quantiles is None:
        return []
    return [named.say("people_pages.insight.channel", measure=said(named.measure(one.measure)),
                      group=said(named.group(one.by, one.group)), median=one.quantiles[2], lower=one.quantiles[1],
                      upper=one.quantiles[3], n=one.n, all=everybody[one.measure])]  # fmt: skip


def lopsided(named: Named) -> list[str]:
    """That the mean of the outcome is far from its median, where it is."""
    shape = next((one for one in named.figures.shapes if one.measure == named.figures.outcome), None)
    if shape is None or shape.mean < 1.2 * shape.median:
        return []
    texts = {
        name: named.value(shape.measure, value) for name, value in (("mean", shape.mean), ("median", shape.median))
    }
    return [named.say("people_pages.insight.lopsided", measure=said(named.measure(shape.measure)), n=shape.n, **texts)]


def merely(named: Named) -> list[str]:
    """That the groups are one column over again, where they are."""
    found = named.people.merely
    if found is None or named.by != "cluster":
        return []
    return [named.say("people_pages.insight.merely", attribute=said(named.measure(found.attribute)),
                      purity=found.purity, guessed=found.guessed, n=found.customers)]  # fmt: skip


def known(named: Named) -> list[str]:
    """Of how many customers the table knows the attribute it knows least of, and how large a difference would show."""
    tables = tables_of(named)
    if not tables:
        return []
    least = min(tables, key=lambda table: table.customers)
    known, of = least.customers, least.customers + least.unknown
    # two halves of the customers, each with a share of one half: the gap beyond which chance is ruled out
    gap = rate(known // 4, known // 2)
    if gap is None:
        return []
    return [named.say("people_pages.insight.known", tables=len(tables), attribute=said(named.measure(least.attribute)),
                      n=known, of=of, points=(gap.high - gap.low) / 2 * 2**0.5 * 100)]  # fmt: skip


def strongest(named: Named) -> list[str]:
    """The attribute that goes with the groups most, and the people who stand out most in it."""
    say = named.say
    tables = [table for table in tables_of(named) if table.association.effect is not None and not table.made_of]
    certain = [table for table in tables if sure(table.association) and table.association.strength != "none"]
    if not certain:
        n = max((table.customers for table in tables), default=0)
        return [say(f"people_pages.insight.nothing.{named.by}", n=n, tables=len(tables))] if tables else []
    best = max(certain, key=lambda table: table.association.effect or 0.0)
    found = best.association
    text = say(f"people_pages.insight.strongest.{named.by}", attribute=said(named.measure(best.attribute)),
               strength=say(f"people_pages.strength.{found.strength}"), effect=found.effect, n=found.n)  # fmt: skip
    return [" ".join([text, *_standing_out(best, named)])]


def _standing_out(table: Crosstab, named: Named) -> list[str]:
    """The level and group whose share is furthest from that of the other customers, surely."""
    cells = []
    for i, level in enumerate(table.levels):
        n, m = table.of_level(i), table.customers - table.of_level(i)
        if min(n, m) < LEAST or level == OTHERS:
            continue
        for j in range(len(table.groups)):
            part = table.counts[i][j]
            gap = difference(part, n, table.of_group(j) - part, m)
            if gap[1] > 0 or gap[2] < 0:
                cells.append((abs(gap[0]), -i, -j))
    if not cells:
        return []
    _, i, j = max(cells)
    cell = share_in_group(table, -i, -j)
    if cell is None:
        return []
    rest = table.of_group(-j) - table.counts[-i][-j]
    attribute, level = said(named.measure(table.attribute)), said(named.levels(table)[-i])
    return [named.say("people_pages.insight.example", attribute=attribute, level=level, share=cell.value, low=cell.low,
                      high=cell.high, n=cell.n, group=said(named.group(table.by, table.groups[-j])),
                      rest=rest / (table.customers - cell.n))]  # fmt: skip


def underserved(named: Named) -> list[str]:
    """The people who are most seldom among the best for how many they are."""
    found = named.figures.underserving[0]
    if not found.found:
        return []
    one = found.found[0]
    low, high = sorted(abs(value) * 100 for value in one.difference[1:])
    return [named.say("people_pages.insight.underserved", attribute=said(named.measure(one.attribute)),
                      level=said(named.level(one.attribute, one.level, one.edges)), n=one.n, share=one.share,
                      penetration=one.penetration.value, rest=one.rest.value, low=low, high=high,
                      best=said(best_names(found, named)))]  # fmt: skip


def richest(named: Named) -> list[str]:
    """The level whose share of sales is surely furthest above its share of customers."""
    best: tuple[float, str] = (0.0, "")
    for table in tables_of(named):
        if table.sales is None or table.spread is None:
            continue
        sales, squares = (sum(map(sum, rows)) for rows in (table.sales, table.spread))
        for i, level in enumerate(table.levels):
            n = table.of_level(i)
            paid = share_of_sum(sum(table.sales[i]), sum(table.spread[i]), sales, squares, table.customers)
            if n < LEAST or paid is None or level == OTHERS or table.edges:
                continue
            gap = paid.value - n / table.customers
            if paid.low > n / table.customers and gap > best[0]:
                best = gap, named.say("people_pages.insight.richest", attribute=said(named.measure(table.attribute)),
                                      level=said(named.levels(table)[i]), customers=n / table.customers, n=n,
                                      sales=paid.value, low=paid.low, high=paid.high)  # fmt: skip
    return [best[1]] if best[1] else []


def correlated(named: Named) -> list[str]:
    """What describes a person and goes with the outcome most, where the interval leaves 0 out."""
    outcome = named.figures.outcome
    found: list[tuple[float, Correlation, str]] = []
    for one in named.figures.correlations:
        other = one.second if one.first == outcome else one.first if one.second == outcome else None
        attribute = named.attribute(other) if other else None
        if attribute is None or attribute.role not in _EXPLAINS or one.spearman is None or one.n < LEAST:
            continue
        if (one.spearman_low or 0.0) > 0 or (one.spearman_high or 0.0) < 0:
            found.append((abs(one.spearman), one, attribute.name))
    if not found or outcome is None:
        return []
    _, one, name = max(found, key=lambda each: each[0])
    direction = "up" if (one.spearman or 0.0) > 0 else "down"
    return [named.say(f"people_pages.insight.correlated.{direction}", measure=said(named.measure(name)),
                      outcome=said(named.measure(outcome)), rho=one.spearman, low=one.spearman_low,
                      high=one.spearman_high, n=one.n)]  # fmt: skip


def said(name: str) -> str:
    """A name from the data that stands in a sentence."""
    return str(tame(name))
