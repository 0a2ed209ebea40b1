"""The table `lines`: typed, complete, and the same from every way of writing the same data."""

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from regulars.engine import DuckEngine
from regulars.schema import COLUMNS
from regulars.settings import Settings
from regulars.sources import read
from regulars.sources.cells import boolean_sql, id_sql, text_sql
from regulars.sources.inspect import inspect, inspect_table
from regulars.sources.lines import Lines

TOTALS = (
    "select count(*) as lines, count(distinct order_id) as orders, count(distinct customer_id) as customers, "
    "count(customer_id) as with_customer, count(distinct product) as products, sum(quantity) as pieces, "
    "sum(amount) as amount, sum(unit_price) as prices, min(ordered_at) as first, max(ordered_at) as last from lines"
)


def test_lines_have_every_canonical_column_in_its_type(data: Path) -> None:
    lines = read(data / "france_orders.csv")
    described = {row["column_name"]: row["column_type"] for row in lines.engine.rows("describe lines")}
    assert described == {"line": "BIGINT", **{c.name: c.kind for c in COLUMNS}, "unparsed": "VARCHAR"}
    row = lines.engine.rows(
        "select count(*) as n, count(distinct line) as d, min(line) as a, max(line) as z from lines"
    )[0]
    assert (row["n"], row["d"], row["a"], row["z"]) == (8_018, 8_018, 1, 8_018)
    assert lines.engine.rows("select count(distinct order_id) as n from lines")[0]["n"] == 371


def test_online_retail_as_text_is_what_it_is_as_parquet(data: Path, tmp_path: Path) -> None:
    parquet = read(data / "online_retail_II.parquet")
    path = tmp_path / "retail.csv"
    with path.open("w", newline="", encoding="cp1252", errors="replace") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(
            ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
        )
        source = parquet.engine.connection.execute(
            "select c0, c1, c2, c3, strftime(c4, '%d/%m/%Y %H:%M'), replace(cast(c5 as varchar), '.', ','), c6, c7 "
            "from raw where line <= 200_000 order by line"
        )
        while rows := source.fetchmany(50_000):
            writer.writerows(rows)
    text = read(path)
    assert (text.layout.decimal, text.layout.dates[0].day_first, text.layout.amount_rule) == (",", True, "unit_price")
    assert text.inputs[0].encoding == "cp1252"
    assert text.engine.rows(TOTALS) == parquet.engine.rows(
        TOTALS.replace("from lines", "from lines where line <= 200_000")
    )


def cleaned(expression: str, cells: list[str]) -> list[str | None]:
    with DuckEngine() as engine:
        engine.put("raw", {"i": "INTEGER", "c0": "VARCHAR"}, list(enumerate(cells)))
        return [row["x"] for row in engine.rows(f"select {expression} as x from raw order by i")]


def test_text_loses_every_kind_of_blank_at_its_ends() -> None:
    cells = [" a b ", "\u00a0x\u3000", "\ta\0", "\0 \u200b", "", "é", "الاسم", "a\u2003", "🎁 ", "\ufeffz"]
    assert cleaned(text_sql("c0", "VARCHAR"), cells) == ["a b", "x", "a", None, None, "é", "الاسم", "a", "🎁", "z"]


def test_a_typed_input_is_trimmed_of_whatever_its_sample_shows(tmp_path: Path) -> None:
    import pandas as pd

    days = pd.to_datetime(["2024-01-01"] * 3)
    for products, expected in ((["a ", "b", "a"], ["a", "b", "a"]), (["a\t", "b\u00a0", " "], ["a", "b", None])):
        lines = read(pd.DataFrame({"Customer ID": [1, 2, 3], "Date": days, "Product": products}))
        rows = lines.engine.rows("select product from lines order by line")
        assert [row["product"] for row in rows] == expected


def test_ids_lose_what_spreadsheets_put_around_them() -> None:
    cells = [
        "'00123",
        '="00123"',
        "00123",
        " C1 ",
        "-",
        "N/A",
        "null",
        "\0",
        "#1001",
        "abcdef",
        "None",
        "=A1",
        "A1",
        'x"',
        "\ufeff'7 ",
        '=" 8 "',
        "=",
        '=""',
    ]
    expected = ["00123", "00123", "00123", "C1", None, None, None, None, "#1001", "abcdef", None]
    expected += ["=A1", "A1", 'x"', "7", "8", "=", None]
    assert cleaned(id_sql("c0", "VARCHAR"), cells) == expected
    assert cleaned(id_sql("c0", "VARCHAR", pointed=True), ["13085.0", "7.0"]) == ["13085", "7"]


def test_yes_and_no() -> None:
    assert cleaned(boolean_sql("c0", "VARCHAR"), ["yes", "NO ", "Ya", "tidak", "maybe", "1"]) == [
        True,
        False,
        True,
        False,
        None,
        True,
    ]


def write(path: Path, *rows: str) -> Path:
    path.write_text(
        "customer_id,order_id,order_date,quantity,unit price,email\n" + "\n".join(rows) + "\n", encoding="utf-8"
    )
    return path


def test_what_cannot_be_read_is_named_and_counted(tmp_path: Path) -> None:
    good = [f"{i},o{i},2024-01-{1 + i % 28:02d},2,3.50," for i in range(40)]
    bad = ["90,o90,soon,1,1.00,", "91,o91,2024-01-05,NaN,1e308,", "92,o92,-,3,,", "93,o93,2024-01-06,2,inf,"]
    lines = read(write(tmp_path / "a.csv", *good, *bad))
    rows = lines.engine.rows("select unparsed, quantity, amount, ordered_at from lines where line > 40 order by line")
    assert [row["unparsed"] for row in rows] == ["ordered_at", "quantity,unit_price", None, "unit_price"]
    assert [row["amount"] for row in rows] == [Decimal(1), None, None, None]
    counted = Counter({(f.code, f.values["column"]): f.count for f in lines.findings})
    assert counted == {
        ("unreadable_dates", "order_date"): 1,
        ("unreadable_numbers", "quantity"): 1,
        ("unreadable_numbers", "unit price"): 2,
    }
    assert {"line": "41", "order_date": "soon"} in [sample for f in lines.findings for sample in f.samples]


def test_amounts_past_the_type_are_named_not_raised(tmp_path: Path) -> None:
    good = [f"{i},o{i},2024-01-{1 + i % 28:02d},2,3.50," for i in range(40)]
    lines = read(write(tmp_path / "a.csv", *good, "90,o90,2024-01-01,99999999999999,99999999999999,"))
    assert lines.engine.rows("select amount, unparsed from lines where line = 41") == [
        {"amount": None, "unparsed": "amount"}
    ]


def test_masked_buyers_are_a_finding_and_are_not_merged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Buyer Username,Order Date\na***b,2024-01-01\na***c,2024-01-02\nbudi,2024-01-03\n", encoding="utf-8"
    )
    lines = read(path)
    assert [(f.code, f.count, f.of) for f in lines.findings] == [("masked_buyers", 2, 3)]
    assert lines.engine.rows("select count(distinct customer_id) as n from lines")[0]["n"] == 3


def test_ids_with_one_address_are_a_finding(tmp_path: Path) -> None:
    lines = read(
        write(
            tmp_path / "a.csv",
            "1,o1,2024-01-01,1,5,a@x.co",
            "2,o1,2024-01-02,1,5,A@x.co ",
            "3,o3,2024-01-13,1,5,b@x.co",
        )
    )
    assert {f.code: (f.count, f.of) for f in lines.findings} == {
        "shared_email": (2, 3)
    }  # fmt: skip


def test_currencies_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Customer ID,Date,Amount,Currency\n1,2024-01-01,5,EUR\n2,2024-01-02,5,eur\n3,2024-01-13,5,USD\n",
        encoding="utf-8",
    )
    lines = read(path)
    found = next(f for f in lines.findings if f.code == "mixed_currencies")
    assert (lines.layout.currency, found.count, found.values["others"]) == ("EUR", 1, "USD")


@pytest.mark.parametrize(
    ("discount", "expected"), [("0.1", "9.00"), ("3.00", "7.00"), ("-3.00", "7.00"), ("-0.50", "9.50")]
)
def test_a_discount_is_a_share_or_money(tmp_path: Path, discount: str, expected: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        f"Customer ID,Date,Qty,Unit Price,Discount\n1,2024-01-01,2,5.00,{discount}\n2,2024-01-13,1,2,0\n", "utf-8"
    )
    assert read(path).engine.rows("select amount from lines where line = 1")[0]["amount"] == Decimal(expected)


def test_a_frame_with_gaps_in_its_ids(tmp_path: Path) -> None:
    import pandas as pd

    days = pd.to_datetime(["2024-01-01", "2024-01-02", "2024-01-03"])
    frame = pd.DataFrame({"Customer ID": [13085.0, None, 7.0], "Date": days, "Price": [1.5, float("inf"), 2.5]})
    lines: Lines = read(frame)
    rows = lines.engine.rows("select customer_id, amount, unparsed from lines order by line")
    assert rows[0] == {"customer_id": "13085", "amount": Decimal("1.5"), "unparsed": None}
    assert rows[1] == {"customer_id": None, "amount": None, "unparsed": "amount"}


def test_inspect_says_what_was_understood(data: Path) -> None:
    seen = inspect(data / "france_orders.csv", Settings())
    assert seen.first_rows[0]["customer_id"] == "12583" and seen.first_rows[0]["amount"] == "90"
    assert {mapped.column: mapped.header for mapped in seen.layout.mapping}["ordered_at"] == "InvoiceDate"
    assert (seen.rows, seen.unparsed, len(seen.first_rows)) == (8_018, {}, 5)
    assert b'"confidence"' in msgspec.json.encode(seen)


def test_inspect_says_each_note_once(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Our sales of the year\nCustomer ID,Date,Amount\n1,2024-01-13,5\n2,2024-01-14,6\n", "utf-8")
    said = re.findall(r'"reading\.titles"', msgspec.json.encode(inspect(path)).decode())
    assert len(said) == 1


def ending(path: Path, *last: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    rows = [
        "Invoice,Tanggal,ID Pelanggan,Produk,Jumlah,Harga Satuan",
        *(f"A{i},2024-01-{13 + i},C{i},X,2,50" for i in range(9)),
    ]
    path.write_text("\n".join([*rows, *last]) + "\n", "utf-8")
    return path


@pytest.mark.parametrize("word", ["Total", "GRAND TOTAL", "Jumlah", "Sub-total:", " total  penjualan "])
def test_a_row_of_totals_at_the_end_is_no_line(tmp_path: Path, word: str) -> None:
    for last in (f"{word},,,,18,900", f",,,{word},18,900"):
        lines = read(ending(tmp_path / "a.csv", last))
        assert lines.engine.rows("select count(*) as n, sum(amount) as a from lines") == [{"n": 9, "a": 900}]
        assert (lines.rows, lines.findings) == (9, ())
        said = [message for message in lines.layout.assumptions if message.key == "layout.assumption.total_rows"]
        assert [message.values["count"] for message in said] == [1]


def test_totals_at_the_end_of_each_file_of_a_folder_are_no_lines(tmp_path: Path) -> None:
    ending(tmp_path / "f" / "a.csv", "Subtotal,,,,18,900", "Total,,,,18,900", "Dicetak oleh Sari,,,,,")
    ending(tmp_path / "f" / "b.csv", "Total,,,,18,900")
    lines = read(tmp_path / "f")
    assert (lines.rows, lines.engine.rows("select sum(amount) as a from lines")) == (19, [{"a": 1800}])


@pytest.mark.parametrize(
    "last", ["Total,2024-02-01,C1,X,1,5", "B9,2024-02-01,C1,Total,1,5", "Total,,C1,X,1,5", "Totalindo,,,X,1,5"]
)
def test_a_line_that_only_looks_like_a_total_stays(tmp_path: Path, last: str) -> None:
    lines = read(ending(tmp_path / "a.csv", last))
    assert (lines.rows, lines.layout.total_rows) == (10, ())


def test_numbers_are_shown_without_zeros_that_the_file_did_not_hold(tmp_path: Path) -> None:
    rows = [f"C{i},19{60 + i % 30},{i % 3},1.5{i % 9}" for i in range(60)]
    (tmp_path / "people.csv").write_text("\n".join(["id,Year of birth,Children,Height", *rows]), encoding="utf-8")
    first = inspect_table(tmp_path / "people.csv").first_rows[1]
    assert (first["Year of birth"], first["Children"], first["Height"]) == ("1961", "1", "1.51")
