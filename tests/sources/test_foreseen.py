"""What would become of the lines, said before anything is studied, by the definitions that a study cleans by."""

from contextlib import closing
from pathlib import Path

import pytest

import regulars as rg
from regulars.locale import LANGUAGES, words
from regulars.pages.reading import account_table, account_texts
from regulars.pipeline import foreseen
from regulars.settings import Settings
from regulars.sources import read
from regulars.sources.inspect import Inspection, recognise

BAD = (",A1,2024-01-05,Tea,1,5", "C1,A2,soon,Tea,1,5", "C1,A3,2024-01-06,Tea,1,dear", "C1,A4,2024-01-07,Tea,-1,5",
       "C2,A0,2024-02-01,Tea,1,5", "C2,A5,2024-02-02,Postage,1,5", "C3,A6,2024-02-02,Tea,1,0")  # fmt: skip


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    good = [f"C{i % 9},A{i},2024-0{1 + i % 6}-1{i % 9},Tea,1,{5 + i % 7}" for i in range(60)]
    head = "customer_id,order_id,order_date,product,quantity,price"
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([head, "C2,A0,2024-02-01,Tea,1,5", *good, *BAD]), encoding="utf-8")
    return path


@pytest.mark.parametrize("settings", [{}, {"returns": "drop", "zero_prices": "keep"}, {"where": "product = 'Tea'"}],
                         ids=str)  # fmt: skip
def test_an_inspection_counts_what_a_study_counts(orders: Path, settings: dict[str, str]) -> None:
    seen = recognise(orders, Settings(**settings), foreseen)  # type: ignore[arg-type]
    with closing(rg.study(rg.read(orders, **settings), k=2, k_max=2)) as done:
        assert isinstance(seen, Inspection) and seen.account == done.result.reconciliation
    assert seen.account and seen.account.lines("no_customer") == 1


def test_of_a_long_file_the_first_lines_are_judged_and_that_is_said(orders: Path) -> None:
    with closing(read(orders, Settings()).engine) as engine:
        assert engine.rows("select count(*) as n from lines")[0]["n"] == 68
    lines = read(orders, Settings())
    with closing(lines.engine):
        found = foreseen(lines, Settings(), most=61)
    assert found and (found.read, found.sales, found.set_aside) == (61, 61, ())
    for language in LANGUAGES:
        told = account_texts(found, 68, words(language))
        assert len(told) == 2 and "61" in told[1] and "68" in told[1]


def test_where_nothing_is_left_the_reasons_are_counted(orders: Path) -> None:
    seen = recognise(orders, Settings(non_sale_products=("Tea",)), foreseen)
    assert isinstance(seen, Inspection) and seen.account and seen.account.sales == 0
    assert seen.account.lines("non_sale") + seen.account.lines("no_customer") + seen.account.lines("duplicate") == 68
    rows = account_table(seen.account, words("en")).rows
    assert ("Not a sale (postage, fees, adjustments)", "66") in [row[:2] for row in rows]


def test_settings_that_a_study_refuses_are_left_to_it(orders: Path) -> None:
    seen = recognise(orders, Settings(where="colour = 'red'"), foreseen)
    assert isinstance(seen, Inspection) and seen.account is None
