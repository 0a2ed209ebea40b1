"""Growth by category and by region, segment by segment: whole months against as many whole months before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from regulars.engine import Engine, Row
from regulars.locale import Message
from regulars.market.models import NEEDED, Cell, Growth, Ratio
from regulars.market.price import ratio
from regulars.overview.models import Period

ITEMS = 8
YEAR = 12  # months
SEASONAL = 15  # whole months from which the same months of two years are compared: three at least
CHOICES: dict[Literal["category", "region"], tuple[str, ...]] = {
    "category": ("category", "subcategory"),
    "region": ("region", "country", "state", "market", "city"),
}


@dataclass(frozen=True, slots=True)
class Spans:
    """Two periods of as many whole months, each its first day and the day after its last."""

    before: tuple[date, date]
    after: tuple[date, date]
    months: int
    seasonal: bool


def spans(months: Sequence[Period]) -> Spans | None:
    """What is compared: of 24 whole months the last 12 with the 12 before; of 15 and more those beyond the first 12
    with the same months a year earlier; of fewer the later half with the earlier one. None with less than two.
    """
    whole = [month.start for month in months if month.complete]
    if len(whole) < 2:
        return None
    seasonal = len(whole) >= SEASONAL
    length = min(len(whole) - YEAR, YEAR) if seasonal else len(whole) // 2
    back = YEAR if seasonal else length
    end = moved(whole[-1], 1)
    return Spans((moved(end, -length - back), moved(end, -back)), (moved(end, -length), end), length, seasonal)


def growth(
    engine: Engine, months: Sequence[Period], present: frozenset[str]
) -> tuple[tuple[Growth, ...], tuple[Message, ...]]:
    """Growth by category and by region, and why one of them cannot be said. Reads `sales` and `customers`.

    `present` are the columns that the input fills: the first that tells buyers apart is taken.
    """
    periods = spans(months)
    if periods is None:
        return (), (Message("market.growth.no_months", {"n": sum(month.complete for month in months)}),)
    found, missing = [], []
    for by, columns in CHOICES.items():
        tried = (_growth(engine, by, column, periods) for column in columns if column in present)
        grown = next((each for each in tried if len(each.items) > 1), None)
        if grown is None:
            missing.append(Message(f"market.growth.no_{by}"))
        else:
            found.append(grown)
    return tuple(found), tuple(missing)


def growth_of(engine: Engine, shop: Growth) -> Growth | None:
    """The growth of some customers between the shop's periods, by the shop's column; None without sales in either."""
    found = _growth(engine, shop.by, shop.column, Spans(shop.before, shop.after, shop.months, shop.seasonal))
    return found if found.items else None


def moved(month: date, by: int) -> date:
    """The first day of the month so many months away."""
    count = month.year * 12 + month.month - 1 + by
    return date(count // 12, count % 12 + 1, 1)


def _growth(engine: Engine, by: Literal["category", "region"], column: str, periods: Spans) -> Growth:
    days = {"before_start": periods.before[0], "before_end": periods.before[1], "after_start": periods.after[0],
            "after_end": periods.after[1]}  # fmt: skip
    engine.make("market/growth_parts", by=column, **{name: day.isoformat() for name, day in days.items()})
    rows = engine.ask("market/growth_cells", most=ITEMS)
    totals = {row["name"]: _ratio(row) for row in rows if row["item"] == ""}
    places = {row["item"]: row["place"] for row in rows if row["item"] != ""}
    cells = tuple(_cell(row, totals[row["name"]]) for row in rows)
    items = tuple(sorted(places, key=lambda item: places[item]))
    return Growth(by, column, periods.before, periods.after, periods.months, periods.seasonal, items, cells)


def _ratio(row: Row) -> float | None:
    return float(row["after"]) / float(row["before"]) if row["before"] > 0 and row["after"] > 0 else None


def _cell(row: Row, total: float | None) -> Cell:
    customers, before, after = row["customers"], float(row["before"]), float(row["after"])
    reason = found = None
    if customers < NEEDED:
        reason = Message("market.reason.few", {"n": customers, "needed": NEEDED})
    elif before <= 0 or after <= 0:
        reason = Message("market.growth.nothing_before" if before <= 0 else "market.growth.nothing_after")
    else:
        found = ratio(row["after"], row["before"], row["squares"], customers)
    against = found.value / total - 1 if found and total and row["item"] != "" else None
    shown = found and Ratio(found.value - 1, found.low - 1, found.high - 1, found.n)
    return Cell(row["name"], row["item"], customers, before, after, shown, against, reason)
