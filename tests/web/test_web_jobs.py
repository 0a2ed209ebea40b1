"""Jobs: a process that outlives its server, says how far it is, queues, and never harms the last study."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from regulars.errors import LockedError, RegularsError, StoreError
from regulars.lock import held, locked
from regulars.shop import open_shop, sha256
from regulars.terminal import STAGES
from regulars.web import worker
from regulars.web.clock import now
from regulars.web.jobs import (
    MOST_KEPT,
    MOST_WAITING,
    ROOM,
    STARTING,
    WEIGHTS,
    Asked,
    Job,
    Jobs,
    Mark,
    Told,
    progress,
    stages,
)
from regulars.web.jobs import write as write_json
from regulars.web.uploads import Uploads
from web.shops import write_lines
from web.test_web_uploads import send

PATIENCE = 60  # seconds


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return tmp_path / "toko"


@pytest.fixture
def jobs(shop: Path) -> Jobs:
    return Jobs(shop)


@pytest.fixture
def orders(shop: Path, tmp_path: Path) -> str:
    """The id of uploaded order lines, whose name attacks."""
    path = write_lines(tmp_path, customers=25)
    return send(Uploads(shop), path.read_bytes(), "<img src=x onerror=alert(1)>.csv").id


def until(jobs: Jobs, key: str, done: Callable[[Job], bool] = lambda job: job.ended) -> Job:
    last = time.monotonic() + PATIENCE
    while not done(job := jobs.get(key)):
        assert time.monotonic() < last, job
        time.sleep(0.02)
    return job


def note(jobs: Jobs, key: str, asked: Asked | None = None, told: Told | None = None, age: int = 0) -> Path:
    """A job on paper, without a process."""
    place = jobs.folder / (key * 32)
    place.mkdir()
    write_json(place / "asked.json", asked or Asked(kind="run"))
    os.utime(place / "asked.json", (now() - age, now() - age))
    if told:
        write_json(place / "told.json", told)
    return place


# --- a run -----------------------------------------------------------------------------------------------------------


def test_a_run_makes_the_study_that_the_command_makes(jobs: Jobs, orders: str, shop: Path, tmp_path: Path) -> None:
    job = until(jobs, jobs.start(Asked(kind="run", orders=(orders,), settings={"currency": "GBP"})).id)
    assert (job.state, job.share, job.left) == ("done", 1.0, None), job.told
    assert list(stages(job.told)) == list(WEIGHTS)
    program = Path(sys.executable).with_name("regulars")
    other = tmp_path / "other"
    run = [program, "run", tmp_path / "orders.csv", "--shop", other, "--set", "currency=GBP", "--json"]
    subprocess.run(run, check=True, capture_output=True, env={**os.environ, "REGULARS_LANGUAGE": "en"})
    ours, theirs = open_shop(shop), open_shop(other)
    assert job.told and job.told.study == ours.studies()[-1].isoformat()
    assert [file.name for file in ours.load().inputs] == ["<img src=x onerror=alert(1)>.csv"]
    for name in ("customers.parquet", "sales/all.parquet"):
        assert sha256(ours.path_of(None, name)) == sha256(theirs.path_of(None, name))
    assert not (jobs.folder / job.id / "tmp").exists()
    assert orders not in (shop / "studies" / job.told.study / "report.html").read_text(encoding="utf-8")
    logged = (jobs.folder / job.id / "told.json").read_text(encoding="utf-8")
    assert "example.org" not in logged and "img" not in logged


@pytest.mark.slow
def test_runs_queue_behind_each_other_and_behind_the_command(jobs: Jobs, orders: str, shop: Path) -> None:
    with open_shop(shop).writing():  # as `regulars run` would
        first = jobs.start(Asked(kind="run", orders=(orders,)))
        second = jobs.start(Asked(kind="run", orders=(orders,)))
        for job in (first, second):
            until(jobs, job.id, lambda job: job.told is not None)
        assert [jobs.get(job.id).state for job in (first, second)] == ["waiting", "waiting"]
        assert [jobs.get(job.id).ahead for job in (first, second)] == [0, 1]
        assert [job.id for job in jobs.all()] == [second.id, first.id]
    done = [until(jobs, job.id) for job in (first, second)]
    assert [job.state for job in done] == ["done", "done"]
    begins = [job.told.began for job in done if job.told and job.told.began]
    ends = [job.told.began + job.told.seconds for job in done if job.told and job.told.began and job.told.seconds]
    assert begins[1] >= ends[0] - 1  # whole seconds of the clock


@pytest.mark.parametrize("way", ["kill", pytest.param("cancel", marks=pytest.mark.slow)])
def test_a_run_that_is_ended_says_so_and_leaves_the_last_study(jobs: Jobs, orders: str, shop: Path, way: str) -> None:
    until(jobs, jobs.start(Asked(kind="run", orders=(orders,))).id)
    before = {path: path.read_bytes() for path in (shop / "studies").rglob("*") if path.is_file()}
    job = jobs.start(Asked(kind="run", orders=(orders,), settings={"currency": "USD"}))
    job = until(jobs, job.id, lambda job: job.state == "working" and job.stage is not None)
    assert job.told
    if way == "kill":
        os.kill(job.told.pid, signal.SIGKILL)
        assert until(jobs, job.id).state == "killed"
    else:
        assert jobs.cancel(job.id).state == "cancelled"
        assert jobs.cancel(job.id).state == "cancelled"
    assert before == {path: path.read_bytes() for path in before}
    assert open_shop(shop).load().currency != "USD"
    jobs.sweep()
    assert not (jobs.folder / job.id / "tmp").exists()
    with open_shop(shop).writing():  # nothing holds the shop
        pass


@pytest.mark.parametrize(("stands", "state"), [(True, "done"), (False, "cancelled")])
def test_who_cancels_when_the_study_stands_already_is_not_told_otherwise(
    jobs: Jobs, shop: Path, monkeypatch: pytest.MonkeyPatch, stands: bool, state: str
) -> None:
    place = note(jobs, "a")
    (shop / "studies" / "2023-01-01").mkdir(parents=True)
    (shop / "studies" / "2023-01-01" / "study.json").write_text("1", encoding="utf-8")

    def run(*_: object) -> None:
        new = shop / "studies" / ("2024-01-01" if stands else ".new-2024-01-01")
        new.mkdir()
        (new / "study.json").write_text("2", encoding="utf-8")
        (place / "cancelled").touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(worker.Work, "_run", run)
    worker.Work(place).do()
    job = jobs.get("a" * 32)
    assert job.state == state and job.told and job.told.study == ("2024-01-01" if stands else None)


@pytest.mark.slow
def test_a_run_outlives_its_server(jobs: Jobs, orders: str, shop: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from regulars.web.jobs import Asked, Jobs;"
        "print(Jobs(Path(sys.argv[1])).start(Asked(kind='run', orders=(sys.argv[2],))).id, flush=True); os._exit(9)"
    )
    server = subprocess.run([sys.executable, "-c", program, shop, orders], capture_output=True, text=True)
    assert server.returncode == 9, server.stderr
    assert until(jobs, server.stdout.strip()).state == "done"


# --- what goes wrong -------------------------------------------------------------------------------------------------


def test_a_failure_is_a_sentence_in_both_languages_about_the_file_as_it_is_called(jobs: Jobs, shop: Path) -> None:
    upload = send(Uploads(shop), b"a,b\n1,2\n3,4\n5,6\n", "toko <b>.csv")
    job = until(jobs, jobs.start(Asked(kind="run", orders=(upload.id,))).id)
    assert job.state == "failed" and job.told and job.told.problem
    assert job.told.problem.code == "columns_missing"
    assert "Customer, Date of the order" in job.told.problem.texts["en"]
    assert "Pelanggan, Tanggal pesanan" in job.told.problem.texts["id"]
    assert not any("--map" in text or upload.id in text for text in job.told.problem.texts.values())
    empty = send(Uploads(shop), b"order_id,customer_id,order_date\n", "kosong.csv")
    job = until(jobs, jobs.start(Asked(kind="look", orders=(empty.id,))).id)
    assert job.told and (job.state == "done" or (job.told.problem and "kosong.csv" in job.told.problem.texts["id"]))


def test_an_upload_that_has_gone_meanwhile_is_said(jobs: Jobs, orders: str, shop: Path) -> None:
    with open_shop(shop).writing():
        job = jobs.start(Asked(kind="run", orders=(orders,)))
        Uploads(shop).remove(orders)
    job = until(jobs, job.id)
    assert job.told and job.told.problem and job.told.problem.code == "upload_unknown"


def test_what_nobody_foresaw_is_named_without_what_it_said(
    jobs: Jobs, orders: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = note(jobs, "a", Asked(kind="look", orders=(orders,)))

    def look(_: object) -> None:
        raise ZeroDivisionError("Budi, budi@example.org")

    monkeypatch.setattr(worker, "look", look)
    worker.Work(place).do()
    job = jobs.get("a" * 32)
    assert job.state == "failed" and job.told and job.told.problem
    assert "ZeroDivisionError" in job.told.problem.texts["en"]
    assert "budi" not in (place / "told.json").read_text(encoding="utf-8").lower()


def test_a_job_without_a_process_is_waited_for_and_then_given_up(jobs: Jobs) -> None:
    note(jobs, "a", age=STARTING // 2)
    note(jobs, "b", age=STARTING + 5)
    note(jobs, "c", told=Told(state="working", pid=os.getpid(), began=1, marks=(Mark("read", 0),)))
    (note(jobs, "d", age=STARTING + 5) / "cancelled").touch()
    note(jobs, "e", told=Told(state="done", pid=1, study="2024-01-01"))
    states = {job.id[0]: job.state for job in jobs.all()}
    assert states == {"a": "waiting", "b": "killed", "c": "killed", "d": "cancelled", "e": "done"}


@pytest.mark.parametrize("key", ["", "..", "0" * 32, "../" + "0" * 32, "Z" * 32])
def test_an_unknown_job_is_an_error(jobs: Jobs, key: str) -> None:
    for ask in (jobs.get, jobs.cancel, jobs.seen):
        with pytest.raises(RegularsError):
            ask(key)


def test_only_so_many_wait(jobs: Jobs) -> None:
    for number in range(MOST_WAITING):
        place = note(jobs, "f", age=1)
        place.rename(place.with_name(f"{number:032x}"))
    with pytest.raises(RegularsError) as error:
        jobs.start(Asked(kind="run"))
    assert error.value.message.key == "errors.jobs_full"
    assert len(jobs.all()) == MOST_WAITING


def test_old_jobs_are_forgotten_and_what_is_needed_is_known(jobs: Jobs) -> None:
    for number in range(MOST_KEPT + 3):
        place = note(jobs, "f", told=Told(state="done", pid=1), age=1_000 - number)
        (place / "tmp").mkdir()
        place.rename(place.with_name(f"{number:032x}"))
    note(jobs, "a", Asked(kind="run", orders=("x", "y"), customers="z"))
    assert jobs.needed() == {"x", "y", "z"}
    jobs.sweep()
    assert {job.id for job in jobs.all()} == {"a" * 32, *(f"{number:032x}" for number in range(3, MOST_KEPT + 3))}
    assert not list(jobs.folder.glob("*/tmp"))


def test_what_is_no_job_goes_after_an_hour_and_what_a_process_is_at_stays(jobs: Jobs) -> None:
    for key in "ab":
        (place := jobs.folder / (key * 32)).mkdir()
        (place / "asked.json").write_text('{"kind": "of another version"}', encoding="utf-8")
    os.utime(jobs.folder / ("b" * 32), (now() - 4_000, now() - 4_000))
    place = note(jobs, "c", told=Told(state="done", pid=1, study="2024-01-01"))
    (place / "tmp").mkdir()
    with locked(place / ".lock"):
        jobs.sweep()
    assert sorted(path.name[0] for path in jobs.folder.iterdir()) == ["a", "c"]
    assert (place / "tmp").exists()
    jobs.sweep()
    assert not (place / "tmp").exists()


# --- how far ---------------------------------------------------------------------------------------------------------


def test_progress_goes_by_the_pace_so_far() -> None:
    assert tuple(WEIGHTS) == STAGES and sum(WEIGHTS.values()) == pytest.approx(1)
    reading = Told(state="working", pid=1, began=0, marks=(Mark("read", 0.0),))
    assert progress(reading, 5) == (0.0, None)  # no pace is known yet
    cleaning = Told(state="working", pid=1, began=0, marks=(Mark("read", 0.0), Mark("clean", 2.0)))
    # reading is .2 of a run and took 2 seconds, so that a run takes 10; half of cleaning's .6 seconds have gone by
    share, left = progress(cleaning, 2.3)
    assert share == pytest.approx(0.2 + 0.06 / 2) and left == 8
    share, left = progress(cleaning, 10_000)  # slower than thought: never said to be over
    assert share == pytest.approx(0.2 + 0.06 * 0.95) and left == 7


def test_progress_never_goes_back() -> None:
    marks, shares = (), []
    for at, stage in enumerate(WEIGHTS):
        marks = (*marks, Mark(stage, float(at)))
        told = Told(state="working", pid=1, began=0, marks=marks)
        shares += [progress(told, at + part)[0] for part in (0, 0.5, 0.9)]
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] < 1


def test_stages_know_what_they_took() -> None:
    told = Told(state="done", pid=1, began=0, marks=(Mark("read", 0.0), Mark("clean", 1.25)), seconds=2.0)
    assert stages(told) == {"read": 1.25, "clean": 0.75}
    assert stages(None) == stages(Told(state="failed", pid=1, seconds=3.0)) == {}


# --- the lock that tells the living ----------------------------------------------------------------------------------


def test_asking_whether_a_lock_is_held_disturbs_nobody(tmp_path: Path) -> None:
    lock = tmp_path / ".lock"
    assert not held(lock)
    with locked(lock):
        owner = lock.read_text(encoding="utf-8")
        assert held(lock) and held(lock)
        assert lock.read_text(encoding="utf-8") == owner
        with pytest.raises(LockedError), locked(lock):
            pass
    assert lock.exists() and not held(lock)
    with locked(lock):
        pass


def test_nothing_but_plain_json_is_written(jobs: Jobs) -> None:
    place = note(jobs, "a", Asked(kind="run", orders=("x",), settings={"map": {"ordered_at": "Tanggal"}}))
    assert json.loads((place / "asked.json").read_text(encoding="utf-8"))["settings"] == {
        "map": {"ordered_at": "Tanggal"}
    }
    (place / "asked.json").write_text("{", encoding="utf-8")  # damaged: nobody's job
    assert jobs.all() == []


def test_a_job_has_a_share_of_the_memory_and_says_when_that_is_not_enough(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "from regulars.web.worker import bounded\n"
        "import os, regulars.engine\n"
        "whole = os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES')\n"
        "bounded((1 << 30) / whole)\nbytearray(1 << 20)\n"
        "try:\n    bytearray(2 << 30)\nexcept MemoryError:\n    print('refused')\n"
    )
    if sys.platform == "linux":
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout == "refused\n"
    place = note(jobs, "a")

    def full(_: object) -> str:
        raise MemoryError

    monkeypatch.setattr(worker.Work, "_run", full)
    worker.Work(place).do()
    told = jobs.get("a" * 32).told
    assert told and told.problem and told.problem.code == "job_memory"


@pytest.mark.parametrize("way", ["stage", "engine", "store"])
def test_a_full_disk_is_said_with_the_room_that_was_kept_for_it(
    jobs: Jobs, shop: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    place = note(jobs, "a")
    (place / "room").write_bytes(bytes(ROOM))
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def written(path: Path, content: object) -> None:
        if (place / "room").exists() and path.name == "told.json" and isinstance(content, Told) and content.marks:
            raise full
        write_json(path, content)

    def run(work: worker.Work) -> dict[str, str]:
        work._begins()
        if way == "stage":
            work._stage("read")
        elif way == "engine":
            raise duckdb.IOException(f'Could not write file "tmp/7": {full.strerror}')
        try:
            raise full
        except OSError as error:
            raise StoreError("cannot_write", path=str(shop), why=str(error)) from error

    monkeypatch.setattr(worker, "write", written)
    monkeypatch.setattr(worker.Work, "_run", run)
    worker.Work(place).do()
    job = jobs.get("a" * 32)
    assert job.state == "failed" and job.told and job.told.problem and job.told.problem.code == "job_no_room"
    assert {path.name for path in place.iterdir()} == {"asked.json", "told.json"}


def test_a_job_that_cannot_be_written_down_leaves_nothing(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError):
        jobs.start(Asked(kind="run"))
    assert not list(jobs.folder.iterdir())
    assert jobs.all() == []


def test_where_the_shop_lies_is_not_said(jobs: Jobs, shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_: object) -> None:
        raise StoreError("cannot_read", path=str(shop / "studies"), why="x")

    place = note(jobs, "a")
    monkeypatch.setattr(worker.Work, "_run", run)
    worker.Work(place).do()
    assert str(shop) not in (place / "told.json").read_text(encoding="utf-8")


def test_a_library_that_aborts_is_a_sentence(jobs: Jobs) -> None:
    """Refused memory, the reader of workbooks ends its process; who waits for that says why."""
    place = note(jobs, "a", Asked(kind="look", orders=("0" * 32,)))
    code = (
        "import os, pathlib\nfrom regulars.web import worker\n"
        "def full(self):\n    self._begins()\n    os.abort()\n"
        f"worker.Work._look = full\nworker.main(pathlib.Path({str(place)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    job = jobs.get("a" * 32)
    if sys.platform == "linux":
        assert (done.returncode, job.state) == (0, "failed")
        assert job.told and job.told.problem and job.told.problem.code == "job_memory"
    assert not held(place / ".lock") and not (place / "tmp").exists()
