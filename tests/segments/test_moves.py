"""Moves between two studies: by hand on every engine, parts that sum to the whole, the command."""

import csv
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import regulars as rg
from regulars import cli
from regulars.engine import DuckEngine, Engine
from regulars.locale import words
from regulars.pages.moves import insights, moves_page
from regulars.segments.frozen import Before
from regulars.segments.models import ClusterModel, Clusters, Cuts, Scheme
from regulars.segments.moves import KINDS, Moves, Now, moves
from regulars.shop import open_shop
from regulars.synth import write_planted
from report.make_study import make_study

BEFORE, AFTER = date(2024, 1, 1), date(2024, 4, 1)
CODES = {f"{r}{f}{m}": "Best" if r == 2 and f == 2 else "Fresh" if r == 2 else "Gone" for r in (1, 2) for f in (1, 2)
         for m in (1, 2)}  # fmt: skip


def scheme(days: float, orders: float) -> Scheme:
    cuts = (Cuts("recency_days", (days,), True), Cuts("orders", (orders,)), Cuts("monetary", (100.0,)))
    return Scheme("own", (2, 2, 2), cuts, ("Best", "Fresh", "Gone"), CODES)


def clusters(border: float) -> Clusters:
    """Two clusters of orders, more than `border` and fewer."""
    model = ClusterModel(("orders",), "none", (-1e100,), (1e100,), (border,), (1.0,), ((1.0,), (-1.0,)), 0)
    return replace(make_study().clusters, k=2, model=model)


@dataclass(frozen=True)
class Then:
    """What moves() asks of the earlier study."""

    as_of: date
    scheme: Scheme
    clusters: Clusters
    folder: str = ""


TYPES = {"customer_id": "VARCHAR", "recency_days": "INTEGER", "orders": "INTEGER", "monetary": "DOUBLE",
         "segment": "VARCHAR", "cluster": "INTEGER"}  # fmt: skip
Row = tuple[str, int, int, float | None]


def placed(rows: list[Row], rules: Scheme, border: float) -> list[tuple[Any, ...]]:
    """Rows with the segment and the cluster that the rules give them."""

    def codes(row: Row) -> str:
        return "".join(str(cut.score(value or 0)) for cut, value in zip(rules.cuts, row[1:], strict=True))

    return [
        (*row[:3], None if row[3] is None else float(row[3]), rules.codes[codes(row)], 1 if row[2] >= border else 2)
        for row in rows
    ]


def compared(
    engine: Engine, folder: Path, then: list[Row], now: list[Row], rules: tuple[Scheme, float] = (scheme(30, 2), 3)
) -> Moves:
    """Moves between rows judged by fixed rules then and by `rules` now."""
    old = scheme(30, 2)
    engine.put("customers", TYPES, placed(then, old, 3))
    engine.write_parquet("select * from customers order by customer_id", folder / "then.parquet")
    engine.put("customers", TYPES, placed(now, *rules))
    for name in ("measures", "features"):
        engine.make_from(name, "select * from customers")
    before = Before(Then(BEFORE, old, clusters(3)), folder / "then.parquet")  # type: ignore[arg-type]
    return moves(engine, before, Now(AFTER, rules[0], clusters(rules[1]), ["1", "2"]))


def test_moves_by_hand(engine: Engine, tmp_path: Path) -> None:
    then: list[Row] = [("stays", 5, 5, 50), ("rises", 40, 1, 20), ("falls", 5, 5, 70), ("leaves", 9, 9, 9)]
    now: list[Row] = [("stays", 5, 6, 60), ("rises", 3, 3, 90), ("falls", 90, 5, 70), ("comes", 1, 1, 10)]
    found = compared(engine, tmp_path, then, now).segments
    assert {(c.origin, c.target, c.kind, c.customers) for c in found.cells} == {
        ("Best", "Best", "stayed", 1), ("Gone", "Best", "real", 1), ("Best", "Gone", "real", 1),
        ("Best", None, "gone", 1), (None, "Fresh", "new", 1),
    }  # fmt: skip
    assert [found.rise(cell) for cell in found.cells if cell.kind == "real"] == [-2, 2]
    rise = next(cell for cell in found.cells if cell.target == "Best" and cell.origin == "Gone")
    assert (rise.sales_before, rise.sales_after) == (20.0, 90.0)
    rows = engine.rows("select customer_id, segment_kind, cluster_kind from moves order by customer_id")
    assert [tuple(row.values()) for row in rows] == [
        ("comes", "new", "new"), ("falls", "real", "stayed"), ("leaves", "gone", "gone"), ("rises", "real", "real"),
        ("stays", "stayed", "stayed"),
    ]  # fmt: skip


def test_new_cut_points_make_moves_of_their_own(engine: Engine, tmp_path: Path) -> None:
    """The rules of now ask for 4 orders instead of 2, and for 10 days instead of 30."""
    then: list[Row] = [("rules", 5, 3, 1), ("held", 40, 9, 1), ("real", 5, 9, 1), ("both", 5, 9, 1), ("same", 5, 9, 1)]
    now: list[Row] = [("rules", 5, 3, 1), ("held", 20, 9, 1), ("real", 99, 9, 1), ("both", 20, 1, 1), ("same", 5, 9, 1)]
    found = compared(engine, tmp_path, then, now, (scheme(10, 4), 5)).segments
    rows = engine.rows("select customer_id, segment_kind from moves order by customer_id")
    assert {row["customer_id"]: row["segment_kind"] for row in rows} == {
        "rules": "rules", "held": "held", "real": "real", "both": "both", "same": "stayed",
    }  # fmt: skip
    assert [found.kind(kind) for kind in KINDS] == [1, 1, 1, 1, 1, 0, 0]


def test_what_is_said_of_segments_is_not_said_of_clusters(duck: DuckEngine, tmp_path: Path) -> None:
    """The cut points stand, the clusters were learned anew."""
    found = compared(
        duck, tmp_path, [("a", 5, 4, 1), ("b", 5, 9, 1)], [("a", 5, 4, 1), ("b", 99, 9, 1)], (scheme(30, 2), 5)
    )
    say = words("en")
    assert "none by new cut points" in " ".join(insights(found, found.segments, say))
    assert "1 by clusters that were learned anew alone" in " ".join(insights(found, found.clusters, say))


def test_other_segments_have_no_up_and_down(duck: DuckEngine, tmp_path: Path) -> None:
    rows: list[Row] = [("a", 5, 5, None), ("b", 50, 1, None)]
    other = replace(scheme(30, 2), segments=("Top", "Low"), codes={c: "Top" if c[0] == "2" else "Low" for c in CODES})
    found = compared(duck, tmp_path, rows, rows, (other, 3)).segments
    assert not found.ranked and {found.rise(cell) for cell in found.cells} == {0}
    assert found.groups == ("Top", "Low", "Best", "Fresh", "Gone")
    assert {cell.sales_after for cell in found.cells} == {None}
    page = moves_page(replace(make_study(), moves=compared(duck, tmp_path, rows, rows, (other, 3))), words("en"))
    assert page is not None and page.verdict == "The segments are not the same as before" and not page.sure


CUSTOMERS = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 99), st.integers(0, 9), st.integers(-5, 500)),
    unique_by=lambda row: row[0], min_size=1, max_size=25,
)  # fmt: skip


@hypothesis_settings(max_examples=15, deadline=None)
@given(CUSTOMERS, CUSTOMERS, st.integers(0, 99), st.integers(0, 9))
def test_the_parts_sum_to_the_whole(then: list[Any], now: list[Any], days: int, orders: int) -> None:
    from tempfile import TemporaryDirectory

    rows = [[(f"c{i}", *rest) for i, *rest in study] for study in (then, now)]
    with DuckEngine() as engine, TemporaryDirectory() as folder:
        found = compared(engine, Path(folder), *rows, (scheme(days, orders), 4))
        table = engine.rows("select * from moves")
    names = [{row[0] for row in study} for study in rows]
    assert sorted(row["customer_id"] for row in table) == sorted(names[0] | names[1])
    for moved in (found.segments, found.clusters):
        assert moved.customers == len(names[0] | names[1]) == sum(map(moved.kind, KINDS))
        assert moved.kind("new") == len(names[1] - names[0]) and moved.kind("gone") == len(names[0] - names[1])
        assert sum(cell.sales_after or 0 for cell in moved.cells) == sum(row[3] for row in rows[1])
        assert sum(cell.sales_before or 0 for cell in moved.cells) == sum(row[3] for row in rows[0])
        assert sum(flow.customers for flow in moved.flows()) == moved.customers


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with two studies, the second going on with the first."""
    folder = tmp_path_factory.mktemp("moves")
    write_planted(folder / "orders.parquet", customers=120, seed=5)
    for day in (date(2011, 10, 1), date(2011, 12, 10)):
        analysis = rg.study(rg.read(folder / "orders.parquet"), as_of=day, earlier=folder / "shop", k_max=3)
        analysis.save(folder / "shop")
        analysis.close()
    return folder / "shop"


def called(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    code = cli._guarded(["moves", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_says_what_the_study_says(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = open_shop(shop).load()
    assert kept.moves is not None
    code, out, _ = called(monkeypatch, capsys, "--shop", str(shop), "--json", "--lang", "en")
    body = json.loads(out)
    assert code == 0 and (body["from"], body["to"], body["by"]) == ("2011-10-01", "2011-12-10", "segment")
    assert body["customers"] == kept.moves.segments.customers == sum(body["kinds"].values())
    cells = [(c.origin, c.target, c.kind, c.customers) for c in kept.moves.segments.cells]
    assert [(c["from"], c["to"], c["kind"], c["customers"]) for c in body["cells"]] == cells
    assert body["kinds"]["rules"] == body["kinds"]["both"] == 0, "the cut points were kept"
    code, out, _ = called(monkeypatch, capsys, "--shop", str(shop), "--by", "cluster", "--lang", "id")
    assert code == 0 and out.startswith("Perpindahan sejak 1 Okt 2011")
    target = tmp_path / "moves.csv"
    code, _, _ = called(monkeypatch, capsys, "--shop", str(shop), "--save", str(target), "--lang", "en")
    rows = list(csv.reader(target.read_text(encoding="utf-8-sig").splitlines()))
    assert code == 0 and rows[0] == ["Customer", "Segment then", "Segment now", "Move of segment"]
    assert len(rows) == body["customers"] + 1


def test_the_command_refuses_in_words(
    shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = called(monkeypatch, capsys, "--shop", str(shop), "--to", "2011-10-01")
    assert code == 2 and "holds no study before 2011-10-01" in said
    code, _, said = called(monkeypatch, capsys, "--shop", str(shop), "--from", "2011-12-10", "--to", "2011-10-01")
    assert code == 2 and "is not before" in said
    code, _, said = called(monkeypatch, capsys, "--shop", str(shop), "--from", "undated")
    assert code == 2 and "no before and after" in said
    code, _, said = called(monkeypatch, capsys, "--shop", str(shop), "--by", "country")
    assert code == 2 and "segment, cluster" in said


def test_the_page_of_moves(shop: Path) -> None:
    study = open_shop(shop).load()
    page = moves_page(study, words("en", "GBP"))
    assert page is not None and study.moves is not None
    figure = page.blocks[0].charts[0]
    series = figure.option["series"][0]
    names = [node["name"] for node in series["data"]]
    assert len(names) == len(set(names)), "echarts refuses two nodes of one name"
    assert {end for link in series["links"] for end in (link["source"], link["target"])} == set(names)
    assert sum(link["value"] for link in series["links"]) == study.moves.segments.customers
    matrix = page.blocks[0].tables[0]
    assert matrix.foot[-1] == words("en").number(study.moves.segments.customers)
    assert moves_page(replace(study, moves=None), words("en")) is None
    assert moves_page(study, words("id", "IDR")) is not None
