"""What leaves the engine: sums by level and group, and a bounded sample of customers.

Columns of `people` have safe names of our own, so the queries are written from them; what a column holds stays data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from regulars.engine import Engine, Row, quoted
from regulars.people.models import By

if TYPE_CHECKING:
    from numpy.typing import NDArray

LIMIT = 50_000  # customers in the sample
NEWEST = 365  # days, at most half of those the study sees


@dataclass(frozen=True, slots=True)
class Frame:
    """What the figures are about: the groups of each grouping, best first, and the days of the study."""

    groups: Mapping[By, Sequence[str]]
    since: date | None  # None: no orders
    as_of: date | None  # None: nothing is dated
    money: bool  # whether the orders have amounts
    seed: int = 0
    made_of: frozenset[str] = frozenset()  # attributes that the clusters were learned from


@dataclass(frozen=True, slots=True)
class Worth:
    """What customers are worth and when they came, as SQL of `people p` or `customers c`; None where nothing says."""

    sales: str | None
    orders: str | None
    day: str | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `people` to be counted by its values, whole numbers as such, or, with edges, by bands of them."""

    name: str
    edges: tuple[float, ...] = ()
    whole: bool = False

    def level_sql(self) -> str:
        """The value as text; of a number the place of its band, or the whole number itself."""
        value = f"p.{quoted(self.name)}"
        if not self.edges:
            return f"cast({f'cast({value} as bigint)' if self.whole else value} as varchar)"
        bands = " ".join(f"when {value} <= {edge:.4f} then '{i}'" for i, edge in enumerate(self.edges))
        return f"case when {value} is null then null {bands} else '{len(self.edges)}' end"


@dataclass(frozen=True, slots=True)
class Sums:
    """The customers of one level in one group, and their exact sums (s: net sales in shop currency, o: orders).

    `late` customers came in the newest days, `early` ones in as many days before those.
    """

    customers: int
    sales: float
    squares: float
    orders: int
    sales_orders: float
    orders_squares: float
    late: int
    early: int

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(
            self.customers + other.customers,
            self.sales + other.sales,
            self.squares + other.squares,
            self.orders + other.orders,
            self.sales_orders + other.sales_orders,
            self.orders_squares + other.orders_squares,
            self.late + other.late,
            self.early + other.early,
        )

    def __sub__(self, other: "Sums") -> "Sums":
        return Sums(
            self.customers - other.customers,
            self.sales - other.sales,
            self.squares - other.squares,
            self.orders - other.orders,
            self.sales_orders - other.sales_orders,
            self.orders_squares - other.orders_squares,
            self.late - other.late,
            self.early - other.early,
        )


NOTHING = Sums(0, 0.0, 0.0, 0, 0.0, 0.0, 0, 0)
Cells = dict[tuple[str | None, str], Sums]  # (level, None where unknown; group) -> sums


@dataclass(frozen=True, slots=True)
class Days:
    """The newest days of a study and as many before them: early <= day < late is before, late <= day newest."""

    early: date
    late: date


def newest(since: date, as_of: date) -> Days:
    """The newest 365 days, or the second half where fewer than two years are seen."""
    days = min(NEWEST, (as_of - since).days // 2)
    return Days(as_of - timedelta(days=2 * days), as_of - timedelta(days=days))


def read_cells(engine: Engine, columns: Sequence[Column], frame: Frame, worth: Worth) -> dict[tuple[str, By], Cells]:
    """The sums of every level and group, by column and grouping, in one pass over the customers.

    A customer in no group (of whom the table says too little) is left out.
    """
    if not columns:
        return {}
    found: dict[tuple[str, By], Cells] = {(c.name, by): {} for c in columns for by in frame.groups}
    days = _days(engine, frame, worth)
    engine.steps["people_cells"] = sql = _cells_sql(columns, tuple(frame.groups), days, worth)
    for row in engine.rows(sql):
        by: By = "segment" if row["by_segment"] else "cluster"
        found[columns[int(row["place"])].name, by][row["level"], row["grp"]] = _sums(row)
    return found


def _days(engine: Engine, frame: Frame, worth: Worth) -> Days | None:
    """The newest days, counted from the first order, without orders from the first customer who joined."""
    if worth.day is None or frame.as_of is None:
        return None
    since = frame.since or engine.rows(f"select min({worth.day}) as first from people p")[0]["first"]
    return newest(since, frame.as_of) if since and since < frame.as_of else None


def _cells_sql(columns: Sequence[Column], groupings: Sequence[By], days: Days | None, worth: Worth) -> str:
    """people_cells: one row per column, level and group that holds a customer."""
    known = [f"cast(c.{by} as varchar) as {_GROUP[by]}" for by in groupings]
    late = early = "0"
    if days:
        late = f"case when {worth.day} >= date '{days.late}' then 1 else 0 end"
        early = f"case when {worth.day} >= date '{days.early}' and {worth.day} < date '{days.late}' then 1 else 0 end"
    levels = ",\n       ".join(f"{column.level_sql()} as a{i}" for i, column in enumerate(columns))
    sets = ", ".join(f"(a{i}, {_GROUP[by]})" for i in range(len(columns)) for by in groupings)
    places = " ".join(f"when grouping(a{i}) = 0 then {i}" for i in range(len(columns)))
    values = " ".join(f"when grouping(a{i}) = 0 then a{i}" for i in range(len(columns)))
    by_segment = "1 - grouping(segment_)" if "segment" in groupings else "0"
    group = " ".join(f"when grouping({_GROUP[by]}) = 0 then {_GROUP[by]}" for by in groupings)
    return (
        "-- people_cells   one row per column, level and group that holds a customer: exact sums\n"
        "select *\nfrom (\n"
        f"select case {places} end as place, {by_segment} as by_segment, case {values} end as level,\n"
        f"       case {group} end as grp, count(*) as customers, sum(sales) as sales,\n"
        # wider first: of two narrow decimals the product may have 18 digits at most, too few for squares of rupiah
        "       sum(cast(sales as decimal(20, 2)) * sales) as squares, sum(orders) as orders,\n"
        "       sum(sales * orders) as sales_orders, sum(orders * orders) as orders_squares,\n"
        "       sum(late) as late, sum(early) as early\n"
        "from (\n"
        f"select {', '.join(known)},\n       {levels},\n"
        f"       cast({worth.sales or 'null'} as decimal(16, 2)) as sales,\n"
        f"       cast({worth.orders or 'null'} as bigint) as orders, {late} as late, {early} as early\n"
        "from   people p\njoin   customers c on c.customer_id = p.customer_id) as known\n"
        f"group by grouping sets ({sets})) as sums\nwhere  grp is not null\n"
        "order by place, by_segment, grp, level"
    )


_GROUP: dict[By, str] = {"segment": "segment_", "cluster": "cluster_"}


def _sums(row: Row) -> Sums:
    def exact(name: str) -> float:
        return float(row[name] or 0)

    return Sums(row["customers"], exact("sales"), exact("squares"), int(row["orders"] or 0), exact("sales_orders"),
                exact("orders_squares"), int(row["late"]), int(row["early"]))  # fmt: skip


def read_mixes(
    engine: Engine, channels: Mapping[str, str], groupings: Sequence[By]
) -> list[tuple[By, str, int, tuple[int, ...]]]:
    """The purchases of each group by channel (channel -> column), of the customers who made any that we know of."""
    sums = ", ".join(f"cast(sum(p.{quoted(column)}) as bigint) as m{i}" for i, column in enumerate(channels.values()))
    total = " + ".join(f"coalesce(p.{quoted(column)}, 0)" for column in channels.values())
    found: list[tuple[By, str, int, tuple[int, ...]]] = []
    for by in groupings:
        engine.steps[f"people_mix_{by}"] = sql = (
            f"select cast(c.{by} as varchar) as grp, count(*) as customers, {sums}\n"
            "from   people p join customers c on c.customer_id = p.customer_id\n"
            f"where  {total} > 0 and c.{by} is not null\ngroup by c.{by}\norder by grp"
        )
        for row in engine.rows(sql):
            purchases = tuple(int(row[f"m{i}"] or 0) for i in range(len(channels)))
            found.append((by, row["grp"], row["customers"], purchases))
    return found


@dataclass(frozen=True, slots=True)
class PeopleSample:
    """At most 50,000 customers whose row in the customer table is known, always the same ones, in random order.

    `numbers` are parallel arrays by measure, NaN where a customer has none; `groups` the group of each, by grouping.
    """

    customers: int  # that it was drawn from
    numbers: dict[str, "NDArray[Any]"]
    groups: dict[By, "NDArray[Any]"]

    @property
    def size(self) -> int:
        """Customers in the sample."""
        return len(next(iter(self.groups.values())))


def read_people(
    engine: Engine, attributes: Sequence[str], features: Sequence[str], groupings: Sequence[By], seed: int
) -> PeopleSample:
    """Reads numeric columns of `people` and of `customers`, and the groups."""
    import numpy as np

    join = "from people p join customers c on c.customer_id = p.customer_id"
    customers = int(engine.rows(f"select count(*) as n {join}")[0]["n"])
    chosen = [(name, f"p.{quoted(name)}") for name in attributes] + [(name, f"c.{name}") for name in features]
    values = ", ".join(
        f"coalesce(cast({value} as double), cast('nan' as double)) as {quoted(name)}" for name, value in chosen
    )
    names = ", ".join(f"cast(c.{by} as varchar) as {by}_" for by in groupings)
    order = "md5(concat(cast($seed as varchar), ' ', p.customer_id))"
    # somewhat more than are wanted by the first digits of their hash, so that only those need to be sorted
    share = min(1.0, 1.1 * LIMIT / max(customers, 1))
    cut = "g" if share == 1 else f"{int(share * 2**32):08x}"
    engine.steps["people_sample"] = sql = (
        f"select {', '.join(filter(None, (values, names)))} {join}\nwhere {order} < $cut\n"
        f"order by {order}, p.customer_id limit {LIMIT}"
    )
    columns = engine.columns(sql, seed=seed, cut=cut)
    numbers = {name: np.asarray(columns[name], dtype=float) for name, _ in chosen}
    return PeopleSample(customers, numbers, {by: np.asarray(columns[f"{by}_"], dtype=object) for by in groupings})
