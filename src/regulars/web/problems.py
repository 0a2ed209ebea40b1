"""What goes wrong, as it is shown on a page: a sentence without flags of the command line."""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.errors import NothingLeftError, RegularsError
from regulars.locale import LANGUAGES, Words, words
from regulars.sources.names import error_called


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something failed: the error's key and its sentence in each language."""

    code: str
    texts: dict[str, str]


def problem_of(error: RegularsError, names: Mapping[str, str]) -> Problem:
    """An error with files called as their owner calls them (`names`: on the disk -> in words)."""
    error = error_called(error, names)
    return Problem(error.message.key.removeprefix("errors."), {one: said(error, words(one)) for one in LANGUAGES})


def said(error: RegularsError, say: Words) -> str:
    """The sentence of an error; where the command line's names flags, that of the dashboard."""
    ours = f"web_start.{error.message.key}"
    if not say.has(ours):
        return error.text(say)
    values = dict(error.message.values)
    if isinstance(error, NothingLeftError):
        values["reasons"] = ", ".join(f"{say(f'reasons.{fate}')} {say.number(n)}" for fate, n in error.fates.items())
    if isinstance(missing := values.get("missing"), str):
        values["missing"] = ", ".join(say(f"columns.name.{name}") for name in missing.split(", "))
    return say(ours, **values)
