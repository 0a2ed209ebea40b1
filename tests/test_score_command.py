"""`regulars score`: a file in, the study's own answers out, in every form of file."""

import csv
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import polars
import pytest

from regulars import cli
from regulars.api import read, read_customers, study
from regulars.engine import DuckEngine
from regulars.locale import words
from regulars.shop import open_shop

Run = Callable[..., tuple[int, str, str]]
COMPARED = ("r", "f", "m", "segment", "cluster", "persona", "action", "cluster_persona", "cluster_action",
            "persona_key", "action_key", "cluster_persona_key", "cluster_action_key")  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli._guarded(["score", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of sixty customers, one of whose names attacks; its order lines beside it."""
    folder = tmp_path_factory.mktemp("score")
    rows = [
        f"O{i}-{n},{'=2+5' if i == 7 else f'C{i:02}'},2024-0{1 + (i + n) % 6}-{1 + i % 28:02},P{n % 4},1,{10 + i}.25"
        for i in range(60)
        for n in range(1 + i % 5)
    ]
    rows += [rows[3], "R-1,C11,2024-06-20,P1,-1,21.25"]
    orders = folder / "orders.csv"
    orders.write_text("\n".join(["order_id,customer_id,order_date,product,quantity,price", *rows]), encoding="utf-8")
    features = ["recency_days", "orders", "monetary", "products"]
    with closing(study(read(orders), k_min=3, k_max=3, features=features, currency="GBP")) as done:
        done.save(folder / "toko")
    return folder


@pytest.fixture(scope="module")
def rows(made: Path) -> list[dict[str, Any]]:
    with DuckEngine() as engine:
        engine.load("customers", open_shop(made / "toko").path_of(None, "customers.parquet"))
        return engine.rows("select * from customers order by customer_id")


def answers(path: Path) -> list[dict[str, Any]]:
    return polars.read_parquet(path).sort("customer_id").to_dicts()


def agree(got: list[dict[str, Any]], rows: list[dict[str, Any]]) -> bool:
    return [{n: one[n] for n in ("customer_id", *COMPARED)} for one in got] == [
        {n: row[n] for n in ("customer_id", *COMPARED)} for row in rows
    ]


def test_the_order_lines_of_the_study_give_its_own_list(run: Run, made: Path, rows: Any, tmp_path: Path) -> None:
    code, out, err = run(made / "orders.csv", "--shop", made / "toko", "--out", tmp_path / "a.parquet")
    assert (code, out) == (0, "")
    assert "60 customers scored" in err
    assert agree(answers(tmp_path / "a.parquet"), rows)


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_measures_in_every_form_of_file_give_the_same(
    run: Run, made: Path, rows: Any, tmp_path: Path, kind: str
) -> None:
    names = ("customer_id", "recency_days", "orders", "monetary", "products")
    frame = polars.DataFrame([{name: row[name] for name in names} for row in rows])
    frame = frame.rename({"recency_days": "Recency (days)", "orders": "Frequency"})
    source = tmp_path / f"in.{kind}"
    if kind == "xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(source) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate([frame.columns, *frame.rows()]):
                sheet.write_row(place, 0, row) if place == 0 else [
                    sheet.write_string(place, 0, row[0]), sheet.write_row(place, 1, row[1:])]  # fmt: skip
    elif kind == "csv":
        frame.write_csv(source, separator=";")
    else:
        frame.write_parquet(source)
    assert run(source, "--shop", made / "toko", "--out", tmp_path / "a.parquet")[0] == 0
    assert agree(answers(tmp_path / "a.parquet"), rows)


def test_json_in_is_what_the_api_takes_and_json_out_what_it_answers(run: Run, made: Path, tmp_path: Path) -> None:
    asked = [{"customer_id": "a", "recency_days": 5, "orders": 9, "monetary": 700, "attributes": {"products": 3}},
             {"customer_id": 8, "history": []}]  # fmt: skip
    (tmp_path / "in.json").write_text(json.dumps(asked), encoding="utf-8")
    code, out, _ = run(tmp_path / "in.json", "--shop", made / "toko")
    told = json.loads(out)
    assert code == 0
    assert [one["customer_id"] for one in told["customers"]] == ["a", "8"]
    assert told["customers"][1]["segment"] == "No orders"
    (tmp_path / "whole.json").write_text(json.dumps({"customers": asked}), encoding="utf-8")
    run(tmp_path / "whole.json", "--shop", made / "toko", "--out", tmp_path / "out.json")
    assert json.loads((tmp_path / "out.json").read_text(encoding="utf-8")) == told


def test_a_csv_for_people_is_guarded_and_in_their_language(run: Run, made: Path, tmp_path: Path) -> None:
    run(made / "orders.csv", "--shop", made / "toko", "--out", tmp_path / "a.csv", "--lang", "id")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    cells = list(csv.reader(text.splitlines(), delimiter=";"))
    assert "'=2+5" in {row[0] for row in cells}
    assert not [cell for row in cells for cell in row if cell.startswith("=")]
    assert words("id")("exports.columns.segment") in cells[0]
    run(made / "orders.csv", "--shop", made / "toko", "--out", tmp_path / "b.parquet")
    for key in ("persona_key", "action_key", "cluster_persona_key", "cluster_action_key"):  # the same in every language
        told = {row[0].removeprefix("'"): row[cells[0].index(key)] for row in cells[1:]}
        assert told == {one["customer_id"]: one[key] or "" for one in answers(tmp_path / "b.parquet")}


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_of_ours_is_read_back(
    run: Run, made: Path, rows: Any, tmp_path: Path, language: str, kind: str
) -> None:
    """The list of customers as `regulars export` writes it, headers and numbers in either language."""
    told = tmp_path / f"list.{kind}"
    assert cli._guarded(["export", str(told), "--shop", str(made / "toko"), "--lang", language]) == 0
    assert run(told, "--shop", made / "toko", "--out", tmp_path / "a.parquet")[0] == 0
    got = {one["customer_id"].removeprefix("'"): one for one in answers(tmp_path / "a.parquet")}
    assert agree([got[row["customer_id"]] | {"customer_id": row["customer_id"]} for row in rows], rows)


HEADERS = [
    ("Customer,Days since last order,Orders,Total spend", ()),
    ("Pelanggan;Hari sejak pesanan terakhir;Jumlah pesanan;Penjualan bersih", ()),
    ("customer_id,recency,frequency,monetary", ()),
    ("CustomerID,Days Since Last Purchase,Number of Orders,Total Spent (GBP)", ()),
    ("Who,Silent for,Bought,Paid", ("recency_days=Silent for", "orders=Bought", "monetary=Paid", "customer_id=Who")),
    ("Who,Silent for,Frequency,Paid", ("recency=Silent for", "monetary=Paid", "customer_id=Who")),
]


@pytest.mark.parametrize(("headers", "named"), HEADERS)
def test_measures_are_known_by_their_usual_names_and_by_those_that_are_told(
    run: Run, made: Path, tmp_path: Path, headers: str, named: tuple[str, ...]
) -> None:
    sign = ";" if ";" in headers else ","
    lines = [sign.join(cells) for cells in (("a", "3", "2", "50"), ("b", "40", "9", "700"), ("c", "90", "1", "20"))]
    (tmp_path / "in.csv").write_text("\n".join([headers, *lines]), encoding="utf-8")
    (tmp_path / "as.csv").write_text("customer_id,recency_days,orders,monetary\n" + "\n".join(lines).replace(";", ","))
    flags = [part for pair in named for part in ("--map", pair)]
    wanted = run(tmp_path / "as.csv", "--shop", made / "toko")
    assert wanted[0] == 0
    assert run(tmp_path / "in.csv", "--shop", made / "toko", *flags) == wanted


def test_what_cannot_be_said_is_empty_and_told(run: Run, made: Path, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("customer_id,recency,orders,monetary\na,3,2,50\nb,,4,5\n", encoding="utf-8")
    code, _, err = run(tmp_path / "in.csv", "--shop", made / "toko", "--out", tmp_path / "a.parquet")
    assert code == 0
    assert "1 of 2 customers has no segment" in err
    assert "Missing: products" in err
    got = answers(tmp_path / "a.parquet")
    assert [(one["segment"] is None, one["cluster"]) for one in got] == [(False, None), (True, None)]


def test_later_orders_are_counted_to_the_day_after_the_last(run: Run, made: Path, tmp_path: Path) -> None:
    lines = (
        "order_id,customer_id,order_date,product,quantity,price\n1,a,2024-08-01,P1,1,20.00\n2,b,2024-07-02,P1,1,20.00\n"
    )
    (tmp_path / "in.csv").write_text(lines, encoding="utf-8")
    for as_of, differ in (((), True), (("--as-of", "2030-01-01"), False)):
        run(tmp_path / "in.csv", "--shop", made / "toko", "--out", tmp_path / "a.json", "--overwrite", *as_of)
        told = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["customers"]
        assert [one["customer_id"] for one in told] == ["a", "b"]
        assert (told[0]["scores"]["r"] > told[1]["scores"]["r"]) is differ


def test_a_customer_table_is_scored_by_its_own_columns(run: Run, data: Path, tmp_path: Path) -> None:
    with closing(study(read_customers(data / "shop_customers.csv"), k_min=3, k_max=3)) as done:
        done.save(tmp_path / "toko")
        listed = done.customers.rows()
    assert run(data / "shop_customers.csv", "--shop", tmp_path / "toko", "--out", tmp_path / "a.parquet")[0] == 0
    assert agree(answers(tmp_path / "a.parquet"), sorted(listed, key=lambda row: row["customer_id"]))
    (tmp_path / "in.csv").write_text("id,colour\n1,red\n", encoding="utf-8")
    code, _, err = run(tmp_path / "in.csv", "--shop", tmp_path / "toko")
    assert code == 3
    assert "No column of the file" in err


REFUSED = [
    ("in.json", '{"customers": [{"customer_id": 1, "recency_days": "x"}]}', 3, "Expected"),
    ("in.json", "[1", 3, "does not hold customers"),
    ("in.csv", "customer_id,recency_days,orders\na,3,2\n", 3, "No column monetary"),
    ("in.csv", "order_id,customer_id,order_date,price,currency\n1,a,2024-08-01,20.00,EUR\n", 4, "currency"),
    ("in.csv", "a,b\n1,2\n", 3, ""),
    ("in.csv", "customer_id,recency,last seen\na,3,2\nb,3,2\n", 3, "--map orders=HEADER"),
    ("in.csv", "customer_id,recency_days,orders,monetary\na,3,2,9\nb,-5,1,9\n", 3, "Row 2 below the header"),
    ("in.csv", "customer_id,recency_days,orders,monetary\na,3,2,9\nb,4,-1,9\n", 3, "orders cannot be -1"),
    ("in.csv", "customer_id,recency_days,orders,monetary\na,3,2,9\nb,many,1,9\n", 3, "Row 2 below the header"),
]


@pytest.mark.parametrize(("name", "text", "code", "said"), REFUSED)
def test_what_is_not_understood_is_said(
    run: Run, made: Path, tmp_path: Path, name: str, text: str, code: int, said: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    got, out, err = run(tmp_path / name, "--shop", made / "toko")
    assert (got, out) == (code, "")
    assert said in err


STATED = [
    ("customer_id,recency_days,orders,Total spend (Rp)\n{}", 3, "The file is in IDR, the study in GBP"),
    ("customer_id,recency_days,orders,monetary\n{Rp }", 3, "The file is in IDR, the study in GBP"),
    ("customer_id,recency_days,orders,monetary,currency\n{}", 0, ""),
    ("customer_id,recency_days,orders,monetary\n{000}", 0, "WARNING: the middle customer here spent 55,000"),
    ("order_id,customer_id,order_date,unit price (Rp)\n", 3, "The file is in IDR, the study in GBP"),
]


@pytest.mark.parametrize("told", [True, False], ids=["set", "recognised"])
@pytest.mark.parametrize(("text", "code", "said"), STATED)
def test_money_of_another_currency_is_said(
    run: Run, tmp_path: Path, text: str, code: int, said: str, told: bool
) -> None:
    """Refused where both say their currency, told where the study was only told its own, or none is said."""
    head, _, cell = text.partition("\n")
    lines = [f"O{i},C{i % 40},2024-0{1 + i % 6}-11,{9 + i % 50}" for i in range(160)]
    own = "order_id,customer_id,order_date,price" + ("" if told else " (GBP)")
    (tmp_path / "orders.csv").write_text("\n".join([own, *lines]), encoding="utf-8")
    with closing(study(read(tmp_path / "orders.csv", currency="GBP" if told else None), k_min=2, k_max=2)) as done:
        assert done.result.currency == "GBP"
        done.save(tmp_path / "toko")
    sign, zeros = ("Rp " if "Rp " in cell else ""), ("000" if "000" in cell else "")
    rows = [f"c{i},{i},2,{sign}{50 + i}{zeros}" + (",GBP" if "currency" in head else "") for i in range(11)]
    if head.startswith("order_id"):
        rows = lines
    (tmp_path / "in.csv").write_text("\n".join([head, *rows]), encoding="utf-8")
    got, out, err = run(tmp_path / "in.csv", "--shop", tmp_path / "toko")
    if code and told:
        code, said = 0, "WARNING: the file states IDR, the study is in GBP"
    assert got == code and (said in err if said else "WARNING" not in err)
    assert json.loads(out)["notes"] == [line for line in err.splitlines() if "WARNING" in line] if not got else not out


def test_columns_chosen_for_the_study_are_for_other_files_only_where_they_fit(run: Run, tmp_path: Path) -> None:
    lines = [f"{i},{'ABCDE'[i % 5]},2024-0{1 + i % 6}-11,{9 + i}" for i in range(60)]
    rows = "\n".join(["order_id,siapa itu,kapan itu,uang", *lines])
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    chosen = {"customer_id": "siapa itu", "ordered_at": "kapan itu", "amount": "uang"}
    with closing(study(read(tmp_path / "a.csv", map=chosen, currency="IDR"))) as done:
        done.save(tmp_path / "toko")
    first = run(tmp_path / "a.csv", "--shop", tmp_path / "toko")
    assert first[0] == 0 and "recognised anew" not in first[2]
    (tmp_path / "b.csv").write_text("\n".join(["order_id,customer_id,date,amount", *lines]), encoding="utf-8")
    code, out, err = run(tmp_path / "b.csv", "--shop", tmp_path / "toko")
    assert (code, json.loads(out)) == (0, json.loads(first[1]))
    assert "b.csv does not have all columns that were chosen for the study (siapa itu, kapan itu, uang)" in err
    # what was typed is meant: it is not passed over
    code, _, err = run(tmp_path / "b.csv", "--shop", tmp_path / "toko", "--map", "customer_id=siapa itu")
    assert code == 3 and "--map customer_id" in err


MAPPED = [
    (("recency_days=days",), 3, "--map recency_days"),
    (("recencydays=r",), 2, "Nearest: recency_days"),
    (("recency_days=r",), 3, "No column orders"),
]


@pytest.mark.parametrize(("named", "code", "said"), MAPPED)
def test_a_column_that_is_named_wrongly_is_told(
    run: Run, made: Path, tmp_path: Path, named: tuple[str, ...], code: int, said: str
) -> None:
    (tmp_path / "in.csv").write_text("customer_id,r,f,m\na,3,2,9\nb,4,1,9\n", encoding="utf-8")
    got, out, err = run(tmp_path / "in.csv", "--shop", made / "toko", *(p for n in named for p in ("--map", n)))
    assert (got, out) == (code, "") and said in err


def test_a_file_that_is_there_is_not_written_over(run: Run, made: Path, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine", encoding="utf-8")
    assert run(made / "orders.csv", "--shop", made / "toko", "--out", tmp_path / "a.csv")[0] == 2
    assert (tmp_path / "a.csv").read_text(encoding="utf-8") == "mine"
    assert run(tmp_path / "none.json", "--shop", made / "toko")[0] == 2
    assert run(made / "orders.csv", "--shop", made / "toko", "--out", tmp_path / "a.doc")[0] == 2


def test_what_cannot_be_is_said(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"c{n},{20 + n % 50},{30_000 + 100 * n}\n" for n in range(60))
    (tmp_path / "in.csv").write_text(f"Customer ID,Age,Income\n{rows}x,0,666666\n", encoding="utf-8")
    with closing(study(read_customers(tmp_path / "in.csv"), k_min=3, k_max=3)) as done:
        done.save(tmp_path / "toko")
    code, out, err = run(tmp_path / "in.csv", "--shop", tmp_path / "toko")
    assert code == 0
    assert json.loads(out)["customers"][-1]["customer_id"] == "x"
    assert "1 of 61 values of Age is no age (0)" in err
    assert "666666" in err


def test_the_help_says_what_recency_is_counted_to(run: Run) -> None:
    shown = " ".join(run("--help")[1].replace("│", " ").split())
    assert "the later of the study's day and the day after the last order" in shown
