"""`regulars forget`: nothing in the shop's folder names the customer any more, and all else is as it was."""

import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from regulars import cli
from regulars.api import read, read_customers, study
from regulars.engine import DuckEngine
from regulars.errors import LockedError, StoreError, UsageError
from regulars.exports import export_table
from regulars.forget import forget
from regulars.locale import words
from regulars.shop import Shop, open_shop, sha256

HIDDEN = "ana.hidden@example.com"
HEAD = "order_id,customer_id,order_date,product,quantity,price"


def orders(path: Path, months: int) -> Path:
    """Forty customers, of whom the hidden one buys most; one of her lines is a duplicate, one costs nothing."""
    rows = [f"O{i}-{m},C{i:02}@example.com,2024-{m:02}-1{i % 9},Pot,1,{10 + i}.00" for i in range(40)
            for m in range(1, months + 1) if i % m == 0]  # fmt: skip
    rows += [f"H-{m},{HIDDEN},2024-{m:02}-09,Kettle,1,900.00" for m in range(1, months + 1)]
    rows += [rows[-1], f"H-0,{HIDDEN},2024-01-02,Sample,1,0.00"]
    path.write_text("\n".join([HEAD, *rows]), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of two studies and exports in three formats."""
    folder = tmp_path_factory.mktemp("forget")
    for months in (4, 6):
        with closing(study(read(orders(folder / "orders.csv", months)), k_min=3, k_max=3)) as done:
            done.save(folder / "toko")
    shop = open_shop(folder / "toko")
    (shop.folder / "exports").mkdir()
    for kind in ("csv", "xlsx", "parquet"):
        source = shop.path_of(None, "customers.parquet")
        export_table(source, shop.folder / "exports" / f"list.{kind}", kind, "id")  # type: ignore[arg-type]
    sums = {"name": "win-back", "files": {"list.csv": sha256(shop.folder / "exports" / "list.csv")}}
    (shop.folder / "exports" / "campaign.json").write_text(json.dumps(sums), encoding="utf-8")
    return shop.folder


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> Shop:
    import shutil

    return open_shop(Path(shutil.copytree(made, tmp_path / "toko")))


def holding(folder: Path, name: str) -> list[str]:
    """The files that name somebody, looked for in every Parquet table, inside workbooks, and in all other bytes."""
    found = []
    with DuckEngine() as engine:
        for path in sorted(folder.rglob("*")):
            if path.suffix == ".parquet":
                engine.load("held", path)
                text = str(engine.rows("select * from held"))
            elif path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as book:
                    text = "".join(book.read(entry).decode("utf-8", "replace") for entry in book.namelist())
            elif path.is_file():
                text = path.read_text(encoding="utf-8", errors="replace")
            else:
                continue
            found += [path.relative_to(folder).as_posix()] if name in text else []
    return found


def rows(path: Path, without: str) -> list[dict[str, Any]]:
    with DuckEngine() as engine:
        engine.load("held", path)
        where = f"where customer_id <> '{without}'" if "customer_id" in engine.column_names("held") else ""
        return engine.rows(f"select * from held {where}")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*")
            if path.is_file() and path.name != ".lock"}  # fmt: skip


def test_nothing_names_the_customer_any_more(shop: Shop) -> None:
    before = holding(shop.folder, HIDDEN)
    assert {"exports/list.csv", "exports/list.xlsx", "exports/list.parquet"} < set(before)
    assert len([name for name in before if name.endswith(("report.html", "study.json"))]) == 4
    done = forget(shop, HIDDEN)
    assert holding(shop.folder, HIDDEN) == []
    assert set(before) <= {part.place for part in done.removed}
    samples = [sample for day in shop.days() for found in shop.load(day).findings for sample in found.samples]
    assert [sample for sample in samples if sample.get("order_id", "").startswith("H-")] == []


def test_everybody_else_is_as_before_and_the_checksums_hold(shop: Shop) -> None:
    tables = {day: [name for name in shop.load(day).files if name.endswith(".parquet")] for day in shop.days()}
    before = {(day, name): rows(shop.path_of(day, name), HIDDEN) for day in tables for name in tables[day]}
    sums = {day: shop.load(day).net_revenue for day in tables}
    forget(shop, HIDDEN)
    for day, names in tables.items():
        found = shop.load(day)
        assert [rows(shop.path_of(day, name), "") for name in names] == [before[day, name] for name in names]
        assert found.net_revenue == sums[day], "sums stay as they were computed"
        assert "1 customer was removed on request" in " ".join(note.text(words("en")) for note in found.assumptions)
        assert shop.path_of(day, "report.html").is_file()
    assert not list(shop.folder.rglob(".new-*"))
    kept = json.loads((shop.folder / "exports" / "campaign.json").read_text(encoding="utf-8"))
    assert kept == {"name": "win-back", "files": {"list.csv": sha256(shop.folder / "exports" / "list.csv")}}


def test_the_best_customer_after_her_opens_the_section(shop: Shop) -> None:
    forget(shop, HIDDEN)
    seen = shop.load().overview
    assert seen is not None
    assert seen.insights["customers"][0].values["name"] == seen.top_customers[0].name != HIDDEN


def test_the_rest_of_a_csv_and_of_a_workbook_is_the_same_to_the_byte(shop: Shop) -> None:
    lines = (shop.folder / "exports" / "list.csv").read_bytes().splitlines(keepends=True)
    forget(shop, HIDDEN)
    assert (shop.folder / "exports" / "list.csv").read_bytes() == b"".join(x for x in lines if HIDDEN.encode() not in x)
    with zipfile.ZipFile(shop.folder / "exports" / "list.xlsx") as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == len(lines) - 1
    import fastexcel

    read_again = fastexcel.read_excel(shop.folder / "exports" / "list.xlsx").load_sheet(0)
    assert read_again.width > 10


def test_a_dry_run_changes_no_byte(shop: Shop) -> None:
    before = contents(shop.folder)
    looked = forget(shop, HIDDEN, dry_run=True)
    assert contents(shop.folder) == before
    assert forget(shop, HIDDEN).removed == looked.removed


def test_a_second_customer_is_counted_in_the_note_and_ids_compare_as_they_were_read(shop: Shop) -> None:
    forget(shop, HIDDEN)
    forget(shop, f"  {'c07@example.com'.upper()} ")
    assert holding(shop.folder, "c07@example.com") == []
    notes = [note for note in shop.load().assumptions if note.key == "forget.note"]
    assert [note.values for note in notes] == [{"n": 2}]


@pytest.mark.parametrize("unknown", ["nobody", "", "C0", "%", "c07@example.co_"])
def test_who_is_not_there_is_said_and_nothing_changes(shop: Shop, unknown: str) -> None:
    before = contents(shop.folder)
    with pytest.raises(UsageError, match="Nothing in this shop holds"):
        forget(shop, unknown)
    assert contents(shop.folder) == before


def test_a_failure_leaves_the_study_as_it_was(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    day = shop.days()[0]
    before = {name: (shop.folder / "studies" / str(day) / name).read_bytes() for name in shop.load(day).files}

    def full(*_: object) -> None:
        raise StoreError("cannot_write", path="x", why="No space left on device")

    monkeypatch.setattr("regulars.report.write_report", full)
    with pytest.raises(StoreError, match="No space left"):
        forget(shop, HIDDEN)
    assert {name: shop.path_of(day, name).read_bytes() for name in before} == before
    monkeypatch.undo()
    forget(shop, HIDDEN)
    assert holding(shop.folder, HIDDEN) == []


def test_a_damaged_study_is_not_given_new_checksums(shop: Shop) -> None:
    (shop.folder / "studies" / str(shop.days()[0]) / "report.html").write_text("changed", encoding="utf-8")
    with pytest.raises(StoreError, match=r"report\.html"):
        forget(shop, HIDDEN)


def test_while_another_run_writes_nobody_is_removed(shop: Shop) -> None:
    with shop.writing(), pytest.raises(LockedError):
        forget(shop, HIDDEN)


def test_a_customer_of_a_table_alone_is_removed(tmp_path: Path) -> None:
    table = tmp_path / "customers.csv"
    people = [f"P{i:03},{20 + i % 50},{['Guru', 'Dokter'][i % 2]},{i * 7 % 100}" for i in range(60)]
    table.write_text("\n".join(["Customer ID,Age,Profession,Spending Score", *people]), encoding="utf-8")
    with closing(study(read_customers(table), k_min=3, k_max=3)) as done:
        done.save(tmp_path / "toko")
    shop = open_shop(tmp_path / "toko")
    done = forget(shop, "P013")
    assert holding(shop.folder, "P013") == []
    assert {part.place.split("/")[-1] for part in done.removed} == {"customers.parquet", "people.parquet"}


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("REGULARS_LANGUAGE", "en")
    monkeypatch.setattr(cli, "say", words("en"))

    def go(*arguments: str | Path) -> tuple[int, str, str]:
        code = cli._guarded(["forget", *map(str, arguments)])
        return code, *capsys.readouterr()

    return go


def test_the_command_asks_first_and_a_no_changes_nothing(
    told: Any, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    before = contents(shop.folder)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, _, err = told(HIDDEN, "--shop", shop.folder)
    assert code == 130
    assert "cannot be undone" in err
    assert contents(shop.folder) == before


def test_the_command_says_what_went_from_where(told: Any, shop: Shop) -> None:
    code, out, _ = told(HIDDEN, "--shop", shop.folder, "--dry-run", "--json")
    assert code == 0
    looked = json.loads(out)
    assert looked["dry_run"] is True
    code, out, err = told(HIDDEN, "--shop", shop.folder, "--yes")
    assert code == 0
    assert f"Customer {HIDDEN} is removed" in out
    assert all(f"{part['place']}: {part['count']}" in out for part in looked["removed"])
    assert "not touched" in err
    assert told(HIDDEN, "--shop", shop.folder, "--yes")[0] == 2
    assert "DIHAPUS" in told("c07@example.com", "--shop", shop.folder, "--yes", "--lang", "id")[1].upper()


def kept_by_a_server(shop: Shop) -> dict[str, Path]:
    """A look, a run that failed, one that was done, one that was done with the customer in its settings; an upload."""
    from regulars.web.jobs import Asked, Told, write
    from regulars.web.problems import Problem

    made = {}
    jobs = {
        "look": (Asked(kind="look", orders=("0" * 32,)), None),
        "failed": (Asked(kind="run"), Problem("x", {"en": f"Two rows for {HIDDEN}"})),
        "done": (Asked(kind="run", settings={"currency": "IDR"}), None),
        "asked": (Asked(kind="run", settings={"where": f"customer_id <> '{HIDDEN}'"}), None),
    }
    for at, (name, (asked, problem)) in enumerate(jobs.items()):
        place = shop.folder / ".web" / "jobs" / f"{at:032x}"
        place.mkdir(parents=True)
        write(place / "asked.json", asked)
        write(place / "told.json", Told(state="failed" if problem else "done", pid=1, problem=problem))
        made[name] = place
    (made["look"] / "seen.json").write_text(json.dumps({"rows": [HIDDEN]}), encoding="utf-8")
    uploads = shop.folder / ".web" / "uploads"
    uploads.mkdir()
    for name in ("0" * 32, f"{'0' * 32}.json", f".new-{'1' * 32}"):
        (uploads / name).write_text(HIDDEN, encoding="utf-8")
    return made


def test_nothing_that_a_server_has_kept_names_the_customer(shop: Shop) -> None:
    made = kept_by_a_server(shop)
    looked = forget(shop, HIDDEN, dry_run=True)
    assert {(part.place, part.count) for part in looked.removed} > {(".web/jobs", 3), (".web/uploads", 3)}
    assert all(place.exists() for place in made.values())
    assert forget(shop, HIDDEN).removed == looked.removed
    assert holding(shop.folder, HIDDEN) == []
    assert [name for name, place in made.items() if place.exists()] == ["done"]


def test_what_killed_servers_left_goes_and_a_lock_that_is_held_stays(shop: Shop) -> None:
    from regulars.lock import locked
    from regulars.web.tidy import scratch

    with scratch(shop.folder) as living:
        dead, lists = living.with_name("dead"), shop.folder / ".web" / "lists"
        for folder in (dead, lists):
            folder.mkdir()
            (folder / "tables").write_text(HIDDEN, encoding="utf-8")
        dead.with_suffix(".lock").touch()
        with locked(lists / ".lock"):
            forget(shop, HIDDEN)
        assert holding(shop.folder, HIDDEN) == []
        assert [path.name for path in lists.iterdir()] == [".lock"]
        assert sorted(living.parent.iterdir()) == [living, living.with_suffix(".lock")]


def test_whom_only_a_look_names_is_forgotten_too(shop: Shop) -> None:
    made = kept_by_a_server(shop)
    (made["look"] / "seen.json").write_text(json.dumps({"rows": ["new@example.com"]}), encoding="utf-8")
    assert {part.place for part in forget(shop, "new@example.com").removed} == {".web/jobs", ".web/uploads"}


def test_while_a_job_waits_that_would_read_the_customer_again_nobody_is_removed(shop: Shop) -> None:
    made = kept_by_a_server(shop)
    (made["done"] / "told.json").unlink()
    before = contents(shop.folder)
    with pytest.raises(LockedError, match="1 job of the dashboard is waiting"):
        forget(shop, HIDDEN)
    assert contents(shop.folder) == before
    (made["done"] / "cancelled").touch()
    forget(shop, HIDDEN)
    assert holding(shop.folder, HIDDEN) == []


def test_a_running_server_lets_go_of_the_study_as_it_was(shop: Shop) -> None:
    import gc
    import weakref

    from regulars.web.opened import Shelf
    from regulars.web.settings import WebSettings

    shelf = Shelf(WebSettings(shop=shop.folder))
    held = weakref.ref(shelf.opened(None).engine)
    forget(shop, HIDDEN)
    assert not shelf.opened(None).engine.rows("select 1 from customers where customer_id = $id", id=HIDDEN)
    gc.collect()
    assert held() is None
