"""Who comes back, from the table of orders alone: periods, cohorts, waits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.rates import rate
from regulars.retention.calendar import Span, spans
from regulars.retention.models import NEEDED, SOON, Age, Cell, Cohort, Flow, Grain, Retention
from regulars.retention.survival import waiting

UNKNOWN = -1  # the lapse where the shop has too few gaps
_TYPES = {"day": "DATE", "nr": "INTEGER", "period": "INTEGER", "start": "DATE", "complete": "BOOLEAN"}
_KINDS = ("new", "repeating", "won_back", "none")


@dataclass(frozen=True, slots=True)
class _Days:
    """The first day with an order, that of the first period, the day from which on new customers are new, the last day;
    the lapse."""

    since: date
    start: date
    settled: date
    end: date
    lapse: int | None

    @property
    def last(self) -> int:
        """The number of the last day."""
        return (self.end - self.start).days


def retention(engine: Engine, as_of: date, by: Grain | None = None, shop: Retention | None = None) -> Retention | None:
    """Who comes back, from `orders` and `gaps` (market/gaps); None where nobody has an order that counts.

    With `shop` the orders are those of some of its customers: its periods and its lapse stand.
    Leaves the table `cohorts`. Raises UsageError where the days have too many periods of that length.
    """
    by, periods, known, gaps = _calendar(engine, as_of, by) if shop is None else _calendar_of(shop)
    _put_days(engine, periods)
    asked = UNKNOWN if known.lapse is None else known.lapse
    engine.make("retention/customer_periods", lapse=asked)
    engine.make("retention/cohorts")
    engine.make("retention/first_steps", lapse=asked)
    flows = _flows(engine, periods, known)
    cohorts = _cohorts(engine, periods, known)
    waits = _waits(engine, known)
    engine.drop("period_days", "customer_periods", "first_steps")
    if not cohorts:
        return None
    return Retention(
        by=by, since=known.since, as_of=as_of, customers=sum(flow.new for flow in flows), gaps=gaps,
        lapse_days=known.lapse, settled=known.settled, flows=flows, cohorts=cohorts, ages=_ages(cohorts), **waits,
        notes=_notes(known.lapse, gaps, waits["second_all"]),
    )  # fmt: skip


def of_periods(found: Retention, since: date | None, until: date | None) -> Retention | None:
    """The periods and the cohorts that lie within some days; None where there is none. The waits stay those of all."""

    def within(one: Flow | Cohort) -> bool:
        return (since is None or one.start >= since) and (until is None or one.start < until)

    flows = tuple(flow for flow in found.flows if within(flow))
    cohorts = tuple(cohort for cohort in found.cohorts if within(cohort))
    if not any(flow.customers for flow in flows):
        return None
    customers = sum(flow.new for flow in flows)
    return replace(found, customers=customers, flows=flows, cohorts=cohorts, ages=_ages(cohorts))


def make_periods(engine: Engine, shop: Retention) -> None:
    """Makes `customer_periods`, each customer in each period of a shop, from `orders` and `gaps`."""
    _, periods, known, _ = _calendar_of(shop)
    _put_days(engine, periods)
    engine.make("retention/customer_periods", lapse=UNKNOWN if known.lapse is None else known.lapse)


_Calendar = tuple[Grain, Sequence[Span], _Days, int]  # the length of a period, the periods, the days, the gaps


def _calendar(engine: Engine, as_of: date, by: Grain | None) -> _Calendar:
    """The periods of a shop and its lapse, from its own days."""
    days = [row["day"] for row in engine.ask("retention/dates")]
    found = engine.ask("market/shop_gap", until=as_of.isoformat())[0]
    lapse = int(found["usual"]) if found["gaps"] >= NEEDED else None
    by, periods = spans(days, as_of - timedelta(days=1), by)
    settled = days[0] + timedelta(days=lapse or 0)
    return by, periods, _Days(days[0], periods[0].start, settled, as_of - timedelta(days=1), lapse), int(found["gaps"])


def _calendar_of(shop: Retention) -> _Calendar:
    periods = [Span(flow.start, flow.end, flow.complete) for flow in shop.flows]
    days = _Days(shop.since, periods[0].start, shop.settled, shop.as_of - timedelta(days=1), shop.lapse_days)
    return shop.by, periods, days, shop.gaps


def _put_days(engine: Engine, periods: Sequence[Span]) -> None:
    """Makes `period_days`: every day of the periods with its number and its period (number, start, complete)."""
    import numpy as np

    first, end = (np.datetime64(day, "D") for day in (periods[0].start, periods[-1].end))
    days = np.arange(first, end)
    starts = np.array([np.datetime64(span.start, "D") for span in periods])
    period = np.searchsorted(starts, days, side="right") - 1
    engine.put_columns("period_days", _TYPES, {
        "day": days.astype("datetime64[us]"), "nr": np.arange(len(days)), "period": period,
        "start": starts[period].astype("datetime64[us]"),
        "complete": np.array([span.complete for span in periods])[period],
    })  # fmt: skip


def _flows(engine: Engine, periods: Sequence[Span], days: _Days) -> tuple[Flow, ...]:
    kinds = {(row["period"], row["kind"]): row for row in engine.ask("retention/period_kinds")}
    paid = any(row["sales"] is not None for row in kinds.values())
    turns = {}
    if days.lapse is not None:
        turns = {row["period"]: row for row in engine.ask("retention/turns", lapse=days.lapse, last=days.last)}
    active = 0
    flows = []
    for nr, span in enumerate(periods):
        turn = turns.get(nr, {"came": 0, "lapsed": 0})
        active += turn["came"] - turn["lapsed"]
        parts = {kind: kinds.get((nr, kind), {}) for kind in _KINDS}
        flows.append(_flow(span, parts, days, (turn["lapsed"], active), paid))
    return tuple(flows)


def _flow(span: Span, parts: dict[str, Row], days: _Days, turn: tuple[int, int], paid: bool) -> Flow:
    count = {kind: int(part.get("customers", 0)) for kind, part in parts.items()}
    amounts = {kind: part.get("sales") or 0 for kind, part in parts.items()}
    sales = {kind: float(amount) if paid else None for kind, amount in amounts.items()}
    known = days.lapse is not None
    return Flow(
        span.start, span.end, span.complete,
        early=span.start < days.settled,
        customers=count["new"] + count["repeating"] + count["won_back"],
        orders=sum(int(part.get("orders", 0)) for part in parts.values()),
        new=count["new"], repeating=count["repeating"], won_back=count["won_back"] if known else None,
        lapsed=int(turn[0]) if known else None, active=int(turn[1]) if known else None,
        twice=sum(int(part.get("twice", 0)) for part in parts.values()),
        sales=float(sum(amounts.values())) if paid else None,
        new_sales=sales["new"], repeating_sales=sales["repeating"],
        won_back_sales=sales["won_back"] if known else None, other_sales=sales["none"],
    )  # fmt: skip


def _cohorts(engine: Engine, periods: Sequence[Span], days: _Days) -> tuple[Cohort, ...]:
    """The cohorts with their periods, from `cohorts`; those of periods in which nobody was new are left out."""
    number = {span.start: nr for nr, span in enumerate(periods)}
    watched = {row["period"]: row for row in engine.ask("retention/soon_back", within=SOON, last=days.last)}
    cells: dict[int, list[Row]] = {}
    for row in engine.rows("select * from cohorts order by cohort, period"):
        cells.setdefault(number[row["cohort"]], []).append(row)
    return tuple(_cohort(periods[nr], days, rows, watched.get(nr)) for nr, rows in cells.items())


def _cohort(span: Span, days: _Days, rows: Sequence[Row], watched: Row | None) -> Cohort:
    size = int(rows[0]["cohort_size"])
    soon = rate(watched["back"], size) if watched and watched["watched"] == size >= NEEDED else None
    return Cohort(span.start, span.complete, span.start < days.settled, size, tuple(map(_cell, rows)), soon)


def _cell(row: Row) -> Cell:
    sales = None if row["sales"] is None else float(row["sales"])
    return Cell(row["customers"], row["orders"], sales, row["complete"])


def _ages(cohorts: Sequence[Cohort]) -> tuple[Age, ...]:
    """The share who bought by periods since the first order, over the complete cohorts and periods that compare.

    Cohorts of the early days, which may hold old customers, are left out where others are there.
    """
    whole = [cohort for cohort in cohorts if cohort.complete]
    fresh = [cohort for cohort in whole if not cohort.early] or whole
    found = []
    for age in range(1, max((len(cohort.cells) for cohort in fresh), default=0)):
        seen = [cohort for cohort in fresh if age < len(cohort.cells) and cohort.cells[age].complete]
        share = rate(sum(c.cells[age].customers for c in seen), sum(c.customers for c in seen))
        if share and share.n >= NEEDED:
            found.append(Age(age, len(seen), share))
    return tuple(found)


def _waits(engine: Engine, days: _Days) -> dict[str, Any]:
    """The waits of customers who are new for sure; of all where those are fewer than 30."""
    for since in ((days.settled - days.start).days, 0):
        rows: dict[str, list[Row]] = {}
        for row in engine.ask("retention/waits", last=days.last, since=since):
            rows.setdefault(row["what"], []).append(row)
        second = waiting(rows.get("second", []), rows.get("second_watched", []))
        if second is not None or since == 0:
            break
    known = days.lapse is not None
    return {
        "second": second,
        "lapse": waiting(rows.get("lapse", []), rows.get("second_watched", [])) if known else None,
        "back": waiting(rows.get("back", []), rows.get("back_watched", [])) if known else None,
        "second_all": since == 0,
    }


def _notes(lapse: int | None, gaps: int, everybody: bool) -> tuple[Message, ...]:
    if lapse is None:
        return (Message("retention.notes.no_lapse", {"n": gaps, "needed": NEEDED}),)
    return (Message("retention.notes.everybody"),) if everybody else ()
