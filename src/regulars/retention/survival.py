"""How long something takes when it has not happened to everybody yet: the product-limit estimate.

Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457; variance by Greenwood (1926), intervals on the log(-log) scale
(Kalbfleisch & Prentice 1980), which stay within 0 and 1.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.engine import Row
from regulars.rates import Rate, Z, rate
from regulars.retention.models import NEEDED, Point, Waiting, Within

if TYPE_CHECKING:
    from numpy.typing import NDArray

WITHIN = (30, 60, 90, 180, 365)
POINTS = 60  # at most, of a curve


class Curve:
    """The share to whom it has happened, by day, from counts by days: events and those watched no longer."""

    def __init__(self, rows: Sequence[Row]) -> None:
        import numpy as np

        self.days = np.array([int(row["days"]) for row in rows])
        events = np.array([float(row["events"]) for row in rows])
        leave = events + np.array([float(row["censored"]) for row in rows])
        self.customers, self.events = int(leave.sum()), int(events.sum())
        at_risk = leave.sum() - np.cumsum(leave) + leave
        self.left = np.cumprod(1 - events / at_risk)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.sqrt(np.cumsum(events / (at_risk * (at_risk - events))))  # Greenwood 1926
            reach = np.exp(Z * spread / np.abs(np.log(self.left)))  # the standard error of log(-log S), times z
            self.low, self.high = self.left**reach, self.left ** (1 / reach)
        # log(-log S) is not defined at 1 and 0: there the bounds are Wilson's of all, or none, of those at risk
        none, everybody = self.left == 1, self.left == 0
        self.low = np.where(none, at_risk / (at_risk + Z * Z), np.where(everybody, 0.0, self.low))
        self.high = np.where(none, 1.0, np.where(everybody, Z * Z / (self.customers + Z * Z), self.high))

    def at(self, day: int) -> tuple[float, float, float]:
        """The share by the end of a day, and its interval."""
        import numpy as np

        i = int(np.searchsorted(self.days, day, side="right")) - 1
        if i < 0:
            first = rate(0, self.customers)
            return 0.0, 0.0, first.high if first else 1.0
        return float(1 - self.left[i]), float(1 - self.high[i]), float(1 - self.low[i])

    def median(self, curve: "NDArray[Any]") -> int | None:
        """The first day on which at most half are left; None where there is none."""
        import numpy as np

        found = np.flatnonzero(curve <= 0.5)
        return int(self.days[found[0]]) if len(found) else None


def waiting(rows: Sequence[Row], watched: Sequence[Row]) -> Waiting | None:
    """The curve of counts by days; `watched` counts by days how long customers were watched.

    None where fewer than 30 customers were for a day. A figure for a day is given while 30 were watched as long.
    """
    import numpy as np

    spans = np.array([int(row["days"]) for row in watched])
    counts = np.array([int(row["censored"]) for row in watched])
    longest = int(spans[counts[::-1].cumsum()[::-1] >= NEEDED].max(initial=0))
    if longest == 0:
        return None
    curve = Curve(rows)

    def within(days: int) -> Within:
        n = int(counts[spans >= days].sum())
        return Within(days, Rate(*curve.at(days), n) if n >= NEEDED else None)

    grid = sorted({round(longest * i / POINTS) for i in range(POINTS + 1)})
    median = curve.median(curve.left)
    return Waiting(
        curve.customers, curve.events,
        median if median is not None and median <= longest else None,
        curve.median(curve.low), curve.median(curve.high),
        tuple(within(days) for days in WITHIN),
        tuple(Point(day, *curve.at(day)) for day in grid),
    )  # fmt: skip
