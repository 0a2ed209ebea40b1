"""The sentences that open each section of the overview, computed from its figures."""

from collections.abc import Callable, Iterator

from regulars.locale import Message
from regulars.overview import insights_mix as mix
from regulars.overview import insights_time as time
from regulars.overview.models import Overview

_SECTIONS: dict[str, Callable[[Overview], Iterator[Message]]] = {
    "years": time.years,
    "months": time.months,
    "week": time.week,
    "countries": mix.countries,
    "categories": mix.categories,
    "products": mix.products,
    "customers": mix.customers,
    "repeat": time.repeat,
    "shipping": mix.shipping,
    "discounts": mix.discounts,
}
SECTIONS: tuple[str, ...] = tuple(_SECTIONS)  # words: overview.sections.<section>.title and .question


def insights(seen: Overview) -> dict[str, tuple[Message, ...]]:
    """At most four sentences per section; a section without data is left out."""
    told = {section: tuple(tell(seen)) for section, tell in _SECTIONS.items()} if seen.lines else {}
    return {section: messages for section, messages in told.items() if messages}
