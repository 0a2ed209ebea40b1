"""How recency, frequency and monetary value are spread over the customers: histograms with edges a person can read."""

from dataclasses import dataclass
from math import ceil, floor, log10

from regulars.engine import Engine

BINS = 30


@dataclass(frozen=True, slots=True)
class Distribution:
    """A histogram of one measure over all customers: `edges` has one value more than `counts`.

    The last bin holds everything above its lower edge: the 1 % with the largest values would flatten the rest.
    """

    feature: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]


def distributions(engine: Engine) -> tuple[Distribution, ...]:
    """Histograms of the table `features`; a measure without values is left out."""
    ranges = engine.ask("features/ranges")[0]
    found = []
    for measure in ("recency_days", "orders", "monetary"):
        if ranges[f"{measure}_min"] is None:
            continue
        low, high = float(ranges[f"{measure}_min"]), float(ranges[f"{measure}_99"])
        low, width, bins = _grid(low, high, whole=measure != "monetary")
        rows = engine.ask("features/histogram", measure=measure, low=low, width=width, bins=bins)
        counts = {row["bin"]: row["customers"] for row in rows}
        edges = tuple(low + width * i for i in range(bins + 1))
        found.append(Distribution(measure, edges, tuple(counts.get(i, 0) for i in range(bins))))
    return tuple(found)


def _grid(low: float, high: float, whole: bool) -> tuple[float, float, int]:
    """First edge, width and number of bins: widths of 1, 2 or 5 times a power of ten, edges on their multiples."""
    rough = max((high - low) / BINS, 1.0 if whole else 0.01)
    power = 10.0 ** floor(log10(rough))
    width = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * (1 - 1e-9))
    first = floor(low / width) * width
    return first, width, max(1, ceil((high - first) / width + 1e-9))
