"""`regulars value`: what customers will still bring, from a shop's folder alone, with every model tried."""

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import AsJson, Chosen, Lang, ShopFolder, choice_of, day_of, language_of, print_json, say
from regulars.locale import Words, words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.value.models import Ask, Value

Horizon = Annotated[str | None, typer.Option(help=say("value.cli.horizon"), metavar="DAYS|26w", show_default=False)]
Discount = Annotated[float, typer.Option(help=say("value.cli.discount"), metavar="RATE")]
Margin = Annotated[float | None, typer.Option(help=say("value.cli.margin"), metavar="SHARE", show_default=False)]
Out = Annotated[Path | None, typer.Option(help=say("value.cli.out"), metavar="FILE", show_default=False)]


def value(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    horizon: Horizon = None,
    discount: Discount = 0.1,
    margin: Margin = None,
    out: Out = None,
    study: Chosen = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Shows what customers will still bring, and how far to trust it."""
    from regulars.engine import DuckEngine
    from regulars.errors import UsageError
    from regulars.shop import open_shop
    from regulars.stored import stored_buyers, stored_sales
    from regulars.value.estimate import estimate

    asked = _asked(horizon, discount, margin)
    kind = choice_of(out.suffix.lower().removeprefix("."), ("csv", "xlsx", "parquet")) if out else ""
    kept = open_shop(shop)
    known = kept.load(day_of(study))
    if known.as_of is None:
        raise UsageError("value_undated")
    told = words(language_of(lang) or known.settings.language, known.currency)
    with closing(DuckEngine()) as engine:
        stored_sales(engine, kept, known.as_of)
        stored_buyers(engine, kept, known.as_of)
        engine.view_from("scores", "select customer_id, segment from customers")
        engine.make("value/orders")
        found = estimate(engine, known.as_of, asked)
        rows = _write(engine, out, kind, told) if out and found.winner else None
    if as_json:
        print_json(_json(found, known, told))
    else:
        _show(found, known, told)
    if out and rows is not None:
        typer.echo(told("value.cli.written", rows=rows, path=str(out)), err=True)


def _asked(horizon: str | None, discount: float, margin: float | None) -> "Ask":
    """The options, checked. Raises UsageError."""
    from regulars.errors import UsageError
    from regulars.value.models import Ask

    days = None
    if horizon is not None:
        digits = horizon.strip().lower().removesuffix("w")
        weeks = 7 if digits != horizon.strip().lower() else 1
        if not (digits.isascii() and digits.isdigit()) or not 7 <= int(digits) * weeks <= 3653:
            raise UsageError("value_horizon", text=horizon)
        days = int(digits) * weeks
    if not 0 <= discount < 10:
        raise UsageError("value_discount", discount=discount)
    if margin is not None and not 0 < margin <= 1:
        key = "value_margin_percent" if 1 < margin <= 100 else "value_margin"
        raise UsageError(key, margin=f"{margin:g}", share=f"{margin / 100:g}")
    return Ask(horizon_days=days, discount=discount, margin=margin, deep=True)


def _write(engine: Any, out: Path, kind: Any, told: Words) -> int:
    """The customers with their value as a file for people."""
    from regulars.exports import export_table

    with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
        table = Path(folder) / "value.parquet"
        engine.write_parquet("select * from value order by customer_id", table)
        return export_table(table, out, kind, told.language, overwrite=True)


def _json(found: "Value", study: "Study", told: Words) -> dict[str, Any]:
    """All that was found as plain values; `says` are the sentences of the page."""
    import msgspec

    from regulars.pages.sentences import left_out
    from regulars.pages.value import insights

    return {
        "shop": study.shop,
        "as_of": study.folder,
        "currency": study.currency,
        "says": [*insights(found, told), *left_out(study, found.customers, told)],
        **msgspec.to_builtins(found),
        "reason": found.reason.text(told),
        "notes": [note.text(told) for note in found.notes],
    }


def _show(found: "Value", study: "Study", told: Words) -> None:
    """The sentences, then the segments."""
    from rich.console import Console

    from regulars.charts.groups import segment_label
    from regulars.narrow import sentence, table
    from regulars.pages.sentences import left_out
    from regulars.pages.value import insights

    console = Console()
    notes = (note.text(told) for note in found.notes)
    for said in (*insights(found, told), *left_out(study, found.customers, told), *notes):
        sentence(console, said)
    if not found.segments:
        return
    title = told("value.cli.table", shop=study.shop, days=found.horizon_days, day=study.folder)
    heads = ["segment", "customers", "orders", *(["value"] if found.value is not None else [])]
    rows = []
    for group in sorted(found.segments, key=lambda g: (-(g.value or 0.0), -g.expected_orders, g.segment)):
        figures = [told.number(group.customers), told.number(group.expected_orders)]
        if found.value is not None:
            figures.append(told("common.unknown") if group.value is None else told.money(group.value))
        rows.append([segment_label(group.segment, told), *figures])
    table(console, title, [told(f"value.head.{head}") for head in heads], rows, range(1, len(heads)))
