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
    """At most four sentences per section; a section without data is left out.

    Where returns outweigh sales no ranking and no share means anything: then that alone is said.
    """
    if not seen.orders or (seen.sales is not None and seen.sales <= 0):
        return {"years": (Message("overview.years.no_net_sales", {"lines": seen.lines, "sales": seen.sales}),)}
    told = {section: tuple(tell(seen)) for section, tell in _SECTIONS.items()}
    return {section: messages for section, messages in told.items() if messages}
