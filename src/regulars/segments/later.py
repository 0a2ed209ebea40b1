"""The customers as they were some days ago, and what they have done since: what any claim about tomorrow is tested on.

An order belongs to the day it was placed, with the refunds that name it; a refund under a number of its own belongs to
its own day.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.features import measures
from regulars.locale import Message
from regulars.segments.sample import Sample, read_columns, read_sample
from regulars.settings import Settings
from regulars.steps import step_sql
from regulars.window import Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST = 30  # customers before the cut; with fewer, no rate is worth showing
LEAST_BEFORE = 2  # the history before the cut holds at least so many times the later days


@dataclass(frozen=True, slots=True)
class Later:
    """Customers as of `cut`, and what they did in the `days` after it; rows are those of `sample`."""

    sample: Sample
    spent: "NDArray[Any]"  # net sales in the days after; 0 everywhere without amounts
    returned: "NDArray[Any]"  # bool: bought in the days after
    days: int
    cut: date


def read_later(engine: Engine, settings: Settings, window: Window) -> Later | None:
    """The study's features as of `settings.later_days` before the end of the window, sampled like those of the study.

    Reads `orders` (and `sales`, where products count); makes `earlier`. None where the history is too short, as
    `short_history` says in words, or where fewer than 30 customers are known at the cut.
    """
    import numpy as np

    cut = window.end - timedelta(days=settings.later_days)
    if short_history(settings, window):
        return None
    period(engine, Window(window.start, cut), settings, "before")
    engine.make("segments/earlier", cut=cut.isoformat(), until=window.end.isoformat())
    sample = read_sample(engine, settings, "earlier")
    if sample.customers < FEWEST:
        return None
    after = read_columns(engine, settings, "earlier", ("spent", "returned"))
    return Later(sample, np.nan_to_num(after["spent"]), after["returned"] > 0, settings.later_days, cut)


def period(engine: Engine, window: Window, settings: Settings, name: str) -> None:
    """Makes the table `name`: the features of everybody who has an order in the window, from those days alone."""
    measures(engine, window, settings, "period_measures")
    if "products" in settings.features:
        days = {"since": window.start.isoformat(), "until": window.end.isoformat()}
        engine.make("segments/period_products", **days)
    else:
        engine.put("period_products", {"customer_id": "VARCHAR", "products": "INTEGER"}, [])
    engine.make_from(name, step_sql("segments/period"))


def short_history(settings: Settings, window: Window) -> Message | None:
    """Why there are too few days before the later ones; None where there are enough."""
    needed = (1 + LEAST_BEFORE) * settings.later_days
    if window.days >= needed:
        return None
    return Message("temporal.none.history", {"days": window.days, "needed": needed, "later": settings.later_days})
