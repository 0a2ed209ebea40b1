"""What people and programs see of next products: the command, its JSON, the kept table, the page, lists of stock."""

import json
import os
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import regulars as rg
from baskets.test_recommend import shop as planted
from regulars.baskets.recommend import recommend
from regulars.baskets.recommend_models import Wishes
from regulars.baskets.stock import read_codes
from regulars.cli import app, main
from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.locale import LANGUAGES, words
from regulars.pages.recommend import recommend_page
from regulars.shop import open_shop, sha256
from report.make_study import HOSTILE, make_study


def regulars(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["recommend", *(str(argument) for argument in arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


CHECK = ("--holdout", "30")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kept study of the planted tastes, with lists; milk has a name that a spreadsheet would run."""
    folder = tmp_path_factory.mktemp("next")
    rows = ["order,customer,date,sku,product,category,quantity,price"]
    for line in planted():
        name = "=HYPERLINK(1)" if line["product_id"] == "milk" else line["product"]
        rows.append(f'{line["order_id"]},{line["customer_id"]},{line["day"]},{line["product_id"]},{name},'
                    f'{"Drinks" if name[0] == "=" else "Rest"},1,5.50')  # fmt: skip
    (folder / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
    analysis = rg.study(rg.read(folder / "orders.csv"))
    analysis.save(folder / "toko")
    analysis.close()
    assert regulars("--shop", folder / "toko", *CHECK)[0] == 0
    return folder / "toko"


def test_the_lists_are_kept_in_the_study_and_nothing_else_changes(shop: Path) -> None:
    kept = open_shop(shop)
    before = kept.load()
    folder = kept.path_of(None, "recommendations.parquet").parent
    assert before.recommendations and "Next products" in (folder / "report.html").read_text(encoding="utf-8")
    assert regulars("--shop", shop, "--top", 5)[0] == 0
    after = kept.load()
    assert after.recommendations.wishes.top == 5
    changed = {name for name in before.files if before.files[name] != after.files[name]}
    assert changed == {"recommendations.parquet", "report.html"}
    assert all(sha256(folder / name) == checksum for name, checksum in after.files.items())
    assert regulars("--shop", shop, *CHECK)[0] == 0
    assert kept.load() == before
    assert sorted(path.name for path in (shop / "studies").iterdir()) == [str(before.as_of)]


def test_without_links_the_files_are_copied(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError("no links here")

    before = open_shop(shop).load()
    monkeypatch.setattr(os, "link", no_links)
    assert regulars("--shop", shop, *CHECK)[0] == 0
    assert open_shop(shop).load() == before


def test_json_of_the_shop_and_of_a_customer(shop: Path) -> None:
    code, out, err = regulars("--shop", shop, *CHECK, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert found["next"]["way"] == "similar" and found["next"]["check"]["beats"]
    assert found["says"][:2] == [found["again"]["reason"], found["next"]["reason"]]
    for which, said in zip(("again", "next"), found["says"][-2:], strict=True):
        best = max(found[which]["check"]["contenders"], key=lambda one: one["ndcg"])
        assert f"{best['ndcg']:.3f}" in said and "chosen by NDCG@10" in said
    mark = open_shop(shop).mark()
    one = json.loads(regulars("--shop", shop, "--customer", "C001", "--json")[1])
    assert open_shop(shop).mark() == mark  # read from what is kept
    assert one["again"][0] | {"score": 0} == {
        "place": 1, "product_id": "milk", "product": "=HYPERLINK(1)", "times": 6, "last_bought": "2024-04-11",
        "usual_days": one["again"][0]["usual_days"], "because": None, "score": 0,
    }  # fmt: skip
    assert all(row["product_id"][0] == "b" for row in one["next"][:2])


def test_words_and_files_in_the_language_asked_for(shop: Path, tmp_path: Path) -> None:
    target = tmp_path / "berikutnya.csv"
    code, out, err = regulars("--shop", shop, "--lang", "id", "--out", target, *CHECK)
    assert code == 0 and "Coba berikutnya" in out and str(target) in err
    lines = target.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("Pelanggan;Daftar;Urutan;")
    assert any("Beli lagi" in line and "'=HYPERLINK(1)" in line for line in lines)
    code, out, _ = regulars("--shop", shop, "--customer", "C001", "--lang", "en")
    assert code == 0 and "last on 11 Apr 2024" in out and "goes with" in out


def test_wishes_are_kept_to_and_said(shop: Path, tmp_path: Path) -> None:
    stock = tmp_path / "stock.csv"
    stock.write_text("name;sku\nx;b1\ny;a1\n", encoding="utf-8")
    code, out, _ = regulars("--shop", shop, "--in-stock", stock, "--exclude-category", "drinks", "--json",
                            "--margin-weight", "0.5")  # fmt: skip
    found = json.loads(out)
    assert code == 0 and "2 of its 2 codes" in found["says"][3] and "no profit" in found["says"][5]
    assert {row["product_id"] for which in ("again", "next") for row in found[which]["most"]} == {"a1", "b1"}
    assert regulars("--shop", shop, *CHECK)[0] == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--top", "0"), "1 to 50"),
        (("--margin-weight", "2"), "between 0"),
        (("--holdout", "3"), "7 to 365 days"),
        (("--customer", "nobody"), "No customer nobody"),
        (("--exclude-category", "Drink"), "Known: Drinks"),
        (("--in-stock", "no-such-file.txt"), "Cannot read no-such-file.txt"),
        (("--in-stock", "a", "--out-of-stock", "b"), "not both"),
        (("--out", "x.pdf"), "csv, xlsx, parquet"),
    ],
)
def test_what_cannot_be(
    shop: Path, flags: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = open_shop(shop).mark()
    monkeypatch.setattr("sys.argv", ["regulars", "recommend", "--shop", str(shop), *flags])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
    assert open_shop(shop).mark() == mark


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("a\nb\n\na\n", ("a", "b")),
        ("\ufeffSKU\n001\n 002 \n", ("001", "002")),
        ("Kode produk;Stok\n7;3\n8;0\n", ("7", "8")),
        ('qty,"product code"\n1,"x,y"\n', ("x,y",)),
    ],
)
def test_lists_of_stock(tmp_path: Path, text: str, codes: tuple[str, ...]) -> None:
    (tmp_path / "list.txt").write_text(text, encoding="utf-8")
    assert read_codes(tmp_path / "list.txt") == codes


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "names no product"), (b"sku\n", "no product"), (b"\xff\xfe1", "text")]
)
def test_lists_of_stock_that_are_none(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "list.txt").write_bytes(data)
    with pytest.raises(UsageError, match=said):
        read_codes(tmp_path / "list.txt")


def test_the_page(shop: Path) -> None:
    study = open_shop(shop).load()
    for language in LANGUAGES:
        page = recommend_page(study, words(language))
        assert [block.key for block in page.blocks] == ["recommend_again", "recommend_next", "recommend_together"]
        for block in page.blocks:
            for chart in block.charts:
                assert "n = " in chart.note
                assert all(len(row) == len(chart.table.headers) for row in chart.table.rows)
    assert recommend_page(make_study(), words("en")) is None


def test_hostile_names_stay_text(shop: Path) -> None:
    study = open_shop(shop).load()
    found = study.recommendations
    most = tuple(replace(one, product=name) for one, name in zip(found.again.most, HOSTILE, strict=False))
    hostile = replace(found, again=replace(found.again, most=most), wishes=replace(found.wishes, barred=HOSTILE))
    page = recommend_page(replace(study, recommendations=hostile), words("en"))
    option = json.dumps([chart.option for block in page.blocks for chart in block.charts], ensure_ascii=False)
    assert "\u202e" not in option + "".join(page.insights)


def test_a_shop_without_products_says_so() -> None:

    with DuckEngine() as duck:
        duck.make_from("sales", "select 'C' as customer_id, null::varchar as product_id, null::varchar as product, "
                       "null::varchar as category, null::varchar as subcategory, null::decimal(18, 4) as amount, "
                       "null::decimal(18, 4) as profit, date '2024-01-01' as day, false as is_return")  # fmt: skip
        found = recommend(duck, date(2024, 1, 2))
    assert found.wishes == Wishes()
    page = recommend_page(replace(make_study(), recommendations=found), words("en"))
    assert "names a product" in page.blocks[0].empty


def test_where_everything_was_bought_it_says_so_instead_of_an_empty_heading(tmp_path: Path) -> None:
    """Six customers who buy the same three products: nothing is new to anybody, and each list says what it holds."""
    rows = ["order,customer,date,sku,product,quantity,price"]
    rows += [
        f"{c}{n},c{c},2024-0{1 + n}-{c + 1:02},{p},Thing {p},1,5.50" for c in range(6) for n in range(4) for p in "abc"
    ]
    (tmp_path / "orders.csv").write_text("\n".join(rows), encoding="utf-8")
    analysis = rg.study(rg.read(tmp_path / "orders.csv"))
    analysis.save(tmp_path / "toko")
    analysis.close()
    for language in LANGUAGES:
        say = words(language)
        code, out, err = regulars("--shop", tmp_path / "toko", "--lang", language)
        assert code == 0, err
        assert say("recommend.empty.next") in out
        assert say("recommend.empty.again") not in out
        code, out, _ = regulars("--shop", tmp_path / "toko", "--customer", "c1", "--lang", language)
        assert code == 0
        lines = out.splitlines()
        assert lines[lines.index(say("recommend.next.title")) + 1].strip() == say("recommend.nothing.next")
        assert say("recommend.nothing.again") not in out
    study = open_shop(tmp_path / "toko").load()
    page = recommend_page(study, words("en"))
    assert page
    again, following = page.blocks[:2]
    assert (again.empty, following.empty) == ("", words("en")("recommend.empty.next"))
    assert not following.charts


def test_a_new_run_of_the_same_day_says_that_the_lists_went_with_the_old_study(shop: Path, tmp_path: Path) -> None:
    copied = shutil.copytree(shop, tmp_path / "toko")
    orders = str(shop.parent / "orders.csv")
    told = [CliRunner().invoke(app, ["run", orders, "--shop", str(copied), "--lang", "en"]).stderr for _ in range(2)]
    assert f"regulars recommend --shop {copied}" in told[0] and "recommend" not in told[1]
    assert not open_shop(copied).load().recommendations
