"""`--where`: what it means, on every engine, and that nothing typed there becomes SQL."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine, Engine
from regulars.errors import UsageError
from regulars.locale import LANGUAGES, words
from regulars.where import parse_where

TYPES = {
    "line": "BIGINT",
    "country": "VARCHAR",
    "amount": "DECIMAL(18,4)",
    "ordered_at": "TIMESTAMP",
    "consent_email": "BOOLEAN",
    "attribute_7": "VARCHAR",
}
COLUMNS = {
    "country": "country",
    "amount": "amount",
    "ordered_at": "ordered_at",
    "consent_email": "consent_email",
    "Loyalty tier": "attribute_7",
    "Land": "country",
    "weird ]'\"--": "attribute_7",
}
ROWS: list[tuple[Any, ...]] = [
    (1, "France", Decimal("10.0000"), datetime(2011, 12, 1), True, "gold"),  # noqa: DTZ001 - the shop's own time
    (2, "FRANCE", Decimal("-2.5000"), datetime(2011, 12, 1, 23, 59, 59), False, "silver"),  # noqa: DTZ001
    (3, "O'Neil", Decimal("0.0001"), datetime(2011, 12, 2), None, None),  # noqa: DTZ001
    (4, None, None, None, None, "gold"),
    (5, "x'; drop table lines; --", Decimal("10.0001"), datetime(2010, 1, 1, 8, 30), True, ""),  # noqa: DTZ001
    (6, "é🛍", Decimal("99999999999999.9999"), datetime(2012, 2, 29), False, "a\x00b"),  # noqa: DTZ001
]


@pytest.fixture(scope="module")
def lines() -> Any:
    with DuckEngine() as engine:
        engine.put("lines", TYPES, ROWS)
        yield engine


def matched(engine: Engine, text: str, columns: Mapping[str, str] = COLUMNS) -> list[int]:
    condition, values = parse_where(text).sql(columns)
    return [row["line"] for row in engine.rows(f"select line from lines where {condition} order by line", **values)]


MEANINGS = [
    ("country = 'France'", [1]),
    ("LAND == \"France\" OR country in ('FRANCE', 'O''Neil')", [1, 2, 3]),
    ('country = "O\'Neil"', [3]),
    ('country != "France"', [2, 3, 5, 6]),  # nobody's country is not another country
    ("not country = 'France'", [2, 3, 5, 6]),
    ("country not in ('France', 'FRANCE')", [3, 5, 6]),
    ("country is null", [4]),
    ("country is not null and not amount is null", [1, 2, 3, 5, 6]),
    ("not not country = 'France'", [1]),
    ("amount >= 10", [1, 5, 6]),
    ("amount > 10.0000000000", [5, 6]),
    ("amount < +.0001", [2]),
    ("amount = -2.5", [2]),
    ("amount between -2.5 and 10", [1, 2, 3]),
    ("amount not between -2.5 and 10", [5, 6]),
    ("amount < 9999999999999999999999999999.9999999999", [1, 2, 3, 5, 6]),
    ("amount in (10, 10.0001)", [1, 5]),
    ("ordered_at = 2011-12-01", [1, 2]),
    ("ordered_at <= '2011-12-01'", [1, 2, 5]),
    ("ordered_at > 2011-12-01", [3, 6]),
    ("ordered_at = '2011-12-01 23:59:59'", [2]),
    ("ordered_at >= '2010-01-01T08:30' and ordered_at < '2011-12-01 00:01'", [1, 5]),
    ("ordered_at in (2010-01-01, '2012-02-29 00:00')", [5, 6]),
    ("ordered_at between '2011-12-01 12:00' and 2011-12-02", [2, 3]),
    ("consent_email = TRUE", [1, 5]),
    ("consent_email <> true", [2, 6]),
    ("[loyalty TIER] = 'gold' and country is null", [4]),
    ("[weird ]]'\"--] = 'a\x00b'", [6]),
    ("[Loyalty tier] = ''", [5]),
    ("country = 'France' or country = 'FRANCE' and amount > 0", [1]),  # AND before OR
    ("(country = 'France' or country = 'FRANCE') and amount > 0", [1]),
    ("(country = 'France' or country = 'FRANCE') and amount < 0", [2]),
    ("country = 'x''; drop table lines; --'", [5]),
    ("country = 'é🛍'", [6]),
    ("country = 'franc%' or country = 'Franc_'", []),
]


@pytest.mark.parametrize(("text", "rows"), MEANINGS)
def test_what_an_expression_means(lines: DuckEngine, text: str, rows: list[int]) -> None:
    assert matched(lines, text) == rows


def test_every_engine_matches_the_same_lines(engine: Engine) -> None:
    engine.put(
        "lines_put", TYPES | {"amount": "VARCHAR"}, [(*row[:2], row[2] and str(row[2]), *row[3:]) for row in ROWS]
    )
    columns = "line, country, cast(amount as decimal(18, 4)) as amount, ordered_at, consent_email, attribute_7"
    engine.make_from("lines", f"select {columns} from lines_put")
    conditions = [parse_where(text).sql(COLUMNS) for text, _ in MEANINGS]
    # one query for all: a value's name is made unique, as a caller with several conditions would
    values = {f"q{i}_{name}": value for i, (_, named) in enumerate(conditions) for name, value in named.items()}
    parts = [
        f"select {i} as i, line from lines where {condition.replace('$', f'$q{i}_')}"
        for i, (condition, _) in enumerate(conditions)
    ]
    found = engine.rows(f"select i, line from ({' union all '.join(parts)}) order by i, line", **values)
    assert [[row["line"] for row in found if row["i"] == i] for i in range(len(MEANINGS))] == [
        rows for _, rows in MEANINGS
    ]


texts = st.text(st.characters(codec="utf-8"), max_size=6) | st.sampled_from(["France", "FRANCE", "O'Neil", "gold"])
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-100, max_value=100)
days = st.dates(date(2009, 1, 1), date(2013, 1, 1)) | st.sampled_from([date(2011, 12, 1), date(2011, 12, 2)])
operators = st.sampled_from(["=", "==", "!=", "<>", "<", "<=", ">", ">="])


def literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


@st.composite
def comparisons(draw: st.DrawFn) -> tuple[str, Any]:
    """An expression and the same as a Python function of a line: True, False or None where it cannot be said."""
    place, name, values = draw(
        st.sampled_from([(1, "country", texts), (2, "Amount", numbers), (3, "ordered_at", days)])
    )
    kind = draw(st.sampled_from(["sign", "in", "between", "null"]))
    no = draw(st.booleans())

    def of(test: Any) -> Any:
        def said(line: tuple[Any, ...]) -> bool | None:
            value = line[place]
            value = value.date() if isinstance(value, datetime) else value
            return None if value is None else bool(test(value)) != no

        return said

    negation = "not " if no else ""
    if kind == "null":
        return f"{name} is {negation}null", lambda line: (line[place] is None) != no
    if kind == "in":
        given_values = draw(st.lists(values, min_size=1, max_size=3))
        listed = ", ".join(map(literal, given_values))
        return f"{name} {negation}in ({listed})", of(lambda value: value in given_values)
    if kind == "between":
        low, high = draw(values), draw(values)
        return f"{name} {negation}between {literal(low)} and {literal(high)}", of(lambda value: low <= value <= high)
    no = False
    operator, other = draw(operators), draw(values)
    compare = {
        "=": lambda value: value == other,
        "!": lambda value: value != other,
        "<": lambda value: value < other,
        ">": lambda value: value > other,
    }
    if operator in ("<=", ">="):
        return f"{name}{operator}{literal(other)}", of(lambda v: v == other or compare[operator[0]](v))
    sign = "!" if operator == "<>" else operator[0]
    return f"{name}{operator}{literal(other)}", of(compare[sign])


def joined(parts: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
    def every(values: list[bool | None]) -> bool | None:
        return False if False in values else None if None in values else True

    def some(values: list[bool | None]) -> bool | None:
        return True if True in values else None if None in values else False

    def join(word: str, several: list[tuple[str, Any]]) -> tuple[str, Any]:
        fold = every if word == "and" else some
        return (
            "(" + f" {word} ".join(text for text, _ in several) + ")",
            lambda line: fold([said(line) for _, said in several]),
        )

    def negated(part: tuple[str, Any]) -> tuple[str, Any]:
        def said(line: tuple[Any, ...]) -> bool | None:
            value = part[1](line)
            return None if value is None else not value

        return f"not ({part[0]})", said

    several = st.lists(parts, min_size=2, max_size=3)
    return st.builds(join, st.sampled_from(["and", "or"]), several) | st.builds(negated, parts)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.recursive(comparisons(), joined, max_leaves=8))
def test_an_expression_means_what_python_says(lines: DuckEngine, expression: tuple[str, Any]) -> None:
    text, said = expression
    assert matched(lines, text) == [line[0] for line in ROWS if said(line) is True]


PIECES = [*"()'\"[]=<,1-.;\x00", "and", "or", "not", "in", "is", "null", "country", "2011-12-01", "--"]
KNOWN = {"coalesce", "cast", "as", "and", "or", "not", "is", "null", "true", "false"} | {
    *("varchar", "date", "timestamp", "decimal", "38", "10", "boolean")
}


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(PIECES),
        max_size=12,
    ).map(" ".join)
)
def test_anything_typed_is_an_expression_or_a_clear_error(text: str) -> None:
    try:
        condition, values = parse_where(text).sql(COLUMNS)
    except UsageError as error:
        assert all(error.message.text(words(language)) for language in LANGUAGES)
    else:
        # only our own words, quoted columns of ours and parameters: nothing of what was typed
        bare = condition
        for column in TYPES:
            bare = bare.replace(f'"{column}"', "")
        for name in values:
            bare = bare.replace(f"${name} ", " ")
        assert not set("".join(sign if sign.isalnum() else " " for sign in bare).split()) - KNOWN


HOSTILE = [
    ("", 1, "name of a column"),
    ("country", 8, "a comparison is expected"),
    ("country = France", 11, "Texts stand in quotes"),
    ("country = ‘France’", 11, "straight quotes"),
    ("country = 'France", 11, "add the closing '"),
    ("[Loyalty tier = 'gold'", 1, "add the closing ]"),
    ("country = 'x' drop table lines", 15, "AND, OR or the end"),
    ("country = 'x'; drop table lines", 14, "is not understood"),
    ("country = 'x' -- and more", 15, "is not understood"),
    ("country = 'x' /* more */", 15, "is not understood"),
    ("1 = 1", 1, "name of a column"),
    ("country = 'x' or 1 = 1", 18, "name of a column"),
    ("country = amount", 11, "a value is expected"),
    ("country = (select 1)", 11, "a value is expected"),
    ("country like 'F%'", 9, "a comparison is expected"),
    ("count(country) > 1", 6, "a comparison is expected"),
    ("country in ()", 13, "a value is expected"),
    ("country in 'x'", 12, "a list in parentheses"),
    ("country in ('x'", 16, "closing parenthesis"),
    ("(country = 'x'", 15, "closing parenthesis"),
    ("amount between 1, 2", 17, "AND is expected"),
    ("country is France", 12, "NULL or NOT NULL"),
    ("country = null", 11, "Write IS NULL"),
    ("and = 'x'", 1, "name of a column"),
    ("contry = 'x'", 1, "Did you mean country?"),
    ("zzz = 'x'", 1, "Columns: country, amount"),
    ("amount = 'ten'", 10, "holds numbers"),
    ("amount = 2011-12-01", 10, "Like this: amount = 10"),
    ("amount > 1e5", 10, "is not understood"),
    ("amount > 1.234,50", 15, "AND, OR or the end"),
    ("amount > " + "9" * 29, 10, "at most 28 digits"),
    ("country = 12345", 11, "Like this: country = 'France'"),
    ("ordered_at > 'yesterday'", 14, "days and times"),
    ("ordered_at > 2011-13-01", 14, "days and times"),
    ("ordered_at > '2011-12-01T10:00:00+07:00'", 14, "days and times"),
    ("ordered_at > '٢٠١١-١٢-٠١'", 14, "days and times"),
    ("consent_email = 'yes'", 17, "Like this: consent_email = true"),
    ("consent_email > true", 17, "yes or no"),
    ("country = 'bad \udcff'", 11, "is not understood"),
    ("(" * 10_000, 52, "more than 50 deep"),
    ("not (" * 3_000, 256, "more than 50 deep"),
]


@pytest.mark.parametrize(("text", "at", "says"), HOSTILE)
def test_what_cannot_be_understood_is_pointed_at(text: str, at: int, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_where(text).sql(COLUMNS)
    assert f"character {at}:" in str(caught.value)
    assert says in str(caught.value)
    assert caught.value.exit_code == 2
    assert f"ke-{at}:" in caught.value.message.text(words("id"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("country = '" + "x" * 20_000 + "'", "20,000 are allowed"),
        (" or ".join(["amount is null"] * 501), "more than 500 comparisons"),
        ("amount in (" + ",".join(["1"] * 501) + ")", "more than 500 comparisons"),
    ],
)
def test_an_endless_expression_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        parse_where(text).sql(COLUMNS)


def test_the_largest_expression_allowed_runs(lines: DuckEngine) -> None:
    assert matched(lines, " or ".join(["amount = 10"] * 500)) == [1]
    assert matched(lines, "amount in (" + ",".join(["10"] * 500) + ")") == [1]
    assert matched(lines, "not (" * 50 + "amount = 10" + ")" * 50) == [1]


def test_of_headers_that_differ_by_case_alone_the_first_is_meant(lines: DuckEngine) -> None:
    assert matched(lines, "land = 'gold'", {"Land": "attribute_7", "LAND": "country"}) == [1, 4]
