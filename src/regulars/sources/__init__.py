"""Sources: a file, a folder, a database or a frame -> the canonical table `lines`."""

from typing import Any

from regulars.settings import Settings
from regulars.sources.canonical import canonical
from regulars.sources.detect import detect
from regulars.sources.lines import Lines
from regulars.sources.open import read_raw

__all__ = ["read"]


def read(source: Any, settings: Settings | None = None) -> Lines:
    """Reads any source into the table `lines` of a new engine: cells, recognition, canonical columns, findings.

    Raises UsageError (no such file, wrong --map), InputError (not understood), ColumnError (no customer or no date).
    """
    settings = settings or Settings()
    raw = read_raw(source, settings)
    try:
        return canonical(raw, detect(raw, settings), settings)
    except BaseException:
        raw.engine.close()
        raise
