"""Recency, frequency, monetary value and what goes with them: the table `features`, one row per customer."""

from regulars.engine import Engine
from regulars.settings import Settings
from regulars.window import Window


def features(engine: Engine, window: Window, settings: Settings) -> None:
    """Makes `features` from `orders` and `sales`; recency is counted in days from the last order to `window.end`."""
    engine.make("features/breadth")
    engine.make("features/features", as_of=window.end.isoformat(), by_lines=settings.frequency == "lines")
