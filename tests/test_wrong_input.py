"""The wrong file or the wrong column, as people give them: each is told what it is and what to type instead."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars import cli
from regulars.locale import words
from regulars.shop import open_shop

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli._guarded(["run", *map(str, arguments), "--shop", str(tmp_path / "toko"), "--set", "k_max=3"])
        told = capsys.readouterr()
        return code, told.out, " ".join(told.err.split())

    return go


def write(path: Path, head: list[str], rows: list[list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerows([head, *rows])
    return path


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """Order lines; a tenth of the products are called by a number."""
    products = [str(i) if i % 10 == 0 else ("Teh", "Kopi", "Roti Bakar")[i % 3] for i in range(200)]
    rows = [[f"N{i}", f"Pak {i % 30}", f"2024-0{1 + i % 6}-1{i % 9}", products[i], 1 + i % 3, 5000] for i in range(200)]
    head = ["No Nota", "Nama Pelanggan", "Tanggal", "Nama Barang", "Jumlah", "Harga Satuan"]
    return write(tmp_path / "warung.csv", head, rows)


def test_a_column_that_sets_most_lines_aside_is_named_first(run: Run, orders: Path) -> None:
    code, out, _ = run(orders, "--map", "quantity=Nama Barang", "--json")
    note = json.loads(out)["assumptions"][0]
    assert code == 0
    assert note.startswith("180 of 200 order lines were left out: nothing could be read in the column Nama Barang")
    assert "quantity" in note and "regulars inspect" in note
    code, out, _ = run(orders, "--json")
    assert not any("left out" in one for one in json.loads(out)["assumptions"])


@pytest.fixture
def people(tmp_path: Path) -> Path:
    rows = [[f"c{i}@example.com", 20 + i % 50, ("Guru", "Dokter")[i % 2], 1000 + 37 * i] for i in range(60)]
    return write(tmp_path / "people.csv", ["Email", "Age", "Profession", "Annual Income"], rows)


def test_customers_given_as_orders_are_told_so(run: Run, people: Path, orders: Path) -> None:
    code, _, err = run(people)
    assert (code, "regulars run --customers people.csv" in err, "customer table" in err) == (3, True, True)
    assert not (people.parent / "toko").exists()
    bare = write(people.parent / "bare.csv", ["Order ID", "Product", "Quantity", "City"], [["a", "Tea", 1, "Solo"]] * 9)
    assert "Cannot find a column for: customer_id, ordered_at" in run(bare)[2]
    assert run(orders)[0] == 0
    assert cli._guarded(["score", str(people), "--shop", str(people.parent / "toko")]) == 3


def test_a_study_of_orders_cannot_score_a_customer_table(
    run: Run, people: Path, orders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(orders)[0] == 0
    capsys.readouterr()
    assert cli._guarded(["score", str(people), "--shop", str(people.parent / "toko")]) == 3
    assert "people.csv is a customer table, and this study was made of orders" in capsys.readouterr().err


def test_orders_given_as_customers_are_refused(run: Run, tmp_path: Path) -> None:
    rows = [[6000 + i, f"c{i % 40}@example.com", f"2024-01-{1 + i % 28:02}", "Tea", 1 + i % 3, 5] for i in range(120)]
    head = ["Order ID", "Customer Email", "Order Date", "Product Name", "Quantity", "Unit Price"]
    code, _, err = run("--customers", write(tmp_path / "shop.csv", head, rows))
    assert (code, "holds order lines" in err, "regulars run shop.csv" in err) == (3, True, True)
    assert "40 different customers stand in 120 rows (Customer Email)" in err


def test_order_numbers_make_no_groups(run: Run, tmp_path: Path) -> None:
    rows = [[f"c{i}", 6000 + 13 * i, 20 + i % 40, 1000 + i % 7] for i in range(80)]
    table = write(tmp_path / "last.csv", ["Customer ID", "Order ID", "Age", "Annual Income"], rows)
    assert run("--customers", table)[0] == 0
    study = open_shop(tmp_path / "toko").load()
    assert study.people and study.people.encoded and study.people.encoded.features
    assert not [name for name in study.people.encoded.features if "order" in name]


def test_a_person_who_stands_twice_is_named(run: Run, people: Path, orders: Path) -> None:
    with people.open("a", encoding="utf-8") as file:
        file.write("c7@example.com,44,Guru,1200\n")
    code, out, _ = run("--customers", people, "--json")
    assert code == 0 and json.loads(out)["people"]["findings"]["table_near_id"] == 1
    assert "Email would say who a customer is" in run("--customers", people)[1]
    code, _, err = run(orders, "--customers", people)
    assert (code, "Email" in err, "c7@example.com" in err, "remove the copies" in err) == (3, True, True, True)


@pytest.mark.parametrize("head", ["No Nota;Tanggal;Nama Pelanggan;Nama Barang", "order_id;customer_id;date;amount"])
def test_a_header_without_rows_is_told_so(run: Run, tmp_path: Path, head: str) -> None:
    (tmp_path / "header.csv").write_text(f"{head}\n", encoding="utf-8")
    code, _, err = run(tmp_path / "header.csv")
    assert (code, "no lines below its header" in err) == (4, True)


def test_a_refused_run_leaves_no_folder_that_it_made(run: Run, people: Path, orders: Path) -> None:
    shop = people.parent / "toko"
    assert run(orders, "--customers", people)[0] == 3  # nobody of the table has an order
    assert not shop.exists()
    shop.mkdir()
    assert run(orders, "--customers", people)[0] == 3
    assert sorted(path.name for path in shop.iterdir()) == [".lock", "run.log", "studies"]


def test_people_of_one_name_each_with_an_id_are_customers(run: Run, tmp_path: Path) -> None:
    rows = [[i, f"Budi {'ABCDE'[i % 5]}", 20 + i % 40, f"2024-01-{1 + i % 28:02}", i % 9] for i in range(60)]
    table = write(tmp_path / "members.csv", ["ID", "Name", "Age", "Order Date", "Quantity"], rows)
    assert run("--customers", table)[0] == 0
