"""`regulars export`: a table of a study, or its charts, as files."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from regulars.commands.options import Chosen, Lang, ShopFolder, choice_of, day_of, language_of, say
from regulars.locale import words

TABLES = {"customers": "customers.parquet", "sales": "sales", "left-out": "customers_left_out.parquet",
          **{name: f"{name}.parquet" for name in ("moves", "cohorts", "value", "rules", "recommendations", "rhythm",
                                                  "crosstabs", "underserved")}}  # fmt: skip


def export(  # noqa: PLR0913, PLR0917 - one parameter per flag
    target: Annotated[Path, typer.Argument(help=say("cli.target"), metavar="TARGET", show_default=False)],
    shop: ShopFolder = Path("shop"),
    table: Annotated[str, typer.Option(help=say("cli.table"), metavar="|".join(TABLES))] = "customers",
    charts: Annotated[bool, typer.Option("--charts", help=say("cli.charts"))] = False,
    contacts: Annotated[bool, typer.Option("--with-contacts", help=say("cli.contacts"))] = False,
    picture: Annotated[str, typer.Option("--format", help=say("cli.format"), metavar="png|svg")] = "png",
    study: Chosen = None,
    lang: Lang = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=say("cli.overwrite"))] = False,
) -> None:
    """Writes a table of a study as CSV, XLSX or Parquet, or its charts as PNG or SVG files."""
    from regulars.analysis import UNDATED
    from regulars.contacts import told_columns
    from regulars.exports import Extract, export_table, study_names
    from regulars.shop import open_shop
    from regulars.stored import holds

    kept = open_shop(shop)
    found = kept.load(day_of(study))
    language = language_of(lang) or found.settings.language
    if charts:
        from regulars.report import export_charts

        count = len(export_charts(found, target, choice_of(picture, ("png", "svg")), language))
        typer.echo(words(language)("cli.charts_written", count=count, path=str(target)), err=True)
        return
    source = kept.path_of(found.as_of or UNDATED, TABLES[choice_of(table, tuple(TABLES))])
    kind = choice_of(target.suffix.lower().removeprefix("."), ("csv", "xlsx", "parquet"))
    extract = Extract(names=study_names(found, language))
    if table == "customers":
        lines = kept.path_of(found.as_of or UNDATED, "sales") if contacts and holds(found, "sales") else None
        extract = replace(extract, contacts=contacts, lines=lines, told=told_columns(found))
    rows = export_table(source, target, kind, language, overwrite=overwrite, extract=extract)
    typer.echo(words(language)("cli.exported", rows=rows, path=str(target)), err=True)
