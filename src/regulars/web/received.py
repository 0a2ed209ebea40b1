"""What a server keeps of files that were sent, in `.web` of a shop's folder: removed when a customer is forgotten.

An upload is a copy of orders, a look holds rows of it, and the reason of a job that failed may name ids. None of them
is worth the search for one customer in it. Jobs that made a study stay: they know settings and seconds, and so what was
corrected for the next file.
"""

import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from regulars.errors import LockedError
from regulars.lock import held
from regulars.web.jobs import Jobs

UPLOADS, JOBS, TMP = ".web/uploads", ".web/jobs", ".web/tmp"


def named(shop: Path, names: Collection[str]) -> bool:
    """Whether a job has one of these ids written down, as a value of its own."""
    told = [msgspec.json.encode(name) for name in names if name]
    return any(text in path.read_bytes() for path in (shop / JOBS).glob("*/*.json") for text in told)


def received(shop: Path, names: Collection[str]) -> dict[str, list[Path]]:
    """What goes with a customer of these ids, by the folder that it lies in. Raises LockedError while a job goes on."""
    if not (shop / JOBS).is_dir() and not (shop / UPLOADS).is_dir():
        return {}
    jobs = Jobs(shop).all()
    if waiting := sum(not job.ended for job in jobs):
        raise LockedError("forget_jobs", n=waiting)
    made = {job.id for job in jobs if job.asked.kind == "run" and job.state == "done"}
    gone = [path for path in _in(shop / JOBS) if path.is_dir() and not (path.name in made and _silent(path, names))]
    return {JOBS: gone, UPLOADS: _in(shop / UPLOADS)}


def leftovers(shop: Path) -> list[Path]:
    """What servers have made of studies as they were: lists, and what killed ones left of their temporary files."""
    dead = [lock for lock in (shop / TMP).glob("*.lock") if not held(lock)]
    lists = [path for path in _in(shop / ".web" / "lists") if path.name != ".lock"]  # which may be held
    return [*lists, *(path for lock in dead for path in (lock.with_suffix(""), lock))]


def remove(paths: Collection[Path]) -> None:
    """Removes files and folders; what a server has removed meanwhile is gone as well."""
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _silent(job: Path, names: Collection[str]) -> bool:
    """Whether nothing that is written down of a job holds any of these ids."""
    texts = [msgspec.json.encode(name)[1:-1] for name in names]
    return not any(text in held for held in _read(job) for text in texts)


def _read(job: Path) -> Iterator[bytes]:
    yield from (path.read_bytes() for path in job.iterdir() if path.is_file())
