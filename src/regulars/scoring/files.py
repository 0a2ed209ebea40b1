"""Customers from a file: order lines, recency with orders and money, or what a customer table says -> placed.

Order lines are cleaned as the study cleaned its own, so that they give the same measures.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from regulars.engine import DuckEngine
from regulars.errors import ColumnError, InputError, UsageError
from regulars.locale import LANGUAGES, words
from regulars.schema import NAMES
from regulars.scoring.bodies import CustomerIn, ScoreRequest
from regulars.scoring.model import Scorer
from regulars.scoring.placing import Scored
from regulars.segments.named import MEASURES
from regulars.settings import Settings
from regulars.sources.files import readable

if TYPE_CHECKING:
    from regulars.sources.kinds import Column
    from regulars.sources.raw import Raw

_MEASURE_NAMES = {  # headers beside those of our own exports, as `normalised` writes them
    "recency_days": """recency days|recency|recency hari|days since last order|days since last purchase|
        days since last transaction|days since order|days since purchase|hari sejak pesanan terakhir|
        hari sejak pembelian terakhir|hari sejak transaksi terakhir|hari sejak belanja terakhir""",
    "orders": """orders|frequency|order count|orders count|number of orders|no of orders|no orders|num orders|
        total orders|purchases|number of purchases|purchase count|total purchases|transactions|
        number of transactions|transaction count|frekuensi|pesanan|jumlah pesanan|total pesanan|banyak pesanan|
        jumlah order|jumlah transaksi|total transaksi|jumlah pembelian""",
    "monetary": """monetary|monetary value|net sales|total spend|total spent|total spending|total sales|total revenue|
        spend|spending|amount spent|sales|revenue|net revenue|belanja|total belanja|nilai belanja|penjualan bersih|
        penjualan|total penjualan|nilai pembelian|total nilai pembelian""",
}


def score_file(scorer: Scorer, source: str, settings: Settings, as_of: date | None = None) -> Scored:
    """Places the customers of a file. Columns are found by their headers, or as `settings.map` says.

    Raises InputError and ColumnError where the file is not understood, UsageError for days that cannot be.
    """
    from regulars.sources.kinds import guessed
    from regulars.sources.open import read_raw

    said, lines = _said(settings.map)
    raw = read_raw(source, settings)
    try:
        columns, _ = guessed(raw, settings)
        found = _measured(raw, columns, said) if scorer.named or said else {}
        whole = {"recency_days", "orders"} <= found.keys()
        own = not said and (not whole or any(column.header in scorer.takes() for column in found.values()))
        if scorer.by_table and own:
            return _by_table(scorer, raw, columns, settings)
        stated = _stated(scorer, raw, found.values(), settings)
        if whole or said:
            return replace(_by_measures(scorer, raw, columns, found, settings), currency=stated)
    finally:
        raw.engine.close()
    try:
        return replace(_by_lines(scorer, source, replace(settings, map=lines), as_of), currency=stated)
    except ColumnError as error:
        if "recency_days" in found and error.message.key == "errors.score_customers":
            raise _lacks("orders", raw) from None
        raise


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


def _said(mapping: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What `--map` says of measures, and of all else. Raises UsageError for a name that is neither's."""
    measures, others = {}, {}
    for name, header in mapping.items():
        if name in NAMES:
            others[name] = header
            continue
        measure = next((measure for measure in MEASURES if name == measure or name in _names(measure)), None)
        if measure is None:
            close = get_close_matches(name, (*MEASURES, *NAMES), n=3, cutoff=0.5) or (*MEASURES, *NAMES)
            raise UsageError("map_unknown_column", column=name, close=", ".join(close))
        measures[measure] = header
    return measures, others


def _names(feature: str) -> list[str]:
    """The headers that a feature goes by, the best first: its name, what our exports call it, and the like."""
    from regulars.sources.headers import normalised

    key = f"exports.columns.{feature}"
    ours = [words(language)(key) for language in LANGUAGES if words(language).has(key)]
    further = " ".join(_MEASURE_NAMES.get(feature, "").split()).replace("| ", "|").split("|")
    return [normalised(feature), *map(normalised, ours), *filter(None, further)]


def _measured(raw: "Raw", columns: "list[Column]", said: Mapping[str, str]) -> "dict[str, Column]":
    """The columns of recency, orders and money that there are. Raises ColumnError for a header that is not there."""
    from regulars.sources.headers import normalised

    by_name = {normalised(column.header): column for column in reversed(columns)}
    if missing := [name for name, header in said.items() if normalised(header) not in by_name]:
        header = said[missing[0]]
        close = get_close_matches(header, raw.headers, n=3, cutoff=0.3) or raw.headers[:20]
        raise ColumnError("map_unknown_header", column=missing[0], header=header, close=", ".join(close))
    named = {measure: [normalised(said[measure])] if measure in said else _names(measure) for measure in MEASURES}
    return {measure: by_name[name] for measure in MEASURES for name in reversed(named[measure]) if name in by_name}


def _stated(scorer: Scorer, raw: "Raw", found: "Collection[Column]", settings: Settings) -> str | None:
    """The currency that the file states where it is not the study's: told where that one was set, for `$` is many.

    Raises InputError where the study recognised its own.
    """
    from regulars.sources.convention import stated_currency
    from regulars.sources.headers import normalised

    mapped = {normalised(header) for header in settings.map.values()}
    money = [i for i, header in enumerate(raw.headers) if normalised(header) in mapped]
    here, ours = stated_currency(raw, settings, [*money, *(c.index for c in found)]), scorer.study.currency
    if not here or not ours or here == ours:
        return None
    if scorer.study.settings.currency is None:
        raise InputError("score_currency", here=here, study=ours)
    return here


def _lacks(measure: str, raw: "Raw") -> InputError:
    return InputError("score_missing_column", column=measure, headers=", ".join(raw.headers[:30]))


def _by_measures(
    scorer: Scorer, raw: "Raw", columns: "list[Column]", found: "Mapping[str, Column]", settings: Settings
) -> Scored:
    """One row per customer with recency, orders, money, and further features of the model by name."""
    from regulars.sources.headers import normalised

    further = {header: name for name in scorer.needs() if name not in MEASURES for header in _names(name)}
    taken = dict(found) | {further[n]: c for c in columns if (n := normalised(c.header)) in further}
    needed = MEASURES if scorer.has_amounts else MEASURES[:2]
    if missing := [measure for measure in needed if measure not in taken]:
        raise _lacks(missing[0], raw)
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
