"""The page of value: what customers will still bring, how that was checked, who is likely not to come back."""

from collections.abc import Callable
from dataclasses import replace

from regulars.analysis import Study
from regulars.charts import Table
from regulars.charts.groups import segment_label
from regulars.charts.value import segment_values, tenths, tracking
from regulars.locale import Value as Figure
from regulars.locale import Words
from regulars.pages.models import Block, Fact, Page
from regulars.pages.sentences import left_out, opening, tame, told
from regulars.value.models import Backtest, Value


def value_page(study: Study, say: Words) -> Page | None:
    """What customers will still be worth; None where a study does not say."""
    found = study.value
    if found is None:
        return None
    page = page_of(found, say)
    page = replace(page, insights=(*page.insights, *left_out(study, found.customers, say)))
    return opening(page, "value_worth")


def page_of(found: Value, say: Words) -> Page:
    """The page of a value: without a forecast its reason alone."""
    title, question = say("value.title"), say("value.question")
    if found.expected_orders is None:
        return Page("value", title, question, blocks=(), insights=(told(found.reason, say),),
                    verdict=say("value.badge.too_few"), sure=False)  # fmt: skip
    blocks = [_worth(found, say)]
    if found.backtest:
        blocks += [_check(found.backtest, say), _risk(found, found.backtest, say)]
    return Page(
        "value", title, question,
        insights=insights(found, say),
        blocks=(*blocks, _model(found, say)),
        verdict=say(f"value.badge.{found.verdict}", error=found.error),
        sure=found.verdict == "trust",
    )  # fmt: skip


def insights(found: Value, say: Words) -> tuple[str, ...]:
    """The verdict, the totals, where they come from, who is late."""
    late = [say(f"value.says.{'late' if found.late_spent is not None else 'late_plain'}", n=found.late,
                spent=found.late_spent)] if found.late else []  # fmt: skip
    lines = [told(found.reason, say)]
    if found.verdict == "do_not_use":  # figures that nobody should use are not sentences
        return (*lines, *late)
    some = "" if found.orders_low is not None else "_some"  # of some customers no range is known
    if found.expected_orders is not None:
        lines.append(say(f"value.says.total{some}", days=found.horizon_days, customers=found.customers,
                         orders=found.expected_orders, low=found.orders_low, high=found.orders_high))  # fmt: skip
    if found.value is not None:
        key = f"{'money' if found.margin is None else 'margin'}{some}"
        lines.append(say(f"value.says.{key}", sales=found.expected_sales, value=found.value, low=found.value_low,
                         high=found.value_high, discount=found.discount, margin=found.margin))  # fmt: skip
    total = found.expected_orders if found.value is None else found.value
    if found.segments and total and total > 0:
        best = max(found.segments, key=lambda g: (g.value if g.value is not None else g.expected_orders, g.segment))
        share = (best.expected_orders if best.value is None else best.value) / total
        name: Figure = tame(segment_label(best.segment, say))
        if best.customers < found.customers:
            lines.append(say("value.says.segment", name=name, share=share, customers=best.customers,
                             of=best.customers / found.customers))  # fmt: skip
    return (*lines[:3], *late, *lines[3:], *([_made_by(found, say)] if found.expected_orders is not None else []))


def _made_by(found: Value, say: Words) -> str:
    """Which model the figures are of, and that another command may have chosen another one."""
    key = "made_by_all" if len(found.fitted) > 1 else "made_by"
    return say(f"value.says.{key}", model=say(f"value.contender.{found.winner}"))


def _worth(found: Value, say: Words) -> Block:
    facts = [Fact(say("value.fact.orders"), say.number(found.expected_orders or 0),
                  _range(found.orders_low, found.orders_high, say.number, say))]  # fmt: skip
    if found.expected_sales is not None and found.value is not None:
        facts.append(Fact(say("value.fact.sales"), say.money(found.expected_sales), say("value.fact.sales_more")))
        worth = _range(found.value_low, found.value_high, say.money, say)
        facts.append(Fact(say("value.fact.value"), say.money(found.value), worth))
        facts.append(Fact(say("value.fact.each"), say.money(found.value / max(found.customers, 1))))
    chart = segment_values(found, say)
    return Block("value_worth", say("value.worth.title", days=found.horizon_days), say("value.worth.question"),
                 tuple(told(note, say) for note in found.notes), tuple(facts), (chart,) if chart else ())  # fmt: skip


def _range(low: float | None, high: float | None, write: Callable[[float], str], say: Words) -> str:
    """The range of a total, which of some customers is not known."""
    if low is None or high is None:
        return say("value.fact.no_range")
    return say("value.fact.range", low=write(low), high=write(high))


def _check(check: Backtest, say: Words) -> Block:
    winner = say(f"value.contender.{check.winner}")
    lines = [say("value.check.winner", winner=winner)]
    if check.coverage is not None:
        lines.append(say("value.check.coverage", share=check.coverage))
    facts = [
        Fact(say("value.fact.cut"), say.day(check.cut), say("value.fact.cut_more", days=check.days)),
        Fact(say("value.fact.total_error"), _signed(check.total_error, say), say("value.fact.total_error_more")),
        Fact(say("value.fact.tenths_error"), say.percent(check.tenths_error), say("value.fact.tenths_error_more")),
    ]
    if check.sales_error is not None:
        facts.append(Fact(say("value.fact.sales_error"), say.percent(check.sales_error),
                          say("value.fact.sales_error_more")))  # fmt: skip
    charts = [chart for chart in (tenths(check, say), tracking(check, say)) if chart]
    return Block("value_check", say("value.check.title"), say("value.check.question", days=check.days), tuple(lines),
                 tuple(facts), tuple(charts), (_contenders(check, say),))  # fmt: skip


def _contenders(check: Backtest, say: Words) -> Table:
    heads = tuple(say(f"value.head.{word}") for word in ("way", "rmse", "mae", "total", "tenths_error", "auc"))
    rows = tuple(
        (f"{say(f'value.contender.{c.name}')}{' ✓' if c.name == check.winner else ''}", say.number(c.rmse, 3),
         say.number(c.mae, 3), say.number(c.total), say.percent(c.tenths_error),
         say("common.unknown") if c.auc is None else say.number(c.auc, 3))
        for c in check.contenders
    )  # fmt: skip
    return Table(say("value.table.contenders", n=check.looked_at, actual=check.actual), heads, rows, (1, 2, 3, 4, 5))


def _risk(found: Value, check: Backtest, say: Words) -> Block:
    lines = [say(f"value.risk.by_{found.risk_by}"), say("value.risk.alive")]
    heads = (say("value.head.score"), say("value.head.auc"))
    rows = tuple((say(f"value.score.{one.score}"), say.number(one.auc, 3)) for one in check.rankings)
    share = check.returned / check.looked_at
    facts = (
        Fact(say("value.fact.returned"), say.percent(share, 0), say("value.fact.returned_more", days=check.days)),
        Fact(say("value.fact.gap"), say("value.fact.days", n=found.usual_gap)),
        Fact(say("value.fact.late"), say.number(found.late), say("value.fact.late_more")),
    )
    table = Table(say("value.table.rankings", n=check.looked_at), heads, rows, (1,))
    return Block("value_risk", say("value.risk.title"), say("value.risk.question"), tuple(lines), facts,
                 tables=(table,))  # fmt: skip


def _model(found: Value, say: Words) -> Block:
    """The parameters, for who wants to check."""
    rows = [
        (say(f"value.contender.{fit.model}"), letter, say.number(number, 3),
         say("common.unknown") if fit.errors is None else f"± {say.number(fit.errors[letter], 3)}",
         say.number(fit.customers))
        for fit in found.fitted for letter, number in fit.parameters.items()
    ]  # fmt: skip
    if found.spend:
        spent = {"p": found.spend.p, "q": found.spend.q, "gamma": found.spend.gamma}
        rows += [(say("value.contender.gamma_gamma"), letter, say.number(number, 3), "",
                  say.number(found.spend.customers)) for letter, number in spent.items()]  # fmt: skip
    key = "says_model" if found.winner in {fit.model for fit in found.fitted} else "says_rule"
    lines = [say(f"value.model.{key}", model=say(f"value.contender.{found.winner}"))]
    if found.spend:
        even = round(found.spend.even_at, found.spend.even_at < 10)  # a decimal where it tells something
        lines.append(say("value.model.spend", mean=found.spend.mean, even=even))
    elif found.spend_reason:
        lines.append(told(found.spend_reason, say))
    heads = tuple(say(f"value.head.{word}") for word in ("model", "parameter", "figure", "error", "customers"))
    return Block("value_model", say("value.model.title"), say("value.model.question"), tuple(lines),
                 tables=(Table(say("value.table.parameters"), heads, tuple(rows), (2, 3, 4)),))  # fmt: skip


def _signed(share: float, say: Words) -> str:
    return f"{'+' if share > 0 else '−' if share < 0 else ''}{say.percent(abs(share))}"
