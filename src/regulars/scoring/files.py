"""Customers from a file: order lines, recency with orders and money, or what a customer table says -> placed.

Order lines are cleaned as the study cleaned its own, so that they give the same measures.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from regulars.engine import DuckEngine
from regulars.errors import ColumnError, InputError
from regulars.scoring.bodies import CustomerIn, ScoreRequest
from regulars.scoring.model import Scorer
from regulars.scoring.placing import Scored
from regulars.segments.named import MEASURES
from regulars.settings import Settings
from regulars.sources.files import readable

if TYPE_CHECKING:
    from regulars.sources.kinds import Column
    from regulars.sources.raw import Raw

_MEASURE_NAMES = {  # headers, as `normalised` writes them
    "recency_days": ("recency days", "recency", "recency hari"),
    "orders": ("orders", "frequency", "frekuensi", "pesanan", "jumlah pesanan"),
    "monetary": ("monetary", "monetary value", "net sales", "belanja", "penjualan bersih"),
}


def score_file(scorer: Scorer, source: str, settings: Settings, as_of: date | None = None) -> Scored:
    """Places the customers of a file. Columns are found by their headers, or as `settings.map` says.

    Raises InputError and ColumnError where the file is not understood, UsageError for days that cannot be.
    """
    from regulars.sources.kinds import guessed
    from regulars.sources.open import read_raw

    raw = read_raw(source, settings)
    try:
        columns, _ = guessed(raw, settings)
        found = _measured(columns) if scorer.named else {}
        if scorer.by_table and not found:
            return _by_table(scorer, raw, columns, settings)
        if found:
            return _by_measures(scorer, raw, columns, found, settings)
    finally:
        raw.engine.close()
    return _by_lines(scorer, source, settings, as_of)


def read_json(path: Path) -> ScoreRequest:
    """Customers as the API takes them: its whole body, or the list of customers alone.

    Raises UsageError where there is no such file, InputError where it holds something else.
    """
    with readable(path):
        content = path.read_bytes()
    try:
        found = msgspec.json.decode(content, type=ScoreRequest | list[CustomerIn])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError("score_json", file=path.name, why=str(error)[:300]) from error
    return found if isinstance(found, ScoreRequest) else ScoreRequest(found)


def _measured(columns: "list[Column]") -> "dict[str, Column]":
    """The columns of recency and orders, and of money where there is one; none where the first two are not there."""
    from regulars.sources.headers import normalised

    by_name = {normalised(column.header): column for column in columns}
    found = {
        measure: by_name[name]
        for measure, names in _MEASURE_NAMES.items()
        for name in reversed(names)
        if name in by_name
    }
    return found if {"recency_days", "orders"} <= found.keys() else {}


def _by_measures(
    scorer: Scorer, raw: "Raw", columns: "list[Column]", found: "Mapping[str, Column]", settings: Settings
) -> Scored:
    """One row per customer with recency, orders, money, and further features of the model by name."""
    from regulars.sources.headers import normalised

    further = {normalised(name): name for name in scorer.needs() if name not in MEASURES}
    taken = dict(found) | {further[n]: c for c in columns if (n := normalised(c.header)) in further}
    if scorer.has_amounts and "monetary" not in taken:
        raise InputError("score_missing_column", column="monetary", headers=", ".join(raw.headers[:30]))
    ids, cells = _cells(raw, columns, taken, settings)
    _refuse(ids, cells)
    return Scored(ids, scorer.by_measures(scorer.features(cells)), None)


def _refuse(ids: list[str], cells: Mapping[str, list[Any]]) -> None:
    """Refuses a cell that is no number, and days or orders below zero, naming the row. Raises InputError."""
    for name, values in cells.items():
        for row, value in enumerate(values):
            try:
                wrong = value is not None and float(value) < 0 and name in {"recency_days", "orders"}
            except (TypeError, ValueError):
                wrong = True
            if wrong:
                raise InputError("score_cell", row=row + 1, customer=ids[row], column=name, value=str(value)[:60])


def _by_table(scorer: Scorer, raw: "Raw", columns: "list[Column]", settings: Settings) -> Scored:
    """One row per customer with the columns of the study's customer table."""
    known = set(scorer.takes())
    taken = {column.header: column for column in columns if column.header in known}
    if not taken:
        raise InputError("score_no_attributes", headers=", ".join(raw.headers[:30]), known=", ".join(scorer.takes()))
    ids, cells = _cells(raw, columns, taken, settings, scorer.kinds())
    return Scored(ids, scorer.by_attributes(cells, len(ids)), None, scorer.impossible(cells))


def _cells(
    raw: "Raw", columns: "list[Column]", taken: "Mapping[str, Column]", settings: Settings,
    kinds: Mapping[str, str] | None = None,
) -> tuple[list[str], dict[str, list[Any]]]:  # fmt: skip
    """The ids, and the cells of some columns by name: numbers and days as such, all else as text."""
    from regulars.sources.table import id_column, id_of

    def read(name: str, column: "Column") -> str:
        wanted = kinds.get(name, "text") if kinds else "number"
        return column.value if column.value and column.guess == wanted else f"t{column.index}"

    texts = ", ".join(f"{column.text} as t{column.index}" for column in taken.values())
    fields = ", ".join(f"{read(name, column)} as c_{i}" for i, (name, column) in enumerate(taken.items()))
    who = f"coalesce({id_of(raw, id_column(raw, columns, settings))}, concat('row ', line)) as id"
    rows = raw.engine.rows(f"select id, {fields} from (select *, {who}, {texts} from raw) order by line")
    cells = {name: [row[f"c_{i}"] for row in rows] for i, name in enumerate(taken)}
    return [row["id"] for row in rows], cells


def _by_lines(scorer: Scorer, source: str, settings: Settings, as_of: date | None) -> Scored:
    """Order lines, cleaned by the study's own settings."""
    from regulars.features.rfm import features, measures
    from regulars.orders import reconcile
    from regulars.pipeline import scored
    from regulars.sources import read
    from regulars.window import Window

    study = scorer.study
    try:
        lines = read(source, replace(settings, since=study.since, as_of=as_of))
    except ColumnError as error:
        if error.message.key == "errors.rather_customers":
            raise ColumnError("score_customers", file=error.message.values["file"]) from None
        raise
    with lines.engine as engine:
        done = scored(engine, lines, lines.settings)
        if study.currency and done.cleaned.currency and done.cleaned.currency != study.currency:
            raise InputError("score_currency", here=done.cleaned.currency, study=study.currency)
        end = as_of or max(done.cleaned.window.end, study.as_of or done.cleaned.window.end)
        measures(engine, Window(done.cleaned.window.start, end), lines.settings)
        table = "measures"
        if "products" in scorer.needs():
            reconcile(engine, done.cleaned)
            features(engine)
            table = "features"
        return _from_table(scorer, engine, table, end)


def _from_table(scorer: Scorer, engine: DuckEngine, table: str, end: date) -> Scored:
    wanted = list(dict.fromkeys((*MEASURES, *scorer.needs())))
    fields = ", ".join(f"coalesce(cast({name} as double), cast('nan' as double)) as {name}" for name in wanted)
    held = engine.columns(f"select customer_id, {fields} from {table} order by customer_id")
    ids = [str(one) for one in held.pop("customer_id")]
    return Scored(ids, scorer.by_measures(held), end)
