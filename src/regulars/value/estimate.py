"""The value of all customers: check first, then foretell, then say how far to trust it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.value.baselines import Boosted, hiatus, last_period, patience
from regulars.value.calibration import DEFAULT, Check, Seen, backtest, foretold, rhythm, steady
from regulars.value.cells import Cells
from regulars.value.clv import fit_spend
from regulars.value.forecast import MODELS, fit, forecast, spread_of_total
from regulars.value.histories import Customers, Cut, cut_at, make_histories, read_cells, read_customers
from regulars.value.judge import judged, nothing
from regulars.value.models import Ask, Backtest, ContenderName, Fitted, ModelName, Spend, Value, YearAgo

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 100  # customers who came back; below, a model would be made of chance
RECENT = ("nbd", "last_period")  # look at the orders of one period alone
SHORTEST = 28  # days of a check
_CELL_TYPES = {
    "repeats": "INTEGER", "recency_days": "INTEGER", "age_days": "INTEGER", "recent": "INTEGER",
    "expected_orders": "DOUBLE", "discounted": "DOUBLE", "low": "DOUBLE", "high": "DOUBLE", "risk_rank": "BIGINT",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Checked:
    result: Backtest
    seen: Seen
    customers: Customers
    cut: Cut


@dataclass(frozen=True, slots=True)
class _Scored:
    """Everybody's forecast by cell."""

    expected: "NDArray[Any]"
    discounted: "NDArray[Any]"
    low: "NDArray[Any]"
    high: "NDArray[Any]"


def default_horizon(days: int) -> int:
    """A year where the shop has two, so that no season is left out; else half a year, a quarter or less, a third of the
    shop's days at most: the check takes as many, and most should be left to learn from."""
    if days >= 728:
        return 364
    return next((horizon for horizon in (182, 91) if days >= 3 * horizon), max(days // 3 // 7 * 7, 7))


def estimate(engine: Engine, as_of: date, ask: Ask) -> Value:
    """The value of the customers of `orders` from `as_of` on; with too few who came back, the reason why there is none.

    Makes the table `value`, one row per customer of `orders`, unless `expected_orders` is None.
    """
    import scipy.linalg
    import scipy.special  # noqa: F401 - first: the limit below holds for libraries that are loaded already
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):  # sums of two threads differ in their last bits
        return _estimate(engine, as_of, ask)


def _estimate(engine: Engine, as_of: date, ask: Ask) -> Value:
    span = engine.ask("value/order_span")[0]
    engine.make("value/order_days")
    first_day = span["first_day"] or as_of
    days = max((as_of - first_day).days, 1)
    horizon = ask.horizon_days or default_horizon(days)
    now = cut_at(as_of, horizon, first_day, as_of)
    holdout = min(ask.holdout_days or horizon, days // 2)
    checked = _check(engine, ask, (first_day, as_of - timedelta(days=holdout), as_of))
    before = _year_ago(engine, checked.result.winner if checked else DEFAULT, now, first_day)
    counts = make_histories(engine, now)
    if counts["repeaters"] < FEWEST:
        reason = Message("value.verdict.few_repeaters", {"n": counts["repeaters"], "needed": FEWEST})
        return nothing(horizon, ask, span, counts, reason)
    return _everybody(engine, ask, (span, counts, now, horizon), (checked, before))


def _check(engine: Engine, ask: Ask, days: tuple[date, date, date]) -> _Checked | None:
    """The backtest at the cut; None where what lies before or after it is too little."""
    first_day, cut, as_of = days
    if (as_of - cut).days < SHORTEST:
        return None
    at = cut_at(cut, (as_of - cut).days, first_day, as_of)
    counts = make_histories(engine, at)
    if counts["repeaters"] < FEWEST:
        return None
    customers = read_customers(engine, counts["customers"])
    if customers.later.sum() < SHORTEST:
        return None
    earlier = None
    if ask.deep:
        before = cut - timedelta(days=min((as_of - cut).days, (cut - first_day).days // 2))
        learned = Cut(first_day, before, cut)
        earlier = learned, read_customers(engine, make_histories(engine, learned)["customers"])
    limit, gap = _gaps(engine, cut)
    check = Check(at, customers, counts["customers"], _models(ask), limit, gap, earlier, ask.seed)
    return _Checked(*backtest(engine, check), customers, at)


def _year_ago(engine: Engine, winner: ContenderName, now: Cut, first_day: date) -> YearAgo | None:
    """The winner 52 weeks earlier; None where the shop is too young, the check looked at those days already, or trees
    won, which would have to be learned anew."""
    horizon = now.recent_days
    until = now.until - timedelta(days=364)
    if horizon >= 364 or (until - first_day).days < horizon or winner == "boosted":
        return None
    cut = cut_at(until, horizon, first_day, until + timedelta(days=horizon))
    counts = make_histories(engine, cut)
    if counts["repeaters"] < FEWEST:
        return None
    customers = read_customers(engine, counts["customers"])
    limit, gap = _gaps(engine, until)
    expected = foretold(Check(cut, customers, counts["customers"], (), limit, gap), winner).sum()
    actual = float(customers.later.sum())
    if max(expected, actual) < SHORTEST:
        return None
    return YearAgo(until, horizon, len(customers), float(expected) / max(actual, 1.0) - 1)


def _models(ask: Ask) -> tuple[ModelName, ...]:
    return tuple(MODELS) if ask.deep else (DEFAULT,)


def _gaps(engine: Engine, until: date) -> tuple[float, float]:
    """The limit of the hiatus rule and the median of the days between two order days before `until`."""
    import numpy as np

    rows = engine.ask("value/gaps", until=until.isoformat())
    gaps, times = (np.array([float(row[name]) for row in rows]) for name in ("gap", "times"))
    return patience(gaps, times), patience(gaps, times, 0.5)


def _everybody(
    engine: Engine,
    ask: Ask,
    known: tuple[Row, dict[str, Any], Cut, int],
    checks: tuple[_Checked | None, YearAgo | None],
) -> Value:
    (span, counts, now, horizon), (checked, before) = known, checks
    winner = checked.result.winner if checked else DEFAULT
    cells, columns = read_cells(engine, with_recent=winner in RECENT)
    names = dict.fromkeys((DEFAULT, *_models(ask)))
    fitted = tuple(fit(name, cells) for name in names)
    limit, gap = _gaps(engine, now.until)
    scored = _scored(ask, (cells, columns, fitted), (winner, now, horizon, limit), checked)
    risk_by = _risk_by(checked)
    late = rhythm(columns["repeats"], columns["recency_days"], columns["age_days"], gap)
    risk = -scored.expected if risk_by == "expected" else late
    engine.put_columns("scored_cells", _CELL_TYPES, {
        **{name: columns[name] for name in ("repeats", "recency_days", "age_days", "recent")},
        "expected_orders": scored.expected, "discounted": scored.discounted, "low": scored.low, "high": scored.high,
        "risk_rank": _ranks(risk, columns["customers"]),
    })  # fmt: skip
    spend, why = fit_spend(read_customers(engine, counts["customers"]))
    _make_value(engine, spend, ask, gap, winner in RECENT)
    spread = spread_of_total(next((f for f in fitted if f.model == winner), fitted[0]), cells, horizon)
    blank = nothing(horizon, ask, span, counts, Message("value.verdict.unproven"))
    found = replace(blank, winner=winner, fitted=fitted, spend=spend, spend_reason=why, usual_gap=gap,
                    risk_by=risk_by, backtest=checked.result if checked else None,
                    year_ago=before)  # fmt: skip
    return judged(engine, found, spread)


def _scored(
    ask: Ask, learned: tuple[Cells, dict[str, Any], tuple[Fitted, ...]],
    asked: tuple[str, Cut, int, float], checked: _Checked | None,
) -> _Scored:  # fmt: skip
    """Each cell's forecast by the winner."""
    import numpy as np

    cells, columns, fitted = learned
    winner, now, horizon, limit = asked
    if winner in MODELS:
        model = next(f for f in fitted if f.model == winner)
        seen = forecast(model, cells, horizon, ask.discount)
        return _Scored(seen.expected, seen.discounted, cast(Any, seen.low), cast(Any, seen.high))
    checked = cast(_Checked, checked)  # only a check lets a rule win
    triples = [columns[name].astype(float) for name in ("repeats", "recency_days", "age_days")]
    if winner == "nbd":
        expected = steady(columns["recent"], columns["customers"].astype(float), now, horizon)
    elif winner == "last_period":
        expected = last_period(columns["recent"], now.recent_days, horizon)
    elif winner == "hiatus":
        expected = hiatus(triples[0], triples[1], triples[2], horizon, limit)
    else:
        trees = Boosted(ask.seed).fit(checked.customers.triples, checked.customers.later, checked.cut.days)
        expected = trees.predict(np.column_stack(triples), horizon)
    pace = horizon / checked.cut.days
    tenth = np.searchsorted(checked.seen.edges, expected / pace, side="right")
    middle = (1 + ask.discount) ** -(horizon / 2 / 365.25)
    return _Scored(expected, expected * middle, checked.seen.low[tenth] * pace, checked.seen.high[tenth] * pace)


def _risk_by(checked: _Checked | None) -> Literal["expected", "rhythm"]:
    areas = {one.score: one.auc for one in checked.result.rankings} if checked else {}
    return "rhythm" if areas.get("rhythm", 0.0) > areas.get("expected", 0.0) else "expected"


def _ranks(risk: "NDArray[Any]", customers: "NDArray[Any]") -> "NDArray[Any]":
    """1 for the highest risk; equal risks share a rank, counted in customers."""
    import numpy as np

    levels, index = np.unique(-risk, return_inverse=True)
    held = np.bincount(index, customers, minlength=len(levels)).astype(np.int64)
    return np.asarray((np.cumsum(held) - held + 1)[index])


def _make_value(engine: Engine, spend: Spend | None, ask: Ask, gap: float, with_recent: bool) -> None:
    """Makes `value`. Without Gamma-Gamma an order brings the shop's mean; without amounts nothing is said of money."""
    weights: dict[str, float | None]
    if spend:
        weights = {"prior": spend.q - 1, "prior_mean": spend.mean, "own": spend.p}
    else:
        row = engine.ask("value/order_mean")[0]
        weights = {"prior": 1.0, "prior_mean": row["amount"] and float(row["amount"]) / row["days"], "own": 0.0}
    margin = 1.0 if ask.margin is None else ask.margin
    engine.make("value/value", **weights, margin=margin, gap=gap, with_recent=with_recent)
