"""What follows from the columns of a customer table: the table `people`, each derived column with its formula.

Nothing is derived where the table says it itself. A part that is unknown makes the whole unknown: no sum counts an
empty cell as 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from regulars.engine import Engine, quoted
from regulars.features.genders import MERGED, letter_p, merged_sql, set_aside, spelled, words_of
from regulars.features.genders import found as merged_finding
from regulars.features.people_models import Attribute, AttributeKind, Role
from regulars.locale import Message
from regulars.quality import Finding

NUMBER = "decimal(18, 4)"


@dataclass(frozen=True, slots=True)
class Derived:
    """A column to be: its SQL over `people_read` and the derived ones before it, and its formula in words."""

    name: str
    kind: AttributeKind
    role: Role
    sql: str
    formula: Message
    levels: tuple[str, ...] = ()


def people(
    engine: Engine, given: Sequence[Attribute], generations: Mapping[str, int], as_of: date | None
) -> tuple[tuple[Attribute, ...], tuple[Finding, ...]]:
    """Makes `people` from `people_read`; gives all attributes, the derived ones last, and what was found on the way.

    `generations` maps each generation to its first year of birth; `as_of` is the day that ages are counted to where the
    table does not say when a customer joined.
    """
    attributes = tuple(given)
    engine.make_from("people_0", "select * from people_read")
    step = 0
    steps: tuple[Callable[[Sequence[Attribute]], list[Derived]], ...] = (
        _gender,
        partial(_age, as_of=as_of),
        partial(_generation, bounds=generations),
        _sums,
        _total_transactions,
        _rate,
        partial(_tenure, as_of=as_of),
    )
    for derive in steps:
        for found in derive(attributes):
            step += 1
            before, after = f"people_{step - 1}", f"people_{step}"
            engine.make_from(after, f"select *, {found.sql} as {found.name} from {before}")
            engine.drop(before)
            attributes = (*attributes, _counted(engine, after, found))
    engine.make_from("people", f"select * from people_{step}")
    engine.drop(f"people_{step}", "people_read")
    source = spelled(given)
    if source is None:
        return attributes, _found(engine, attributes)
    return set_aside(attributes, source), (merged_finding(engine, source), *_found(engine, attributes))


def _counted(engine: Engine, table: str, found: Derived) -> Attribute:
    row = engine.rows(f"select count({found.name}) as f, count(distinct {found.name}) as d from {table}")[0]
    there = found.levels
    if there:
        held = engine.rows(f"select {found.name} as v, count(*) as n from {table} group by 1 order by n desc, v")
        levels = [row["v"] for row in held if row["v"] in there]
        there = tuple(levels if found.kind == "category" else (level for level in there if level in levels))
    return Attribute(found.name, None, found.kind, found.role, there, row["f"], row["d"], found.formula)


def _of(attributes: Sequence[Attribute], *roles: Role) -> list[Attribute]:
    return [each for each in attributes if each.role in roles and each.filled]


def _formula(key: str, **values: str | int | None) -> Message:
    return Message(f"people.formula.{key}", {**values})


def _gender(attributes: Sequence[Attribute]) -> list[Derived]:
    """One word for each gender where there are several spellings."""
    source = spelled(attributes)
    if source is None:
        return []
    words = words_of(source.levels)
    formula = _formula("gender", column=source.header, p=letter_p(source.levels))
    levels = tuple(dict.fromkeys(words.values()))
    return [Derived(MERGED, "category", "gender", merged_sql(source.name, words), formula, levels)]


def _birth_year(attributes: Sequence[Attribute]) -> tuple[str, Attribute] | None:
    """The year of birth as SQL, and the column that it comes from."""
    for each in _of(attributes, "birth_year", "birth_date"):
        column = quoted(each.name)
        return (f"extract(year from {column})" if each.kind == "date" else f"cast({column} as integer)"), each
    return None


def _age(attributes: Sequence[Attribute], as_of: date | None) -> list[Derived]:
    """Age in the year of joining, or in that of the as-of day."""
    born, joined = _birth_year(attributes), _of(attributes, "joined")
    if born is None or _of(attributes, "age") or not (joined or as_of):
        return []
    year, source = born
    if joined:
        sql = f"extract(year from {quoted(joined[0].name)}) - {year}"
        formula = _formula("age_at_joining", joined=joined[0].header, born=source.header)
        name = "age_at_joining"
    else:
        sql, name = f"{as_of.year if as_of else 0} - {year}", "age_then"
        formula = _formula("age_then", year=str(as_of.year if as_of else 0), born=source.header)
    checked = f"case when {sql} between 0 and 120 then cast({sql} as {NUMBER}) end"
    return [Derived(name, "number", "age", checked, formula)]


def _generation(attributes: Sequence[Attribute], bounds: Mapping[str, int]) -> list[Derived]:
    """Generations by first year of birth; who was born before the first one belongs to it."""
    ordered = sorted(bounds.items(), key=lambda pair: pair[1])
    born = _birth_year(attributes)
    if born is None or _of(attributes, "generation") or not ordered:
        return []
    year, source = born
    literals = [name.replace("'", "''") for name, _ in ordered]
    cases = [f"when {year} >= {first} then '{name}'" for name, (_, first) in zip(literals, ordered, strict=True)]
    sql = f"case {' '.join(reversed(cases))} when {year} is not null then '{literals[0]}' end"
    said = ", ".join(f"{name} {first}" for name, first in ordered[1:])
    formula = _formula("generation", born=source.header, bounds=said, first=ordered[0][0])
    return [Derived("generation", "ordered", "generation", sql, formula, tuple(name for name, _ in ordered))]


def _sums(attributes: Sequence[Attribute]) -> list[Derived]:
    """Total spending, children and campaigns accepted: sums of their columns."""
    wanted: tuple[tuple[str, Role, Role], ...] = (
        ("total_spending", "spending", "total_spending"),
        ("children", "children", "children"),
        ("campaigns_accepted", "accepted", "campaigns_accepted"),
    )
    found = []
    for name, parts, role in wanted:
        columns = _of(attributes, parts)
        if len(columns) >= 2 and (parts == role or not _of(attributes, role)):
            found.append(Derived(name, "number", role, _sum(columns), _formula("sum", columns=_plus(columns))))
    return found


def _sum(columns: Sequence[Attribute]) -> str:
    parts = [
        f"cast(case when {quoted(c.name)} then 1 when not {quoted(c.name)} then 0 end as {NUMBER})"
        if c.kind == "yes_no"
        else quoted(c.name)
        for c in columns
    ]
    return f"try_cast({' + '.join(parts)} as {NUMBER})"  # a sum beyond what a number holds is unknown


def _plus(columns: Sequence[Attribute]) -> str:
    return " + ".join(str(column.header) for column in columns)


CHANNELS: tuple[Role, ...] = ("deals", "web", "catalogue", "store")


def _total_transactions(attributes: Sequence[Attribute]) -> list[Derived]:
    columns = _of(attributes, *CHANNELS)
    if len(columns) < 2 or _of(attributes, "transactions"):
        return []
    formula = _formula("sum", columns=_plus(columns))
    return [Derived("total_transactions", "number", "transactions", _sum(columns), formula)]


def _rate(attributes: Sequence[Attribute]) -> list[Derived]:
    """Transactions per visit to the web shop a month; unknown without a visit."""
    visits, total = _of(attributes, "visits"), _of(attributes, "transactions")
    if not visits or not total or _of(attributes, "response_rate"):
        return []
    above, below = quoted(total[0].name), quoted(visits[0].name)
    sql = f"case when {below} > 0 then try_cast(cast({above} as double) / cast({below} as double) as {NUMBER}) end"
    parts = total[0].formula.values["columns"] if total[0].formula else total[0].header
    formula = _formula("response_rate", transactions=str(parts), visits=visits[0].header)
    return [Derived("response_rate_per_visit", "number", "response_rate", sql, formula)]


def _tenure(attributes: Sequence[Attribute], as_of: date | None) -> list[Derived]:
    joined = _of(attributes, "joined")
    if not joined or as_of is None or _of(attributes, "tenure"):
        return []
    column = quoted(joined[0].name)
    days = f"date_diff('day', {column}, cast('{as_of.isoformat()}' as date))"
    sql = f"case when {days} >= 0 then cast({days} as {NUMBER}) end"
    return [Derived("tenure", "number", "tenure", sql, _formula("tenure", joined=joined[0].header))]


def _found(engine: Engine, attributes: Sequence[Attribute]) -> tuple[Finding, ...]:
    """Response rates above 1 and customers without a visit: more is bought than the visits counted can explain."""
    rate = next((a for a in attributes if a.role == "response_rate" and a.derived), None)
    if rate is None:
        return ()
    row = engine.rows(
        f"select count(*) as n, count(case when {rate.name} > 1 then 1 end) as above, count({rate.name}) as known "
        "from people"
    )[0]
    visits = next(a for a in attributes if a.role == "visits")
    found = [Finding("table_rate_above_one", row["above"], row["known"], "customers")] if row["above"] else []
    unknown = row["n"] - row["known"]
    if unknown:
        values = {"column": visits.header}
        found.append(Finding("table_rate_unknown", unknown, row["n"], "customers", values={**values}))
    return tuple(found)
