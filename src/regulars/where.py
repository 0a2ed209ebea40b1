"""`--where`: which lines to read, in a small language of its own. What the user types never becomes SQL text.

    country = 'France' and quantity >= 10
    city in ("Paris", "Lyon") or not status = 'paid'
    ordered_at between 2011-01-01 and 2011-06-30 and [Loyalty tier] is not null

Comparisons are = (or ==), != (or <>), <, <=, >, >=, [NOT] IN (...), [NOT] BETWEEN ... AND ..., IS [NOT] NULL; NOT binds
before AND, AND before OR. Texts stand in single or double quotes, doubled within (`'O''Neil'`), and are compared
exactly, upper and lower case apart. A day against a time means that whole day. Columns are the canonical names or the
input's own headers, in any case; a header with spaces stands in square brackets. An empty cell is neither equal nor
unequal to anything, so that a comparison and its NOT both leave it out: ask for it by IS NULL.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Literal

from regulars.engine import quoted
from regulars.errors import UsageError
from regulars.locale import Value
from regulars.schema import COLUMNS

_DEPTH = 50  # parentheses within parentheses
_LENGTH = 20_000  # characters
_TERMS = 500  # comparisons in all, one for each value of a list; an engine's parser has limits of its own
_KINDS = {column.name: column.kind.split("(")[0] for column in COLUMNS}
_EXAMPLES = {"VARCHAR": "'France'", "DECIMAL": "10", "TIMESTAMP": "2011-12-01", "BOOLEAN": "true"}
_TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*'|"(?:[^"]|"")*")
      | (?P<date>\d{4}-\d\d-\d\d(?![\w.-]))
      | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?![\w.]))
      | (?P<column>\[(?:[^\]]|\]\])*\])
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><=|>=|<>|!=|==|[=<>(),])""",
    re.VERBOSE,
)
_COMPARISONS = {"=": "=", "==": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_RESERVED = {"and", "or", "not", "in", "is", "null", "between", "true", "false"}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{0,28}(\.\d{0,10})?", re.ASCII)  # what fits DECIMAL(38, 10)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # text | date | number | column | word | sign | end
    text: str  # unquoted
    at: int  # 1-based position


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a column with values: none for IS NULL, two for BETWEEN."""

    column: str  # as the user wrote it
    operator: str  # = <> < <= > >= in between null
    values: tuple[_Token, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Not:
    """What its part does not match; an unknown stays unknown."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Joined:
    """Several conditions joined by the same word."""

    word: Literal["and", "or"]
    parts: tuple["Condition", ...]


Condition = Comparison | Not | Joined


@dataclass(frozen=True, slots=True)
class Where:
    """A parsed `--where`. Columns and types are checked when the input is known: `sql`."""

    text: str
    condition: Condition

    def sql(self, available: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """A condition in SQL on the table `lines`, never NULL, and the values of its parameters `$w0`, `$w1`, ...

        `available` are the names that a user may write, canonical or headers, with the column of `lines` that each
        stands for. Raises UsageError for a column that is not there and for a value of another type.
        """
        writer = _Writer(self.text, available)
        return f"coalesce({writer.condition(self.condition)}, false)", writer.values


def parse_where(text: str) -> Where:
    """What `--where` says. Raises UsageError, naming the position, where it cannot be understood."""
    if len(text) > _LENGTH:
        raise UsageError("where_too_long", length=len(text), most=_LENGTH)
    parser = _Parser(text)
    condition = parser.condition()
    if parser.next.kind != "end":
        raise parser.expected("where_expected_end")
    return Where(text, condition)


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise _not_a_token(text, at)
        if any("\ud800" <= sign <= "\udfff" for sign in match[0]):  # bytes that are no UTF-8 arrive from a shell so
            raise _error("where_sign", text, at + 1)
        kind = str(match.lastgroup)
        found.append(_Token(kind, _unquoted(match[0]) if kind in ("text", "column") else match[0], at + 1))
        at = match.end()
    return [*found, _Token("end", "", len(text) + 1)]


def _unquoted(text: str) -> str:
    return text[1:-1].replace(text[-1] * 2, text[-1])


def _not_a_token(text: str, at: int) -> UsageError:
    sign = text[at]
    if sign in "'\"[":
        return _error("where_unclosed", text, at + 1, sign="]" if sign == "[" else sign)
    return _error("where_quote" if sign in "‘’‚“”„«»`´＇＂" else "where_sign", text, at + 1)


def _error(key: str, text: str, at: int, **values: Value) -> UsageError:
    """An error at a position; `place` shows the text around it, the mark before what is meant."""
    place = f"{text[max(0, at - 41) : at - 1]}\N{BLACK RIGHT-POINTING TRIANGLE}{text[at - 1 : at + 39]}"
    return UsageError(key, at=at, place="".join(sign if sign.isprintable() else "?" for sign in place), **values)


class _Parser:
    """Recursive descent, its depth bounded: condition -> conjunction -> negation -> comparison."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._position = 0
        self._depth = 0
        self._terms = 0

    @property
    def next(self) -> _Token:
        """The token that is looked at."""
        return self._tokens[self._position]

    def expected(self, key: str) -> UsageError:
        """An error at the next token."""
        return _error(key, self._text, self.next.at)

    def condition(self) -> Condition:
        """A whole condition, or one within parentheses."""
        return self._joined("or", lambda: self._joined("and", self._negation))

    def _joined(self, word: Literal["and", "or"], part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self._word(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _negation(self) -> Condition:
        negated = False
        while self._word("not"):
            negated = not negated
        part = self._parenthesis() if self._sign("(") else self._comparison()
        return Not(part) if negated else part

    def _parenthesis(self) -> Condition:
        self._depth += 1
        if self._depth > _DEPTH:
            raise _error("where_too_deep", self._text, self.next.at, most=_DEPTH)
        condition = self.condition()
        if not self._sign(")"):
            raise self.expected("where_expected_close")
        self._depth -= 1
        return condition

    def _comparison(self) -> Condition:
        column = self.next
        if column.kind not in ("word", "column") or (column.kind == "word" and column.text.lower() in _RESERVED):
            raise self.expected("where_expected_column")
        self._position += 1
        self._count()
        if self._word("is"):
            negated = self._word("not")
            if not self._word("null"):
                raise self.expected("where_expected_null")
            return self._maybe_not(negated, Comparison(column.text, "null", (), column.at))
        if self.next.kind == "sign" and self.next.text in _COMPARISONS:
            operator = _COMPARISONS[self.next.text]
            self._position += 1
            return Comparison(column.text, operator, (self._value(),), column.at)
        negated = self._word("not")
        if self._word("between"):
            low = self._value()
            if not self._word("and"):
                raise self.expected("where_expected_and")
            return self._maybe_not(negated, Comparison(column.text, "between", (low, self._value()), column.at))
        if self._word("in"):
            return self._maybe_not(negated, Comparison(column.text, "in", self._list(), column.at))
        raise self.expected("where_expected_comparison")

    def _maybe_not(self, negated: bool, part: Condition) -> Condition:
        return Not(part) if negated else part

    def _list(self) -> tuple[_Token, ...]:
        if not self._sign("("):
            raise self.expected("where_expected_list")
        values = [self._value()]
        while self._sign(","):
            self._count()
            values.append(self._value())
        if not self._sign(")"):
            raise self.expected("where_expected_close")
        return tuple(values)

    def _value(self) -> _Token:
        token = self.next
        if token.kind == "word" and token.text.lower() == "null":
            raise self.expected("where_null")
        truth = token.kind == "word" and token.text.lower() in ("true", "false")
        if token.kind not in ("text", "date", "number") and not truth:
            raise self.expected("where_expected_value")
        self._position += 1
        return token

    def _count(self) -> None:
        self._terms += 1
        if self._terms > _TERMS:
            raise UsageError("where_too_many", most=_TERMS)

    def _word(self, word: str) -> bool:
        return self._step(self.next.kind == "word" and self.next.text.lower() == word)

    def _sign(self, sign: str) -> bool:
        return self._step(self.next.kind == "sign" and self.next.text == sign)

    def _step(self, taken: bool) -> bool:
        self._position += taken
        return taken


class _Writer:
    """Writes a condition as SQL over known columns; every value goes into `values`."""

    def __init__(self, text: str, available: Mapping[str, str]) -> None:
        self._text = text
        self._available = available
        self.values: dict[str, str] = {}

    def condition(self, node: Condition) -> str:
        """A condition as SQL; NULL where it cannot be said."""
        if isinstance(node, Not):
            return f"(not {self.condition(node.part)})"
        if isinstance(node, Joined):
            return "(" + f" {node.word} ".join(self.condition(part) for part in node.parts) + ")"
        return self._comparison(node)

    def _comparison(self, node: Comparison) -> str:
        column = self._column(node)
        kind = _KINDS.get(column, "VARCHAR")  # attributes are texts
        if kind == "BOOLEAN" and node.operator not in ("=", "<>", "null", "in"):
            raise self._wrong(node, node.values[0], kind)
        if node.operator == "null":
            return f"({quoted(column)} is null)"
        sides = [self._sides(node, column, token, kind) for token in node.values]
        if node.operator == "in":
            return "(" + " or ".join(f"{left} = {right}" for left, right in sides) + ")"
        if node.operator == "between":
            (low_side, low), (high_side, high) = sides
            return f"({low_side} >= {low} and {high_side} <= {high})"
        left, right = sides[0]
        return f"({left} {node.operator} {right})"

    def _column(self, node: Comparison) -> str:
        names: dict[str, str] = {}
        for name in self._available:
            names.setdefault(name.casefold(), name)  # of headers that differ by case alone, the first
        if found := names.get(node.column.casefold()):
            return self._available[found]
        known = ", ".join(names.values())
        if close := get_close_matches(node.column.casefold(), names, n=1):
            raise _error("where_column_close", self._text, node.at, close=names[close[0]], known=known)
        raise _error("where_column", self._text, node.at, known=known)

    def _sides(self, node: Comparison, column: str, token: _Token, kind: str) -> tuple[str, str]:
        """The column and a value, as SQL; the value is a parameter that the engine casts to the column's type."""
        cast = _CASTS[kind](token)
        if cast is None:
            raise self._wrong(node, token, kind)
        name = f"w{len(self.values)}"
        self.values[name] = token.text.removeprefix("+")
        # a day is compared with the day of the time, a time with the time itself
        left = f"cast({quoted(column)} as date)" if cast == "date" else quoted(column)
        return left, f"cast(${name} as {cast})"

    def _wrong(self, node: Comparison, token: _Token, kind: str) -> UsageError:
        key = f"where_wants_{kind.lower()}"
        return _error(key, self._text, token.at, column=node.column, example=f"{node.column} = {_EXAMPLES[kind]}")


def _as_text(token: _Token) -> str | None:
    return "varchar" if token.kind == "text" else None


def _as_number(token: _Token) -> str | None:
    return "decimal(38, 10)" if token.kind == "number" and _NUMBER.fullmatch(token.text) else None


def _as_truth(token: _Token) -> str | None:
    return "boolean" if token.kind == "word" else None


def _as_time(token: _Token) -> str | None:
    if token.kind not in ("date", "text"):
        return None
    try:
        datetime.fromisoformat(token.text)
    except ValueError:
        return None
    return "date" if _DAY.fullmatch(token.text) else "timestamp" if _TIME.fullmatch(token.text) else None


_CASTS: dict[str, Callable[[_Token], str | None]] = {
    "VARCHAR": _as_text,
    "DECIMAL": _as_number,
    "TIMESTAMP": _as_time,
    "BOOLEAN": _as_truth,
}
