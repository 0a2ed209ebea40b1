"""What the commands share: their options, and how what is typed is checked."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from regulars.commands.language import language_for, wished
from regulars.errors import UsageError
from regulars.locale import LANGUAGES, Language, Words, words

if TYPE_CHECKING:
    from regulars.settings import Settings

say: Words = words(wished(sys.argv[1:]))
Source = Annotated[list[str], typer.Argument(help=say("cli.source"), metavar="FILE...", show_default=False)]
ShopFolder = Annotated[Path, typer.Option("--shop", help=say("cli.shop"), metavar="DIR")]
Mappings = Annotated[list[str], typer.Option("--map", help=say("cli.map"), metavar="NAME=HEADER", show_default=False)]
Kinds = Annotated[list[str], typer.Option("--kind", help=say("cli.kind"), metavar="COLUMN=KIND", show_default=False)]
Overrides = Annotated[list[str], typer.Option("--set", help=say("cli.set"), metavar="NAME=VALUE", show_default=False)]
Sheet = Annotated[str | None, typer.Option("--sheet", help=say("cli.sheet"), metavar="NAME", show_default=False)]
Lang = Annotated[str | None, typer.Option("--lang", help=say("cli.lang"), metavar="en|id", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help=say("cli.json"))]
Day = Annotated[str | None, typer.Option("--as-of", help=say("cli.as_of"), metavar="YYYY-MM-DD", show_default=False)]
Verbose = Annotated[bool, typer.Option("--verbose", help=say("cli.verbose"))]
Chosen = Annotated[str | None, typer.Option("--study", help=say("cli.study"), metavar="YYYY-MM-DD", show_default=False)]


def settings_of(shop: Path | None, mapping: list[str], overrides: list[str], given: dict[str, Any]) -> "Settings":
    """The settings that `shop.toml`, the flags and the shop's language give. Raises SettingsError, UsageError."""
    from regulars.settings import load_settings

    pairs, kinds = {}, {}
    for pair in mapping:
        name, found, header = pair.partition("=")
        if not found or not header:
            raise UsageError("map_pair", pair=pair)
        pairs[name.strip()] = header
    for pair in given.pop("kinds", ()):
        header, _, kind = pair.rpartition("=")  # a header may hold the sign
        if not header or not kind:
            raise UsageError("kind_pair", pair=pair)
        kinds[header] = kind.strip()
    path, asked = shop / "shop.toml" if shop else None, given.pop("language")
    settings = load_settings(path, overrides, pairs, language_for(shop), kinds, **given)
    return settings if asked is None else replace(settings, language=choice_of(asked, LANGUAGES))


def one_or_all(source: list[str]) -> Any:
    """A single source by itself, several as a list."""
    return source[0] if len(source) == 1 else source


def day_of(text: str | None) -> Any:
    """A day as typed, YYYY-MM-DD. Raises UsageError."""
    from datetime import date

    if text is None or text == "undated":  # the study of a customer table without dates
        return text
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("not_a_day", text=text) from error


def language_of(text: str | None) -> Language | None:
    """A language as typed. Raises UsageError."""
    return None if text is None else cast(Language, choice_of(text, LANGUAGES))


def choice_of(text: str, known: tuple[str, ...]) -> Any:
    """One of the known words, as typed. Raises UsageError."""
    if text not in known:
        raise UsageError("not_a_choice", text=text or "?", known=", ".join(known))
    return text


def print_json(value: Any) -> None:
    """Prints one JSON document; in a terminal of few letters the others are escaped."""
    import json

    narrow = not (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    typer.echo(json.dumps(value, ensure_ascii=narrow, indent=2, allow_nan=False))
