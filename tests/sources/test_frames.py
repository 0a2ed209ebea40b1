"""Parquet, Arrow-speaking frames, folders and several files of one layout."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from regulars.engine import DuckEngine
from regulars.errors import InputError, SettingsError
from regulars.locale import LANGUAGES, words
from regulars.settings import Settings
from regulars.sources.open import read_raw
from regulars.sources.raw import Raw


def cells(raw: Raw) -> list[list[Any]]:
    rows = raw.engine.rows("select * from raw order by line")
    assert [row["line"] for row in rows] == list(range(1, raw.rows + 1))
    return [[row[f"c{at}"] for at in range(len(raw.headers))] for row in rows]


DAY = dt.datetime.fromisoformat("2024-01-02")
FRAMES = {
    "pandas": lambda: pd.DataFrame({"id": ["a", ""], "at": pd.to_datetime(["2024-01-02", None]), "x": [1.5, None]}),
    "polars": lambda: pl.DataFrame({"id": ["a", ""], "at": [DAY, None], "x": [1.5, float("nan")]}),
    "pyarrow": lambda: pa.table({"id": ["a", ""], "at": [DAY, None], "x": [1.5, None]}),
    "duckdb": lambda: duckdb.sql(
        "select * from (values ('a', timestamp '2024-01-02', 1.5::double), ('', null, null)) as t(id, \"at\", x)"
    ),
}


@pytest.mark.parametrize("library", FRAMES)
def test_frames_keep_types(duck: DuckEngine, library: str) -> None:
    frame = FRAMES[library]()
    raw = read_raw(frame, engine=duck)
    assert (raw.headers, raw.types) == (("id", "at", "x"), ("VARCHAR", "TIMESTAMP", "DOUBLE"))
    assert cells(raw) == [["a", DAY, 1.5]]  # the second row holds nothing
    assert raw.inputs[0].kind == "frame"


def test_a_pandas_column_of_numbers_and_texts(duck: DuckEngine) -> None:
    frame = pd.DataFrame({"invoice": [*range(3000), "C1"], "kind": pd.Categorical(["a", "b", "a"] * 1000 + ["b"])})
    raw = read_raw(frame, engine=duck)
    assert raw.types == ("VARCHAR", "VARCHAR")
    assert cells(raw)[-1] == ["C1", "b"]


def test_unusual_types_become_text_and_short_floats_stay_short(duck: DuckEngine) -> None:
    query = (
        "select 2.55::float as f, [1, 2] as l, {'a': 1} as s, 'x'::blob as b, 1::utinyint as u, "
        "1.25::decimal(9, 2) as d, date '2024-01-02' as day, timestamptz '2024-01-02 10:00:00+07' as zoned, "
        "'2024-01-02'::timestamp_ns as ns, true as yes, time '10:00' as hour"
    )
    raw = read_raw(duckdb.sql(query), engine=duck)
    expected = ("DOUBLE", "VARCHAR", "VARCHAR", "VARCHAR", "UTINYINT", "DECIMAL(9,2)", "DATE")
    assert raw.types == (*expected, "TIMESTAMP", "TIMESTAMP", "BOOLEAN", "VARCHAR")
    assert cells(raw)[0][0] == 2.55


@pytest.mark.parametrize(("zone", "hour"), [(None, 3), ("Asia/Jakarta", 10)])
def test_a_time_with_a_zone_is_read_as_the_clock_of_the_shop_showed_it(
    duck: DuckEngine, zone: str | None, hour: int
) -> None:
    raw = read_raw(
        duckdb.sql("select timestamptz '2024-01-02 10:00:00+07' as at_"), Settings(timezone=zone), engine=duck
    )
    assert cells(raw) == [[DAY.replace(hour=hour)]]
    assert duck.rows("select current_setting('TimeZone') as zone") == [{"zone": "UTC"}]


def test_a_zone_that_does_not_exist(duck: DuckEngine) -> None:
    with pytest.raises(SettingsError, match="Asia/Bogor"):
        read_raw(FRAMES["polars"](), Settings(timezone="Asia/Bogor"), engine=duck)


def test_parquet_keeps_types_and_order(duck: DuckEngine, tmp_path: Path) -> None:
    path = tmp_path / "orders[1].bin"
    pl.DataFrame({"n": range(300_000), "text": ["x"] * 300_000}).write_parquet(path, row_group_size=10_000)
    raw = read_raw(path, engine=duck)
    assert (raw.types, raw.rows, raw.inputs[0].kind) == (("BIGINT", "VARCHAR"), 300_000, "parquet")
    assert duck.rows("select count(*) as n from raw where line <> c0 + 1") == [{"n": 0}]


def test_a_cut_parquet_file(duck: DuckEngine, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"n": range(1000)}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"a\.parquet is a damaged or cut-off Parquet file"):
        read_raw(path, engine=duck)


def test_a_folder_in_natural_order(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "part-10.csv").write_text("id,name\n3,c\n")
    (tmp_path / "part-2.csv").write_text("name;id\nb;2\n")
    (tmp_path / "part-1.csv").write_text("id\tname\n1\ta\n")
    for ignored in (".hidden.csv", "~$lock.xlsx", "_SUCCESS", "notes.pdf"):
        (tmp_path / ignored).write_text("nothing")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "inner.csv").mkdir()
    raw = read_raw(tmp_path, engine=duck)
    assert [file.name for file in raw.inputs] == ["part-1.csv", "part-2.csv", "part-10.csv"]
    assert cells(raw) == [["1", "a"], ["2", "b"], ["3", "c"]]


def test_a_note_on_many_files_is_said_once(duck: DuckEngine, tmp_path: Path) -> None:
    for n in range(9):
        (tmp_path / f"{n}.csv").write_bytes(f"id,name\n{n},René\n".encode("cp1252"))
    raw = read_raw(tmp_path, engine=duck)
    assert [(note.key, note.values.get("count")) for note in raw.notes] == [
        ("reading.encoding", None),
        ("reading.elsewhere", 8),
    ]
    assert all(note.text(words(language)) for note in raw.notes for language in LANGUAGES)


def test_files_of_several_kinds(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,amount\nC1,2.5\n")
    pl.DataFrame({"amount": [1.5], "id": [7]}).write_parquet(tmp_path / "b.parquet")
    raw = read_raw([str(tmp_path / "a.csv"), tmp_path / "b.parquet"], engine=duck)
    assert raw.types == ("VARCHAR", "VARCHAR")
    assert cells(raw) == [["C1", "2.5"], ["7", "1.5"]]


def test_the_later_parts_of_a_split_file_have_no_header(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "x1.csv").write_text("id,day,amount\nA1,2024-01-01,1\n")
    (tmp_path / "x2.csv").write_text("A2,2024-01-02,2\nA3,2024-01-03,3\n")
    raw = read_raw(tmp_path, engine=duck)
    assert raw.headers == ("id", "day", "amount")
    assert [row[0] for row in cells(raw)] == ["A1", "A2", "A3"]


def test_different_layouts_name_both_files_and_the_headers(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name,city\n1,a,x\n")
    (tmp_path / "b.csv").write_text("id,name,town\n1,a,x\n")
    with pytest.raises(InputError, match=r"Only in a\.csv: city\. Only in b\.csv: town\."):
        read_raw(tmp_path, engine=duck)


def test_drop_forgets_the_cells(duck: DuckEngine, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,name\n1,a\n")
    (tmp_path / "b.csv").write_text("id,name\n2,b\n")
    raw = read_raw([tmp_path / "a.csv", tmp_path / "b.csv"], engine=duck)
    assert len(duck.rows("select * from duckdb_tables()")) == 2
    raw.drop()
    assert duck.rows("select table_name from information_schema.tables") == []


@pytest.mark.real
@pytest.mark.parametrize("form", ["parquet", "csv", "semicolon"])
def test_online_retail_in_every_form_holds_the_same_cells(
    duck: DuckEngine, data: Path, tmp_path: Path, form: str
) -> None:
    """Also as a semicolon cp1252 file with decimal commas, as a spreadsheet of this part of the world writes it."""
    source = data / "online_retail_II.parquet"
    path = source if form == "parquet" else tmp_path / "orders.csv"
    if form != "parquet":
        comma = "replace(Price::varchar, '.', ',')" if form == "semicolon" else "Price"
        delimiter = ";" if form == "semicolon" else ","
        duck.connection.execute(
            f"copy (select * replace ({comma} as Price, coalesce(Description, '') as Description) "
            f"from '{source}' limit 200_000) to '{path}' (header, delimiter '{delimiter}')"
        )
    if form == "semicolon":
        path.write_text(path.read_text("utf-8") + "C9;M;Café;-1;2011-12-10;1,5;1;UK\n", "cp1252")
    raw = read_raw(path, engine=duck)
    assert raw.headers == (
        "Invoice",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "Price",
        "Customer ID",
        "Country",
    )
    assert raw.rows == {"parquet": 1_067_371, "csv": 200_000, "semicolon": 200_001}[form]
    differing = duck.rows(
        "with theirs as (select file_row_number + 1 as line, * from "
        f"read_parquet('{source}', file_row_number = true)) select count(*) as n from raw join theirs using (line) "
        "where line <= 200_000 and (c0 <> Invoice or c1 <> StockCode or c2 is distinct from nullif(Description, '') "
        "or c3::int <> Quantity or c4::timestamp <> InvoiceDate or replace(c5::varchar, ',', '.')::double <> Price "
        'or c6::bigint is distinct from "Customer ID" or c7 <> Country)'
    )
    assert differing == [{"n": 0}]
    assert raw.inputs[0].encoding == {"parquet": None, "csv": "utf-8", "semicolon": "cp1252"}[form]
