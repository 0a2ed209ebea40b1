"""The process of one job: `python -m regulars.web.worker FOLDER`. It never imports the web server."""

import errno
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from regulars.analysis import UNDATED
from regulars.errors import LockedError, RegularsError, UsageError
from regulars.lock import locked
from regulars.shop import Day, open_shop
from regulars.web.clock import now
from regulars.web.jobs import Asked, Jobs, Mark, Told, read_told, settings_for, uploads_in, write
from regulars.web.laid import lay
from regulars.web.looks import Wanted, look
from regulars.web.problems import Problem, problem_of
from regulars.web.uploads import Uploads

_Held = TypeVar("_Held")
PAUSE = 0.25  # seconds between two tries for a lock
MEMORY = 0.85  # of the machine's memory, for one job; its engine spills to disk from 0.8
FIRST = 5.0  # seconds in which a job must come to hold its own lock; readers may be looking at it


class Work:
    """One job while its process lives."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.shop = place.parent.parent.parent
        self.jobs = Jobs(self.shop)
        self.uploads = Uploads(self.shop)
        self.asked = msgspec.json.decode((place / "asked.json").read_bytes(), type=Asked)
        self.told = Told(state="waiting", pid=os.getpid())
        self._began = 0.0

    def do(self) -> None:
        """Does what is asked, and says how it ended."""
        self._tell(self.told)
        before = standing(self.shop)
        try:
            self._ended("done", **{"look": self._look, "run": self._run, "lists": self._lists}[self.asked.kind]())
        except KeyboardInterrupt:  # somebody ends us: what the readers find says it, unless the study stands already
            if new := [name for name, state in standing(self.shop).items() if before.get(name) != state]:
                self._ended("done", study=new[-1])
        except Exception as error:
            self._ended("failed", problem=self._why(error))

    def lay(self) -> None:
        """Lays out what the lists of the new study read, for those who land on them; without it they wait longer."""
        if self.told.study and self.told.state == "done":
            shop = open_shop(self.shop)
            day: Day = UNDATED if self.told.study == UNDATED else date.fromisoformat(self.told.study)
            with suppress(RegularsError):
                lay(shop, shop.load(day), shop.mark(day)[1])

    def _look(self) -> dict[str, Any]:
        with self._in_turn(lambda: locked(self.jobs.folder / ".look")):
            self._stage("look")
            bare = replace(self.asked, settings={k: v for k, v in self.asked.settings.items() if k != "map"})
            wanted = Wanted(
                orders=tuple(self._path(key) for key in self.asked.orders),
                customers=self._path(self.asked.customers) if self.asked.customers else None,
                names=self._names(),
                settings=settings_for(self.shop, self.asked),
                sort=self.asked.sort,
                who=self.asked.who,
                otherwise=settings_for(self.shop, bare) if self.asked.sort else None,
            )
            write(self.place / "seen.json", look(wanted))
        return {}

    def _lists(self) -> dict[str, Any]:
        from regulars.baskets.recommend_models import Asked as Wanting
        from regulars.baskets.recommend_models import Wishes
        from regulars.recommending import recommended

        shop = open_shop(self.shop)
        with self._in_turn(shop.writing) as writer:
            self._stage("lists")
            day = date.fromisoformat(self.asked.study) if self.asked.study else None
            return {"study": recommended(shop, day, Wanting(Wishes(), ()), lambda: nullcontext(writer)).folder}

    def _run(self) -> dict[str, Any]:
        from regulars.recommending import listed
        from regulars.running import Given, run

        shop = open_shop(self.shop)
        with self._in_turn(shop.writing) as writer:
            had_lists = listed(self.shop)
            given = Given(
                orders=[self._path(key) for key in self.asked.orders] or None,
                customers=self._path(self.asked.customers) if self.asked.customers else None,
                settings=settings_for(self.shop, self.asked),
                refit=self.asked.refit,
                who=self.asked.who,
                names=self._names(),
            )
            made = run(given, shop, self._stage, lambda: nullcontext(writer)).folder
            return {"study": made, "lists_gone": made in had_lists}

    def _why(self, error: Exception) -> Problem:
        """What is said of an error. Of one that nobody foresaw its name: what it says may hold a customer's."""
        kind = type(error).__name__
        if disk_full(error):
            error = RegularsError("job_no_room")
        elif kind in {"MemoryError", "OutOfMemoryException"}:  # ours, the engine's
            error = RegularsError("job_memory")
        elif not isinstance(error, RegularsError):
            error = RegularsError("job_unforeseen", what=kind)
        problem = problem_of(error, self._names())
        # which folder it is concerns nobody on the network
        texts = {one: text.replace(str(self.shop), self.shop.name) for one, text in problem.texts.items()}
        return replace(problem, texts=texts)

    def _path(self, key: str) -> Path:
        return self.uploads.path(key)

    def _names(self) -> dict[str, str]:
        names = {}
        for key in uploads_in(self.asked):
            with suppress(UsageError):
                names[key] = self.uploads.get(key).name
        return names

    @contextmanager
    def _in_turn(self, take: Callable[[], AbstractContextManager[_Held]]) -> Iterator[_Held]:
        """Waits until the jobs that came before have ended and the lock is free, and holds it."""
        ahead = self.jobs.ahead(self.place.name)
        with ExitStack() as stack:
            while True:
                if (self.place / "cancelled").exists():
                    raise KeyboardInterrupt
                ahead = [key for key in ahead if self.jobs.waits(key)]
                with suppress(LockedError):
                    if not ahead:
                        taken = stack.enter_context(take())
                        break
                time.sleep(PAUSE)
            self._begins()
            yield taken

    def _begins(self) -> None:
        self._began = time.perf_counter()
        self._tell(replace(self.told, state="working", began=now()))

    def _stage(self, stage: str) -> None:
        mark = Mark(stage, round(time.perf_counter() - self._began, 2))
        self._tell(replace(self.told, marks=(*self.told.marks, mark)))

    def _ended(self, state: Literal["done", "failed"], **how: Any) -> None:
        (self.place / "room").unlink(missing_ok=True)
        seconds = round(time.perf_counter() - self._began, 2) if self.told.began else None
        self._tell(replace(self.told, state=state, seconds=seconds, **how))

    def _tell(self, told: Told) -> None:
        self.told = told
        write(self.place / "told.json", told)


def standing(shop: Path) -> dict[str, tuple[int, int]]:
    """The studies that stand in a shop, each with what tells it from another one of that day."""
    found = {}
    for place in sorted(shop.glob("studies/[!.]*/study.json")):
        with suppress(FileNotFoundError):  # about to be replaced
            found[place.parent.name] = place.stat().st_ino, place.stat().st_mtime_ns
    return found


def disk_full(error: BaseException) -> bool:
    """Whether an error comes of a full disk: the system's own, or the engine's about its temporary files."""
    cause, said = error.__cause__ or error.__context__, str(error)
    full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}
    told = os.strerror(errno.ENOSPC) in said or "max_temp_directory_size" in said
    return full or told or (cause is not None and disk_full(cause))


def bounded(share: float = MEMORY) -> None:
    """Lets this process have that share of the machine's memory: a file made to grow ends its own job, nothing else."""
    try:
        import resource

        whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_DATA, (int(whole * share), resource.RLIM_INFINITY))
    except (ImportError, AttributeError, ValueError, OSError):  # a system without such limits
        return


def main(place: Path) -> None:
    """Does the job of that folder, and removes its temporary files however it ends."""
    spare = place / "tmp"
    with suppress(KeyboardInterrupt), _own(place / ".lock"):
        try:
            if not (place / "cancelled").exists():
                _watched(place, spare)
        finally:
            shutil.rmtree(spare, ignore_errors=True)


def _watched(place: Path, spare: Path) -> None:
    """Does the job in a further process: a library that is refused memory aborts, which can only be seen from outside.

    A process that somebody ends leaves nothing to be said, and is found as it lies.
    """
    if sys.platform == "linux" and (child := os.fork()):  # nothing has begun yet, so there is one thread
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in {signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS}:
            broke(place)
        return
    bounded()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    spare.mkdir(mode=0o700, exist_ok=True)
    tempfile.tempdir = str(spare)
    work = Work(place)
    work.do()
    work.lay()


def broke(place: Path) -> None:
    """Says that the process of a job broke down: for want of memory, as far as anybody has seen."""
    told = read_told(place)
    if told and told.state not in {"done", "failed"}:
        problem = problem_of(RegularsError("job_memory"), {})
        write(place / "told.json", replace(told, state="failed", problem=problem))


@contextmanager
def _own(lock: Path) -> Iterator[None]:
    """Holds the lock that says that this process lives; a reader who is just looking keeps it for a moment."""
    with ExitStack() as stack:
        last = time.monotonic() + FIRST
        while True:
            try:
                stack.enter_context(locked(lock))
                break
            except LockedError:
                if time.monotonic() > last:
                    raise
                time.sleep(PAUSE / 10)
        yield


if __name__ == "__main__":
    main(Path(sys.argv[1]))
