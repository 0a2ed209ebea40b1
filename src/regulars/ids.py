"""A customer's id as a person types it, and as reading wrote it."""

from pathlib import Path

from regulars.analysis import Study
from regulars.engine import DuckEngine
from regulars.errors import UsageError


def spellings(study: Study, customer: str) -> tuple[str, ...]:
    """The id as typed, then as reading writes it: no blanks around it, e-mail addresses in lower case, names folded.

    Ids that were typed in several ways are in capitals, or all in small letters.
    """
    name = customer.strip()
    who = next((mapped for mapped in study.layout.mapping if mapped.column == "customer_id"), None)
    read = " ".join(name.split()).lower() if who and who.folded else name.lower() if "@" in name else name
    if who and who.capitals != "as_written":
        read = read.upper() if who.capitals == "upper" else read.lower()
    return tuple(dict.fromkeys((customer, read)))


def unknown(table: Path, customer: str) -> UsageError:
    """The error that a study holds no such customer, with the ids of `table` that are most alike."""
    query = "select customer_id from held order by jaro_winkler_similarity(customer_id, $id) desc, customer_id limit 3"
    with DuckEngine(threads=1) as engine:
        engine.load("held", table)
        close = [str(row["customer_id"]) for row in engine.rows(query, id=customer.strip().lower())]
    return UsageError("customer_unknown", id=customer, close=", ".join(close))
