"""The page of bundles: what sells together, in words and with the evidence, and who buys it."""

from regulars.analysis import Study
from regulars.baskets.models import Bundles
from regulars.baskets.words import cells, notes, sentence, sure
from regulars.charts import Table
from regulars.charts.baskets import by_segment, matrix, network
from regulars.locale import Words
from regulars.pages.models import Block, Page
from regulars.pages.sentences import told


def bundles_page(study: Study, say: Words) -> Page | None:
    """What sells together. None for a study without orders, or of a version that did not look."""
    found = study.bundles
    if found is None:
        return None
    title, question = say("bundles.page.title"), say("bundles.page.question")
    if found.reason is not None or not found.bundles:
        reason = told(found.reason, say) if found.reason else say("bundles.page.unproven")
        block = Block("bundles-none", say("bundles.page.none"), empty=reason)
        return Page("bundles", title, question, blocks=(block,))
    sets = sum(sure(bundle.rule) for bundle in found.bundles)
    key = "found" if sets == found.sure else "found_ways"
    insights = [say(f"bundles.page.{key}", sets=sets, sure=found.sure) if found.sure else say("bundles.page.unproven")]
    best = found.bundles[0].rule
    insights += [sentence(best, found.basket, say) + ".", say("bundles.page.do")]
    charts = (network(found, say), matrix(found, say))
    differences = by_segment(found, say)
    blocks = [
        Block("bundles-words", say("bundles.page.words"), say("bundles.page.words_question"),
              tuple(notes(found, say)), tables=(_table(found, say),)),
        Block("bundles-pairs", say("bundles.page.pairs"), say("bundles.page.pairs_question"),
              charts=tuple(chart for chart in charts if chart)),
    ]  # fmt: skip
    if differences:
        blocks.append(Block("bundles-segments", say("bundles.page.segments"), say("bundles.page.segments_question"),
                            charts=(differences,)))  # fmt: skip
    return Page("bundles", title, question, tuple(insights), tuple(b for b in blocks if b.charts or b.tables))


def _table(found: Bundles, say: Words) -> Table:
    """One row per bundle: the sentence and the figures behind it."""
    heads = ["bundle", "count", "confidence", "adjusted", "lift", "late", "verdict"]
    with_value = any(bundle.rule.value for bundle in found.bundles)
    with_margin = any(bundle.rule.margin is not None for bundle in found.bundles)
    heads += ["value"] * with_value + ["margin"] * with_margin
    unknown = say("common.unknown")
    rows = []
    for bundle in found.bundles:
        rule = bundle.rule
        row = [sentence(rule, found.basket, say), *cells(rule, say)]
        row += [unknown if rule.value is None else say.money(rule.value)] * with_value
        row += [unknown if rule.margin is None else say.percent(rule.margin, 0)] * with_margin
        rows.append(tuple(row))
    headers = tuple(say(f"bundles.head.{head}") for head in heads)
    return Table(say("bundles.page.words"), headers, tuple(rows), (1, 2, 3, 4, *range(7, len(heads))))
