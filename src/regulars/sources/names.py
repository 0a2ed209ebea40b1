"""Files that lie under a name of ours are called as their owner calls them, in all that is said of them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Any, TypeVar

import msgspec

from regulars.errors import RegularsError
from regulars.sources.customer_table import CustomerTable
from regulars.sources.lines import Lines

_Piece = TypeVar("_Piece")


def called(piece: _Piece, names: Mapping[str, str]) -> _Piece:
    """A dataclass of plain values in which every text that is a name of `names` became the other name."""
    return msgspec.convert(_called(msgspec.to_builtins(piece), names), type(piece)) if names else piece


def lines_called(lines: Lines, names: Mapping[str, str]) -> Lines:
    """Order lines whose files are called so."""
    inputs = tuple(called(file, names) for file in lines.inputs)
    return replace(lines, inputs=inputs, layout=called(lines.layout, names))


def table_called(table: CustomerTable, names: Mapping[str, str]) -> CustomerTable:
    """A customer table whose files are called so."""
    found = tuple(called(finding, names) for finding in table.findings)
    inputs = tuple(called(file, names) for file in table.inputs)
    assumed = tuple(called(message, names) for message in table.assumptions)
    return replace(table, inputs=inputs, findings=found, assumptions=assumed)


def error_called(error: RegularsError, names: Mapping[str, str]) -> RegularsError:
    """The same error, whose sentence calls files so; a path to such a file becomes the name as well."""
    for field, value in error.message.values.items():
        text = value
        for ours, theirs in names.items():
            if isinstance(text, str):
                text = theirs if PurePath(text).name == ours else _within(text, ours, theirs)
        error.message.values[field] = text
    return error


def _within(text: str, ours: str, theirs: str) -> str:
    """What an engine says of a file, without the folder that it lies in."""
    name = re.escape(ours)
    return re.sub(rf"(?<=')[^']*{name}(?=')|(?<=\")[^\"]*{name}(?=\")|\S*{name}", lambda _: theirs, text)


def _called(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, dict):
        return {key: _called(part, names) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_called(part, names) for part in value]
    return value
