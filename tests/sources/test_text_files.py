"""Text files of every separator, encoding and compression, and what ragged and hostile ones get."""

import csv
import errno
import gzip
import io
import json
import os
from pathlib import Path

import pytest
from backports import zstd
from hypothesis import given, settings
from hypothesis import strategies as st

from peak import growth
from regulars.engine import DuckEngine
from regulars.errors import InputError, StoreError, UsageError
from regulars.locale import LANGUAGES, words
from regulars.settings import Settings
from regulars.sources.open import read_raw
from regulars.sources.raw import Raw

HEADER = ["Order ID", "Customer", "Date", "Amount"]
ROWS = [["A1", "Ana", "2024-01-02", "1,50"], ["A2", "Büsra", "2024-01-03", "20,00"], ["A3", "Cé", "2024-01-04", "3,25"]]


def cells(raw: Raw) -> list[list[object]]:
    """All cells of `raw`, in order of the lines; the lines are 1, 2, 3, ..."""
    rows = raw.engine.rows("select * from raw order by line")
    assert [row["line"] for row in rows] == list(range(1, raw.rows + 1))
    return [[row[f"c{at}"] for at in range(len(raw.headers))] for row in rows]


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def read(duck: DuckEngine, path: Path, content: bytes | str, **settings: str) -> Raw:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_raw(path, Settings(**settings), engine=duck)  # type: ignore[arg-type]


def notes(raw: Raw) -> list[str]:
    for language in LANGUAGES:
        assert all(note.text(words(language)) for note in raw.notes)
    return [note.key.removeprefix("reading.") for note in raw.notes]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_content(duck: DuckEngine, tmp_path: Path, delimiter: str) -> None:
    raw = read(duck, tmp_path / "misleading.tsv", written([HEADER, *ROWS], delimiter))
    assert raw.inputs[0].delimiter == delimiter
    assert raw.headers == tuple(HEADER)
    assert cells(raw) == ROWS


def test_a_decimal_comma_does_not_separate(duck: DuckEngine, tmp_path: Path) -> None:
    lines = ["Nama;Total", *(f"Pembeli {n};{n},50" for n in range(50))]
    raw = read(duck, tmp_path / "a.csv", "\n".join(lines))
    assert raw.inputs[0].delimiter == ";"
    assert cells(raw)[49] == ["Pembeli 49", "49,50"]


def test_a_comma_in_every_header_does_not_win_over_more_columns(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "Datum;Umsatz, netto;Kunde\n01.02.2024;1,50;Ana\n02.02.2024;2,50;Bo\n")
    assert raw.headers == ("Datum", "Umsatz, netto", "Kunde")


@pytest.mark.parametrize(
    ("codec", "reported"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("packed", ["none", "gzip", "zstd"])
def test_encodings_and_archives(duck: DuckEngine, tmp_path: Path, codec: str, reported: str, packed: str) -> None:
    rows = [*ROWS, ["A4", "€ “quoted” text", "2024-01-05", "1"]]
    content = written([HEADER, *rows], ";").encode(codec)
    pack = {"none": bytes, "gzip": gzip.compress, "zstd": zstd.compress}[packed]
    raw = read(duck, tmp_path / "orders.bin", pack(content))
    assert (raw.inputs[0].encoding, raw.inputs[0].compression or "none") == (reported, packed)
    assert raw.headers == tuple(HEADER)
    assert cells(raw) == rows
    assert ("encoding" in notes(raw)) == (codec == "cp1252")


def test_utf_16_with_the_other_byte_order_mark(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", ("\ufeff" + written([HEADER, *ROWS])).encode("utf-16-be"))
    assert raw.headers == tuple(HEADER)
    assert cells(raw) == ROWS


def test_a_byte_that_cp1252_does_not_know_makes_it_latin_1(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", b"name,city\n\xe9\x81,x\n\xe9,y\n")
    assert raw.inputs[0].encoding == "latin-1"
    assert cells(raw) == [["\xe9\x81", "x"], ["\xe9", "y"]]


def test_one_bad_byte_at_the_end_decides_the_encoding_of_the_whole_file(duck: DuckEngine, tmp_path: Path) -> None:
    content = b"name,city\n" + b"Ana,Bogor\n" * 300_000 + b"Ren\xe9,Lyon\n"
    raw = read(duck, tmp_path / "a.csv", content)
    assert raw.inputs[0].encoding == "cp1252"
    assert cells(raw)[-1] == ["René", "Lyon"]


def test_two_gzip_members_are_one_file(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.gz", gzip.compress(b"name,city\nAna,Bogor\n") + gzip.compress(b"Bo,Solo\n"))
    assert cells(raw) == [["Ana", "Bogor"], ["Bo", "Solo"]]


def test_checksum_and_size_are_those_of_the_file_as_given(duck: DuckEngine, tmp_path: Path) -> None:
    import hashlib

    for content in (b"a,b\nx,y\n", gzip.compress(b"a,b\nx,y\n"), "a,b\nx,y\n".encode("utf-16")):
        file = read(duck, tmp_path / "a.csv", content).inputs[0]
        assert (file.bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
        assert (file.name, file.rows) == ("a.csv", 1)


def test_quoted_newlines_quotes_and_ragged_rows(duck: DuckEngine, tmp_path: Path) -> None:
    text = 'id,what,note\n1,"two\nlines","a ""b"""\n2,5" pipe\n\n3\n4,x,y,surplus\n5,x,y,\n'
    raw = read(duck, tmp_path / "a.csv", text)
    assert cells(raw) == [
        ["1", "two\nlines", 'a "b"'],
        ["2", '5" pipe', None],
        ["3", None, None],
        ["4", "x", "y"],
        ["5", "x", "y"],
    ]
    assert notes(raw) == ["surplus_cells"]
    assert raw.notes[0].values == {"file": "a.csv", "count": 1, "row": 5}


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends(duck: DuckEngine, tmp_path: Path, newline: str) -> None:
    raw = read(duck, tmp_path / "a.csv", newline.join(["name,city", "Ana,Bogor", "Bo,Solo", ""]))
    assert cells(raw) == [["Ana", "Bogor"], ["Bo", "Solo"]]


def test_a_tab_at_the_end_of_a_value_stays_for_the_cleaning(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "Order ID,SKU\n577\t,A\t\n578\t,B\t\n")
    assert cells(raw) == [["577\t", "A\t"], ["578\t", "B\t"]]


def test_blank_rows_are_left_out_and_counted(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "id,what\n1,x\n,\n   ,\n2,y\n" + ",\n" * 1000)
    assert cells(raw) == [["1", "x"], ["2", "y"]]
    assert raw.notes[0].values == {"file": "a.csv", "count": 1002}
    assert raw.inputs[0].rows == raw.rows == 2


def test_nul_characters_are_left_out(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "id,what\n\0\0,x\n1\0,y\0z\n")
    assert cells(raw) == [[None, "x"], ["1", "yz"]]
    assert notes(raw) == ["nul"]


def test_title_lines_above_the_header(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "Laporan Penjualan\nPeriode: 2024\n\nNo,Pembeli,Total\n1,Ana,5\n2,Bo,6\n")
    assert raw.headers == ("No", "Pembeli", "Total")
    assert cells(raw) == [["1", "Ana", "5"], ["2", "Bo", "6"]]
    assert raw.notes[0].values == {"file": "a.csv", "count": 2}


def test_a_separator_line_of_a_spreadsheet_is_no_data(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "sep=;\nNama;Total\nAna;1,5\nBo;2,5\n")
    assert raw.headers == ("Nama", "Total")


def test_without_a_header_row_the_columns_are_numbered(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "A1,2024-01-02,ana@example.com,5\nA2,2024-01-03,bo@example.com,6\n")
    assert raw.headers == ("column 1", "column 2", "column 3", "column 4")
    assert len(cells(raw)) == 2
    assert notes(raw) == ["no_header"]


def test_a_first_row_whose_cells_come_back_is_data(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "Ana,apple,Bogor\nBo,apple,Bogor\nAna,pear,Solo\n")
    assert len(cells(raw)) == 3


def test_equal_and_empty_headers_get_names_of_their_own(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", '\ufeffName,,Name,"two\nlines",Name (2),,\nx,1,y,2,z,3,\n')
    assert raw.headers == ("Name", "column 2", "Name (3)", "two lines", "Name (2)", "column 6", "column 7")
    assert cells(raw) == [["x", "1", "y", "2", "z", "3", None]]


def test_columns_of_numbers_held_apart_by_blanks(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.txt", "id date  cds value\n 00001 19970101  1   11.77\n 00002 19970112 12    0.50\n")
    assert raw.headers == ("id", "date", "cds", "value")
    assert cells(raw) == [["00001", "19970101", "1", "11.77"], ["00002", "19970112", "12", "0.50"]]


def test_one_column(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "baskets\nmilk, bread\nmilk, bread, tea, sugar\ntea\n")
    assert raw.headers == ("baskets",)
    assert cells(raw) == [["milk, bread"], ["milk, bread, tea, sugar"], ["tea"]]


def test_a_header_alone_has_no_rows(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", "Order ID,Customer,Date\n")
    assert (raw.rows, raw.headers) == (0, ("Order ID", "Customer", "Date"))
    assert cells(raw) == []


@pytest.mark.parametrize(
    ("row", "read_as"),
    [
        ('1,"5" vinyl",x', ["1", '5 vinyl"', "x"]),  # the rules of Python's csv module
        ('1,"a" b,x', ["1", "a b", "x"]),
        ('1,5" pipe,x', ["1", '5" pipe', "x"]),
        ("1,a,x,,y,z", ["1", "a", "x"]),
        ("1,a", ["1", "a", None]),
    ],
)
def test_rows_that_are_not_in_order_lose_nothing(
    duck: DuckEngine, tmp_path: Path, row: str, read_as: list[str | None]
) -> None:
    good = "".join(f"{n},text {n},y\n" for n in range(20))
    raw = read(duck, tmp_path / "a.csv", f"id,what,note\n{good}{row}\n{good}")
    assert cells(raw)[20] == read_as
    assert raw.rows == 41


def test_a_repaired_file_keeps_what_was_in_order(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", 'id,what,note\n1,"a\rb,""c""\n", x \n2,"5" vinyl",\n\n')
    assert cells(raw) == [["1", 'a\rb,"c"\n', " x "], ["2", '5 vinyl"', None]]


def test_line_ends_of_several_kinds(duck: DuckEngine, tmp_path: Path) -> None:
    raw = read(duck, tmp_path / "a.csv", 'id,what\r\n1,"a\nb"\n2,c\r\n3,d\r4,e\n')
    assert cells(raw) == [["1", "a\nb"], ["2", "c"], ["3", "d"], ["4", "e"]]


def test_no_row_is_lost_behind_an_open_quote_in_the_last_row(duck: DuckEngine, tmp_path: Path) -> None:
    text = 'id,what,size,note\n1,5" pipe,x,y\n2,a,b,"open\n3,c,d,e\n'
    raw = read(duck, tmp_path / "a.csv", text)
    assert cells(raw) == [["1", '5" pipe', "x", "y"], ["2", "a", "b", "open\n3,c,d,e\n"]]
    assert notes(raw) == ["quote_open"]


def test_rows_swallowed_by_an_open_quote_are_reported(duck: DuckEngine, tmp_path: Path) -> None:
    rows = "".join(f"A{n},Ana,2024-01-02,{n}\n" for n in range(20))
    raw = read(duck, tmp_path / "a.csv", f'Order,Customer,Date,Amount\n{rows}A20,"Ana,2024-01-02,5\n{rows}')
    assert raw.rows == 21
    assert notes(raw) == ["quote_open"]


def test_a_quote_that_never_closes_is_refused(duck: DuckEngine, tmp_path: Path) -> None:
    rows = "".join(f"A{n},Ana,2024-01-02,{n}\n" for n in range(120_000))
    with pytest.raises(InputError, match="quotation mark") as caught:
        read(duck, tmp_path / "a.csv", f'Order,Customer,Date,Amount\nA0,"Ana,2024-01-02,5\n{rows}')
    assert caught.value.message.values["line"] == 2


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "input_empty"),
        (b"\n\n  \n", "input_empty"),
        (b"\xef\xbb\xbf", "input_empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "input_is_other"),
        (b"\x7fELF" + bytes(100), "input_is_other"),
        (bytes(5000), "input_binary"),
        (os.urandom(100_000), "input_binary"),
        (gzip.compress(os.urandom(100_000)), "input_binary"),
        (b"PK\x03\x04" + bytes(200), "archive_cut"),
        (b'[{"id": 1, "name": "x"}]', "input_is_other"),
        (b"<!DOCTYPE html><table><tr><td>1</td></tr></table>", "input_is_page"),
        (gzip.compress(b"a,b\n1,2\n" * 10_000)[:-20], "archive_cut"),
        (gzip.compress(b"a,b\n1,2\n")[:12] + bytes(40), "archive_damaged"),
        (zstd.compress(os.urandom(50_000).hex().encode())[:-20], "archive_cut"),
        (zstd.compress(b"a,b\n1,2\n")[:6] + b"\xff" * 40, "archive_damaged"),
        (b"\xff\xfea\0,\0b\0\n\0\x00\xd8", "encoding_damaged"),
        (b"a,b\n" + b"x" * 3_000_000, "line_too_long"),
        ((",".join(f"c{n}" for n in range(10_000)) + "\n").encode(), "too_many_columns"),
    ],
)
def test_what_is_no_table_gets_a_sentence(duck: DuckEngine, tmp_path: Path, content: bytes, key: str) -> None:
    with pytest.raises(InputError) as caught:
        read(duck, tmp_path / "orders.csv", content)
    assert caught.value.message.key == f"errors.{key}"
    for language in LANGUAGES:
        assert "orders.csv" in caught.value.message.text(words(language))


def test_a_line_of_100_mb_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    with path.open("wb") as file:
        for _ in range(100):
            file.write(b"x" * 1_000_000)
    with pytest.raises(InputError, match="longer than 2 MB"):
        read_raw(path)
    work = "try: read(Path(sys.argv[1]))\nexcept InputError: pass"
    assert growth("from regulars.api import read\nfrom regulars.errors import InputError", work, str(path)) < 60  # MB


def test_no_file_no_permission_and_no_content(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no file"):
        read_raw(tmp_path / "nothing.csv")
    with pytest.raises(InputError, match="holds no file"):
        read_raw(tmp_path)
    with pytest.raises(UsageError, match="A int cannot be read"):
        read_raw(5)
    with pytest.raises(UsageError, match="A list cannot be read"):
        read_raw([])


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # root may read everything, whatever the mode says
    with pytest.raises(InputError, match="may not be read"):
        read_raw(path)


def test_a_full_disk_is_said_to_be_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("name,city\nRené,Lyon\n".encode("cp1252"))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("regulars.sources.encoding._transcoded", full)
    with pytest.raises(StoreError, match="no room on the disk"):
        read_raw(path)


def test_the_input_stays_and_nothing_else_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary, path = tmp_path / "tmp", tmp_path / "a.csv"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    good, bad = gzip.compress("name;city\nRené;Lyon\n".encode("cp1252")), gzip.compress(b"a\xe9,b\n1,2\n" * 9999)[:-9]
    for content in (good, bad):
        path.write_bytes(content)
        try:
            read_raw(path).engine.close()
        except InputError as error:
            assert error.message.key == "errors.archive_cut"
        assert path.read_bytes() == content
        assert list(temporary.iterdir()) == []


def test_names_with_the_marks_of_patterns_and_quotes(duck: DuckEngine, tmp_path: Path) -> None:
    for name in ("orders[1].csv", "o'rders*?.csv", "a#b.csv", "orders.csv.gz", "x.parquet"):
        assert cells(read(duck, tmp_path / name, "name,city\nAna,Bogor\n")) == [["Ana", "Bogor"]]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "é", '"', '"', ";", ";", "\n", "\n", "\r\n"]), max_size=40),
    st.sampled_from(["", "\n"]),
)
def test_rows_in_any_disorder_are_read_as_pythons_csv_module_reads_them(
    tmp_path_factory: pytest.TempPathFactory, disorder: list[str], end: str
) -> None:
    text = "id;name;note\n" + "1;x;y\n" * 6 + "".join(disorder) + end
    path = tmp_path_factory.getbasetemp() / "disorder.csv"
    path.write_text(text, newline="")
    rows = [[*row, "", "", ""][:3] for row in csv.reader(io.StringIO(text, newline=""), delimiter=";")][1:]
    with DuckEngine(threads=1) as engine:
        assert cells(read_raw(path, engine=engine)) == [[cell or None for cell in row] for row in rows if any(row)]


@pytest.mark.real
def test_the_headers_of_every_export(duck: DuckEngine, data: Path, tmp_path: Path) -> None:
    """One row of made-up values under each header; values of marketplaces end in a tab."""
    layouts = json.loads((data / "order-export-layouts" / "layouts.json").read_text())
    for name, layout in layouts.items():
        columns = layout["columns"]
        path = tmp_path / f"{name}.csv"
        path.write_text(written([columns, *([f"{row}{at}\t" for at in range(len(columns))] for row in range(3))]))
        raw = read_raw(path, engine=duck)
        assert (raw.inputs[0].delimiter, raw.rows, raw.headers) == (",", 3, tuple(columns))


@settings(deadline=None)
@given(
    st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_cells_come_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], delimiter: str, codec: str, quoting: int, end: str
) -> None:
    """Every text, NUL aside, survives writing and reading; rows of blanks are left out."""
    if quoting == csv.QUOTE_MINIMAL:  # Python 3.11 then writes a carriage return without quotes
        rows = [[cell.replace("\r", "_") for cell in row] for row in rows]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(["order", "customer", "note"])
    writer.writerows(rows)
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_bytes(out.getvalue().encode(codec))
    with DuckEngine(threads=1) as engine:
        raw = read_raw(path, engine=engine)
        assert raw.headers == ("order", "customer", "note")
        assert cells(raw) == [row for row in rows if any(cell.strip(" ") for cell in row)]


def test_a_file_that_is_a_copy_of_another_counts_once_and_is_said(duck: DuckEngine, tmp_path: Path) -> None:
    for name, rows in (("a.csv", ROWS[:2]), ("b.csv", ROWS[2:]), ("a (1).csv", ROWS[:2])):
        (tmp_path / name).write_text(written([HEADER, *rows]))
    raw = read_raw([tmp_path / name for name in ("a.csv", "b.csv", "a (1).csv")], engine=duck)
    assert cells(raw) == ROWS
    assert [(file.name, file.rows) for file in raw.inputs] == [("a.csv", 2), ("b.csv", 1), ("a (1).csv", 0)]
    assert notes(raw) == ["same_file"]
    assert [raw.notes[0].values[each] for each in ("file", "other")] == ["a (1).csv", "a.csv"]
