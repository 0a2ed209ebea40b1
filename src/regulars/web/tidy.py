"""What servers leave behind goes: their temporary files, what is too old, workers whose server is gone.

toko/.web/tmp/<id>/       temporary files of one process; what a killed one leaves, the next one to start removes
toko/.web/tmp/<id>.lock   held by it for as long as it lives
"""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Event, Thread

from regulars.errors import RegularsError
from regulars.lock import held, locked
from regulars.web.clock import now
from regulars.web.jobs import Jobs
from regulars.web.keys import own_folder
from regulars.web.settings import WebSettings
from regulars.web.uploads import HOUR, uploads_of

YOUNG = 60  # seconds in which a process comes to hold its lock


def sweep(settings: WebSettings) -> None:
    """Removes uploads and jobs whose time is over, and what killed processes left. Makes no folder."""
    with suppress(RegularsError, OSError):  # another hour, another try
        if (settings.shop / ".web").is_dir():
            jobs = Jobs(settings.shop)
            uploads_of(settings).sweep(jobs.needed())
            jobs.sweep()
            _sweep_tmp(settings.shop / ".web" / "tmp")


@contextmanager
def tidied(settings: WebSettings, every: float = HOUR) -> Iterator[None]:
    """Sweeps now and every hour for the length of a `with`; nobody need visit a page for it."""
    end = Event()

    def work() -> None:
        sweep(settings)
        while not end.wait(every):
            sweep(settings)

    Thread(target=work, daemon=True).start()
    try:
        yield
    finally:
        end.set()


@contextmanager
def scratch(shop: Path) -> Iterator[Path]:
    """Has this process keep its temporary files in a folder of its own in the shop's, gone after the `with`.

    Raises StoreError.
    """
    folder, before = own_folder(shop) / "tmp", tempfile.tempdir
    folder.mkdir(mode=0o700, exist_ok=True)
    place = folder / secrets.token_hex(8)
    lock = place.with_suffix(".lock")
    with locked(lock):
        place.mkdir(mode=0o700)
        tempfile.tempdir = str(place)
        try:
            yield place
        finally:
            tempfile.tempdir = before
            shutil.rmtree(place, ignore_errors=True)
            lock.unlink(missing_ok=True)  # nobody else ever holds it


def follow() -> None:
    """Has a worker end when the server that began it is gone, however that ended: it would keep the address."""
    if (server := parent_process()) is not None:
        Thread(target=_outlived, args=(server,), daemon=True).start()


def _outlived(server: BaseProcess) -> None:
    server.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _sweep_tmp(folder: Path) -> None:
    for lock in folder.glob("*.lock"):
        with suppress(FileNotFoundError):
            if lock.stat().st_mtime < now() - YOUNG and not held(lock):
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)
