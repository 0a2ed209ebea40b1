"""How recency, frequency and monetary value are spread over the customers: histograms with edges a person can read."""

from dataclasses import dataclass
from math import floor, log10

from regulars.engine import Engine

BINS = 30


@dataclass(frozen=True, slots=True)
class Distribution:
    """A histogram of one measure over all customers: `edges` has one value more than `counts`.

    An `open_ended` last bin holds everything above its lower edge: the 1 % with the largest values would flatten the
    rest. A bin of whole numbers holds lower edge <= value < upper edge, so 1..2 is the ones alone.
    """

    feature: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    open_ended: bool = True


def distributions(engine: Engine) -> tuple[Distribution, ...]:
    """Histograms of the table `features`; a measure without values is left out."""
    ranges = engine.ask("features/ranges")[0]
    found = []
    for measure in ("recency_days", "orders", "monetary"):
        if ranges[f"{measure}_min"] is None:
            continue
        low, high, most = (float(ranges[f"{measure}_{name}"]) for name in ("min", "99", "max"))
        first, width, bins = _grid(low, high, whole=measure != "monetary")
        bins += most >= first + width * bins  # a last bin for the rest
        rows = engine.ask("features/histogram", measure=measure, low=first, width=width, bins=bins)
        counts = {row["bin"]: row["customers"] for row in rows}
        edges = tuple(first + width * i for i in range(bins + 1))
        found.append(Distribution(measure, edges, tuple(counts.get(i, 0) for i in range(bins)), most >= edges[-1]))
    return tuple(found)


def _grid(low: float, high: float, whole: bool) -> tuple[float, float, int]:
    """First edge, width and number of bins: widths of 1, 2 or 5 times a power of ten, edges on their multiples.

    Whole numbers have bins of whole numbers; where none is below 1 they begin there: 1 to 5, 6 to 10.
    """
    rough = max((high - low + whole) / BINS, 1.0 if whole else 0.01)
    power = 10.0 ** floor(log10(rough))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
    origin = 1.0 if whole and low >= 1 else 0.0
    first = floor((low - origin) / width) * width + origin
    return first, width, floor((high - first) / width + 1e-9) + 1
