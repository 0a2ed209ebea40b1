"""Recency, frequency, monetary value and what goes with them, one row per customer."""

from regulars.engine import Engine
from regulars.settings import Settings
from regulars.window import Window


def measures(engine: Engine, window: Window, settings: Settings) -> None:
    """Makes `measures` from `orders`: all that scores need. Recency is counted in days to `window.end`."""
    engine.make("features/measures", as_of=window.end.isoformat(), by_lines=settings.frequency == "lines")


def features(engine: Engine) -> None:
    """Makes `features`: `measures` with what takes another look at every line (products, top category)."""
    engine.make("features/breadth")
    engine.make("features/features")
