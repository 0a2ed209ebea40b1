"""Filters of the query string: a segment, a country, a category, whole months; and the overview of what they leave."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import TypeVar

from fastapi import Request

from regulars.analysis import Study
from regulars.charts.groups import segment_label
from regulars.charts.kit import short
from regulars.errors import RegularsError, UsageError
from regulars.locale import LANGUAGES, Words, words
from regulars.overview import overview
from regulars.overview.insights import insights
from regulars.overview.models import Overview, Period
from regulars.publish import NO_ORDERS
from regulars.web.calendar import in_calendar, with_newcomers
from regulars.web.laid import numbered
from regulars.web.masks import masked_overview
from regulars.web.opened import Kept, Opened, day_asked

_Found = TypeVar("_Found")
FEW = 32  # results for filters, of each kind, in memory
FILTERS = ("segment", "country", "category", "since", "until")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks for: since <= day < until, both the first of a month; None asks for all."""

    segment: str | None = None
    country: str | None = None
    category: str | None = None
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != Filters()

    def query(self) -> dict[str, str]:
        """The filters as parameters of an address."""
        return {name: str(value) for name, value in asdict(self).items() if value is not None}


def filters_of(request: Request) -> Filters:
    """The filters of a request; a day within a month means all of it. Raises UsageError."""
    asked = {name: request.query_params.get(name) or None for name in FILTERS}
    since, until = _month(asked["since"]), _month(asked["until"], up=True)
    if since and until and since >= until:
        raise UsageError("filter_backwards", since=since.isoformat(), until=until.isoformat())
    return Filters(_segment(request, asked["segment"]), asked["country"], asked["category"], since, until)


def _month(text: str | None, up: bool = False) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        first = day.replace(day=1)
        return month_after(first) if up and day != first else first
    except (ValueError, OverflowError) as error:
        raise UsageError("not_a_day", text=text[:20]) from error


def month_after(first: date) -> date:
    """The first of the next month."""
    return (first + timedelta(days=31)).replace(day=1)


def chosen_overview(found: Opened, filters: Filters) -> Overview | None:
    """The overview of what the filters leave, computed once per study; None where they leave no line.

    Raises UsageError where a filter names what the study does not.
    """
    if not filters or found.study.overview is None:
        return found.study.overview
    check_filters(found.study, filters)
    seen = once(found, filters, ("overview",), lambda: _overview(found, filters))
    return seen if found.personal or seen is None else masked_overview(found.study, seen)


def once(
    found: Opened, filters: Filters, key: tuple[Hashable, ...], make: Callable[[], _Found], most: int = FEW
) -> _Found:  # fmt: skip
    """As `Opened.once`; of results for filters, of which there are many, the last few of a kind, `key[0]`, are kept."""
    if not filters:
        return found.once(key, make)
    few: Kept = found.once(f"few {key[0]}", lambda: Kept(most))
    return few.once((*key, filters), make)


def check_filters(study: Study, filters: Filters) -> None:
    """Raises UsageError where a filter names what the study does not."""
    known = _known(study)
    for name, value in filters.query().items():
        if name in known and value not in known[name]:
            raise unknown(name, value, known[name])


def unknown(name: str, value: str, known: Sequence[str]) -> UsageError:
    """The refusal of a filter's value that the study does not know."""
    if not known:
        return UsageError("filter_empty", name=name, text=short(value))
    return UsageError("filter_unknown", name=name, text=short(value), known=", ".join(short(one) for one in known[:20]))


def called(text: str, names: Iterable[str], label: Callable[[str, Words], str]) -> str:
    """The name that a study uses for what is given as its label in either language; other texts as they are."""
    labels = {name: [label(name, words(one)).casefold() for one in LANGUAGES] for name in names}
    return text if text in labels else next((name for name in labels if text.casefold() in labels[name]), text)


def _segment(request: Request, text: str | None) -> str | None:
    """The English name of a segment, which may be given in either language."""
    if text is None:
        return None
    try:
        study = request.app.state.shelf.opened(day_asked(request)).study
    except RegularsError:
        return text  # whoever opens the study says so
    return called(text, (*study.scheme.segments, NO_ORDERS), segment_label)


def filters_told(filters: Filters, say: Words) -> str:
    """The filters in a few words: `Country: Germany · From: Mar 2011`."""
    days = {"since": filters.since, "until": filters.until and filters.until - timedelta(days=1)}
    values = {
        "segment": filters.segment and segment_label(filters.segment, say), "country": filters.country,
        "category": filters.category, **{name: day and say.month(day) for name, day in days.items()},
    }  # fmt: skip
    return " · ".join(f"{say(f'web.filter.{name}')}: {short(value, 60)}" for name, value in values.items() if value)


def of_all_orders(filters: Filters, say: Words) -> str:
    """What a page of customers, whom a category or a country chose, has to add: it shows all that they bought."""
    return say("web.follows.whole") if filters.category or filters.country else ""


def before(found: Opened, filters: Filters) -> tuple[tuple[Period, ...], tuple[Period, ...]]:
    """The months shown and as many complete ones just before them, for comparing; both empty where that cannot be.

    Without chosen months: the last complete twelve, three or one, whichever the data hold twice.
    """
    whole = chosen_overview(found, replace(filters, since=None, until=None))
    months = whole.months if whole else ()
    if filters.since or filters.until:
        shown = [i for i, month in enumerate(months) if _within(month, filters)]
        first, count = (shown[0], len(shown)) if shown else (0, 0)
    else:
        full = [i for i, month in enumerate(months) if month.complete]
        count = next((n for n in (12, 3, 1) if len(full) >= 2 * n), 0)
        first = full[-1] + 1 - count if count else 0
    pair = months[first : first + count], months[max(0, first - count) : first]
    fair = count and first >= count and all(month.complete for part in pair for month in part)
    return pair if fair else ((), ())


def _within(month: Period, filters: Filters) -> bool:
    after_start = filters.since is None or month.start >= filters.since
    return after_start and (filters.until is None or month.start < filters.until)


def _overview(found: Opened, filters: Filters) -> Overview | None:
    with numbered(found) as engine:
        engine.make("overview/chosen", **asdict(filters))
        engine.view_from("sales", "select * from chosen")
        engine.make("overview/orders")
        if not engine.rows("select 1 from chosen limit 1"):
            return None
        seen = overview(engine, ranks="web/order_ranks", buyers="web/buyers")
        seen = with_newcomers(engine, seen)
    if replace(filters, segment=None):
        seen = _who_bought(seen)
    seen = in_calendar(seen, found.study.overview, filters.since, filters.until)
    if filters.since is None and filters.until is None:
        return seen
    whole = chosen_overview(found, replace(filters, since=None, until=None))
    assert whole  # noqa: S101 - it holds at least the chosen lines
    return _of_months(seen, whole, filters)


def _who_bought(seen: Overview) -> Overview:
    """Without those who, of the lines chosen, only brought something back: as the list of customers has them."""
    left, back = seen.customers - seen.repeat.none_left, seen.repeat
    share, each = (back.customers / left, seen.orders / left) if left else (0.0, 0.0)
    return replace(seen, customers=left, repeat=replace(back, share=share, orders_per_customer=each))


def _of_months(seen: Overview, whole: Overview, filters: Filters) -> Overview:
    """The overview of some months: who is new in them, and which are complete, all months together tell."""
    months = tuple(month for month in whole.months if _within(month, filters))
    new = {year.start: 0 for year in seen.years}
    for month in months:
        new[month.start.replace(month=1)] = new.get(month.start.replace(month=1), 0) + month.new_customers
    years = tuple(replace(year, new_customers=new[year.start]) for year in seen.years)
    seen = replace(seen, months=months, years=years)
    return replace(seen, insights=insights(seen))


def _known(study: Study) -> dict[str, list[str]]:
    """The values of filters by their names."""
    seen = study.overview
    return {
        "segment": [group.name for group in study.segments if group.customers],
        "country": [row.name for row in seen.countries if row.name] if seen else [],
        "category": [row.name for row in seen.categories if row.name] if seen else [],
    }


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as a list to choose from: pairs of value and label."""

    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str


def choices(study: Study, filters: Filters, label: dict[str, dict[str, str]], say: Words) -> tuple[Choice, ...]:
    """The lists of a form; one with a single entry is left out. `label` gives the words of values, by list."""
    seen = study.overview
    if seen is None:
        return ()
    months = [month.start for month in seen.months]
    label = label | {
        "since": {month.isoformat(): say.month(month) for month in months},
        "until": {month_after(month).isoformat(): say.month(month) for month in months},
    }
    values = {**_known(study), "since": label["since"], "until": label["until"]}
    query = filters.query()
    return tuple(
        Choice(name, tuple((value, label.get(name, {}).get(value, value)) for value in found), query.get(name, ""))
        for name, found in values.items()
        if len(found) > 1
    )
