"""What `regulars inspect` shows: how an input was understood, before anything is computed from it."""

from dataclasses import dataclass
from typing import Any

from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.layout import Layout
from regulars.sources.raw import InputFile

FIRST = 5


@dataclass(frozen=True, slots=True)
class Inspection:
    """How an input was read; plain values throughout, so it is JSON as it stands.

    `first_rows` are the first lines as read: canonical columns that the input fills, values as text.
    """

    inputs: tuple[InputFile, ...]
    rows: int
    headers: tuple[str, ...]
    layout: Layout  # name, mapping with confidence and why, dates, decimal sign, currency, attributes, notes
    first_rows: tuple[dict[str, str | None], ...]
    unparsed: dict[str, int]  # canonical column -> cells that could not be read
    findings: tuple[Finding, ...]


def inspect(source: Any, settings: Settings | None = None) -> Inspection:
    """Reads an input and says what was understood. Raises as `read` does."""
    from regulars.sources import read_lines

    raw, lines = read_lines(source, settings or Settings())
    with lines.engine as engine:
        names = [mapped.column for mapped in lines.layout.mapping]
        names += ["amount"] if "amount" in lines.present and "amount" not in names else []
        texts = ", ".join(f"cast({name} as varchar) as {name}" for name in names)
        rows = engine.rows(f"select {texts} from lines order by line limit {FIRST}")
        failed: dict[str, int] = {}
        for row in engine.rows("select unparsed, count(*) as n from lines where unparsed is not null group by 1"):
            for column in row["unparsed"].split(","):
                failed[column] = failed.get(column, 0) + row["n"]
    return Inspection(
        raw.inputs,
        lines.rows,
        raw.headers,
        lines.layout,
        tuple(rows),
        dict(sorted(failed.items())),
        lines.findings,
    )
