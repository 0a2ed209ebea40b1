"""Workbooks: types and exact numbers, which sheet, titles, damage."""

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from regulars.engine import DuckEngine
from regulars.errors import InputError
from regulars.settings import Settings
from regulars.sources.open import read_raw
from regulars.sources.raw import Raw

Sheet = list[list[Any]]
HEADER = ["Invoice", "Date", "Customer", "Price"]
DAY = dt.datetime.fromisoformat("2024-01-02 03:04:05")


def workbook(path: Path, **sheets: Sheet) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    return path


def cells(raw: Raw) -> list[list[Any]]:
    rows = raw.engine.rows("select * from raw order by line")
    return [[row[f"c{at}"] for at in range(len(raw.headers))] for row in rows]


def test_cells_keep_their_types_and_their_digits(duck: DuckEngine, tmp_path: Path) -> None:
    header = ["id", "mixed", "at", "whole", "price", "yes", "date or text", "empty"]
    rows = [
        [17850, 536365, DAY, 3.0, 0.1, True, DAY, None],
        [17851, "C536379", DAY, -12.0, 2.55, False, "2024-01-05", None],
        [None, 7.5, None, None, 1e-7, None, 5, None],
    ]
    raw = read_raw(workbook(tmp_path / "a.xlsx", Orders=[header, *rows]), engine=duck)
    assert raw.headers == tuple(header)
    assert raw.types == ("BIGINT", "VARCHAR", "TIMESTAMP", "BIGINT", "DOUBLE", "BOOLEAN", "VARCHAR", "VARCHAR")
    assert cells(raw) == [
        [17850, "536365", DAY, 3, 0.1, True, "2024-01-02 03:04:05", None],
        [17851, "C536379", DAY, -12, 2.55, False, "2024-01-05", None],
        [None, "7.5", None, None, 1e-7, None, "5", None],
    ]


def test_a_cancellation_far_below_is_not_lost(duck: DuckEngine, tmp_path: Path) -> None:
    rows = [[500_000 + n, DAY, 12_345, 1.5] for n in range(3000)] + [["C503000", DAY, 12_345, -1.5]]
    raw = read_raw(workbook(tmp_path / "a.xlsx", Orders=[HEADER, *rows]), engine=duck)
    assert cells(raw)[-1] == ["C503000", DAY, 12_345, -1.5]
    assert duck.rows("select count(c0) as n from raw") == [{"n": 3001}]


def test_the_sheet_with_most_rows_below_a_header_is_read(duck: DuckEngine, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        Cover=[["Sales 2024"]],
        Orders=[HEADER, *([f"A{n}", DAY, n, 1.5] for n in range(9))],
        People=[["Person", "Region"], ["Ana", "East"]],
        Numbers=[[n, n + 1] for n in range(50)],
    )
    raw = read_raw(path, engine=duck)
    assert [(file.sheet, file.rows) for file in raw.inputs] == [("Orders", 9)]
    assert raw.notes[0].values == {"file": "a.xlsx", "sheets": "Orders", "of": 4}
    assert set(raw.tables) == {row["name"] for row in duck.rows("select table_name as name from duckdb_tables()")}


def test_sheets_of_one_layout_are_appended(duck: DuckEngine, tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        Jan=[HEADER, [1, DAY, "x", 1]],
        Notes=[["Text"], ["hello"]],
        Feb=[HEADER[::-1], [2.5, "y", DAY, "C2"]],
    )
    raw = read_raw(path, engine=duck)
    assert [file.sheet for file in raw.inputs] == ["Jan", "Feb"]
    assert cells(raw) == [["1", DAY, "x", 1.0], ["C2", DAY, "y", 2.5]]


def test_a_sheet_may_be_named(duck: DuckEngine, tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", Big=[HEADER, *[[1, DAY, "x", 1]] * 9], Small=[HEADER, [2, DAY, "y", 2]])
    assert cells(read_raw(path, Settings(sheet="Small"), engine=duck)) == [[2, DAY, "y", 2]]
    with pytest.raises(InputError, match=r"has no sheet called Smal\. It has: Big, Small"):
        read_raw(path, Settings(sheet="Smal"), engine=duck)


def test_titles_and_blank_rows_around_the_table(duck: DuckEngine, tmp_path: Path) -> None:
    rows = [
        [],
        ["", "Sales report"],
        [],
        ["", *HEADER, "Price"],
        ["", 1, DAY, "x", 2.5, 3],
        [],
        ["", 2, DAY, "y", 3.5, 4],
    ]
    raw = read_raw(workbook(tmp_path / "a.xlsx", Orders=[*rows, [], [" "]]), engine=duck)
    assert [header for header in raw.headers if header.startswith(("Invoice", "Price"))] == [
        "Invoice",
        "Price",
        "Price (2)",
    ]
    assert [row[-5:] for row in cells(raw)] == [[1, DAY, "x", 2.5, 3], [2, DAY, "y", 3.5, 4]]


def test_a_sheet_without_a_header_row(duck: DuckEngine, tmp_path: Path) -> None:
    rows = [[f"A{100 + n}", DAY, n, 2.5] for n in range(3)]
    raw = read_raw(workbook(tmp_path / "a.xlsx", Orders=rows), engine=duck)
    assert raw.headers == ("column 1", "column 2", "column 3", "column 4")
    assert cells(raw) == rows


@pytest.mark.parametrize("sheet", [[["Only a title"]], [HEADER]])
def test_a_workbook_with_names_alone_has_no_rows(duck: DuckEngine, tmp_path: Path, sheet: Sheet) -> None:
    assert read_raw(workbook(tmp_path / "a.xlsx", Orders=sheet), engine=duck).rows == 0


def test_a_workbook_without_a_cell(duck: DuckEngine, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no rows"):
        read_raw(workbook(tmp_path / "a.xlsx", One=[], Two=[]), engine=duck)


def test_damaged_workbooks_get_a_sentence(duck: DuckEngine, tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", Orders=[HEADER, *([n, DAY, "x", 1] for n in range(500))]).read_bytes()
    path = tmp_path / "b.xlsx"
    for cut in range(8, len(whole) - 1, len(whole) // 40):
        path.write_bytes(whole[:cut])
        with pytest.raises(InputError, match=r"b\.xlsx"):
            read_raw(path, engine=duck)
    for at in range(0, len(whole) - 16, len(whole) // 60):  # damage within: read or refused, never a panic
        path.write_bytes(whole[:at] + b"\xa5" * 16 + whole[at + 16 :])
        try:
            read_raw(path, engine=duck)
        except InputError as error:
            assert "b.xlsx" in str(error)


def test_the_ending_of_the_name_decides_nothing(duck: DuckEngine, tmp_path: Path) -> None:
    for name in ("a.xls", "a.ods", "a.csv", "a"):
        path = workbook(tmp_path / "a.xlsx", Orders=[HEADER, [1, DAY, "x", 1]]).rename(tmp_path / name)
        assert cells(read_raw(path, engine=duck)) == [[1, DAY, "x", 1]]


def test_a_workbook_under_a_password(duck: DuckEngine, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000) + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(InputError, match="password"):
        read_raw(path, engine=duck)
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1000))
    with pytest.raises(InputError, match="damaged"):
        read_raw(path, engine=duck)


def test_a_zip_that_is_no_workbook_names_what_it_holds(duck: DuckEngine, tmp_path: Path) -> None:
    path = tmp_path / "orders.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("orders.csv", "a,b\n1,2\n")
    with pytest.raises(InputError, match=r"holds orders\.csv"):
        read_raw(path, engine=duck)


def test_a_workbook_that_unpacks_to_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("regulars.sources.files.MOST_UNPACKED", 1000)
    with pytest.raises(InputError, match="8 GB"):
        read_raw(workbook(tmp_path / "a.xlsx", Orders=[HEADER]))


@pytest.mark.real
def test_global_superstore_as_a_workbook(duck: DuckEngine, data: Path, tmp_path: Path) -> None:
    source = duckdb.connect().execute(f"select * from '{data / 'global_superstore.parquet'}'")
    header = [str(column[0]) for column in source.description or ()]
    options = {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    with xlsxwriter.Workbook(tmp_path / "superstore.xlsx", options) as book:
        sheet = book.add_worksheet("Orders")
        for at, row in enumerate([header, *source.fetchall()]):
            sheet.write_row(at, 0, row)
        book.add_worksheet("People").write_row(0, 0, ["Person", "Region"])
    raw = read_raw(tmp_path / "superstore.xlsx", engine=duck)
    assert (raw.rows, raw.headers) == (51_290, tuple(header))
    kinds = dict(zip(raw.headers, raw.types, strict=True))
    assert (kinds["Order Date"], kinds["Quantity"], kinds["Sales"]) == ("TIMESTAMP", "BIGINT", "DOUBLE")
    columns = {name: f"c{at}" for at, name in enumerate(raw.headers)}
    totals = duck.rows(
        f"select sum({columns['Sales']}::decimal(18, 4)) as sales, sum({columns['Profit']}::decimal(18, 4)) as profit, "
        f"year({columns['Order Date']}) as y from raw group by y order by y"
    )
    assert [row["y"] for row in totals] == [2011, 2012, 2013, 2014]
    assert round(float(sum(row["sales"] for row in totals)), 2) == 12_642_501.91
    assert [round(row["profit"]) for row in totals] == [248_941, 307_415, 406_935, 504_166]
