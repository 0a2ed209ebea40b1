"""The text of a step: a `.sql` file below this package, for DuckDB or, where the dialects part, its twin for Spark."""

from functools import cache
from importlib.resources import files


@cache
def step_sql(step: str, twin: str = "") -> str:
    """The text of a step: `features/rfm` is `features/rfm.sql`; with a twin, `features/rfm.<twin>.sql` if there."""
    folder, name = step.split("/")
    place = files(__package__) / folder
    if twin and (place / f"{name}.{twin}.sql").is_file():
        return (place / f"{name}.{twin}.sql").read_text(encoding="utf-8")
    return (place / f"{name}.sql").read_text(encoding="utf-8")


def has_twin(step: str) -> bool:
    """Whether a step has its own text for Spark."""
    folder, name = step.split("/")
    return (files(__package__) / folder / f"{name}.spark.sql").is_file()
