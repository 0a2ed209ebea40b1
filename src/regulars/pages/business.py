"""The page of the business at a glance."""

from regulars.analysis import Study
from regulars.charts.business import overview_charts
from regulars.locale import Words
from regulars.overview.insights import SECTIONS
from regulars.overview.models import Overview
from regulars.pages.models import Block, Fact, OverviewPage
from regulars.pages.sentences import all_told


def overview_page(study: Study, say: Words) -> OverviewPage:
    """Sales by time, place and product; each section opens with its question and its insights. Empty without orders."""
    title, question = say("report.overview.title"), say("report.overview.question")
    if (seen := study.overview) is None:
        return OverviewPage(title, question, ())
    charts = overview_charts(seen, say)
    facts = {"repeat": _repeat(seen, say), "discounts": _discounts(seen, say)}
    blocks, missing = [], []
    for section in SECTIONS:
        name = say(f"overview.sections.{section}.title")
        insights = all_told(seen.insights.get(section, ()), say)
        block = Block(section, name, say(f"overview.sections.{section}.question"), insights, facts.get(section, ()),
                      tuple(charts.get(section, ())))  # fmt: skip
        if block.charts or block.facts or block.insights:
            blocks.append(block)
        else:
            missing.append(name)
    if missing:
        names = ", ".join(missing)
        blocks.append(Block("missing", say("report.overview.missing_title"),
                            empty=say("report.overview.missing", sections=names)))  # fmt: skip
    return OverviewPage(title, question, tuple(blocks))


def _repeat(seen: Overview, say: Words) -> tuple[Fact, ...]:
    found = seen.repeat
    facts = [Fact(say("report.fact.repeat"), say.number(found.customers), say.percent(found.share)),
             Fact(say("report.fact.orders_each"), say.number(found.orders_per_customer, 2))]  # fmt: skip
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
