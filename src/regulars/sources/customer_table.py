"""A customer table as it was read."""

from dataclasses import dataclass, field
from datetime import date

from regulars.engine import DuckEngine
from regulars.errors import ColumnError
from regulars.features.people_models import Attribute
from regulars.locale import Message
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.raw import InputFile


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
