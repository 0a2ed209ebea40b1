"""`regulars score`: the customers of a file, placed by a stored study."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from regulars.commands.options import Chosen, Lang, Mappings, ShopFolder, choice_of, day_of, language_of, say
from regulars.locale import Words, words

if TYPE_CHECKING:
    from datetime import date

    from regulars.scoring.placing import Answers, Scored

_AS_OF = say("api.cli.as_of")
AsOf = Annotated[str | None, typer.Option("--as-of", help=_AS_OF, metavar="YYYY-MM-DD", show_default=False)]
Out = Annotated[Path | None, typer.Option(help=say("api.cli.target"), metavar="FILE", show_default=False)]


def score(  # noqa: PLR0913, PLR0917 - one parameter per flag
    file: Annotated[str, typer.Argument(help=say("api.cli.file"), metavar="FILE", show_default=False)],
    shop: ShopFolder = Path("shop"),
    out: Out = None,
    mapping: Mappings = [],  # noqa: B006 - typer's way to say "none"
    as_of: AsOf = None,
    study: Chosen = None,
    lang: Lang = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=say("cli.overwrite"))] = False,
) -> None:
    """Scores the customers of a file; nothing is learned, so the same customer gets the same answer every day."""
    from regulars.errors import UsageError
    from regulars.scoring import Scorer
    from regulars.scoring.placing import Answers
    from regulars.shop import open_shop

    kind = choice_of(out.suffix.lower().removeprefix("."), ("json", "csv", "xlsx", "parquet")) if out else "json"
    if out and out.exists() and not overwrite:
        raise UsageError("export_exists", path=str(out))
    kept = open_shop(shop)
    known = kept.load(day_of(study))
    told = words(language_of(lang) or known.settings.language, known.currency)
    answers = Answers(Scorer(known), told)
    found = _scored(answers, file, mapping, day_of(as_of), told)
    notes = found.notes(known.currency)
    if kind == "json":
        _print(answers.document(answers.rows(found.ids, found.placed), notes), out)
    elif out:
        _write(answers, found, out, kind, told)
    for note in notes:
        typer.echo(note.text(told), err=True)
    if out:
        typer.echo(told("api.cli.scored", rows=len(found.ids), study=known.folder, path=str(out)), err=True)
    if missing := int((found.placed.segment < 0).sum()):
        typer.echo(told("api.cli.unscored", n=missing, rows=len(found.ids)), err=True)
    for finding in found.findings:
        figures = {"count": finding.count, "of": finding.of, "share": finding.share}
        typer.echo(told(f"findings.{finding.code}.says", **figures, **finding.values), err=True)
    if found.placed.reason:
        typer.echo(found.placed.reason.text(told), err=True)


def _scored(answers: "Answers", file: str, mapping: list[str], as_of: "date | None", told: Words) -> "Scored":
    """The customers of the file, whatever form it has."""
    from regulars.commands.options import settings_of
    from regulars.errors import ColumnError
    from regulars.scoring.files import read_json, score_file
    from regulars.settings import settings_over

    if Path(file).suffix.lower() == ".json":
        asked = read_json(Path(file))
        asked.as_of = as_of or asked.as_of
        return answers.placed_of(asked)
    settings = answers.scorer.study.settings
    if mapping:
        settings = settings_over(settings, {"map": settings_of(None, mapping, [], {"language": None}).map})
        return score_file(answers.scorer, file, settings, as_of)
    try:
        return score_file(answers.scorer, file, settings, as_of)
    except ColumnError as error:
        if error.message.key != "errors.map_unknown_header":
            raise
    # chosen for the study's own file: this one has other columns, which are recognised
    found = score_file(answers.scorer, file, replace(settings, map={}), as_of)
    columns = ", ".join(settings.map.values())
    typer.echo(told("api.cli.other_columns", columns=columns, file=Path(file).name), err=True)
    return found


def _print(document: bytes, out: Path | None) -> None:
    """The JSON document, to a file or to standard output."""
    import json

    from regulars.commands.options import print_json
    from regulars.errors import StoreError

    if out is None:
        print_json(json.loads(document))
        return
    try:
        out.write_bytes(document + b"\n")
    except OSError as error:
        raise StoreError("cannot_write", path=str(out), why=error.strerror or str(error)) from error


def _write(answers: "Answers", found: "Scored", out: Path, kind: str, told: Words) -> None:
    """The customers as a table: the columns of the list of customers, and the keys, for programs."""
    from regulars.engine import DuckEngine
    from regulars.exports import Extract, export_table, study_names

    names = study_names(answers.scorer.study, told.language)
    with tempfile.TemporaryDirectory(prefix="regulars-") as folder, DuckEngine() as engine:
        table = Path(folder) / "customers.parquet"
        kinds, columns = answers.columns(found)
        engine.put_columns("scored", kinds, columns)
        engine.write_parquet("select * exclude (place) from scored order by place", table)
        wanted = Extract(tuple(name for name in kinds if name != "place"), names)
        export_table(table, out, kind, told.language, overwrite=True, extract=wanted)  # type: ignore[arg-type]
