"""The page of coming back: cohorts, where each period's customers come from, how long a second purchase takes."""

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt

from regulars.analysis import Study
from regulars.charts.cohorts import ages, soon, triangle
from regulars.charts.retention import (
    comparable,
    flow_customers,
    flow_sales,
    period_name,
    repeat,
    stays,
    units,
    waits,
)
from regulars.locale import Words
from regulars.pages.models import Block, Fact, Page
from regulars.pages.sentences import left_out, opening, told
from regulars.rates import Rate, Z
from regulars.retention.calendar import GRAINS
from regulars.retention.models import NEEDED, SOON, Retention, Waiting

YEAR = 12  # at most so many periods are added up to a share of sales
FEWEST = 6  # cohorts, to tell newer from older ones


def retention_page(study: Study, say: Words) -> Page | None:
    """Who comes back; None where a study does not say."""
    if study.retention is None:
        return None
    page = page_of(study.retention, say)
    page = replace(page, insights=(*page.insights, *left_out(study, study.retention.customers, say)))
    return opening(page, "retention_flow")


def page_of(found: Retention, say: Words) -> Page:
    """The page of a retention."""
    text = units(found.by, say)
    pair = [chart for chart in (ages(found, say), soon(found, say)) if chart]
    pair = [replace(chart, width="full") for chart in pair] if len(pair) == 1 else pair  # no row with a hole
    cohorts = tuple(chart for chart in (triangle(found, say), *pair) if chart)
    blocks = [
        Block("retention_cohorts", say("retention.cohorts.title"), say("retention.cohorts.question", **text),
              trend(found, say), charts=cohorts, empty="" if cohorts else say("retention.cohorts.none", **text)),
        _second(found, say),
        Block("retention_flow", say("retention.flow.title"), say("retention.flow.question", **text),
              _lapse(found, say), charts=tuple(c for c in (flow_customers(found, say), flow_sales(found, say)) if c)),
    ]  # fmt: skip
    if chart := repeat(found, say):
        blocks.append(Block("retention_repeat", say("retention.repeat.title"), say("retention.repeat.question", **text),
                            (say("retention.repeat.senses", **text),), charts=(chart,)))  # fmt: skip
    return Page("retention", say("retention.title"), say("retention.question"), insights(found, say), tuple(blocks))


def insights(found: Retention, say: Words) -> tuple[str, ...]:
    """Who had bought before, what they bring, how soon new customers return, what the days of the data hide."""
    text = units(found.by, say)
    lines = []
    shown = [flow for flow in found.flows if comparable(flow)]
    if shown and (share := shown[-1].returning):
        period = period_name(shown[-1], found.by, say, "spoken")
        lines.append(say("retention.says.returning", period=period, share=share.value, low=share.low, high=share.high,
                         n=share.n, needed=NEEDED, **text))  # fmt: skip
    else:
        lines.append(say("retention.says.incomparable", needed=NEEDED, **text))
    last = [flow for flow in shown if flow.sales is not None][-YEAR:]
    total = sum(flow.sales or 0.0 for flow in last)
    if total > 0:
        before = sum((flow.repeating_sales or 0.0) + (flow.won_back_sales or 0.0) for flow in last)
        lines.append(say("retention.says.sales", n=len(last), share=before / total, needed=NEEDED, **text))
    lines.append(_second_soon(found, say))
    if found.lapse_days is not None:
        lines.append(say("retention.says.early", since=found.since.isoformat(), settled=found.settled.isoformat(),
                         **text))  # fmt: skip
    lines += [say("retention.says.partial", period=period_name(flow, found.by, say, "spoken"))
              for flow in found.flows if not flow.complete and flow.customers]  # fmt: skip
    return (*lines, *(told(note, say) for note in found.notes))


def _second_soon(found: Retention, say: Words) -> str:
    """How soon new customers buy again, as far as it can be said."""
    second = found.second
    if found.customers < NEEDED:
        return say("retention.notes.few", n=found.customers, needed=NEEDED)
    soon = next((part.share for part in second.within if part.days == SOON), None) if second else None
    if second is None or soon is None:
        return say("retention.says.second_unknown", days=SOON, needed=NEEDED)
    if second.median is None:
        return say("retention.says.second_long", days=SOON, soon=soon.value, low=soon.low, high=soon.high)
    return say("retention.says.second", median=second.median, low=second.median_low, high=second.median_high,
               soon=soon.value, days=SOON)  # fmt: skip


def trend(found: Retention, say: Words) -> tuple[str, ...]:
    """Whether the newer half of the cohorts that compare comes back as the older half does.

    Two shares, whose errors are widened where cohorts differ by more than chance (quasi-binomial; Wedderburn 1974): a
    season is no trend. Where every cohort is small, what to do instead.
    """
    if found.by != "year" and max((cohort.customers for cohort in found.cohorts), default=NEEDED) < NEEDED:
        return (say("retention.says.small", needed=NEEDED, longer=GRAINS[GRAINS.index(found.by) + 1]),)
    seen = [cohort.soon for cohort in found.cohorts if cohort.soon and cohort.complete and not cohort.early]
    if len(seen) < FEWEST:
        return ()
    halves = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    (old, n_old), (new, n_new) = (_pooled(half) for half in halves)
    spread = sum(one.n * (one.value - mean) ** 2 / (mean * (1 - mean))
                 for half, mean in zip(halves, (old, new), strict=True) if 0 < mean < 1 for one in half)  # fmt: skip
    mean = (old * n_old + new * n_new) / (n_old + n_new)
    error = sqrt(mean * (1 - mean) * (1 / n_old + 1 / n_new) * max(spread / (len(seen) - 2), 1.0))
    key = "same" if abs(new - old) <= Z * error else "better" if new > old else "worse"
    return (say(f"retention.says.{key}", new=new, old=old, days=SOON, n=n_old + n_new),)


def _pooled(rates: Sequence[Rate]) -> tuple[float, int]:
    n = sum(rate.n for rate in rates)
    return sum(rate.value * rate.n for rate in rates) / n, n


def _second(found: Retention, say: Words) -> Block:
    charts = tuple(chart for chart in (waits(found, say), stays(found, say)) if chart)
    facts = _facts(found.second, say) if found.second else ()
    return Block("retention_second", say("retention.second.title"), say("retention.second.question"), facts=facts,
                 charts=charts, empty="" if found.second else _second_soon(found, say))  # fmt: skip


def _facts(second: Waiting, say: Words) -> tuple[Fact, ...]:
    facts = []
    if second.median is not None:
        low, high = (
            say("common.unknown") if n is None else say.number(n) for n in (second.median_low, second.median_high)
        )
        facts.append(Fact(say("retention.fact.median"), say("retention.fact.days", n=second.median),
                          say("retention.fact.median_more", low=low, high=high)))  # fmt: skip
    for part in second.within:
        name, share = say("retention.fact.within", days=part.days), part.share
        if share is None:
            facts.append(Fact(name, say("common.unknown"), say("retention.fact.unknown_more")))
        else:
            low, high = (say.percent(bound, 0) for bound in (share.low, share.high))
            facts.append(Fact(name, say.percent(share.value, 0), say("retention.fact.range", low=low, high=high)))
    return tuple(facts)


def _lapse(found: Retention, say: Words) -> tuple[str, ...]:
    """What a lapse is, how many of the lapsed return, who is active."""
    if found.lapse_days is None:
        return ()
    lines = [say("retention.says.lapse", days=found.lapse_days, n=found.gaps)]
    if found.back and (known := [part for part in found.back.within if part.share]):
        share = known[-1].share
        if share:
            lines.append(say("retention.says.back", share=share.value, days=known[-1].days, low=share.low,
                             high=share.high))  # fmt: skip
    shown = [flow for flow in found.flows if comparable(flow)]
    if shown:
        flow = shown[-1]
        lines.append(say("retention.says.active", period=period_name(flow, found.by, say, "spoken"), active=flow.active,
                         came=flow.new + (flow.won_back or 0), lapsed=flow.lapsed))  # fmt: skip
    return tuple(lines)
