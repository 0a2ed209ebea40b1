"""`regulars run`: reads order lines, studies the customers, keeps the study."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import (
    AsJson,
    Day,
    Kinds,
    Lang,
    Mappings,
    Overrides,
    Sheet,
    ShopFolder,
    Source,
    Verbose,
    day_of,
    language_of,
    one_or_all,
    print_json,
    say,
    settings_of,
)
from regulars.errors import UsageError
from regulars.locale import words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.running import Given
    from regulars.settings import Settings


def run(  # noqa: PLR0913, PLR0917 - one parameter per flag
    source: Source = [],  # noqa: B006
    customers: Annotated[
        str | None, typer.Option("--customers", help=say("cli.customers"), metavar="FILE", show_default=False)
    ] = None,
    shop: ShopFolder = Path("shop"),
    mapping: Mappings = [],  # noqa: B006 - typer's way to say "none"
    kinds: Kinds = [],  # noqa: B006
    overrides: Overrides = [],  # noqa: B006
    where: Annotated[str | None, typer.Option(help=say("cli.where"), metavar="CONDITION", show_default=False)] = None,
    since: Annotated[
        str | None, typer.Option("--from", help=say("cli.from"), metavar="YYYY-MM-DD", show_default=False)
    ] = None,
    as_of: Day = None,
    preset: Annotated[str | None, typer.Option(help=say("cli.preset"), metavar="NAME", show_default=False)] = None,
    sheet: Sheet = None,
    lang: Lang = None,
    engine: Annotated[str, typer.Option(help=say("cli.engine"), metavar="duckdb|spark")] = "duckdb",
    refit: Annotated[bool, typer.Option("--refit", help=say("cli.refit"))] = False,
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Reads order lines, studies the customers, writes the study and its report into the shop's folder."""
    given: dict[str, Any] = {"where": where, "since": day_of(since), "as_of": day_of(as_of), "preset": preset}
    given |= {"sheet": sheet, "kinds": kinds}
    settings = settings_of(shop, mapping, overrides, given | {"language": language_of(lang)})
    if not source and not customers:
        raise UsageError("nothing_given")
    study = _run(_given(one_or_all(source), customers, settings, engine, refit), shop, as_json, verbose)
    if as_json:
        from regulars.summary import summary

        print_json(summary(study, shop))
    else:
        from regulars.terminal import show_study

        show_study(study, shop / "studies" / study.folder / "report.html")


def _given(source: Any, customers: str | None, settings: "Settings", engine: str, refit: bool) -> "Given":
    from regulars.api import engine_name
    from regulars.running import Given

    return Given(orders=source or None, customers=customers, settings=settings, engine=engine_name(engine), refit=refit)


def _run(given: "Given", shop: Path, silent: bool, verbose: bool) -> "Study":
    from regulars.recommending import listed
    from regulars.running import run
    from regulars.shop import open_shop
    from regulars.terminal import progress

    folder, say_so = open_shop(shop), words(given.settings.language)
    had_lists = listed(shop)
    with progress(say_so, silent=silent, verbose=verbose) as told:
        study = run(given, folder, told)
    if study.folder in had_lists:  # they were of the earlier lines
        typer.echo(say_so("cli.lists_gone", shop=str(shop)), err=True)
    return study
