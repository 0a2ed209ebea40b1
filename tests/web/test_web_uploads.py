"""Uploads: streamed, weighed, under names of ours, gone when their time is over."""

import asyncio
import gzip
import io
import os
import re
import shutil
import sqlite3
import tracemalloc
import zipfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from types import SimpleNamespace

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

import regulars
from regulars.engine import DuckEngine
from regulars.errors import InputError, RegularsError
from regulars.sources import reach
from regulars.sources.encoding import zstd
from regulars.web import uploads as module
from regulars.web.uploads import DAY, HOUR, Limits, Upload, Uploads, shown_name

CSV = b"order_id,customer_id,order_date,amount\n1,a,2024-01-05,9.50\n2,b,2024-01-06,8.00\n"


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "toko", Limits(bytes=100_000, unpacked=1_000_000, spare=0))


def send(uploads: Uploads, data: bytes | Iterable[bytes], name: str = "orders.csv", **more: int) -> Upload:
    async def chunks() -> AsyncIterator[bytes]:
        for chunk in [data] if isinstance(data, bytes) else data:
            yield chunk

    return asyncio.run(uploads.receive(chunks(), name, **more))


def refused(uploads: Uploads, data: bytes | Iterable[bytes], name: str = "orders.csv", **more: int) -> RegularsError:
    """The error that an upload meets; nothing of it stays."""
    with pytest.raises(RegularsError) as found:
        send(uploads, data, name, **more)
    assert list(uploads.folder.iterdir()) == []
    assert not re.search(r"[0-9a-f]{32}", str(found.value)), "files are called as their sender calls them"
    return found.value


def key_of(error: RegularsError) -> str:
    return error.message.key.removeprefix("errors.")


# --- what arrives ----------------------------------------------------------------------------------------------------


def test_a_file_lies_under_a_name_of_ours_and_is_called_by_its_own(uploads: Uploads) -> None:
    found = send(uploads, CSV, "../../etc/<b>pesanan</b>.csv")
    assert uploads.path(found.id) == uploads.shop / ".web" / "uploads" / found.id
    assert uploads.path(found.id).read_bytes() == CSV
    assert (found.name, found.kind, found.bytes, found.unpacked) == ("b>.csv", "text", len(CSV), len(CSV))
    assert re.fullmatch(r"[0-9a-f]{32}", found.id)
    assert {path.stat().st_mode & 0o077 for path in [uploads.folder, *uploads.folder.iterdir()]} == {0}
    assert Uploads(uploads.shop).get(found.id) == found == Uploads(uploads.shop).all()[0]


def test_a_large_file_never_sits_in_memory(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path, Limits(spare=0))
    row = b"1,a,2024-01-05,9.50\n" * 3_200
    tracemalloc.start()
    found = send(uploads, (row for _ in range(1_000)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.bytes == 64_000_000
    assert peak < 12_000_000


def test_a_sender_who_goes_away_leaves_nothing(uploads: Uploads) -> None:
    def cut() -> Iterable[bytes]:
        yield CSV
        raise ConnectionError

    with pytest.raises(ConnectionError):
        send(uploads, cut())
    assert list(uploads.folder.iterdir()) == []


@pytest.mark.parametrize("key", ["", "..", "../key", "x" * 32, "0" * 32, f"{'0' * 32}.json", "A" * 32])
def test_an_id_is_no_path(uploads: Uploads, key: str) -> None:
    (uploads.shop / ".web").mkdir(parents=True)
    (uploads.shop / ".web" / "key").write_bytes(b"secret")
    with pytest.raises(RegularsError) as found:
        uploads.path(key)
    assert key_of(found.value) == "upload_unknown"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders.csv", "orders.csv"), ("C:\\Users\\Sari\\pesanan.xlsx", "pesanan.xlsx"), ("a/b", "b"), ("", "?"),
        ("\u202egnp.exe\x00\n", "gnp.exe"), ("x" * 300 + ".parquet", "x" * 111 + "….parquet"), ("é " * 90, None),
    ],
)  # fmt: skip
def test_a_name_is_fit_to_be_shown(name: str, shown: str | None) -> None:
    assert len(shown_name(name)) <= 120
    if shown is not None:
        assert shown_name(name) == shown


@given(st.text())
def test_no_name_holds_a_folder_or_a_control_character(name: str) -> None:
    shown = shown_name(name)
    assert 1 <= len(shown) <= 120
    assert not set(shown) & {"/", "\\", "\x00", "\n", "\u202e"}


# --- what is refused -------------------------------------------------------------------------------------------------


def test_too_large_is_refused_before_and_while_it_arrives(uploads: Uploads) -> None:
    sent = []

    def endless() -> Iterable[bytes]:
        while True:
            sent.append(1)
            yield b"x" * 10_000

    assert key_of(refused(uploads, [], announced=100_001)) == "upload_too_large"
    assert key_of(refused(uploads, endless())) == "upload_too_large"
    assert len(sent) == 11


def test_a_full_disk_is_said_before_it_is_full(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=50))
    assert key_of(refused(uploads, CSV)) == "upload_no_room"
    assert key_of(refused(uploads, [], announced=51)) == "upload_no_room"
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=5_000))
    packed = gzip.compress(CSV * 1_000)  # a copy of what is in it must fit as well
    assert len(packed) < 5_000
    assert key_of(refused(uploads, packed)) == "upload_no_room"


def workbook() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write_row(0, 0, ["order_id", "customer_id"])
    return out.getvalue()


def parquet(folder: Path, rows: int) -> bytes:
    with DuckEngine() as engine:
        engine.write_parquet(f"select 'a' as customer_id, 1 as n from range({rows})", folder / "x.parquet")
    return (folder / "x.parquet").read_bytes()


def database(folder: Path) -> bytes:
    with sqlite3.connect(folder / "x.db") as file:
        file.execute("create table orders (id)")
    file.close()
    return (folder / "x.db").read_bytes()


def test_the_type_is_decided_by_content_alone(uploads: Uploads, tmp_path: Path) -> None:
    assert send(uploads, workbook(), "orders.csv").kind == "workbook"
    assert send(uploads, parquet(tmp_path, 5), "orders.exe").kind == "parquet"
    assert send(uploads, gzip.compress(CSV), "orders.xlsx").kind == "text"
    assert send(uploads, zstd.compress(CSV), "orders").unpacked == len(CSV)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


def test_what_is_none_of_ours_is_refused_whatever_it_is_called(uploads: Uploads, tmp_path: Path) -> None:
    assert key_of(refused(uploads, b"")) == "input_empty"
    assert key_of(refused(uploads, b"\x89PNG\r\n\x1a\n" + bytes(50))) == "input_is_other"
    assert key_of(refused(uploads, b"MZ\x90\x00" + bytes(range(200)))) == "input_is_other"
    assert key_of(refused(uploads, b"<html><script>alert(1)</script>")) == "input_is_page"
    assert key_of(refused(uploads, gzip.compress(b"<!doctype html>"))) == "input_is_page"
    assert key_of(refused(uploads, bytes(range(256)) * 9)) == "input_binary"
    assert key_of(refused(uploads, zipped(a=b"x"))) == "input_zip"
    assert key_of(refused(uploads, database(tmp_path))) == "input_is_other"
    assert key_of(refused(uploads, gzip.compress(CSV)[:-9])) == "archive_cut"
    assert key_of(refused(uploads, b"PAR1 no parquet PAR1")) == "parquet_damaged"


def test_bombs_are_refused(uploads: Uploads, tmp_path: Path) -> None:
    rows = b"1,a,2024-01-05,9.50\n" * 60_000  # 1.2 MB
    assert key_of(refused(uploads, gzip.compress(rows))) == "unpacks_too_large"
    assert key_of(refused(uploads, zstd.compress(rows))) == "unpacks_too_large"
    assert key_of(refused(uploads, zipped(xl__workbook=rows))) == "unpacks_too_large"
    assert key_of(refused(uploads, parquet(tmp_path, 1_000_000))) == "unpacks_too_large"
    assert send(uploads, gzip.compress(rows[:900_000])).unpacked == 900_000


@pytest.mark.parametrize("query", [
    "select repeat('C', 50000) as customer_id from range(1000)",  # one text, written once, for all rows
    "select 'a' as customer_id, list_resize([0], 1500000, 0) as many",  # one cell that holds as many
    'select repeat(\'C\', 600000) as "a ""b", 1 as n from range(2)',
])  # fmt: skip
def test_a_parquet_file_that_grows_is_found_out(uploads: Uploads, tmp_path: Path, query: str) -> None:
    with DuckEngine() as engine:
        engine.write_parquet(query, tmp_path / "x.parquet")
    assert key_of(refused(uploads, (tmp_path / "x.parquet").read_bytes())) == "unpacks_too_large"


def sheet_of(*cells: tuple[str, str], texts: str = "") -> bytes:
    """A workbook whose sheet has these cells, as (address, XML of the content)."""
    rows = "".join(f'<row><c r="{at}"{held}</c></row>' for at, held in cells)
    head = (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return zipped(xl__worksheets__sheet1=(head + rows).encode(), xl__sharedStrings=texts.encode())


def test_a_sheet_that_reaches_too_far_is_refused_before_it_is_read(
    uploads: Uploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two cells in opposite corners: some hundred bytes for which a reader would ask for 400 GB."""
    corners = (("A1", "><v>1</v>"), ("XFD1048576", "><v>1</v>"))
    error = refused(uploads, named(sheet_of(*corners)))
    assert key_of(error) == "workbook_reaches" and {"XFD", 1_048_576, 2**34} <= set(error.message.values.values())
    (tmp_path / "a.xlsx").write_bytes(named(sheet_of(*corners)))
    with pytest.raises(InputError, match="column XFD and row 1,048,576"):  # the command as well
        regulars.read(tmp_path / "a.xlsx")
    monkeypatch.setattr(reach, "MOST_CELLS", 5)
    assert key_of(refused(uploads, named(sheet_of(*((f"A{i}", "><v>1</v>") for i in range(1, 9)))))) == "workbook_cells"
    monkeypatch.undo()
    assert send(uploads, named(sheet_of(("A1", "><v>1</v>"), ("AX1000", "><v>1</v>")))).kind == "workbook"


def test_texts_that_are_repeated_in_every_row_are_weighed(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = f"<sst><si><t>{'x' * 900}</t></si><si><t>y</t></si></sst>"
    many, few = (
        named(sheet_of(*((f"A{i}", f' t="s"><v>{which}</v>') for i in range(1, 60)), texts=texts)) for which in (0, 1)
    )
    monkeypatch.setattr(reach, "MOST_TEXT", 20_000)
    assert key_of(refused(uploads, many)) == "workbook_texts"
    assert send(uploads, few).kind == "workbook"


def named(archive: bytes) -> bytes:
    """The same with the ending that members of a workbook have."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(f"{name}.xml", source.read(name))
    return out.getvalue()


def test_a_workbook_that_lies_about_its_size_is_found_out(uploads: Uploads) -> None:
    honest = zipped(xl__workbook=b"<x/>" * 400_000)  # 1.6 MB
    size = (1_600_000).to_bytes(4, "little")
    assert honest.count(size) == 2  # before the content, and in the directory
    assert key_of(refused(uploads, honest.replace(size, (900).to_bytes(4, "little")))) == "archive_damaged"


# --- what goes -------------------------------------------------------------------------------------------------------


def aged(place: Path, seconds: int) -> None:
    os.utime(place, (place.stat().st_atime, place.stat().st_mtime - seconds))


def test_old_uploads_go_but_for_those_that_are_needed(uploads: Uploads) -> None:
    old, needed, young = (send(uploads, CSV) for _ in range(3))
    for key in (old.id, needed.id):
        for place in (uploads.folder / key, uploads.folder / f"{key}.json"):
            aged(place, 8 * DAY)
    assert uploads.sweep({needed.id}) == 2
    assert {upload.id for upload in uploads.all()} == {needed.id, young.id}
    assert len(list(uploads.folder.iterdir())) == 4


def test_what_a_killed_server_left_goes_and_what_arrives_stays(uploads: Uploads) -> None:
    left, arriving = (uploads.folder / f".new-{key * 32}" for key in "ab")
    for place in (left, arriving):
        place.write_bytes(CSV)
    aged(left, 2 * HOUR)
    assert uploads.all() == []
    uploads.sweep()
    assert list(uploads.folder.iterdir()) == [arriving]


def test_removing_takes_the_file_and_what_was_known_of_it(uploads: Uploads) -> None:
    found = send(uploads, CSV)
    uploads.remove(found.id)
    assert list(uploads.folder.iterdir()) == []
    shutil.rmtree(uploads.folder)
    assert uploads.all() == []
