"""Recognition by name and content."""

from dataclasses import replace
from pathlib import Path

import pytest

from regulars.api import read_customers as read_table
from regulars.errors import ColumnError, InputError, UsageError
from regulars.locale import LANGUAGES, words
from regulars.settings import Settings
from regulars.sources import read
from regulars.sources.alike import as_in_orders
from regulars.sources.layout import Layout
from regulars.sources.lines import Lines


def shop(path: Path, header: str, rows: list[str], delimiter: str = ",") -> Path:
    path.write_text("\n".join([header, *rows]).replace(",", delimiter) + "\n", encoding="utf-8")
    return path


def mapping(layout: Layout) -> dict[str, str]:
    return {mapped.column: mapped.header for mapped in layout.mapping}


def totals(lines: Lines) -> float:
    return float(lines.engine.rows("select sum(amount) as a from lines")[0]["a"])


def per_product(price_of_line: str) -> list[str]:
    """Forty orders of four products in one to three pieces; the last cell is a price or a total."""
    rows = []
    for i in range(40):
        price, quantity = (5, 8, 12, 20)[i % 4], 1 + (i // 4) % 3
        money = price if price_of_line == "unit" else price * quantity
        rows.append(f"{i},C{i % 7},2024-01-{1 + i % 28:02d},P{i % 4},{quantity},{money}.00")
    return rows


@pytest.mark.parametrize("header", ["Price", "Sales", "Amount", "Total", "Unit Price"])
def test_content_tells_a_price_from_a_total_whatever_its_name(tmp_path: Path, header: str) -> None:
    line = f"Order ID,Customer ID,Order Date,SKU,Qty,{header}"
    unit = read(shop(tmp_path / "u.csv", line, per_product("unit")))
    total = read(shop(tmp_path / "t.csv", line, per_product("line")))
    assert (unit.layout.amount_rule, total.layout.amount_rule) == ("unit_price", "line_total")
    assert totals(unit) == totals(total)


def test_a_setting_overrules_what_the_content_says(tmp_path: Path) -> None:
    path = shop(tmp_path / "u.csv", "Order ID,Customer ID,Order Date,SKU,Qty,Price", per_product("unit"))
    assert read(path, Settings(amount_is="line")).layout.amount_rule == "line_total"


def test_amount_with_small_whole_numbers_beside_a_price_is_a_quantity(tmp_path: Path) -> None:
    rows = [f"{i},C{i % 5},2024-02-{1 + i % 28:02d},P{i % 4},{1 + i % 3},{9.95 + i}" for i in range(40)]
    lines = read(shop(tmp_path / "a.csv", "TRANSACTION_ID,CUSTOMER_ID,DATE,PRODUCT_ID,AMOUNT,SALES_PRICE", rows))
    assert mapping(lines.layout)["quantity"] == "AMOUNT"
    assert {"SALES_PRICE"} == {mapping(lines.layout).get("unit_price"), mapping(lines.layout).get("amount")} - {None}


def test_of_several_money_columns_the_one_after_discounts_is_the_sale(tmp_path: Path) -> None:
    rows = [f"{i},C{i % 5},2024-02-{1 + i % 28:02d},{10 + i}.00,1.00,{9 + i}.00" for i in range(30)]
    lines = read(shop(tmp_path / "a.csv", "Order ID,Customer ID,Order Date,Gross Sales,Discount,Net Sales", rows))
    assert mapping(lines.layout)["amount"] == "Net Sales"


@pytest.mark.parametrize(("repeats", "column"), [(True, "order_id"), (False, "line_id")])
def test_an_id_that_repeats_is_no_line_id(tmp_path: Path, repeats: bool, column: str) -> None:
    rows = [f"{i // 2 if repeats else i},C{i % 5},2024-02-{1 + i % 28:02d},{10 + i}.00" for i in range(30)]
    lines = read(shop(tmp_path / "a.csv", "ID,Customer ID,Date,Amount", rows))
    assert mapping(lines.layout)[column] == "ID"
    assert len({"order_id", "line_id"} & set(mapping(lines.layout))) == 1


def test_an_orders_total_on_each_of_its_lines_counts_once(tmp_path: Path) -> None:
    rows = [f"{i // 3},C{i // 3 % 5},2024-02-{1 + i // 3 % 28:02d},P{i % 7},{100 + i // 3}.00" for i in range(60)]
    lines = read(shop(tmp_path / "a.csv", "Order ID,Customer ID,Order Date,SKU,Order Total", rows))
    assert totals(lines) == sum(100 + order for order in range(20))
    assert lines.engine.rows("select list(amount order by line) as a from lines where line <= 3")[0]["a"][0] < 34


def test_customer_and_date_are_enough(tmp_path: Path) -> None:
    lines = read(shop(tmp_path / "a.csv", "Pelanggan,Tanggal", ["1,2024-01-05", "2,2024-01-06"]))
    assert lines.present == {"customer_id", "ordered_at"}
    assert lines.layout.amount_rule == "none"


def test_a_header_alone_is_recognised(tmp_path: Path) -> None:
    lines = read(shop(tmp_path / "a.csv", "customer_id,date,amount", []))
    assert (lines.rows, lines.engine.rows("select count(*) as n from lines")[0]["n"]) == (0, 0)


def test_indonesian_headers(tmp_path: Path) -> None:
    header = "No. Pesanan;ID Pelanggan;Tanggal Pesanan;Kode Barang;Nama Barang;Kategori;Jumlah;Harga Satuan (Rp);Kota"
    rows = [
        f"A{i};P{i % 4};{1 + i % 28} Mei 2024;K{i % 5};Kopi;Minuman;{1 + i % 3};{15 + i % 5}.000;Bandung"
        for i in range(30)
    ]
    lines = read(shop(tmp_path / "a.csv", header, rows))
    assert {"order_id", "customer_id", "ordered_at", "product_id", "product", "category", "city"} <= lines.present
    assert (lines.layout.currency, lines.layout.decimal) == ("IDR", ",")
    first = lines.engine.rows("select * from lines order by line limit 1")[0]
    assert (str(first["ordered_at"].date()), first["amount"]) == ("2024-05-01", 15_000)


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("E-mail,Date", ["A@x.co ,2024-01-01", "a@X.co,2024-01-02"], "a@x.co"),
        ("Phone,Date", ["'+628120,2024-01-01", "+628120,2024-01-02"], "+628120"),
        ("Buyer Username,Date", ["budi,2024-01-01", "budi,2024-01-02"], "budi"),
        ("Nama Pembeli,Date", ["Ani Sari,2024-01-01", "ANI  sari,2024-01-02"], "ani sari"),
        ("Customer,Date", ["Ani Sari,2024-01-01", "ani\u00a0Sari,2024-01-02"], "ani sari"),
        ("Username,Date", ["Budi_8,2024-01-01", "budi_8,2024-01-02"], "budi_8"),
    ],
)
def test_without_an_id_something_else_says_who_bought(
    tmp_path: Path, header: str, cells: list[str], expected: str
) -> None:
    lines = read(shop(tmp_path / "a.csv", header, cells))
    assert [row["customer_id"] for row in lines.engine.rows("select distinct customer_id from lines")] == [expected]
    assert any(message.key == "layout.assumption.customer_is" for message in lines.layout.assumptions)


def test_customer_that_holds_names_is_the_name_of_whom_another_column_says(tmp_path: Path) -> None:
    rows = [f"u{i}@x.co,Ani Sari {'abc'[i % 3]}.,2024-01-{13 + i}" for i in range(9)]
    found = read(shop(tmp_path / "a.csv", "E-mail,Customer,Ordered on", rows)).layout
    assert mapping(found) == {
        "email": "E-mail",
        "customer_id": "E-mail",
        "name": "Customer",
        "ordered_at": "Ordered on",
    }
    assert next(each.confidence for each in found.mapping if each.column == "ordered_at") > 0.9


def test_a_name_that_stands_for_the_customer_is_kept_as_written(tmp_path: Path) -> None:
    rows = [f"{name},2024-01-{13 + at}" for at, name in enumerate(["Zoë  Ray", "ZOË RAY", "Bo"])]
    for settings in (Settings(), Settings(map={"customer_id": "Nama Pembeli"})):
        lines = read(shop(tmp_path / "a.csv", "Nama Pembeli,Tanggal", rows), settings)
        found = lines.engine.rows("select customer_id, name from lines order by line")
        assert [row["customer_id"] for row in found] == ["zoë ray", "zoë ray", "bo"]
        assert any(said.key == "layout.assumption.names_folded" for said in lines.layout.assumptions)
        assert [row["name"] for row in found] == ["Zoë  Ray", "ZOË RAY", "Bo"]


def test_ids_keep_their_case(tmp_path: Path) -> None:
    lines = read(shop(tmp_path / "a.csv", "Customer ID,Customer Name,Date", ["a1,X,2024-01-13", "A1,Y,2024-01-14"]))
    assert lines.engine.rows("select count(distinct customer_id) as n from lines") == [{"n": 2}]
    assert not lines.layout.assumptions


def test_a_customer_table_names_who_its_orders_name_whatever_the_capitals(tmp_path: Path) -> None:
    rows = [f"PLG-{i:03d},2024-01-{13 + i},5" for i in range(12)]
    orders = read(shop(tmp_path / "a.csv", "Customer ID,Date,Amount", rows))
    ids = [f"{('plg', 'Plg', 'PLG')[i % 3]}-{i:03d}" for i in range(12)]
    table = read_table(shop(tmp_path / "b.csv", "Customer ID,Age", [f"{each},{20 + i}" for i, each in enumerate(ids)]))
    assert as_in_orders(orders, table) == "upper(customer_id)"
    assert as_in_orders(replace(orders, settings=Settings(capitals="keep")), table) == "customer_id"
    twice = read_table(shop(tmp_path / "c.csv", "Customer ID,Age", ["plg-001,20", "PLG-001,30"]))
    with pytest.raises(InputError, match="PLG-001"):
        as_in_orders(orders, twice)


TYPED = [f"{('PLG', 'plg', 'Plg')[i % 3 if i % 2 else 0]}-{i % 20:03d}" for i in range(60)]


def kept_ids(path: Path, ids: list[str], settings: Settings | None = None) -> tuple[set[str], list[str]]:
    """The customers of a file with these ids, and the keys of what was assumed."""
    lines = read(shop(path, "Customer ID,Customer Name,Date", [f"{i},X Y,2024-01-13" for i in ids]), settings)
    found = {row["customer_id"] for row in lines.engine.rows("select customer_id from lines")}
    return found, [f"{said.key.split('.')[-1]} {said.values.get('count')}" for said in lines.layout.assumptions]


def test_ids_typed_in_capitals_and_small_letters_are_one_customer_each(tmp_path: Path) -> None:
    found, said = kept_ids(tmp_path / "a.csv", TYPED)
    assert found == {f"PLG-{i:03d}" for i in range(20)}
    assert said == [f"ids_merged {len(set(TYPED)) - 20}"]
    small, _ = kept_ids(tmp_path / "b.csv", ["ab1", "ab2", "AB2", "ab3"])
    assert small == {"ab1", "ab2", "ab3"}
    kept, said = kept_ids(tmp_path / "c.csv", TYPED, Settings(capitals="keep"))
    assert (kept, said) == (set(TYPED), [])


@pytest.mark.parametrize(
    "ids",
    [
        ["00Q8d00000AbCdE", "00Q8d00000aBcDe", "00Q8d00000AbCdF", "00q8d00000abcdf"],  # drawn by a machine
        [f"{letter}{i}" for i in range(30) for letter in "aAbB"],  # one letter, perhaps a digit in base 62
        ["A1", "a1"],
        ["1001", "1002", "-"],
    ],
)
def test_ids_that_capitals_tell_apart_stay_apart(tmp_path: Path, ids: list[str]) -> None:
    found, said = kept_ids(tmp_path / "a.csv", ids)
    assert found - {None} == {each for each in ids if each != "-"}
    assert not said


def test_a_supermarkets_columns(tmp_path: Path) -> None:
    header = "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,"
    header += "coupon_disc,week,transaction_timestamp"
    rows = [
        f"{900 + i % 9},330,{i // 3},{i % 6},{1 + i // 6 % 3},{(2.5 + i % 6) * (1 + i // 6 % 3):.2f},0.39,0,1,"
        f"2017-01-{1 + i // 4:02d} 11:53:26"
        for i in range(60)
    ]
    lines = read(shop(tmp_path / "a.csv", header, rows))
    found = mapping(lines.layout)
    assert (found["customer_id"], found["order_id"], found["amount"]) == ("household_id", "basket_id", "sales_value")
    assert (found["ordered_at"], found["quantity"]) == ("transaction_timestamp", "quantity")
    assert lines.layout.amount_rule == "line_total"


def test_a_map_overrules(tmp_path: Path) -> None:
    path = shop(tmp_path / "a.csv", "Customer ID,Order Date,Paid at", ["1,2024-01-05,2024-02-05"])
    lines = read(path, Settings(map={"ordered_at": "paid AT"}))
    assert mapping(lines.layout)["ordered_at"] == "Paid at"


@pytest.mark.parametrize("given", [{"order_at": "Order Date"}, {"ordered_at": "Orderr Date"}])
def test_a_wrong_map_names_what_is_near(tmp_path: Path, given: dict[str, str]) -> None:
    path = shop(tmp_path / "a.csv", "Customer ID,Order Date", ["1,2024-01-05"])
    with pytest.raises((UsageError, ColumnError), match=r"ordered_at|Order Date"):
        read(path, Settings(map=given))


def test_a_missing_column_says_what_was_found_and_what_to_type(tmp_path: Path) -> None:
    path = shop(tmp_path / "a.csv", "Whom,Order Date,Amount", ["1,2024-01-05,5"])
    with pytest.raises(ColumnError) as error:
        read(path)
    assert error.value.exit_code == 3
    for language in LANGUAGES:
        said = error.value.message.text(words(language))
        assert all(part in said for part in ("customer_id", "ordered_at = Order Date", "Whom", "--map customer_id="))


def test_many_columns(tmp_path: Path) -> None:
    others = [f"property {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(498)]
    header = ",".join([*others, "Customer ID", "Order Date"])
    lines = read(shop(tmp_path / "a.csv", header, [",".join(["1"] * 498 + [f"C{i}", "2024-01-05"]) for i in range(3)]))
    assert (lines.rows, len(lines.layout.attributes)) == (3, 498)
    assert lines.engine.rows("select customer_id, attribute_0 from lines order by line")[0] == {
        "customer_id": "C0", "attribute_0": "1"
    }  # fmt: skip


def test_global_superstore(data: Path) -> None:
    lines = read(data / "global_superstore.parquet")
    found = mapping(lines.layout)
    assert (found["line_id"], found["customer_id"], found["name"]) == ("Row ID", "Customer ID", "Customer Name")
    assert (found["ordered_at"], found["shipped_at"], found["amount"]) == ("Order Date", "Ship Date", "Sales")
    assert lines.layout.attributes == ("Segment", "Order Priority")
    assert round(totals(lines), 2) == 12_642_501.91


def test_cdnow(data: Path) -> None:
    lines = read(data / "cdnow" / "CDNOW_master.txt")
    row = lines.engine.rows(
        "select count(*) as n, count(distinct customer_id) as c, sum(amount) as a, min(ordered_at) as d from lines"
    )[0]
    assert (row["n"], row["c"], str(row["d"].date())) == (69_659, 23_570, "1997-01-01")
    assert lines.layout.dates[0].kind == "yyyymmdd"
