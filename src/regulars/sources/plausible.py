"""Values of a customer table that cannot be: they become unknown, and are counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from regulars.engine import DuckEngine
from regulars.features.people_models import Role
from regulars.quality import Finding
from regulars.sources.kinds import Column
from regulars.sources.roles import COUNTS

OLDEST, FIRST_YEAR, LAST_YEAR = 110, 1900, 2100  # a day in 9999 stands for "no end"
MOST = 100_000_000  # of orders, visits, children, days since the last order
COUNTED: frozenset[Role] = COUNTS | {"transactions", "campaigns_accepted", "tenure"}
_SENTINEL = (
    "regexp_full_match(cast(cast(round({v}) as bigint) as varchar), '"
    + "|".join(f"{d}{{{{5,}}}}" for d in "123456789")
    + "')"
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Of the columns with impossible values, their SQL over `people_cells` without them; and the findings."""

    sql: Mapping[int, str]
    findings: tuple[Finding, ...]


def checked(engine: DuckEngine, columns: Sequence[Column]) -> Checked:
    """Looks for impossible values in the columns whose role tells what is possible."""
    latest = _latest(engine, columns)
    sql, findings = {}, []
    for column in columns:
        wrong = _wrong(engine, column, latest)
        if wrong is None:
            continue
        value = f"v{column.index}"
        rows = engine.rows(
            f"select cast({value} as varchar) as value, count(*) as n from people_cells where {wrong} "
            "group by all order by n desc, value"
        )
        if not rows:
            continue
        shown = ", ".join(_plain(row["value"]) for row in rows[:5])
        count = sum(row["n"] for row in rows)
        values = {"column": column.header, "examples": shown}
        findings.append(
            Finding(f"table_impossible_{_called(column)}", count, column.filled, "customers", values={**values})
        )
        sql[column.index] = f"case when not ({wrong}) then {value} end"
    return Checked(sql, tuple(findings))


def _latest(engine: DuckEngine, columns: Sequence[Column]) -> int:
    """The latest year of the table's dates that can be, days of birth aside."""
    years = [f"extract(year from v{c.index})" for c in columns if c.kind == "date" and c.role != "birth_date"]
    if not years:
        return LAST_YEAR
    latest = ", ".join(f"max({year}) filter ({year} <= {LAST_YEAR})" for year in years)
    year = engine.rows(f"select greatest({latest}) as year from people_cells")[0]["year"]
    return int(year) if year else LAST_YEAR


def _wrong(engine: DuckEngine, column: Column, latest: int) -> str | None:
    """The condition of an impossible value; None where the role has none."""
    value, role = f"v{column.index}", column.role
    year = f"extract(year from {value})"
    conditions: dict[Role, str] = {
        "age": f"{value} <= 0 or {value} > {OLDEST}",
        "birth_year": f"{value} < {FIRST_YEAR} or {value} > {latest}",
        "birth_date": f"{year} < {FIRST_YEAR} or {year} > {latest}",
    }
    if role in COUNTED and column.kind == "number":
        return f"{value} < 0 or {value} > {MOST}"
    if column.kind == "date" and role != "birth_date":
        return f"{year} < {FIRST_YEAR} or {year} > {LAST_YEAR}"
    if role == "income":
        return f"{value} < 0 or ({_SENTINEL.format(v=value)} and {value} > {_fence(engine, value)})"
    return conditions.get(role) if role else None


def _called(column: Column) -> str:
    if column.role in COUNTED:
        return "count"
    return "date" if column.kind == "date" and column.role != "birth_date" else str(column.role)


def _fence(engine: DuckEngine, value: str) -> float:
    """What lies above is far out (Tukey 1977): three interquartile ranges above the upper quartile."""
    row = engine.rows(f"select quantile_cont({value}, [0.25, 0.75]) as q from people_cells where {value} is not null")[
        0
    ]
    low, high = (float(q) for q in row["q"] or (0, 0))
    return high + 3 * (high - low)


def _plain(value: str) -> str:
    return value.removesuffix(".0000") if "." in value else value
