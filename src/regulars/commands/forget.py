"""`regulars forget`: a customer removed from everything that a shop's folder holds."""

from pathlib import Path
from typing import Annotated

import typer

from regulars.commands.language import language_for
from regulars.commands.options import AsJson, Lang, ShopFolder, language_of, print_json, say


def forget(
    customer: Annotated[str, typer.Argument(help=say("forget.cli.id"), metavar="ID", show_default=False)],
    shop: ShopFolder = Path("shop"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help=say("forget.cli.dry_run"))] = False,
    yes: Annotated[bool, typer.Option("--yes", help=say("forget.cli.yes"))] = False,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Removes a customer from every study, export and campaign file; asks first, unless --yes."""
    from dataclasses import asdict

    from regulars.forget import forget as remove
    from regulars.locale import words
    from regulars.shop import open_shop

    told = words(language_of(lang) or language_for(shop))
    kept = open_shop(shop)
    done = remove(kept, customer, dry_run=True)
    if not (yes or dry_run):
        for part in done.removed:
            typer.echo(told("forget.cli.part", place=part.place, n=part.count), err=True)
        typer.confirm(told("forget.cli.sure", id=customer), abort=True, err=True)
    if not dry_run:
        done = remove(kept, customer)
    if as_json:
        print_json({"dry_run": dry_run, **asdict(done)})
        return
    key = "would" if dry_run else "done"
    typer.echo(told(f"forget.cli.{key}", id=customer, n=done.count, places=len(done.removed)))
    for part in done.removed if yes or dry_run else ():
        typer.echo(told("forget.cli.part", place=part.place, n=part.count))
    typer.echo(told("forget.cli.sources"), err=True)
