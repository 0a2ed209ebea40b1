"""How an input as it was read is put into words: cells by locale, ways of writing dates."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from regulars.charts import Table
from regulars.locale import Value, Words
from regulars.quality import Reconciliation
from regulars.schema import COLUMNS
from regulars.sources.layout import DateFormat

KINDS = {column.name: column.kind for column in COLUMNS}
EXAMPLE = date(2025, 12, 31)


def account_texts(found: Reconciliation, rows: int, say: Words) -> tuple[str, ...]:
    """What would become of the lines of an input of so many rows, in sentences."""
    aside = sum(part.lines for part in found.set_aside)
    values: dict[str, Value] = {"of": found.read, "sales": found.sales, "returns": found.returns, "aside": aside}
    told = say("reading.account.says", share=(found.read - aside) / found.read if found.read else 0.0, **values)
    return (told, say("reading.account.sampled", n=found.read, of=rows)) if found.read < rows else (told,)


def account_table(found: Reconciliation, say: Words) -> Table:
    """The same lines by where they go, as the page on the data counts them, without money."""
    from regulars.charts.accounts import reconciliation_table

    return reconciliation_table(replace(found, read_amount=None, sales_amount=None, returns_amount=None), say)


def cell_text(column: str, text: str | None, say: Words) -> str:
    """A value of a canonical column, as text, by the reader's locale."""
    kind = KINDS[column]
    if kind == "TIMESTAMP" and text is not None:
        clock = text[11:16]
        return say.day(text) + ("" if clock in {"", "00:00"} else f", {clock}")
    return value_text("number" if kind.startswith("DECIMAL") else "text", text, say)


def value_text(kind: str, text: str | None, say: Words) -> str:
    """A value of a customer table, as text, by the reader's locale; `kind` is that of its attribute, or a year."""
    if text is None:
        return ""
    if kind == "year":
        return str(int(Decimal(text)))
    if kind == "number":
        number = Decimal(text).normalize()
        return say.number(float(number), max(0, -int(number.as_tuple().exponent)))
    return say.day(text) if kind == "date" else text


def dates_text(form: DateFormat, say: Words) -> str:
    """How a column writes its dates, in words and with an example: `day/month/year, such as 31/12/2025`."""
    key = f"cli.date_kinds.{form.kind}"
    if say.has(key):
        return say(key)
    days = dict.fromkeys(re.split(r"[T ]*%[HIz]", pattern)[0] for pattern in form.patterns)
    return "; ".join(say("cli.date_form", parts=_parts(day, say), example=EXAMPLE.strftime(day)) for day in days)


def _parts(pattern: str, say: Words) -> str:
    names = {"%d": "day", "%m": "month", "%b": "month", "%Y": "year", "%y": "year"}
    apart = re.sub(r"(?<=%\w)(?=%)", " ", pattern)
    return re.sub(r"%\w", lambda found: say(f"cli.date_parts.{names[found[0]]}"), apart)
