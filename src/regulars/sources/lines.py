"""The canonical table `lines`, as every later stage reads it."""

from dataclasses import dataclass, field
from functools import cached_property

from regulars.engine import DuckEngine
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.layout import Layout
from regulars.sources.raw import InputFile

OF_ORDERS = frozenset({"order_id", "product_id", "product", "quantity"})  # what no customer table says


@dataclass(frozen=True)
class Lines:
    """The table `lines` in the engine: one row per data row of the input, none lost.

    Columns: `line` (BIGINT), every name of `schema.NAMES` with its type (NULL where the input has no such column),
    `unparsed` (VARCHAR: the canonical columns whose cell held something that could not be read, comma-separated, else
    NULL), and `attribute_<index>` (VARCHAR) for every other column of the input.
    `present` are the canonical columns that the input fills; `attributes` are the other headers with their columns.
    """

    engine: DuckEngine
    layout: Layout
    inputs: tuple[InputFile, ...]
    rows: int
    present: frozenset[str]
    attributes: dict[str, str] = field(default_factory=dict)
    derived: frozenset[str] = frozenset()  # of `present`: what follows from other columns of the same line
    settings: Settings = field(default_factory=Settings)  # those that it was read with

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What reading found: unreadable dates and numbers, masked buyers, ... Looked for when first asked."""
        from regulars.sources.findings import findings_of

        return findings_of(self)

    @cached_property
    def single(self) -> bool:
        """Whether nobody stands in it twice and nothing in it says what was ordered: rather a customer table."""
        if OF_ORDERS & self.present:
            return False
        counts = self.engine.rows("select count(*) as n, count(distinct customer_id) as d from lines")[0]
        return bool(counts["n"] == counts["d"] > 1)
