"""`regulars report` and `regulars version`."""

from pathlib import Path
from typing import Annotated

import typer

from regulars import __version__
from regulars.commands.options import Chosen, Lang, ShopFolder, choice_of, day_of, language_of, say


def report(
    target: Annotated[Path, typer.Argument(help=say("cli.target_report"), metavar="FILE.html", show_default=False)],
    shop: ShopFolder = Path("shop"),
    study: Chosen = None,
    lang: Lang = None,
) -> None:
    """Writes the report of a study once more, in another language if asked."""
    from regulars.report import write_report
    from regulars.shop import open_shop

    choice_of(target.suffix.lower().removeprefix("."), ("html", "htm"))
    found = open_shop(shop).load(day_of(study))
    write_report(found, target, language_of(lang))
    typer.echo(str(target))


def version() -> None:
    """Prints the version."""
    typer.echo(f"regulars {__version__}")
