"""Plain rules as SQL: a condition over the columns of `customers`, or of customers.parquet, which has them too.

The text is standard SQL: names in double quotes, strings in single ones, each doubled where it occurs within.
"""

from collections.abc import Sequence

from regulars.engine import Engine, quoted, text
from regulars.profiles.rule_models import Condition


def where_sql(conditions: Sequence[Condition]) -> str:
    """The conditions of a rule, joined by `and`; a customer whose value is unknown does not fit."""
    return " and ".join(part for each in conditions for part in _parts(each)) or "true"


def ranges_sql(ranges: Sequence[Sequence[Condition]]) -> str:
    """Ranges of which one must hold; who has no money on record counts as one who has spent nothing, as in scores."""
    parts = [where_sql(conditions).replace('"monetary" <=', 'coalesce("monetary", 0) <=') for conditions in ranges]
    return parts[0] if len(parts) == 1 else f"({' or '.join(f'({part})' for part in parts)})"


def rule_sql(where: str, *, joined: bool = False) -> str:
    """A query that lists the customers whom a rule finds, by its condition as SQL, to be run beside customers.parquet.

    Where it is `joined` with a customer table it also holds people who never ordered: they are in no cluster, and a
    rule is not about them.
    """
    where += " and cluster is not null" if joined else ""
    return f"select customer_id from 'customers.parquet' where {where} order by customer_id"


def group_sql(kind: str, name: str) -> str:
    """Who belongs to a group: a named segment, or a cluster by its number."""
    return f"segment = {text(name)}" if kind == "segment" else f"cluster = {int(name.removeprefix('Cluster '))}"


def count_rules(engine: Engine, source: str, rules: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """Customers in the whole shop whom each rule finds, and how many of them are in its group: one scan.

    A rule is given by its condition and its group's, both as SQL over `source`.
    """
    if not rules:
        return []
    asked = ", ".join(
        f"count(*) filter (where {where}) as found{i}, count(*) filter (where {where} and {group}) as hits{i}"
        for i, (where, group) in enumerate(rules)
    )
    row = engine.rows(f"select {asked} from {source}")[0]
    return [(int(row[f"found{i}"]), int(row[f"hits{i}"])) for i in range(len(rules))]


def _parts(condition: Condition) -> list[str]:
    column = quoted(condition.feature)
    if condition.value is not None:
        value = condition.value
        return [f"{column} = {('true' if value else 'false') if isinstance(value, bool) else text(value)}"]
    if condition.low is not None and condition.low == condition.high:
        return [f"{column} = {_number(condition.low)}"]
    bounds = ((">", condition.above), (">=", condition.low), ("<=", condition.high))
    return [f"{column} {sign} {_number(bound)}" for sign, bound in bounds if bound is not None]


def _number(value: float) -> str:
    """A number as it is said: 1100 and 0.25, never 1.1e3."""
    return str(int(value)) if value == int(value) else f"{value:.12f}".rstrip("0")
