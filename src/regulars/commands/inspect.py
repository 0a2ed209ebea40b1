"""`regulars inspect`: how order lines or a customer table would be read."""

from pathlib import Path
from typing import Annotated

import typer

from regulars.commands.options import (
    AsJson,
    Kinds,
    Lang,
    Mappings,
    Overrides,
    Sheet,
    Source,
    language_of,
    one_or_all,
    print_json,
    say,
    settings_of,
)
from regulars.errors import UsageError
from regulars.locale import words


def inspect(  # noqa: PLR0913, PLR0917 - one parameter per flag
    source: Source = [],  # noqa: B006
    customers: Annotated[
        str | None, typer.Option("--customers", help=say("cli.customers"), metavar="FILE", show_default=False)
    ] = None,
    shop: Annotated[
        Path | None, typer.Option("--shop", help=say("cli.shop"), metavar="DIR", show_default=False)
    ] = None,
    mapping: Mappings = [],  # noqa: B006
    kinds: Kinds = [],  # noqa: B006
    overrides: Overrides = [],  # noqa: B006
    sheet: Sheet = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Shows how an input would be read."""
    from regulars.pipeline import foreseen
    from regulars.sources.inspect import TableInspection, inspect_table, recognise
    from regulars.terminal import show_inspection, show_table_inspection

    settings = settings_of(shop, mapping, overrides, {"kinds": kinds, "sheet": sheet, "language": language_of(lang)})
    if not source and not customers:
        raise UsageError("nothing_given")
    seen = inspect_table(customers, settings) if customers else recognise(one_or_all(source), settings, foreseen)
    if as_json:
        import msgspec

        print_json(msgspec.to_builtins(seen))
    elif isinstance(seen, TableInspection):
        show_table_inspection(seen, words(settings.language))
    else:
        show_inspection(seen, words(settings.language))
