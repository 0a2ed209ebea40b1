"""The command line: `regulars run orders.csv --shop toko` and what goes with it.

Exit codes: 0 done, 1 something unforeseen, 2 usage or no such file, 3 input not understood, 4 nothing left to analyse,
5 cannot write, 130 interrupted. Results go to standard output, everything else to standard error. Commands load what
they need when they run: the bare command starts fast.
"""

import atexit
import os
import signal
import sys
from contextlib import closing
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer

from regulars import __version__
from regulars.errors import RegularsError, UsageError
from regulars.locale import LANGUAGES, Language, Words, spoken, words

if TYPE_CHECKING:
    from regulars.analysis import Study
    from regulars.settings import Settings

INTERRUPTED = 130
_TABLES = {"customers": "customers.parquet", "sales": "sales", "left-out": "customers_left_out.parquet"}


say: Words = words(spoken())
app = typer.Typer(
    name="regulars", help=say("cli.app"), no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)

Source = Annotated[list[str], typer.Argument(help=say("cli.source"), metavar="FILE...", show_default=False)]
ShopFolder = Annotated[Path, typer.Option("--shop", help=say("cli.shop"), metavar="DIR")]
Mappings = Annotated[list[str], typer.Option("--map", help=say("cli.map"), metavar="NAME=HEADER", show_default=False)]
Overrides = Annotated[list[str], typer.Option("--set", help=say("cli.set"), metavar="NAME=VALUE", show_default=False)]
Sheet = Annotated[str | None, typer.Option("--sheet", help=say("cli.sheet"), metavar="NAME", show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", help=say("cli.lang"), metavar="en|id", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Day = Annotated[str | None, typer.Option("--as-of", help=say("cli.as_of"), metavar="YYYY-MM-DD", show_default=False)]
Verbose = Annotated[bool, typer.Option("--verbose", help=say("cli.verbose"))]
Chosen = Annotated[str | None, typer.Option("--study", help=say("cli.study"), metavar="YYYY-MM-DD", show_default=False)]


@app.command(help=say("cli.run"))
def run(  # noqa: PLR0913, PLR0917 - one parameter per flag
    source: Source,
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
    as_json: AsJson = False,
    verbose: Verbose = False,
) -> None:
    """Reads order lines, studies the customers, writes the study and its report into the shop's folder."""
    given = {"where": where, "since": _day(since), "as_of": _day(as_of), "preset": preset, "sheet": sheet}
    settings = _settings(shop, mapping, overrides, given | {"language": _language(lang)})
    study = _run(_one(source), settings, shop, engine, (as_json, verbose))
    if as_json:
        from regulars.summary import summary

        _print_json(summary(study, shop))
    else:
        from regulars.terminal import show_study

        show_study(study, shop / "studies" / study.as_of.isoformat() / "report.html")


def _run(source: Any, settings: "Settings", shop: Path, engine: str, quietly: tuple[bool, bool]) -> "Study":
    """The run itself. The shop is locked once the input is known to be readable, and before the work begins."""
    from regulars.api import engine_name, read_with, study_with
    from regulars.log import logged
    from regulars.shop import open_shop
    from regulars.terminal import progress

    chosen, folder = engine_name(engine), open_shop(shop)
    silent, verbose = quietly
    with progress(words(settings.language), silent=silent, verbose=verbose) as told:
        told("read")
        lines = read_with(source, settings)
        with closing(lines.engine), folder.writing() as writer, logged(shop, "run", told) as tell:
            with closing(study_with(lines, settings, chosen, tell)) as analysis:
                study = analysis.write(writer, tell)
            tell.counts |= {"lines": study.reconciliation.read, "customers": study.customers}
            return study


@app.command(help=say("cli.inspect"))
def inspect(  # noqa: PLR0913, PLR0917 - one parameter per flag
    source: Source,
    shop: Annotated[
        Path | None, typer.Option("--shop", help=say("cli.shop"), metavar="DIR", show_default=False)
    ] = None,
    mapping: Mappings = [],  # noqa: B006
    overrides: Overrides = [],  # noqa: B006
    sheet: Sheet = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Shows how an input would be read."""
    from regulars.sources.inspect import inspect as look
    from regulars.terminal import show_inspection

    settings = _settings(shop, mapping, overrides, {"sheet": sheet, "language": _language(lang)})
    seen = look(_one(source), settings)
    if as_json:
        import msgspec

        _print_json(msgspec.to_builtins(seen))
    else:
        show_inspection(seen, words(settings.language))


@app.command(help=say("cli.export"))
def export(  # noqa: PLR0913, PLR0917 - one parameter per flag
    target: Annotated[Path, typer.Argument(help=say("cli.target"), metavar="TARGET", show_default=False)],
    shop: ShopFolder = Path("shop"),
    table: Annotated[str, typer.Option(help=say("cli.table"), metavar="customers|sales|left-out")] = "customers",
    charts: Annotated[bool, typer.Option("--charts", help=say("cli.charts"))] = False,
    contacts: Annotated[bool, typer.Option("--with-contacts", help=say("cli.contacts"))] = False,
    picture: Annotated[str, typer.Option("--format", help=say("cli.format"), metavar="png|svg")] = "png",
    study: Chosen = None,
    lang: Lang = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help=say("cli.overwrite"))] = False,
) -> None:
    """Writes a table of a study as CSV, XLSX or Parquet, or its charts as PNG or SVG files."""
    from regulars.exports import Extract, export_table, study_names
    from regulars.shop import open_shop

    kept = open_shop(shop)
    found = kept.load(_day(study))
    language = _language(lang) or found.settings.language
    if charts:
        from regulars.report import export_charts

        count = len(export_charts(found, target, _choice(picture, ("png", "svg")), language))
        typer.echo(words(language)("cli.charts_written", count=count, path=str(target)), err=True)
        return
    source = kept.path_of(found.as_of, _TABLES[_choice(table, tuple(_TABLES))])
    kind = _choice(target.suffix.lower().removeprefix("."), ("csv", "xlsx", "parquet"))
    people = kept.path_of(found.as_of, "sales") if contacts and table == "customers" else None
    extract = Extract(names=study_names(found, language), contacts=people)
    rows = export_table(source, target, kind, language, overwrite=overwrite, extract=extract)
    typer.echo(words(language)("cli.exported", rows=rows, path=str(target)), err=True)


@app.command(help=say("cli.report"))
def report(
    target: Annotated[Path, typer.Argument(help=say("cli.target_report"), metavar="FILE.html", show_default=False)],
    shop: ShopFolder = Path("shop"),
    study: Chosen = None,
    lang: Lang = None,
) -> None:
    """Writes the report of a study once more, in another language if asked."""
    from regulars.report import write_report
    from regulars.shop import open_shop

    found = open_shop(shop).load(_day(study))
    write_report(found, target, _language(lang))
    typer.echo(str(target))


@app.command(help=say("cli.version"))
def version() -> None:
    """Prints the version."""
    typer.echo(f"regulars {__version__}")


def main() -> None:
    """The entry point: runs the command line, turns every error into a sentence and an exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends us gets the same order as from Ctrl-C
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal of few letters gets question marks for the others
            stream.reconfigure(errors="replace")
    code = _guarded(sys.argv[1:])
    if code == INTERRUPTED:
        interrupted()
    sys.exit(code)


def interrupted() -> NoReturn:
    """Ends with 130, whatever Ctrl-C fell into: Python itself ends by the signal if it met the making of a class."""
    atexit._run_exitfuncs()
    sys.stderr.flush()
    os._exit(INTERRUPTED)


def _guarded(arguments: list[str]) -> int:
    verbose = "--verbose" in arguments
    try:
        result = app(args=arguments, standalone_mode=False)
        if sys.stdout:  # None where the caller closed it
            sys.stdout.flush()
        if result == 130:  # typer's own answer to Ctrl-C, which says nothing
            raise KeyboardInterrupt
        return result if isinstance(result, int) else 0
    except RegularsError as error:
        _complain(error.text(words(_asked(arguments))))
        return error.exit_code
    except typer.TyperException as error:
        if what := error.format_message():  # without a command the help has been shown already
            _complain(say("cli.usage", what=what.removesuffix(".")))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain(say("cli.interrupted"))
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):  # the reader of a pipe has gone; rich and typer then leave by themselves
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - so that the exit flushes nowhere
        return 0
    except Exception as error:
        if verbose:
            import traceback

            traceback.print_exc()
        return _unforeseen(error, words(_asked(arguments)))


def _unforeseen(error: Exception, say: Words) -> int:
    """An error of the engine or the system that no stage has put into words."""
    from regulars.engine import first_line

    if isinstance(error, OSError) or type(error).__name__ in ("IOException", "OutOfMemoryException"):
        _complain(say("cli.system_error", why=first_line(error)))
        return 5
    if "interrupt" in str(error).lower():
        _complain(say("cli.interrupted"))
        return INTERRUPTED
    _complain(say("cli.unforeseen", what=f"{type(error).__name__}: {first_line(error)}"))
    return 1


def _complain(sentence: str) -> None:
    typer.echo(f"regulars: {sentence}", err=True)


def _asked(arguments: list[str]) -> Language:
    """The language that the arguments ask for, before they are understood."""
    for flag, value in zip(arguments, [*arguments[1:], ""], strict=True):
        wanted = value if flag == "--lang" else flag.removeprefix("--lang=")
        for language in LANGUAGES:
            if wanted == language:
                return language
    return spoken()


def _settings(shop: Path | None, mapping: list[str], overrides: list[str], given: dict[str, Any]) -> "Settings":
    from regulars.settings import load_settings

    pairs = {}
    for pair in mapping:
        name, found, header = pair.partition("=")
        if not found or not header:
            raise UsageError("map_pair", pair=pair)
        pairs[name.strip()] = header
    path, asked = shop / "shop.toml" if shop else None, given.pop("language")
    settings = load_settings(path, overrides, pairs, spoken(), **given)
    return settings if asked is None else replace(settings, language=_choice(asked, LANGUAGES))


def _one(source: list[str]) -> Any:
    return source[0] if len(source) == 1 else source


def _day(text: str | None) -> Any:
    from datetime import date

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("not_a_day", text=text) from error


def _language(text: str | None) -> Language | None:
    return None if text is None else cast(Language, _choice(text, LANGUAGES))


def _choice(text: str, known: tuple[str, ...]) -> Any:
    if text not in known:
        raise UsageError("not_a_choice", text=text or "?", known=", ".join(known))
    return text


def _print_json(value: Any) -> None:
    import json

    narrow = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=narrow, indent=2, allow_nan=False))


if __name__ == "__main__":
    main()
