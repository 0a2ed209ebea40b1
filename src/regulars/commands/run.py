"""`regulars run`: reads order lines, studies the customers, keeps the study."""

from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from regulars.commands.options import (
    AsJson,
    Day,
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
    from regulars.settings import Settings
    from regulars.sources.customer_table import CustomerTable


def run(  # noqa: PLR0913, PLR0917 - one parameter per flag
    source: Source = [],  # noqa: B006
    customers: Annotated[
        str | None, typer.Option("--customers", help=say("cli.customers"), metavar="FILE", show_default=False)
    ] = None,
    shop: ShopFolder = Path("shop"),
    mapping: Mappings = [],  # noqa: B006 - typer's way to say "none"
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
    given = {"where": where, "since": day_of(since), "as_of": day_of(as_of), "preset": preset, "sheet": sheet}
    settings = settings_of(shop, mapping, overrides, given | {"language": language_of(lang)})
    if not source and not customers:
        raise UsageError("nothing_given")
    study = _run((one_or_all(source), customers), settings, shop, engine, (as_json, verbose, refit))
    if as_json:
        from regulars.summary import summary

        print_json(summary(study, shop))
    else:
        from regulars.terminal import show_study

        show_study(study, shop / "studies" / study.folder / "report.html")


def _run(
    sources: tuple[Any, str | None], settings: "Settings", shop: Path, engine: str, flags: tuple[bool, bool, bool]
) -> "Study":
    """The run itself. The shop is locked once the input is known to be readable, and before the work begins."""
    from regulars.api import engine_name, read_with, study_table, study_with
    from regulars.log import logged
    from regulars.segments.frozen import Earlier
    from regulars.shop import open_shop
    from regulars.terminal import progress

    chosen, folder = engine_name(engine), open_shop(shop)
    silent, verbose, refit = flags
    with progress(words(settings.language), silent=silent, verbose=verbose) as told:
        told("read")
        source, customers = sources
        table = _table(customers, settings, bool(source)) if customers else None
        lines = read_with(source, settings) if source else None
        with ExitStack() as stack:
            for read in (lines, table):
                if read:
                    stack.enter_context(closing(read.engine))
            writer, tell = stack.enter_context(folder.writing()), stack.enter_context(logged(shop, "run", told))
            if lines:
                analysis = study_with(lines, settings, chosen, tell, Earlier(folder.before, refit), table)
            elif table:
                analysis = study_table(table, settings, chosen, tell)
            with closing(analysis):
                study = analysis.write(writer, tell)
            tell.counts |= {"lines": study.reconciliation.read, "customers": study.customers}
            return study


def _table(customers: str, settings: "Settings", beside: bool) -> "CustomerTable":
    """The customer table; `--sheet` is that of the orders where there are any."""
    from regulars.sources.table import read_table

    return read_table(customers, replace(settings, sheet=None) if beside else settings)
