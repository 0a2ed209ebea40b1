"""The page of people: who is in which group, who is missing among the best, what goes with what."""

from regulars.analysis import Study
from regulars.charts import Chart
from regulars.charts.measures import form, heat, qq, scatter
from regulars.charts.people import acceptance, best_names, boxes, composition, effects, missing, mix, sure
from regulars.charts.people_words import Named
from regulars.locale import Words
from regulars.pages.models import Block, Page
from regulars.pages.sentences import tame
from regulars.people.association import LEAST
from regulars.people.crosstabs import OTHERS, share_in_group
from regulars.people.models import Correlation, Crosstab
from regulars.people.shares import difference, share_of_sum
from regulars.rates import rate

DRAWN = 8  # attributes with a chart of their own; the others stand in the table of effects
# what describes a person, and so may explain what somebody spends; purchases and visits are the spending itself
_EXPLAINS = ("income", "age", "children", "family_size", "tenure", "score", "visits", "campaigns_accepted", None)


def people_page(study: Study, say: Words) -> Page | None:
    """Who the customers are, by group. None without a customer table."""
    if study.people is None or study.people_figures is None:
        return None
    named = Named(study.people_figures, study.people, say)
    blocks = (_who(named), _missing(named), _response(named), _numbers(named))
    insights = [*_merely(named), *_strongest(named), *_underserved(named), *_richest(named), *_correlated(named)]
    if len(insights) < 2:
        insights += _known(named)
    return Page(
        key="people",
        title=say("people_pages.title"),
        question=say(f"people_pages.question.{named.by}"),
        insights=tuple(insights[:4]),
        blocks=tuple(block for block in blocks if block),
    )


def _tables(named: Named) -> list[Crosstab]:
    """What says who somebody is, by the grouping that is drawn."""
    return [table for table in named.figures.crosstabs
            if table.by == named.by and len(table.levels) > 1 and not table.answer]  # fmt: skip


def _who(named: Named) -> Block:
    tables, say = _tables(named), named.say
    charts = [composition(table, named) for table in tables[:DRAWN]]
    strongest = effects(tables, named, "half" if len(charts) % 2 else "full")
    notes = tuple(say("people_pages.left_out", header=tame(str(one.values["header"])), n=one.values["n"])
                  for one in named.figures.left_out)  # fmt: skip
    return Block("people-who", say(f"people_pages.who.title.{named.by}"), say("people_pages.who.question"), notes,
                 charts=(*([strongest] if strongest else []), *charts),
                 empty="" if charts else say("people_pages.who.none"))  # fmt: skip


def _missing(named: Named) -> Block | None:
    found, say = named.figures.underserving[0], named.say
    if not _tables(named):
        return None
    chart = missing(found, named)
    empty = ""
    if not found.best:
        empty = say("people_pages.missing.no_best")
    elif chart is None:
        empty = say("people_pages.missing.none", n=found.looked_at, best=best_names(found, named))
    few = (say("people_pages.missing.few", n=found.too_few, needed=LEAST),) if found.too_few and found.best else ()
    return Block("people-missing", say("people_pages.missing.heading"), say("people_pages.missing.question"), few,
                 charts=(chart,) if chart else (), empty=empty)  # fmt: skip


def _response(named: Named) -> Block | None:
    """How groups answer campaigns and through which channels they buy."""
    say, by = named.say, named.by
    wanted = [one for one in named.figures.spreads if one.by == by]
    measures = list(dict.fromkeys(one.measure for one in wanted))
    rates = {each.name for each in named.people.of_role("response_rate")}
    chosen = [measure for measure in measures if measure.startswith("share_") or measure in rates]
    charts = [boxes([one for one in wanted if one.measure == measure], named) for measure in chosen]
    answers = [table for table in named.figures.crosstabs if table.by == by and table.answer and len(table.levels) > 1]
    counted = [composition(table, named) for table in answers if table.levels != ("false", "true")]
    drawn = (mix(named.figures.mixes, named), acceptance(answers, named), *counted, *charts)
    if not any(drawn):
        return None
    return Block("people-response", say("people_pages.response.title"), say(f"people_pages.response.question.{by}"),
                 charts=tuple(chart for chart in drawn if chart))  # fmt: skip


def _numbers(named: Named) -> Block | None:
    say, figures = named.say, named.figures
    charts: list[Chart | None] = [heat(figures.correlations, named)]
    charts += [scatter(found, figures.correlations, named) for found in figures.scatters]
    for shape in figures.shapes:
        charts += [form(shape, named), qq(shape, named)]
    if not any(charts):
        return None
    note = () if figures.sampled == figures.customers else (say("people_pages.numbers.sample", n=figures.sampled),)
    return Block("people-numbers", say("people_pages.numbers.title"), say("people_pages.numbers.question"), note,
                 charts=tuple(chart for chart in charts if chart))  # fmt: skip


def _merely(named: Named) -> list[str]:
    """That the groups are one column over again, where they are."""
    found = named.people.merely
    if found is None or named.by != "cluster":
        return []
    return [named.say("people_pages.insight.merely", attribute=_said(named.measure(found.attribute)),
                      purity=found.purity, guessed=found.guessed, n=found.customers)]  # fmt: skip


def _known(named: Named) -> list[str]:
    """Of how many customers the table knows the attribute it knows least of, and how large a difference would show."""
    tables = _tables(named)
    if not tables:
        return []
    least = min(tables, key=lambda table: table.customers)
    known, of = least.customers, least.customers + least.unknown
    # two halves of the customers, each with a share of one half: the gap beyond which chance is ruled out
    gap = rate(known // 4, known // 2)
    if gap is None:
        return []
    return [named.say("people_pages.insight.known", tables=len(tables), attribute=_said(named.measure(least.attribute)),
                      n=known, of=of, points=(gap.high - gap.low) / 2 * 2**0.5 * 100)]  # fmt: skip


def _strongest(named: Named) -> list[str]:
    """The attribute that goes with the groups most, and the people who stand out most in it."""
    say = named.say
    tables = [table for table in _tables(named) if table.association.effect is not None and not table.made_of]
    certain = [table for table in tables if sure(table.association) and table.association.strength != "none"]
    if not certain:
        n = max((table.customers for table in tables), default=0)
        return [say(f"people_pages.insight.nothing.{named.by}", n=n, tables=len(tables))] if tables else []
    best = max(certain, key=lambda table: table.association.effect or 0.0)
    found = best.association
    text = say(f"people_pages.insight.strongest.{named.by}", attribute=_said(named.measure(best.attribute)),
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
    attribute, level = _said(named.measure(table.attribute)), _said(named.levels(table)[-i])
    return [named.say("people_pages.insight.example", attribute=attribute, level=level, share=cell.value, low=cell.low,
                      high=cell.high, n=cell.n, group=_said(named.group(table.by, table.groups[-j])),
                      rest=rest / (table.customers - cell.n))]  # fmt: skip


def _underserved(named: Named) -> list[str]:
    found = named.figures.underserving[0]
    if not found.found:
        return []
    one = found.found[0]
    low, high = sorted(abs(value) * 100 for value in one.difference[1:])
    return [named.say("people_pages.insight.underserved", attribute=_said(named.measure(one.attribute)),
                      level=_said(named.level(one.attribute, one.level, one.edges)), n=one.n, share=one.share,
                      penetration=one.penetration.value, rest=one.rest.value, low=low, high=high,
                      best=_said(best_names(found, named)))]  # fmt: skip


def _richest(named: Named) -> list[str]:
    """The level whose share of sales is surely furthest above its share of customers."""
    best: tuple[float, str] = (0.0, "")
    for table in _tables(named):
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
                best = gap, named.say("people_pages.insight.richest", attribute=_said(named.measure(table.attribute)),
                                      level=_said(named.levels(table)[i]), customers=n / table.customers, n=n,
                                      sales=paid.value, low=paid.low, high=paid.high)  # fmt: skip
    return [best[1]] if best[1] else []


def _correlated(named: Named) -> list[str]:
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
    return [named.say(f"people_pages.insight.correlated.{direction}", measure=_said(named.measure(name)),
                      outcome=_said(named.measure(outcome)), rho=one.spearman, low=one.spearman_low,
                      high=one.spearman_high, n=one.n)]  # fmt: skip


def _said(name: str) -> str:
    """A name from the data that stands in a sentence."""
    return str(tame(name))
