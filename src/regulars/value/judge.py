"""How far to trust what was found: the range of the totals, the verdict, and what the reader should know besides."""

from dataclasses import replace
from typing import Any

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.locale import Value as Figure
from regulars.value.forecast import MODELS
from regulars.value.models import Ask, Backtest, SegmentValue, Value, Verdict

TRUST, CARE = 0.25, 0.5  # up to these errors of the check
_PAPERS = {"mbgnbd": "MBG/NBD", "bgnbd": "BG/NBD", "pareto": "Pareto/NBD"}  # as the papers call them
SEASON = 0.15  # from this error a year ago on, the season is worth a word


def judged(engine: Engine, found: Value, spread: float | None) -> Value:
    """The totals with their range, the segments, and the verdict."""
    totals = {name: None if v is None else float(v) for name, v in engine.ask("value/value_totals")[0].items()}
    orders, worth = totals["expected_orders"] or 0.0, totals["value"]
    own = 1.645 * spread / orders if spread is not None and orders else 0.0  # 90 % of the model's own
    check = found.backtest
    error = max(check.tenths_error, check.sales_error or 0.0) if check else None
    year_ago = found.year_ago.error if found.year_ago else 0.0
    low, high = _range(max(own, check.tenths_error if check else 0.0), year_ago)
    worth_low, worth_high = _range(max(own, error or 0.0), year_ago)
    verdict, reason = _verdict(check, error, abs(year_ago))
    segments = tuple(
        SegmentValue(row["segment"], row["customers"], float(row["expected_orders"]),
                     None if row["value"] is None else float(row["value"]))
        for row in engine.ask("value/value_by_segment")
    )  # fmt: skip
    return replace(
        found, verdict=verdict, reason=reason, error=None if error is None else max(error, abs(year_ago)),
        expected_orders=orders, orders_low=orders * low, orders_high=orders * high,
        expected_sales=totals["expected_sales"], value=worth, value_low=None if worth is None else worth * worth_low,
        value_high=None if worth is None else worth * worth_high, late=int(totals["late"] or 0),
        late_spent=totals["late_spent"], segments=segments, notes=tuple(_notes(found)),
    )  # fmt: skip


def _range(error: float, year_ago: float) -> tuple[float, float]:
    """The ends of a total's range, as factors: ± the error, and what would be right were it off as a year ago."""
    seasonal = 1 / (1 + max(year_ago, -0.9))
    return max(min(1 - error, seasonal), 0.0), max(1 + error, seasonal)


def _verdict(check: Backtest | None, error: float | None, year_ago: float) -> tuple[Verdict, Message]:
    """By the larger error: of the check, or of the same season a year ago."""
    if check is None or error is None:
        return "unproven", Message("value.verdict.unproven")
    worst = max(error, year_ago)
    values: dict[str, Figure] = {"error": worst, "days": check.days, "customers": check.looked_at}
    verdict: Verdict = "trust" if worst <= TRUST else "care" if worst <= CARE else "do_not_use"
    return verdict, Message(f"value.verdict.{verdict}{'_season' if year_ago > error else ''}", values)


def _notes(found: Value) -> list[Message]:
    """What the reader should know besides."""
    notes = [
        Message("value.notes.at_bound", {"model": _PAPERS[fitted.model], "parameters": ", ".join(fitted.at_bound)})
        for fitted in found.fitted if fitted.at_bound
    ]  # fmt: skip
    if found.spend and abs(found.spend.correlation) > 0.3:
        notes.append(Message("value.notes.correlated", {"r": found.spend.correlation}))
    if (check := found.backtest) is not None:
        scores = {one.name: one.rmse for one in check.contenders}
        rules = {name: scores[name] for name in ("nbd", "last_period", "hiatus")}
        best = min(rules, key=lambda name: rules[name])
        if check.winner in MODELS and rules[best] <= scores[check.winner]:
            notes.append(Message(f"value.notes.no_better_{best}"))
        if check.days < found.horizon_days:
            notes.append(Message("value.notes.short_check", {"days": check.days, "horizon": found.horizon_days}))
        if check.looked_at < check.customers:
            notes.append(Message("value.notes.sample", {"n": check.looked_at, "of": check.customers}))
    if found.year_ago and abs(found.year_ago.error) > SEASON:
        key = "season_high" if found.year_ago.error > 0 else "season_low"
        values: dict[str, Figure] = {"error": abs(found.year_ago.error), "cut": found.year_ago.cut.isoformat()}
        notes.append(Message(f"value.notes.{key}", values))
    if found.shop_margin is not None and found.margin is None:
        key = "shop_margin" if found.shop_margin > 0 else "shop_loss"
        notes.append(Message(f"value.notes.{key}", {"share": found.shop_margin}))
    return notes


def nothing(horizon: int, ask: Ask, span: Row, counts: dict[str, Any], reason: Message) -> Value:
    """A value of which nothing is said but why."""
    profit, net = span["profit"], span["net"]
    return Value(
        horizon_days=horizon, discount=ask.discount, margin=ask.margin, customers=counts["customers"],
        repeaters=counts["repeaters"], verdict="do_not_use", reason=reason, error=None, winner=None, fitted=(),
        spend=None, spend_reason=None, expected_orders=None, orders_low=None, orders_high=None, expected_sales=None,
        value=None, value_low=None, value_high=None,
        shop_margin=float(profit) / float(net) if profit is not None and net is not None and net > 0 else None,
        risk_by="expected", usual_gap=None, late=0, late_spent=None, segments=(), backtest=None, year_ago=None,
        notes=(),
    )  # fmt: skip
