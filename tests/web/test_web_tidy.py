"""What servers leave behind: it goes without anybody's doing, however a server ended."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from regulars.lock import locked
from regulars.web.app import create_app, from_environment
from regulars.web.clock import now
from regulars.web.jobs import Jobs
from regulars.web.settings import ENVIRONMENT, WebSettings
from regulars.web.tidy import YOUNG, scratch, sweep, tidied
from regulars.web.uploads import Uploads
from web.shops import made_shop
from web.test_web_uploads import send


def until(done: Callable[[], object]) -> None:
    last = time.monotonic() + 30
    while not done():
        assert time.monotonic() < last
        time.sleep(0.05)


def aged(place: Path, seconds: int) -> None:
    os.utime(place, (now() - seconds, now() - seconds))


def test_what_is_too_old_goes_though_nobody_visits(tmp_path: Path) -> None:
    settings = WebSettings(shop=tmp_path / "toko", keep_uploads_days=1)
    with tidied(settings, every=0.01):
        time.sleep(0.05)
        assert not settings.shop.exists()  # a look at what is not there makes no folder
        upload = send(Uploads(settings.shop), b"a,b\n1,2\n")
        aged(settings.shop / ".web" / "uploads" / upload.id, 2 * 86_400)
        until(lambda: not (settings.shop / ".web" / "uploads" / upload.id).exists())


def test_a_server_that_starts_sweeps(tmp_path: Path) -> None:
    settings = WebSettings(shop=tmp_path / "toko")
    left = Jobs(settings.shop).folder / ("a" * 32)
    left.mkdir()
    aged(left, 4_000)
    with TestClient(create_app(settings)):
        until(lambda: not left.exists())


def test_temporary_files_of_a_killed_process_go_and_those_of_a_living_one_stay(tmp_path: Path) -> None:
    shop, usual = tmp_path / "toko", tempfile.gettempdir()
    with scratch(shop) as mine:
        assert Path(tempfile.mkdtemp()).parent == mine
        dead, young = mine.with_name("dead"), mine.with_name("young")
        for place in (dead, young):
            place.mkdir()
            place.with_suffix(".lock").touch()
        for lock in (dead, mine):
            aged(lock.with_suffix(".lock"), YOUNG + 5)
        sweep(WebSettings(shop=shop))
        assert sorted(path.name for path in mine.parent.iterdir()) == sorted(
            [mine.name, f"{mine.name}.lock", "young", "young.lock"]
        )
    assert tempfile.gettempdir() == usual and not mine.exists()


def test_a_worker_keeps_its_temporary_files_in_the_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = tmp_path / "toko"
    monkeypatch.setenv(ENVIRONMENT, WebSettings(shop=shop).to_json())
    with TestClient(from_environment()):
        assert Path(tempfile.gettempdir()).parent == shop / ".web" / "tmp"
    assert not list((shop / ".web" / "tmp").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes in another way")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_server_and_leave_nothing_and_it_starts_again(tmp_path: Path, how: int) -> None:
    shop = made_shop(tmp_path, customers=25)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = [Path(sys.executable).with_name("regulars"), "serve", "--shop", shop, "--port", str(port)]

    def answers() -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/customers", timeout=20).status_code == 200
        except httpx.TransportError:
            return False

    for last in (False, True):
        server = subprocess.Popen([*program, "--workers", "2"], stderr=subprocess.DEVNULL)
        until(answers)
        server.send_signal(signal.SIGTERM if last else how)
        server.wait(30)
        until(lambda: not answers())
    for lock in (shop / ".web" / "tmp").glob("*.lock"):
        with locked(lock):
            assert how == signal.SIGKILL and not last
