"""What a column of a customer table holds, where its owner says so: settings `[kinds]`, `--kind COLUMN=KIND`."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import pytest

import regulars as rg
from regulars.errors import SettingsError
from regulars.features.people_models import Attribute
from regulars.scoring import Scorer
from regulars.scoring.files import score_file
from regulars.settings import Settings, load_settings, settings_from
from regulars.sources.customer_table import CustomerTable
from regulars.sources.table import read_table

N = 40
IDS = [f"C{i:03}" for i in range(N)]


def table_of(columns: Mapping[str, Any], **kinds: str) -> CustomerTable:
    named = {name.replace("_", " "): kind for name, kind in kinds.items()}
    return read_table(pandas.DataFrame({"Customer ID": IDS, **columns}), Settings(kinds=named))


def only(table: CustomerTable) -> Attribute:
    (found,) = table.attributes
    return found


def values(table: CustomerTable) -> list[Any]:
    return [row["v"] for row in table.engine.rows(f"select {only(table).name} as v from people_read order by line")]


def findings(table: CustomerTable) -> dict[str, int]:
    return {
        found.code: found.count for found in table.findings if found.code.startswith(("table_kind", "table_unread"))
    }


def test_codes_of_digits_are_a_category_and_named_in_any_writing() -> None:
    table = table_of({"Branch Code": [i % 4 for i in range(N)]}, branch_code="category")
    assert (only(table).kind, only(table).said, only(table).levels) == ("category", True, ("0", "1", "2", "3"))
    assert values(table)[:2] == ["0", "1"] and not findings(table)


def test_a_number_that_is_written_badly_is_one_and_the_rest_is_counted() -> None:
    table = table_of({"Height": [f"{150 + i},5" if i % 4 else "tall" for i in range(N)]}, Height="number")
    assert (only(table).kind, only(table).filled) == ("number", 30)
    assert values(table)[:2] == [None, Decimal("151.5")]
    assert findings(table) == {"table_unread_numbers": 10}


def test_days_as_numbers_are_dates() -> None:
    table = table_of({"Since": [20230100 + 1 + i % 28 for i in range(N)]}, Since="date")
    assert only(table).kind == "date" and values(table)[0] == date(2023, 1, 1)


@pytest.mark.parametrize("typed", [["yes", "no"], [1, 0], [True, False], ["Ya", "Tidak"]], ids=str)
def test_yes_and_no(typed: list[Any]) -> None:
    table = table_of({"Flag": typed * (N // 2)}, Flag="yes_no")
    assert only(table).kind == "yes_no" and values(table)[:2] == [True, False]
    table = table_of({"Flag": typed * (N // 2)}, Flag="category")
    assert only(table).kind == "category" and len(only(table).levels) == 2


def test_numbers_have_an_order_by_their_size() -> None:
    table = table_of({"Step": [f"{(3, 10, 2)[i % 3]}" for i in range(N)]}, Step="ordered")
    assert (only(table).kind, only(table).levels) == ("ordered", ("2", "3", "10"))


@pytest.mark.parametrize(
    ("header", "cells", "kind", "stays", "code"),
    [
        ("Flag", ["M", "F"], "yes_no", "category", "table_kind_flags"),
        ("Flag", [0, 2], "yes_no", "number", "table_kind_flags"),
        ("Colour", ["red", "blue"], "ordered", "category", "table_kind_order"),
        ("E-mail", ["a@example.org", "b@example.org"], "category", "text", "table_kind_personal"),
    ],
)
def test_what_cannot_be_stays_as_it_was_recognised(header: str, cells: list[Any], kind: str, stays: str,
                                                   code: str) -> None:  # fmt: skip
    frame = pandas.DataFrame({"Customer ID": IDS, header: cells * (N // 2)})
    table = read_table(frame, Settings(kinds={header: kind}))
    assert (only(table).kind, only(table).said) == (stays, False)
    assert findings(table) == {code: 1}


def test_a_thousand_levels_and_more_are_no_category() -> None:
    frame = pandas.DataFrame({"Customer ID": range(3000), "Note": [f"n {i % 1500} x" for i in range(3000)]})
    table = read_table(frame, Settings(kinds={"Note": "category"}))
    assert only(table).kind == "text" and findings(table) == {"table_kind_levels": 1500}


def test_a_column_that_is_not_there_is_told_with_the_nearest() -> None:
    table = table_of({"Height": range(N)}, Heigth="category")
    (found,) = [found for found in table.findings if found.code == "table_kind_nowhere"]
    assert found.values == {"columns": "Heigth", "close": "Height"}


def test_kinds_come_on_top_of_those_of_the_shop(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text('[kinds]\nAge = "number"\nCity = "category"\n', encoding="utf-8")
    settings = load_settings(tmp_path / "shop.toml", kinds={"City": "text"})
    assert settings.kinds == {"Age": "number", "City": "text"}


def test_an_unknown_kind_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingsError) as raised:
        settings_from({"kinds": {"Age": "numbr"}})
    assert {"numbr", "Age"} <= set(raised.value.message.values.values()) and "yes_no" in str(raised.value)


def test_the_frozen_model_reads_a_column_as_the_study_did(tmp_path: Path) -> None:
    """A code of digits as words, a number that one cell in four is not: alone neither would be recognised as that."""
    rows = [f"{i},{i % 3},{20 + i % 50},{(i * 7) % 90 if i % 4 else 'unsure'}" for i in range(200)]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["Customer ID,Branch Code,Age,Points", *rows]), encoding="utf-8")
    kinds = {"Branch Code": "category", "Points": "number"}
    with closing(rg.study(rg.read_customers(file, kinds=kinds, encoding="one_hot"), k=3, k_min=3, k_max=3)) as done:
        assert done.result.settings.kinds == kinds
        scorer = Scorer(done.result)
        held = {row["customer_id"]: row["cluster"] for row in done.customers.rows()}
    assert {name: scorer.kinds()[name] for name in kinds} == kinds
    found = score_file(scorer, str(file), done.result.settings)
    assert dict(zip(found.ids, (int(each) for each in found.placed.cluster), strict=True)) == held
