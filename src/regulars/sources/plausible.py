"""Values of a customer table that cannot be: they become unknown, and are counted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regulars.engine import DuckEngine
from regulars.features.people_models import AttributeKind, Possible, Role
from regulars.quality import Finding
from regulars.sources.kinds import Column
from regulars.sources.roles import COUNTS

OLDEST, FIRST_YEAR, LAST_YEAR = 110, 1900, 2100  # a day in 9999 stands for "no end"
MOST = 100_000_000  # of orders, visits, children, days since the last order
COUNTED: frozenset[Role] = COUNTS | {"transactions", "campaigns_accepted", "tenure"}
REPEATED, FAR, FAR_DAY = 3, 2, 0.5
_PLACED = "-1|-?99+|-9|" + "|".join(f"-?{d}{{3,}}" for d in "12345678")
_DAYS = "1900-01-01|1901-01-01|1970-01-01|2099-12-31"  # what is beyond these cannot be anyway
_SENTINEL = (
    "regexp_full_match(cast(cast(round({v}) as bigint) as varchar), '"
    + "|".join(f"{d}{{{{5,}}}}" for d in "123456789")
    + "')"
)  # as `repeats` says of one number


@dataclass(frozen=True, slots=True)
class Checked:
    """Of the columns with impossible values, their SQL over `people_cells` without them; what all can be; findings."""

    sql: Mapping[int, str]
    possible: Mapping[int, Possible]
    findings: tuple[Finding, ...]


def checked(engine: DuckEngine, columns: Sequence[Column]) -> Checked:
    """Looks for impossible values in the columns whose role tells what is possible."""
    latest = _latest(engine, columns)
    sql, bounds, findings = {}, {}, []
    for column in columns:
        value = f"v{column.index}"
        if column.kind not in {"number", "date"}:
            continue
        possible = possible_of(column.role, column.kind, latest)
        if possible and column.role == "income":
            possible = replace(possible, repeated=_fence(engine, value))
        wrong = _wrong(possible, value, column.kind) if possible else "false"
        placed = placeholders(engine, value, wrong, column.kind)
        if placed:
            possible = replace(possible or Possible(), placed=tuple(placed))
        if possible is None:
            continue
        bounds[column.index] = possible
        rows = engine.rows(
            f"select cast({value} as varchar) as value, count(*) as n from people_cells where {wrong} "
            "group by all order by n desc, value"
        )
        if rows:
            shown = ", ".join(plain(row["value"]) for row in rows[:5])
            count = sum(row["n"] for row in rows)
            findings.append(finding_of(column.header, column.role, column.kind, (count, column.filled), shown))
        if placed:
            examples = ", ".join(placed)
            findings.append(placed_finding(column.header, (sum(placed.values()), column.filled), examples))
            wrong += f" or {value} in ({', '.join(map(_literal, placed))})"
        if rows or placed:
            sql[column.index] = f"case when not ({wrong}) then {value} end"
    return Checked(sql, bounds, tuple(findings))


def placeholders(engine: DuckEngine, value: str, wrong: str, kind: AttributeKind) -> dict[str, int]:
    """Values of a column of `people_cells` that stand for "not known", as they are typed, with how often they stand.

    Numbers of one digit repeated, -1 and -9, and days that programs begin or end with; they must stand REPEATED times
    and far from all others: further than the range of the others, times FAR (of days FAR_DAY). A 99 among prices stays.
    """
    number = kind == "number"
    text = f"cast({value} as {'bigint' if number else 'varchar'})"
    known = f"regexp_full_match(cast({text} as varchar), '{_PLACED if number else _DAYS}')"
    shape = f"{known} and {value} = {text}" if number else known
    apart = f"cast({value} as double)" if number else f"date_diff('day', date '1900-01-01', {value})"
    rows = engine.rows(
        f"with cells as (select {value} as v, {apart} as x, {shape} as shaped from people_cells "
        f"where {value} is not null and not ({wrong})), "
        "rest as (select min(x) as low, max(x) as high, count(*) as n from cells where not shaped) "
        "select cast(v as varchar) as value, count(*) as times from cells, rest where shaped and rest.n >= $few "
        "and greatest(low - x, x - high) > $far * (high - low) and high > low "
        "group by v having count(*) >= $few order by v",
        few=REPEATED, far=FAR if number else FAR_DAY,
    )  # fmt: skip
    return {plain(row["value"]): row["times"] for row in rows}


def placed_finding(header: str, counts: tuple[int, int], examples: str) -> Finding:
    """The finding about placeholders: so many of so many."""
    return Finding("table_placeholders", *counts, "customers", values={"column": header, "examples": examples})


def _literal(value: str) -> str:
    return f"date '{value}'" if value.count("-") == 2 else value


def _latest(engine: DuckEngine, columns: Sequence[Column]) -> int:
    """The latest year of the table's dates that can be, days of birth aside."""
    years = [f"extract(year from v{c.index})" for c in columns if c.kind == "date" and c.role != "birth_date"]
    if not years:
        return LAST_YEAR
    latest = ", ".join(f"max({year}) filter ({year} <= {LAST_YEAR})" for year in years)
    year = engine.rows(f"select greatest({latest}) as year from people_cells")[0]["year"]
    return int(year) if year else LAST_YEAR


def possible_of(role: Role | None, kind: AttributeKind, latest: int = LAST_YEAR) -> Possible | None:
    """What a column of this role and kind can hold, births up to the year `latest`; None: anything."""
    if role in COUNTED and kind == "number":
        return Possible(0, MOST)
    if kind == "date" and role != "birth_date":
        return Possible(FIRST_YEAR, LAST_YEAR)
    bounds: dict[Role | None, Possible] = {
        "age": Possible(1e-4, OLDEST),  # more than 0, in the decimals that numbers have
        "birth_year": Possible(FIRST_YEAR, latest),
        "birth_date": Possible(FIRST_YEAR, latest),
        "income": Possible(0),
    }
    return bounds.get(role)


def _wrong(possible: Possible, value: str, kind: AttributeKind) -> str:
    """The condition of an impossible value."""
    held = f"extract(year from {value})" if kind == "date" else value
    conditions = [f"{held} < {possible.least:f}"]
    if possible.most is not None:
        conditions.append(f"{held} > {possible.most}")
    if possible.repeated is not None:
        conditions.append(f"{_SENTINEL.format(v=value)} and {value} > {possible.repeated}")
    return " or ".join(f"({condition})" for condition in conditions)


def repeats(value: float) -> bool:
    """Whether a number is one digit five times and more, as placeholders are."""
    return bool(re.fullmatch(r"([1-9])\1{4,}", str(round(value))))


def finding_of(header: str, role: Role | None, kind: AttributeKind, counts: tuple[int, int], examples: str) -> Finding:
    """The finding about impossible values: so many of so many."""
    values = {"column": header, "examples": examples}
    return Finding(f"table_impossible_{_called(role, kind)}", *counts, "customers", values={**values})


def _called(role: Role | None, kind: AttributeKind) -> str:
    if role in COUNTED:
        return "count"
    return "date" if kind == "date" and role != "birth_date" else str(role)


def _fence(engine: DuckEngine, value: str) -> float:
    """What lies above is far out (Tukey 1977): three interquartile ranges above the upper quartile."""
    row = engine.rows(f"select quantile_cont({value}, [0.25, 0.75]) as q from people_cells where {value} is not null")[
        0
    ]
    low, high = (float(q) for q in row["q"] or (0, 0))
    return high + 3 * (high - low)


def plain(value: str) -> str:
    """A number of money's four decimals as it was typed, where it is whole."""
    return value.removesuffix(".0000") if "." in value else value
