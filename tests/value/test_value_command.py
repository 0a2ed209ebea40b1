"""`regulars value` and what `regulars run` keeps of it."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from regulars.cli import app, main
from regulars.engine import DuckEngine
from regulars.shop import open_shop
from value.planted import shop as planted_shop


def regulars(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("value")
    orders = folder / "orders.csv"
    with orders.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "customer_id", "order_date", "product", "quantity", "price"])
        for nr, (customer, day, amount) in enumerate(planted_shop(700, 500, seed=5)):
            writer.writerow([f"O{nr}", customer, day, "Pot", 1, f"{amount:.2f}"])
    assert regulars("run", orders, "--shop", folder / "toko")[0] == 0
    return folder / "toko"


def test_a_run_keeps_the_value_of_everybody(shop: Path) -> None:
    kept = open_shop(shop)
    study = kept.load()
    assert study.value is not None and study.value.expected_orders
    assert sum(part.customers for part in study.value.segments) == study.customers
    with DuckEngine() as engine:
        table = f"read_parquet('{kept.path_of(study.as_of, 'value.parquet')}')"
        row = engine.rows(f"select count(*) as n, sum(value) as value, count(distinct customer_id) as ids from {table}")
        ids = engine.rows(f"select customer_id from {table}")
    assert row[0]["n"] == row[0]["ids"] == study.customers
    assert float(row[0]["value"]) == pytest.approx(study.value.value, rel=1e-9)
    assert ids == sorted(ids, key=lambda row: row["customer_id"])


def test_json_holds_the_verdict_and_every_way(shop: Path) -> None:
    code, out, err = regulars("value", "--shop", shop, "--json", "--horizon", "13w", "--margin", "0.4")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["horizon_days"], found["margin"], found["verdict"]) == (91, 0.4, "trust")
    assert len(found["backtest"]["contenders"]) == 7
    assert found["value"] < found["expected_sales"] * 0.4
    assert found["says"][0] == found["reason"] and "91 days" in found["reason"]


def test_words_and_a_table_in_the_language_asked_for(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "nilai.csv"
    code, out, err = regulars("value", "--shop", shop, "--lang", "id", "--out", target)
    assert code == 0 and "Segmen" in out and str(target) in err
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Pelanggan;Perkiraan pesanan;")
    assert len(lines) == 1 + open_shop(shop).load().customers
    code, _, _ = regulars("export", tmp_path / "value.xlsx", "--shop", shop, "--table", "value")
    assert code == 0 and (tmp_path / "value.xlsx").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--horizon", "soon"), "soon is no horizon"),
        (("--horizon", "3"), "7 days to 10 years"),
        (("--horizon", "9999w"), "7 days to 10 years"),
        (("--discount", "-0.1"), "A discount of -0.1"),
        (("--margin", "-0.2"), "A margin of -0.2"),
        (("--margin", "140"), "above 0 and at most 1"),
        (("--margin", "35"), "did you mean 0.35?"),
        (("--out", "value.pdf"), "csv, xlsx, parquet"),
    ],
)
def test_options_that_cannot_be(
    shop: Path, flags: tuple[str, str], words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["regulars", "value", "--shop", str(shop), *flags])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
