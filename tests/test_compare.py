"""`regulars compare`: one JSON object, a table for people, a page; the study stays as it is."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from regulars import cli
from regulars.locale import words
from regulars.synth import write_planted

Call = Callable[..., tuple[int, str, str]]
FEW = "kmedoids,grid"


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(cli, "say", words("en"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compare")
    write_planted(folder / "orders.parquet", customers=400)
    assert cli._guarded(["run", str(folder / "orders.parquet"), "--shop", str(folder / "toko"), "--json"]) == 0
    return folder / "toko"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    def go(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli._guarded([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


def sums(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_json_is_one_object_and_the_shop_stays_as_it_is(call: Call, shop: Path) -> None:
    before = sums(shop)
    code, out, _ = call("compare", "--shop", shop, "--algorithms", FEW, "--json")
    assert code == 0
    found = json.loads(out)
    assert [row["name"] for row in found["algorithms"]] == ["kmeans", "kmedoids", "grid"]
    assert (found["customers"], found["sample"]) == (400, 400)
    assert [len(row) for row in found["agreement"]] == [3, 3, 3]
    assert found["verdict"] in {"kmeans", "other_k", "other", "none"}
    assert found["reason"].startswith(("Prefer", "No algorithm does better"))
    for row in found["algorithms"]:
        assert {"clusters", "noise_share", "silhouette", "null_silhouette", "jaccard", "fails"} <= row.keys()
        assert row["measured_cpu_seconds"] >= 0
        assert "cpu_seconds" not in row
    assert sums(shop) == before


def test_the_number_of_groups_may_be_asked_for(call: Call, shop: Path) -> None:
    code, out, _ = call("compare", "--shop", shop, "--k", "3", "--algorithms", "kmedoids", "--json")
    assert code == 0
    assert json.loads(out)["k"] == 3
    assert [row["clusters"] for row in json.loads(out)["algorithms"]] == [3, 3]


@pytest.mark.parametrize(("language", "heading"), [("en", "Algorithm"), ("id", "Algoritme")])
def test_people_get_a_table_that_fits_and_a_sentence(call: Call, shop: Path, language: str, heading: str) -> None:
    code, out, _ = call("compare", "--shop", shop, "--algorithms", FEW, "--lang", language)
    assert code == 0
    lines = out.splitlines()
    assert lines[1].startswith(heading)
    assert [line.split()[0] for line in lines[2:4]] == ["k-means", "k-medoids"]
    assert max(map(len, lines[1:4])) <= 80
    assert "±" in lines[2], "what a mark stands at cannot be judged without the spread"


def test_the_page_stands_alone(call: Call, shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "compare.html"
    code, out, _ = call("compare", "--shop", shop, "--algorithms", "agglomerative", "--report", target, "--lang", "id")
    assert code == 0
    assert str(target) in out.replace("\n", "")
    html = target.read_text(encoding="utf-8")
    assert '<html lang="id">' in html and "Algoritme lain" in html and "Content-Security-Policy" in html
    assert 'id="option-algorithm_tree"' in html
    assert [path.name for path in tmp_path.iterdir()] == ["compare.html"]


@pytest.mark.parametrize(
    ("flags", "code", "says"),
    [
        (["--algorithms", "kmeens"], 2, "kmeens cannot be used here; expected one of: kmeans, kmedoids"),
        (["--algorithms", ""], 2, "expected one of: kmeans"),
        (["--k", "1"], 2, "k = 1"),
        (["--k", "51"], 2, "k = 51"),
        (["--study", "2001-01-01"], 2, "2001-01-01"),
        (["--report", "/dev/null/compare.html", "--algorithms", "grid"], 5, "/dev/null/compare.html"),
    ],
)
def test_what_cannot_be_done_says_so(call: Call, shop: Path, flags: list[str], code: int, says: str) -> None:
    found, _, err = call("compare", "--shop", shop, *flags)
    assert (found, says in err) == (code, True), err


def test_a_shop_without_a_study_says_what_to_type(call: Call, tmp_path: Path) -> None:
    code, _, err = call("compare", "--shop", tmp_path)
    assert code == 2
    assert "regulars run" in err


def test_few_customers_are_told_that_they_are_few(call: Call, tmp_path: Path) -> None:
    rows = "\n".join(f"O{i},C{i % 7},2024-01-{1 + i % 28:02d},Tea,1,{1 + i % 5}" for i in range(60))
    (tmp_path / "few.csv").write_text(f"order_id,customer_id,order_date,product,quantity,price\n{rows}\n")
    assert call("run", tmp_path / "few.csv", "--shop", tmp_path / "toko", "--json")[0] == 0
    code, out, _ = call("compare", "--shop", tmp_path / "toko", "--json")
    found = json.loads(out)
    assert (code, found["verdict"], found["algorithms"], found["preferred"]) == (0, "low_data", [], None)
    assert "7 customers, 30 needed" in found["reason"]
    code, out, _ = call("compare", "--shop", tmp_path / "toko")
    assert code == 0
    assert "7 customers, 30 needed" in " ".join(out.split())


def test_a_table_of_customers_is_compared_by_its_attributes(call: Call, tmp_path: Path) -> None:
    levels = ("Basic", "Graduation", "Master")
    rows = [f"C{i},{20 + i * 7 % 50},{1000 + i * 137 % 5000},{levels[i % 3]},{i * 31 % 97}" for i in range(120)]
    table = tmp_path / "customers.csv"
    table.write_text("\n".join(["customer_id,age,income,education,score", *rows]), encoding="utf-8")
    assert call("run", "--customers", table, "--shop", tmp_path / "toko", "--json")[0] == 0
    code, out, err = call("compare", "--shop", tmp_path / "toko", "--algorithms", "bisecting", "--json")
    assert code == 0, err
    found = json.loads(out)
    assert (found["customers"], found["sample"], len(found["algorithms"])) == (120, 120, 2)


def test_words_that_stay_words_are_refused_with_the_way_out(call: Call, tmp_path: Path) -> None:
    rows = [f"C{i},{20 + i * 7 % 50},{('artist', 'cook', 'doctor')[i % 3]}" for i in range(60)]
    table = tmp_path / "customers.csv"
    table.write_text("\n".join(["customer_id,age,profession", *rows]), encoding="utf-8")
    assert call("run", "--customers", table, "--shop", tmp_path / "toko", "--set", "encoding=gower", "--json")[0] == 0
    code, _, err = call("compare", "--shop", tmp_path / "toko")
    assert code == 2
    assert "--set encoding=one_hot" in err
