"""Order lines and customer tables told apart, and what a customer table looks like before anything is computed."""

import json
from pathlib import Path

import pytest

from regulars import cli
from regulars.errors import ColumnError, InputError
from regulars.settings import Settings
from regulars.sources.inspect import Inspection, TableInspection, cells_of, inspect_table, recognise

ORDERS = "order_id,customer_id,order_date,amount\n" + "".join(f"{i},{i % 4},2024-01-{i:02},9.5\n" for i in range(1, 20))
TABLE = "ID,Age,Date of birth,City\n" + "".join(f"{i},{20 + i},199{i % 9}-02-0{1 + i % 9},Bogor\n" for i in range(20))


@pytest.fixture
def write(tmp_path: Path):
    def go(text: str, name: str = "input.csv") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return go


@pytest.mark.real
@pytest.mark.parametrize(
    ("file", "kind", "who"),
    [
        ("france_orders.csv", Inspection, None),
        ("global_superstore.parquet", Inspection, None),
        ("france_customers.csv", TableInspection, "CustomerID"),
        ("customer_personality.csv", TableInspection, "ID"),
        ("shop_customers.csv", TableInspection, "CustomerID"),
        ("hillstrom.parquet", TableInspection, None),
        ("cdnow/cdnow_cbs_with_holdout.csv", TableInspection, "ID"),
    ],
)
def test_real_files_are_what_they_are(data: Path, file: str, kind: type, who: str | None) -> None:
    found = recognise(data / file)
    assert isinstance(found, kind)
    assert isinstance(found, Inspection) or found.id_header == who


@pytest.mark.real
@pytest.mark.parametrize("file", ["groceries.csv", "cdnow/CDNOW_sample.txt"])
def test_what_is_neither_is_an_error_about_columns(data: Path, file: str) -> None:
    with pytest.raises(ColumnError) as error:
        recognise(data / file)
    assert error.value.message.key == "errors.columns_missing"


def test_a_date_of_birth_makes_no_orders(write) -> None:
    found = recognise(write(TABLE))
    assert isinstance(found, TableInspection)
    assert [(a.name, a.role) for a in found.attributes] == [
        ("age", "age"),
        ("date_of_birth", "birth_date"),
        ("city", "city"),
    ]
    assert found.headers == ("ID", "Age", "Date of birth", "City")
    assert found.first_rows[0]["ID"] == "0" and len(found.first_rows) == 5
    assert found.as_of is None  # a day of birth says nothing of when the table was made


def test_orders_of_customers_who_came_once_stay_orders(write) -> None:
    text = "order_id,customer_id,order_date,amount\n" + "".join(f"{i},{i},2024-01-{i:02},9.5\n" for i in range(1, 20))
    assert isinstance(recognise(write(text)), Inspection)
    assert isinstance(recognise(write(ORDERS)), Inspection)


def test_the_column_of_ids_may_be_named(write) -> None:
    path = write("nama,kode,umur\nA,7,30\nB,8,31\nC,9,32\n")
    assert inspect_table(path, Settings(map={"customer_id": "kode"})).id_header == "kode"


def test_cells_stand_as_they_are(write) -> None:
    found = cells_of(write("a,b\n01, x\n,y\n"))
    assert (found.headers, found.rows) == (("a", "b"), 2)
    assert [row["a"] for row in found.first_rows] == ["01", None]
    with pytest.raises(InputError):
        cells_of(write("", "empty.csv"))


def test_the_command_shows_a_customer_table_in_both_languages(write, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(TABLE)
    assert cli._guarded(["inspect", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "A customer table: one row per customer. The id is ID." in said
    assert "date of birth" in said and "regulars run --customers FILE" in said
    assert cli._guarded(["inspect", "--customers", str(path), "--lang", "id"]) == 0
    assert "Tabel pelanggan: satu baris per pelanggan. ID-nya ID." in capsys.readouterr().out
    assert cli._guarded(["inspect", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id_header"] == "ID"
    assert cli._guarded(["inspect"]) == 2
    assert cli._guarded(["inspect", "--customers", str(write(ORDERS, "orders.csv"))]) == 3
