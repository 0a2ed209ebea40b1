"""What bad input gets: a clear sentence and an exit code, or a study that says how little it rests on."""

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import regulars as rg
from regulars import cli
from regulars.errors import NothingLeftError, RegularsError, StoreError
from regulars.locale import words
from regulars.shop import open_shop

HEADER = ("order_id", "customer_id", "order_date", "product", "quantity", "unit_price")
Line = list[str]
Change = Callable[[int, Line], Line]


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))


def lines(count: int = 120, customers: int = 40) -> list[Line]:
    """Orders of one line each; made up, always the same."""
    dice = Random(1)  # noqa: S311
    return [
        [
            f"A{at:05d}",
            f"C{dice.randint(1, customers):03d}",
            f"2024-{dice.randint(1, 6):02d}-{dice.randint(1, 28):02d}",
            f"P{dice.randint(1, 9)}",
            str(dice.randint(1, 5)),
            f"{dice.uniform(1, 90):.2f}",
        ]
        for at in range(count)
    ]


def written(rows: list[Line], header: tuple[str, ...] = HEADER, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def changed(change: Change) -> str:
    return written([change(at, line) for at, line in enumerate(lines())])


def column(at: int, value: str | Callable[[int, str], str]) -> str:
    def change(row: int, line: Line) -> Line:
        cell = value if isinstance(value, str) else value(row, line[at])
        return [*line[:at], cell, *line[at + 1 :]]

    return changed(change)


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str
    shop: Path

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.out)

    def customers(self) -> list[dict[str, Any]]:
        import duckdb

        path = open_shop(self.shop).path_of(None, "customers.parquet")
        return duckdb.sql(f"select * from '{path}'").df().to_dict("records")


Run = Callable[..., Outcome]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """`regulars run` on a content, in this process."""

    def go(content: str | bytes, *flags: str, name: str = "orders.csv") -> Outcome:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        capsys.readouterr()
        code = cli._guarded(["run", str(path), "--shop", str(tmp_path / "toko"), *flags])
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return Outcome(code, told.out, told.err, tmp_path / "toko")

    return go


def sentence(outcome: Outcome, code: int, *parts: str) -> None:
    """Refused with this code, one line on standard error, nothing on standard output, no study left behind."""
    assert (outcome.code, outcome.out) == (code, ""), outcome.err
    assert outcome.err.startswith("regulars: ")
    assert outcome.err.count("\n") == 1
    for part in parts:
        assert part in outcome.err
    assert not list(outcome.shop.glob("studies/*"))


# --- nothing that can be read -----------------------------------------------------------------------------------------

JUNK = Random(3).randbytes(5_000)  # noqa: S311
PAGE = "<html><body><table><tr><td>1</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        ("", 3, "no rows"),
        ("\n \n\n", 3, "no rows"),
        (written([]), 4, "no lines below its header"),
        (JUNK, 3, "no text"),
        (b"\0" * 5_000, 3, "no text"),
        (b"\x1f\x8b" + JUNK, 3, "gzip"),
        (gzip.compress(written(lines()).encode())[:-200], 3, "cut off"),
        (b"PK\x03\x04" + JUNK, 3, ""),
        (PAGE, 3, "web page"),
        ('[{"a": 1}]', 3, "JSON"),
        ("foo,bar\n1,2\n", 3, '--map customer_id="'),
        (written(lines(), (*HEADER[:2], "when", *HEADER[3:])).replace("2024-", "soon"), 3, "ordered_at"),
        (written([[*line, *["x"] * 9_994] for line in lines(3)], (*HEADER, *map(str, range(9_994)))), 3, "columns"),
        ("a,b\n" + "x" * 3_000_000, 3, "2 MB"),
    ],
    ids=lambda value: None if isinstance(value, int) else repr(value[:12]),
)
def test_what_cannot_be_read_gets_a_sentence(run: Run, content: str | bytes, code: int, says: str) -> None:
    sentence(run(content, "--json"), code, says)


def test_the_sentence_comes_in_indonesian_too(run: Run) -> None:
    sentence(run("", "--lang", "id"), 3, "tidak berisi baris data")
    sentence(run(column(1, ""), "--lang=id"), 4, "Tidak ada penjualan yang tersisa")


def test_a_wrong_sheet_is_answered_with_the_sheets_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import xlsxwriter

    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Pesanan", "Catatan"):
            book.add_worksheet(name).write_row(0, 0, HEADER)
    assert cli._guarded(["run", str(path), "--shop", str(tmp_path / "toko"), "--set", "sheet=Order"]) == 3
    assert "Pesanan" in capsys.readouterr().err


@pytest.mark.slow
def test_a_line_of_100_mb_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("a,b\n" + "x" * 100_000_000)
    done = process(path, tmp_path / "toko")
    _, err = done.communicate(timeout=60)
    assert done.returncode == 3
    assert "2 MB" in err


# --- lines of which none, or little, is left --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (column(1, ""), "No customer 120"),
        (column(1, "\0\0"), "No customer 120"),
        (column(1, " \u00a0\t"), "No customer 120"),
        (column(1, "\u200b\ufeff"), "No customer 120"),
        (column(2, "1850-05-05"), "Impossible date 120"),
        (column(2, "2024-05-05 25:61:00"), "Date missing or unreadable 120"),
        (column(5, "0"), "Price zero 120"),
        (column(4, "0"), "Quantity zero 120"),
        (column(5, "9" * 40), "Amount missing or unreadable 120"),
    ],
    ids=lambda value: value if len(value) < 30 else None,
)
def test_no_valid_line_is_exit_4_with_the_reason(run: Run, content: str, reason: str) -> None:
    sentence(run(content), 4, reason)


@pytest.mark.parametrize(
    ("content", "customers"),
    [
        (column(1, "C1"), 1),
        (written(lines(1)), 1),
        (written(lines(2)), 2),
        (written(lines(9, 3)), 3),
        (column(5, "5.00"), 40),
        (column(2, "2024-03-03"), 40),
        (changed(lambda _, line: [*line[:2], "2024-03-03", "P", "1", "5.00"]), 40),
        (changed(lambda at, line: [line[0], f"C{at}", *line[2:]]), 120),
        (written([[*line, "x"] for line in lines(31, 1)], (*HEADER, "sub_category")), 1),
    ],
    ids=[
        "one customer",
        "one line",
        "two lines",
        "three customers",
        "amounts",
        "dates",
        "all",
        "single orders",
        "month",
    ],
)
def test_too_little_to_score_by_is_a_study_with_fewer_levels(run: Run, content: str, customers: int) -> None:
    study = run(content, "--json")
    assert (study.code, study.err) == (0, "")
    assert study.json["customers"] == customers == sum(group["customers"] for group in study.json["segments"])
    assert abs(sum(group["share"] for group in study.json["segments"]) - 1) < 1e-9
    assert {"k", "recommended_k", "verdict", "evidence"} <= study.json["clusters"].keys()


def test_low_data_is_said(run: Run) -> None:
    said = run(column(1, "C1"), "--json").json["assumptions"]
    assert any("recency score" in sentence for sentence in said)
    assert any(
        "Hanya ada 3 pelanggan" in said for said in run(written(lines(9, 3)), "--json", "--lang=id").json["assumptions"]
    )


def test_only_the_bad_amounts_are_left_out(run: Run) -> None:
    bad = ("NaN", "inf", "-Infinity", "1e308", "n/a", "9" * 40)
    text = column(5, lambda at, price: bad[at // 20] if at % 20 == 0 else price)
    study = run(text, "--json").json
    good = [line for at, line in enumerate(lines()) if at % 20]
    assert study["lines"] == {"read": 120, "sales": 114, "returns": 0, "set_aside": {"no_amount": 6}}
    assert study["revenue"] == pytest.approx(sum(int(line[4]) * float(line[5]) for line in good), abs=1e-6)
    assert study["orders"] == 114


# --- names and ids ----------------------------------------------------------------------------------------------------

HOSTILE = (
    "</script><script>alert(1)</script>",
    "{{7*7}} {name} {0} {x:n} {{",
    "=cmd|' /C calc'!A0",
    "😀 مرحبا \u202eabc",
    "[bold]x[/] [/red] [link=http://x]",
    "'; drop table sales; --",
    "%s %d %(x)s \\ \r\n \t",
)


def test_hostile_names_are_only_names(run: Run) -> None:
    text = changed(
        lambda at, line: [line[0], HOSTILE[at % 7] + line[1], line[2], HOSTILE[at % 7], *line[4:]],
    )
    outcome = run(text)
    assert (outcome.code, outcome.err) == (0, "")
    page = next(outcome.shop.glob("studies/*/report.html")).read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page
    assert "{{7*7}} {name} {0} {x:n} {{" in page
    names = {customer["customer_id"] for customer in outcome.customers()}
    assert any(name.startswith("[bold]x[/] [/red]") for name in names)


def test_a_scheme_of_ones_own_may_be_named_anything(run: Run, tmp_path: Path) -> None:
    (tmp_path / "toko").mkdir()
    (tmp_path / "toko" / "shop.toml").write_text(
        'preset = "own"\n[[schemes.own.segments]]\nname = "{x} [/red] </script><b>"\nr = "1-3"\n'
        '[[schemes.own.segments]]\nname = "{{7*7}}"\nrest = true\n'
    )
    outcome = run(written(lines()), "--json")
    assert [group["name"] for group in outcome.json["segments"]] == ["{x} [/red] </script><b>", "{{7*7}}"]
    assert run(written(lines())).code == 0
    assert "</script><b>" not in next(outcome.shop.glob("studies/*/report.html")).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (("007", "7", "0007"), {"007", "7", "0007"}),
        (("1000000000000000001", "1000000000000000002"), {"1000000000000000001", "1000000000000000002"}),
        (("12345.0", "12346.0"), {"12345", "12346"}),
        (("12345.0", "12345"), {"12345"}),
        (("C1", " C1", "C1 ", "\tC1", "\u00a0C1", "C1\0"), {"C1"}),
        (("abc", "ABC"), {"ABC"}),
        (("aBcD", "AbCd"), {"aBcD", "AbCd"}),
        (("budi@toko.id", "Budi@Toko.ID", " BUDI@toko.id "), {"budi@toko.id"}),
        (("a***b", "a***b"), {"a***b"}),
        (("1e5", "100000"), {"1e5", "100000"}),
    ],
    ids=lambda value: None if isinstance(value, set) else value[0],
)
def test_an_id_stays_what_it_is(run: Run, ids: tuple[str, ...], expected: set[str]) -> None:
    outcome = run(column(1, lambda at, _: ids[at % len(ids)]), "--json")
    assert {customer["customer_id"] for customer in outcome.customers()} == expected


def test_texts_of_any_length_cost_no_time(run: Run) -> None:
    began = time.process_time()
    outcome = run(column(3, lambda at, _: f"{at}" + "x" * 50_000), "--json")
    assert outcome.code == 0
    assert time.process_time() - began < 6


# --- columns and layouts ----------------------------------------------------------------------------------------------


def test_a_shop_of_nothing_but_customer_and_date(run: Run) -> None:
    rows = [line[1:3] for line in lines()]
    study = run(written(rows, ("customer", "date")), "--json").json
    assert study["orders"] == len({tuple(row) for row in rows})  # an order is a customer's lines of one day
    assert (study["revenue"], study["net_revenue"], study["returns_value"]) == (None, None, None)
    assert any("no amounts" in sentence for sentence in study["assumptions"])


@pytest.mark.parametrize(
    "text",
    [
        written([[*line, line[1]] for line in lines()], (*HEADER, "customer_id")),
        written(
            [[*line, *"abcdefgh"] for line in lines()],
            (*HEADER, "line", "day", "is_return", "r", "f", "segment", "x", "x"),
        ),
        written(lines(), ('pro"duct; drop', *HEADER[1:])),
        written([[*line, *["z"] * (at % 3)] for at, line in enumerate(lines())]),
        written([[*line[:3], line[3] * 9, *line[4:]] for line in lines()], (*HEADER[:3], "p" * 5_000, *HEADER[4:])),
        written(lines()).replace("\n", "\r"),
        written(lines()).encode("utf-16"),
        written([[*line[:5], line[5].replace(".", ",")] for line in lines()], delimiter=";"),
        written([[*line[:5], f"Rp{line[5]}"] for line in lines()]),
        written([[line[1], *line[1:]] for line in lines()]).encode("cp1252"),
    ],
    ids=["twice", "our names", "quotes", "ragged", "long header", "cr", "utf-16", "comma", "rp", "cp1252"],
)
def test_odd_layouts_give_the_same_money(run: Run, text: str | bytes) -> None:
    study = run(text, "--json").json
    assert study["customers"] == 40
    assert study["net_revenue"] == pytest.approx(sum(int(line[4]) * float(line[5]) for line in lines()), abs=1e-6)


def test_both_orders_of_day_and_month_in_one_column_are_counted(run: Run) -> None:
    text = column(2, lambda at, _: (f"{at % 12 + 1}/20/2024", f"20/{at % 12 + 1}/2024")[at % 2])
    study = run(text, "--json").json
    assert study["lines"]["set_aside"] == {"no_date": 60}


@pytest.mark.parametrize("sign", ["-", "/", "."])
def test_years_of_two_digits_may_stand_first(run: Run, sign: str) -> None:
    study = run(column(2, lambda _, day: day[2:].replace("-", sign)), "--json").json
    assert study["as_of"] == "2024-06-29"
    assert study["customers"] == 40


def test_returns_that_take_everything_back_leave_a_study(run: Run) -> None:
    rows = [part for line in lines(60) for part in (line, [f"C{line[0]}", *line[1:4], f"-{line[4]}", line[5]])]
    study = run(written(rows), "--json").json
    assert (study["lines"]["sales"], study["lines"]["returns"], study["net_revenue"]) == (60, 60, 0.0)
    assert (
        study["revenue"]
        == study["returns_value"]
        == pytest.approx(sum(int(line[4]) * float(line[5]) for line in lines(60)), abs=1e-6)
    )


@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_mutated_file_is_studied_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    cells = st.one_of(
        st.sampled_from(
            ["", "-1", "0", "nan", "1e999", "2024-02-30", "\0", '"', "'", "C1", "=1", "١٢", "1,5", "x" * 5_000]
        ),
        st.text(max_size=12),
    )
    rows = [list(line) for line in lines(12, 4)]
    for _ in range(data.draw(st.integers(1, 30))):
        at, cell = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, 5))
        rows[at][cell] = data.draw(cells)
    content = written(rows).encode("utf-8", "surrogatepass")
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=5)):
        content = content[:at] + data.draw(st.binary(max_size=2)) + content[at + 1 :]
    path = tmp_path_factory.mktemp("fuzz") / "orders.csv"
    path.write_bytes(content)
    try:
        with closing(rg.study(rg.read(path))) as analysis:
            account = analysis.save(path.parent / "toko").reconciliation
    except RegularsError as error:
        assert error.message.text(words("id"))
    else:
        assert account.read == account.sales + account.returns + sum(part.lines for part in account.set_aside)


# --- the disk, the signal, the other writer ---------------------------------------------------------------------------


def process(path: Path, shop: Path, *flags: str) -> "subprocess.Popen[str]":
    """`regulars run` as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "regulars", "run", str(path), "--shop", str(shop), *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "REGULARS_LANGUAGE": "en"},
    )


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(written(lines()))
    return path


@pytest.fixture
def shop(orders: Path, tmp_path: Path) -> Path:
    """A shop with a good study."""
    assert cli._guarded(["run", str(orders), "--shop", str(tmp_path / "toko"), "--json"]) == 0
    return tmp_path / "toko"


def whole(shop: Path) -> bytes:
    """The study, all its files as it wrote them."""
    store = open_shop(shop)
    study = store.load()
    for name in study.files:
        store.path_of(study.as_of, name)
    return (shop / "studies" / study.as_of.isoformat() / "study.json").read_bytes()


@pytest.mark.parametrize(("where", "code"), [("orders.csv", 2), ("orders.csv/toko", 5), ("/proc/toko", 5)])
def test_a_shop_that_cannot_be_written_is_told_so(
    orders: Path, where: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli._guarded(["run", str(orders), "--shop", str(orders.parent / where)]) == code
    assert "regulars: " in capsys.readouterr().err


@pytest.mark.parametrize("limit", [1_000, 60_000, 300_000])
def test_a_full_disk_is_exit_5_and_the_last_study_stands(orders: Path, shop: Path, limit: int) -> None:
    before = whole(shop)
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "from regulars.__main__ import main; sys.argv[0] = 'regulars'; main()"
    )
    flags = ["run", str(orders), "--shop", str(shop), "--set", "seed=1"]
    done = subprocess.run([sys.executable, "-c", code, *flags], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (5, ""), done.stderr
    assert done.stderr.startswith("regulars: ")
    assert "Traceback" not in done.stderr
    assert whole(shop) == before


@pytest.mark.parametrize("stages", [1, 3, 5])
def test_ctrl_c_is_exit_130_and_the_last_study_stands(orders: Path, shop: Path, stages: int) -> None:
    before = whole(shop)
    running = process(orders, shop, "--set", "seed=1", "--verbose")
    assert running.stderr is not None
    for _ in range(stages):  # each stage says that it begins
        running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert "Traceback" not in err
    if running.returncode:  # 0: the work was done by then
        assert running.returncode == 130
        assert err.endswith("regulars: Interrupted. The last good study is untouched.\n")
        assert whole(shop) == before


def test_kill_at_any_point_leaves_a_whole_study_and_the_next_run_works(orders: Path, shop: Path) -> None:
    before = whole(shop)
    for seconds in (0.7, 1.3):
        running = process(orders, shop, "--set", "seed=1")
        time.sleep(seconds)
        running.kill()
        running.communicate(timeout=60)
        if whole(shop) != before:  # killed once the new study stood in its place: then it stands whole
            assert open_shop(shop).load().settings.seed == 1
            assert open_shop(shop).path_of(None, "customers.parquet").is_file()
    assert cli._guarded(["run", str(orders), "--shop", str(shop), "--json"]) == 0
    assert whole(shop) == before
    assert [path.name for path in (shop / "studies").iterdir()] == [open_shop(shop).load().as_of.isoformat()]


def test_a_second_writer_is_told_who_writes(orders: Path, shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = whole(shop)
    with open_shop(shop).writing():
        other = process(orders, shop)
        out, err = other.communicate(timeout=60)
    assert (other.returncode, out) == (5, "")
    assert str(os.getpid()) in err
    assert whole(shop) == before


@pytest.mark.parametrize(("number", "says"), [(0, "--as-of"), (99, "pip install --upgrade regulars")])
def test_a_study_of_another_format_is_refused_with_the_command(
    shop: Path, number: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = next(shop.glob("studies/*/study.json"))
    path.write_text(path.read_text().replace('"format":1', f'"format":{number}', 1))
    for command in (["export", str(tmp_path / "x.csv")], ["report", str(tmp_path / "x.html")]):
        assert cli._guarded([*command, "--shop", str(shop)]) == 5
        assert says in capsys.readouterr().err
    assert not list(tmp_path.glob("x.*"))


def test_a_damaged_study_is_refused(shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    next(shop.glob("studies/*/customers.parquet")).write_bytes(b"PAR1")
    assert cli._guarded(["export", str(tmp_path / "x.csv"), "--shop", str(shop)]) == 5
    assert "customers.parquet" in capsys.readouterr().err


def test_from_python_the_errors_are_classes(tmp_path: Path, orders: Path) -> None:
    orders.write_text(column(1, ""))
    with pytest.raises(NothingLeftError, match="No sale is left"):
        rg.study(rg.read(orders))
    orders.write_text(written(lines()))
    with pytest.raises(StoreError, match="is a file"), closing(rg.study(rg.read(orders))) as analysis:
        analysis.save(orders)
