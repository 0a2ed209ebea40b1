"""Numbers as people write them: what is formatted in one convention must be read back from it."""

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.engine import DuckEngine
from regulars.sources.numbers import decide_decimal, number_sql, parse, unit_of

MONEY = "DECIMAL(18,4)"
CASES = [
    ("1.234,50", ",", "1234.50"), ("1,234.50", ".", "1234.50"),
    ("Rp 5.220.000", ",", "5220000"), ("Rp. 5.000", ",", "5000"),
    ("$25.00", ".", "25"), ("(12.00)", ".", "-12"),
    ("12,00-", ",", "-12"), ("1 234,50", ",", "1234.50"), ("-$5.00", ".", "-5"),
    ("1\u00a0234,50", ",", "1234.50"), ("1\u202f234,50", ",", "1234.50"), ("5 %", ".", "0.05"), ("'123", ".", "123"),
    ("−5", ".", "-5"), ("€ 1.234", ",", "1234"),
    ("IDR 10.000", ",", "10000"), ("1,23,456.5", ".", "123456.5"), ("2 pcs", ".", "2"),
    ("NaN", ".", None), ("inf", ".", None), ("-Infinity", ".", None),
    ("1e308", ".", None), ("1.5", ",", None), ("", ".", None),
    ("12.34.56", ",", None), ("-", ".", None), ("1-2", ".", None),
    ("Nama 12", ".", None), ("Toko 7", ".", None), ("Blok 3", ".", None), ("Meja-1", ".", None), ("No. 5", ".", None),
    ("12 rb", ",", None), ("5 jt", ",", None), ("12 CR", ".", None), ("Pen 3", ".", None), ("kg 5", ".", None),
    ("$Toko 7", ".", None), ("7 Rp A", ".", None), ("12,5 kg", ",", "12.5"), ("3 buah", ",", "3"),
    ("7,5%", ",", "0.075"),
    ("US$ 1,250.50", ".", "1250.5"), ("R$ 12,50", ",", "12.5"), ("100.000 IDR", ",", "100000"), ("12 EUR", ".", "12"),
    ("12€", ".", "12"), ("-Rp5.000", ",", "-5000"), ("Rp -5.000", ",", "-5000"), ("RM12.50", ".", "12.5"),
    ("rp5000", ",", "5000"), ("PEN 3", ".", "3"),
    ("abc", ".", None), ("9" * 40, ".", None), ("12:30", ".", None),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "decimal", "expected"), CASES)
def test_one_cell(duck: DuckEngine, cell: str, decimal: str, expected: str | None) -> None:
    read = duck.rows(f"select {number_sql('cell', decimal, MONEY)} as n from (select $cell as cell)", cell=cell)[0]["n"]
    assert read == (None if expected is None else Decimal(expected))


def written(value: Decimal, decimal: str, group: str, prefix: str, negative: str) -> str:
    text = f"{abs(value):,.2f}".replace(",", "G").replace(".", decimal).replace("G", group)
    return prefix + (negative.format(text) if value < 0 else text)


VALUES = st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False), min_size=1, max_size=20)


@settings(deadline=None, max_examples=60)
@given(
    values=VALUES,
    signs=st.sampled_from([(".", ","), (",", "."), (",", " "), (",", "\u00a0"), (".", ""), (".", " "), (",", "")]),
    prefix=st.sampled_from(["", "$", "Rp ", "€", "GBP "]),
    negative=st.sampled_from(["-{}", "({})", "{}-"]),
)
def test_what_is_written_in_one_convention_is_read_back(
    values: list[Decimal], signs: tuple[str, str], prefix: str, negative: str
) -> None:
    cells = [written(value, *signs, prefix, negative) for value in values]
    assert decide_decimal(cells).decimal == signs[0]
    assert [parse(cell, signs[0]) for cell in cells] == values
    with DuckEngine() as engine:
        engine.put("cells", {"i": "INTEGER", "cell": "VARCHAR"}, list(enumerate(cells)))
        rows = engine.rows(f"select {number_sql('cell', signs[0], MONEY)} as n from cells order by i")
    assert [row["n"] for row in rows] == values


@settings(deadline=None, max_examples=60)
@given(
    word=st.text(alphabet="abcdefghijklmnopqrstuvwxyzNTMé", min_size=1, max_size=8),
    number=st.decimals(min_value=0, max_value=10**6, places=2, allow_nan=False),
    before=st.booleans(),
    gap=st.sampled_from(["", " ", "-", ". "]),
)
def test_letters_that_are_no_unit_make_no_number(word: str, number: Decimal, before: bool, gap: str) -> None:
    cell = f"{word}{gap}{number}" if before else f"{number}{gap}{word}"
    expected = parse(cell, ".")
    assert expected is None or unit_of(cell), "what stands beside the digits is a sign of money or a unit"
    with DuckEngine() as engine:
        read = engine.rows(f"select {number_sql('cell', '.', MONEY)} as n from (select $cell as cell)", cell=cell)
    plain = cell.lower().replace(" ", "")
    if not re.search(r"\de", plain):  # 12e3 is a number on its own
        assert read[0]["n"] == expected


def test_a_unit_is_told_in_one_word() -> None:
    assert [unit_of(cell) for cell in ("12 kg", "Rp 5", "5 IDR", "$3", "3", "7 %", "Toko 7", "12 Kg.")] == [
        "kg", "IDR", "IDR", "USD", "", "%", "", "kg",
    ]  # fmt: skip


def test_the_decimal_sign_is_one_for_all_cells() -> None:
    assert decide_decimal(["125.000", "80.000", "1.250,50"]).decimal == ","
    assert decide_decimal(["125.000", "80.000", "1250.5"]).decimal == "."
    assert decide_decimal(["5.220.000", "125.000"]).decimal == ","


def test_whole_thousands_settle_what_three_digits_leave_open() -> None:
    open_cells = ["125.000", "80.000"]
    assert decide_decimal(open_cells, whole_thousands=True).assumed is False
    assert decide_decimal(open_cells).assumed is True
    assert decide_decimal(open_cells).decimal == ","
    assert decide_decimal(["0.125", "0.250"]).decimal == "."  # no group of thousands begins with 0
