"""What follows from the columns of a customer table: sums, ages, generations, rates; the same on both engines."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from regulars.engine import DuckEngine, Engine
from regulars.features.people import people
from regulars.features.people_models import Attribute, AttributeKind, Role
from regulars.locale import LANGUAGES, words
from regulars.settings import GENERATIONS

TYPES: dict[str, str] = {"number": "DECIMAL(18,4)", "date": "DATE", "yes_no": "BOOLEAN"}
Given = tuple[str, AttributeKind, Role | None, Sequence[Any]]

JOINED: Given = ("joined", "date", "joined", [date(2014, 6, 29), date(2012, 7, 30), date(2013, 1, 1), None])
BORN: Given = ("born", "number", "birth_year", [1957, 1981, None, 1990])
TABLE: tuple[Given, ...] = (
    BORN,
    JOINED,
    ("mnt_wines", "number", "spending", [10, 20, 30, 40]),
    ("mnt_fish", "number", "spending", [1, 2, None, 4]),
    ("deals", "number", "deals", [1, 0, 2, 3]),
    ("web", "number", "web", [4, 0, 2, 3]),
    ("store", "number", "store", [0, 0, 2, 3]),
    ("visits", "number", "visits", [10, 5, 0, 2]),
    ("kids", "number", "children", [1, 0, 2, 0]),
    ("teens", "number", "children", [0, 0, 1, 1]),
    ("cmp1", "yes_no", "accepted", [True, False, None, True]),
    ("cmp2", "yes_no", "accepted", [True, False, True, False]),
)


def made(engine: Engine, given: Sequence[Given], as_of: date | None = date(2014, 6, 30)) -> tuple[Attribute, ...]:
    """The attributes after `people` was made of these columns."""
    rows = len(given[0][3])
    types = {"line": "BIGINT", "customer_id": "VARCHAR"} | {n: TYPES.get(k, "VARCHAR") for n, k, _, _ in given}
    values = [
        (i + 1, f"c{i}", *(Decimal(v[i]) if k == "number" and v[i] is not None else v[i] for _, k, _, v in given))
        for i in range(rows)
    ]
    engine.put("people_read", types, values)
    attributes = [
        Attribute(name, name, kind, role, (), sum(v is not None for v in cells), len(set(cells)))
        for name, kind, role, cells in given
    ]
    return people(engine, attributes, GENERATIONS, as_of)[0]


def cells(engine: Engine, name: str) -> list[Any]:
    found = [row[name] for row in engine.rows(f"select {name} from people order by line")]
    return [float(cell) if isinstance(cell, Decimal) else cell for cell in found]


def test_each_column_that_follows(engine: Engine) -> None:
    derived = [a for a in made(engine, TABLE) if a.derived]
    assert {a.name: cells(engine, a.name) for a in derived} == {
        "age_at_joining": [57, 31, None, None],
        "generation": ["Baby Boomer", "Millennial", None, "Millennial"],
        "total_spending": [11, 22, None, 44],
        "children": [1, 0, 3, 1],
        "campaigns_accepted": [2, 0, None, 1],
        "total_transactions": [5, 0, 6, 9],
        "response_rate_per_visit": [0.5, 0, None, 4.5],
        "tenure": [1, 700, 545, None],
    }
    assert {a.name: (a.filled, a.role) for a in derived}["response_rate_per_visit"] == (3, "response_rate")
    assert next(a for a in derived if a.name == "generation").levels == ("Baby Boomer", "Millennial")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_has_a_name_and_a_formula_that_names_its_columns(duck: DuckEngine, language: Any) -> None:
    say = words(language)
    formulas = {a.name: a.formula.text(say) for a in made(duck, TABLE) if a.formula}
    assert "mnt_wines + mnt_fish" in formulas["total_spending"]
    assert "(deals + web + store) / visits" in formulas["response_rate_per_visit"]
    assert "joined" in formulas["age_at_joining"]
    assert "born" in formulas["age_at_joining"]
    assert all(a.title(say) for a in made(duck, TABLE))


def test_nothing_is_derived_that_the_table_says(duck: DuckEngine) -> None:
    given: tuple[Given, ...] = (
        *TABLE,
        ("age", "number", "age", [50, 30, 40, 20]),
        ("spent", "number", "total_spending", [9, 9, 9, 9]),
        ("orders", "number", "transactions", [5, 6, 7, 8]),
    )
    names = {a.name for a in made(duck, given) if a.derived}
    assert names == {"generation", "children", "campaigns_accepted", "response_rate_per_visit", "tenure"}
    assert cells(duck, "response_rate_per_visit") == [0.5, 1.2, None, 4.0], "orders of the table over its visits"


def test_without_a_day_of_joining_the_age_is_that_of_the_study(duck: DuckEngine) -> None:
    attributes = made(duck, (BORN,), date(2020, 1, 1))
    assert [a.name for a in attributes if a.derived] == ["age_then", "generation"]
    assert cells(duck, "age_then") == [63, 39, None, 30]
    assert [a.name for a in made(duck, (BORN,), None) if a.derived] == ["generation"], "and no day, no age"


def test_generations_are_bounded_by_the_settings(duck: DuckEngine) -> None:
    made(duck, (BORN,))
    duck.make_from("people_read", "select line, customer_id, born from people")
    attributes = [Attribute("born", "born", "number", "birth_year", (), 3, 3)]
    people(duck, attributes, {"Old": 1900, "O'Neill": 1985}, None)
    assert cells(duck, "generation") == ["Old", "Old", None, "O'Neill"]


def test_rates_above_one_and_unknown_ones_are_said(duck: DuckEngine) -> None:
    made(duck, TABLE)
    given = [Attribute(n, n, k, r, (), 4, 4) for n, k, r, _ in TABLE]
    duck.make_from("people_read", f"select line, customer_id, {', '.join(n for n, *_ in TABLE)} from people")
    found = {f.code: f.count for f in people(duck, given, GENERATIONS, None)[1]}
    assert found == {"table_rate_above_one": 1, "table_rate_unknown": 1}


def test_who_stands_on_one_side_only(engine: Engine) -> None:
    engine.put("people", {"customer_id": "VARCHAR"}, [["a"], ["b"], ["c"]])
    engine.put("customers", {"customer_id": "VARCHAR"}, [["b"], ["c"], ["d"], ["e"]])
    row = engine.ask("tables/matched")[0]
    assert (row["matched"], row["only_in_table"], row["only_in_orders"]) == (2, 1, 2)
    assert [r["customer_id"] for r in engine.ask("tables/unmatched", table=True)] == ["a"]
    assert [r["customer_id"] for r in engine.ask("tables/unmatched", table=False)] == ["d", "e"]
