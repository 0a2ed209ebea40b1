"""Customer tables that say nothing, or say it in a hostile way: a study or a sentence, never a traceback."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from regulars import cli
from regulars.api import read_customers
from regulars.locale import words
from regulars.shop import open_shop
from regulars.synth import write_planted

N = 40
Study = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))


def write(path: Path, columns: dict[str, list[Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(columns)
        out.writerows(zip(*columns.values(), strict=True))
    return path


@pytest.fixture
def study(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Study:
    """The study of a table of these columns, as --json says it; every row of the table stands in its list."""

    def go(columns: dict[str, list[Any]], *further: str) -> dict[str, Any]:
        table = write(tmp_path / "table.csv", columns)
        capsys.readouterr()
        given = ["run", "--customers", str(table), "--shop", str(tmp_path / "toko"), "--json", "--set", "k_max=4"]
        code, told = cli._guarded([*given, *further]), capsys.readouterr()
        assert (code, told.err) == (0, "")
        done: dict[str, Any] = json.loads(told.out)
        return done

    return go


def ids(n: int = N) -> list[str]:
    return [f"C{i:03}" for i in range(n)]


def ages(n: int = N) -> list[int]:
    return [20 + 7 * i % 50 for i in range(n)]


WORDS = {"Customer ID": ids(), "Gender": ["F", "M"] * 20, "City": ["Solo", "Bogor", "Medan", "Solo"] * 10}


@pytest.mark.parametrize(
    ("columns", "findings", "says"),
    [
        ({"Customer ID": ids()}, {}, "no column that tells customers apart"),
        ({"Customer ID": ["C1"], "Age": [30]}, {}, "no column that tells customers apart"),
        ({"Customer ID": ids(), "Age": [""] * N, "City": [""] * N}, {"table_empty_columns": 2}, "no column that tells"),
        ({"Customer ID": ids(), "Age": [30] * N, "City": ["X"] * N}, {"table_constant_columns": 2}, "no column that"),
        (WORDS, {}, "--set encoding=k_prototypes"),
        ({"Customer ID": ids(), "Income": [10**30] * N}, {"table_not_numbers": N}, "no column that tells"),
    ],
)
def test_tables_that_tell_nobody_apart(
    study: Study, columns: dict[str, list[Any]], findings: dict[str, int], says: str
) -> None:
    done = study(columns)
    assert (done["customers"], done["clusters"]["k"]) == (len(columns["Customer ID"]), 1)
    assert done["clusters"]["verdict"] == "low data"
    assert says in done["clusters"]["reason"]
    assert done["people"]["findings"].items() >= findings.items()


@pytest.mark.parametrize("encoding", ["one_hot", "gower", "k_prototypes"])
def test_words_alone_make_groups_where_that_is_asked(study: Study, encoding: str) -> None:
    done = study(WORDS, "--set", f"encoding={encoding}")
    assert done["clusters"]["k"] > 1
    assert sum(group["customers"] for group in done["segments"]) == N


def test_days_without_end_are_no_day_of_the_study(study: Study) -> None:
    """Systems write 9999-12-31 where a membership has no end."""
    days = ["9999-12-31"] * 2 + [f"2024-01-{1 + i % 28:02}" for i in range(N - 2)]
    done = study({"Customer ID": ids(), "Member until": days, "Age": ages()})
    assert done["people"]["findings"] == {"table_impossible_date": 2}
    assert done["as_of"] == "2024-01-29"


def test_days_written_in_several_ways_are_said(study: Study) -> None:
    days = [(f"{1 + i % 12}/{13 + i % 15}/2024", f"{13 + i % 15}/{1 + i % 12}/2024")[i % 2] for i in range(N)]
    done = study({"Customer ID": ids(), "Joined": days, "Age": ages()})
    assert done["people"]["findings"] == {"table_not_dates": N}


def test_numbers_at_the_edge_of_what_a_number_holds(study: Study) -> None:
    """Totals beyond it are unknown, counts beyond reason are findings; nothing overflows."""
    most = [99_999_999_999_999 - i for i in range(N)]
    done = study({
        "Customer ID": ids(), "MntWines": most, "MntFish": most, "Recency": most, "Web purchases": most,
        "Store purchases": [i % 7 for i in range(N)], "Total orders": [-5, *range(1, N)], "Income": most,
    })  # fmt: skip
    assert done["people"]["findings"] == {"table_impossible_count": N + N + 1, "table_empty_columns": 2}
    assert done["clusters"]["k"] > 1


def test_numbers_too_small_to_be_kept_are_said(study: Study) -> None:
    done = study({"Customer ID": ids(), "Chance": [f"{(1 + i) / 1e7:.7f}" for i in range(N)], "Age": ages()})
    assert done["people"]["findings"] == {"table_tiny_numbers": N, "table_constant_columns": 1}


def test_small_rates_set_groups_apart(study: Study) -> None:
    """Their squares are far smaller than a cent."""
    rates = [0.001 + 0.004 * (i % 2) + i / 1e6 for i in range(N)]
    done = study({"Customer ID": ids(), "Churn": [f"{rate:.4f}" for rate in rates]}, "--set", "k=2")
    people = open_shop(Path(done["shop"])).load().people
    assert people is not None
    apart = [trait.deviations for group in people.groups for trait in group.traits]
    assert sorted(round(each or 0, 2) for each in apart) == [-1, 1]


def test_customers_are_called_rows_by_themselves(study: Study) -> None:
    done = study({"Customer ID": [f"row {i}" for i in range(N)], "Age": ages()})
    assert done["people"]["findings"] == {}
    done = study({"Customer ID": ["", "", *ids(N - 2)], "Age": ages()})
    assert done["people"]["findings"] == {"table_no_id": 2}


def test_columns_of_a_sum_can_be_clustered_by(study: Study) -> None:
    columns = {"Customer ID": ids(), "Web purchases": ages(), "Store purchases": [i % 9 for i in range(N)]}
    done = study(columns, "--set", 'features=["web_purchases", "store_purchases"]')
    assert done["clusters"]["k"] > 1


def test_a_table_of_too_many_columns_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = write(tmp_path / "wide.csv", {"Customer ID": ids(), **{f"q{i}": [1, 2] * 20 for i in range(1_000)}})
    assert cli._guarded(["run", "--customers", str(table), "--shop", str(tmp_path / "toko")]) == 3
    assert "1,001 columns; up to 300" in capsys.readouterr().err


def test_a_wide_table_is_counted_by_blocks_of_its_columns(tmp_path: Path) -> None:
    columns = {f"q{i}": [(j * (i + 1)) % 37 for j in range(N)] for i in range(60)}
    table = read_customers(write(tmp_path / "wide.csv", {"Customer ID": ids(), **columns}))
    assert (table.rows, [a.header for a in table.attributes]) == (N, list(columns)), "the questions are no row of data"
    assert [(a.filled, a.distinct) for a in table.attributes] == [(N, len(set(c))) for c in columns.values()]
    table.engine.close()


def test_who_never_ordered_is_in_no_figure_of_orders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table names a hundred people more than the orders: what commands find on the study is as without."""
    write_planted(tmp_path / "orders.parquet", customers=200)
    found = duckdb.execute(f"select distinct customer_id from '{tmp_path}/orders.parquet' order by 1").fetchall()
    buyers = [row[0] for row in found]
    table = write(tmp_path / "table.csv", {"Customer ID": [*buyers, *ids(100)], "Age": ages(300)})
    said = []
    for name, beside in (("alone", []), ("beside", ["--customers", str(table)])):
        shop = ["--shop", str(tmp_path / name / "toko"), "--json"]
        assert cli._guarded(["run", str(tmp_path / "orders.parquet"), *beside, *shop]) == 0
        for command in (["compare", "--algorithms", "grid"], ["value"]):
            capsys.readouterr()
            assert cli._guarded([*command, *shop]) == 0
            said.append(re.sub(r'"measured_cpu_seconds": [^,}]*', "", capsys.readouterr().out))
    assert said[:2] == said[2:]
