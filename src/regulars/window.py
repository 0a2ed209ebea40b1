"""The days an analysis may see, and the only idea of "now" (Regulars never asks a clock)."""

from dataclasses import dataclass
from datetime import date, timedelta

from regulars.errors import WindowError


@dataclass(frozen=True, slots=True)
class Window:
    """The days an analysis may see: start <= day < end. `end` is the as-of day: recency is counted to it."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise WindowError("window_backwards", start=self.start.isoformat(), end=self.end.isoformat())

    @classmethod
    def of(cls, first: date, last: date, since: date | None = None, as_of: date | None = None) -> "Window":
        """The window over data whose valid lines span `first`..`last` (both days included).

        Without `as_of` it ends on the day after the last line; without `since` it starts on the first line's day.
        """
        return cls(since or first, as_of or last + timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days the window holds."""
        return (self.end - self.start).days
