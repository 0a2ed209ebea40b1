"""What a reader leaves: the input's cells as they stand, under positional names, before anything is understood."""

from dataclasses import dataclass

from regulars.engine import DuckEngine
from regulars.locale import Message


@dataclass(frozen=True, slots=True)
class InputFile:
    """One file, sheet, table or frame that was read. `name` is a base name, never a path."""

    name: str
    kind: str  # csv | xlsx | parquet | database | frame
    bytes: int | None
    sha256: str | None
    encoding: str | None = None  # utf-8 | utf-8-sig | utf-16 | cp1252 | latin-1
    delimiter: str | None = None
    compression: str | None = None  # gzip | zstd
    sheet: str | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Raw:
    """The view `raw` in the engine, one row per data row of the input.

    It has the columns `place` (the row's number in its file), `line` (BIGINT, 1-based, in the order of the input; the
    view itself has no order), then c0, c1, ... in the order of `headers`. From text files every c is VARCHAR with empty
    cells as NULL; from workbooks, Parquet, databases and frames each keeps its type (`types`: DuckDB type names,
    parallel to `headers`); a time with a zone becomes one in the shop's zone.
    """

    engine: DuckEngine
    headers: tuple[str, ...]
    types: tuple[str, ...]
    rows: int
    inputs: tuple[InputFile, ...]
    notes: tuple[Message, ...] = ()  # what was assumed while reading, in words
    tables: tuple[str, ...] = ()  # what the view `raw` reads
    placed: int | None = None  # of a single table: `line` less the column `place`, by which a file is entered midway

    def between(self, first: int, last: int) -> str:
        """The condition on rows of `raw` that these lines of the input, first and last included, meet."""
        if self.placed is None:
            return f"line between {first} and {last}"
        return f"place between {first - self.placed} and {last - self.placed}"

    def drop(self) -> None:
        """Forgets the cells, once `lines` is made."""
        self.engine.drop("raw", *self.tables)
