"""The page of next products: what customers may buy again, what they may try next, and how far to trust either."""

from regulars.analysis import Study
from regulars.baskets.recommend_models import NextList, Recommendations
from regulars.charts import Table
from regulars.charts.recommend import contest, most_offered
from regulars.engine import Row
from regulars.locale import Words
from regulars.pages.models import Block, Fact, Page
from regulars.pages.sentences import opening, tame, told


def recommend_page(study: Study, say: Words) -> Page | None:
    """Next products; None where nobody has asked for them."""
    found = study.recommendations
    if found is None:
        return None
    title, question = say("recommend.title"), say("recommend.question")
    if found.reason:
        block = Block("recommend_none", title, empty=told(found.reason, say))
        return Page("recommend", title, question, blocks=(block,))
    blocks = (*(_list(which, found, say) for which in ("again", "next")), _together(found, say))
    said = tuple(line for line in insights(found, say) if not any(block and line in block.insights for block in blocks))
    page = Page("recommend", title, question, said, tuple(block for block in blocks if block))
    return opening(page, "recommend_again")


def _list(which: str, found: Recommendations, say: Words) -> Block:
    one: NextList = getattr(found, which)
    title, question = say(f"recommend.{which}.title"), say(f"recommend.{which}.question")
    if not one.customers:
        return Block(f"recommend_{which}", title, question, empty=say(f"recommend.empty.{which}"))
    facts = [
        Fact(say("recommend.fact.customers"), say.number(one.customers),
             say("recommend.fact.of", n=found.customers)),
        Fact(say("recommend.fact.way"), way(one, say)),
    ]  # fmt: skip
    if one.check:
        facts.append(Fact(say("recommend.fact.tested"), say.number(one.check.customers),
                          say("recommend.fact.cut", cut=found.cut.isoformat() if found.cut else None,
                              days=found.days)))  # fmt: skip
    charts = [most_offered(which, one, say), *([contest(which, one.check, say)] if one.check else [])]
    says = (say(f"recommend.{which}.do"), *_chosen(which, one, say))
    return Block(f"recommend_{which}", title, question, says, tuple(facts), tuple(chart for chart in charts if chart))


def _together(found: Recommendations, say: Words) -> Block | None:
    """What goes with what, where that makes the list."""
    if found.next.way != "similar" or not found.pairs:
        return None
    heads = tuple(say(f"recommend.head.{word}") for word in ("bought", "offered"))
    rows = tuple((pair.bought, pair.offered) for pair in found.pairs)
    table = Table(say("recommend.together.title"), heads, rows)
    return Block("recommend_together", say("recommend.together.title"), say("recommend.together.question"),
                 tables=(table,))  # fmt: skip


def insights(found: Recommendations, say: Words) -> tuple[str, ...]:
    """What both lists are, how far to trust them, and what they leave out."""
    if found.reason:
        return (told(found.reason, say),)
    lines = [
        told(one.reason, say) if one.customers else say(f"recommend.empty.{which}")
        for which, one in (("again", found.again), ("next", found.next))
    ]
    chosen = (*_chosen("again", found.again, say), *_chosen("next", found.next, say))
    return (*lines, *notes(found, say), *chosen)


def _chosen(which: str, one: NextList, say: Words) -> tuple[str, ...]:
    """By which measure the way was chosen, with what each reached; nothing where nothing could be checked."""
    if one.check is None:
        return ()
    ranked = sorted(one.check.contenders, key=lambda each: -each.ndcg)
    figures = [say("recommend.figure", way=say(f"recommend.way.{each.way}"), ndcg=say.number(each.ndcg, 3))
               for each in ranked]  # fmt: skip
    name = say(f"recommend.list.{which}")
    return (say("recommend.chosen", list=name, way=way(one, say), figures=", ".join(figures)),)


def notes(found: Recommendations, say: Words) -> tuple[str, ...]:
    """What was cut, and by which wishes."""
    lines = [
        say("recommend.note.shelf", shelf=found.shelf, products=found.products, share=found.shelf_share)
        + (" " + say("recommend.note.once", once=found.once) if found.once else "")
    ]
    wishes = found.wishes
    if wishes.stock != "all":
        lines.append(say(f"recommend.note.stock_{wishes.stock}", codes=wishes.codes, known=found.known))
    if wishes.barred:
        lines.append(say("recommend.note.barred", names=tame(", ".join(wishes.barred))))
    if wishes.margin:
        lines.append(
            say("recommend.note.margin" if found.margins else "recommend.note.no_margin", weight=wishes.margin)
        )
    return tuple(lines)


def label(name: str | None, code: str) -> str:
    """A product as it is called."""
    return name or code


def line(row: "Row", say: Words) -> str:
    """One row of a customer's lists in one sentence."""
    name = tame(label(row["product"], row["product_id"]))
    if row["list"] == "again":
        return say("recommend.line.again", name=name, times=row["times"], last=row["last_bought"].isoformat(),
                   days=row["usual_days"])  # fmt: skip
    if row["because"]:
        return say("recommend.line.because", name=name, because=tame(row["because"]))
    return say("recommend.line.popular", name=name)


def way(one: NextList, say: Words) -> str:
    """How a list is made, in two or three words."""
    return say(f"recommend.way.{one.way}") if one.way else say("common.unknown")
