"""Jobs: what takes long runs in a process of its own, which outlives the server and says how far it is in a file.

    toko/.web/jobs/<id>/asked.json     what is to be done; written once, by the server
    toko/.web/jobs/<id>/told.json      how far it is; written by the process, each time as a whole
    toko/.web/jobs/<id>/.lock          held by the process for as long as it lives
    toko/.web/jobs/<id>/cancelled      there once somebody has cancelled it
    toko/.web/jobs/<id>/seen.json      what a look has found
    toko/.web/jobs/<id>/tmp/           its temporary files; gone when it ends
    toko/.web/jobs/<id>/room           what it gives back to a full disk, to say how it ended

No server remembers anything, so any number of them agree. A process is alive where its lock is held: the operating
system lets it go however the process ends, and no number of a process is ever mistaken for another's. Runs wait for the
lock of the shop itself, so that they queue behind each other and behind `regulars run`; who came first goes first.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import msgspec

from regulars.errors import SettingsError, StoreError, UsageError
from regulars.locale import Language
from regulars.lock import held
from regulars.settings import Settings, load_settings, settings_over
from regulars.web.clock import now
from regulars.web.keys import own_folder
from regulars.web.problems import Problem

Kind = Literal["look", "run", "lists"]  # lists: of next products
State = Literal["waiting", "working", "done", "failed", "cancelled", "killed"]
ENDED: frozenset[State] = frozenset({"done", "failed", "cancelled", "killed"})
MOST_WAITING = 20  # jobs that have not ended
MOST_KEPT = 100  # jobs that have
STARTING = 60  # seconds that a process may take to hold its lock
UNREAD = 3_600  # seconds that a folder is kept which is no job
GRACE = 3.0  # seconds to end by itself once cancelled
ROOM = 1 << 14  # bytes that say how a job ended
Process = subprocess.Popen[bytes]
_CHILDREN: list[Process] = []
_ID = re.compile(r"[0-9a-f]{32}")
# what the stages of a run take of its time, measured on a million lines; a look has one stage
WEIGHTS = {"read": 0.2, "clean": 0.06, "features": 0.1, "clusters": 0.25, "profiles": 0.16, "overview": 0.12,
           "write": 0.07, "report": 0.04}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a job is to do: `orders` and `customers` are ids of uploads, `settings` come on top of the shop's.

    `sort`: each of the uploads may turn out to be a customer table, and is then taken for one. `who`: the column of the
    customer table that says who. `look`: the look that a run came from. `study`: the one that lists are made for.
    """

    kind: Kind
    orders: tuple[str, ...] = ()
    customers: str | None = None
    sort: bool = False
    who: str | None = None
    look: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    language: Language = "en"
    refit: bool = False
    study: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A stage that began so many seconds after the job did."""

    stage: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a job's process says of itself. `began` counts seconds since 1970, `seconds` those that it took."""

    state: Literal["waiting", "working", "done", "failed"]
    pid: int
    began: int | None = None
    marks: tuple[Mark, ...] = ()
    seconds: float | None = None
    problem: Problem | None = None
    study: str | None = None  # the name of the study's folder
    lists_gone: bool = False  # the former study of that day had next products; they went with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A job as it stands now. `ahead` are the jobs that it waits for, `share` how much is done, 0 to 1."""

    id: str
    asked: Asked
    state: State
    at: int  # when it was asked for, seconds since 1970
    ahead: int = 0
    stage: str | None = None
    share: float = 0.0
    left: int | None = None  # seconds it will still take, as far as can be said
    told: Told | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


class Jobs:
    """The jobs of one shop."""

    def __init__(self, shop: Path) -> None:
        self.shop = shop

    @property
    def folder(self) -> Path:
        """Where they are written down; made when first asked for. Raises StoreError."""
        place = own_folder(self.shop) / "jobs"
        place.mkdir(mode=0o700, exist_ok=True)
        return place

    def start(self, asked: Asked) -> Job:
        """Begins a job in a process of its own. Raises UsageError where too many wait, StoreError for a full disk."""
        if sum(not job.ended for job in self.all()) >= MOST_WAITING:
            raise UsageError("jobs_full", most=MOST_WAITING)
        key = secrets.token_hex(16)
        place = self.folder / key
        try:
            place.mkdir(mode=0o700)
            (place / "room").write_bytes(bytes(ROOM))
            write(place / "asked.json", asked)
            apart("regulars.web.worker", str(place.resolve()), cwd=place)
        except OSError as error:
            shutil.rmtree(place, ignore_errors=True)
            raise StoreError("cannot_write", path=str(place), why=error.strerror or str(error)) from error
        return self.get(key)

    def get(self, key: str) -> Job:
        """A job as it stands. Raises UsageError where there is none of that id."""
        job = self._read(key) if _ID.fullmatch(key) else None
        if job is None:
            raise UsageError("job_unknown")
        if job.state != "waiting":
            return job
        return replace(job, ahead=len(self.ahead(key)))

    def ahead(self, key: str) -> list[str]:
        """The jobs that came before this one and have not ended: of looks the looks, else all that write a study."""
        job, turn = self._read(key), _turn(self.folder, key)
        looks = job is not None and job.asked.kind == "look"
        same = [other.id for other in self._unordered() if not other.ended and (other.asked.kind == "look") == looks]
        return [other for other in same if _turn(self.folder, other) < turn]

    def known(self, key: str) -> bool:
        """Whether a job is still written down."""
        return bool(_ID.fullmatch(key)) and (self.folder / key / "asked.json").exists()

    def waits(self, key: str) -> bool:
        """Whether a job has not ended."""
        job = self._read(key)
        return job is not None and not job.ended

    def all(self) -> list[Job]:
        """All jobs that are written down, the latest first."""
        return sorted(self._unordered(), key=lambda job: _turn(self.folder, job.id), reverse=True)

    def cancel(self, key: str) -> Job:
        """Ends a job; the last study stands as it was. A job that has ended stays as it ended."""
        job = self.get(key)
        if job.ended:
            return job
        place = self.folder / key
        (place / "cancelled").touch(mode=0o600)
        deadline = time.monotonic() + GRACE
        _end(job, signal.SIGTERM)
        while held(place / ".lock") and time.monotonic() < deadline:
            time.sleep(0.05)
        if held(place / ".lock"):
            _end(self.get(key), getattr(signal, "SIGKILL", signal.SIGTERM))
        return self.get(key)

    def needed(self) -> set[str]:
        """The uploads that jobs read which have not ended."""
        return {key for job in self._unordered() if not job.ended for key in uploads_in(job.asked)}

    def sweep(self) -> None:
        """Removes what ended jobs left on the disk, and the oldest of them altogether; not while a process is at it."""
        for at, job in enumerate([job for job in self.all() if job.ended]):
            place = self.folder / job.id
            if not held(place / ".lock"):  # else it lays out what it has made
                shutil.rmtree(place / "tmp" if at < MOST_KEPT else place, ignore_errors=True)
        for place in self.folder.glob("?" * 32):  # without a word of what was asked, or in that of another version
            with suppress(OSError):
                if (
                    self._read(place.name) is None
                    and place.stat().st_mtime < now() - UNREAD
                    and not held(place / ".lock")
                ):
                    shutil.rmtree(place, ignore_errors=True)

    def seen(self, key: str) -> bytes | None:
        """What a look has found, as JSON; None where it has found nothing yet."""
        try:
            return (self.folder / self.get(key).id / "seen.json").read_bytes()
        except FileNotFoundError:
            return None

    def _unordered(self) -> list[Job]:
        names = [place.name for place in self.folder.iterdir() if _ID.fullmatch(place.name)]
        return [job for name in names if (job := self._read(name))]

    def _read(self, key: str) -> Job | None:
        place = self.folder / key
        try:
            asked = msgspec.json.decode((place / "asked.json").read_bytes(), type=Asked)
            at = int((place / "asked.json").stat().st_mtime)
        except (OSError, msgspec.MsgspecError):  # being made, or being removed
            return None
        alive = held(place / ".lock")
        told = read_told(place)
        state = _state(place, told, alive, at)
        if told is None or state != "working":
            share = 1.0 if state == "done" else 0.0
            return Job(id=key, asked=asked, state=state, at=at, share=share, told=told)
        share, left = progress(told, now() - (told.began or now()))
        stage = told.marks[-1].stage if told.marks else None
        return Job(id=key, asked=asked, state=state, at=at, stage=stage, share=share, left=left, told=told)


def apart(module: str, *told: str, cwd: Path) -> Process:
    """Starts a module as a process: in a session of its own, so that what ends the server does not end it."""
    how: dict[str, Any] = {"creationflags": 0x00000208} if os.name == "nt" else {"start_new_session": True}
    _CHILDREN[:] = [child for child in _CHILDREN if child.poll() is None]  # those that ended are let go
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module; told only folders of ours
        [sys.executable, "-m", module, *told],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        cwd=cwd, close_fds=True, **how,
    )  # fmt: skip
    _CHILDREN.append(child)
    return child


def uploads_in(asked: Asked) -> tuple[str, ...]:
    """The ids of all uploads that a job reads."""
    return (*asked.orders, *([asked.customers] if asked.customers else []))


def settings_for(shop: Path, asked: Asked) -> Settings:
    """The shop's settings with those that were asked for on top. Raises SettingsError."""
    given = {name: value for name, value in asked.settings.items() if name not in {"map", "kinds"}}
    mapping, kinds = (_table(asked, name) for name in ("map", "kinds"))
    return settings_over(load_settings(shop / "shop.toml", (), mapping, asked.language, kinds), given)


def _table(asked: Asked, name: str) -> dict[str, str]:
    """A setting that comes on top of the shop's own entry by entry. Raises SettingsError."""
    found = asked.settings.get(name, {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise SettingsError("settings_expected.table", name=name, value=str(found)[:60])
    return found


def progress(told: Told, elapsed: float) -> tuple[float, int | None]:
    """How much of a run is done, 0 to 1, and the seconds left; None as long as that would be a guess.

    A stage that goes on counts by the time it has taken, at the pace of those before it, and is never said to be over.
    """
    if not told.marks or told.marks[-1].stage not in WEIGHTS:
        return 0.0, None
    names = list(WEIGHTS)
    at = names.index(told.marks[-1].stage)
    before, stage = sum(WEIGHTS[name] for name in names[:at]), WEIGHTS[names[at]]
    since = told.marks[-1].at
    if not before or not since:
        return 0.0, None
    total = since / before  # if the rest goes at this pace
    part = min(max(elapsed - since, 0) / (stage * total), 0.95)
    share = before + stage * part
    return share, max(1, round((1 - share) * total))


def stages(told: Told | None) -> dict[str, float | None]:
    """The stages that have begun and the seconds that each took; None for the one that goes on."""
    marks = told.marks if told else ()
    ends = [*(mark.at for mark in marks[1:]), told.seconds if told else None]
    return {
        mark.stage: None if end is None else round(end - mark.at, 2) for mark, end in zip(marks, ends, strict=False)
    }


def write(place: Path, content: Any) -> None:
    """Writes JSON as a whole or not at all; readers see what was there before, or this."""
    beside = place.with_name(f".new-{place.name}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(content))
        beside.replace(place)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def read_told(place: Path) -> Told | None:
    """What the process of the job in that folder has said; None where it has said nothing yet."""
    try:
        return msgspec.json.decode((place / "told.json").read_bytes(), type=Told)
    except (OSError, msgspec.MsgspecError):
        return None


def _state(place: Path, told: Told | None, alive: bool, at: int) -> State:
    cancelled = (place / "cancelled").exists()
    if told and (told.state == "done" or (told.state == "failed" and not cancelled)):
        return told.state
    if alive:
        return told.state if told else "waiting"
    if cancelled:
        return "cancelled"
    if told is None and now() - at < STARTING:
        return "waiting"
    again = read_told(place)  # it may have ended between the two looks
    return again.state if again and again.state in {"done", "failed"} else "killed"


def _turn(folder: Path, key: str) -> tuple[int, str]:
    """Whose turn it is: who asked first."""
    with suppress(OSError):
        return (folder / key / "asked.json").stat().st_mtime_ns, key
    return 0, key


def _end(job: Job, how: int) -> None:
    if job.told and not job.ended:
        with suppress(OSError):
            os.kill(job.told.pid, how)
