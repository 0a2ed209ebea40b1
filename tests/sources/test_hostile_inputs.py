"""Inputs that attack or are broken: each ends in a plain sentence, in both languages."""

from contextlib import closing
from pathlib import Path

import pytest

import regulars as rg
from regulars.engine import DuckEngine
from regulars.errors import InputError
from regulars.locale import LANGUAGES, words
from regulars.pipeline import quiet
from regulars.running import Given, run
from regulars.settings import Settings
from regulars.shop import open_shop
from regulars.sources.inspect import cells_of, inspect_table

ORDERS = "order_id,customer_id,order_date,product,price\n" + "".join(
    f"{i},C{i % 9},2024-0{1 + i % 6}-1{i % 9},Tea,{5 + i % 7}\n" for i in range(60)
)


def test_headers_that_are_names_of_ours_leave_the_first_rows_first(tmp_path: Path) -> None:
    """`line` as a header is a text: rows ordered by it would stand as 1, 10, 11."""
    path = tmp_path / "a.csv"
    path.write_text("foo,line,c0,v0\n" + "".join(f"x{i},{90 - i},{i % 3},{i % 2}\n" for i in range(30)), "utf-8")
    assert [row["line"] for row in cells_of(path).first_rows] == ["90", "89", "88", "87", "86"]
    assert [row["foo"] for row in cells_of(path).first_rows] == ["x0", "x1", "x2", "x3", "x4"]
    seen = inspect_table(path)
    assert [row["line"] for row in seen.first_rows] == ["90", "89", "88", "87", "86"]


def parquet(path: Path) -> bytes:
    with DuckEngine() as engine:
        engine.write_parquet(
            "select cast(i as varchar) as order_id, 'C' || (i % 97) as customer_id, "
            "date '2024-01-01' + cast(i % 200 as int) as order_date, 'P' || (i % 20) as product, "
            "(i * 7 % 100) / 10.0 as price from range(3000) t(i)", path,
        )  # fmt: skip
    return path.read_bytes()


@pytest.mark.parametrize("at", [0.35, 0.5, 0.65, 0.97])
def test_a_damaged_parquet_file_is_a_sentence_wherever_it_is_damaged(tmp_path: Path, at: float) -> None:
    path = tmp_path / "orders.parquet"
    whole = bytearray(parquet(path))
    place = int(at * len(whole))
    for i in range(place, place + 16):
        whole[i] ^= 0xA5
    path.write_bytes(whole)
    with pytest.raises(InputError) as raised, closing(rg.study(rg.read(path), k=2, k_max=2)):
        pass
    for language in LANGUAGES:
        assert "Parquet" in raised.value.text(words(language)) and "Error" not in raised.value.text(words(language))


@pytest.mark.parametrize("stage", ["clean", "profiles"])
def test_a_file_that_is_replaced_during_a_run_is_said_and_nothing_is_kept(tmp_path: Path, stage: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(ORDERS, "utf-8")

    def tell(now: str) -> None:
        if now == stage:
            path.write_text(ORDERS.replace("Tea", "Coffee"), "utf-8")

    with pytest.raises(InputError, match=r"orders\.csv was changed"):
        run(Given(orders=path, settings=Settings(k=2, k_max=2)), open_shop(tmp_path / "toko"), tell)
    assert not open_shop(tmp_path / "toko").studies()
    assert run(Given(orders=path, settings=Settings(k=2, k_max=2)), open_shop(tmp_path / "toko"), quiet).customers == 9
