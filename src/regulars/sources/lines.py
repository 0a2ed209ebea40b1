"""The canonical table `lines`, as every later stage reads it."""

from dataclasses import dataclass, field

from regulars.engine import DuckEngine
from regulars.quality import Finding
from regulars.settings import Settings
from regulars.sources.layout import Layout
from regulars.sources.raw import InputFile


@dataclass(frozen=True, slots=True)
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
    findings: tuple[Finding, ...]  # what reading found: unreadable dates and numbers, masked buyers, ...
    attributes: dict[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)  # those that it was read with
