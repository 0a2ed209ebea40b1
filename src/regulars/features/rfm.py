"""Recency, frequency, monetary value and what goes with them, one row per customer."""

from regulars.engine import Engine
from regulars.settings import Settings
from regulars.steps import step_sql
from regulars.window import Window


def measures(engine: Engine, window: Window, settings: Settings, name: str = "measures") -> None:
    """Makes `measures` from the `orders` of a window: all that scores need. Recency is counted in days to its end.

    Under another `name` for the figures of other days than those of the study.
    """
    engine.make_from(
        name,
        step_sql("features/measures"),
        as_of=window.end.isoformat(),
        since=window.start.isoformat(),
        until=window.end.isoformat(),
        by_lines=settings.frequency == "lines",
    )


def features(engine: Engine) -> None:
    """Makes `features`: `measures` with what takes another look at every line (products, top category)."""
    engine.make("features/breadth")
    engine.make("features/features")
