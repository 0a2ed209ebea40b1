"""A customer table as it was read."""

from dataclasses import dataclass, field
from datetime import date

from regulars.engine import DuckEngine
from regulars.errors import ColumnError, InputError
from regulars.features.people_models import Attribute
from regulars.locale import Message
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.raw import InputFile

SHOWN = 10  # ids that are named


@dataclass(frozen=True, slots=True)
class CustomerTable:
    """A customer table in its engine, as `people_read`. `as_of`: the day after the latest date in it, if any."""

    engine: DuckEngine
    rows: int
    attributes: tuple[Attribute, ...]
    findings: tuple[Finding, ...]
    inputs: tuple[InputFile, ...]
    id_header: str | None
    as_of: date | None
    assumptions: tuple[Message, ...] = ()
    settings: Settings = field(default_factory=Settings)  # those that it was read with


def require_ids(table: CustomerTable) -> None:
    """Raises ColumnError where no column says who a customer is, so that orders cannot be joined."""
    if table.id_header is None:
        for finding in table.findings:
            if finding.code == "table_near_id":
                raise ColumnError("table_near_ids", count=finding.count, **finding.values)
        raise ColumnError("table_no_ids", headers=", ".join(str(a.header) for a in table.attributes[:30]))


def require_once(engine: DuckEngine, sql: str, header: str | None) -> None:
    """Raises InputError where the ids that `sql` over `people_read` gives stand twice."""
    twice = engine.rows(f"select {sql} as id from people_read group by all having count(*) > 1 order by id")
    if twice:
        ids = ", ".join(str(row["id"]) for row in twice[:SHOWN]) + (", …" if len(twice) > SHOWN else "")
        raise InputError("table_duplicate_ids", count=len(twice), ids=ids, column=header or "-")
