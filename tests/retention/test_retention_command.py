"""`regulars retention`, what a run keeps of it, and its page in both languages."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

import regulars as rg
from regulars.cli import app, main
from regulars.engine import DuckEngine
from regulars.errors import UsageError
from regulars.locale import LANGUAGES, Language, words
from regulars.pages.models import Page
from regulars.pages.report import report_of
from regulars.pages.retention import page_of, trend
from regulars.rates import rate
from regulars.retention.models import Cohort, Retention
from regulars.shop import open_shop
from report.make_study import make_study
from retention.kept_orders import Order, steady, study
from value.planted import shop as planted_shop


def regulars(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def rows() -> list[Order]:
    return planted_shop(400, 500, seed=3)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, rows: list[Order]) -> Path:
    folder = tmp_path_factory.mktemp("retention")
    orders = folder / "orders.csv"
    with orders.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "customer_id", "order_date", "product", "quantity", "price"])
        for nr, (customer, day, amount) in enumerate(rows):
            writer.writerow([f"O{nr}", customer, day, "Pot", 1, f"{amount:.2f}"])
    assert regulars("run", orders, "--shop", folder / "toko")[0] == 0
    return folder / "toko"


def test_a_run_keeps_what_the_orders_say(shop: Path, rows: list[Order]) -> None:
    kept = open_shop(shop)
    found = kept.load().retention
    with DuckEngine() as engine:
        assert found == study(engine, rows)
        table = engine.rows(f"select * from read_parquet('{kept.path_of(None, 'cohorts.parquet')}')")
    assert found is not None
    assert len(table) == sum(len(cohort.cells) for cohort in found.cohorts)
    assert table == sorted(table, key=lambda row: (row["cohort"], row["period"]))


def test_json_says_as_the_study_does(shop: Path) -> None:
    code, out, err = regulars("retention", "--shop", shop, "--json", "--lang", "en")
    assert (code, err) == (0, "")
    found, kept = json.loads(out), open_shop(shop).load().retention
    assert kept is not None
    assert (found["by"], found["lapse_days"], len(found["flows"])) == ("month", kept.lapse_days, len(kept.flows))
    flow = kept.flows[-2]
    assert flow.returning is not None
    assert found["flows"][-2]["returning"] == asdict(flow.returning)
    cell, share = found["cohorts"][2]["cells"][3], kept.cohorts[2].share(3)
    assert cell["age"] == 3 and cell["share"] == (None if share is None else asdict(share))
    assert found["second"]["within"][2]["share"]["n"] > 30
    assert "buy again within" in " ".join(found["says"])


@pytest.mark.parametrize(("by", "periods"), [("week", 73), ("quarter", 6), ("year", 2)])
def test_other_periods(shop: Path, by: str, periods: int) -> None:
    found = json.loads(regulars("retention", "--shop", shop, "--json", "--by", by)[1])
    assert (found["by"], len(found["flows"])) == (by, periods)


def test_words_in_the_language_asked_for(shop: Path) -> None:
    code, out, _ = regulars("retention", "--shop", shop, "--lang", "id", "--by", "quarter")
    assert code == 0
    assert "K1 2022" in out and "Pelanggan" in out and "membeli lagi dalam" in out


def test_export_of_the_cohorts(shop: Path, tmp_path: Path) -> None:
    assert regulars("export", tmp_path / "c.csv", "--shop", shop, "--table", "cohorts")[0] == 0
    assert len((tmp_path / "c.csv").read_text(encoding="utf-8-sig").splitlines()) > 100


@pytest.mark.parametrize(("by", "said"), [("day", "week, month, quarter, year"), ("", "week, month, quarter, year")])
def test_periods_that_cannot_be(
    shop: Path, by: str, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["regulars", "retention", "--shop", str(shop), "--by", by])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def found(rows: list[Order]) -> Iterator[Retention]:
    with DuckEngine() as engine:
        result = study(engine, rows)
        assert result is not None
        yield result


def charts_of(page: Page) -> dict[str, object]:
    return {chart.key: chart for block in page.blocks for chart in block.charts}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_in_the_report(found: Retention, language: Language) -> None:
    whole = replace(make_study(language=language), retention=found)
    page = next(page for page in report_of(whole).more if page.key == "retention")
    assert [block.key for block in page.blocks] == [
        "retention_cohorts", "retention_second", "retention_flow", "retention_repeat",
    ]  # fmt: skip
    assert charts_of(page).keys() == {f"retention_{name}" for name in (
        "cohorts", "ages", "soon", "wait", "stay", "flow", "sales", "repeat")}  # fmt: skip
    assert all(chart.table.rows for chart in charts_of(page).values())
    assert not [page for page in report_of(make_study()).more if page.key == "retention"]


def test_the_triangle_shows_what_can_be_said(found: Retention) -> None:
    cohorts = list(found.cohorts)
    cohorts[1] = replace(cohorts[1], customers=4)
    small = replace(cohorts[2], customers=29)
    cohorts[2] = replace(small, cells=tuple(replace(c, customers=min(c.customers, 29)) for c in small.cells))
    chart = charts_of(page_of(replace(found, cohorts=tuple(cohorts)), words("en")))["retention_cohorts"]
    data = chart.option["series"][0]["data"]
    second = [datum for datum in data if datum["value"][1] == 1]
    assert second and all(datum["visualMap"] is False and datum["label"] == {"show": False} for datum in second)
    assert "cannot say: 4 customers, 5 needed" in second[0]["tip"]
    third = [datum for datum in data if datum["value"][1] == 2]  # a small one is shown, pale, with its interval
    assert third and all(datum["itemStyle"] == {"opacity": 0.45} for datum in third)
    assert "rough: 29 customers only" in third[0]["tip"] and "(20" in third[0]["tip"]
    assert chart.table.rows[2][4].startswith("± ") and f"{len({d['value'][1] for d in data})} cohorts" in chart.note
    row = chart.table.rows[1]
    assert {*row[3:]} <= {"\N{EN DASH}", ""}
    last = [datum for datum in data if datum["value"][1] == 0][-1]
    assert last["itemStyle"] == {"opacity": 0.45} and "not complete" in last["tip"]
    assert chart.table.rows[0][-1].endswith("*")
    assert chart.table.rows[0][0].endswith("°"), "the first month may hold old customers"


def test_bars_add_up_to_the_customers_and_lapses_lie_below(found: Retention) -> None:
    chart = charts_of(page_of(found, words("en", "GBP")))["retention_flow"]
    new, repeating, won, lapsed = ([datum["value"] for datum in series["data"]] for series in chart.option["series"])
    assert [sum(three) for three in zip(new, repeating, won, strict=True)] == [f.customers for f in found.flows]
    assert lapsed == [-(flow.lapsed or 0) for flow in found.flows] and min(lapsed) < 0
    faded = [datum.get("itemStyle") for datum in chart.option["series"][0]["data"]]
    assert [look is not None for look in faded] == [not flow.complete for flow in found.flows]


def test_repeat_shares_leave_out_what_does_not_compare(found: Retention) -> None:
    chart = charts_of(page_of(found, words("en")))["retention_repeat"]
    names, drawn = chart.option["xAxis"]["data"], chart.option["series"][2]["data"]
    assert not [name for name in names if name.endswith("°")]
    assert drawn[-1]["value"][1] is None and names[-1].endswith("*")
    assert len(chart.table.rows) == len(found.flows), "the table holds them all, marked"


def test_the_month_spoken_of_is_said_to_have_enough_customers(rows: list[Order]) -> None:
    with DuckEngine() as engine:
        found = study(engine, [(who, day, 10.0) for who, day, _ in rows])
    assert found is not None
    said = page_of(found, words("en", "GBP")).insights
    assert sum("with at least 30 customers" in line for line in said) == 2


def test_without_amounts_nothing_is_said_of_money(rows: list[Order]) -> None:
    with DuckEngine() as engine:
        bare = study(engine, [(who, day, None) for who, day, _ in rows])
    assert bare is not None
    page = page_of(bare, words("en", "GBP"))
    assert "retention_sales" not in charts_of(page)
    assert not [line for line in page.insights if "sales" in line]
    assert "£" not in str(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rows", [[("ann", "2023-03-05", 10.0)], steady(1), steady(3, 20), steady(100, 12, 3)])
def test_hardly_any_input_has_a_page(language: Language, rows: list[Order]) -> None:
    with DuckEngine() as engine:
        small = study(engine, rows)
    assert small is not None
    page = page_of(small, words(language, "IDR"))
    assert page.insights
    assert all(block.charts or block.empty for block in page.blocks)


def cohort(month: int, back: int, of: int = 100) -> Cohort:
    return Cohort(date(2023, month, 1), True, False, of, (), rate(back, of))


@pytest.mark.parametrize(
    ("backs", "key"),
    [
        ((30, 31, 29, 45, 46, 44), "come back sooner"),
        ((45, 46, 44, 30, 31, 29), "come back less"),
        ((30, 31, 29, 31, 30, 29), "come back alike"),
        ((10, 60, 20, 30, 75, 30), "come back alike"),  # cohorts differ by more than 15 points by themselves
    ],
)
def test_a_trend_is_claimed_beyond_chance_alone(found: Retention, backs: tuple[int, ...], key: str) -> None:
    cohorts = tuple(cohort(month, back) for month, back in enumerate(backs, 1))
    assert key in trend(replace(found, cohorts=cohorts), words("en"))[0]
    assert trend(replace(found, cohorts=cohorts[:5]), words("en")) == ()
    early = tuple(replace(one, early=True) for one in cohorts)
    assert trend(replace(found, cohorts=early), words("en")) == ()


def test_small_cohorts_are_sent_to_longer_periods(found: Retention) -> None:
    small = tuple(cohort(month, 5, of=29) for month in range(1, 9))
    assert "--by quarter" in trend(replace(found, cohorts=small), words("en"))[0]
    assert trend(replace(found, by="year", cohorts=small[:3]), words("en")) == ()


def test_the_tables_of_an_analysis(shop: Path, tmp_path: Path) -> None:
    analysis = rg.study(rg.read(shop.parent / "orders.csv"))
    frame = analysis.cohorts.pandas()
    assert frame["customers"].sum() == sum(flow.customers for flow in analysis.result.retention.flows)
    worth = analysis.value.pandas()
    assert worth["customer_id"].is_monotonic_increasing and len(worth) == analysis.result.customers
    assert worth["expected_orders"].sum() == pytest.approx(analysis.result.value.expected_orders)
    analysis.close()
    with pytest.raises(UsageError, match="closed"):
        _ = analysis.value
    (tmp_path / "few.csv").write_text("order_id,customer_id,order_date,price\n1,a,2024-01-02,5\n2,b,2024-01-03,6\n")
    few = rg.study(rg.read(tmp_path / "few.csv"))
    assert len(few.cohorts.rows()) == 1
    with pytest.raises(UsageError, match="no table value"):
        _ = few.value
    few.close()
