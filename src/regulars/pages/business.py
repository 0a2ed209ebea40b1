"""The page of the business at a glance."""

from regulars.analysis import Study
from regulars.charts.business import overview_charts
from regulars.locale import Words
from regulars.overview.insights import SECTIONS
from regulars.overview.models import Overview
from regulars.pages.models import Block, Fact, OverviewPage
from regulars.pages.sentences import all_told


def overview_page(study: Study, say: Words, whole: Overview | None = None) -> OverviewPage:
    """Sales by time, place and product; each section opens with its question and its insights. Empty without orders.

    `whole` is the shop's overview where the study's is of a part of the lines.
    """
    title, question = say("report.overview.title"), say("report.overview.question")
    if (seen := study.overview) is None:
        return OverviewPage(title, question, ())
    blocks, empty = _sections(seen, say)
    never = _sections(whole, say)[1] if whole else empty
    said = {"missing": [name for name in empty if name in never], "not_here": [n for n in empty if n not in never]}
    blocks += [Block(key, say("report.overview.missing_title"),
                     empty=say(f"report.overview.{key}", sections=", ".join(names)))
               for key, names in said.items() if names]  # fmt: skip
    return OverviewPage(title, question, tuple(blocks))


def _sections(seen: Overview, say: Words) -> tuple[list[Block], list[str]]:
    """The sections that have something to show, and the names of the others."""
    charts = overview_charts(seen, say)
    facts = {"repeat": _repeat(seen, say), "discounts": _discounts(seen, say)}
    blocks, empty = [], []
    for section in SECTIONS:
        name = say(f"overview.sections.{section}.title")
        insights = all_told(seen.insights.get(section, ()), say)
        block = Block(section, name, say(f"overview.sections.{section}.question"), insights, facts.get(section, ()),
                      tuple(charts.get(section, ())))  # fmt: skip
        if block.charts or block.facts or block.insights:
            blocks.append(block)
        else:
            empty.append(name)
    return blocks, empty


def _repeat(seen: Overview, say: Words) -> tuple[Fact, ...]:
    found = seen.repeat
    facts = [Fact(say("report.fact.repeat"), say.number(found.customers), say.percent(found.share)),
             Fact(say("report.fact.orders_each"), say.number(found.orders_per_customer, 1))]  # fmt: skip
    if found.sales_share is not None:
        facts.insert(1, Fact(say("report.fact.repeat_sales"), say.percent(found.sales_share)))
    if found.avg_order_value is not None:
        facts.append(Fact(say("report.fact.order_value"), say.money(found.avg_order_value)))
    return tuple(facts)


def _discounts(seen: Overview, say: Words) -> tuple[Fact, ...]:
    found = seen.discounts
    if found is None:
        return ()
    facts = []
    if found.discounted_lines is not None:
        share = "" if found.discounted_share is None else say("report.fact.of_lines", share=found.discounted_share)
        facts.append(Fact(say("report.fact.discounted"), say.number(found.discounted_lines), share))
    if found.discounted_sales_share is not None:
        facts.append(Fact(say("report.fact.discounted_sales"), say.percent(found.discounted_sales_share)))
    if found.depth is not None:
        facts.append(Fact(say("report.fact.depth"), say.percent(found.depth)))
    return (*facts, Fact(say("report.fact.free"), say.number(found.free_lines)))
