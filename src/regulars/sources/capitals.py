"""Ids of customers that a person typed: `PLG-0680`, `plg-0680` and `Plg-0680` are one.

Ids that a machine drew from capital and small letters (`00Q8d00000AbCdE`) mix both within an id, and two that differ
only there are two customers: where more than one in a hundred does, nothing is merged. Neither is it where a single
letter, not the same in all ids, would have to tell the two cases apart.
"""

import re
from dataclasses import dataclass

from regulars.engine import DuckEngine, Row
from regulars.sources.layout import Capitals

_MIXED = 0.01  # of the ids with letters may mix capitals and small letters inside
_PREFIXED = 20  # ids, from which on one letter that all of them share is a prefix and no accident


@dataclass(frozen=True, slots=True)
class Merged:
    """How ids are written so that capitals make no difference, and how many ids of the input are thereby another's."""

    capitals: Capitals
    ids: int


def merged(engine: DuckEngine, table: str, sql: str) -> Merged | None:
    """What becomes of the ids that the expression `sql` over `table` gives; None: they stay as they are."""
    if not engine.rows(f"select 1 from {table} where {sql} <> upper({sql}) limit 1"):
        return None
    row = counted(engine, table, sql)
    if not typed(row) or row["folded"] == row["ids"]:
        return None
    return Merged("lower" if row["small"] > row["large"] else "upper", row["ids"] - row["folded"])


def counted(engine: DuckEngine, table: str, sql: str) -> Row:
    """Ids with letters: how many there are, with and without regard to capitals, and how they are written."""
    return engine.rows(
        "select count(*) as ids, count(distinct upper(id)) as folded, count(*) filter (not styled) as mixed, "
        "min(length(letters)) as fewest, count(distinct upper(letters)) as prefixes, "
        "count(*) filter (id = lower(id)) as small, count(*) filter (id = upper(id)) as large "
        "from (select id, letters, letters = upper(letters) or letters = lower(letters) "
        r"or regexp_full_match(letters, '\p{Lu}\p{Ll}+') as styled "
        r"from (select id, regexp_replace(id, '[^\p{L}]', '', 'g') as letters "
        f"from (select distinct {sql} as id from {table}) where id is not null) where letters <> '')"
    )[0]


def typed(row: Row) -> bool:
    """Whether a person typed the ids, so that capitals tell nobody apart."""
    if not row["ids"] or row["mixed"] > _MIXED * row["ids"]:
        return False
    return bool(row["fewest"] > 1 or (row["prefixes"] == 1 and row["ids"] >= _PREFIXED))


def lettered(cells: tuple[str, ...]) -> bool:
    """Whether any of the cells holds a letter, without which there are no capitals."""
    return any(re.search(r"[^\W\d_]", cell) for cell in cells)
