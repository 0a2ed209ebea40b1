"""A customer asked for as the owner's own file writes the name; and who is not there at all."""

from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

import regulars as rg
from regulars.cli import app
from regulars.errors import UsageError
from regulars.forget import forget
from regulars.ids import spellings
from regulars.shop import open_shop
from report.make_study import make_study
from web.shops import served

NAMES = ("Pak Vina", "Bu Budi", "Mas Gito", "Bu Dewi", "Pak Joko")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose customers are known by their names alone."""
    folder = tmp_path_factory.mktemp("names")
    rows = [f"N{i};2024-0{1 + i % 6}-1{i % 9};{NAMES[i % 5]};{('Teh', 'Kopi')[i % 2]};1;5000" for i in range(60)]
    rows += ["N99;2024-06-11;Mas Tanpa;;1;5000"]
    head = "No Nota;Tanggal;Nama Pelanggan;Nama Barang;Jumlah;Harga Satuan"
    (folder / "warung.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    with closing(rg.study(rg.read(folder / "warung.csv"), k_max=3)) as done:
        done.save(folder / "warung")
    return folder / "warung"


def recommended(shop: Path, customer: str) -> str:
    done = CliRunner().invoke(app, ["recommend", "--shop", str(shop), "--customer", customer, "--json"])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


@pytest.mark.parametrize("typed", ["Pak Vina", "pak vina", " PAK   VINA "])
def test_a_name_is_found_as_the_file_writes_it(shop: Path, typed: str) -> None:
    assert '"customer_id": "pak vina"' in recommended(shop, typed)
    with served(shop) as api:
        for what in ("customers", "recommendations"):
            assert api.get(f"/api/v1/{what}/{typed}").status_code == 200
        assert api.get("/api/v1/recommendations/pak vino").status_code == 404
    assert forget(open_shop(shop), typed, dry_run=True).count


def test_an_id_is_tried_as_typed_before_it_is_folded() -> None:
    assert spellings(make_study(), "A@1 ") == ("A@1 ", "a@1")
    assert spellings(make_study(), "C17") == ("C17",)


def test_nobody_of_that_name_and_nobody_who_bought_a_named_product_are_two_things(shop: Path) -> None:
    with pytest.raises(UsageError, match=r"No customer Pak Vini in this study\. The nearest ids: pak vina, "):
        recommended(shop, "Pak Vini")
    with pytest.raises(UsageError, match="mas tanpa has bought no product that is named"):
        recommended(shop, "Mas Tanpa")
