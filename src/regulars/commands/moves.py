"""`regulars moves`: what became of the customers between two studies of a shop."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import AsJson, Lang, ShopFolder, choice_of, day_of, language_of, print_json, say
from regulars.errors import AbsentError, UsageError
from regulars.locale import Language, Words, words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.segments.frozen import Before
    from regulars.segments.moves import Moved, Moves
    from regulars.shop import Shop

SAVED = {
    "segment": "select customer_id, segment_from, segment_to, segment_kind from moves order by customer_id",
    "cluster": "select customer_id, cluster_from, cluster_to, cluster_kind from moves order by customer_id",
}


def moves(  # noqa: PLR0913, PLR0917 - one parameter per flag
    shop: ShopFolder = Path("shop"),
    since: Annotated[
        str | None, typer.Option("--from", help=say("moves.cli.from"), metavar="YYYY-MM-DD", show_default=False)
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help=say("moves.cli.to"), metavar="YYYY-MM-DD", show_default=False)
    ] = None,
    by: Annotated[str, typer.Option(help=say("moves.cli.by"), metavar="segment|cluster")] = "segment",
    save: Annotated[
        Path | None, typer.Option("--save", help=say("moves.cli.save"), metavar="FILE", show_default=False)
    ] = None,
    lang: Lang = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=say("cli.overwrite"))] = False,
    as_json: AsJson = False,
) -> None:
    """Says who rose, who fell, who is new or gone between two studies."""
    from regulars.shop import open_shop

    by = choice_of(by, tuple(SAVED))
    kept = open_shop(shop)
    after = kept.load(day_of(until))
    before = _before(kept, after, day_of(since))
    language = language_of(lang) or after.settings.language
    target = (save, choice_of(save.suffix.lower().removeprefix("."), ("csv", "xlsx", "parquet"))) if save else None
    found = _compared(kept, before, after, (by, language, target, overwrite))
    moved = found.segments if by == "segment" else found.clusters
    if as_json:
        print_json(moves_json(found, moved))
    else:
        _show(found, moved, words(language, after.currency))


def _before(shop: "Shop", after: "Study", day: Any) -> "Before":
    """The earlier study asked for, or the one before. Raises UsageError, StoreError."""
    from regulars.segments.frozen import Before

    if after.as_of is None or day == "undated":
        raise UsageError("moves_undated")
    if day is None:
        found = shop.before(after.as_of)
        if found is None:
            raise AbsentError("moves_alone", path=str(shop.folder), day=after.as_of.isoformat())
    elif day >= after.as_of:
        raise UsageError("moves_order", before=day.isoformat(), after=after.as_of.isoformat())
    else:
        found = Before(shop.load(day), shop.path_of(day, "customers.parquet"))
    if found.study.currency != after.currency:
        raise UsageError("moves_currency", before=found.study.currency or "–", after=after.currency or "–")
    return found


def _compared(
    shop: "Shop", before: "Before", after: "Study", wish: tuple[str, Language, tuple[Path, Any] | None, bool]
) -> "Moves":
    """The moves, from the tables that both studies keep; written to a file where one is wished for."""
    import tempfile

    from regulars.engine import DuckEngine
    from regulars.exports import export_table
    from regulars.segments.moves import Now, by_worth
    from regulars.segments.moves import moves as compare

    by, language, target, overwrite = wish
    if after.as_of is None:
        raise UsageError("moves_undated")
    with DuckEngine() as engine:
        for name in ("customers", "measures", "features"):
            engine.load(name, shop.path_of(after.as_of, "customers.parquet"))
        found = compare(
            engine, before, Now(after.as_of, after.scheme, after.clusters, by_worth(after.cluster_profiles))
        )
        if target:
            with tempfile.TemporaryDirectory(prefix="regulars-") as folder:
                table = Path(folder) / "moves.parquet"
                engine.write_parquet(SAVED[by], table)
                rows = export_table(table, *target, language, overwrite=overwrite)
            typer.echo(words(language)("cli.exported", rows=rows, path=str(target[0])), err=True)
    return found


def moves_json(found: "Moves", moved: "Moved") -> dict[str, Any]:
    """The moves in plain values: `from` and `to` are None outside of a study; money in the shop's currency."""
    from regulars.pages.moves import risen
    from regulars.segments.moves import KINDS

    rose, fell = risen(moved)
    return {
        "from": found.before.isoformat(),
        "to": found.after.isoformat(),
        "by": moved.by,
        "groups": list(moved.groups),
        "customers": moved.customers,
        "kinds": {kind: moved.kind(kind) for kind in KINDS},
        "split": moved.by == "segment" or found.split,
        "rose": rose if moved.ranked else None,
        "fell": fell if moved.ranked else None,
        "cells": [
            {"from": c.origin, "to": c.target, "kind": c.kind, "customers": c.customers,
             "sales_before": c.sales_before, "sales_after": c.sales_after}
            for c in moved.cells
        ],
    }  # fmt: skip


def _show(found: "Moves", moved: "Moved", told: Words) -> None:
    from rich.console import Console

    from regulars.charts.moves import flow_table
    from regulars.narrow import sentence, table
    from regulars.pages.moves import insights, moving

    out = Console(highlight=False)
    out.print(told("moves.title", before=found.before.isoformat()), style="bold")
    for line in insights(found, moved, told):
        sentence(out, line)
    flows = moving(moved)
    plain = flow_table(moved, flows, told("moves.table.largest"), told)
    if flows:
        table(out, plain.caption, plain.headers, plain.rows, plain.numeric)
