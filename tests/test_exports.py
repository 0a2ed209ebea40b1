"""Exports: what a spreadsheet opens is what the store holds, in the reader's words, and nothing in it runs."""

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import fastexcel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peak import growth
from regulars import exports, workbook
from regulars.baskets import ranked
from regulars.engine import DuckEngine
from regulars.errors import StoreError, UsageError
from regulars.exports import Extract, export_table, guarded
from regulars.locale import LANGUAGES, Language, words
from regulars.schema import NAMES

TYPES = {
    "customer_id": "VARCHAR",
    "orders": "INTEGER",
    "monetary": "DECIMAL(28,4)",
    "first_order": "DATE",
    "ordered_at": "TIMESTAMP",
    "return_share": "DOUBLE",
    "is_return": "BOOLEAN",
    "segment": "VARCHAR",
    "persona": "VARCHAR",
    "action": "VARCHAR",
    "attribute_3": "VARCHAR",
}
NOON = datetime(2011, 12, 1, 12, 30)  # noqa: DTZ001 - the shop's own time
LABELLED = [
    ("Champions", "high_often_recent", "vip_service", "a,b"),
    ("Can't Lose", "Premium High-Value Buyer", None, 'q"q'),
    ("=Own", "no such", "no such", "line\r\nbreak"),
]
ROWS: list[tuple[Any, ...]] = [
    ("=1+1", -2, Decimal("-1234.5"), date(2011, 12, 1), NOON, 0.25, True, *LABELLED[0]),
    ("007", 3, Decimal("99999999.9999"), date(1899, 5, 1), None, None, False, *LABELLED[1]),
    ("é🛍", None, None, None, None, -0.5, None, *LABELLED[2]),
]


def put(path: Path, types: dict[str, str], rows: list[tuple[Any, ...]]) -> Path:
    with DuckEngine() as engine:
        engine.put("t", types, rows)
        engine.write_parquet("select * from t", path)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return put(tmp_path / "customers.parquet", TYPES, ROWS)


def rows_of(path: Path, separator: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=separator))


def cells_of(path: Path, sheet: int = 0) -> list[tuple[Any, ...]]:
    frame = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return frame.rows()


def test_a_csv_is_what_a_spreadsheet_reads(table: Path, tmp_path: Path) -> None:
    assert export_table(table, tmp_path / "out.csv", "csv", "en") == 3
    data = (tmp_path / "out.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfCustomer,Orders,Net sales,")
    assert data.count(b"\r\n") == 5  # a header, three rows, and the break within a cell
    header, *rows = rows_of(tmp_path / "out.csv")
    assert header[7:] == ["Segment", "Persona", "Recommended action", "attribute_3"]
    premium, vip = "Premium High-Value Buyer", "VIP service"
    assert [",".join(row[:7]) for row in rows] == [
        "'=1+1,-2,-1234.5,2011-12-01,2011-12-01 12:30:00,0.25,true",
        "007,3,99999999.9999,1899-05-01,,,false",
        "é🛍,,,,,-0.5,",
    ]
    assert [row[7:] for row in rows] == [
        ["Champions", premium, vip, "a,b"],
        ["Can't Lose", premium, "", 'q"q'],
        ["'=Own", "no such", "no such", "line\r\nbreak"],
    ]


def test_in_indonesian_headers_and_names_are_indonesian(table: Path, tmp_path: Path) -> None:
    export_table(
        table, tmp_path / "out.csv", "csv", "id", extract=Extract(("segment", "persona", "action", "monetary"))
    )
    assert (tmp_path / "out.csv").read_bytes().startswith("\ufeffSegmen;Persona;".encode())
    say = words("id")
    persona, action = say("personas.high_often_recent.name"), say("actions.vip_service.title")
    assert rows_of(tmp_path / "out.csv", ";")[:3] == [
        ["Segmen", "Persona", "Tindakan yang disarankan", "Penjualan bersih"],
        [say("segments.champions.label"), persona, action, "-1234,5"],
        [say("segments.cant_lose.label"), persona, "", "99999999,9999"],
    ]
    assert persona != "Premium High-Value Buyer"


def test_personas_with_their_qualifier_and_reasons_are_translated(tmp_path: Path) -> None:
    types = {"cluster_persona": "VARCHAR", "cluster_action": "VARCHAR", "reason": "VARCHAR"}
    rows = [("Active Mid Spender (Loyal)", "VIP service", "no_customer")]
    put(tmp_path / "t.parquet", types, rows)
    names = {"Active Mid Spender (Loyal)": "Pembelanja (Setia)"}
    export_table(tmp_path / "t.parquet", tmp_path / "out.csv", "csv", "id", extract=Extract(names=names))
    say = words("id")
    assert rows_of(tmp_path / "out.csv", ";")[1] == [
        *names.values(),
        say("actions.vip_service.title"),
        say("reasons.no_customer"),
    ]


def test_the_stable_keys_are_for_programs(tmp_path: Path) -> None:
    types = dict.fromkeys(("customer_id", "persona", "persona_key", "action_key"), "VARCHAR")
    put(tmp_path / "t.parquet", types, [("c1", "Active Mid Spender (Loyal)", "mid_several_recent", "upsell_history")])
    export_table(tmp_path / "t.parquet", tmp_path / "out.csv", "csv", "en")
    assert rows_of(tmp_path / "out.csv") == [["Customer", "Persona"], ["c1", "Active Mid Spender (Loyal)"]]
    export_table(tmp_path / "t.parquet", tmp_path / "asked.csv", "csv", "en", extract=Extract(("persona_key",)))
    assert rows_of(tmp_path / "asked.csv")[1:] == [["mid_several_recent"]]
    export_table(tmp_path / "t.parquet", tmp_path / "out.parquet", "parquet", "en")
    with DuckEngine() as engine:
        (row,) = engine.rows(f"select * from '{tmp_path / 'out.parquet'}'")
    assert (row["persona_key"], row["action_key"]) == ("mid_several_recent", "upsell_history")


def test_every_column_has_its_own_header_in_every_language() -> None:
    for language in LANGUAGES:
        assert all(words(language).has(f"exports.columns.{name}") for name in NAMES)
        headers = list(words(language).under("exports.columns").values())
        assert len({header.casefold() for header in headers}) == len(headers)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_state_of_a_rhythm_is_no_province(tmp_path: Path, language: Language) -> None:
    heads = {}
    for name in ("rhythm", "customers"):
        put(tmp_path / f"{name}.parquet", {"state": "VARCHAR"}, [("own",)])
        export_table(tmp_path / f"{name}.parquet", tmp_path / f"{name}.csv", "csv", language)
        heads[name] = rows_of(tmp_path / f"{name}.csv")[0]
    say = words(language)
    assert heads == {"rhythm": [say("exports.columns.judged_by")], "customers": [say("exports.columns.state")]}


def test_an_xlsx_holds_real_numbers_and_dates_and_no_formula(table: Path, tmp_path: Path) -> None:
    assert export_table(table, tmp_path / "out.xlsx", "xlsx", "en") == 3
    frame = fastexcel.read_excel(tmp_path / "out.xlsx").load_sheet(0).to_polars()
    assert frame["Customer"].to_list() == ["'=1+1", "007", "é🛍"]
    assert frame["Net sales"].to_list() == [-1234.5, 99999999.9999, None]
    assert frame["Ordered at"].to_list() == [NOON, None, None]
    assert frame["Return"].to_list() == [True, False, None]
    assert cells_of(tmp_path / "out.xlsx")[2][3] == "1899-05-01"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet


def test_numbers_are_written_as_short_as_they_are(tmp_path: Path) -> None:
    numbers = [600.0, 94.7368, -0.5, 1e-10, 1e20, 100.0, 1200.5, 0.0]
    exact = [Decimal(text) for text in ("12", "1.25", "-3.10", "1000", "0", "0.001", "10.01", "20")]
    put(
        tmp_path / "t.parquet",
        {"monetary": "DOUBLE", "pieces": "DECIMAL(18,3)"},
        list(zip(numbers, exact, strict=True)),
    )
    export_table(tmp_path / "t.parquet", tmp_path / "en.csv", "csv", "en")
    export_table(tmp_path / "t.parquet", tmp_path / "id.csv", "csv", "id")
    rows = rows_of(tmp_path / "en.csv")[1:]
    assert [money for money, _ in rows] == ["600", "94.7368", "-0.5", "1e-10", "1e+20", "100", "1200.5", "0"]
    assert [pieces for _, pieces in rows] == ["12", "1.25", "-3.1", "1000", "0", "0.001", "10.01", "20"]
    assert rows_of(tmp_path / "id.csv", ";")[1:] == [[cell.replace(".", ",") for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("language", "stem", "names"),
    [("en", "customers", ["Customers", "Customers 2"]), ("id", "customers", ["Pelanggan", "Pelanggan 2"]),
     ("id", "sales", ["Baris pesanan", "Baris pesanan 2"]), ("en", "else", ["Table", "Table 2"])],
)  # fmt: skip
def test_sheets_have_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language, stem: str, names: list[str]
) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 2)
    put(tmp_path / f"{stem}.parquet", {"customer_id": "VARCHAR"}, [("a",), ("b",), ("c",)])
    export_table(tmp_path / f"{stem}.parquet", tmp_path / "out.xlsx", "xlsx", language)
    assert fastexcel.read_excel(tmp_path / "out.xlsx").sheet_names == names


def test_every_sheet_name_fits_into_excel() -> None:
    for language in LANGUAGES:
        assert all(len(name) <= 28 for name in words(language).under("exports.sheets").values())


def contact_lines(folder: Path) -> Path:
    types = {"line": "BIGINT", "customer_id": "VARCHAR", "ordered_at": "TIMESTAMP", "name": "VARCHAR"}
    types |= {"email": "VARCHAR", "consent_email": "BOOLEAN"}
    june, july = (datetime(2024, month, 1) for month in (6, 7))  # noqa: DTZ001 - the shop's own time
    folder.mkdir()
    put(
        folder / "a.parquet",
        types,
        [
            (1, "c2", july, "Budi S.", None, True),
            (2, "c2", june, "Budi", "budi@example.com", False),
            (3, "c1", june, "=Ana", "first@example.com", None),
            (4, "c1", june, None, "second@example.com", None),
        ],
    )
    return folder


def test_contacts_are_joined_where_they_are_asked_for(tmp_path: Path) -> None:
    put(
        tmp_path / "customers.parquet",
        {"customer_id": "VARCHAR", "orders": "INTEGER"},
        [("c1", 1), ("c2", 2), ("c3", 3)],
    )
    lines = contact_lines(tmp_path / "sales")
    export_table(tmp_path / "customers.parquet", tmp_path / "plain.csv", "csv", "en")
    assert rows_of(tmp_path / "plain.csv")[0] == ["Customer", "Orders"]
    assert (
        export_table(
            tmp_path / "customers.parquet",
            tmp_path / "out.csv",
            "csv",
            "en",
            extract=Extract(contacts=True, lines=lines),
        )
        == 3
    )
    assert rows_of(tmp_path / "out.csv") == [
        ["Customer", "Orders", "Name", "E-mail", "May be e-mailed"],
        ["c1", "1", "'=Ana", "second@example.com", ""],
        ["c2", "2", "Budi S.", "budi@example.com", "true"],
        ["c3", "3", "", "", ""],
    ]


def test_contacts_of_a_customer_table_fill_what_the_lines_do_not_hold(tmp_path: Path) -> None:
    fields = {"customer_id": "VARCHAR", "first": "VARCHAR", "last": "VARCHAR", "email": "VARCHAR", "age": "INTEGER"}
    table = tmp_path / "customers.parquet"
    put(table, fields, [("c1", "Ana", "Sari", "T1@X.co", 30), ("c3", "Tia", None, "T3@X.co", 40)])
    told = {"name": ("first", "last"), "email": ("email",)}
    export_table(table, tmp_path / "plain.csv", "csv", "en", extract=Extract(told=told))
    assert rows_of(tmp_path / "plain.csv") == [["Customer", "age"], ["c1", "30"], ["c3", "40"]]
    asked = Extract(contacts=True, told=told)
    export_table(table, tmp_path / "told.csv", "csv", "en", extract=asked)
    assert rows_of(tmp_path / "told.csv") == [
        ["Customer", "age", "Name", "E-mail"], ["c1", "30", "Ana Sari", "t1@x.co"], ["c3", "40", "Tia", "t3@x.co"],
    ]  # fmt: skip
    both = Extract(contacts=True, lines=contact_lines(tmp_path / "sales"), told=told)
    export_table(table, tmp_path / "both.csv", "csv", "en", extract=both)
    assert rows_of(tmp_path / "both.csv")[1:] == [
        ["c1", "30", "'=Ana", "second@example.com", ""], ["c3", "40", "Tia", "t3@x.co", ""],
    ]  # fmt: skip


def test_a_workbook_has_no_more_rows_than_asked_for(tmp_path: Path, table: Path) -> None:
    few = Extract(most=2)
    with pytest.raises(UsageError, match="3 rows"):
        export_table(table, tmp_path / "out.xlsx", "xlsx", "en", extract=few)
    assert not list(tmp_path.glob("*.xlsx")) and not list(tmp_path.glob(".*"))
    assert export_table(table, tmp_path / "out.csv", "csv", "en", extract=few) == 3


def test_contacts_that_are_not_there_are_said(tmp_path: Path, table: Path) -> None:
    (tmp_path / "sales").mkdir()
    put(tmp_path / "sales" / "a.parquet", {"line": "BIGINT", "customer_id": "VARCHAR"}, [(1, "c1")])
    with pytest.raises(UsageError, match="holds no names"):
        export_table(table, tmp_path / "out.csv", "csv", "en", extract=Extract(contacts=True, lines=tmp_path / "sales"))
    assert not (tmp_path / "out.csv").exists()


def test_parquet_is_handed_on_as_stored(table: Path, tmp_path: Path) -> None:
    assert (
        export_table(table, tmp_path / "out.parquet", "parquet", "id", extract=Extract(("segment", "customer_id"))) == 3
    )
    with DuckEngine() as engine:
        rows = engine.rows(f"select * from '{tmp_path / 'out.parquet'}'")
    assert rows == [{"segment": row[7], "customer_id": row[0]} for row in ROWS]


def test_a_folder_of_parquet_files_is_one_table(tmp_path: Path) -> None:
    for part in ("1", "0"):
        (tmp_path / "sales" / part).mkdir(parents=True)
        put(tmp_path / "sales" / part / "x.parquet", {"customer_id": "VARCHAR"}, [(f"c{part}",)])
    assert export_table(tmp_path / "sales", tmp_path / "out.csv", "csv", "en") == 2
    assert rows_of(tmp_path / "out.csv") == [["Customer"], ["c0"], ["c1"]]


def test_many_rows_go_on_in_further_sheets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "SHEET_ROWS", 4)
    monkeypatch.setattr(workbook, "CHUNK", 3)
    put(tmp_path / "t.parquet", {"customer_id": "VARCHAR"}, [(f"c{i}",) for i in range(9)])
    assert export_table(tmp_path / "t.parquet", tmp_path / "out.xlsx", "xlsx", "en") == 9
    sheets = [[row[0] for row in cells_of(tmp_path / "out.xlsx", i)] for i in range(3)]
    assert sheets == [["Customer", *(f"c{i}" for i in part)] for part in (range(4), range(4, 8), range(8, 9))]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_the_same_table_gives_the_same_bytes(table: Path, tmp_path: Path, kind: exports.Kind) -> None:
    for name in ("a", "b"):
        export_table(table, tmp_path / name, kind, "en")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_without_rows_has_its_header(tmp_path: Path, kind: exports.Kind) -> None:
    put(tmp_path / "t.parquet", {"customer_id": "VARCHAR", "segment": "VARCHAR"}, [])
    assert export_table(tmp_path / "t.parquet", tmp_path / f"out.{kind}", kind, "id") == 0
    out = tmp_path / f"out.{kind}"
    assert [list(row) for row in (rows_of(out, ";") if kind == "csv" else cells_of(out))] == [["Pelanggan", "Segmen"]]


FORMULAS = [
    "=1+1", "+62-812-3456-789", "-5", "@sum(a1)", "\t=1", "\tx", "\rx", "\nx",
    "  =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\x00=1",
    "＝1", "＋1", "－1", "＠x", " ＝1", "\u3000@x",
]  # fmt: skip
TELEPHONES = ["+628123456789", "+62 812 3456 789", "+1 2 3 4 5 6 7", "+123456789012345"]
NO_TELEPHONES = [
    "+62-812-3456-789", "+62 (812) 3456", "+62812345A1", "+62  8123456", " +628123456789", "+628123456789 ",
    "+628123456789\n", "+628123456789\n=1", "+0812345678", "+123456", "+1234567890123456", "+62.812.3456",
    "+62*8123456", "+6281234\u00a056", "+62812345٣", "++6281234567", "+62812345;+1", "+62^8123456",
    "+628123456E9", "＋628123456789",
]  # fmt: skip
HARMLESS = [*TELEPHONES, "", " ", "x=1", "a-b", "007", "'=1", "é", "1-2", "x\ny", "⁼1"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, kind: exports.Kind) -> None:
    texts = [*FORMULAS, *HARMLESS]
    put(tmp_path / "t.parquet", {"line": "INTEGER", "name": "VARCHAR"}, list(enumerate(texts)))
    export_table(tmp_path / "t.parquet", tmp_path / "out", kind, "en")
    expected = [f"'{text}" for text in FORMULAS] + HARMLESS
    if kind == "csv":
        # a formula after a tab or a line break is guarded there as well: see below
        expected[FORMULAS.index("\t=1")] = "'\t'=1"
        assert [row[1] for row in rows_of(tmp_path / "out")[1:]] == expected
    else:
        with zipfile.ZipFile(tmp_path / "out") as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        cells = re.findall(r"<is><t[^>]*>([^<]*)</t></is>", sheet)[2:]
        assert [cell.startswith("'") for cell in cells] == [True] * len(FORMULAS) + [
            text.startswith("'") for text in HARMLESS
        ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-x", "@SUM(A1)", " =1", "\u200b=1", "\uff1d1", "\nx", "\r1"])
def test_a_text_that_a_spreadsheet_would_run_is_guarded(text: str) -> None:
    assert guarded(text, "en") == f"'{text}"


@pytest.mark.parametrize("text", NO_TELEPHONES)
def test_what_only_resembles_a_telephone_number_is_guarded(text: str) -> None:
    assert guarded(text, "en").startswith("'")


@pytest.mark.parametrize("text", ["", "Tea", "12", "a=b", "…", "'x", "(5)"])
def test_other_texts_are_left_alone(text: str) -> None:
    assert guarded(text, "en") == text


CELLS = st.text(
    st.one_of(st.sampled_from(";,\t\r\n=+-@ '\u200b\u3000\uff1d"), st.characters(exclude_categories=["Cs", "Cn"]))
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(CELLS, st.sampled_from([*FORMULAS, *TELEPHONES, *NO_TELEPHONES])), min_size=1, max_size=20),
    st.sampled_from(LANGUAGES),
)
def test_a_text_is_guarded_as_the_engine_guards_it(texts: list[str], language: Language) -> None:
    """A table that stands in no engine (the dashboard's) gets the very guard of the exports."""
    sql = exports._field("name", "VARCHAR", {}, exports._SIGNS[language])
    texts = [text.replace("\0", "") for text in texts]
    with DuckEngine() as engine:
        engine.put("texts", {"line": "INTEGER", "name": "VARCHAR"}, list(enumerate(texts)))
        found = [row["name"] for row in engine.rows(f"select {sql} as name from texts order by line")]
    assert found == [guarded(text, language) for text in texts]


@pytest.mark.parametrize("text", ["x;=1+1", "x; =1", 'x";=1', "x\n=1", "x\t@y", "x;;-1", "x,=1+1", "x, +1"])
def test_a_csv_split_at_semicolons_holds_no_formula_either(tmp_path: Path, text: str) -> None:
    """Where the decimal comma is used a spreadsheet splits rows at semicolons, quotes or not."""
    put(tmp_path / "t.parquet", {"name": "VARCHAR"}, [(text,)])
    export_table(tmp_path / "t.parquet", tmp_path / "out.csv", "csv", "id")
    cells = re.split("[;,\t\r\n]", (tmp_path / "out.csv").read_bytes().decode("utf-8-sig"))
    assert not [cell for cell in cells if re.match(r"\s*[=+\-@]", cell)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=8))
def test_any_text_comes_back_but_for_apostrophes(tmp_path: Path, texts: list[str]) -> None:
    put(tmp_path / "t.parquet", {"line": "INTEGER", "name": "VARCHAR"}, list(enumerate(texts)))
    export_table(tmp_path / "t.parquet", tmp_path / "out.csv", "csv", "en", overwrite=True)
    back = [row[1] for row in rows_of(tmp_path / "out.csv")[1:]]
    assert [text.replace("'", "") for text in back] == [text.replace("'", "") for text in texts]
    assert not [text for text in back if re.match(r"[\s\u200b\ufeff\x00]*[=+\-@＝＋－＠]|[\t\r\n]", text)]
    export_table(tmp_path / "t.parquet", tmp_path / "out.xlsx", "xlsx", "en", overwrite=True)
    assert len(cells_of(tmp_path / "out.xlsx")) == len(texts) + 1


def test_a_text_longer_than_a_cell_is_cut_in_xlsx_alone(tmp_path: Path) -> None:
    put(tmp_path / "t.parquet", {"name": "VARCHAR"}, [("x" * 40_000,)])
    for kind in ("csv", "xlsx"):
        export_table(tmp_path / "t.parquet", tmp_path / f"out.{kind}", kind, "en")
    assert len(rows_of(tmp_path / "out.csv")[1][0]) == 40_000
    assert len(cells_of(tmp_path / "out.xlsx")[1][0]) == 32_767


def test_a_file_that_is_there_is_not_replaced_unasked(table: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(UsageError, match=r"is there already.*--overwrite"):
        export_table(table, tmp_path / "out.csv", "csv", "en")
    assert (tmp_path / "out.csv").read_text() == "mine"
    export_table(table, tmp_path / "out.csv", "csv", "en", overwrite=True)
    assert len(rows_of(tmp_path / "out.csv")) == 5 - 1


def test_an_unknown_column_names_those_there_are(table: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no column e_mail\. It has: customer_id, orders"):
        export_table(table, tmp_path / "out.csv", "csv", "en", extract=Extract(("customer_id", "e_mail")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.parquet"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_where_nothing_can_be_written_it_is_said(table: Path, tmp_path: Path, kind: exports.Kind) -> None:
    with pytest.raises(StoreError, match="cannot be written") as caught:
        export_table(table, tmp_path / "no such folder" / "out", kind, "en")
    assert caught.value.exit_code == 5
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        export_table(table, tmp_path / "folder", kind, "en", overwrite=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["customers.parquet", "folder"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_damaged_source_is_said(tmp_path: Path, kind: exports.Kind) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 not really PAR1")
    with pytest.raises(StoreError, match="cannot be"):
        export_table(tmp_path / "t.parquet", tmp_path / "out", kind, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


FULL = """
import resource, signal, sys
from pathlib import Path
from regulars.errors import StoreError
from regulars.exports import export_table
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    export_table(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], "en", overwrite=True)
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_disk_that_takes_no_more_leaves_the_old_file(tmp_path: Path, kind: exports.Kind) -> None:
    with DuckEngine() as engine:
        sql = "select md5(i::varchar) as customer_id, md5((-i)::varchar) as name from range(30000) t(i)"
        engine.write_parquet(sql, tmp_path / "t.parquet")
    (tmp_path / "out").write_text("old")
    command = [sys.executable, "-c", FULL, str(tmp_path / "t.parquet"), str(tmp_path / "out"), kind]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "cannot be written" in run.stdout, run.stderr
    assert "Traceback" not in run.stderr
    assert (tmp_path / "out").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "t.parquet"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_disk_that_is_full_is_said_in_a_sentence(table: Path, tmp_path: Path, kind: exports.Kind) -> None:
    (tmp_path / f".out.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(StoreError, match=r"/out cannot be written: .*No space left on device"):
        export_table(table, tmp_path / "out", kind, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["customers.parquet"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_million_rows_fit_in_bounded_memory(tmp_path: Path, kind: exports.Kind) -> None:
    with DuckEngine() as engine:
        columns = "'c' || i as customer_id, i::decimal(18,4) as monetary, date '2011-01-01' as first_order"
        engine.write_parquet(f"select {columns} from range(1100000) t(i)", tmp_path / "t.parquet")
    before = "from regulars.exports import export_table"
    work = "export_table(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], 'en')"
    places = str(tmp_path / "t.parquet"), str(tmp_path / "out")
    assert growth(before, work, *places, kind) < 400  # MB; the rows as Python objects: 600
    assert (tmp_path / "out").stat().st_size > 4_000_000


def styled(path: Path) -> dict[str, tuple[str, float]]:
    """Of each column of a workbook by its header: how the first row below is shown, and how wide the column is."""
    with zipfile.ZipFile(path) as book:
        sheet, styles = (book.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
    forms = dict(re.findall(r'<numFmt numFmtId="(\d+)" formatCode="(.*?)"/>', styles))
    kinds = re.findall(r'<xf numFmtId="(\d+)" fontId="(\d)"', styles.split("<cellXfs")[1])
    assert 'state="frozen"' in sheet
    rows = [re.findall(r"<c r=\"[A-Z]+\d+\"(?: s=\"(\d+)\")?", row) for row in re.findall(r"<row .*?</row>", sheet)[:2]]
    assert all(kinds[int(style)][1] == "1" for style in rows[0])  # bold
    spans = re.findall(r'<col min="(\d+)" max="(\d+)" width="([\d.]+)"', sheet)
    widths = [float(width) for low, high, width in spans for _ in range(int(low), int(high) + 1)]
    heads = [str(cell) for cell in cells_of(path)[0]]
    forms |= {"0": "", "3": "#,##0", "4": "#,##0.00"}
    shown = [forms[kinds[int(style or 0)][0]] for style in rows[1]]
    return {head: (form.replace("&lt;", "<"), width) for head, form, width in zip(heads, shown, widths, strict=True)}


def test_a_workbook_shows_shares_money_counts_and_chances_as_such(tmp_path: Path) -> None:
    with DuckEngine() as engine:
        engine.write_parquet(
            """select 1 as place, 'Tea' as antecedent, repeat('x', 90) as consequent, 1234 as count, 0.0133 as support,
            41.6::double as lift, 1e-300::double as q_value, 1234.5::double as monetary, 3 as cluster,
            date '2024-01-02' as day, 1957::decimal(18, 4) as year_birth, true as redundant""",
            tmp_path / "rules.parquet",
        )
    export_table(tmp_path / "rules.parquet", tmp_path / "out.xlsx", "xlsx", "en")
    found = styled(tmp_path / "out.xlsx")
    forms = {head: form for head, (form, _) in found.items()}
    assert forms == {
        "Place": "",
        "Bought": "",
        "Goes with it": "",
        "Baskets with all of it": "#,##0",
        "Share of all baskets": "0.0%",
        "Lift": "#,##0.00",
        "q (corrected p)": "[<0.0001]0.0E+00;0.0000",
        "Net sales": "#,##0.00",
        "Cluster": "",
        "Day": "yyyy-mm-dd",
        "year_birth": "",
        "Explained by a shorter rule": "",
    }
    assert found["Goes with it"][1] > 60
    assert found["Place"][1] < 10
    assert all(width >= len(head) for head, (_, width) in found.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_of_rules_and_cohorts_is_named(language: Language) -> None:
    say = words(language)
    assert [name for name in (*ranked._TABLE, "sales", "complete") if not say.has(f"exports.columns.{name}")] == []
