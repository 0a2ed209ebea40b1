"""The histories of customers at some day, read from the engine: everybody's as cells, or some customers one by one."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine
from regulars.value.cells import Cells, cells_of_days, tally

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT = 50_000  # customers looked at one by one, in a check or for their amounts
_EVERYBODY = "g"  # above every md5


@dataclass(frozen=True, slots=True)
class Cut:
    """A day up to which histories are known (it is not part of them), the period before it that is to happen once more,
    and the day where what came after ends."""

    since: date
    until: date
    end: date

    @property
    def days(self) -> int:
        """Days after the cut."""
        return (self.end - self.until).days

    @property
    def recent_days(self) -> int:
        """Days of the period before the cut."""
        return (self.until - self.since).days


@dataclass(frozen=True, slots=True)
class Customers:
    """Some customers one by one, arrays in the order of customer_id; times in days, money NaN where unknown."""

    repeats: "NDArray[Any]"
    recency: "NDArray[Any]"
    age: "NDArray[Any]"
    recent: "NDArray[Any]"
    later: "NDArray[Any]"
    spent: "NDArray[Any]"
    later_spent: "NDArray[Any]"

    def __len__(self) -> int:
        return len(self.repeats)

    def cells(self) -> tuple[Cells, "NDArray[Any]"]:
        """Their distinct histories, and the position of each customer's."""
        return tally(self.repeats, self.recency, self.age)

    @property
    def triples(self) -> "NDArray[Any]":
        """Repeats, recency and age as columns."""
        import numpy as np

        return np.column_stack([self.repeats, self.recency, self.age])


def make_histories(engine: Engine, cut: Cut) -> dict[str, Any]:
    """Makes `histories` as of a cut, from `order_days`; gives customers and repeaters."""
    days = {"since": cut.since, "until": cut.until, "end": cut.end}
    engine.make("value/histories", **{name: day.isoformat() for name, day in days.items()})
    row = engine.ask("value/history_counts")[0]
    return {name: int(count or 0) for name, count in row.items()}


def read_customers(engine: Engine, customers: int) -> Customers:
    """The customers of `histories`, of more than LIMIT the same random ones every time (by md5 of their id)."""
    import numpy as np

    share = LIMIT / max(customers, 1)
    below = _EVERYBODY if share >= 1 else f"{int(share * 16**8):08x}"
    columns = engine.columns(
        "select repeats, recency_days, age_days, recent, later, cast(spent as double) as spent, "
        "cast(coalesce(later_spent, 0) as double) as later_spent from histories "
        "where $below = 'g' or md5(customer_id) < $below order by customer_id",
        below=below,
    )
    names = ("repeats", "recency_days", "age_days", "recent", "later", "spent", "later_spent")
    return Customers(*(_floats(np.ma.asarray(columns[name])) for name in names))


def read_cells(engine: Engine, with_recent: bool = False) -> tuple[Cells, dict[str, "NDArray[Any]"]]:
    """Everybody's histories as cells, and the columns of the cells as the engine wrote them."""
    import numpy as np

    engine.make("value/history_cells", with_recent=with_recent)
    columns = engine.columns(
        "select repeats, recency_days, age_days, recent, customers from history_cells "
        "order by repeats, recency_days, age_days, recent"
    )
    whole = {name: np.asarray(column) for name, column in columns.items()}
    cells = cells_of_days(whole["repeats"], whole["recency_days"], whole["age_days"], whole["customers"])
    return cells, whole


def cut_at(until: date, days: int, first_day: date, end: date) -> Cut:
    """The cut before the last `days` (until `end`); the period to happen once more is as long, where there is one."""
    return Cut(max(until - timedelta(days=days), first_day), until, end)


def _floats(column: Any) -> "NDArray[Any]":
    import numpy as np

    return np.ma.filled(column.astype(float), np.nan)
