"""What is wrong with a body or a parameter, as a sentence: which field, what was found there, what is expected."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from regulars.locale import Words

_KINDS = ("int", "float", "str", "bool", "null", "array", "object", "date")
_EXPECTED = re.compile(
    r"Expected `(?P<kinds>[^`]+)`(?: (?P<sign>[<>]=) (?P<limit>[^ ,]+)| of length (?P<long>[<>]=) (?P<length>\d+))?"
)
_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_PARTS = re.compile(r"[^.\[\]]+|\[\.\.\.\]")
_PARSED = {"int_parsing": "int", "int_type": "int", "float_parsing": "float", "bool_parsing": "bool",
           "bool_type": "bool", "string_type": "str", "value_error": "date", "date_parsing": "date"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault: the key of its text below `api.fault`, the field, what was found, and what is expected there."""

    key: str
    field: str = ""
    found: str = ""
    kinds: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()  # least, most, shortest, longest
    one_of: str = ""

    def text(self, say: Words) -> str:
        """The sentence in the language of `say`."""
        expected = f" {say('api.expects.or')} ".join(say(f"api.expects.{kind}") for kind in self.kinds)
        expected += "".join(f" {say(f'api.expects.{key}', n=n)}" for key, n in self.limits)
        if self.one_of:
            expected = say("api.expects.one_of", known=self.one_of)
        field = self.field or say("api.expects.body")
        return say(f"api.fault.{self.key}", field=field, found=self.found, expected=expected)


def body_fault(error: msgspec.DecodeError | UnicodeDecodeError | RecursionError, data: bytes) -> Fault:
    """What msgspec found wrong with a body."""
    told = str(error)
    if not isinstance(error, msgspec.ValidationError):
        return Fault("ends") if "truncated" in told else Fault("malformed", found=_written(data, told))
    place = _AT.search(told)
    field = place[1] if place else ""
    if "unknown field" in told or "required field" in told:
        return Fault("unknown" if "unknown" in told else "missing", field, told.split("`")[1][:60])
    found = _shown(_held(data, field))
    if "matching regex" in told:  # the one pattern of our bodies
        return Fault("wrong", field, found, ("upload",))
    if match := _EXPECTED.search(told):
        kinds = tuple(kind for kind in match["kinds"].split(" | ") if kind in _KINDS)
        sign, limit = match["sign"] or match["long"], match["limit"] or match["length"]
        names = ("shortest", "longest") if match["long"] else ("least", "most")
        return Fault("wrong", field, found, kinds, ((names[sign == "<="], _number(limit)),) if sign else ())
    if "date" in told:
        return Fault("wrong", field, found, ("date",))
    return Fault("unusable", field, found)


def _written(data: bytes, told: str = "") -> str:
    """What stands where a body is no JSON."""
    at = re.search(r"\(byte (\d+)\)", told)
    text = data[int(at[1]) if at else 0 :][:160].decode("utf-8", "replace")
    return _shown("".join(c for c in text if c.isprintable())[:30])


def parameter_fault(error: Mapping[str, Any]) -> Fault:
    """What pydantic found wrong with a parameter."""
    field, found = str(error["loc"][-1]), _shown(error.get("input"))
    kind, told = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Fault("missing", "", field)
    if kind in _PARSED:
        return Fault("wrong", field, found, (_PARSED[kind],))
    if kind in {"greater_than_equal", "less_than_equal"}:
        side = "least" if kind == "greater_than_equal" else "most"
        return Fault("wrong", field, found, ("int",), ((side, _number(told["ge" if side == "least" else "le"])),))
    if kind == "string_too_long":
        return Fault("wrong", field, found, ("str",), (("longest", _number(told["max_length"])),))
    if kind == "literal_error":
        return Fault("wrong", field, found, one_of=", ".join(re.findall(r"'([^']*)'", told["expected"])))
    return Fault("unusable", field, found)


def _held(data: bytes, field: str) -> Any:
    """The value at a path of a body; the whole body where there is no path, None where it cannot be told."""
    try:
        value = msgspec.json.decode(data)
        for part in _PARTS.findall(field):
            value = value[int(part) if isinstance(value, list) else part]
    except (msgspec.DecodeError, RecursionError, ValueError, LookupError, TypeError):
        return ...
    return value


def _shown(value: Any) -> str:
    """A value as JSON, no more than its beginning; an ellipsis for what is long or cannot be told."""
    if value is ... or (isinstance(value, dict | list) and value):
        return "{...}" if isinstance(value, dict) else "[...]" if isinstance(value, list) else "..."
    try:
        text = msgspec.json.encode(value).decode()
    except (msgspec.EncodeError, TypeError, ValueError):
        return "..."
    return text if len(text) <= 40 else f"{text[:40]}..."


def _number(limit: Any) -> str:
    """A limit without the `.0` and the powers of ten of floats."""
    return f"{float(limit):.0f}"
