"""The store: studies kept whole through kills, full disks and second writers."""

import dataclasses
import errno
import json
import os
import signal
import subprocess
import sys
import tempfile
import types
import typing
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from regulars.analysis import FORMAT, Study
from regulars.errors import AbsentError, LockedError, RegularsError, StoreError
from regulars.locale import LANGUAGES, words
from regulars.quality import Reconciliation, SetAside
from regulars.shop import Shop, Writer, open_shop, save_study, sha256

DAY, LATER = date(2011, 12, 10), date(2012, 1, 31)


def example(kind: Any) -> Any:
    """A value of any type that a study is made of, so that these tests need not know its fields."""
    if kind is Reconciliation:
        return Reconciliation(9, 4, 2, (SetAside("no_customer", 3, 0.1),), 9.5, 4.25, -2.0)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return kind(**{field.name: example(hints[field.name]) for field in dataclasses.fields(kind)})
    if parts := typing.get_args(kind):
        builders: dict[Any, Callable[[], Any]] = {
            typing.Literal: lambda: parts[-1],
            typing.Union: lambda: example(parts[0]),
            types.UnionType: lambda: example(parts[0]),
            tuple: lambda: tuple(example(part) for part in parts if part is not Ellipsis),
            dict: lambda: {example(parts[0]): example(parts[1])},
        }
        return builders[typing.get_origin(kind)]()
    return {str: "Jalan Kopi é 🛍 'x'", int: 7, float: 0.1 + 0.2, bool: True, date: DAY, Any: "any"}[kind]


def a_study(day: date = DAY, **changes: Any) -> Study:
    return dataclasses.replace(example(Study), as_of=day, format=FORMAT, **changes)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return open_shop(tmp_path / "toko")


def keep(shop: Shop, day: date, mark: str) -> Study:
    """Publish a study whose files tell which one it is."""
    with shop.writing() as writer:
        return publish(writer, day, mark)


def publish(writer: Writer, day: date, mark: str) -> Study:
    with writer.publish(day) as folder:
        (folder / "sales").mkdir()
        (folder / "sales" / "0.parquet").write_text(mark)
        (folder / "customers.parquet").write_text(mark)
        return save_study(a_study(day, version=mark), folder)


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_study_comes_back_as_it_was_kept(shop: Shop) -> None:
    kept = keep(shop, DAY, "one")
    assert shop.load() == kept
    assert shop.load(DAY) == kept
    assert sorted(kept.files) == ["customers.parquet", "sales/0.parquet"]
    assert shop.path_of(None, "customers.parquet").read_text() == "one"
    assert shop.path_of(DAY, "sales") == shop.folder / "studies" / "2011-12-10" / "sales"
    assert shop.name == "toko"


def test_the_same_study_gives_the_same_bytes(shop: Shop) -> None:
    keep(shop, DAY, "one")
    first = everything(shop.folder / "studies")
    keep(shop, DAY, "one")
    assert everything(shop.folder / "studies") == first
    text = first["2011-12-10/study.json"].decode()
    assert text.endswith("}\n")
    assert "0.30000000000000004" in text
    assert "🛍" in text


def test_a_second_run_replaces_its_day_and_keeps_the_others(shop: Shop) -> None:
    keep(shop, LATER, "january")
    keep(shop, DAY, "one")
    (shop.folder / "studies" / "2011-12-10" / "report.html").write_text("of the first run")
    keep(shop, DAY, "two")
    assert shop.studies() == (DAY, LATER)
    assert [shop.load(day).version for day in (DAY, LATER, None)] == ["two", "january", "january"]
    assert not (shop.folder / "studies" / "2011-12-10" / "report.html").exists()
    assert sorted(path.name for path in (shop.folder / "studies").iterdir()) == ["2011-12-10", "2012-01-31"]


def test_what_else_lies_in_the_folder_is_left_alone(shop: Shop) -> None:
    shop.folder.mkdir()
    (shop.folder / "orders.csv").write_text("mine")
    for name in ("notes", "20111210", "2011-W50-6", "2011-13-01", "2010-01-01"):
        (shop.folder / "studies" / name).mkdir(parents=True)
    keep(shop, DAY, "one")
    assert shop.studies() == (DAY,)
    assert (shop.folder / "orders.csv").read_text() == "mine"
    assert len(list((shop.folder / "studies").iterdir())) == 6


def test_reading_writes_nothing(shop: Shop) -> None:
    assert shop.studies() == ()
    with pytest.raises(StoreError, match="regulars run FILE --shop") as caught:
        shop.load()
    assert caught.value.exit_code == 2
    assert not shop.folder.exists()


def test_a_day_without_study_names_those_there_are(shop: Shop) -> None:
    keep(shop, DAY, "one")
    with pytest.raises(StoreError, match=r"no study of 2012-01-31. It holds: 2011-12-10"):
        shop.load(LATER)


def test_a_file_in_place_of_the_shop_is_refused(tmp_path: Path) -> None:
    (tmp_path / "toko").write_text("")
    with pytest.raises(StoreError, match="is a file"):
        open_shop(tmp_path / "toko")


@pytest.mark.parametrize(
    ("found", "command"), [(FORMAT + 1, "pip install --upgrade"), (FORMAT - 1, "regulars run FILE")]
)
def test_another_format_is_refused_with_the_command(shop: Shop, found: int, command: str) -> None:
    keep(shop, DAY, "one")
    (shop.folder / "studies" / "2011-12-10" / "study.json").write_text(json.dumps({"format": found, "files": {}}))
    with pytest.raises(StoreError, match=command):
        shop.load()


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"{}", b'{"format": 1, "files": {}}', b"[" * 100_000])
def test_a_damaged_study_is_refused_and_can_be_made_again(shop: Shop, damage: bytes) -> None:
    keep(shop, DAY, "one")
    (shop.folder / "studies" / "2011-12-10" / "study.json").write_bytes(damage)
    with pytest.raises(StoreError, match=r"study.json is missing or is not .* --as-of 2011-12-10"):
        shop.load()
    keep(shop, DAY, "two")
    assert shop.load().version == "two"


def test_a_file_that_changed_is_refused(shop: Shop) -> None:
    keep(shop, DAY, "one")
    (shop.folder / "studies" / "2011-12-10" / "sales" / "0.parquet").write_text("onf")
    assert shop.path_of(DAY, "customers.parquet").is_file()
    assert shop.path_of(DAY, "sales", check=False).is_dir()
    with pytest.raises(StoreError, match=r"sales/0\.parquet is missing or is not"):
        shop.path_of(DAY, "sales")
    with pytest.raises(StoreError, match=r"has no \.\./\.\./shop.toml"):
        shop.path_of(DAY, "../../shop.toml")


@pytest.mark.parametrize("figure", [float("nan"), float("inf"), float("-inf")])
def test_a_figure_that_is_not_finite_is_never_kept(shop: Shop, figure: float) -> None:
    keep(shop, DAY, "one")
    study = a_study(distributions=(dataclasses.replace(a_study().distributions[0], edges=(0.0, figure)),))
    with (
        pytest.raises(StoreError, match=r"study.distributions\[0\].edges\[1\]"),
        shop.writing() as writer,
        writer.publish(DAY) as folder,
    ):
        save_study(study, folder)
    assert shop.load().version == "one"


@pytest.mark.parametrize("error", [ValueError("a bug"), KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
def test_an_error_while_writing_leaves_the_last_study(shop: Shop, error: BaseException) -> None:
    keep(shop, DAY, "one")
    before = everything(shop.folder / "studies")
    raised = StoreError if isinstance(error, OSError) else type(error)
    with pytest.raises(raised), shop.writing() as writer, writer.publish(DAY) as folder:
        (folder / "half").write_text("half")
        raise error
    assert everything(shop.folder / "studies") == before
    assert keep(shop, LATER, "two") == shop.load()


@pytest.mark.parametrize("what", ["os.fsync", "pathlib.Path.rename", "pathlib.Path.mkdir", "pathlib.Path.write_bytes"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_full_or_forbidden_disk_is_said_and_harms_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, what: str, number: int
) -> None:
    keep(shop, DAY, "one")
    before = everything(shop.folder / "studies")

    def refuse(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(what, refuse)
        with pytest.raises(StoreError, match=f"cannot be written: {os.strerror(number)}"):
            keep(shop, DAY, "two")
    assert everything(shop.folder / "studies") == before


def test_a_disk_that_fills_between_the_renames_puts_the_old_study_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(shop, DAY, "one")
    real = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name.startswith(".new-"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(StoreError, match="No space left"):
        keep(shop, DAY, "two")
    assert shop.load().version == "one"
    assert [path.name for path in (shop.folder / "studies").iterdir()] == ["2011-12-10"]


# What follows runs in a process of its own: it forks writers that kill themselves at every point in turn where they
# change the disk, and checks what is left after each.
KILLS = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_shop import DAY, keep, everything
from regulars.shop import open_shop

EVENTS = {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.truncate", "shutil.rmtree"}
versions = set()
for point in range(1, 1000):
    shop = open_shop(Path(sys.argv[1]) / str(point))
    keep(shop, DAY, "old")
    child = os.fork()
    if child == 0:
        left = [point]
        def hook(event, args):
            reads = event == "open" and not (isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR))
            if event in EVENTS and not reads:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(hook)
        keep(shop, DAY, "new")
        os._exit(0)
    killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
    version = shop.load().version
    versions.add(version)
    assert shop.path_of(None, "customers.parquet").read_text() == version
    assert shop.path_of(None, "sales").is_dir()
    keep(shop, DAY, "next")
    assert sorted(everything(shop.folder)) == [".lock"] + [
        f"studies/2011-12-10/{name}" for name in ("customers.parquet", "sales/0.parquet", "study.json")
    ], everything(shop.folder).keys()
    assert [path.name for path in (shop.folder / "studies").iterdir()] == ["2011-12-10"]
    if not killed:
        assert version == "new"
        print(point - 1, *sorted(versions))
        break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_at_any_point_leaves_the_old_or_the_new_study(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", KILLS, str(tmp_path), str(Path(__file__).parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    points, *versions = run.stdout.split()
    assert int(points) >= 15
    assert versions == ["new", "old"]


HOLDS = """
import sys
from pathlib import Path
from regulars.shop import open_shop
with open_shop(Path(sys.argv[1])).writing():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(shop: Shop) -> Iterator[subprocess.Popen[str]]:
    """Another process that is writing the shop."""
    command = [sys.executable, "-c", HOLDS, str(shop.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_second_writer_is_told_who_is_writing(shop: Shop, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(LockedError, match=f"process {holder.pid} on ") as caught, shop.writing():
        raise AssertionError("two writers")
    assert caught.value.exit_code == 5
    holder.communicate()
    assert keep(shop, DAY, "one") == shop.load()


def test_the_lock_of_a_killed_writer_is_free(shop: Shop, holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert (shop.folder / ".lock").read_text().startswith(f"{holder.pid} ")
    assert keep(shop, DAY, "one") == shop.load()


def test_a_lock_file_that_names_a_running_process_without_its_lock_is_free(shop: Shop) -> None:
    shop.folder.mkdir()
    (shop.folder / ".lock").write_text(f"{os.getppid()} elsewhere\n")  # a process number that was given again
    assert keep(shop, DAY, "one") == shop.load()


def test_two_writers_in_one_process_are_two_writers(shop: Shop) -> None:
    with shop.writing(), pytest.raises(LockedError, match=f"process {os.getpid()}"), shop.writing():
        raise AssertionError("two writers")


def test_a_lock_that_cannot_be_signed_is_said(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", refuse)
        with pytest.raises(StoreError, match="cannot be written: No space"), shop.writing():
            raise AssertionError("unsigned")
    with shop.writing():
        assert (shop.folder / ".lock").read_text().startswith(str(os.getpid()))


WRITES = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_shop import DAY, publish
from regulars.shop import open_shop
with open_shop(Path(sys.argv[1])).writing() as writer:
    for i in range(60):
        publish(writer, DAY, f"run {i}")
"""


def test_readers_always_find_a_whole_study_while_it_is_replaced(shop: Shop) -> None:
    keep(shop, DAY, "one")
    command = [sys.executable, "-c", WRITES, str(shop.folder), str(Path(__file__).parent)]
    looks = 0
    with subprocess.Popen(command) as writer:
        while writer.poll() is None:
            assert shop.load(DAY).as_of == DAY
            assert shop.path_of(DAY, "customers.parquet").name == "customers.parquet"
            looks += 1
    assert writer.returncode == 0
    assert shop.load().version == "run 59"
    assert looks > 60


NOBODY = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_shop import DAY, keep
from regulars.errors import StoreError
from regulars.shop import open_shop
str(StoreError("no_study", path=""))  # reads the catalogue while it may
if os.getuid() == 0:
    os.setuid(65534)  # root may write everywhere
try:
    keep(open_shop(Path(sys.argv[1])), DAY, "two")
except StoreError as error:
    print(error)
"""


@pytest.mark.parametrize("mode", [0o555, 0o000])
def test_no_permission_is_said(mode: int) -> None:
    """A real user without rights on a real folder."""
    with tempfile.TemporaryDirectory() as name:
        closed = Path(name) / "closed"
        closed.mkdir()
        Path(name).chmod(0o755)
        closed.chmod(mode)
        command = [sys.executable, "-c", NOBODY, str(closed / "toko"), str(Path(__file__).parent)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        closed.chmod(0o755)
        assert "Permission denied" in run.stdout, run.stderr
        assert list(closed.iterdir()) == []


def test_a_checksum_is_that_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2


def test_what_a_study_holds_survives_json_without_loss() -> None:
    study = a_study()
    assert msgspec.json.decode(msgspec.json.encode(study), type=Study) == study


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_worded_in_every_language(shop: Shop, language: typing.Literal["en", "id"]) -> None:
    with pytest.raises(RegularsError) as caught:
        shop.load()
    assert str(shop.folder) in caught.value.message.text(words(language))


@pytest.mark.parametrize(
    ("files", "name", "key"),
    [
        (["people.parquet"], "sales", "study_no_orders"),
        (["people.parquet"], "rules.parquet", "study_no_orders"),
        (["people.parquet", "crosstabs.parquet"], "underserved.parquet", "study_no_underserved"),
        (["sales/all.parquet"], "underserved.parquet", "study_no_people"),
        (["sales/all.parquet"], "crosstabs.parquet", "study_no_people"),
        (["sales/all.parquet"], "moves.parquet", "study_no_moves"),
        (["sales/all.parquet"], "recommendations.parquet", "study_no_recommendations"),
        (["sales/all.parquet"], "rules.parquet", "study_too_little"),
        (["sales/all.parquet"], "other.parquet", "study_file_unknown"),
    ],
)
def test_a_table_that_is_not_there_says_what_to_type(tmp_path: Path, files: list[str], name: str, key: str) -> None:
    shop = open_shop(tmp_path / "toko")
    with shop.writing() as writer, writer.publish(DAY) as folder:
        for file in files:
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text("one")
        save_study(a_study(), folder)
    with pytest.raises(AbsentError) as caught:
        shop.path_of(DAY, name)
    assert caught.value.message.key == f"errors.{key}"
