"""What typer refuses, in our words: what was found, what was expected, what to type next."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import typer

from regulars.locale import Value, Words


def wrong_usage(error: typer.TyperException, arguments: Sequence[str], app: typer.Typer, say: Words) -> str | None:
    """The sentence about a mistyped command; None where the help has been shown instead."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return None
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    name = arguments[0] if arguments and arguments[0] in commands else ""
    params = {opt: param for param in (commands[name].params if name else ()) for opt in param.opts}
    typed = f"regulars {name}".strip()
    found = _found(error, arguments, params)
    if found is None:
        return say("cli.usage", what=error.format_message().removesuffix("."))
    key, values = found
    if key == "option" and not name:
        key = "before"
    close = values.get("close")
    key = f"{key}_close" if close else key
    if (expected := values.get("kind")) is not None:
        values["expected"] = say(f"cli.wrong.expected.{expected}", **values)
    needed = " ".join(str(param.metavar) for param in params.values() if param.param_type_name == "argument")
    values |= {"command": typed, "needed": f"{typed} {needed}".strip()}
    shown = {each: re.sub(r"[^ -~\u00a1-\uffff]", "?", v) if isinstance(v, str) else v for each, v in values.items()}
    return say(f"cli.wrong.{key}", **shown)


def _found(
    error: typer.TyperException, arguments: Sequence[str], params: dict[str, Any]
) -> tuple[str, dict[str, Value]] | None:
    """Which mistake it is, and with what; None: one that typer may learn to make."""
    kind, param = type(error).__name__, getattr(error, "param", None)
    option = str(getattr(error, "option_name", ""))
    if kind == "NoSuchOption":
        return "option", {"name": option, "close": " / ".join(getattr(error, "possibilities", None) or ())}
    if kind == "BadOptionUsage":
        given = next((each for each in arguments if each.startswith(f"{option}=")), "")
        value = params[option].metavar if option in params else "…"
        return "flag" if given else "no_value", {"name": option, "given": given, "value": value}
    if kind == "MissingParameter" and param is not None:
        return "missing", {"name": param.metavar or param.opts[0]}
    if kind == "BadParameter" and param is not None:
        return "value", _expected(param, arguments)
    return _told(error.format_message())


def _told(what: str) -> tuple[str, dict[str, Value]] | None:
    """A mistake that typer has words alone for."""
    if match := re.match(r"No such command '(.*?)'(?:\. Did you mean (.*)\?)?", what, re.DOTALL):
        return "command", {"name": match[1], "close": (match[2] or "").replace("'", "")}
    if match := re.match(r"Got unexpected extra arguments?(?:\(s\))? \((.*)\)", what, re.DOTALL):
        return "extra", {"extra": match[1]}
    return None


def _expected(param: Any, arguments: Sequence[str]) -> dict[str, Value]:
    """What was given to an option of numbers, and what it takes."""
    given = [after for name, after in pairwise(arguments) if name in param.opts]
    given += [each.partition("=")[2] for each in arguments if each.partition("=")[0] in param.opts and "=" in each]
    low, high = (getattr(param, side, None) for side in ("min", "max"))
    whole = "int" in str(param.type_descriptor.annotation)
    kind = "range" if high is not None else "least" if low is not None else "whole" if whole else "number"
    example = param.default if param.default is not None else low if low is not None else 10
    return {"name": param.opts[0], "given": given[-1] if given else "?", "kind": kind, "low": low, "high": high,
            "example": str(example)}  # fmt: skip
