"""`regulars run --customers`: a customer table alone or beside orders, from the file to the list of customers."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from regulars import cli
from regulars.locale import words
from regulars.shop import open_shop

Run = Callable[..., tuple[int, str, str]]
FAST = ("--set", "k_max=3")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        given = ["run", *map(str, arguments), "--shop", str(tmp_path / "toko"), *FAST]
        code = cli._guarded(given)
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


def write(path: Path, head: list[str], rows: list[list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(head)
        out.writerows(rows)
    return path


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Sixty customers: who they are, and nothing of orders or days."""
    dice = Random(1)  # noqa: S311
    rows = [
        [f"C{i}", dice.randint(18, 80), dice.choice(["Guru", "Dokter", "<b>=Petani</b>"]), dice.randint(1, 100)]
        for i in range(60)
    ]
    return write(tmp_path / "customers.csv", ["Customer ID", "Age", "Profession", "Spending Score"], rows)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    rows = [[f"A{i}", f"C{i % 50 + 5}", f"2024-0{1 + i % 6}-1{i % 9}", "Tea", 1 + i % 3, 5] for i in range(200)]
    head = ["Invoice", "Customer ID", "InvoiceDate", "Description", "Quantity", "Price"]
    return write(tmp_path / "orders.csv", head, rows)


def customers(tmp_path: Path, study: str) -> list[dict[str, Any]]:
    found = duckdb.sql(f"from '{tmp_path}/toko/studies/{study}/customers.parquet'")
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_a_table_without_dates_or_orders(run: Run, table: Path, tmp_path: Path) -> None:
    code, out, err = run("--customers", table, "--json")
    assert (code, err) == (0, "")
    study = json.loads(out)
    assert (study["as_of"], study["lines"], study["orders"], study["net_revenue"]) == (None, None, None, None)
    assert study["study"].endswith("undated")
    assert (study["customers"], study["people"]["customers"], study["people"]["matched"]) == (60, 60, None)
    assert sum(group["customers"] for group in study["segments"]) == 60
    assert {group["name"] for group in study["segments"]} == {f"Cluster {i + 1}" for i in range(study["clusters"]["k"])}
    assert all(group["persona"] and group["actions"] for group in study["segments"])
    rows = customers(tmp_path, "undated")
    assert [row["customer_id"] for row in rows] == sorted(f"C{i}" for i in range(60))
    assert {row["segment"] for row in rows} == {group["name"] for group in study["segments"]}
    assert {row["profession"] for row in rows} == {"Guru", "Dokter", "<b>=Petani</b>"}
    assert all(row["persona"] and row["action"] for row in rows)
    assert open_shop(tmp_path / "toko").load().people is not None


def test_the_kind_of_a_column_is_shown_said_and_kept(run: Run, table: Path, tmp_path: Path, capsys: Any) -> None:
    asked = ["--kind", "Age=category", "--lang", "en"]
    assert cli._guarded(["inspect", "--customers", str(table), *asked]) == 0
    assert "category, as you said" in " ".join(capsys.readouterr().out.split())
    assert run("--customers", table, *asked)[0] == 0
    study = open_shop(tmp_path / "toko").load("undated")
    assert study.settings.kinds == {"Age": "category"} and study.people
    assert {a.header: a.kind for a in study.people.attributes}["Age"] == "category"
    for wrong in ("Age", "=number", "Age="):
        code, _, err = run("--customers", table, "--kind", wrong)
        assert code == 2 and "--kind" in err


def test_what_stands_is_reported_and_exported(run: Run, table: Path, tmp_path: Path, capsys: Any) -> None:
    code, out, _ = run("--customers", table, "--lang", "id")
    assert code == 0
    assert "60 pelanggan dalam tabel" in out
    page = (tmp_path / "toko" / "studies" / "undated" / "report.html").read_text(encoding="utf-8")
    assert "<b>=Petani" not in page
    assert 'id="overview"' not in page
    assert 'id="segments"' not in page
    assert 'id="clusters"' in page
    again = tmp_path / "again.html"
    assert cli._guarded(["report", str(again), "--shop", str(tmp_path / "toko"), "--study", "undated"]) == 0
    assert again.stat().st_size > 10_000
    target = tmp_path / "list.csv"
    assert cli._guarded(["export", str(target), "--shop", str(tmp_path / "toko"), "--lang", "id"]) == 0
    text = target.read_text(encoding="utf-8-sig")
    assert len(text.splitlines()) == 61
    assert "tinggi" in text or "rendah" in text or "Profession:" in text


def test_the_same_table_gives_the_same_bytes(run: Run, table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "toko" / "studies" / "undated"
    found = []
    for _ in range(2):
        assert run("--customers", table)[0] == 0
        found.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert found[0] == found[1]
    assert found[0].keys() == {
        "study.json", "customers.parquet", "people.parquet", "crosstabs.parquet", "report.html"
    }  # fmt: skip


def test_a_table_that_says_what_orders_would(run: Run, tmp_path: Path) -> None:
    dice = Random(2)  # noqa: S311
    rows = [[i, dice.randint(0, 99), dice.randint(1, 30), dice.randint(10, 900), "2024-03-05"] for i in range(80)]
    rows[7][1] = ""
    head = ["ID", "Recency", "Total orders", "Total spent", "Joined"]
    path = write(tmp_path / "c.csv", head, rows)
    code, out, _ = run("--customers", path, "--json")
    study = json.loads(out)
    assert (code, study["as_of"], study["customers"]) == (0, "2024-03-06", 80)
    assert "Champions" in {group["name"] for group in study["segments"]}
    assert study["people"]["findings"] == {"table_constant_columns": 1, "table_without_segment": 1}
    assert study["orders"] == sum(row[2] for i, row in enumerate(rows) if i != 7)
    found = {row["customer_id"]: row for row in customers(tmp_path, "2024-03-06")}
    assert len(found) == 80
    assert (found["7"]["segment"], found["7"]["cluster"] is None) == (None, False)
    assert found["0"]["recency_days"] == rows[0][1]


def test_a_table_full_of_placeholders_names_no_group_by_them(run: Run, tmp_path: Path) -> None:
    dice = Random(3)  # noqa: S311
    rows = [
        [f"P{i}", f"Nama {i}", dice.choice([40111, 40222]), dice.randint(1950, 2004), dice.choice(["unknown", "Guru"]),
         -999 if i % 9 == 0 else dice.randint(0, 10), 99 if i % 6 == 0 else dice.randint(0, 3),
         "1900-01-01" if i % 12 == 0 else f"2023-0{dice.randint(1, 9)}-15"]
        for i in range(120)
    ]  # fmt: skip
    head = ["ID", "Full Name", "Postcode", "Year of birth", "Job", "NPS", "Children", "Joined"]
    path = write(tmp_path / "c.csv", head, rows)
    code, out, _ = run("--customers", path)
    assert code == 0
    assert "7 columns of the file known of them, and 3 derived from these" in " ".join(out.split())
    folder = next((tmp_path / "toko" / "studies").iterdir())
    asked = "max(children_given) = 3 and min(nps) = 0 and max(tenure) < 300 and max(job) = 'Guru' and count(nps) < 120"
    assert duckdb.sql(f"select {asked} from '{folder}/people.parquet'").fetchall() == [(True,)]
    study = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    told = [f["values"]["column"] for f in study["people"]["findings"] if f["code"] == "table_placeholders"]
    assert told == ["NPS", "Children", "Joined"]
    used = {trait["attribute"] for group in study["people"]["groups"] for trait in group["traits"]}
    assert not used & {"full_name", "postcode"}


def test_beside_orders_everybody_stands_in_the_list(run: Run, table: Path, orders: Path, tmp_path: Path) -> None:
    code, out, _ = run(orders, "--customers", table, "--json")
    study = json.loads(out)
    assert (code, study["customers"], study["lines"]["read"]) == (0, 50, 200)
    people = study["people"]
    assert (people["customers"], people["matched"], people["only_in_table"], people["only_in_orders"]) == (
        60,
        50,
        10,
        0,
    )
    assert people["findings"] == {"table_only_in_table": 10}
    rows = customers(tmp_path, study["as_of"])
    assert len(rows) == 60
    without = [row for row in rows if row["segment"] == "No orders"]
    assert {row["customer_id"] for row in without} == {f"C{i}" for i in (0, 1, 2, 3, 4, 55, 56, 57, 58, 59)}
    assert all(row["age"] is not None and row["cluster"] is None for row in without)
    assert all(row["persona"] and row["age"] is not None for row in rows if row["segment"] != "No orders")


def test_attributes_by_group_come_as_a_table(run: Run, table: Path, orders: Path, tmp_path: Path) -> None:
    code, out, _ = run(orders, "--customers", table, "--json")
    study = json.loads(out)
    target = tmp_path / "people.csv"
    assert cli._guarded(["export", str(target), "--shop", str(tmp_path / "toko"), "--table", "crosstabs"]) == code == 0
    heads = next(csv.reader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert "Share of the group, low" in heads and not [head for head in heads if "_" in head]
    stored = duckdb.sql(f"from '{tmp_path}/toko/studies/{study['as_of']}/crosstabs.parquet'")
    sizes = {group["name"]: group["customers"] for group in study["segments"]}
    found = stored.query("t", "select attribute, group_name, sum(customers), sum(share_of_group), any_value(grouping) "
                              "from t where grouping = 'segment' group by all").fetchall()  # fmt: skip
    assert found and all(0 < n <= sizes[group] and abs(share - 1) < 1e-9 for _, group, n, share, _ in found)


def test_a_table_does_not_change_what_orders_say(run: Run, table: Path, orders: Path) -> None:
    alone = json.loads(run(orders, "--json")[1])
    beside = json.loads(run(orders, "--customers", table, "--json")[1])
    assert {key: beside[key] for key in alone} == alone
    assert beside.keys() - alone.keys() == {"people"}


@pytest.mark.parametrize(
    ("head", "rows", "says"),
    [
        (["Customer ID", "Age"], [["X1", 20], ["X2", 30]], "Not one of the 2 customers"),
        (["Age", "City"], [[20, "A"], [20, "A"]], "--map customer_id"),
        (["Customer ID", "Age"], [["C5", 20], ["C5", 30]], "C5"),
        (["Customer ID", "Age"], [], "no rows"),
    ],
)
def test_tables_that_do_not_fit_are_refused(
    run: Run, orders: Path, tmp_path: Path, head: list[str], rows: list[list[Any]], says: str
) -> None:
    code, out, err = run(orders, "--customers", write(tmp_path / "bad.csv", head, rows))
    assert (code, out) == (3, "")
    assert says in err
    assert not list((tmp_path / "toko").glob("studies/*/study.json"))


def test_amounts_in_rupiah_are_not_too_large(run: Run, tmp_path: Path) -> None:
    """Ten million squared, in cents, has more than 18 digits."""
    lines = [[f"A{i}", f"C{i % 40}", f"2024-0{1 + i % 6}-1{i % 9}", "Teh", 1, 60_000_000 + i] for i in range(120)]
    head = ["Invoice", "Customer ID", "InvoiceDate", "Description", "Quantity", "Price"]
    orders = write(tmp_path / "orders.csv", head, lines)
    people = [[f"C{i}", ("Guru", "Petani")[i % 2], 10_000_000 + 1_000_000 * (i % 7)] for i in range(40)]
    table = write(tmp_path / "table.csv", ["Customer ID", "Pekerjaan", "Penghasilan"], people)
    assert run(orders, "--customers", table)[0] == 0
    assert run("--customers", table)[0] == 0


def test_nothing_given_is_a_question_of_usage(run: Run) -> None:
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "--customers" in err


def test_a_customer_table_taken_for_orders_is_told_so(run: Run, tmp_path: Path) -> None:
    rows = [[f"c{i}", f"2024-01-{1 + i % 28:02}", 20 + i] for i in range(40)]
    given = write(tmp_path / "members.csv", ["customer_id", "date", "points"], rows)
    _, out, _ = run(given, "--json")
    assert any("type `--customers` before the file" in note for note in json.loads(out)["assumptions"])
    bought = write(
        tmp_path / "orders.csv", ["customer_id", "date", "order_id"], [[*row[:2], i] for i, row in enumerate(rows)]
    )
    _, out, _ = run(bought, "--json")
    assert not any("--customers" in note for note in json.loads(out)["assumptions"])
