"""The periods of a shop's days: weeks from Monday, months, quarters, years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from regulars.errors import UsageError
from regulars.overview.calendar import covered, rhythm
from regulars.retention.models import Grain

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter", "year")
MOST = 120  # periods: a triangle of 7,260 cells
READABLE = 36  # unless somebody asks for more
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Span:
    """A period, start <= day < end, and whether the data cover it."""

    start: date
    end: date
    complete: bool


def spans(days: Sequence[date], last: date, by: Grain | None) -> tuple[Grain, tuple[Span, ...]]:
    """The periods from the first of the selling days (ascending) to the last day that was watched.

    Unless `by` says which: months, or quarters or years where there are more than 36.
    Raises UsageError where there would be more than 120.
    """
    pace = rhythm(days)
    for grain in (by,) if by else GRAINS[1:]:
        edges = _edges(days[0], max(days[-1], last), grain)
        if by and len(edges) > MOST + 1:
            raise UsageError("retention_periods", by=by, n=len(edges) - 1, most=MOST)
        if by or len(edges) <= READABLE + 1:
            break
    found = pairwise(edges)
    return grain, tuple(Span(start, end, covered(start, end, days, pace)) for start, end in found)


def _edges(first: date, last: date, grain: Grain) -> list[date]:
    """Where periods begin, from the one that holds the first day to the one after the last day."""
    if grain == "week":
        monday = first - timedelta(days=first.weekday())
        return [monday + timedelta(weeks=i) for i in range((last - monday).days // 7 + 2)]
    step = _MONTHS[grain]
    begin = (first.year * 12 + first.month - 1) // step
    end = (last.year * 12 + last.month - 1) // step + 1
    return [date(nr * step // 12, nr * step % 12 + 1, 1) for nr in range(begin, end + 1)]
