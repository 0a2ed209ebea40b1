"""The wrong file or the wrong column, as people give them: each is told what it is and what to type instead."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from regulars import cli
from regulars.locale import words

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
