"""Years and months without gaps, and which of them the data cover."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from regulars.engine import Row
from regulars.overview.models import Period

Grain = Literal["year", "month"]
WEEK, MONTH = 7, 31
KNOWN = 12  # gaps between selling days from which on they tell a rhythm


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The days from one selling day to the next that 95 % of the gaps do not exceed (1 daily, 2 with free Sundays).

    `sure`: those that only 5 % fall short of (31 where a shop bills once a month), 0 where there are too few to tell.
    """

    usual: int
    sure: int


def rhythm(days: Sequence[date]) -> Rhythm:
    """How often a shop sells, by its selling days (ascending)."""
    gaps = sorted((after - before).days for before, after in pairwise(days))
    if not gaps:
        return Rhythm(1, 0)
    usual, least = (gaps[int(share * (len(gaps) - 1))] for share in (0.95, 0.05))
    return Rhythm(usual, least if len(gaps) >= KNOWN else 0)


def covered(start: date, end: date, days: Sequence[date], pace: Rhythm) -> bool:
    """Whether selling days (ascending) span the period start <= day < end.

    At either edge may be missing the usual gap between selling days, at most a week and a third of the period: where a
    shop sells now and then, nobody knows whether the data end or the buyers stayed away. More only where the shop is
    sure not to have sold in those days. At the start also 2 % of the period (closed in the first week of January, a
    shop still has a full year). A period ends by the same rule whatever its length: a year is not full where its last
    month is not.
    """
    late = max(min(pace.usual, WEEK, (end - start).days // 3), min(pace.sure, MONTH))
    early = max(late, int(0.02 * (end - start).days))
    return (days[0] - start).days <= early and (end - days[-1]).days - 1 <= late


def periods(rows: Sequence[Row], grain: Grain, days: Sequence[date]) -> tuple[Period, ...]:
    """The rows of `periods.sql` of one grain, months without an order filled in with zeros.

    `days` are all selling days, ascending.
    """
    found = {row["start"]: row for row in rows if row["grain"] == grain}
    profits = any(row["profit"] is not None for row in found.values())
    pace, gap_free = rhythm(days), []
    for start, end in _steps(days[0], days[-1], grain):
        row = found.get(start, {})
        gap_free.append(
            Period(
                start=start,
                complete=covered(start, end, days, pace),
                lines=row.get("lines", 0),
                orders=row.get("orders", 0),
                customers=row.get("customers", 0),
                sales=float(row.get("sales") or 0),
                profit=float(row.get("profit") or 0) if profits else None,
                new_customers=row.get("new_customers", 0),
                repeat_customers=row.get("repeat_customers", 0),
                repeat_sales=float(row.get("repeat_sales") or 0),
            )
        )
    return tuple(gap_free)


def _steps(first: date, last: date, grain: Grain) -> Iterator[tuple[date, date]]:
    start = first.replace(day=1) if grain == "month" else first.replace(month=1, day=1)
    while start <= last:
        end = (start + timedelta(days=31 if grain == "month" else 366)).replace(day=1)
        if grain == "year":
            end = end.replace(month=1)
        yield start, end
        start = end
