"""Sources: a file, a folder, a database or a frame -> the canonical table `lines`."""

from dataclasses import replace
from typing import Any

from regulars.errors import ColumnError
from regulars.settings import Settings
from regulars.sources.canonical import canonical
from regulars.sources.detect import detect
from regulars.sources.lines import Lines
from regulars.sources.open import read_raw
from regulars.sources.raw import Raw

__all__ = ["read", "read_lines"]


def read(source: Any, settings: Settings | None = None) -> Lines:
    """Reads any source into the table `lines` of a new engine: cells, recognition, canonical columns.

    Raises UsageError (no such file, wrong --map), InputError (not understood), ColumnError (no customer or no date).
    """
    settings = settings or Settings()
    try:
        return read_lines(source, settings)[1]
    except ColumnError as error:
        from regulars.sources.mistaken import as_customers  # customer tables know what features know

        raise as_customers(source, settings, error) from None


def read_lines(source: Any, settings: Settings) -> tuple[Raw, Lines]:
    """As `read`, with the cells as they stood."""
    raw = read_raw(source, settings)
    try:
        lines = canonical(raw, detect(raw, settings), settings)
        layout = replace(lines.layout, assumptions=(*raw.notes, *lines.layout.assumptions))
        return raw, replace(lines, layout=layout)
    except BaseException:
        raw.engine.close()
        raise
