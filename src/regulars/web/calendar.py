"""The calendar of a part of a shop's lines is the shop's: where a few orders end, the data do not."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from regulars.engine import DuckEngine
from regulars.overview.insights import insights
from regulars.overview.models import Overview, Period


def with_newcomers(engine: DuckEngine, seen: Overview) -> Overview:
    """`seen`, of a part of the lines: new in a period are those whose first order at all falls in it."""
    new = {(row["grain"], row["start"]): int(row["new_customers"]) for row in engine.ask("web/newcomers")}
    months = tuple(replace(month, new_customers=new.get(("month", month.start), 0)) for month in seen.months)
    years = tuple(replace(year, new_customers=new.get(("year", year.start), 0)) for year in seen.years)
    return replace(seen, months=months, years=years)


def in_calendar(seen: Overview, shop: Overview | None, since: date | None, until: date | None) -> Overview:
    """`seen`, of a part of the lines, with the months and years up to the shop's last, complete where the shop's are.

    A year of which only some months were chosen (since <= day < until) is not complete.
    """
    if shop is None:
        return seen
    months = _filled(seen.months, [one for one in shop.months if until is None or one.start < until])
    years = tuple(
        replace(year, complete=year.complete and _whole(year.start, since, until))
        for year in _filled(seen.years, [one for one in shop.years if until is None or one.start < until])
    )
    seen = replace(seen, months=months, years=years)
    return replace(seen, insights=insights(seen))


def _filled(found: Sequence[Period], shop: Sequence[Period]) -> tuple[Period, ...]:
    """The shop's periods from the first one found; without an order where none was found."""
    known = {one.start: one for one in found}
    nothing = None if all(one.profit is None for one in found) else 0.0
    return tuple(
        replace(known[one.start], complete=one.complete)
        if one.start in known
        else Period(one.start, one.complete, 0, 0, 0, 0.0, nothing, 0, 0, 0.0)
        for one in shop
        if one.start >= min(known)
    )


def _whole(year: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= year) and (until is None or until >= year.replace(year=year.year + 1))
