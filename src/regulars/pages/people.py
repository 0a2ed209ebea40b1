"""The page of people: who is in which group, who is missing among the best, what goes with what."""

from dataclasses import replace

from regulars.analysis import Study
from regulars.charts import Chart
from regulars.charts.measures import form, heat, qq, scatter
from regulars.charts.people import acceptance, best_names, boxes, composition, effects, missing, mix
from regulars.charts.people_words import Named
from regulars.locale import Words
from regulars.pages import people_insights as insights
from regulars.pages.models import Block, Page
from regulars.pages.people_insights import said, tables_of
from regulars.people.association import LEAST

DRAWN = 8  # attributes with a chart of their own; the others stand in the table of effects


def people_page(study: Study, say: Words) -> Page | None:
    """Who the customers are, by group. None without a customer table."""
    if study.people is None or study.people_figures is None:
        return None
    named = Named(study.people_figures, study.people, say)
    blocks = (_who(named), _missing(named), _response(named), _numbers(named))
    told = [text for tell in (insights.merely, insights.strongest, insights.underserved, insights.richest,
                              insights.correlated) for text in tell(named)]  # fmt: skip
    if len(told) < 2:
        told += insights.known(named)
    return Page(
        key="people",
        title=say("people_pages.title"),
        question=say(f"people_pages.question.{named.by}"),
        insights=tuple(told[:4]),
        blocks=tuple(block for block in blocks if block),
    )


def _who(named: Named) -> Block:
    tables, say = tables_of(named), named.say
    persons = [table for table in named.figures.crosstabs if len(table.levels) > 1 and not table.answer]
    strongest = [effects(persons, by, named) for by in dict.fromkeys(table.by for table in persons)]
    charts = [chart for chart in (*strongest, *(composition(table, named) for table in tables[:DRAWN])) if chart]
    if len(charts) % 2:
        charts[0] = replace(charts[0], width="full")
    notes = tuple(say("people_pages.left_out", header=said(str(one.values["header"])), n=one.values["n"])
                  for one in named.figures.left_out)  # fmt: skip
    return Block("people-who", say(f"people_pages.who.title.{named.by}"), say("people_pages.who.question"), notes,
                 charts=tuple(charts), empty="" if charts else say("people_pages.who.none"))  # fmt: skip


def _missing(named: Named) -> Block | None:
    found, say = named.figures.underserving[0], named.say
    if not tables_of(named):
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
    told = (*insights.answer(answers, named), *insights.channel(wanted, named))
    title, question = say("people_pages.response.title"), say(f"people_pages.response.question.{by}")
    return Block("people-response", title, question, told,
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
    note = (*insights.lopsided(named), *note)
    return Block("people-numbers", say("people_pages.numbers.title"), say("people_pages.numbers.question"), note,
                 charts=tuple(chart for chart in charts if chart))  # fmt: skip
