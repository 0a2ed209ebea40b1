"""DuckDB types by what they hold."""

_NUMERIC_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def is_numeric(kind: str) -> bool:
    """Whether a DuckDB type is a number."""
    return kind in _NUMERIC_TYPES or kind in {"DOUBLE", "FLOAT", "UHUGEINT"} or kind.startswith("DECIMAL")


def is_date(kind: str) -> bool:
    """Whether a DuckDB type is a date or a timestamp."""
    return kind == "DATE" or kind.startswith("TIMESTAMP")
