"""The file that lists read: made once whoever asks, by a process where the shop is large, and never of who has gone."""

import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulars import tablefile
from regulars.errors import RegularsError, StoreError
from regulars.forget import forget
from regulars.lock import locked
from regulars.overview.models import Overview
from regulars.shop import open_shop
from regulars.web import jobs, laid
from regulars.web.app import create_app
from regulars.web.filters import Filters, chosen_overview
from regulars.web.listing import Filter, Wanted, customers_page
from regulars.web.opened import Opened, Shelf
from regulars.web.settings import WebSettings
from web.shops import made_shop, served

LONG = 60.0  # seconds


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return made_shop(tmp_path, customers=20)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every shop counts as large."""
    monkeypatch.setattr(laid, "SMALL", 0)


def opened(shop: Path) -> Opened:
    return Shelf(WebSettings(shop=shop)).opened(None)


def files(shop: Path) -> list[str]:
    place = shop / ".web" / "lists"
    return sorted(one.name for one in place.iterdir() if one.name != ".lock") if place.is_dir() else []


def until(done: Callable[[], bool]) -> None:
    last = time.monotonic() + LONG
    while not done():
        assert time.monotonic() < last
        time.sleep(0.02)


def test_however_many_ask_one_file_is_made_and_all_read_it(shop: Path) -> None:
    seen = [opened(shop) for _ in range(4)]  # as four workers
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda found: laid.ready(found, LONG), seen))
        pages = list(pool.map(lambda found: customers_page(found, Wanted()), seen))
    assert len(files(shop)) == 1 and pages == [pages[0]] * 4 and pages[0].total == 20
    made = (shop / ".web/lists" / files(shop)[0]).stat().st_ino
    customers_page(opened(shop), Wanted())  # after a restart
    assert (shop / ".web/lists" / files(shop)[0]).stat().st_ino == made


def test_a_large_shop_is_laid_out_by_a_process_with_the_same_result(shop: Path, large: None) -> None:
    found = opened(shop)
    laid.ready(found, LONG)
    told = customers_page(found, Wanted(filter=Filter(category="Tools")))
    (shop / ".web/lists" / files(shop)[0]).unlink()
    laid.lay(found.shop, found.study, found.checksum)
    assert customers_page(opened(shop), Wanted(filter=Filter(category="Tools"))) == told


def test_words_beyond_a_number_of_them_stay_texts_with_the_same_result(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def seen() -> tuple[set[str], Overview | None]:
        found = opened(shop)
        with laid.numbered(found) as engine:
            kinds = {row["column_type"] for row in engine.rows("describe sales") if row["column_name"] in WORDS}
        return {kind.partition("(")[0] for kind in kinds}, chosen_overview(found, Filters(category="Tools"))

    few = seen()
    (shop / ".web/lists" / files(shop)[0]).unlink()
    monkeypatch.setattr(tablefile, "WORDS", 0)
    assert (few[0], seen()) == ({"ENUM"}, ({"VARCHAR"}, few[1]))


WORDS = {"category", "country", "product"}


def test_who_comes_too_early_sees_a_page_that_asks_again(
    shop: Path, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laid.ready, "__defaults__", (0.0,))
    client = served(shop)
    with locked_lists(shop):  # somebody else is at it
        for path in ("/customers", "/products", "/products.csv", "/customers.csv", "/customers?at=1"):
            answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
            assert (answer.status_code, answer.headers["refresh"]) == (202, "1"), path
            assert "being prepared" in answer.text
        answer = client.get("/api/v1/customers")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert answer.json()["error"]["code"] == "lists_waiting"
        assert client.get("/segments").status_code == 200
    assert client.get("/customers").status_code == 202  # now it is made
    until(lambda: client.get("/customers").status_code == 200)


def locked_lists(shop: Path) -> AbstractContextManager[None]:
    place = shop / ".web" / "lists"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return locked(place / ".lock")


def test_a_process_that_fails_is_told_of_once_and_tried_again(
    shop: Path, large: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, apart = opened(shop), jobs.apart
    monkeypatch.setattr(laid, "apart", lambda _module, *told, cwd: apart("regulars.web.no_such_module", *told, cwd=cwd))
    with pytest.raises(StoreError, match="prepared"):
        laid.ready(found, LONG)
    monkeypatch.setattr(laid, "apart", apart)
    laid.ready(found, LONG)


def test_what_killed_processes_and_earlier_studies_left_goes(shop: Path) -> None:
    found, place = opened(shop), shop / ".web" / "lists"
    (place / "1.new").mkdir(parents=True)
    for name in ("1.new/tables", "2.tables"):
        (place / name).write_text("left", encoding="utf-8")
    customers_page(found, Wanted())
    assert len(files(shop)) == 1 and "2.tables" not in files(shop)


def test_a_killed_process_leaves_nothing_elsewhere_and_the_next_one_does_its_work(shop: Path, tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    spill.mkdir()
    found = opened(shop)
    code = (
        "import os, signal, sys; from regulars.web import laid\n"
        "laid.write_tables = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "laid.main(*sys.argv[1:])"
    )
    command = [sys.executable, "-c", code, str(shop), found.study.folder]
    done = subprocess.run(command, env={**os.environ, "TMPDIR": str(spill)}, check=False)
    assert done.returncode == -signal.SIGKILL and list(spill.iterdir()) == []
    assert [Path(name).suffix for name in files(shop)] == [".new"]
    assert customers_page(found, Wanted()).total == 20
    assert [Path(name).suffix for name in files(shop)] == [".tables"]


def test_who_is_forgotten_is_in_no_list(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = opened(shop)
    customers_page(found, Wanted())
    forget(open_shop(shop), "C3")
    assert files(shop) == []
    with pytest.raises(RegularsError, match="being prepared"):  # of the study as it was, none is made again
        laid.ready(Opened(found.shop, found.day, found.study, found.checksum, found.engine), 0)
    assert files(shop) == []
    page = customers_page(opened(shop), Wanted(most=500), personal=True)
    assert page.total == 19 and "C3" not in {row.customer_id for row in page.customers}
    told = served(shop).get("/customers?lang=en").text
    assert "All 19 customers are listed." in told and "1 customer was removed on request" in told
    assert "removed on request" not in served(shop).get("/customers?lang=en&country=Japan").text


def test_a_server_that_starts_makes_them_before_anybody_asks(shop: Path, large: None) -> None:
    with TestClient(create_app(WebSettings(shop=shop)), base_url="http://localhost:8000"):
        until(lambda: [Path(name).suffix for name in files(shop)] == [".tables"])


def test_a_job_lays_out_the_study_that_it_made(shop: Path) -> None:
    place = jobs.Jobs(shop).folder / ("a" * 32)
    place.mkdir()
    (place / "asked.json").write_text(json.dumps({"kind": "run"}), encoding="utf-8")
    from regulars.web.worker import Work

    work = Work(place)
    work.lay()
    assert files(shop) == []  # it made none
    work.told = jobs.Told(state="done", pid=1, study=opened(shop).study.folder)
    work.lay()
    assert len(files(shop)) == 1


def test_the_memory_of_threads_is_kept_in_few_places_where_the_library_can() -> None:
    code = "from regulars.web.memory import few_arenas; print(few_arenas(), few_arenas())"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert told == [str(platform.libc_ver()[0] == "glibc")] * 2
