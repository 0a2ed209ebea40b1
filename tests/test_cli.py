"""The command line as people and programs use it: what is printed where, exit codes, and what each flag does."""

import csv
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from regulars import __version__, cli
from regulars.locale import words
from regulars.shop import open_shop

ROOT = Path(__file__).parents[1]
KEYS = {
    *("shop", "study", "as_of", "currency", "lines", "customers", "orders", "revenue", "returns_value", "net_revenue"),
    *("segments", "clusters", "value", "drift", "at_risk", "assumptions", "report"),
}
SEGMENT = {"name", "label", "customers", "share", "sales", "sales_share", "persona", "persona_key", "actions"}
CLUSTERS = {"k", "recommended_k", "verdict", "reason", "evidence"}
EVIDENCE = {
    *("k", "inertia", "silhouette", "silhouette_spread", "smallest_share", "null_silhouette", "null_spread", "fails"),
    *("simplified_silhouette", "calinski_harabasz", "davies_bouldin", "jaccard", "seed_ari"),
    *("prediction_strength", "prediction_spread", "sales_separation", "sales_separation_spread"),
    *("repeat_separation", "repeat_separation_spread"),
}
COUNTRIES = ("Indonesia", "Singapore", "Malaysia")


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))


@pytest.fixture(scope="module")
def orders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two lines an order, some returned, some without a customer."""
    dice, path = Random(7), tmp_path_factory.mktemp("orders") / "orders.csv"  # noqa: S311
    with path.open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Invoice", "Customer ID", "InvoiceDate", "Description", "Quantity", "Price", "Country", "Tier"])
        for at in range(150):
            who, day = dice.randint(1, 45), f"2024-{dice.randint(1, 6):02d}-{dice.randint(1, 28):02d}"
            for _ in range(2):
                pieces = -1 if at % 15 == 0 else dice.randint(1, 5)
                name = f"Tea {dice.randint(1, 30)}"
                price, country = f"{dice.randint(100, 9_000) / 100:.2f}", COUNTRIES[who % 3]
                out.writerow([f"A{at}", "" if at % 50 == 3 else who, day, name, pieces, price, country, who % 2])
    return path


@pytest.fixture(scope="module")
def shop(orders: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with one study."""
    folder = tmp_path_factory.mktemp("shop") / "toko"
    assert cli._guarded(["run", str(orders), "--shop", str(folder), "--json", "--lang", "en"]) == 0
    return folder


Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """A command in this process: exit code, standard output, standard error."""

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli._guarded([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


@pytest.fixture
def run(call: Call, orders: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """`regulars run --json` on the orders: its object."""

    def go(*flags: str) -> dict[str, Any]:
        code, out, err = call("run", orders, "--shop", tmp_path / "toko", "--json", *flags)
        assert (code, err) == (0, "")
        return json.loads(out)

    return go


def command(*arguments: str | Path, language: str = "en") -> "subprocess.CompletedProcess[str]":
    """The installed command, its output in pipes."""
    program = Path(sys.executable).with_name("regulars")
    environment = {**os.environ, "REGULARS_LANGUAGE": language}
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, env=environment)


# --- run --------------------------------------------------------------------------------------------------------------


def test_json_is_one_object_alone_and_its_figures_are_those_of_the_file(orders: Path, tmp_path: Path) -> None:
    done = command("run", orders, "--shop", tmp_path / "toko", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    study = json.loads(done.stdout)
    assert study.keys() == KEYS
    assert study["lines"].keys() == {"read", "sales", "returns", "set_aside"}
    assert all(group.keys() == SEGMENT for group in study["segments"])
    assert study["clusters"].keys() == CLUSTERS
    assert all(row.keys() == EVIDENCE for row in study["clusters"]["evidence"])
    assert study["value"].keys() >= {"verdict", "reason", "winner", "horizon_days", "expected_orders", "value_low"}
    assert study["at_risk"].keys() == {"customers", "of", "unknown", "sales", "sales_share"}
    assert study["at_risk"]["of"] + study["at_risk"]["unknown"] == study["customers"]
    assert study["drift"].keys() == {"days", "cut", "reason", "segments", "strength", "features"}
    assert _all_finite(study)
    plain = duckdb.sql(f"""
        with line as (
            select Invoice as o, "Customer ID" as c, cast(InvoiceDate as date) as d, Quantity as q,
                   cast(Quantity * cast(Price as decimal(18, 2)) as decimal(18, 2)) as money
            from '{orders}' where "Customer ID" is not null
        )
        select count(*) filter (q > 0), count(*) filter (q < 0), count(distinct c), sum(money) filter (q > 0),
               -sum(money) filter (q < 0), max(d) + 1,
               (select count(*) from (select 1 from line group by o, c having sum(money) > 0))
        from line
    """).fetchall()
    sales, returns, customers, revenue, returned, after, bought = plain[0]
    assert study["lines"] == {"read": 300, "sales": sales, "returns": returns, "set_aside": {"no_customer": 6}}
    assert (study["customers"], study["orders"]) == (customers, bought)
    assert (study["revenue"], study["returns_value"]) == (float(revenue), float(returned))
    assert study["net_revenue"] == float(revenue - returned)
    assert study["as_of"] == after.isoformat()
    assert sum(group["customers"] for group in study["segments"]) == customers
    assert math.isclose(sum(group["sales"] for group in study["segments"]), study["net_revenue"])
    assert Path(study["report"]).is_file()
    assert Path(study["study"]) == Path(study["report"]).parent


def _all_finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_all_finite, value.values()))
    if isinstance(value, list):
        return all(map(_all_finite, value))
    return not isinstance(value, float) or math.isfinite(value)


def test_customers_hold_the_columns_that_are_promised(shop: Path) -> None:
    path = open_shop(shop).path_of(None, "customers.parquet")
    names = {row[0] for row in duckdb.sql(f"describe from '{path}'").fetchall()}
    assert names >= {
        *("customer_id", "recency_days", "orders", "monetary", "first_order", "last_order", "avg_order_value"),
        *("r", "f", "m", "segment", "cluster", "persona", "action", "at_risk"),
    }


def test_who_is_at_risk_stands_in_the_list_of_customers(shop: Path) -> None:
    kept = open_shop(shop)
    risk, path = kept.load().market.risk, kept.path_of(None, "customers.parquet")
    whole = next(group for group in risk.groups if group.kind == "shop")
    found = dict(duckdb.sql(f"select at_risk, count(*) from '{path}' group by 1").fetchall())
    assert found.get(True, 0) == whole.own + whole.shop and found.get(None, 0) == whole.unknown


def test_in_a_pipe_a_run_prints_its_summary_and_nothing_else(orders: Path, tmp_path: Path) -> None:
    done = command("run", orders, "--shop", tmp_path / "toko", language="id")
    assert (done.returncode, done.stderr) == (0, "")
    assert "300 baris dibaca" in done.stdout
    assert "\x1b[" not in done.stdout
    assert "report.html" in done.stdout.replace("\n", "")
    assert (
        json.loads(next((tmp_path / "toko").glob("studies/*/study.json")).read_text())["settings"]["language"] == "id"
    )


def test_verbose_names_the_stages_on_standard_error(call: Call, orders: Path, tmp_path: Path) -> None:
    code, out, err = call("run", orders, "--shop", tmp_path / "toko", "--verbose")
    assert code == 0
    stages = [line for line in err.splitlines() if line]
    assert stages[0] == "Reading the lines"
    assert len(stages) == len(set(stages)) == 8
    assert "Reading the lines" not in out


def test_names_stay_english_and_labels_follow_the_language(run: Callable[..., dict[str, Any]]) -> None:
    english, indonesian = run("--lang", "en"), run("--lang", "id")
    assert [group["name"] for group in english["segments"]] == [group["name"] for group in indonesian["segments"]]
    assert english["segments"] != indonesian["segments"]
    assert [group["label"] for group in english["segments"]] != [group["label"] for group in indonesian["segments"]]
    assert english["clusters"]["evidence"] == indonesian["clusters"]["evidence"]


def test_the_same_day_again_replaces_and_other_days_are_kept(
    run: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    first, march = run(), run("--as-of", "2024-04-01")
    assert march["as_of"] == "2024-04-01"
    assert march["customers"] <= first["customers"]
    again = run("--set", "returns=drop")
    assert again["study"] == first["study"]
    assert again["lines"]["returns"] == 0
    assert {path.name for path in (tmp_path / "toko" / "studies").iterdir()} == {"2024-04-01", first["as_of"]}
    assert open_shop(tmp_path / "toko").load().net_revenue == again["net_revenue"]


def test_from_and_as_of_bound_the_days(run: Callable[..., dict[str, Any]], orders: Path) -> None:
    study = run("--from", "2024-02-01", "--as-of", "2024-04-01")
    seen = duckdb.sql(f"""
        select count(*) from '{orders}' where "Customer ID" is not null
        and cast(InvoiceDate as date) >= date '2024-02-01' and cast(InvoiceDate as date) < date '2024-04-01'
    """).fetchall()[0][0]
    assert study["lines"]["sales"] + study["lines"]["returns"] == seen
    assert study["lines"]["read"] == 300 == seen + sum(study["lines"]["set_aside"].values())


@pytest.mark.parametrize(
    "condition", ["country = 'Singapore'", "Country in ('Singapore')", "not country <> 'Singapore' and quantity > -9"]
)
def test_where_studies_a_part(run: Callable[..., dict[str, Any]], orders: Path, condition: str) -> None:
    expected = duckdb.sql(f"""select count(distinct "Customer ID") from '{orders}' where Country = 'Singapore'""")
    assert run("--where", condition)["customers"] == expected.fetchall()[0][0]


def test_where_sees_the_other_columns_too(run: Callable[..., dict[str, Any]], orders: Path) -> None:
    expected = duckdb.sql(f"""select count(distinct "Customer ID") from '{orders}' where Tier = 1""").fetchall()[0][0]
    assert run("--where", "[Tier] = '1'")["customers"] == expected


def test_map_says_which_column_is_what(run: Callable[..., dict[str, Any]]) -> None:
    assert run("--map", "customer_id=Country")["customers"] == 3
    assert run("--map", "category=Tier", "--map", "customer_id=country")["customers"] == 3


def test_shop_toml_is_obeyed_and_flags_overrule_it(run: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    (tmp_path / "toko").mkdir()
    (tmp_path / "toko" / "shop.toml").write_text(
        'language = "id"\nreturns = "drop"\npreset = "value"\ncurrency = "IDR"\n[map]\ncustomer_id = "Country"\n'
    )
    study = run()
    assert (study["customers"], study["lines"]["returns"], study["currency"]) == (3, 0, "IDR")
    assert {group["name"] for group in study["segments"]} <= {"Priority", "Need Attention", "Not Loyal"}
    assert any("kelompok" in study["clusters"]["reason"] or "klaster" in study["clusters"]["reason"] for _ in "1")
    flags = ("--set", "returns=net", "--map", "customer_id=Customer ID", "--preset", "klaviyo", "--lang", "en")
    study = run(*flags, "--set", "currency=SGD")
    assert study["customers"] > 30
    assert study["lines"]["returns"] > 0
    assert study["currency"] == "SGD"
    assert {group["name"] for group in study["segments"]} <= {
        *("Champions", "Loyal", "Recent", "Needs Attention", "At Risk", "Inactive")
    }


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (["--as-of", "tomorrow"], 2, "YYYY-MM-DD"),
        (["--from", "2024-13-01"], 2, "YYYY-MM-DD"),
        (["--from", "2024-05-01", "--as-of", "2024-04-01"], 2, "--from"),
        (["--as-of", "2001-01-01"], 4, "Outside the days asked for 294"),
        (["--where", "country = 'France'"], 4, "Not matched by the filter"),
        (["--where", "country = France"], 2, "--where"),
        (["--where", "1; drop table sales"], 2, "--where"),
        (["--where", "postcode = '1'"], 2, "Columns:"),
        (["--preset", "nope"], 2, "klaviyo, standard, value"),
        (["--lang", "fr"], 2, "en, id"),
        (["--engine", "pandas"], 2, "duckdb or spark"),
        (["--map", "customer_id"], 2, "NAME=HEADER"),
        (["--map", "customerid=Country"], 2, "customer_id"),
        (["--map", "customer_id=Costumer ID"], 3, "Customer ID"),
        (["--set", "returns"], 2, "NAME=VALUE"),
        (["--set", "return=drop"], 2, "returns"),
        (["--set", "returns=maybe"], 2, "returns"),
        (["--set", "k=1"], 2, "2"),
        (["--set", "seed=-1"], 2, "seed = -1"),
        (["--set", "k_max=99"], 2, "20"),
        (["--set", "timezone=Mars/Olympus"], 2, "Asia/Jakarta"),
        (["--set", 'features=["luck"]'], 2, "luck"),
        (["--frobnicate"], 2, "regulars run --help"),
        (["--shop"], 2, "Type --shop DIR"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_says_what_to_type(
    call: Call, orders: Path, tmp_path: Path, flags: list[str], code: int, says: str
) -> None:
    found, out, err = call("run", orders, "--shop", tmp_path / "toko", *flags)
    assert (found, out) == (code, ""), err
    assert err.startswith("regulars: ")
    assert says in err
    assert not list((tmp_path / "toko").glob("studies/*"))


GONE = "There is no command dance. Type regulars --help to see the commands."


def test_usage(call: Call, tmp_path: Path) -> None:
    code, out, err = call("run", tmp_path / "none.csv", "--shop", tmp_path / "toko")
    assert (code, out) == (2, "")
    assert "none.csv" in err
    assert not (tmp_path / "toko").exists()
    assert call("run")[0] == 2
    assert "regulars run orders.csv --customers customers.csv --shop toko" in call("run")[2]
    assert call("dance")[::2] == (2, f"regulars: {GONE}\n")
    assert call("version") == (0, f"regulars {__version__}\n", "")


def test_help_comes_in_both_languages_and_names_every_command() -> None:
    english, indonesian = command("--help"), command("--help", language="id")
    assert english.returncode == indonesian.returncode == 0
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.id.md")]
    for name in [each.name or each.callback.__name__ for each in cli.app.registered_commands if each.callback]:
        assert name in english.stdout
        assert name in indonesian.stdout
        assert all(f"`{name}`" in page or f"`regulars {name}`" in page for page in pages), name
    assert english.stdout != indonesian.stdout
    assert "Folder toko" in command("run", "--help", language="id").stdout
    assert command().stdout.strip() == english.stdout.strip()
    assert command().returncode == 2


def test_a_reader_that_leaves_early_is_no_error(shop: Path, orders: Path) -> None:
    program = Path(sys.executable).with_name("regulars")
    line = f'set -o pipefail; "{program}" run "{orders}" --shop "{shop}-pipe" | true'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_of_few_letters_loses_letters_not_the_study(orders: Path, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(orders.read_text().replace("Indonesia", "日本").replace("Country", "国 {x} [/b]"))
    program = [Path(sys.executable).with_name("regulars"), "run", path, "--shop", tmp_path / "toko", "--lang", "id"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    for flags in ([], ["--json", "--map", "customer_id=国 {x} [/b]"]):
        done = subprocess.run([*map(str, program), *flags], capture_output=True, env=environment)
        assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.decode(encoding))["customers"] == 3


@pytest.mark.parametrize(("target", "code"), [("/dev/full", 5), ("&-", 0)])
def test_standard_output_may_be_full_or_closed(shop: Path, orders: Path, target: str, code: int) -> None:
    program = Path(sys.executable).with_name("regulars")
    line = f'"{program}" run "{orders}" --shop "{shop}-closed" --json >{target}'
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "unforeseen" not in done.stderr


# --- inspect, export, report ------------------------------------------------------------------------------------------


def test_inspect_shows_the_mapping_and_the_first_rows(call: Call, orders: Path) -> None:
    code, out, err = call("inspect", orders)
    assert (code, err) == (0, "")
    for part in ("customer_id", "Customer ID", "utf-8", "300 rows", "InvoiceDate", "Tier", "Tea"):
        assert part in out
    assert "300 baris" in call("inspect", orders, "--lang", "id")[1]


def test_inspect_as_json_is_one_object(call: Call, orders: Path) -> None:
    code, out, err = call("inspect", orders, "--json", "--map", "category=Tier")
    assert (code, err) == (0, "")
    seen = json.loads(out)
    mapping = {mapped["column"]: mapped["header"] for mapped in seen["layout"]["mapping"]}
    assert mapping["customer_id"] == "Customer ID"
    assert mapping["category"] == "Tier"
    assert [file["rows"] for file in seen["inputs"]] == [300]


def test_inspect_leaves_nothing_behind(
    call: Call, orders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("inspect", orders)[0] == 0
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("table", ["customers", "sales", "left-out"])
@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_export_writes_each_table_in_each_form(call: Call, shop: Path, tmp_path: Path, table: str, kind: str) -> None:
    target = tmp_path / f"{table}.{kind}"
    code, out, err = call("export", target, "--shop", shop, "--table", table)
    assert (code, out) == (0, "")
    assert str(target) in err
    assert target.stat().st_size > 0
    rows = {"customers": open_shop(shop).load().customers, "sales": 294, "left-out": 0}[table]
    if kind == "parquet":
        assert duckdb.sql(f"select count(*) from '{target}'").fetchall() == [(rows,)]
    if kind == "csv":
        assert duckdb.sql(f"select count(*) from read_csv('{target}', header = true)").fetchall() == [(rows,)]


def test_export_replaces_nothing_unasked(call: Call, shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "customers.csv"
    target.write_text("mine")
    code, _, err = call("export", target, "--shop", shop)
    assert code == 2
    assert "--overwrite" in err
    assert target.read_text() == "mine"
    assert call("export", target, "--shop", shop, "--overwrite")[0] == 0
    assert target.read_text(encoding="utf-8-sig").startswith("Customer,")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["export", "x.doc"], 2, "csv, xlsx, parquet"),
        (["export", "x"], 2, "csv, xlsx, parquet"),
        (["export", "x.csv", "--table", "nope"], 2, "customers, sales, left-out"),
        (["export", "x.csv", "--study", "2001-01-01"], 2, "2001-01-01"),
        (["export", "x.csv", "--study", "last"], 2, "YYYY-MM-DD"),
        (["export", "none/x.csv"], 5, "none/x.csv"),
        (["export", "x", "--charts", "--format", "gif"], 2, "png, svg"),
        (["report", "none/x.html"], 5, "none/x.html"),
        (["report", "x.html", "--lang", "fr"], 2, "en, id"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_written_says_why(
    call: Call, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found, out, err = call(*arguments, "--shop", shop)
    assert (found, out) == (code, ""), err
    assert says in err
    assert not list(tmp_path.iterdir())


def test_a_shop_without_a_study_says_how_to_make_one(call: Call, tmp_path: Path) -> None:
    code, _, err = call("report", tmp_path / "x.html", "--shop", tmp_path / "none")
    assert code == 2
    assert "regulars run" in err
    assert not list(tmp_path.iterdir())


def test_the_report_again_in_another_language(call: Call, shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "laporan.html"
    assert call("report", target, "--shop", shop, "--lang", "id") == (0, f"{target}\n", "")
    ours = next(shop.glob("studies/*/report.html")).read_text(encoding="utf-8")
    theirs = target.read_text(encoding="utf-8")
    assert 'lang="en"' in ours
    assert 'lang="id"' in theirs
    assert "Pelanggan" in theirs


def test_a_report_is_written_into_no_other_kind_of_file(call: Call, shop: Path, tmp_path: Path) -> None:
    code, _, err = call("report", tmp_path / "x.pdf", "--shop", shop)
    assert (code, "html" in err, (tmp_path / "x.pdf").exists()) == (2, True, False)


def test_contacts_come_only_when_asked_for(call: Call, tmp_path: Path) -> None:
    orders = tmp_path / "orders.csv"
    orders.write_text("order,email,Customer Name,date,qty,price\n1,a@x.co,Anna,2024-01-05,1,5.00\n", encoding="utf-8")
    assert call("run", orders, "--shop", tmp_path / "toko", "--json")[0] == 0
    for flags, known in (((), False), (("--with-contacts",), True)):
        target = tmp_path / f"{len(flags)}.csv"
        assert call("export", target, "--shop", tmp_path / "toko", *flags)[0] == 0
        assert ("Anna" in target.read_text(encoding="utf-8-sig")) is known
    code, _, said = call("export", tmp_path / "3.csv", "--shop", tmp_path / "none", "--with-contacts")
    assert (code, "no study" in said.lower()) == (2, True)
